"""What is to be done in a case, by whom and until when, and what became of it.

A task is one row that changes. Whatever is written in it is kept as an entry of the file as well, so that nothing is lost
when it does.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import changing
from osara_store.case_file import CaseFile, Task
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.policy import Action, Reason
from osara_store.repeats import just_now
from osara_store.schema import Stage, TaskState, tasks
from osara_store.stages import TRIANGLE

TERMS: Final = ("quick", "long")
_KIND: Final = "task"
# Giving up, going on and opening again say nothing by themselves.
_NEEDS_WORDS: Final = frozenset({TaskState.CANCELLED, TaskState.OPEN})


@dataclass(frozen=True)
class NewTask:
    """A task as it is planned.

    `side` is the side of the triangle that it works on; `owner` a person's name, empty while only the agency is known;
    `due_on` a day of the hub; `power` the id of a power in the configuration, empty where none is used; `term` quick, long
    or empty.
    """

    intervention: str
    side: str
    agency_id: str
    owner: str
    due_on: date
    power: str
    rationale: str
    proportionality: str
    term: str


_PLANNED: Final = tuple(field.name for field in fields(NewTask))
_ADD: Final = sa.insert(tasks)


def add(tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, task: NewTask, now: datetime) -> CaseFile:
    """Plan a task in the present cycle. The same task again within minutes is only a repeat.

    Raises:
        Incomplete: the intervention, the agency or the side is missing, or the agency does not serve the hub.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ADD_TASK, now=now)
    _check(task, hub.agencies)
    if any(_plan(known) == task and just_now(known.by, actor, now) for known in held.file.tasks):
        return held.file
    n = max((known.n for known in held.file.tasks), default=0) + 1
    row = held.signed(
        n=n, cycle=held.case.cycle, state=TaskState.OPEN, **asdict(task), outcome="", origin="", version=1
    )
    tx.execute(_ADD, row)
    enter(
        held,
        Stage.RESPONSE,
        _KIND,
        _plan_in_words(n, task, [name for name in _PLANNED if getattr(task, name)]),
    )
    return held.finish("case.task_added", {"task": n}, receipts=False, channel=False)


def change(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    version: int,
    task: NewTask,
    now: datetime,
) -> CaseFile:
    """Plan an open task anew. `version` is that of the task as it was shown.

    Raises:
        NotFound: there is no such task.
        Stale: it has been changed since.
        NotAllowed: it is no longer open.
        Incomplete: as for a new one; an agency that has left the hub may keep what it has.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ADD_TASK, now=now)
    known = _find(held.file, n, version)
    if known.state is not TaskState.OPEN:
        raise NotAllowed(Reason.NOT_NOW)  # what was done cannot become something else
    _check(task, (*hub.agencies, known.agency_id))
    before = _plan(known)
    changed = [name for name in _PLANNED if getattr(task, name) != getattr(before, name)]
    if not changed:
        return held.file
    _set(held, known, **asdict(task))
    enter(held, Stage.RESPONSE, _KIND, _plan_in_words(n, task, changed))
    return held.finish("case.task_changed", {"task": n, "fields": changed}, receipts=False, channel=False)


def record(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    version: int,
    state: TaskState,
    outcome: str,
    now: datetime,
) -> CaseFile:
    """Say what became of a task, or, with the state `OPEN`, how it is getting on.

    Those who work the case may, and anybody of the agency whose task it is. Where nothing is said of the outcome, what was
    said before still counts.

    Raises:
        NotFound: there is no such task.
        Stale: it has been changed since.
        Incomplete: it is cancelled, still open or opened again, and nobody says why.
        ValueError: the state is not one that a person gives.
    """
    if state is TaskState.MOVED:
        raise ValueError("only a merge moves a task")
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.READ_CASE, now=now)
    known = _find(held.file, n, version)
    is_own = actor.agency.id == known.agency_id
    held.also_may(Action.RECORD_OWN_TASK if is_own else Action.RECORD_TASK)
    if state in _NEEDS_WORDS and not outcome.strip():
        raise Incomplete(("outcome",))
    _set(held, known, state=state, outcome=outcome or known.outcome)
    stage = Stage.RESPONSE if state is TaskState.OPEN else Stage.ASSESSMENT
    enter(held, stage, _KIND, _outcome_in_words(n, state, outcome))
    return held.finish("case.task_recorded", {"task": n, "state": state}, receipts=False, channel=False)


def _find(file: CaseFile, n: int, version: int) -> Task:
    """The task; one that went into another case with a merge is not to be had here any more."""
    task = next((each for each in file.tasks if each.n == n), None)
    if task is None:
        raise NotFound
    if task.version != version:
        raise Stale
    if task.state is TaskState.MOVED:
        raise NotAllowed(Reason.NOT_NOW)
    return task


def _check(task: NewTask, agencies: Iterable[str]) -> None:
    right = {
        "intervention": bool(task.intervention.strip()),
        "side": task.side in TRIANGLE,
        "agency_id": task.agency_id in agencies,
        "term": task.term in {"", *TERMS},
    }
    if not all(right.values()):
        raise Incomplete(tuple(name for name, is_right in right.items() if not is_right))


def _plan(task: Task) -> NewTask:
    return NewTask(**{name: getattr(task, name) for name in _PLANNED})


def _set(held: Held, task: Task, **values: Any) -> None:
    """The row is signed by whoever wrote it last; the entries tell who wrote what before."""
    this = (tasks.c.case_id == held.case.id, tasks.c.n == task.n)
    values = held.signed(**values, version=task.version + 1)
    held.tx.execute(sa.update(tasks).where(*this).values(values))


def _plan_in_words(n: int, task: NewTask, names: Iterable[str]) -> str:
    lines = (f"{_label(name)}: {_value(getattr(task, name))}" for name in names)
    return "\n".join((f"Task {n}", *lines))


def _outcome_in_words(n: int, state: TaskState, outcome: str) -> str:
    heading = f"Task {n}: {state.replace('_', ' ')}"
    return f"{heading}\n{outcome}" if outcome else heading


def _label(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _value(value: str | date) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value or "-"
