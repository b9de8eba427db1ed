"""The personal messages about monthly reviews: who was told of which, and how what stands is kept true.

All that one person is told of one hub on one day stands in one message, so that a service that was away for weeks does not
come back with thirty of them.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import outbox, outgoing, quiet
from osara_store.case_file import Case, Review
from osara_store.directory import Actor, Directory, Hub
from osara_store.instruments import Band
from osara_store.schema import Instant, ReviewState, cases, is_waiting, review_prompts, reviews
from osara_store.schema import outbox as sent
from osara_store.statements import PerDatabase

_REMEMBER: Final = PerDatabase(review_prompts, lambda insert: insert.on_conflict_do_nothing())
_OF_MESSAGE: Final = tuple(review_prompts.c[name] for name in ("hub_id", "day", "tenant", "person"))
_MESSAGES: Final = (
    sa.select(*_OF_MESSAGE)
    .distinct()
    .join(reviews, sa.and_(reviews.c.case_id == review_prompts.c.case_id, reviews.c.n == review_prompts.c.n))
    .where(
        review_prompts.c.case_id == sa.bindparam("this_case"),
        reviews.c.state.in_(sa.bindparam("states", expanding=True)),
    )
    .order_by(*_OF_MESSAGE)
)
_OF_REVIEW: Final = (
    sa.select(*_OF_MESSAGE)
    .where(
        review_prompts.c.case_id == sa.bindparam("this_case"),
        review_prompts.c.n == sa.bindparam("number"),
    )
    .order_by(*_OF_MESSAGE)
)
_TOLD: Final[sa.Select[Any]] = (
    sa.select(*cases.c, *(reviews.c[field.name] for field in fields(Review)))
    .join_from(review_prompts, cases, cases.c.id == review_prompts.c.case_id)
    .join(reviews, sa.and_(reviews.c.case_id == review_prompts.c.case_id, reviews.c.n == review_prompts.c.n))
    .where(
        *(review_prompts.c[name] == sa.bindparam(f"the_{name}") for name in ("tenant", "person", "hub_id")),
        review_prompts.c.day == sa.bindparam("the_day", type_=sa.Date),
    )
    .order_by(cases.c.id, reviews.c.n)
)
# Held, so that nobody claims it, and draws it without what this transaction is about to tell.
_UNSENT: Final = (
    sa.select(sent.c.id, sent.c.due_at)
    .where(sent.c.lane == sa.bindparam("the_lane"), is_waiting, sent.c.attempts == 0)
    .order_by(sent.c.id)
    .limit(1)
    .with_for_update()
)
_SOONER: Final = (
    sa.update(sent)
    .where(sent.c.id == sa.bindparam("the_row"))
    .values(due_at=sa.bindparam("at", type_=Instant))
)
# What was never done shows nothing of the case any more.
_WITH_CONTENT: Final = (ReviewState.DUE, ReviewState.DONE)


def tell(
    tx: sa.Connection,
    directory: Directory,
    case: Case,
    n: int,
    hub: Hub,
    people: Iterable[Actor],
    now: datetime,
) -> None:
    """Tell these people of the review when it is not quiet; who was told before keeps the message that they have."""
    day, known = hub.today(now), set(told(tx, case.id, n))
    new = [each for each in people if (each.tenant, each.object_id) not in known]
    about = {"case_id": case.id, "n": n, "hub_id": hub.id, "day": day}
    for each in new:
        row = {**about, "tenant": each.tenant, "person": each.object_id}
        tx.execute(_REMEMBER.on(tx), row)
    messages = [(hub.id, day, each.tenant, each.object_id) for each in new]
    calm = now if case.band == Band.HIGH else quiet.not_before(tx, directory, hub, now)
    _draw(tx, case, messages, now, f"told-{n}", calm)


def wake(tx: sa.Connection, case_id: int, now: datetime) -> None:
    """Send what waits for the end of quiet about this case now: it has become one of high risk."""
    rows = tx.execute(_MESSAGES, {"this_case": case_id, "states": [ReviewState.DUE]}).all()
    for lane in sorted(outgoing.review_lane(*_message(row)) for row in rows):
        waiting = tx.execute(_UNSENT, {"the_lane": lane}).one_or_none()
        if waiting is not None and waiting.due_at > now:
            tx.execute(_SOONER, {"the_row": waiting.id, "at": now})


def told(connection: sa.Connection, case_id: int, n: int) -> list[tuple[str, str]]:
    """Tenant and object id of everybody who was told of this review."""
    return [(tenant, person) for _, _, tenant, person in _of_review(connection, case_id, n)]


def renew(tx: sa.Connection, case: Case, n: int, now: datetime, why: str = "") -> None:
    """Draw the messages anew in which this review stands. `why` tells apart what happens at one version of a case."""
    _draw(tx, case, _of_review(tx, case.id, n), now, why)


def renew_all(tx: sa.Connection, case: Case, now: datetime) -> None:
    """Draw all messages anew that show something of the case, such as when it has ended."""
    rows = tx.execute(_MESSAGES, {"this_case": case.id, "states": _WITH_CONTENT})
    _draw(tx, case, [_message(row) for row in rows], now)


def in_message(
    connection: sa.Connection, *, tenant: str, person: str, hub_id: str, day: date
) -> list[tuple[Case, Review]]:
    """All reviews that stand in one message, each with its case."""
    terms = {"the_tenant": tenant, "the_person": person, "the_hub_id": hub_id, "the_day": day}
    width = len(cases.c)
    return [
        (Case(*row[:width]), Review(*row[width:])) for row in map(tuple, connection.execute(_TOLD, terms))
    ]


_Message = tuple[str, date, str, str]  # hub, day, tenant and object id


def _of_review(connection: sa.Connection, case_id: int, n: int) -> list[_Message]:
    rows = connection.execute(_OF_REVIEW, {"this_case": case_id, "number": n})
    return [_message(row) for row in rows]


def _message(row: sa.Row[Any]) -> _Message:
    return row.hub_id, row.day, row.tenant, row.person


def _draw(
    tx: sa.Connection,
    case: Case,
    messages: Iterable[_Message],
    now: datetime,
    why: str = "",
    not_before: datetime | None = None,
) -> None:
    """Have these messages drawn. One that waits to be sent anyway is drawn then, with all that there is to tell."""
    drawn = [outgoing.review_card(case, *message, why) for message in messages]
    for envelope in sorted(drawn, key=lambda each: each.lane):  # they are held until the end: in one order
        waiting = tx.execute(_UNSENT, {"the_lane": envelope.lane}).one_or_none()
        if waiting is None:
            outbox.put(tx, [replace(envelope, not_before=not_before)], now)
        elif not_before is not None and waiting.due_at > not_before:
            tx.execute(_SOONER, {"the_row": waiting.id, "at": not_before})
