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
from osara_store.schema import (
    CaseState,
    ReviewState,
    TaskState,
    cases,
    clocks,
    information_requests,
    reviews,
    signposts,
    tasks,
)
from osara_store.states import OPEN
from osara_store.visibility import IS_HIDDEN, seen_by


@dataclass(frozen=True)
class Item:
    """One thing that waits; `kind` is task, declined, request, signpost, clock or review.

    `what` is a task's intervention, the id of the organisation outside, or the kind of the clock; `due_on` a day of the hub.
    `agency_id` is whose it is, or who leads the case; `whom` the name of who there is to see to it, where one was written.
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
    case_id: int = 0
    restricted: bool = False
    agency_id: str = ""
    whom: str = ""


@dataclass(frozen=True)
class Work:
    """A page of what waits, the most urgent first, and whether there is another."""

    items: tuple[Item, ...]
    more: bool


# A case that went back to its referrer stands still.
_GOING_ON: Final = OPEN - {CaseState.RETURNED}
_FIRST: Final = (cases.c.reference, cases.c.hub_id, cases.c.category, cases.c.band, cases.c.moves)
_LEADS: Final = cases.c.lead_agency_id == sa.bindparam("agency_id")
_RUNS: Final = cases.c.hub_id.in_(sa.bindparam("run_hub_ids", expanding=True))
_NOBODY: Final = sa.literal("")


@dataclass(frozen=True)
class _Kind:
    """Rows of a table that wait: the columns of an `Item`, while what they wait for is outstanding, and for whom they do."""

    table: sa.Table
    due: sa.Column[Any]
    what: sa.ColumnElement[str]
    agency: sa.Column[str]
    whom: sa.ColumnElement[str]
    outstanding: sa.ColumnElement[bool]
    is_own: sa.ColumnElement[bool]


def _is_own(column: sa.Column[str]) -> sa.ColumnElement[bool]:
    return column == sa.bindparam("agency_id")


_KINDS: Final[Mapping[str, _Kind]] = {
    "task": _Kind(
        tasks,
        tasks.c.due_on,
        tasks.c.intervention,
        tasks.c.agency_id,
        tasks.c.owner,
        tasks.c.state == TaskState.OPEN,
        _is_own(tasks.c.agency_id),
    ),
    "declined": _Kind(
        tasks,
        tasks.c.due_on,
        tasks.c.intervention,
        cases.c.lead_agency_id,
        _NOBODY,
        tasks.c.state == TaskState.DECLINED,
        sa.or_(_LEADS, _RUNS),
    ),
    "request": _Kind(
        information_requests,
        information_requests.c.due_at,
        _NOBODY,
        information_requests.c.agency_id,
        _NOBODY,
        information_requests.c.replied_at.is_(None),
        _is_own(information_requests.c.agency_id),
    ),
    "signpost": _Kind(
        signposts,
        signposts.c.chase_on,
        signposts.c.agency_id,
        signposts.c.chaser_agency_id,
        signposts.c.chaser,
        signposts.c.chased_at.is_(None),
        _is_own(signposts.c.chaser_agency_id),
    ),
    "clock": _Kind(
        clocks,
        clocks.c.due_at,
        clocks.c.kind,
        cases.c.lead_agency_id,
        _NOBODY,
        sa.and_(clocks.c.met_at.is_(None), clocks.c.replaced_at.is_(None)),
        sa.or_(_LEADS, _RUNS),
    ),
}


def _waiting(kind: _Kind, *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What waits in these hubs, as far as the viewer may see it, the first due first."""
    table = kind.table
    last = (cases.c.id, cases.c.restricted, kind.agency, kind.whom)
    return (
        sa.select(*_FIRST, table.c.n, kind.what, kind.due, *last)
        .join_from(table, cases, cases.c.id == table.c.case_id)
        .where(
            cases.c.hub_id.in_(sa.bindparam("hub_ids", expanding=True)),
            cases.c.state.in_(_GOING_ON),
            ~IS_HIDDEN,
            kind.outstanding,
            *which,
        )
        .order_by(kind.due, cases.c.id, table.c.n)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _is_late(kind: _Kind) -> sa.ColumnElement[bool]:
    by = "today" if isinstance(kind.due.type, sa.Date) else "now"
    return kind.due < sa.bindparam(by, type_=kind.due.type)


# Reviews have reminders of their own (`review_nudges`), and are late in another way.
_REVIEW: Final = _Kind(
    reviews,
    reviews.c.due_on,
    _NOBODY,
    cases.c.lead_agency_id,
    _NOBODY,
    reviews.c.state == ReviewState.DUE,
    sa.or_(_LEADS, cases.c.hub_id.in_(sa.bindparam("managed_hub_ids", expanding=True))),
)

_STATEMENTS: Final = {
    name: _waiting(kind, kind.is_own) for name, kind in {**_KINDS, "review": _REVIEW}.items()
}
_LATE: Final = {name: _waiting(kind, _is_late(kind)) for name, kind in _KINDS.items()}


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
        "managed_hub_ids": [hub.id for hub in hubs.values() if actor.role_in(hub) is Role.MANAGER],
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


def late_in(
    connection: sa.Connection, *, actor: Actor, hub: Hub, now: datetime, limit: int
) -> tuple[Item, ...]:
    """What is overdue in a hub, whoever it waits for, as far as the actor may see it; of each kind so many at the most."""
    if not _may_see(actor, hub, now):
        return ()
    terms = {"hub_ids": [hub.id], "today": hub.today(now), "now": now, "most": limit, **seen_by(actor)}
    found = [
        _item(kind, row, {hub.id: hub})
        for kind, statement in _LATE.items()
        for row in connection.execute(statement, terms)
    ]
    return tuple(sorted(found, key=_urgency))


def _may_see(actor: Actor, hub: Hub, now: datetime) -> bool:
    return may(actor, Action.SEE_OWN_WORK, hub, on=hub.today(now)).allowed


def _item(kind: str, row: sa.Row[Any], hubs: Mapping[str, Hub]) -> Item:
    reference, hub_id, category, band, moves, n, what, due, *last = list(row)
    day = hubs[hub_id].today(due) if isinstance(due, datetime) else due
    return Item(kind, reference, hub_id, category, band, moves, n, what, day, *last)


def _urgency(item: Item) -> tuple[date, int, str, str, int]:
    rank = Band(item.band).rank if item.band else -1
    return item.due_on, -rank, item.reference, item.kind, item.n
