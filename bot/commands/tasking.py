"""What an agency does with a task: takes it on, declines it, asks for more time; and giving it to somebody else."""

from collections.abc import Mapping

from bot.commands.at_hand import AtHand, about_this_case, typed_texts
from bot.commands.contributing import (
    called_too,
    equality_first,
    list_tasks,
    task_at_hand,
    unless_stale,
    which_task,
)
from bot.services import Ask
from bot.turn import Answer, ShowCard
from cards import task_cards, tasking_cards, tasking_forms, template_cards, texts_tasking
from cards.case_view import CaseView, Typed
from cards.verbs import Surface
from osara_store import equality, task_templates, tasking, tasks
from osara_store.case_file import case_file
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.policy import Action
from osara_store.tasks import NewTask


async def accept(ask: Ask) -> Answer:
    """One press. From a card in the chat, that card comes back as the task now is; from a list, the list."""
    return await about_this_case(ask, _accept)


def _accept(at_hand: AtHand) -> Answer:
    try:
        with at_hand.tx.begin_nested():
            tasking.accept(at_hand.tx, **which_task(at_hand))
    except (Stale, NotAllowed):
        if at_hand.ask.turn.surface is not Surface.CHAT:
            raise
        return _card(at_hand, texts_tasking.CHANGED_MEANWHILE)
    if at_hand.ask.turn.surface is Surface.CHAT:
        return _card(at_hand, texts_tasking.ACCEPTED)
    return list_tasks(at_hand, texts_tasking.ACCEPTED)


def _card(at_hand: AtHand, note: str) -> Answer:
    """The card in the chat anew: it shows only what this person may see by now."""
    view = at_hand.glance(note)
    return ShowCard(tasking_cards.message(view, task_at_hand(at_hand, view)), at_hand.case.reference)


async def open_decline(ask: Ask) -> Answer:
    return await about_this_case(ask, lambda at_hand: _decline_form(at_hand, at_hand.view("task")))


async def decline(ask: Ask) -> Answer:
    return await about_this_case(ask, _decline, typed_texts(ask))


def _decline_form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    return at_hand.show(tasking_cards.decline(view, task_at_hand(at_hand, view), typed))


def _decline(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    read = tasking_forms.read_decline(at_hand.ask.turn.data, list(task_cards.agencies(view)))
    if isinstance(read, Typed):
        return _decline_form(at_hand, at_hand.view("task"), read)

    def work() -> None:
        tasking.decline(at_hand.tx, **which_task(at_hand), directory=view.directory, **vars(read))

    def again(note: str) -> Answer:
        typed = {
            "reason": read.reason,
            "suggested_agency_id": read.suggested.agency_id or tasking_forms.NOBODY,
            "suggested_owner": read.suggested.owner,
        }
        return _decline_form(at_hand, at_hand.view("task", note), Typed(typed, {}))

    return unless_stale(at_hand, work, again, texts_tasking.DECLINED)


async def open_extension(ask: Ask) -> Answer:
    return await about_this_case(ask, lambda at_hand: _extension_form(at_hand, at_hand.view("task")))


async def extend(ask: Ask) -> Answer:
    return await about_this_case(ask, _extend, typed_texts(ask))


def _extension_form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    return at_hand.show(tasking_cards.extend(view, task_at_hand(at_hand, view), typed))


def _extend(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    read = tasking_forms.read_extension(at_hand.ask.turn.data, task_at_hand(at_hand, view), view.today)
    if isinstance(read, Typed):
        return _extension_form(at_hand, at_hand.view("task"), read)

    def work() -> None:
        tasking.extend(at_hand.tx, **which_task(at_hand), due_on=read.due_on, reason=read.reason)

    def again(note: str) -> Answer:
        typed = Typed({"due_on": read.due_on.isoformat(), "reason": read.reason}, {})
        return _extension_form(at_hand, at_hand.view("task", note), typed)

    return unless_stale(at_hand, work, again, texts_tasking.EXTENDED)


async def open_reassignment(ask: Ask) -> Answer:
    return await about_this_case(ask, lambda at_hand: _reassignment_form(at_hand, at_hand.view("task")))


async def reassign(ask: Ask) -> Answer:
    return await about_this_case(ask, _reassign, typed_texts(ask))


def _reassignment_form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    return at_hand.show(tasking_cards.reassign(view, task_at_hand(at_hand, view), typed))


def _reassign(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    read = tasking_forms.read_reassignment(at_hand.ask.turn.data, list(task_cards.agencies(view)))
    if isinstance(read, Typed):
        return _reassignment_form(at_hand, at_hand.view("task"), read)

    def work() -> None:
        tasking.reassign(at_hand.tx, **which_task(at_hand), directory=view.directory, **vars(read))

    def again(note: str) -> Answer:
        return _reassignment_form(at_hand, at_hand.view("task", note), Typed(vars(read), {}))

    def calls() -> str:
        return called_too(at_hand, view, texts_tasking.REASSIGNED, [which_task(at_hand)["n"]])

    try:
        return unless_stale(at_hand, work, again, texts_tasking.REASSIGNED, calls)
    except Incomplete as lacking:
        if lacking.missing != (equality.MISSING,):
            raise
        return equality_first(at_hand, tasking_forms.carried(which_task(at_hand)["n"], vars(read)))


# --- the usual actions -----------------------------------------------------------------------------------------------


async def open_usual(ask: Ask) -> Answer:
    return await about_this_case(ask, _usual)


async def add_usual(ask: Ask) -> Answer:
    return await about_this_case(ask, _add_usual)


def _usual(at_hand: AtHand, fault: str = "") -> Answer:
    view = at_hand.view("task")
    at_hand.require(Action.ADD_TASK, view)
    return at_hand.show(template_cards.usual(view, _offered(view), fault))


def _offered(view: CaseView) -> Mapping[str, NewTask]:
    return task_templates.offered(view.file, view.directory, view.hub, view.today)


def _add_usual(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    offered, ticked = _offered(view), at_hand.ask.turn.said("usual").split(",")
    chosen = [task for number, task in offered.items() if number in ticked]
    if not chosen:
        return _usual(at_hand, texts_tasking.CHOOSE_SOME)
    try:
        with at_hand.tx.begin_nested():
            for task in chosen:
                tasks.add(at_hand.tx, **at_hand.common, directory=view.directory, task=task)
    except Incomplete as lacking:
        if lacking.missing != (equality.MISSING,):
            raise
        return equality_first(at_hand)
    done, known = texts_tasking.templates_added(len(chosen)), [task.n for task in view.file.tasks]
    new = [task.n for task in case_file(at_hand.tx, at_hand.case.id).tasks if task.n not in known]
    return list_tasks(at_hand, called_too(at_hand, view, done, new) or done)
