"""Who hears of a review that nobody does, and when; and what the managers are told of a month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import leading, restricting, review_nudges, review_summary, schedule
from osara_store.case_file import Access, CaseFile
from osara_store.directory import Actor
from osara_store.outbox import Kind
from osara_store.review_summary import Tally
from osara_store.schedule import Due, Occasion
from osara_store.schema import CaseState, outbox
from osara_store.work import waiting_for

from .casework import about, set_case
from .conftest import Store
from .test_reviews import APRIL, JUNE, MAY, accepted, complete, runs
from .world import ALL, AMY, DIRECTORY, HELEN, IAN, NOON, PRIYA, RUTH, SUE, TENANT, TOM

HELENS = f"ALL:{TENANT}:{HELEN.object_id}"


def heard(tx: sa.Connection, who: Actor, now: datetime) -> list[tuple[str, str]]:
    return [(nudge.kind, nudge.step) for nudge in review_nudges.nudges(tx, DIRECTORY, who, now)]


def asked(tx: sa.Connection, band: str = "medium") -> CaseFile:
    """A case whose first review was asked for on 2 April."""
    file = accepted(tx)
    set_case(tx, file.case.id, band=band)
    runs(tx, APRIL)
    return file


def after(days: int) -> datetime:
    return APRIL + timedelta(days=days)


# --- reminders -------------------------------------------------------------------------------------------------------


def test_whoever_was_asked_is_reminded_after_a_week_and_after_two(store: Store):
    with store.begin() as tx:
        asked(tx)
        for who in (PRIYA, HELEN):
            assert heard(tx, who, after(6)) == []
            assert heard(tx, who, after(7)) == [("review", "overdue")]
            assert heard(tx, who, after(14)) == [("review", "again")]
        for who in (SUE, TOM, IAN, AMY):
            assert heard(tx, who, after(14)) == []


def test_the_manager_hears_after_three_weeks_whoever_was_asked(store: Store):
    with store.begin() as tx:
        asked(tx)
        assert ("missed_review", "missed") not in heard(tx, HELEN, after(20))
        assert ("missed_review", "missed") in heard(tx, HELEN, after(21))


@pytest.mark.parametrize(("band", "days"), [("high", 28), ("medium", 56), ("standard", None), ("", None)])
def test_the_inspector_hears_by_the_band_and_the_months_missed_in_a_row_count(store: Store, band, days):
    with store.begin() as tx:
        asked(tx, band)
        runs(tx, MAY)
        if days is None:
            assert heard(tx, RUTH, after(90)) == []
        else:
            assert heard(tx, RUTH, after(days - 1)) == []
            assert heard(tx, RUTH, after(days)) == [("missed_review", "missed")]


def test_a_review_that_is_done_is_chased_no_more_and_the_next_is_counted_anew(store: Store):
    with store.begin() as tx:
        file = asked(tx, "high")
        runs(tx, MAY)
        complete(tx, file, n=2, now=MAY + timedelta(days=8))
        for who in (PRIYA, HELEN, RUTH):
            assert heard(tx, who, MAY + timedelta(days=25)) == []
        runs(tx, JUNE)
        assert heard(tx, RUTH, JUNE + timedelta(days=27)) == []
        assert heard(tx, RUTH, JUNE + timedelta(days=28)) == [("missed_review", "missed")]


def test_while_the_service_stood_still_nobody_was_late(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        set_case(tx, file.case.id, band="high")
        back = MAY + timedelta(days=20)
        runs(tx, back)
        for who in (PRIYA, HELEN, RUTH):
            assert heard(tx, who, back + timedelta(days=6)) == []
        assert heard(tx, PRIYA, back + timedelta(days=7)) == [("review", "overdue")]
        assert heard(tx, RUTH, back + timedelta(days=27)) == []


def test_each_month_and_each_row_of_missed_ones_is_a_matter_of_its_own(store: Store):
    with store.begin() as tx:
        file = asked(tx, "high")
        (first,) = review_nudges.nudges(tx, DIRECTORY, PRIYA, after(7))
        (ruths,) = review_nudges.nudges(tx, DIRECTORY, RUTH, after(28))
        runs(tx, MAY)
        (second,) = review_nudges.nudges(tx, DIRECTORY, PRIYA, MAY + timedelta(days=7))
        (still,) = review_nudges.nudges(tx, DIRECTORY, RUTH, MAY + timedelta(days=7))

    assert first.matter != second.matter
    assert (ruths.key, ruths.due_on) == (still.key, date(2026, 4, 2))
    assert (ruths.reference, ruths.what, ruths.band, ruths.breaks_through) == (
        file.case.reference,
        "homes",
        "high",
        True,
    )


def test_a_case_that_ended_or_is_restricted_or_led_by_others_reminds_nobody_it_should_not(store: Store):
    with store.begin() as tx:
        ended, listed, led = asked(tx), asked(tx), asked(tx)
        set_case(tx, ended.case.id, state=CaseState.CLOSED)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, SUE)]
        restricting.restrict(tx, **about(listed, TOM), people=people, reason="A threat.", now=APRIL)
        leading.change_lead(tx, **about(led, TOM), directory=DIRECTORY, agency_id="police", now=after(1))
        assert heard(tx, PRIYA, after(14)) == []
        found = [nudge.reference for nudge in review_nudges.nudges(tx, DIRECTORY, HELEN, after(14))]
    assert found == [led.case.reference]


# --- under My work ---------------------------------------------------------------------------------------------------


def test_a_review_that_waits_stands_under_the_work_of_lead_agency_and_manager(store: Store):
    with store.begin() as tx:
        file = asked(tx)

        def kinds(who: Actor) -> list[tuple[str, int]]:
            found = waiting_for(tx, directory=DIRECTORY, actor=who, now=APRIL, limit=20).items
            return [(item.kind, item.n) for item in found if item.kind == "review"]

        for who in (PRIYA, SUE, HELEN):
            assert kinds(who) == [("review", 1)]
        for who in (TOM, IAN, RUTH):
            assert kinds(who) == []
        complete(tx, file)
        assert kinds(PRIYA) == []


# --- the summary -----------------------------------------------------------------------------------------------------


def month(tx: sa.Connection, which: str, who: Actor = HELEN) -> Sequence[Tally]:
    return review_summary.of_month(tx, who, ALL, which)


def test_a_month_is_counted_by_who_leads_the_cases(store: Store):
    with store.begin() as tx:
        files = [asked(tx) for _ in range(3)]
        leading.change_lead(tx, **about(files[2], TOM), directory=DIRECTORY, agency_id="police", now=after(1))
        complete(tx, files[0], now=after(3))
        assert month(tx, "2026-04") == (Tally("homes", 2, 1, 1), Tally("police", 1, 0, 1))
        assert month(tx, "2026-05") == ()
        runs(tx, MAY)
        assert month(tx, "2026-04") == (Tally("homes", 2, 1, 1), Tally("police", 1, 0, 1))
        assert month(tx, "2026-05") == (Tally("homes", 2, 0, 2), Tally("police", 1, 0, 1))


def test_what_an_ended_case_was_asked_for_and_what_is_hidden_is_not_counted(store: Store):
    with store.begin() as tx:
        ended, hidden, done = asked(tx), asked(tx), asked(tx)
        complete(tx, done)
        for file in (ended, done):
            set_case(tx, file.case.id, state=CaseState.CLOSED)
        set_case(tx, hidden.case.id, restricted=True)
        assert month(tx, "2026-04") == (Tally("homes", 1, 1, 0),)


def summaries(store: Store) -> list[dict[str, Any]]:
    return [row["payload"] for row in store.rows(outbox, outbox.c.kind == Kind.SUMMARY)]


def test_each_manager_is_told_once_on_the_first_working_day_of_a_month(store: Store):
    with store.begin() as tx:
        review_summary.plan(tx, DIRECTORY, APRIL)
        planned = {row.subject: row.due_at for row in schedule.due_rows(tx)}
        asked(tx)
        # 1 May is a Friday; the summary of no case goes to nobody.
        first = datetime(2026, 5, 1, 8, tzinfo=UTC)
        assert planned[HELENS] == first
        handlers = {Occasion.SUMMARY: lambda tx, due, now: review_summary.tell(tx, DIRECTORY, due, now)}
        for _ in range(2):
            while schedule.run_one(tx, handlers, first):
                pass
        later = {row.subject: row.due_at for row in schedule.due_rows(tx) if row.occasion == "summary"}

    assert summaries(store) == [
        {"hub_id": "ALL", "month": "2026-04", "tenant": TENANT, "person": HELEN.object_id}
    ]
    assert later[HELENS] == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert len(planned) == 2  # the manager of the other hub, too


def test_after_a_long_standstill_only_the_last_month_is_told(store: Store):
    with store.begin() as tx:
        asked(tx)
        runs(tx, MAY)
        due = Due(Occasion.SUMMARY, HELENS, datetime(2026, 5, 1, 8, tzinfo=UTC))
        review_summary.tell(tx, DIRECTORY, due, JUNE + timedelta(hours=3))
    assert [each["month"] for each in summaries(store)] == ["2026-05"]


def test_who_manages_the_hub_no_more_is_told_no_more(store: Store):
    with store.begin() as tx:
        due = Due(Occasion.SUMMARY, f"ALL:{TENANT}:{PRIYA.object_id}", NOON)
        assert review_summary.tell(tx, DIRECTORY, due, MAY) is None
