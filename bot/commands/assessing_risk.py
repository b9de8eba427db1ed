"""Assessing the risk of a case, overriding the band, and stopping a clock when its work is done."""

from collections.abc import Mapping

from bot.commands.at_hand import AtHand, about_case, about_this_case, typed_texts
from bot.services import Ask
from bot.turn import Answer
from cards import case_forms, clock_cards, risk_cards, risk_reading, texts_moves
from cards.case_forms import ClockMet, Judged, Override
from cards.case_view import Typed
from osara_store import assessing, case_clocks
from osara_store.assessing import Instrument
from osara_store.clock_rules import ClockKind
from osara_store.errors import Stale
from osara_store.policy import Action


async def open_risk(ask: Ask) -> Answer:
    """The questionnaire, or the structured judgement where the button says so."""
    return await about_case(ask, lambda at_hand: _form(at_hand, None))


async def save_risk(ask: Ask) -> Answer:
    return await about_this_case(ask, _save, typed_texts(ask))


async def after_warning(ask: Ask) -> Answer:
    """On from the safeguarding message to what the assessment came to."""
    return await about_case(ask, _result)


async def open_override(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: _override_form(at_hand, None))


async def save_override(ask: Ask) -> Answer:
    read = case_forms.read_override(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _override(at_hand, read), typed_texts(ask))


async def open_clock(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: _clock_form(at_hand, None))


async def stop_clock(ask: Ask) -> Answer:
    return await about_this_case(ask, _stop_clock, typed_texts(ask))


# --- assessing -------------------------------------------------------------------------------------------------------


def _instrument(ask: Ask) -> Instrument:
    return (
        Instrument.JUDGEMENT
        if ask.turn.said("instrument") == Instrument.JUDGEMENT
        else Instrument.QUESTIONNAIRE
    )


def _form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("risk")
    at_hand.require(Action.ASSESS_RISK, view)
    card = (
        risk_cards.judgement if _instrument(at_hand.ask) is Instrument.JUDGEMENT else risk_cards.questionnaire
    )
    return at_hand.show(card(view, typed))


def _save(at_hand: AtHand) -> Answer:
    settings, data = at_hand.ask.services.directory.risk_of(at_hand.hub), at_hand.ask.turn.data
    if _instrument(at_hand.ask) is Instrument.JUDGEMENT:
        judged = case_forms.read_judgement(data, settings.judgement)
        return _form(at_hand, judged) if isinstance(judged, Typed) else _judged(at_hand, judged)
    read = case_forms.read_risk(data, settings.questionnaire)
    return _form(at_hand, read) if isinstance(read, Typed) else _assessed(at_hand, read)


def _assessed(at_hand: AtHand, answers: Mapping[str, str]) -> Answer:
    return _keep(at_hand, Instrument.QUESTIONNAIRE, answers, "", "")


def _judged(at_hand: AtHand, judged: Judged) -> Answer:
    return _keep(at_hand, Instrument.JUDGEMENT, judged.notes, judged.band, judged.reason)


def _keep(
    at_hand: AtHand, instrument: Instrument, answers: Mapping[str, str], band: str, reason: str
) -> Answer:
    """Keep it first; then, where somebody may be in danger, say so before anything else is shown."""
    assessing.assess(
        at_hand.tx,
        **at_hand.common,
        directory=at_hand.ask.services.directory,
        instrument=instrument,
        answers=answers,
        band=band,
        reason=reason,
    )
    view = at_hand.view("risk")
    newest = risk_reading.newest(view, instrument)
    if newest is not None and risk_cards.needs_warning(view, newest):
        return at_hand.show(risk_cards.warning(view, newest))
    return at_hand.show(risk_reading.result(view))


def _result(at_hand: AtHand) -> Answer:
    return at_hand.show(risk_reading.result(at_hand.view("risk")))


# --- overriding ------------------------------------------------------------------------------------------------------


def _override_form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("risk")
    at_hand.require(Action.OVERRIDE_RISK, view)
    return at_hand.show(risk_cards.override(view, typed))


def _override(at_hand: AtHand, read: Override | Typed) -> Answer:
    if isinstance(read, Typed):
        return _override_form(at_hand, read)
    assessing.override(
        at_hand.tx,
        **at_hand.common,
        directory=at_hand.ask.services.directory,
        band=read.band,
        reason=read.reason,
    )
    return _result(at_hand)


# --- clocks ----------------------------------------------------------------------------------------------------------


def _clock_form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("clocks")
    at_hand.require(Action.MEET_CLOCK, view)
    return at_hand.show(clock_cards.clock(view, typed))


# Whether it still runs is for the store to say: it knows a repeated press from a late one.
_BY_HAND = [str(kind) for kind in ClockKind if kind is not ClockKind.RISK_CHECK]


def _stop_clock(at_hand: AtHand) -> Answer:
    read = case_forms.read_clock(at_hand.ask.turn.data, _BY_HAND)
    if isinstance(read, Typed):
        if not clock_cards.stoppable(at_hand.glance()):
            raise Stale  # the form has no place for the note any more
        return _clock_form(at_hand, read)
    return _stopped(at_hand, read)


def _stopped(at_hand: AtHand, read: ClockMet) -> Answer:
    case_clocks.meet(
        at_hand.tx,
        **at_hand.common,
        kind=read.kind,
        note=read.note,
    )
    return at_hand.overview(texts_moves.CLOCK_STOPPED)
