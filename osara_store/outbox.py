"""Messages for Graph and Teams, written in the transaction that makes them true and sent later, in order.

A *lane* keeps order: only its oldest waiting row may be claimed. A *destination* is what gets throttled: closing it
holds back every lane that leads there. It is a place within a *service* ("teams/hub:ALL"), or the whole service
("graph"); workers claim by service. A row that nobody will ever accept is dead; it stays to be looked at and lets those
behind it go on; one whose place cannot be reached is held, until the app is installed there.

A service that limits how often it is asked has a pace: of each of its destinations one message at a time is claimed, and
only while `pacing` has a token for it. One claim stands for one request.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from osara_store import claiming, pacing
from osara_store.schema import Instant, MessageState, destinations, is_held, is_waiting, outbox
from osara_store.statements import PerDatabase

LONGEST_WAIT = timedelta(minutes=15)
# At the longest wait between them, an afternoon's worth. A destination that is merely down answers TryLater instead.
MOST_ATTEMPTS = 30


class Service(StrEnum):
    GRAPH = "graph"
    TEAMS = "teams"
    CALENDAR = "calendar"


_PACES: Mapping[str, pacing.Pace] = {Service.TEAMS: pacing.TEAMS}


class Kind(StrEnum):
    CASE_PUSH = "case.push"
    RECEIPT = "card.receipt"
    TASK = "card.task"
    CHANNEL_CARD = "card.channel"
    HUB_CARD = "card.hub"
    REQUEST_CARD = "card.request"
    REQUEST_CALL = "card.request_call"
    TASK_CALL = "card.task_call"
    CALL_BACK = "card.call_back"
    REFUSAL = "card.refusal"
    DIGEST = "card.digest"
    REVIEW = "card.review"
    SUMMARY = "card.summary"
    MEETING_CARD = "card.meeting"
    MEETING_AGENDA = "card.meeting_agenda"
    MEETING_LOOK = "meeting.look"
    MEETING_BOOK = "meeting.book"
    MEETING_CANCEL = "meeting.cancel"


@dataclass(frozen=True)
class Envelope:
    """A message to be sent, at once or not before then. The payload holds ids only: what is sent is read when it is sent."""

    key: str
    lane: str
    destination: str
    kind: str
    payload: Mapping[str, Any]
    not_before: datetime | None = None


@dataclass(frozen=True)
class Message:
    """A claimed row. The lease is the right to settle it, until somebody else has claimed it."""

    id: int
    key: str
    lane: str
    destination: str
    kind: str
    payload: dict[str, Any]
    attempts: int
    lease: str


@dataclass(frozen=True)
class Sent:
    pass


@dataclass(frozen=True)
class TryLater:
    """The destination asked us to wait, or cannot be reached: nothing more goes there until then."""

    after: timedelta


@dataclass(frozen=True)
class Refused:
    """The destination will never accept this message."""

    why: str


@dataclass(frozen=True)
class Failed:
    """Something went wrong that may go right next time."""

    why: str


@dataclass(frozen=True)
class Unreachable:
    """The place takes nothing from us until the app is installed there; then the message is due again."""

    why: str


@dataclass(frozen=True)
class Unfinished:
    """One request of several is made; the next is for the next claim, which has a token for it."""

    why: str


Outcome = Sent | TryLater | Refused | Failed | Unreachable | Unfinished


@dataclass(frozen=True)
class Row:
    """A row as shown to whoever looks after the outbox."""

    id: int
    key: str
    lane: str
    destination: str
    kind: str
    payload: dict[str, Any]
    state: MessageState
    due_at: datetime
    attempts: int
    error: str | None
    created_at: datetime


def _instant(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Instant)


_PUT = PerDatabase(outbox, lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]))


_FIELDS = tuple(Message.__dataclass_fields__)
_CLAIM = claiming.claiming(claiming.every_head(), _FIELDS)
_CLAIM_IN_PACE = claiming.claiming(claiming.one_head_of_each_place(), _FIELDS)
_OURS = sa.and_(outbox.c.id == sa.bindparam("row"), outbox.c.lease == sa.bindparam("token"), is_waiting)
_RENEW = sa.update(outbox).where(_OURS).values(due_at=_instant("until")).returning(outbox.c.id)
_RELEASE_ALL = (
    sa.update(outbox)
    .where(is_waiting, outbox.c.lease.is_not(None))
    .values(due_at=_instant("now"), lease=None)
)
_SETTLE = (
    sa.update(outbox)
    .where(_OURS)
    .values(
        state=sa.bindparam("new_state", type_=outbox.c.state.type),
        due_at=_instant("new_due"),
        attempts=sa.bindparam("new_attempts"),
        error=sa.bindparam("new_error"),
        finished_at=_instant("new_finish"),
        lease=None,
    )
    .returning(outbox.c.id)
)
_CLOSE = PerDatabase(
    destinations,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"closed_until": insert.excluded.closed_until},
        where=insert.excluded.closed_until > destinations.c.closed_until,
    ),
)
_LIST = sa.select(*(outbox.c[name] for name in Row.__dataclass_fields__)).order_by(outbox.c.id)
_AFRESH = {
    "state": MessageState.WAITING,
    "due_at": _instant("now"),
    "attempts": 0,
    "lease": None,
    "finished_at": None,
}
_REQUEUE = (
    sa.update(outbox)
    .where(
        outbox.c.id == sa.bindparam("row"),
        outbox.c.state.in_([MessageState.HELD, MessageState.DEAD, MessageState.DISCARDED]),
    )
    .values(_AFRESH)
    .returning(outbox.c.id)
)
_REQUEUE_TO = sa.update(outbox).where(is_held, outbox.c.destination == sa.bindparam("to")).values(_AFRESH)
_DISCARD = (
    sa.update(outbox)
    .where(
        outbox.c.id == sa.bindparam("row"),
        outbox.c.state.in_([MessageState.WAITING, MessageState.HELD, MessageState.DEAD]),
    )
    .values(
        state=MessageState.DISCARDED, lease=None, error=sa.bindparam("reason"), finished_at=_instant("now")
    )
    .returning(outbox.c.id)
)
# What is still to wait for its time has not waited yet; what was put for a later time, has waited since then.
_SINCE = sa.case((outbox.c.attempts == 0, outbox.c.due_at), else_=outbox.c.created_at)
_OLDEST = (
    sa.select(outbox.c.service, sa.func.min(_SINCE, type_=Instant))
    .where(is_waiting, sa.or_(outbox.c.attempts > 0, outbox.c.due_at <= _instant("now")))
    .group_by(outbox.c.service)
)
_COUNTS = sa.select(outbox.c.service, outbox.c.state, sa.func.count()).group_by(
    outbox.c.service, outbox.c.state
)
_PURGE = sa.delete(outbox).where(
    outbox.c.state.in_([MessageState.SENT, MessageState.DISCARDED]), outbox.c.finished_at < _instant("before")
)
_NEXT_OPEN = sa.select(sa.func.min(destinations.c.closed_until, type_=Instant)).where(
    destinations.c.closed_until > _instant("now")
)
_PURGE_OPEN = sa.delete(destinations).where(destinations.c.closed_until < _instant("before"))


def put(tx: sa.Connection, envelopes: Iterable[Envelope], now: datetime) -> None:
    """Add messages in the caller's transaction; a key that was put before is left as it is."""
    rows = [
        {
            "key": envelope.key,
            "lane": envelope.lane,
            "service": service_of(envelope.destination),
            "destination": envelope.destination,
            "kind": envelope.kind,
            "payload": dict(envelope.payload),
            "state": MessageState.WAITING,
            "due_at": max(now, envelope.not_before or now),
            "attempts": 0,
            "created_at": now,
        }
        for envelope in envelopes
    ]
    if rows:
        tx.execute(_PUT.on(tx), rows)


def service_of(destination: str) -> str:
    """The service that a destination is a place of."""
    return destination.partition("/")[0]


def claim(tx: sa.Connection, service: str, limit: int, now: datetime, lease: timedelta) -> list[Message]:
    """Take up to so many messages that are due, oldest first; nobody else gets them until the lease ends."""
    token, pace = uuid4().hex, _PACES.get(service)
    terms = {"to": service, "now": now, "most": limit, "until": now + lease, "token": token}
    if pace is None:
        return _claimed(tx, _CLAIM, terms)
    pacing.one_at_a_time(tx)
    room = pacing.room(tx, pace, service, now)
    messages = _claimed(tx, _CLAIM_IN_PACE, terms | {"most": min(limit, room)})
    places = {message.id: message.destination for message in messages}
    full = pacing.note(tx, pace, service, lease=token, places=places, now=now, end=now + lease)
    for place, until in full.items():
        close_destination(tx, place, until)
    return messages


def _claimed(tx: sa.Connection, claim: sa.Executable, terms: Mapping[str, Any]) -> list[Message]:
    return sorted((Message(*row) for row in tx.execute(claim, terms)), key=lambda message: message.id)


def next_opening(tx: sa.Connection, service: str, now: datetime) -> datetime | None:
    """When something that is held back now may go: looking again is worth while then. None if time alone opens nothing."""
    pace = _PACES.get(service)
    room = pacing.next_room(tx, pace, service, now) if pace else None
    return min(filter(None, [room, tx.scalar(_NEXT_OPEN, {"now": now})]), default=None)


def renew(tx: sa.Connection, message: Message, now: datetime, lease: timedelta) -> bool:
    """Hold the message for longer; false if it is no longer ours."""
    pacing.note_end(tx, message.id, message.lease, now + lease)
    terms = {"row": message.id, "token": message.lease, "until": now + lease}
    return tx.execute(_RENEW, terms).one_or_none() is not None


def settle(tx: sa.Connection, message: Message, outcome: Outcome, now: datetime, rng: random.Random) -> bool:
    """Note how sending went; false, and no change to the row, if it is no longer ours."""
    pacing.note_end(tx, message.id, message.lease, now)
    if isinstance(outcome, TryLater):
        close_destination(tx, message.destination, now + outcome.after)
    terms = {"row": message.id, "token": message.lease, **_after(message, outcome, now, rng)}
    return tx.execute(_SETTLE, terms).one_or_none() is not None


def _after(message: Message, outcome: Outcome, now: datetime, rng: random.Random) -> dict[str, Any]:
    match outcome:
        case Sent():
            return _ended(MessageState.SENT, None, message, now)
        case TryLater(after):
            return _waiting(now + after, "asked to wait", message.attempts - 1)
        case Failed(why) if message.attempts < MOST_ATTEMPTS:
            return _waiting(now + _backoff(message.attempts, rng), why, message.attempts)
        case Unfinished(why) if message.attempts < MOST_ATTEMPTS:
            return _waiting(now, why, message.attempts)
        case Unreachable(why):
            return _row_after(
                state=MessageState.HELD, due=now, attempts=message.attempts, error=why, finish=None
            )
        case Refused(why) | Failed(why) | Unfinished(why):
            return _ended(MessageState.DEAD, why, message, now)


def _ended(state: MessageState, why: str | None, message: Message, now: datetime) -> dict[str, Any]:
    return _row_after(state=state, due=now, attempts=message.attempts, error=why, finish=now)


def _waiting(due: datetime, why: str, attempts: int) -> dict[str, Any]:
    return _row_after(state=MessageState.WAITING, due=due, attempts=attempts, error=why, finish=None)


def _row_after(**values: Any) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def _backoff(attempts: int, rng: random.Random) -> timedelta:
    """Double each time up to the longest wait, and spread, so that what failed together does not return together."""
    return min(timedelta(seconds=2.0**attempts), LONGEST_WAIT) * rng.uniform(0.5, 1)


def close_destination(tx: sa.Connection, name: str, until: datetime) -> None:
    """Send nothing there until then. Never shortens an earlier, longer closing."""
    tx.execute(_CLOSE.on(tx), {"name": name, "closed_until": until})


def list_rows(connection: sa.Connection, state: MessageState | None = None, limit: int = 100) -> list[Row]:
    rows = _LIST if state is None else _LIST.where(outbox.c.state == state)
    return [Row(*row) for row in connection.execute(rows.limit(limit))]


def release_all(tx: sa.Connection, now: datetime) -> None:
    """Make every leased message due. Only for the sole user of a database: whoever held a lease has died."""
    tx.execute(_RELEASE_ALL, {"now": now})
    pacing.end_all(tx, now)


def requeue(tx: sa.Connection, row_id: int, now: datetime) -> bool:
    """Give a held, dead or discarded message a fresh start; false if there is none such."""
    return tx.execute(_REQUEUE, {"row": row_id, "now": now}).one_or_none() is not None


def requeue_to(tx: sa.Connection, destination: str, now: datetime) -> None:
    """Try everything again that could not reach this place: now the app is there."""
    tx.execute(_REQUEUE_TO, {"to": destination, "now": now})


def discard(tx: sa.Connection, row_id: int, reason: str, now: datetime) -> bool:
    """Give up on a waiting, held or dead message; false if there is none such."""
    return tx.execute(_DISCARD, {"row": row_id, "reason": reason, "now": now}).one_or_none() is not None


def oldest_age(connection: sa.Connection, now: datetime) -> dict[str, timedelta]:
    """How long the oldest waiting message of each service has waited."""
    return {service: now - since for service, since in connection.execute(_OLDEST, {"now": now})}


def counts(connection: sa.Connection) -> dict[tuple[str, MessageState], int]:
    """How many messages there are by destination and state."""
    return {(service, state): number for service, state, number in connection.execute(_COUNTS)}


def purge(tx: sa.Connection, before: datetime) -> None:
    """Forget messages that were sent or discarded before then. Dead ones stay until somebody decides."""
    tx.execute(_PURGE, {"before": before})
    tx.execute(_PURGE_OPEN, {"before": before})
