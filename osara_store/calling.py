"""Calls in the hub's channel for an agency none of whose people the bot can write to: whom they name, and what they may tell.

A call stands where everybody of the hub reads it. It tells nothing of the case but its reference, names colleagues who may
open it, and their agency. Who has a part in a restricted case is nobody else's business, so of one there is no call.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from osara_store import conversations, outbox, outgoing
from osara_store.case_file import CaseFile, Task, case_file
from osara_store.directory import Actor, Directory, Hub
from osara_store.policy import Action, may
from osara_store.schema import TaskState
from osara_store.states import ENDED

_MOST_NAMED: Final = 2  # the contact and the deputy


@dataclass(frozen=True)
class Call:
    """Who is called: colleagues by name, and their agency's id."""

    people: tuple[Actor, ...]
    agency_id: str


def for_agency(
    file: CaseFile, directory: Directory, hub: Hub, agency_id: str, on: date, owners: Collection[str] = ()
) -> Call | None:
    """The call for an agency on that day; None where nobody of it may open the case, or the case is restricted.

    Named are those of its people who own something there (by name), then who speaks for it, then anybody of it.
    """
    agency = directory.agency(agency_id)
    if agency is None or file.case.restricted:
        return None
    everybody = [actor for actor in directory.people_of(hub) if actor.agency.id == agency_id]
    readers = [actor for actor in everybody if _may_read(file, hub, actor, on)]
    if not readers:
        return None
    owning = [actor for actor in readers if _said(actor.name) in map(_said, owners)]
    speaking = [actor for actor in directory.spokespeople_of(agency, hub) if actor in readers]
    people = {(actor.tenant, actor.object_id): actor for actor in [*owning, *(speaking or readers)]}
    return Call(tuple(people.values())[:_MOST_NAMED], agency_id)


def _said(name: str) -> str:
    return " ".join(name.casefold().split())


def _may_read(file: CaseFile, hub: Hub, actor: Actor, on: date) -> bool:
    listed = {(each.tenant, each.person) for each in file.access}
    return may(actor, Action.READ_CASE, hub, case=file.case, listed=listed, on=on).allowed


# --- for tasks -------------------------------------------------------------------------------------------------------


def for_tasks(file: CaseFile, directory: Directory, hub: Hub, agency_id: str, on: date) -> Call | None:
    """The call for an agency that has tasks it has not taken on; None where it has none, or nobody who may open the case."""
    waiting = _not_taken_on(file, agency_id)
    if not waiting or file.case.state in ENDED:
        return None
    return for_agency(file, directory, hub, agency_id, on, [task.owner for task in waiting])


def _not_taken_on(file: CaseFile, agency_id: str) -> list[Task]:
    return [
        task
        for task in file.tasks
        if task.agency_id == agency_id and task.state is TaskState.OPEN and task.accepted_at is None
    ]


def call_for_task(
    tx: sa.Connection,
    file: CaseFile,
    directory: Directory,
    hub: Hub,
    agency_id: str,
    now: datetime,
) -> None:
    """Let the channel call for an agency that is given a task, if somebody of it may open the case."""
    on = hub.today(now)
    if for_agency(file, directory, hub, agency_id, on) is not None:
        outbox.put(tx, [outgoing.task_call(file.case, agency_id, on.isoformat())], now)


def call_for_task_if_out_of_reach(
    tx: sa.Connection, directory: Directory, case_id: int, n: int, now: datetime
) -> None:
    """Let the channel call for the agency whose task this is if none of those who would be named can be written to."""
    file = case_file(tx, case_id)
    hub = directory.hub(file.case.hub_id)
    task = next((each for each in file.tasks if each.n == n), None)
    if hub is None or task is None:
        return
    call = for_tasks(file, directory, hub, task.agency_id, hub.today(now))
    if call is not None and not any(can_be_reached(tx, each) for each in call.people):
        call_for_task(tx, file, directory, hub, task.agency_id, now)


def can_be_reached(connection: sa.Connection, actor: Actor) -> bool:
    known = conversations.person(connection, actor.tenant, actor.object_id)
    return known is not None and known.unreachable_since is None
