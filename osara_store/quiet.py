"""Quiet hours: what can wait is not sent to anybody's own chat at night or on days off, but when they are over.

Only the first post of a card waits. One that stands already is changed in place, which nobody's phone tells them of; and what
is of high risk never waits.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from osara_store import local_time, outbox
from osara_store.directory import Directory, Hub
from osara_store.hub_preferences import HubPreferences
from osara_store.instruments import Band
from osara_store.outbox import Envelope, Service
from osara_store.preferences import hub_preferences
from osara_store.schema import Instant, is_waiting
from osara_store.schema import outbox as messages
from osara_store.working_days import WorkingDays

_MIDNIGHT: Final = time(0)
_LANE: Final = messages.c.lane
# Only what was never tried: what was, waits for its destination.
_WAKE: Final = (
    sa.update(messages)
    .where(
        is_waiting,
        messages.c.attempts == 0,
        messages.c.due_at > sa.bindparam("now", type_=Instant),
        sa.or_(_LANE.startswith(sa.bindparam("tasks")), _LANE.startswith(sa.bindparam("requests"))),
    )
    .values(due_at=sa.bindparam("now", type_=Instant))
)


def not_before(connection: sa.Connection, directory: Directory, hub: Hub, now: datetime) -> datetime:
    """When something that can wait may be sent to people of this hub: now, or when quiet ends (UTC)."""
    found = hub_preferences(connection, hub)
    return quiet_ends(found, directory.clocks_of(hub).working_days, hub.zone, now)


def put(
    tx: sa.Connection,
    directory: Directory,
    hub: Hub,
    envelopes: Iterable[Envelope],
    now: datetime,
    *,
    band: str = "",
) -> None:
    """Put first posts into the outbox, to be sent when it is not quiet; about a case of high risk, to be sent now.

    Put them before whatever tells the same: a key that was put before is left as it is.
    """
    calm = now if band == Band.HIGH else not_before(tx, directory, hub, now)
    outbox.put(tx, [replace(envelope, not_before=calm) for envelope in envelopes], now)


def wake(tx: sa.Connection, case_id: int, now: datetime) -> None:
    """Send what waits for the end of quiet about this case now: it has become one of high risk."""
    terms = {"tasks": f"{Service.TEAMS}:task:{case_id}:", "requests": f"{Service.TEAMS}:request:{case_id}:"}
    tx.execute(_WAKE, {**terms, "now": now})


def quiet_ends(hub: HubPreferences, days: WorkingDays, zone: ZoneInfo, now: datetime) -> datetime:
    """Now, if it is not quiet then; else the first moment after it at which it is not."""
    working = days if hub.digest_days == "working" else None
    while _is_quiet(hub, working, now.astimezone(zone)):
        now = min(local_time.next_at(now, hour, zone, working) for hour in (_MIDNIGHT, hub.quiet_until))
    return now


def _is_quiet(hub: HubPreferences, working: WorkingDays | None, local: datetime) -> bool:
    if working is not None and not working.is_working_day(local.date()):
        return True
    since, until, at = hub.quiet_from, hub.quiet_until, local.time()
    return since <= at < until if since <= until else at >= since or at < until
