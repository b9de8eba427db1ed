"""What is to be done in a case, by whom and until when, and what became of it.

A task is one row that changes. Whatever is written in it is kept as an entry of the file as well, so that nothing is lost
when it does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import changing, equality, task_messages
from osara_store.case_file import CaseFile, Task
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.policy import Action, Reason
from osara_store.repeats import just_now
from osara_store.schema import Stage, TaskState, tasks
from osara_store.stages import TRIANGLE

TERMS: Final = ("quick", "long")
KIND: Final = "task"  # the kind of entry that tells of one
# What came of tasks, as it is counted.
NUMBERS: Final = ("arrests", "injunctions", "visits", "warnings", "referrals_to_support")
MOST: Final = 9_999  # of any of these
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
_NEW: Final[Mapping[str, Any]] = {
    "outcome": "",
    "origin": "",
    "accepted_at": None,
    "numbers": {},
    "suggested_agency_id": "",
    "suggested_owner": "",
    "version": 1,
}


def agencies_on_offer(directory: Directory, hub: Hub, on: date, had: str = "") -> list[str]:
    """Who may be given a task on that day: who may read the case it belongs to, and who `had` it already.

    Outside organisations are never among them: they are pointed to (`signposts`), and get no case data.
    """
    found = (directory.agency(agency_id) for agency_id in hub.agencies)
    readers = [agency.id for agency in found if agency and agency.may_receive(on)]
    return list(dict.fromkeys([*readers, *([had] if had else [])]))


def totals(file: CaseFile) -> Mapping[str, int]:
    """What came of the case's tasks so far, added up over all cycles; kinds of which there is nothing are left out."""
    counted: Counter[str] = Counter()
    for task in file.tasks:
        if task.state is not TaskState.MOVED:  # it counts where it went
            counted.update(task.numbers)
    return {kind: counted[kind] for kind in NUMBERS if counted[kind]}


def add(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    task: NewTask,
    now: datetime,
) -> CaseFile:
    """Plan a task in the present cycle and tell its agency. The same task again within minutes is only a repeat.

    Raises:
        Incomplete: the intervention, the agency or the side is missing; the agency may not be given one; or, by the name of
            `equality`, the power enforces and the questions about that are not answered.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ADD_TASK, now=now)
    _check(task, agencies_on_offer(directory, hub, hub.today(now)))
    equality.require(held.file, directory, task.power)
    if any(_plan(known) == task and just_now(known.by, actor, now) for known in held.file.tasks):
        return held.file
    n = max((known.n for known in held.file.tasks), default=0) + 1
    row = held.signed(n=n, cycle=held.case.cycle, state=TaskState.OPEN, **asdict(task), **_NEW)
    tx.execute(_ADD, row)
    said = _plan_in_words(n, task, [name for name in _PLANNED if getattr(task, name)])
    enter(held, Stage.RESPONSE, KIND, said)
    task_messages.send(held, directory, n, task.agency_id, task.owner)
    return held.finish("case.task_added", {"task": n}, receipts=False, channel=False)


def change(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    version: int,
    task: NewTask,
    now: datetime,
) -> CaseFile:
    """Plan an open task anew. `version` is that of the task as it was shown. Another agency has to take it on itself.

    Raises:
        NotFound: there is no such task.
        Stale: it has been changed since.
        NotAllowed: it is no longer open.
        Incomplete: as for a new one; an agency that has left the hub may keep what it has.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ADD_TASK, now=now)
    known = find(held.file, n, version)
    if known.state is not TaskState.OPEN:
        raise NotAllowed(Reason.NOT_NOW)  # what was done cannot become something else
    _check(task, agencies_on_offer(directory, hub, hub.today(now), known.agency_id))
    equality.require(held.file, directory, task.power)
    before = _plan(known)
    changed = [name for name in _PLANNED if getattr(task, name) != getattr(before, name)]
    if not changed:
        return held.file
    accepted_at = known.accepted_at if task.agency_id == known.agency_id else None
    write(held, known, **asdict(task), accepted_at=accepted_at)
    enter(held, Stage.RESPONSE, KIND, _plan_in_words(n, task, changed))
    task_messages.send(held, directory, n, task.agency_id, task.owner)
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
    numbers: Mapping[str, int] | None = None,
    now: datetime,
) -> CaseFile:
    """Say what became of a task, or, with the state `OPEN`, how it is getting on.

    Those who work the case may, and anybody of the agency whose task it is. Where nothing is said of the outcome, or of a
    number, what was said before still counts: `numbers` are what came of the task so far, not since the last time.

    Raises:
        NotFound: there is no such task.
        Stale: it has been changed since.
        Incomplete: it is cancelled, still open or opened again, and nobody says why; or a number is none.
        ValueError: the state is not one that is recorded.
    """
    if state in {TaskState.MOVED, TaskState.DECLINED}:
        raise ValueError("a merge moves a task, and who declines one says why")
    held, known = hold_own(tx, actor=actor, hub=hub, case_id=case_id, n=n, version=version, now=now)
    if state in _NEEDS_WORDS and not outcome.strip():
        raise Incomplete(("outcome",))
    counted = {**known.numbers, **_counted(numbers or {})}
    write(held, known, state=state, outcome=outcome or known.outcome, numbers=counted)
    stage = Stage.RESPONSE if state is TaskState.OPEN else Stage.ASSESSMENT
    enter(held, stage, KIND, _outcome_in_words(n, state, outcome, _changed_numbers(known, counted)))
    task_messages.renew(held, n)
    return held.finish("case.task_recorded", {"task": n, "state": state}, receipts=False, channel=False)


def hold_own(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, version: int, now: datetime
) -> tuple[Held, Task]:
    """Hold the case for somebody of the agency whose task it is, or who works the case, with the task.

    Raises:
        NotFound: there is no such task.
        Stale: it has been changed since.
        NotAllowed: it is not theirs to speak of, or it went into another case.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.READ_CASE, now=now)
    known = find(held.file, n, version)
    is_own = actor.agency.id == known.agency_id
    held.also_may(Action.RECORD_OWN_TASK if is_own else Action.RECORD_TASK)
    return held, known


def find(file: CaseFile, n: int, version: int) -> Task:
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


def write(held: Held, task: Task, **values: Any) -> None:
    """Change the row; it is signed by whoever wrote it last; the entries tell who wrote what before."""
    this = (tasks.c.case_id == held.case.id, tasks.c.n == task.n)
    values = held.signed(**values, version=task.version + 1)
    held.tx.execute(sa.update(tasks).where(*this).values(values))


def _plan_in_words(n: int, task: NewTask, names: Iterable[str]) -> str:
    lines = (f"{_label(name)}: {_value(getattr(task, name))}" for name in names)
    return "\n".join((f"Task {n}", *lines))


def _outcome_in_words(n: int, state: TaskState, outcome: str, numbers: Mapping[str, int]) -> str:
    heading = f"Task {n}: {state.replace('_', ' ')}"
    counted = (f"{_label(kind)}: {number}" for kind, number in numbers.items())
    return "\n".join([heading, *([outcome] if outcome else []), *counted])


def _counted(numbers: Mapping[str, int]) -> Mapping[str, int]:
    wrong = [kind for kind, number in numbers.items() if kind not in NUMBERS or not 0 <= number <= MOST]
    if wrong:
        raise Incomplete(tuple(wrong))
    return numbers


def _changed_numbers(known: Task, counted: Mapping[str, int]) -> Mapping[str, int]:
    return {kind: number for kind, number in counted.items() if number != known.numbers.get(kind, 0)}


def _label(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _value(value: str | date) -> str:
    return in_words(value) if isinstance(value, date) else value or "-"


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
