"""What waits for somebody: tasks and questions of their agency, whom to ask after, and the clocks of cases they run or lead.

Only in hubs where they may be shown it, and nothing of restricted cases on whose list they are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.instruments import Band
from osara_store.policy import Action, may
from osara_store.schema import CaseState, TaskState, cases, clocks, information_requests, signposts, tasks
from osara_store.states import OPEN
from osara_store.visibility import IS_HIDDEN, seen_by


@dataclass(frozen=True)
class Item:
    """One thing that waits; `kind` is task, declined, request, signpost or clock.

    `what` is a task's intervention, the id of the organisation outside, or the kind of the clock; `due_on` a day of the hub.
    """

    kind: str
    reference: str
    hub_id: str
    category: str
    band: str
    moves: int
    n: int
    what: str
    due_on: date


@dataclass(frozen=True)
class Work:
    """A page of what waits, the most urgent first, and whether there is another."""

    items: tuple[Item, ...]
    more: bool


# A case that went back to its referrer stands still.
_GOING_ON: Final = OPEN - {CaseState.RETURNED}
_OF_CASE: Final = (cases.c.reference, cases.c.hub_id, cases.c.category, cases.c.band, cases.c.moves)
_LEADS: Final = cases.c.lead_agency_id == sa.bindparam("agency_id")
_RUNS: Final = cases.c.hub_id.in_(sa.bindparam("run_hub_ids", expanding=True))


def _waiting(
    table: sa.Table, due: sa.Column[Any], what: sa.ColumnElement[str], *which: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """Rows of a table that wait in the viewer's hubs, the first due first."""
    return (
        sa.select(*_OF_CASE, table.c.n, what, due)
        .join_from(table, cases, cases.c.id == table.c.case_id)
        .where(
            cases.c.hub_id.in_(sa.bindparam("hub_ids", expanding=True)),
            cases.c.state.in_(_GOING_ON),
            ~IS_HIDDEN,
            *which,
        )
        .order_by(due, cases.c.id, table.c.n)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _is_own(column: sa.Column[str]) -> sa.ColumnElement[bool]:
    return column == sa.bindparam("agency_id")


_STATEMENTS: Final[Mapping[str, sa.Select[Any]]] = {
    "task": _waiting(
        tasks,
        tasks.c.due_on,
        tasks.c.intervention,
        _is_own(tasks.c.agency_id),
        tasks.c.state == TaskState.OPEN,
    ),
    "declined": _waiting(
        tasks,
        tasks.c.due_on,
        tasks.c.intervention,
        sa.or_(_LEADS, _RUNS),
        tasks.c.state == TaskState.DECLINED,
    ),
    "request": _waiting(
        information_requests,
        information_requests.c.due_at,
        sa.literal(""),
        _is_own(information_requests.c.agency_id),
        information_requests.c.replied_at.is_(None),
    ),
    "signpost": _waiting(
        signposts,
        signposts.c.chase_on,
        signposts.c.agency_id,
        _is_own(signposts.c.chaser_agency_id),
        signposts.c.chased_at.is_(None),
    ),
    "clock": _waiting(
        clocks,
        clocks.c.due_at,
        clocks.c.kind,
        sa.or_(_LEADS, _RUNS),
        clocks.c.met_at.is_(None),
        clocks.c.replaced_at.is_(None),
    ),
}


def waiting_for(
    connection: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    now: datetime,
    limit: int,
    offset: int = 0,
) -> Work:
    """What waits for the actor. Of what is due on the same day, the more serious case comes first."""
    hubs = {hub.id: hub for hub in directory.hubs_of(actor) if _may_see(actor, hub, now)}
    terms = {
        "hub_ids": list(hubs),
        "run_hub_ids": [hub.id for hub in hubs.values() if actor.role_in(hub) is Role.COORDINATOR],
        "agency_id": actor.agency.id,
        "most": offset + limit + 1,  # of each kind as many as could be first
        **seen_by(actor),
    }
    found = [
        _item(kind, row, hubs)
        for kind, statement in _STATEMENTS.items()
        for row in connection.execute(statement, terms)
    ]
    found.sort(key=_urgency)
    return Work(tuple(found[offset : offset + limit]), more=len(found) > offset + limit)


def _may_see(actor: Actor, hub: Hub, now: datetime) -> bool:
    return may(actor, Action.SEE_OWN_WORK, hub, on=hub.today(now)).allowed


def _item(kind: str, row: sa.Row[Any], hubs: Mapping[str, Hub]) -> Item:
    reference, hub_id, category, band, moves, n, what, due = list(row)
    day = hubs[hub_id].today(due) if isinstance(due, datetime) else due
    return Item(kind, reference, hub_id, category, band, moves, n, what, day)


def _urgency(item: Item) -> tuple[date, int, str, str, int]:
    rank = Band(item.band).rank if item.band else -1
    return item.due_on, -rank, item.reference, item.kind, item.n
