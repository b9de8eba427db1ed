"""Reminders of monthly reviews that nobody has done: two for whoever was asked, then the manager, then the inspector.

They are counted from the day on which somebody was asked; for manager and inspector from the first of those missed in a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.instruments import Band
from osara_store.nudges import Nudge, Step
from osara_store.policy import Action, may
from osara_store.reviews import REVIEWED
from osara_store.schema import ReviewState, cases, review_prompts, reviews
from osara_store.visibility import IS_HIDDEN, seen_by

OVERDUE_AFTER: Final = timedelta(days=7)
AGAIN_AFTER: Final = timedelta(days=14)
MANAGER_AFTER: Final = timedelta(days=21)
MISSED: Final = "missed"  # the step of what goes to managers and inspectors


@dataclass(frozen=True)
class _Waiting:
    """A review that nobody has done; `is_told` says whether the actor was asked for it."""

    reference: str
    category: str
    band: str
    moves: int
    lead_agency_id: str
    n: int
    due_on: date
    waiting_since: date
    prompted_at: datetime
    is_told: bool


_IS_TOLD: Final = sa.exists().where(
    review_prompts.c.case_id == reviews.c.case_id,
    review_prompts.c.n == reviews.c.n,
    review_prompts.c.tenant == sa.bindparam("viewer_tenant"),
    review_prompts.c.person == sa.bindparam("viewer_id"),
)
_WAITING: Final[sa.Select[Any]] = (
    sa.select(
        *(cases.c[name] for name in ("reference", "category", "band", "moves", "lead_agency_id")),
        *(reviews.c[name] for name in ("n", "due_on", "waiting_since", "prompted_at")),
        _IS_TOLD,
    )
    .join_from(reviews, cases, cases.c.id == reviews.c.case_id)
    .where(
        reviews.c.state == ReviewState.DUE,
        reviews.c.waiting_since <= sa.bindparam("latest", type_=sa.Date),
        cases.c.hub_id == sa.bindparam("this_hub"),
        cases.c.state.in_(sorted(REVIEWED)),
        ~IS_HIDDEN,
    )
    .order_by(reviews.c.waiting_since, cases.c.id)
)


def nudges(tx: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    """What the actor hears of reviews in the hubs where they may be shown cases."""
    for hub in directory.hubs_of(actor):
        today = hub.today(now)
        if not may(actor, Action.SEE_OWN_WORK, hub, on=today).allowed:
            continue
        terms = {"this_hub": hub.id, "latest": today - OVERDUE_AFTER, **seen_by(actor)}
        for row in tx.execute(_WAITING, terms):
            yield from _of(_Waiting(*row), directory, actor, hub, today)


def _of(waiting: _Waiting, directory: Directory, actor: Actor, hub: Hub, today: date) -> Iterator[Nudge]:
    step = _reminder(waiting, actor, hub, today)
    if step is not None:
        yield _nudge("review", waiting, hub, step)
    after = _escalated_after(waiting, directory, actor, hub)
    if after is not None and today - waiting.waiting_since >= after:
        yield _nudge("missed_review", waiting, hub, MISSED)


def _reminder(waiting: _Waiting, actor: Actor, hub: Hub, today: date) -> Step | None:
    """For whoever was asked, as long as it is theirs to do."""
    is_theirs = actor.role_in(hub) is Role.MANAGER or actor.agency.id == waiting.lead_agency_id
    late = today - hub.today(waiting.prompted_at)
    if not (is_theirs and waiting.is_told) or late < OVERDUE_AFTER:
        return None
    return Step.AGAIN if late >= AGAIN_AFTER else Step.OVERDUE


def _escalated_after(waiting: _Waiting, directory: Directory, actor: Actor, hub: Hub) -> timedelta | None:
    """After how long somebody of this role hears that a review is missed: the inspector by the band of the case, or never."""
    match actor.role_in(hub):
        case Role.MANAGER:
            return MANAGER_AFTER
        case Role.INSPECTOR if waiting.band:
            days = directory.clocks_of(hub).of(Band(waiting.band)).escalate_after_days
            return None if days is None else timedelta(days=days)
        case _:
            return None


def _nudge(kind: str, waiting: _Waiting, hub: Hub, step: str) -> Nudge:
    """What is missed goes on from month to month; each month's own review is a matter of its own."""
    is_missed = step == MISSED
    day = waiting.waiting_since if is_missed else waiting.due_on
    matter = kind if is_missed else f"{kind}:{waiting.n}"
    return Nudge(
        subject=f"{matter}:{waiting.reference}@{day}",
        step=step,
        kind=kind,
        hub_id=hub.id,
        reference=waiting.reference,
        category=waiting.category,
        band=waiting.band,
        n=waiting.n,
        what=waiting.lead_agency_id if is_missed else "",
        due_on=day,
        urgent=True,
        moves=waiting.moves,
    )
