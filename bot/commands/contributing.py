"""Writing into a case: notes, people and tasks."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot.commands import stages
from bot.commands.at_hand import AtHand, about_case, about_this_case, number, typed_texts
from bot.services import Ask
from bot.turn import Answer
from cards import (
    case_forms,
    note_cards,
    people_cards,
    task_cards,
    task_list,
    tasking_cards,
    tasking_forms,
    texts_case,
    texts_tasking,
)
from cards.case_forms import HowItWent, NewNote, SaidOfPerson
from cards.case_view import CaseView, Typed
from cards.escape import as_typed
from osara_store import calling, equality, notes, people, task_messages, tasks
from osara_store.case_file import Task, case_file
from osara_store.directory import Actor
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.policy import Action, Reason
from osara_store.schema import TaskState
from osara_store.stages import Part
from osara_store.tasks import NewTask

# --- notes -----------------------------------------------------------------------------------------------------------


async def open_note(ask: Ask) -> Answer:
    return await about_case(ask, _note_form)


async def save_note(ask: Ask) -> Answer:
    read = case_forms.read_note(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _keep_note(at_hand, read), typed_texts(ask))


def _note_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view = at_hand.view("note")
    at_hand.require(Action.WRITE_NOTE, view)
    return at_hand.show(note_cards.note(view, typed))


def _keep_note(at_hand: AtHand, read: NewNote | Typed) -> Answer:
    if isinstance(read, Typed):
        return _note_form(at_hand, read)
    notes.write(at_hand.tx, **at_hand.common, stage=read.stage, text=read.text, grade=read.grade)
    return at_hand.overview(texts_case.NOTE_SAVED)


# --- people ----------------------------------------------------------------------------------------------------------


async def open_people(ask: Ask) -> Answer:
    page = number(ask.turn.data.get("page"))
    return await about_case(
        ask, lambda at_hand: at_hand.show(people_cards.people(at_hand.view("people"), page))
    )


async def open_person(ask: Ask) -> Answer:
    n = number(ask.turn.data.get("n")) or None
    return await about_this_case(ask, lambda at_hand: _person_form(at_hand, n))


async def save_person(ask: Ask) -> Answer:
    n = number(ask.turn.data.get("n")) or None
    read = case_forms.read_person(ask.turn.data, is_new=n is None)
    return await about_this_case(ask, lambda at_hand: _keep_person(at_hand, n, read), typed_texts(ask))


def _person_form(at_hand: AtHand, n: int | None, typed: Typed | None = None) -> Answer:
    view = at_hand.view("person")
    at_hand.require(Action.ADD_PERSON if n is None else Action.MARK_PERSON, view)
    return at_hand.show(people_cards.person(view, n, typed))


def _keep_person(at_hand: AtHand, n: int | None, read: SaidOfPerson | Typed) -> Answer:
    if isinstance(read, Typed):
        return _person_form(at_hand, n, read)
    said: dict[str, Any] = {**at_hand.common, "role": read.role, "age_group": read.age_group}
    if n is None:
        people.add(at_hand.tx, **said, description=read.description)
    else:
        people.mark(at_hand.tx, **said, person_n=n)
    return at_hand.show(people_cards.people(at_hand.view("people", texts_case.PERSON_SAVED)))


# --- tasks -----------------------------------------------------------------------------------------------------------


async def open_tasks(ask: Ask) -> Answer:
    page = number(ask.turn.data.get("page"))
    return await about_case(ask, lambda at_hand: at_hand.show(task_list.tasks(at_hand.view("tasks"), page)))


async def open_task(ask: Ask) -> Answer:
    """The form; where it waited for another page, with everything that had been typed."""
    waiting = tasking_forms.carried_again(ask.turn.data)
    n = waiting[0] if waiting else number(ask.turn.data.get("n")) or None
    typed = waiting[1] if waiting else None
    return await about_this_case(ask, lambda at_hand: _task_form(at_hand, n, typed))


async def save_task(ask: Ask) -> Answer:
    return await about_this_case(ask, _keep_task, typed_texts(ask))


def _task_form(at_hand: AtHand, n: int | None, typed: Typed | None, note: str = "") -> Answer:
    view = at_hand.view("task", note)
    at_hand.require(Action.ADD_TASK, view)
    known = task_cards.find(view, n)
    if known and typed and tasking_forms.is_for_others(typed):
        return at_hand.show(tasking_cards.waited(view, n, typed))
    if known and known.state is not TaskState.OPEN:
        raise NotAllowed(Reason.NOT_NOW)
    return at_hand.show(task_cards.task(view, n, typed))


def _keep_task(at_hand: AtHand) -> Answer:
    data, view = at_hand.ask.turn.data, at_hand.glance()
    known = task_cards.find(view, number(data.get("n")) or None)
    read = case_forms.read_task(data, view.directory, view.hub, view.today, known)
    if isinstance(read, Typed):
        return _task_form(at_hand, known.n if known else None, read)
    try:
        return _changed(at_hand, view, known, read) if known else _added(at_hand, view, read)
    except Incomplete as lacking:
        if lacking.missing != (equality.MISSING,):
            raise
        typed = task_cards.typed_again(read).values
        return equality_first(at_hand, tasking_forms.carried(known.n if known else None, typed))


def equality_first(at_hand: AtHand, carried: Mapping[str, Any] | None = None) -> Answer:
    """The questions that come before a power enforces; the task waits meanwhile."""
    return stages.page(at_hand, Part.EQUALITY, texts_tasking.EQUALITY_FIRST, carried=carried or {})


def _added(at_hand: AtHand, view: CaseView, task: NewTask) -> Answer:
    with at_hand.tx.begin_nested():
        file = tasks.add(at_hand.tx, **at_hand.common, directory=view.directory, task=task)
    return list_tasks(at_hand, who_was_told(at_hand, view, file.tasks[-1]))


def who_was_told(at_hand: AtHand, view: CaseView, task: Task) -> str:
    """Whether somebody of the agency has a card about the new task, or is called in the channel."""
    told = _who_has_a_card(at_hand, view, task)
    if told:
        return texts_tasking.told(as_typed(told[-1].name))
    return called_too(at_hand, view, texts_tasking.SAVED, [task.n]) or texts_tasking.NOBODY_TOLD


def _who_has_a_card(at_hand: AtHand, view: CaseView, task: Task) -> list[Actor]:
    told = (view.directory.actor(*key) for key in task_messages.told(at_hand.tx, at_hand.case.id, task.n))
    return [actor for actor in told if actor is not None and actor.agency.id == task.agency_id]


def called_too(at_hand: AtHand, view: CaseView, done: str, new: Collection[int]) -> str:
    """What was done, and that the channel calls for an agency that was given one of the new tasks; empty if it does not."""
    file = case_file(at_hand.tx, at_hand.case.id)
    untold = [task for task in file.tasks if task.n in new and not _who_has_a_card(at_hand, view, task)]
    calls = (calling.for_tasks(file, view.directory, view.hub, task.agency_id, view.today) for task in untold)
    return f"{done} {texts_tasking.CALLED}" if any(calls) else ""


def _changed(at_hand: AtHand, view: CaseView, known: Task, task: NewTask) -> Answer:
    """Change the plan; where somebody was quicker, the form again, with what both wrote to be seen."""

    def change() -> None:
        tasks.change(
            at_hand.tx,
            **at_hand.common,
            directory=view.directory,
            n=known.n,
            version=number(at_hand.ask.turn.data.get("version")),
            task=task,
        )

    def again(note: str) -> Answer:
        return _task_form(at_hand, known.n, task_cards.typed_again(task), note)

    def calls() -> str:
        is_anothers = task.agency_id != known.agency_id
        return called_too(at_hand, view, texts_case.TASK_SAVED, [known.n]) if is_anothers else ""

    return unless_stale(at_hand, change, again, texts_case.TASK_SAVED, calls)


async def open_record(ask: Ask) -> Answer:
    return await about_this_case(ask, lambda at_hand: _record_form(at_hand, at_hand.view("task")))


async def record_task(ask: Ask) -> Answer:
    read = case_forms.read_record(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _keep_record(at_hand, read), typed_texts(ask))


def _record_form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    task = task_at_hand(at_hand, view)
    if not task_cards.may_record(view, task):
        others = Action.RECORD_OWN_TASK in view.can and task.state is not TaskState.MOVED
        raise NotAllowed(Reason.NOT_YOUR_PART if others else Reason.NOT_NOW)
    return at_hand.show(task_cards.record(view, task, typed))


def task_at_hand(at_hand: AtHand, view: CaseView) -> Task:
    """The task that a button is about."""
    found = task_cards.find(view, number(at_hand.ask.turn.data.get("n")))
    if found is None:
        raise NotFound
    return found


def which_task(at_hand: AtHand) -> dict[str, Any]:
    """The task that a button is about, in the version that its reader saw."""
    data = at_hand.ask.turn.data
    return {**at_hand.common, "n": number(data.get("n")), "version": number(data.get("version"))}


def _keep_record(at_hand: AtHand, read: HowItWent | Typed) -> Answer:
    if isinstance(read, Typed):
        return _record_form(at_hand, at_hand.view("task"), read)

    def record() -> None:
        tasks.record(at_hand.tx, **which_task(at_hand), **vars(read))

    def again(note: str) -> Answer:
        counted = {kind: str(count) for kind, count in read.numbers.items()}
        typed = Typed({"state": str(read.state), "outcome": read.outcome, **counted}, {})
        return _record_form(at_hand, at_hand.view("task", note), typed)

    return unless_stale(at_hand, record, again, texts_case.TASK_RECORDED)


def unless_stale(
    at_hand: AtHand,
    work: Callable[[], None],
    again: Callable[[str], Answer],
    done: str,
    more: Callable[[], str] = str,
) -> Answer:
    """Do the work and show the list; where the task had changed meanwhile, the form again, with everything typed.

    `more` may say something better than `done`, once it is.
    """
    try:
        with at_hand.tx.begin_nested():
            work()
    except Stale:
        return again(texts_case.TASK_CHANGED_MEANWHILE)
    return list_tasks(at_hand, more() or done)


def list_tasks(at_hand: AtHand, note: str) -> Answer:
    return at_hand.show(task_list.tasks(at_hand.view("tasks", note)))
