"""What an agency does with a task that it was given, before it is done: take it on, decline it, or ask for more time.

Whoever works the case may say it for an agency that has no Teams. What was declined waits until somebody else is given it.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from osara_store import changing, equality, task_messages, tasks
from osara_store.case_file import CaseFile, Task
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed
from osara_store.policy import Action, Reason
from osara_store.schema import Stage, TaskState


@dataclass(frozen=True)
class Suggested:
    """Who should have a task instead; either may be empty."""

    agency_id: str
    owner: str


def accept(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, version: int, now: datetime
) -> CaseFile:
    """Take an open task on; once more changes nothing. Where nobody was named, whoever takes it on for their agency is.

    Raises:
        NotFound, Stale: as `tasks.record` does.
        NotAllowed: it is not theirs, or no longer open.
    """
    held, known = tasks.hold_own(tx, actor=actor, hub=hub, case_id=case_id, n=n, version=version, now=now)
    _must_be_open(known)
    if known.accepted_at is not None:
        return held.file
    owner = actor.name if actor.agency.id == known.agency_id and not known.owner.strip() else known.owner
    tasks.write(held, known, accepted_at=now, owner=owner)
    return _finish(held, n, "case.task_accepted", "taken on")


def decline(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    version: int,
    reason: str,
    suggested: Suggested,
    now: datetime,
) -> CaseFile:
    """Say that the agency does not do it, and who might.

    Raises:
        NotFound, Stale, NotAllowed: as for `accept`.
        Incomplete: there is no reason, or the agency that is suggested could not be given a task.
    """
    held, known = tasks.hold_own(tx, actor=actor, hub=hub, case_id=case_id, n=n, version=version, now=now)
    _must_be_open(known)
    _must_say(reason)
    if suggested.agency_id not in {"", *tasks.agencies_on_offer(directory, hub, hub.today(now))}:
        raise Incomplete(("suggested_agency_id",))
    tasks.write(
        held,
        known,
        state=TaskState.DECLINED,
        outcome=reason,
        accepted_at=None,
        suggested_agency_id=suggested.agency_id,
        suggested_owner=suggested.owner,
    )
    instead = ", ".join(filter(None, (suggested.agency_id, suggested.owner)))
    said = [reason, *([f"Suggested instead: {instead}"] if instead else [])]
    return _finish(held, n, "case.task_declined", "declined", *said)


def extend(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    version: int,
    due_on: date,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Give an open task more time.

    Raises:
        NotFound, Stale, NotAllowed: as for `accept`.
        Incomplete: there is no reason, or the day is not after the one that was agreed, or has gone.
    """
    held, known = tasks.hold_own(tx, actor=actor, hub=hub, case_id=case_id, n=n, version=version, now=now)
    _must_be_open(known)
    _must_say(reason)
    if due_on <= known.due_on or due_on < hub.today(now):
        raise Incomplete(("due_on",))
    tasks.write(held, known, due_on=due_on)
    until = f"due on {tasks.in_words(due_on)}, not {tasks.in_words(known.due_on)}"
    return _finish(held, n, "case.task_extended", until, reason)


def reassign(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    version: int,
    agency_id: str,
    owner: str,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Give a task that is open or was declined to somebody else, who has to take it on anew.

    Raises:
        NotFound, Stale: as for `accept`.
        NotAllowed: the actor does not plan tasks here, or it is settled.
        Incomplete: there is no reason, the agency may not be given one, or the equality questions are not answered.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ADD_TASK, now=now)
    known = tasks.find(held.file, n, version)
    if known.is_settled:
        raise NotAllowed(Reason.NOT_NOW)
    _must_say(reason)
    if agency_id not in tasks.agencies_on_offer(directory, hub, hub.today(now)):
        raise Incomplete(("agency_id",))
    equality.require(held.file, directory, known.power)
    tasks.write(
        held,
        known,
        state=TaskState.OPEN,
        agency_id=agency_id,
        owner=owner,
        outcome="" if known.state is TaskState.DECLINED else known.outcome,
        accepted_at=None,
        suggested_agency_id="",
        suggested_owner="",
    )
    task_messages.send(held, directory, n, agency_id, owner)
    whom = ", ".join(filter(None, (agency_id, owner)))
    return _finish(held, n, "case.task_reassigned", f"given to {whom}", reason)


def _must_be_open(task: Task) -> None:
    if task.state is not TaskState.OPEN:
        raise NotAllowed(Reason.NOT_NOW)


def _must_say(reason: str) -> None:
    if not reason.strip():
        raise Incomplete(("reason",))


def _finish(held: Held, n: int, action: str, heading: str, *lines: str) -> CaseFile:
    """Keep in words what was done, and tell everybody who has a card about the task."""
    enter(held, Stage.RESPONSE, tasks.KIND, "\n".join([f"Task {n}: {heading}", *lines]))
    task_messages.renew(held, n)
    return held.finish(action, {"task": n}, receipts=False, channel=False)
