"""Which messages may be claimed next: the one statement that everything waits for, for each of two kinds of service."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from osara_store import pacing
from osara_store.schema import Instant, destinations, is_waiting_in, outbox

_to: sa.BindParameter[str] = sa.bindparam("to")
_now: sa.BindParameter[datetime] = sa.bindparam("now", type_=Instant)
# Not correlated, so that it is looked up once: behind a closed destination there can be thousands of rows.
_closed = sa.select(destinations.c.name).where(destinations.c.closed_until > _now)


def claiming(due: sa.Select[tuple[int]], returned: Iterable[str]) -> sa.Executable:
    """Lease the oldest of these. They are due again when the lease ends: nobody need clear up after a worker that died."""
    oldest = (
        due.where(_to.not_in(_closed))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True, of=outbox)
    )
    return (
        sa.update(outbox)
        .where(outbox.c.id.in_(oldest.scalar_subquery()))
        .values(
            due_at=sa.bindparam("until", type_=Instant),
            lease=sa.bindparam("token"),
            attempts=outbox.c.attempts + 1,
        )
        .returning(*(outbox.c[name] for name in returned))
    )


def every_head() -> sa.Select[tuple[int]]:
    """Everything due that is the oldest of its lane, where its destination is open."""
    return sa.select(outbox.c.id).where(_is_due_head(outbox), outbox.c.destination.not_in(_closed))


def one_head_of_each_place() -> sa.Select[tuple[int]]:
    """Of each open destination to which nothing is under way, the oldest that is due and the oldest of its lane.

    Goes from one destination to the next by the index, however many messages each has.
    """
    places = _places()
    first = outbox.alias("first")
    head = (
        sa.select(first.c.id)
        .where(_is_due_head(first), first.c.destination == places.c.name)
        .order_by(first.c.due_at, first.c.id)
        .limit(1)
        .correlate(places)
        .scalar_subquery()
    )
    return (
        sa.select(outbox.c.id)
        .select_from(places.join(outbox, outbox.c.id == head))
        .where(
            places.c.name.is_not(None),
            places.c.name.not_in(_closed),
            places.c.name.not_in(pacing.under_way(_now)),
        )
    )


def _is_due_head(messages: sa.FromClause) -> sa.ColumnElement[bool]:
    older = outbox.alias("older")
    is_head = ~sa.exists().where(
        older.c.lane == messages.c.lane, is_waiting_in(older), older.c.id < messages.c.id
    )
    return sa.and_(is_waiting_in(messages), messages.c.service == _to, messages.c.due_at <= _now, is_head)


def _places() -> sa.CTE:
    """The destinations of everything that waits, and after the last of them a NULL."""
    waiting, later = outbox.alias("waiting"), outbox.alias("later")
    first = _least(waiting).scalar_subquery()
    places = sa.select(first.label("name")).cte("places", recursive=True)
    following = _least(later).where(later.c.destination > places.c.name).correlate(places).scalar_subquery()
    return places.union_all(sa.select(following).where(places.c.name.is_not(None)))


def _least(messages: sa.FromClause) -> sa.Select[tuple[str]]:
    return (
        sa.select(messages.c.destination)
        .where(is_waiting_in(messages), messages.c.service == _to)
        .order_by(messages.c.destination)
        .limit(1)
    )
