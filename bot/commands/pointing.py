"""Help from outside the hub: pointing somebody there, and saying how it went. Nothing is sent to anybody outside."""

from bot.commands.at_hand import AtHand, about_this_case, number, typed_texts
from bot.commands.contributing import list_tasks
from bot.services import Ask
from bot.turn import Answer
from cards import pointer_cards, texts_tasking
from cards.case_view import CaseView, Typed
from osara_store import pointers


async def open_form(ask: Ask) -> Answer:
    """The form for a new one; with a number, the question how it went."""
    return await about_this_case(ask, _open)


async def save(ask: Ask) -> Answer:
    return await about_this_case(ask, _save, typed_texts(ask))


async def say_how_it_went(ask: Ask) -> Answer:
    return await about_this_case(ask, _say_how_it_went, typed_texts(ask))


def _open(at_hand: AtHand) -> Answer:
    view = at_hand.view("signpost")
    if number(at_hand.ask.turn.data.get("n")):
        return _chase_form(at_hand, view)
    return at_hand.show(pointer_cards.point(view))


def _chase_form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    signpost = pointers.find(view.file, number(at_hand.ask.turn.data.get("n")))
    return at_hand.show(pointer_cards.chase(view, signpost, typed))


def _save(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    read = pointer_cards.read_point(at_hand.ask.turn.data, view)
    if isinstance(read, Typed):
        return at_hand.show(pointer_cards.point(at_hand.view("signpost"), read))
    pointers.add(at_hand.tx, **at_hand.common, directory=view.directory, signpost=read)
    return list_tasks(at_hand, texts_tasking.POINTER_SAVED)


def _say_how_it_went(at_hand: AtHand) -> Answer:
    data = at_hand.ask.turn.data
    read = pointer_cards.read_outcome(data)
    if isinstance(read, Typed):
        return _chase_form(at_hand, at_hand.view("signpost"), read)
    pointers.chased(at_hand.tx, **at_hand.common, n=number(data.get("n")), outcome=read)
    return list_tasks(at_hand, texts_tasking.POINTER_CHASED)
