"""How a hub's monthly reviews went in a month, agency by agency, and the schedule by which its managers hear of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from osara_store import local_time, outbox, outgoing, schedule
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.months import months_after
from osara_store.policy import Action, may
from osara_store.preferences import hub_preferences
from osara_store.schedule import Due, Occasion
from osara_store.schema import ReviewState, cases, reviews
from osara_store.states import ENDED
from osara_store.visibility import IS_HIDDEN, seen_by

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Tally:
    """The reviews of one lead agency that came due in a month: all, those done by now, and those that nobody did."""

    agency_id: str
    due: int
    done: int
    overdue: int


_COUNTED: Final = (
    sa.select(cases.c.lead_agency_id, reviews.c.state, sa.func.count())
    .join_from(reviews, cases, cases.c.id == reviews.c.case_id)
    .where(
        cases.c.hub_id == sa.bindparam("this_hub"),
        reviews.c.due_on >= sa.bindparam("first", type_=sa.Date),
        reviews.c.due_on < sa.bindparam("after", type_=sa.Date),
        sa.or_(reviews.c.state == ReviewState.DONE, cases.c.state.not_in(sorted(ENDED))),
        ~IS_HIDDEN,
    )
    .group_by(cases.c.lead_agency_id, reviews.c.state)
)


def of_month(connection: sa.Connection, actor: Actor, hub: Hub, month: str) -> tuple[Tally, ...]:
    """What came due in that month (YYYY-MM) in the hub, by who leads now, as far as the actor may see the cases.

    What a case that has ended was still asked for waits for nobody and is not counted.
    """
    first = date.fromisoformat(f"{month}-01")
    terms = {"this_hub": hub.id, "first": first, "after": months_after(first, 1), **seen_by(actor)}
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for agency_id, state, count in connection.execute(_COUNTED, terms):
        found[agency_id][state] = count
    return tuple(_tally(agency_id, found[agency_id]) for agency_id in sorted(found))


def _tally(agency_id: str, counted: dict[str, int]) -> Tally:
    due, done = sum(counted.values()), counted.get(ReviewState.DONE, 0)
    return Tally(agency_id, due, done, due - done)


# --- telling the managers --------------------------------------------------------------------------------------------


def manager(directory: Directory, hub: Hub, tenant: str, person: str, now: datetime) -> Actor | None:
    """The person, if they manage the hub and may be shown its cases."""
    actor = directory.actor(tenant, person)
    if actor is None or actor.role_in(hub) is not Role.MANAGER:
        return None
    return actor if may(actor, Action.SEE_OWN_WORK, hub, on=hub.today(now)).allowed else None


def tell(tx: sa.Connection, directory: Directory, due: Due, now: datetime) -> datetime | None:
    """Tell one manager how the last month went, if anything was due in it; and when the next time is.

    However many months nobody was told of, it is the last.
    """
    hub_id, tenant, person = due.subject.split(":")
    hub = directory.hub(hub_id)
    actor = directory.actor(tenant, person)
    if hub is None or actor is None or actor.role_in(hub) is not Role.MANAGER:
        return None
    month = _last_month(hub.today(now))
    if manager(directory, hub, tenant, person, now) and of_month(tx, actor, hub, month):
        outbox.put(tx, [outgoing.summary_card(hub.id, month, tenant, person)], now)
    return _next(tx, directory, hub, now)


def plan(tx: sa.Connection, directory: Directory, now: datetime) -> None:
    """Have every hub's managers told from the next month on."""
    wanted = [
        Due(Occasion.SUMMARY, f"{hub.id}:{each.tenant}:{each.object_id}", _next(tx, directory, hub, now))
        for hub in directory.hubs
        for each in directory.people_of(hub)
        if each.role_in(hub) is Role.MANAGER
    ]
    schedule.plan_all_if_new(tx, wanted)


def _last_month(today: date) -> str:
    return f"{today.replace(day=1) - _DAY:%Y-%m}"


def _next(tx: sa.Connection, directory: Directory, hub: Hub, now: datetime) -> datetime:
    """The first working day of a month, at the time of day of the reviews, that lies after now."""
    hour, days = hub_preferences(tx, hub).reviews_at, directory.clocks_of(hub).working_days
    this_month = hub.today(now).replace(day=1)
    at = [
        local_time.at(local_time.next_working(months_after(this_month, n), days), hour, hub.zone)
        for n in range(2)
    ]
    return next(moment for moment in at if moment > now)
