"""How long a case is kept: a queue for review, a decision with its reason, legal hold, and erasure. Nothing goes silently.

An erased case keeps what the measures count: reference, hub, agencies, category, band, states, days, and every answer that
is a choice, a number or a day.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from osara_store import changing, outbox, outgoing
from osara_store.case_file import Case, CaseFile, case_of, surviving
from osara_store.changing import Held
from osara_store.directory import Actor, Hub
from osara_store.erasing import erase
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.policy import Action, may
from osara_store.schema import AgeGroup, cases, retention_decisions
from osara_store.states import ENDED
from osara_store.visibility import IS_HIDDEN, seen_by

Decision = Literal["keep", "erase"]

_ADD: Final = sa.insert(retention_decisions)
_COUNT: Final = (
    sa.select(sa.func.count())
    .select_from(retention_decisions)
    .where(retention_decisions.c.case_id == sa.bindparam("this_case"))
)
_IS_DUE: Final = sa.and_(
    cases.c.hub_id == sa.bindparam("hub_id"),
    cases.c.state.in_(sorted(ENDED)),
    cases.c.retention_on <= sa.bindparam("day", type_=sa.Date),
    cases.c.erased_at.is_(None),
)
_DUE: Final = (
    sa.select(cases)
    .where(_IS_DUE, ~IS_HIDDEN)
    .order_by(cases.c.retention_on, cases.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("skipped", type_=sa.Integer))
)
_OUT_OF_SIGHT: Final = sa.select(sa.func.count()).select_from(cases).where(_IS_DUE, IS_HIDDEN)


def due(
    connection: sa.Connection, *, actor: Actor, hub: Hub, on: date, limit: int, offset: int
) -> list[Case]:
    """Ended cases of the hub whose review day has come, the longest due first; those under legal hold are among them.

    Raises:
        NotAllowed: the queue is for the hub's manager.
    """
    terms = {**_terms(actor, hub, on), "most": limit, "skipped": offset}
    return [Case(*row) for row in connection.execute(_DUE, terms)]


def due_out_of_sight(connection: sa.Connection, *, actor: Actor, hub: Hub, on: date) -> int:
    """How many more are due that are restricted and not for this manager to see.

    Raises:
        NotAllowed: the queue is for the hub's manager.
    """
    return connection.execute(_OUT_OF_SIGHT, _terms(actor, hub, on)).scalar_one()


def decide(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    decision: Decision,
    until: date | None,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Keep the case until another review, or erase all that says who and where. Erasing cannot be undone.

    Raises:
        Incomplete: a `reason` is missing; to keep it, a day `until` which, later than now and than the day that was set; to
            erase it, that the `retention_date` comes, or that the `legal_hold` is lifted.
        Stale: the case was erased before.
    """
    held = _hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.DECIDE_RETENTION, now=now)
    lacking = _lacking_to_keep(held, until) if decision == "keep" else _lacking_to_erase(held)
    if missing := (*_reason_missing(reason), *lacking):
        raise Incomplete(missing)
    if decision == "keep":
        held.change(retention_on=until)
    else:
        erase(held)
        _push_neighbours(held)
    _record(held, decision, until if decision == "keep" else None, reason)
    # What people hold in their hands may show words of the case; it is drawn anew without them.
    return held.finish(
        "case.retention_decided", {"decision": decision}, receipts=decision == "erase", channel=False
    )


def hold_legally(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, on: bool, reason: str, now: datetime
) -> CaseFile:
    """Put a case under legal hold, so that nothing of it can be erased, or lift the hold. Once more changes nothing.

    Raises:
        Incomplete: the `reason` is missing.
        Stale: the case was erased before.
    """
    held = _hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.HOLD_LEGALLY, now=now)
    if missing := _reason_missing(reason):
        raise Incomplete(missing)
    if held.case.legal_hold == on:
        return held.file
    held.change(legal_hold=on)
    decision = "hold" if on else "release"
    _record(held, decision, None, reason)
    return held.finish("case.retention_decided", {"decision": decision}, receipts=False, channel=False)


def concerns_child(file: CaseFile) -> bool:
    """Whether anybody in the case is marked as under 18: a child's record has rules of its own."""
    return any(person.age_group is AgeGroup.CHILD for person in file.people)


def _hold(tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, action: Action, now: datetime) -> Held:
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=action, now=now)
    if held.case.erased_at is not None:
        raise Stale
    return held


def _reason_missing(reason: str) -> tuple[str, ...]:
    return () if reason.strip() else ("reason",)


def _lacking_to_keep(held: Held, until: date | None) -> tuple[str, ...]:
    """A review may be put off, never brought forward: the case would be gone sooner than it was meant to be."""
    soonest = max(held.hub.today(held.now), held.case.retention_on or date.min)
    return () if until is not None and until > soonest else ("until",)


def _lacking_to_erase(held: Held) -> tuple[str, ...]:
    review = held.case.retention_on
    is_due = review is not None and review <= held.hub.today(held.now)
    lacking = {"retention_date": not is_due, "legal_hold": _is_held(held)}
    return tuple(name for name, is_lacking in lacking.items() if is_lacking)


def _is_held(held: Held) -> bool:
    """Whether the case is under legal hold, or the one in which it goes on: what was merged is part of that matter."""
    return held.case.legal_hold or surviving(held.tx, held.case).legal_hold


def _push_neighbours(held: Held) -> None:
    """In SharePoint, the rows of cases that are tied to this one repeat why; what was said here is no more."""
    others = dict.fromkeys(link.other_id for link in held.file.links)
    pushes = [outgoing.push(case_of(held.tx, other_id)) for other_id in others]
    beside = [replace(push, key=f"{push.key}:erased:{held.case.id}") for push in pushes]
    outbox.put(held.tx, beside, held.now)


def _record(held: Held, decision: str, until: date | None, reason: str) -> None:
    n = held.tx.execute(_COUNT, {"this_case": held.case.id}).scalar_one() + 1
    held.tx.execute(_ADD, held.signed(n=n, decision=decision, until=until, reason=reason))


def _terms(actor: Actor, hub: Hub, on: date) -> Mapping[str, Any]:
    ruling = may(actor, Action.SEE_RETENTION, hub, on=on)
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
    return {"hub_id": hub.id, "day": on, **seen_by(actor)}
