"""The tasks of a case: who does what until when, and how it went; and who was pointed to help from outside."""

from collections.abc import Callable, Iterator
from typing import Final

from cards import case_pieces, parts, pointer_cards, texts, texts_case, texts_tasking, verbs
from cards.case_view import CaseView, top
from cards.elements import Action as Button
from cards.elements import Strict
from cards.pages import on_pages, turning
from cards.parts import CardJson
from cards.task_cards import in_order, may_record, told
from osara_store import tasks as store
from osara_store.case_file import Task
from osara_store.policy import Action
from osara_store.schema import TaskState
from osara_store.stages import Part, fields_of


def tasks(view: CaseView, page: int = 0) -> CardJson:
    """Every task, with what came of all of them in numbers; then where somebody was pointed outside the hub."""
    head = [*top(view, texts_case.TASKS_TITLE), *_totals(view), *_ways_to_plan(view)]
    if not view.file.tasks:
        head.append(parts.paragraph(texts_case.NO_TASKS, "Medium"))
    add = view.button(texts_case.ADD_TASK, verbs.TASK_OPEN, name="add", main=True)
    ways_on = [*([add] if Action.ADD_TASK in view.can else []), case_pieces.to_case(view)]
    return on_pages(
        head,
        [*(_line(view, task) for task in in_order(view)), *pointer_cards.panel(view)],
        page,
        lambda number, more: [*ways_on, *turning(view, verbs.TASKS_OPEN, number, more=more)],
    )


def _totals(view: CaseView) -> list[Strict]:
    """What came of all tasks together, in numbers."""
    counted = store.totals(view.file)
    if not counted:
        return []
    said = texts.BETWEEN.join(f"{texts_tasking.NUMBERS[kind]}: {number}" for kind, number in counted.items())
    return [parts.paragraph(texts_case.labelled(texts_tasking.TOTALS, said), "Medium")]


def _ways_to_plan(view: CaseView) -> list[Strict]:
    """Beside adding one task: what else belongs to a plan."""
    found = []
    if Action.ADD_TASK in view.can:
        found.append(view.button(texts_tasking.TEMPLATES, verbs.TEMPLATES_OPEN))
    if Action.POINT_OUTSIDE in view.can:
        found.append(view.button(texts_tasking.POINTERS_BUTTON, verbs.POINTER_OPEN, name="point"))
    if Action.WRITE_STAGE in view.can and _asks_for_equality(view):
        part = str(Part.EQUALITY)
        found.append(view.button(texts_tasking.EQUALITY_BUTTON, verbs.STAGE_OPEN, name=part, part=part))
    return [case_pieces.buttons(*found)] if found else []


def _asks_for_equality(view: CaseView) -> bool:
    """Whether a power enforces in this cycle, or somebody has begun with the questions about that."""
    now = (task for task in view.file.tasks if task.cycle == view.case.cycle)
    enforces = any(view.directory.is_enforcement(task.power) for task in now)
    return enforces or any(view.file.answer(field.name) for field in fields_of(Part.EQUALITY))


def _line(view: CaseView, task: Task) -> Strict:
    found = _buttons(view, task)
    return case_pieces.block(*told(view, task), *([case_pieces.buttons(*found)] if found else []))


_Door = tuple[str, str, Callable[[int], str]]  # name, verb and title of a button that every line has
_ACCEPT: Final[_Door] = ("accept", verbs.TASK_ACCEPT, texts_tasking.accept)
_DECLINE: Final[_Door] = ("decline", verbs.TASK_DECLINE_OPEN, texts_tasking.decline)
_RECORD: Final[_Door] = ("record", verbs.TASK_RECORD_OPEN, texts_case.record_task)
_EXTEND: Final[_Door] = ("extend", verbs.TASK_EXTEND_OPEN, texts_tasking.extend)
_CHANGE: Final[_Door] = ("change", verbs.TASK_OPEN, texts_case.change_task)
_REASSIGN: Final[_Door] = ("reassign", verbs.TASK_REASSIGN_OPEN, texts_tasking.reassign)


def _buttons(view: CaseView, task: Task) -> list[Button]:
    """Each with the task's number, because every line has the same ones."""
    return [
        view.button(title(task.n), verb, name=f"{name}-{task.n}", n=task.n, version=task.version)
        for name, verb, title in _doors(view, task)
    ]


def _doors(view: CaseView, task: Task) -> Iterator[_Door]:
    """What waits for this person first: to answer for their own agency, or to find somebody for what was declined."""
    is_open, plans = task.state is TaskState.OPEN, Action.ADD_TASK in view.can
    if is_open and task.agency_id == view.actor.agency.id and may_record(view, task):
        if task.accepted_at is None:
            yield _ACCEPT
        yield _DECLINE
    if plans and task.state is TaskState.DECLINED:
        yield _REASSIGN
    if may_record(view, task):
        yield _RECORD
        if is_open:
            yield _EXTEND
    if plans and is_open:
        yield _CHANGE
