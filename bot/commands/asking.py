"""Asking the partners what they know, answering for one's agency, and following what was answered."""

from bot.commands.at_hand import AtHand, about_case, about_this_case, number, typed_texts
from bot.services import Ask
from bot.turn import Answer
from cards import asking_cards, asking_forms, call_back_cards, case_cards, request_cards, texts_asking
from cards.asking_forms import Asked
from cards.case_view import CaseView, Typed
from osara_store import call_backs, requests
from osara_store.case_file import InformationRequest
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.policy import Action, Reason
from osara_store.schema import Reply

# --- asking ----------------------------------------------------------------------------------------------------------


async def open_form(ask: Ask) -> Answer:
    """Whom to ask and why; nothing happens yet."""
    return await about_case(ask, _form)


async def ask_partners(ask: Ask) -> Answer:
    return await about_this_case(ask, _ask, typed_texts(ask))


async def show_tally(ask: Ask) -> Answer:
    """Who was asked and what they answered."""
    page = max(number(ask.turn.data.get("page")), 0)
    return await about_case(
        ask, lambda at_hand: at_hand.show(asking_cards.tally(at_hand.view("requests"), page))
    )


def _form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view = at_hand.view("requests")
    at_hand.require(Action.ASK_PARTNERS, view)
    return at_hand.show(asking_cards.ask(view, typed))


def _ask(at_hand: AtHand) -> Answer:
    asked = asking_forms.read_ask(at_hand.ask.turn.data, at_hand.hub.agencies)
    if isinstance(asked, Typed):
        return _form(at_hand, asked)
    try:
        with at_hand.tx.begin_nested():
            _put(at_hand, asked)
    except Incomplete as incomplete:
        typed = Typed({"agencies": ",".join(asked.agencies), "reason": asked.reason}, _told(incomplete))
        return _form(at_hand, typed)
    view = at_hand.view("requests", texts_asking.ASKED)
    if asked.reason not in {request.reason for request in view.file.requests}:
        raise Stale  # somebody else has asked all of them meanwhile, in other words: these are given back
    return at_hand.show(asking_cards.tally(view))


def _put(at_hand: AtHand, asked: Asked) -> None:
    requests.ask(
        at_hand.tx,
        **at_hand.common,
        directory=at_hand.ask.services.directory,
        agencies=asked.agencies,
        reason=asked.reason,
    )


def _told(incomplete: Incomplete) -> dict[str, str]:
    """What the store found wrong, beside the input that it is told at."""
    sentences = {
        "risk": ("reason", texts_asking.ASK_RISK_FIRST),
        "reason": ("reason", texts_asking.ASK_REASON_MISSING),
        "agencies": ("agencies", texts_asking.ASK_CHOOSE),
    }
    return dict(sentences[name] for name in incomplete.missing)


# --- answering -------------------------------------------------------------------------------------------------------


async def open_answer(ask: Ask) -> Answer:
    return await about_this_case(ask, _answer_form)


async def answer(ask: Ask) -> Answer:
    return await about_this_case(ask, _answer, typed_texts(ask))


def _request(at_hand: AtHand) -> InformationRequest:
    """The request that the button names, if it was made of the person's own agency."""
    view = at_hand.glance()
    at_hand.require(Action.ANSWER_REQUEST, view)
    found = _found(view, number(at_hand.ask.turn.data.get("n")))
    if found.agency_id != at_hand.ask.actor.agency.id:
        raise NotAllowed(Reason.NOT_YOUR_PART)
    return found


def _answer_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    request = _request(at_hand)
    return at_hand.show(asking_cards.answer(at_hand.view("request"), request, typed))


def _answer(at_hand: AtHand) -> Answer:
    read = asking_forms.read_answer(at_hand.ask.turn.data)
    if isinstance(read, Typed):
        return _answer_form(at_hand, read)
    request = _request(at_hand)
    requests.answer(at_hand.tx, **at_hand.common, n=request.n, reply=read.reply, note=read.note)
    if at_hand.ask.turn.data.get("on_card") is True:
        return _card(at_hand, request.n)
    return at_hand.overview(texts_asking.ANSWERED)


def _card(at_hand: AtHand, n: int) -> Answer:
    """The card on which a button was pressed, as it now is."""
    view = at_hand.view("request", texts_asking.ANSWERED)
    return at_hand.show(request_cards.request(view, _found(view, n)))


def _found(view: CaseView, n: int) -> InformationRequest:
    request = requests.find(view.file, n)
    if request is None:
        raise NotFound
    return request


# --- an answer that wants somebody -----------------------------------------------------------------------------------


async def have_called(ask: Ask) -> Answer:
    """One press on the card of whoever asked; that card comes back as it now is."""
    return await about_this_case(ask, _have_called, typed_texts(ask))


def _have_called(at_hand: AtHand) -> Answer:
    n, note = number(at_hand.ask.turn.data.get("n")), asking_forms.read_call(at_hand.ask.turn.data)
    if isinstance(note, Typed):
        view = at_hand.glance()
        at_hand.require(Action.READ_CASE, view)
        return at_hand.show(call_back_cards.call_back(view, _found(view, n), note))
    file = call_backs.heard(at_hand.tx, **at_hand.common, n=n, note=note)
    if not call_backs.is_in_file(file, note):  # somebody was quicker, or the answer is another one now
        view = at_hand.view("requests", texts_asking.CALLED_BY_OTHERS)
        return at_hand.show(case_cards.given_back(view, {"note": note}))
    view = at_hand.glance(texts_asking.CALL_IS_WRITTEN_DOWN)
    return at_hand.show(call_back_cards.call_back(view, _found(view, n)))


async def have_seen(ask: Ask) -> Answer:
    """The case, opened from that card."""
    return await about_this_case(ask, _have_seen)


def _have_seen(at_hand: AtHand) -> Answer:
    n = number(at_hand.ask.turn.data.get("n"))
    if _found(at_hand.glance(), n).reply == Reply.PART:
        call_backs.heard(at_hand.tx, **at_hand.common, n=n, note="")
    return at_hand.overview()
