"""Writing into a case: notes, people and tasks."""

from collections.abc import Callable
from typing import Any

from bot.commands.at_hand import AtHand, about_case, about_this_case, number, typed_texts
from bot.services import Ask
from bot.turn import Answer
from cards import case_forms, note_cards, people_cards, task_cards, texts_case
from cards.case_forms import HowItWent, NewNote, SaidOfPerson
from cards.case_view import CaseView, Typed
from osara_store import notes, people, tasks
from osara_store.case_file import Task
from osara_store.errors import NotFound, Stale
from osara_store.tasks import NewTask

# --- notes -----------------------------------------------------------------------------------------------------------


async def open_note(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: at_hand.show(note_cards.note(at_hand.view("note"))))


async def save_note(ask: Ask) -> Answer:
    read = case_forms.read_note(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _keep_note(at_hand, read), typed_texts(ask))


def _keep_note(at_hand: AtHand, read: NewNote | Typed) -> Answer:
    if isinstance(read, Typed):
        return at_hand.show(note_cards.note(at_hand.view("note"), read))
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
    return await about_this_case(
        ask, lambda at_hand: at_hand.show(people_cards.person(at_hand.view("person"), n))
    )


async def save_person(ask: Ask) -> Answer:
    n = number(ask.turn.data.get("n")) or None
    read = case_forms.read_person(ask.turn.data, is_new=n is None)
    return await about_this_case(ask, lambda at_hand: _keep_person(at_hand, n, read), typed_texts(ask))


def _keep_person(at_hand: AtHand, n: int | None, read: SaidOfPerson | Typed) -> Answer:
    if isinstance(read, Typed):
        return at_hand.show(people_cards.person(at_hand.view("person"), n, read))
    said: dict[str, Any] = {**at_hand.common, "role": read.role, "age_group": read.age_group}
    if n is None:
        people.add(at_hand.tx, **said, description=read.description)
    else:
        people.mark(at_hand.tx, **said, person_n=n)
    return at_hand.show(people_cards.people(at_hand.view("people", texts_case.PERSON_SAVED)))


# --- tasks -----------------------------------------------------------------------------------------------------------


async def open_tasks(ask: Ask) -> Answer:
    page = number(ask.turn.data.get("page"))
    return await about_case(ask, lambda at_hand: at_hand.show(task_cards.tasks(at_hand.view("tasks"), page)))


async def open_task(ask: Ask) -> Answer:
    n = number(ask.turn.data.get("n")) or None
    return await about_this_case(ask, lambda at_hand: at_hand.show(task_cards.task(at_hand.view("task"), n)))


async def save_task(ask: Ask) -> Answer:
    return await about_this_case(ask, _keep_task, typed_texts(ask))


def _keep_task(at_hand: AtHand) -> Answer:
    data, view = at_hand.ask.turn.data, at_hand.glance()
    known = task_cards.find(view, number(data.get("n")) or None)
    read = case_forms.read_task(data, view.directory, view.hub, view.today, known)
    if isinstance(read, Typed):
        return at_hand.show(task_cards.task(at_hand.view("task"), known.n if known else None, read))
    if known is None:
        tasks.add(at_hand.tx, **at_hand.common, task=read)
        return _list(at_hand, texts_case.TASK_SAVED)
    return _changed(at_hand, known, read)


def _changed(at_hand: AtHand, known: Task, task: NewTask) -> Answer:
    """Change the plan; where somebody was quicker, the form again, with what both wrote to be seen."""

    def change() -> None:
        version = number(at_hand.ask.turn.data.get("version"))
        tasks.change(at_hand.tx, **at_hand.common, n=known.n, version=version, task=task)

    def again(note: str) -> Answer:
        view = at_hand.view("task", note)
        return at_hand.show(task_cards.task(view, known.n, task_cards.typed_again(task)))

    return _unless_stale(at_hand, change, again, texts_case.TASK_SAVED)


async def open_record(ask: Ask) -> Answer:
    return await about_this_case(ask, lambda at_hand: _record_form(at_hand, at_hand.view("task")))


async def record_task(ask: Ask) -> Answer:
    read = case_forms.read_record(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _keep_record(at_hand, read), typed_texts(ask))


def _record_form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    return at_hand.show(task_cards.record(view, _task(at_hand, view), typed))


def _task(at_hand: AtHand, view: CaseView) -> Task:
    found = task_cards.find(view, number(at_hand.ask.turn.data.get("n")))
    if found is None:
        raise NotFound
    return found


def _keep_record(at_hand: AtHand, read: HowItWent | Typed) -> Answer:
    if isinstance(read, Typed):
        return _record_form(at_hand, at_hand.view("task"), read)
    data = at_hand.ask.turn.data

    def record() -> None:
        tasks.record(
            at_hand.tx,
            **at_hand.common,
            n=number(data.get("n")),
            version=number(data.get("version")),
            state=read.state,
            outcome=read.outcome,
        )

    def again(note: str) -> Answer:
        typed = Typed({"state": str(read.state), "outcome": read.outcome}, {})
        return _record_form(at_hand, at_hand.view("task", note), typed)

    return _unless_stale(at_hand, record, again, texts_case.TASK_RECORDED)


def _unless_stale(
    at_hand: AtHand, work: Callable[[], None], again: Callable[[str], Answer], done: str
) -> Answer:
    """Do the work and show the list; where the task had changed meanwhile, the form again, with everything typed."""
    try:
        with at_hand.tx.begin_nested():
            work()
    except Stale:
        return again(texts_case.TASK_CHANGED_MEANWHILE)
    return _list(at_hand, done)


def _list(at_hand: AtHand, note: str) -> Answer:
    return at_hand.show(task_cards.tasks(at_hand.view("tasks", note)))
