"""What happens because a date comes: one row for each occasion and subject, with the next date on which it is due.

A run and what comes of it are one transaction: its row in `schedule_runs`, the messages it writes, and its next date. So a
kill leaves either all of it or nothing, and no two processes run the same date. However long nobody ran anything, a row is
run once for all that was missed: it is handed the oldest date it missed, and goes on after the present.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from osara_store.errors import StoreError
from osara_store.schema import Instant, outbox, schedule, schedule_runs
from osara_store.statements import PerDatabase

KEEP_RUNS: Final = timedelta(days=400)
LONGEST_WAIT: Final = timedelta(minutes=15)


class Occasion(StrEnum):
    DIGEST = "digest"  # of one person: "tenant:person"
    REVIEW = "review"  # of one case: its id
    HANDOVER = "handover"  # of what somebody owns in a hub: "hub:tenant:person:agency"
    SUMMARY = "summary"  # of a hub's reviews, for one person: "hub:tenant:person"


@dataclass(frozen=True)
class Due:
    """A date that has come. `due_at` is the oldest that was missed, in UTC; `attempts` have failed so far."""

    occasion: str
    subject: str
    due_at: datetime
    attempts: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Planned:
    """A row of the schedule, as shown to whoever looks after the service. It is tried at `next_try_at`."""

    occasion: str
    subject: str
    due_at: datetime
    next_try_at: datetime
    attempts: int
    error: str | None


@dataclass(frozen=True)
class Ran:
    """A run that took place, and how many messages it wrote."""

    occasion: str
    subject: str
    due_at: datetime
    ran_at: datetime
    messages: int


# Given what is due and the present: the next date, after the present, or None when there is none.
Handler = Callable[[sa.Connection, Due, datetime], datetime | None]
# Sees to it that every row there should be is there, and none that should not.
Planner = Callable[[sa.Connection, datetime], None]


class RunFailed(StoreError):
    """A handler could not do it. Nothing of the run was kept; `put_off` notes it. The cause is the handler's own error."""

    def __init__(self, due: Due) -> None:
        super().__init__(f"The {due.occasion} that was due could not be run.")
        self.due = due


def _instant(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Instant)


_KEY = ["occasion", "subject"]
_OURS = sa.and_(schedule.c.occasion == sa.bindparam("of"), schedule.c.subject == sa.bindparam("about"))
# Not the plain column: of that SQLite would rather read every row than the first of the index on the dates.
_IS_KNOWN = (schedule.c.occasion + "").in_(sa.bindparam("known", expanding=True))
_PLAN = PerDatabase(
    schedule,
    lambda insert: insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={name: insert.excluded[name] for name in ("due_at", "next_try_at", "attempts", "error")},
    ),
)
_PLAN_IF_NEW = PerDatabase(schedule, lambda insert: insert.on_conflict_do_nothing(index_elements=_KEY))
_CANCEL = sa.delete(schedule).where(_OURS)
_OLDEST_DUE = (
    sa.select(schedule.c.occasion, schedule.c.subject, schedule.c.due_at, schedule.c.attempts)
    .where(_IS_KNOWN, schedule.c.next_try_at <= _instant("now"))
    .order_by(schedule.c.next_try_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = PerDatabase(
    schedule_runs,
    lambda insert: insert.on_conflict_do_nothing(index_elements=[*_KEY, "due_at"]).returning(
        schedule_runs.c.due_at
    ),
)
_MOVE_ON = (
    sa.update(schedule)
    .where(_OURS)
    .values(due_at=_instant("next"), next_try_at=_instant("next"), attempts=0, error=None)
)
_NOTE = (
    sa.update(schedule_runs)
    .where(
        schedule_runs.c.occasion == sa.bindparam("of"),
        schedule_runs.c.subject == sa.bindparam("about"),
        schedule_runs.c.due_at == _instant("at"),
    )
    .values(messages=sa.bindparam("written"))
)
_PUT_OFF = (
    sa.update(schedule)
    .where(_OURS, schedule.c.due_at == _instant("at"))
    .values(next_try_at=_instant("again"), attempts=sa.bindparam("failed"), error=sa.bindparam("why"))
)
# Not min(): asked for the first of an index, both databases look at one row rather than at all.
_NEXT = sa.select(schedule.c.next_try_at).where(_IS_KNOWN).order_by(schedule.c.next_try_at).limit(1)
_OLDEST = sa.select(sa.func.min(schedule.c.due_at, type_=Instant))
_SUBJECTS = sa.select(schedule.c.subject).where(schedule.c.occasion == sa.bindparam("of"))
_SUBJECTS_BY = _SUBJECTS.where(schedule.c.due_at <= _instant("at"))
_PLANNED = sa.select(*(schedule.c[name] for name in Planned.__dataclass_fields__)).order_by(
    schedule.c.next_try_at, schedule.c.occasion, schedule.c.subject
)
_RAN = sa.select(*(schedule_runs.c[name] for name in Ran.__dataclass_fields__)).order_by(
    schedule_runs.c.ran_at.desc(), schedule_runs.c.occasion, schedule_runs.c.subject
)
_PURGE = sa.delete(schedule_runs).where(schedule_runs.c.ran_at < _instant("before"))
_NEWEST_MESSAGE = sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0))
# What a run puts carries its very time, to the microsecond; others may put at the same moment, but not at the same one.
_WRITTEN = sa.select(sa.func.count()).where(
    outbox.c.id > sa.bindparam("newest"), outbox.c.created_at == _instant("now")
)
# Any number, as long as nothing else uses it. On SQLite there is one writer at a time as it is.
_LOCK_OF_PLANNERS = sa.text("SELECT pg_advisory_xact_lock(7305114120267)")


# --- planning --------------------------------------------------------------------------------------------------------


def plan(tx: sa.Connection, occasion: str, subject: str, due_at: datetime) -> None:
    """Have it happen then, and no longer when it was planned before."""
    plan_all(tx, [Due(occasion, subject, due_at)])


def plan_all(tx: sa.Connection, wanted: Iterable[Due]) -> None:
    """Have each of them happen then, and no longer when it was planned before."""
    if rows := [_row(due) for due in wanted]:
        tx.execute(_PLAN.on(tx), rows)


def plan_if_new(tx: sa.Connection, occasion: str, subject: str, due_at: datetime) -> None:
    """Have it happen then, unless it is planned already."""
    plan_all_if_new(tx, [Due(occasion, subject, due_at)])


def plan_all_if_new(tx: sa.Connection, wanted: Iterable[Due]) -> None:
    """Plan those that are not planned already."""
    if rows := [_row(due) for due in wanted]:
        tx.execute(_PLAN_IF_NEW.on(tx), rows)


def cancel(tx: sa.Connection, occasion: str, subject: str) -> None:
    """Have it not happen any more; nothing, if it was not planned."""
    tx.execute(_CANCEL, {"of": occasion, "about": subject})


def subjects(connection: sa.Connection, occasion: str) -> set[str]:
    """Whom or what this occasion is planned for."""
    return set(connection.scalars(_SUBJECTS, {"of": occasion}))


def subjects_by(connection: sa.Connection, occasion: str, at: datetime) -> set[str]:
    """The same, but only as far as it is due by then."""
    return set(connection.scalars(_SUBJECTS_BY, {"of": occasion, "at": at}))


def only_one_plans(tx: sa.Connection) -> None:
    """Let no other replica plan before this transaction has ended: each could wait for rows of the other's."""
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK_OF_PLANNERS)


def _row(due: Due) -> dict[str, object]:
    at = {"due_at": due.due_at, "next_try_at": due.due_at}
    return {"occasion": due.occasion, "subject": due.subject, "attempts": 0, "error": None, **at}


# --- running ---------------------------------------------------------------------------------------------------------


def run_one(tx: sa.Connection, handlers: Mapping[str, Handler], now: datetime) -> Due | None:
    """Run the row that has been due for longest, of those that nobody else is running; None if there is none.

    Raises:
        RunFailed: the transaction must not be kept.
    """
    row = tx.execute(_OLDEST_DUE, {"known": list(handlers), "now": now}).one_or_none()
    if row is None:
        return None
    due = Due(*row)
    try:
        _run(tx, handlers[due.occasion], due, now)
    except Exception as fault:
        raise RunFailed(due) from fault
    return due


def _run(tx: sa.Connection, handler: Handler, due: Due, now: datetime) -> None:
    key = {"of": due.occasion, "about": due.subject}
    if not _claimed(tx, due, now):
        # It was planned anew for a date that has been run: whoever plans knows the next.
        tx.execute(_CANCEL, key)
        return
    newest = tx.scalar(_NEWEST_MESSAGE)
    following = handler(tx, due, now)
    if following is None:
        tx.execute(_CANCEL, key)
    elif following > now:
        tx.execute(_MOVE_ON, key | {"next": following})
    else:
        raise ValueError(f"the next {due.occasion} would not lie after the present")
    written = tx.scalar(_WRITTEN, {"newest": newest, "now": now})
    tx.execute(_NOTE, key | {"at": due.due_at, "written": written})


def _claimed(tx: sa.Connection, due: Due, now: datetime) -> bool:
    """Whether this date has not been run before: now it has."""
    row = {"occasion": due.occasion, "subject": due.subject, "due_at": due.due_at}
    claim = _CLAIM.on(tx)
    return tx.execute(claim, row | {"ran_at": now, "messages": 0}).one_or_none() is not None


def put_off(tx: sa.Connection, due: Due, why: str, now: datetime) -> None:
    """Try a run that failed again later, ever more seldom; nothing, if somebody has run it meanwhile.

    `why` is the name of a kind of error: its message could hold what a person typed.
    """
    failed = due.attempts + 1
    terms = {"of": due.occasion, "about": due.subject, "at": due.due_at, "failed": failed, "why": why}
    tx.execute(_PUT_OFF, terms | {"again": now + _backoff(failed)})


def _backoff(failed: int) -> timedelta:
    return min(timedelta(seconds=2.0 ** min(failed, 20)), LONGEST_WAIT)


def next_due(connection: sa.Connection, occasions: Iterable[str] = tuple(Occasion)) -> datetime | None:
    """When the next of these occasions is to be tried, in UTC; None if none is planned."""
    at: datetime | None = connection.scalar(_NEXT, {"known": list(occasions)})
    return at


# --- looking after it ------------------------------------------------------------------------------------------------


def due_rows(connection: sa.Connection, limit: int = 100) -> list[Planned]:
    """What will happen, the next first."""
    return [Planned(*row) for row in connection.execute(_PLANNED.limit(limit))]


def ran_rows(connection: sa.Connection, limit: int = 100) -> list[Ran]:
    """What happened, the newest first."""
    return [Ran(*row) for row in connection.execute(_RAN.limit(limit))]


def lateness(connection: sa.Connection, now: datetime) -> timedelta:
    """How long the row that has been due for longest has waited, failures and all; nothing if none is due."""
    oldest: datetime | None = connection.scalar(_OLDEST)
    return timedelta() if oldest is None else max(timedelta(), now - oldest)


def purge(tx: sa.Connection, before: datetime) -> None:
    """Forget what ran before then."""
    tx.execute(_PURGE, {"before": before})
