"""What is due in a case and when: its clocks and its open tasks, soonest first, and plainly whatever is late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cards import case_pieces, dates, parts, texts_case, words
from cards.case_view import CaseView
from cards.elements import Strict
from cards.escape import as_typed
from osara_store.case_file import CaseClock, Task
from osara_store.schema import TaskState
from osara_store.states import ENDED

_FEW: Final = 4


@dataclass(frozen=True)
class Due:
    """One thing that is due. `what` is escaped; `kind` is the kind of clock, or empty for a task."""

    what: str
    at: date | datetime
    day: date
    is_late: bool
    kind: str = ""


def running(view: CaseView) -> list[CaseClock]:
    """The clocks that run, soonest first; none in a case that has ended."""
    if view.case.state in ENDED:
        return []
    return sorted((clock for clock in view.file.clocks if clock.is_running), key=lambda clock: clock.due_at)


def late(view: CaseView) -> list[CaseClock]:
    return [clock for clock in running(view) if clock.due_at < view.now]


def everything(view: CaseView) -> list[Due]:
    """Late or soonest first."""
    return sorted((*_clocks(view), *_tasks(view)), key=lambda due: (due.day, not due.kind))


def lines(view: CaseView) -> list[Strict]:
    """The few things that are due first, and how many more there are."""
    found = everything(view)
    told = [line(view, due) for due in found[:_FEW]]
    if len(found) > _FEW:
        told.append(parts.quiet(texts_case.and_more(len(found) - _FEW), "Small"))
    return told


def line(view: CaseView, due: Due) -> Strict:
    days = (due.day - view.today).days
    when = dates.moment(due.at, view.hub.zone) if isinstance(due.at, datetime) else dates.day(due.at)
    if due.is_late:
        return case_pieces.alarm(texts_case.overdue(due.what, when, -days))
    return parts.paragraph(texts_case.due_by(due.what, when, days), "Small")


def of_clock(view: CaseView, clock: CaseClock) -> Due:
    name = words.CLOCK.get(clock.kind, clock.kind)
    return Due(name, clock.due_at, view.hub.today(clock.due_at), clock.due_at < view.now, clock.kind)


def _clocks(view: CaseView) -> Iterator[Due]:
    yield from (of_clock(view, clock) for clock in running(view))


def _tasks(view: CaseView) -> Iterator[Due]:
    """Tasks of a case that has ended wait for nobody."""
    if view.case.state in ENDED:
        return
    for task in view.file.tasks:
        if task.state is TaskState.OPEN:
            yield Due(_name(view, task), task.due_on, task.due_on, task.due_on < view.today)


def _name(view: CaseView, task: Task) -> str:
    return texts_case.task_in_short(task.n, as_typed(view.agency(task.agency_id)))
