"""How often a service may be asked: its limits, kept by every loop of every replica together, in the database.

Whoever claims a message notes its request, at the end of the lease: the latest at which it can still be under way. Once it
is answered, it is noted at that time instead. A window takes another request while it holds fewer than its number. So each
counts from before it can arrive until the window's length after it can have arrived, and however long any of them takes,
no stretch of a window's length sees more arrive than the window allows. One that a crash cut short simply stays noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from osara_store.schema import Instant, recent_requests


@dataclass(frozen=True)
class Window:
    """At most so many requests in any stretch of so long."""

    most: int
    span: timedelta


@dataclass(frozen=True)
class Pace:
    """What a service takes at each of its places, and altogether. A place has one request under way at a time."""

    each_place: tuple[Window, ...]
    altogether: Window

    @property
    def memory(self) -> timedelta:
        """How long a request matters."""
        return max(window.span for window in (*self.each_place, self.altogether))


# Teams' published limits for one bot, by thread and by tenant. An edit is counted like a new message: Teams names no other
# limit for it. (MicrosoftDocs/msteams-docs: msteams-platform/bots/how-to/rate-limit.md)
TEAMS = Pace(
    each_place=(
        Window(7, timedelta(seconds=1)),
        Window(8, timedelta(seconds=2)),
        Window(60, timedelta(seconds=30)),
        Window(1800, timedelta(hours=1)),
    ),
    altogether=Window(50, timedelta(seconds=1)),
)

# Any number, as long as nothing else uses it. On SQLite there is one writer at a time as it is.
_LOCK = sa.text("SELECT pg_advisory_xact_lock(7305114120266)")
_at = recent_requests.c.at
_of_service = recent_requests.c.service == sa.bindparam("to")
_after = _at > sa.bindparam("after", type_=Instant)

_NOTE = sa.insert(recent_requests)
_NOTE_END = (
    sa.update(recent_requests)
    .where(
        recent_requests.c.message_id == sa.bindparam("row"), recent_requests.c.lease == sa.bindparam("token")
    )
    .values(at=sa.bindparam("end", type_=Instant))
)
_END_ALL = (
    sa.update(recent_requests)
    .where(_at > sa.bindparam("now", type_=Instant))
    .values(at=sa.bindparam("now", type_=Instant))
)
_USED = sa.select(sa.func.count()).where(_of_service, _after)
_NTH_NEWEST = (
    sa.select(_at)
    .where(_of_service, _after)
    .order_by(_at.desc())
    .limit(1)
    .offset(sa.bindparam("newer", type_=sa.Integer))
)
_numbered = (
    sa.select(
        recent_requests.c.destination,
        _at,
        sa.func.row_number()
        .over(partition_by=recent_requests.c.destination, order_by=_at.desc())
        .label("nth"),
    )
    .where(recent_requests.c.destination.in_(sa.bindparam("places", expanding=True)), _after)
    .subquery()
)
_NTH_NEWEST_OF_EACH = sa.select(_numbered).where(_numbered.c.nth.in_(sa.bindparam("numbers", expanding=True)))
_FORGET = sa.delete(recent_requests).where(_at < sa.bindparam("before", type_=Instant))


def one_at_a_time(tx: sa.Connection) -> None:
    """Let no other replica claim before this transaction has ended: two would both see the same last token."""
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK)


def under_way(now: sa.BindParameter[datetime]) -> sa.Select[tuple[str]]:
    """The places to which something is on its way, as part of a statement that names the service `to`."""
    return sa.select(recent_requests.c.destination).where(_of_service, _at > now)


def room(tx: sa.Connection, pace: Pace, service: str, now: datetime) -> int:
    """How many requests the service as a whole takes just now."""
    used = tx.scalar(_USED, {"to": service, "after": now - pace.altogether.span}) or 0
    return max(0, pace.altogether.most - used)


def next_room(tx: sa.Connection, pace: Pace, service: str, now: datetime) -> datetime | None:
    """When the service as a whole takes another request; None if it does now, or once one under way has ended."""
    most, span = pace.altogether.most, pace.altogether.span
    at = tx.scalar(_NTH_NEWEST, {"to": service, "after": now - span, "newer": most - 1})
    return None if at is None or at > now else at + span


def note(
    tx: sa.Connection,
    pace: Pace,
    service: str,
    *,
    lease: str,
    places: Mapping[int, str],
    now: datetime,
    end: datetime,
) -> dict[str, datetime]:
    """Note one request for each message, to the place that it goes to, under way until `end` at the latest.

    Returns:
        The places that have no token left, with the time at which each gets its next.
    """
    rows = [
        {"message_id": message_id, "lease": lease, "service": service, "destination": place, "at": end}
        for message_id, place in places.items()
    ]
    if not rows:
        return {}
    tx.execute(_NOTE, rows)
    return _full(tx, pace, set(places.values()), now)


def _full(tx: sa.Connection, pace: Pace, places: set[str], now: datetime) -> dict[str, datetime]:
    """A window of seven is full until its length after the seventh newest request."""
    numbers = [window.most for window in pace.each_place]
    terms = {"places": sorted(places), "numbers": numbers, "after": now - pace.memory}
    full: dict[str, datetime] = {}
    for place, at, nth in tx.execute(_NTH_NEWEST_OF_EACH, terms):
        until = max(at + window.span for window in pace.each_place if window.most == nth)
        if until > full.get(place, now):
            full[place] = until
    return full


def note_end(tx: sa.Connection, message_id: int, lease: str, end: datetime) -> None:
    """Note when the request was answered, or that it may be under way for longer."""
    tx.execute(_NOTE_END, {"row": message_id, "token": lease, "end": end})


def end_all(tx: sa.Connection, now: datetime) -> None:
    """Nothing is under way any more. Only for the sole user of a database."""
    tx.execute(_END_ALL, {"now": now})


def forget(tx: sa.Connection, pace: Pace, now: datetime) -> None:
    """Forget requests that no longer matter."""
    tx.execute(_FORGET, {"before": now - pace.memory})
