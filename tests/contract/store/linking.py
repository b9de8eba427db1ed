"""Two cases that have to do with each other, and the commands that say so."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from osara_store import links, notes, people, search, tasks
from osara_store.case_file import Access, CaseFile, case_file
from osara_store.directory import Actor
from osara_store.restricting import restrict
from osara_store.schema import AgeGroup, PersonRole, Stage

from .casework import about
from .walking import task
from .world import (
    DIRECTORY,
    HELEN,
    NOON,
    PRIYA,
    TOM,
    submitted,
)

T = TypeVar("T")
LATER = NOON + timedelta(hours=1)
MUCH_LATER = NOON + timedelta(days=30)


def file_of(tx: sa.Connection, **named: Any) -> CaseFile:
    return case_file(tx, submitted(tx, **named).case.id)


def related(
    tx: sa.Connection, file: CaseFile, other: str, who: Actor = TOM, reason: str = "One family."
) -> CaseFile:
    return links.relate(tx, **about(file, who), other=other, reason=reason, now=LATER)


def merged(
    tx: sa.Connection,
    old: CaseFile,
    into: CaseFile | None = None,
    who: Actor = HELEN,
    reference: str = "",
    **named: Any,
) -> CaseFile:
    """Into a case, or into whatever the reference leads to."""
    arguments = {
        "seen": case_file(tx, old.case.id).case.moves,
        "into": into.case.reference if into else reference,
        "reason": "It is one matter.",
        "now": MUCH_LATER,
        **named,
    }
    return links.merge(tx, **about(old, who), directory=DIRECTORY, **arguments)


def transferred(tx: sa.Connection, old: CaseFile, who: Actor = HELEN, **named: Any) -> CaseFile:
    arguments = {
        "seen": case_file(tx, old.case.id).case.moves,
        "to_hub": "CAR",
        "reason": "They moved to Carlisle.",
        "now": MUCH_LATER,
        **named,
    }
    return links.transfer(tx, **about(old, who), directory=DIRECTORY, **arguments)


def listed(*people: Actor) -> list[Access]:
    return [Access(one.tenant, one.object_id, one.name) for one in people]


def restricted(tx: sa.Connection, file: CaseFile, *people: Actor) -> CaseFile:
    who = {"people": listed(*people), "reason": "Afraid.", "now": LATER}
    return restrict(tx, **about(file, people[0]), **who)


def noted(
    tx: sa.Connection, file: CaseFile, someone: Actor, text: str = "Seen by the bins again."
) -> CaseFile:
    note = {"stage": Stage.SCANNING, "text": text, "grade": "fact", "now": LATER}
    return notes.write(tx, **about(file, someone), **note)


def marked(tx: sa.Connection, file: CaseFile, n: int, role: PersonRole) -> CaseFile:
    mark = {"person_n": n, "role": role, "age_group": AgeGroup.CHILD, "now": LATER}
    return people.mark(tx, **about(file, TOM), **mark)


def planned(tx: sa.Connection, file: CaseFile, **changes: Any) -> CaseFile:
    return tasks.add(tx, directory=DIRECTORY, **about(file, TOM), task=task(**changes), now=LATER)


def found(tx: sa.Connection, term: str, someone: Actor = PRIYA):
    return search.find(tx, directory=DIRECTORY, actor=someone, term=term, now=NOON, limit=9, offset=0).cases


def slowly(work: Callable[..., T]) -> Callable[..., T]:
    """The same, with time enough after it for somebody else to get in between."""

    def slow(*arguments: Any, **named: Any) -> T:
        result = work(*arguments, **named)
        time.sleep(0.2)
        return result

    return slow


def at_once(*presses: Callable[[], T]) -> list[T]:
    """What came of each, all pressed together."""
    with ThreadPoolExecutor(len(presses)) as threads:
        return [each.result(30) for each in [threads.submit(press) for press in presses]]
