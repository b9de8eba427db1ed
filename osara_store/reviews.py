"""The monthly review of every open case: asked for when its day comes, done by one, and then done for everybody.

A review is one row. It is made when it comes due, or when somebody does it before; it is done once; and it lapses when the
next one comes and nobody has done it. `review_dates` says on which days, `review_asking` asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing, review_dates, review_messages, review_people
from osara_store.case_file import CaseFile, Review, case_of
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, Stale, StoreError
from osara_store.policy import Action
from osara_store.review_dates import Rhythm
from osara_store.schema import CaseState, ReviewDecision, ReviewState, RiskNow, Stage, reviews
from osara_store.states import BEING_WORKED

ENTRY: Final = "monthly_review"  # the kind of entry that holds one
MOST_COMMENT: Final = 300
# While a case is worked it is reviewed; one that is with its referrer stands still.
REVIEWED: Final = BEING_WORKED | {CaseState.CLOSURE_PROPOSED}
IN_WORDS: Final[Mapping[ReviewDecision, str]] = {
    ReviewDecision.CONTINUE: "Continue",
    ReviewDecision.CHANGE: "Change the plan",
    ReviewDecision.PROPOSE: "Propose closure",
}
RISK_IN_WORDS: Final[Mapping[RiskNow, str]] = {
    RiskNow.SAME: "The same",
    RiskNow.WORSE: "Worse",
    RiskNow.BETTER: "Better",
}


class AlreadyReviewed(StoreError):
    """Somebody else has done this review."""

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review


@dataclass(frozen=True)
class Current:
    """The review that may be done now: one that waits, or one whose day is near. `due_on` is a day of the hub."""

    n: int
    due_on: date
    waits: bool
    may_be_done: bool


# --- which one -------------------------------------------------------------------------------------------------------


def current(file: CaseFile, directory: Directory, hub: Hub, now: datetime) -> Current | None:
    """The review that waits or, where none does, the next one; None for a case that is not reviewed (any more)."""
    if file.rhythm is None or file.case.state not in REVIEWED:
        return None
    for review in file.reviews:
        if review.state is ReviewState.DUE:
            return Current(review.n, review.due_on, waits=True, may_be_done=True)
    return _coming(file, file.rhythm, directory, hub, hub.today(now))


def _coming(file: CaseFile, rhythm: Rhythm, directory: Directory, hub: Hub, today: date) -> Current:
    days, settled = directory.clocks_of(hub).working_days, {review.n for review in file.reviews}
    n = max(review_dates.newest_on(rhythm, today, days), 1)
    while n in settled or review_dates.due_on(rhythm, n, days) < today:
        n += 1
    due_on = review_dates.due_on(rhythm, n, days)
    return Current(n, due_on, waits=False, may_be_done=today >= due_on - review_dates.EARLY)


def find(file: CaseFile, n: int) -> Review | None:
    return next((review for review in file.reviews if review.n == n), None)


# --- doing it --------------------------------------------------------------------------------------------------------


def complete(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    decision: ReviewDecision,
    risk: RiskNow | None,
    comment: str,
    now: datetime,
) -> CaseFile:
    """Do the n-th review: the one that waits, or up to a fortnight early the next. The same again is only a repeat.

    Raises:
        AlreadyReviewed: somebody has done it.
        Stale: it has lapsed, or its time has not come.
        Incomplete: nobody said how the `risk` is now.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.COMPLETE_REVIEW, now=now)
    said = (decision, risk, comment.strip())
    known = find(held.file, n)
    if known is not None and known.state is ReviewState.DONE:
        if _is_repeat(known, actor, said):
            return held.file
        raise AlreadyReviewed(known)
    wanted = current(held.file, directory, hub, now)
    if wanted is None or wanted.n != n or not wanted.may_be_done:
        raise Stale
    if risk is None:
        raise Incomplete(("risk",))
    _write(held, wanted, decision, risk, comment.strip())
    enter(held, Stage.ASSESSMENT, ENTRY, _in_words(decision, risk, comment.strip()))
    detail = {"review": n, "decision": decision, "risk": risk}
    file = held.finish("case.reviewed", detail, receipts=False, channel=False)
    review_messages.renew(tx, file.case, n, now)
    return file


def _is_repeat(known: Review, actor: Actor, said: tuple[str, str | None, str]) -> bool:
    is_theirs = (known.done_tenant, known.done_id) == (actor.tenant, actor.object_id)
    return is_theirs and (known.decision, known.risk, known.comment) == said


def _write(held: Held, wanted: Current, decision: str, risk: str, comment: str) -> None:
    done = {
        "state": ReviewState.DONE,
        "decision": decision,
        "risk": risk,
        "comment": comment,
        "done_tenant": held.actor.tenant,
        "done_id": held.actor.object_id,
        "done_name": held.actor.name,
        "done_agency_id": held.actor.agency.id,
        "done_at": held.now,
    }
    if wanted.waits:
        this = (reviews.c.case_id == held.case.id, reviews.c.n == wanted.n)
        held.tx.execute(sa.update(reviews).where(*this).values(done))
    else:
        row = {"case_id": held.case.id, "n": wanted.n, "due_on": wanted.due_on, "prompted_at": None}
        held.tx.execute(sa.insert(reviews), {**row, "waiting_since": wanted.due_on, **done})


def _in_words(decision: ReviewDecision, risk: RiskNow, comment: str) -> str:
    lines = (IN_WORDS[decision], f"Risk: {RISK_IN_WORDS[risk].lower()}", comment)
    return "\n".join(filter(None, lines))


def new_lead(held: Held, directory: Directory) -> None:
    """Ask the agency that leads a held case now; what stands for whoever asked before loses its content."""
    case = case_of(held.tx, held.case.id)
    review_messages.renew_all(held.tx, case, held.now)
    for review in held.file.reviews:
        if review.state is ReviewState.DUE:
            people = review_people.to_ask(held.tx, directory, held.hub, case, held.now)
            review_messages.tell(held.tx, directory, case, review.n, held.hub, people, held.now)
