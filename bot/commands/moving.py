"""Moving a case on, closing it, merging it and handing it to another hub."""

from collections.abc import Mapping
from typing import Any

from bot.commands import asking
from bot.commands.at_hand import AtHand, about_case, about_this_case
from bot.services import Ask
from bot.turn import Answer, Say
from cards import move_cards, move_forms, texts, texts_moves, texts_stages
from cards.case_view import Typed
from osara_store import closing, links, moves, states
from osara_store.errors import Incomplete, Stale
from osara_store.policy import Action
from osara_store.schema import Stage
from osara_store.states import Move


async def open_move(ask: Ask) -> Answer:
    """What the move means and needs; nothing happens yet."""
    move = _move(ask)
    if move is None:
        return Say(texts.UNKNOWN_BUTTON)
    if move is Move.SHARE:  # to ask the partners is to name them as well
        return await asking.open_form(ask)
    return await about_case(ask, lambda at_hand: _form(at_hand, move))


async def do_move(ask: Ask) -> Answer:
    move = _move(ask)
    if move is None:
        return Say(texts.UNKNOWN_BUTTON)
    typed = move_forms.read_move(ask.turn.data, move, [hub.id for hub in ask.services.directory.hubs])
    return await about_this_case(ask, lambda at_hand: _do(at_hand, move, typed), typed.values)


async def open_closure(ask: Ask) -> Answer:
    """The checklist for closing."""
    return await about_case(ask, _closure)


async def agree_to_closure(ask: Ask) -> Answer:
    return await about_this_case(ask, _agree)


def _move(ask: Ask) -> Move | None:
    said = ask.turn.said("move")
    return Move(said) if said in set(Move) else None


def _stage(ask: Ask) -> Stage | None:
    said = ask.turn.said("stage")
    return Stage(said) if said in set(Stage) else None


# --- the form --------------------------------------------------------------------------------------------------------


def _form(at_hand: AtHand, move: Move, typed: Typed | None = None, note: str = "") -> Answer:
    """The form, for whoever may make the move from here; the referrer's own moves show nothing of the file."""
    view = at_hand.glance(note)
    at_hand.require(Action(move), view)
    states.after(view.case.state, move, _stage(at_hand.ask))
    missing = _sentences(moves.missing(view.file, move, at_hand.is_enforcement))
    card = move_cards.move_form(view, move, missing, typed, _stage(at_hand.ask))
    return at_hand.show(card)


def _sentences(missing: tuple[str, ...]) -> Mapping[str, str]:
    return {name: texts_moves.CHECKLIST.get(name) or texts_stages.name_of(name) for name in missing}


# --- making it -------------------------------------------------------------------------------------------------------


def _do(at_hand: AtHand, move: Move, typed: Typed) -> Answer:
    """Make the move. A form with a fault, or one that had grown stale, comes back with what was typed."""
    if at_hand.seen != at_hand.case.moves:
        return _stale(at_hand, move, typed)
    if typed.errors:
        return _form(at_hand, move, typed)
    try:
        return _made(at_hand, move, typed.values)
    except Incomplete as incomplete:
        return _lacking(at_hand, move, typed, incomplete.missing)


# What the other case or hub can be wrong about, told beside its input.
_WRONG: Mapping[str, str] = {
    "into": texts_moves.CANNOT_TAKE_IT,
    "to_hub": texts_moves.CHOOSE_HUB,
}


def _lacking(at_hand: AtHand, move: Move, typed: Typed, missing: tuple[str, ...]) -> Answer:
    """What the form got wrong is told beside its input; what the case lacks, in the place of the form."""
    told = {**_WRONG, "reason": texts_moves.reason_missing(move)}
    wrong = {name: told[name] for name in missing if name in told}
    if wrong:
        return _form(at_hand, move, Typed(typed.values, wrong))
    card = move_cards.move_form(at_hand.glance(), move, _sentences(missing), typed, _stage(at_hand.ask))
    return at_hand.show(card)


def _stale(at_hand: AtHand, move: Move, typed: Typed) -> Answer:
    """Where the move is still possible and something was typed, its form again; otherwise the case as it is."""
    still = move in states.possible(at_hand.case.state)
    if still and any(typed.values.values()):
        return _form(at_hand, move, Typed(typed.values, {}), texts_moves.WHY_STALE)
    raise Stale


def _made(at_hand: AtHand, move: Move, values: Mapping[str, str]) -> Answer:
    ask = at_hand.ask
    common: dict[str, Any] = {
        "directory": ask.services.directory,
        "actor": ask.actor,
        "hub": at_hand.hub,
        "case_id": at_hand.case.id,
        "seen": at_hand.seen,
        "reason": values.get("reason", ""),
        "now": ask.now,
    }
    note = texts_moves.done(move)
    with at_hand.tx.begin_nested():  # what is refused half-way leaves nothing behind
        match move:
            case Move.MERGE:
                links.merge(at_hand.tx, **common, into=values["into"])
            case Move.TRANSFER:
                new = links.transfer(at_hand.tx, **common, to_hub=values["to_hub"])
                note = f"{note} {texts_moves.now_part_of(new.case.reference)}"
            case _:
                moves.move(at_hand.tx, **common, move=move, stage=_stage(ask))
    return at_hand.overview_or(note)


# --- closing ---------------------------------------------------------------------------------------------------------


def _closure(at_hand: AtHand, note: str = "") -> Answer:
    view = at_hand.view("closure", note)
    items = closing.checklist(view.file).items
    agreed = closing.lead_agrees(view.file)
    return at_hand.show(move_cards.closure(view, items, agreed=agreed))


def _agree(at_hand: AtHand) -> Answer:
    ask = at_hand.ask
    closing.agree(
        at_hand.tx, actor=ask.actor, hub=at_hand.hub, case_id=at_hand.case.id, seen=at_hand.seen, now=ask.now
    )
    return _closure(at_hand, texts_moves.CLOSURE_AGREED)
