"""Asking for the monthly reviews: the row of the schedule that every case under way has, and what happens when it is due."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import review_dates, review_messages, review_people, schedule
from osara_store.case_file import Case, CaseFile, case_file
from osara_store.changing import Held
from osara_store.directory import Directory, Hub
from osara_store.preferences import hub_preferences
from osara_store.review_dates import Dates, Rhythm
from osara_store.reviews import REVIEWED, find
from osara_store.schedule import Due, Occasion
from osara_store.schema import Instant, ReviewState, case_moves, cases, review_rhythms, reviews
from osara_store.schema import schedule as planned
from osara_store.states import ENDED, Move

# Held as by `changing.hold`, but nothing of the case changes: what it says is as new as it was.
_HOLD: Final = sa.select(*cases.c).where(cases.c.id == sa.bindparam("this_case")).with_for_update()
_LAPSE: Final = (
    sa.update(reviews)
    .where(reviews.c.case_id == sa.bindparam("this_case"), reviews.c.state == ReviewState.DUE)
    .values(state=ReviewState.LAPSED)
)
_NOT_DONE: Final[dict[str, Any]] = {
    **dict.fromkeys(
        ("decision", "risk", "comment", "done_tenant", "done_id", "done_name", "done_agency_id"), ""
    ),
    "done_at": None,
}
_AT_MONTHS_END: Final = sa.select(sa.func.count()).where(
    review_rhythms.c.hub_id == sa.bindparam("this_hub"),
    sa.extract("day", review_rhythms.c.accepted_on) >= review_dates.FIRST_AT_MONTHS_END,
)


def dates_of(tx: sa.Connection, directory: Directory, hub: Hub, rhythm: Rhythm) -> Dates:
    days = directory.clocks_of(hub).working_days
    return Dates(rhythm, days, hub_preferences(tx, hub).reviews_at, hub.zone)


# --- when its day comes ----------------------------------------------------------------------------------------------


def ask(tx: sa.Connection, directory: Directory, due: Due, now: datetime) -> datetime | None:
    """Ask for the newest review of a case that has come due, and say when the next one is; None where the case has ended.

    Those that were missed before it are noted as lapsed, and nobody is asked for them.
    """
    row = tx.execute(_HOLD, {"this_case": int(due.subject)}).one_or_none()
    case = Case(*row) if row else None
    hub = directory.hub(case.hub_id) if case else None
    if case is None or hub is None or case.state in ENDED:
        return None
    file = case_file(tx, case.id)
    rhythm = file.rhythm or _keep_rhythm(tx, case.id, hub, _accepted_on(file, hub))
    dates = dates_of(tx, directory, hub, rhythm)
    n = dates.newest(now)
    if n and case.state in REVIEWED and find(file, n) is None:
        _lapse(tx, file, dates, range(max(dates.newest(due.due_at), 1), n), now)
        _add(tx, file, hub, dates, n, now)
        people = review_people.to_ask(tx, directory, hub, case, now)
        review_messages.tell(tx, directory, case, n, hub, people, now)
    return dates.due_at(n + 1)


def _lapse(tx: sa.Connection, file: CaseFile, dates: Dates, missed: Iterable[int], now: datetime) -> None:
    """What still waits gives way to the new one; what nobody was asked for is noted."""
    tx.execute(_LAPSE, {"this_case": file.case.id})
    for review in file.reviews:
        if review.state is ReviewState.DUE:
            review_messages.renew(tx, file.case, review.n, now, f"lapsed-{review.n}")
    rows = [_row(file.case, n, dates.due_on(n), ReviewState.LAPSED) for n in missed if find(file, n) is None]
    if rows:
        tx.execute(sa.insert(reviews), rows)


def _add(tx: sa.Connection, file: CaseFile, hub: Hub, dates: Dates, n: int, now: datetime) -> None:
    waiting = [review.waiting_since for review in file.reviews if review.state is ReviewState.DUE]
    row = _row(file.case, n, dates.due_on(n), ReviewState.DUE)
    since = waiting[0] if waiting else hub.today(now)
    tx.execute(sa.insert(reviews), {**row, "waiting_since": since, "prompted_at": now})


def _row(case: Case, n: int, due_on: date, state: ReviewState) -> dict[str, Any]:
    of_case = {"case_id": case.id, "n": n, "due_on": due_on, "waiting_since": due_on, "prompted_at": None}
    return {**of_case, "state": state, **_NOT_DONE}


# --- the schedule ----------------------------------------------------------------------------------------------------


def begin(held: Held, directory: Directory) -> None:
    """Let the months of a held case that is accepted begin; one that was accepted before keeps its own."""
    if held.file.rhythm is None:
        rhythm = _keep_rhythm(held.tx, held.case.id, held.hub, held.hub.today(held.now))
        due_at = dates_of(held.tx, directory, held.hub, rhythm).due_at(1)
        schedule.plan_if_new(held.tx, Occasion.REVIEW, str(held.case.id), due_at)


def _keep_rhythm(tx: sa.Connection, case_id: int, hub: Hub, accepted_on: date) -> Rhythm:
    before = 0
    if review_dates.is_at_months_end(accepted_on):
        before = tx.execute(_AT_MONTHS_END, {"this_hub": hub.id}).scalar_one()
    rhythm = review_dates.rhythm(accepted_on, before)
    tx.execute(sa.insert(review_rhythms), {"case_id": case_id, "hub_id": hub.id, **vars(rhythm)})
    return rhythm


_SUBJECT: Final = sa.cast(cases.c.id, sa.Text)
_IS_PLANNED: Final = sa.exists().where(planned.c.occasion == Occasion.REVIEW, planned.c.subject == _SUBJECT)
_ACCEPTED_AT: Final = (
    sa.select(sa.func.min(case_moves.c.at, type_=Instant))
    .where(case_moves.c.case_id == cases.c.id, case_moves.c.move == Move.TRIAGE)
    .scalar_subquery()
)
_NOT_PLANNED: Final = (
    sa.select(
        cases.c.id,
        sa.func.coalesce(_ACCEPTED_AT, cases.c.submitted_at, type_=Instant),
        review_rhythms.c.accepted_on,
        review_rhythms.c.later,
    )
    .join_from(cases, review_rhythms, review_rhythms.c.case_id == cases.c.id, isouter=True)
    .where(cases.c.hub_id == sa.bindparam("this_hub"), cases.c.state.in_(sorted(REVIEWED)), ~_IS_PLANNED)
    .order_by(cases.c.id)
)
_FORGET: Final = sa.delete(planned).where(
    planned.c.occasion == Occasion.REVIEW,
    planned.c.subject.in_(sa.select(_SUBJECT).where(cases.c.state.in_(sorted(ENDED)))),
)


def plan(tx: sa.Connection, directory: Directory, now: datetime) -> None:
    """Give every case that is worked its row in the schedule, and take that of every ended one away.

    A case that was accepted before there were reviews is asked for from its next month on.
    """
    tx.execute(_FORGET)
    for hub in directory.hubs:
        schedule.plan_all_if_new(tx, list(_of_hub(tx, directory, hub, now)))


def _of_hub(tx: sa.Connection, directory: Directory, hub: Hub, now: datetime) -> Iterator[Due]:
    days, at = directory.clocks_of(hub).working_days, hub_preferences(tx, hub).reviews_at
    rows = tx.execute(_NOT_PLANNED, {"this_hub": hub.id}).all()
    for case_id, accepted_at, accepted_on, later in rows:
        known = Rhythm(accepted_on, later) if accepted_on else None
        rhythm = known or _keep_rhythm(tx, case_id, hub, hub.today(accepted_at))
        dates = Dates(rhythm, days, at, hub.zone)
        yield Due(Occasion.REVIEW, str(case_id), dates.due_at(dates.newest(now) + 1))


def _accepted_on(file: CaseFile, hub: Hub) -> date:
    accepted = (move.by.at for move in file.moves if move.move == Move.TRIAGE)
    return hub.today(next(accepted, file.case.submitted_at))
