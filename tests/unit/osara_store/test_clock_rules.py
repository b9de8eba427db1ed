"""When things are due. Times are UTC; the hub's day ends at 17:00 by its own clock on the wall."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store.case_settings import ClockRules
from osara_store.clock_rules import FROM_THE_BAND, ClockKind, Restart, Running, due, recompute, start_all
from osara_store.instruments import Band

LONDON = ZoneInfo("Europe/London")
RULES = ClockRules()
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def rules(draw) -> ClockRules:
    def rising(key: str) -> dict[Band, int]:
        high, medium, standard = sorted(draw(st.lists(st.integers(0, 25), min_size=3, max_size=3)))
        return {Band.HIGH: high, Band.MEDIUM: medium, Band.STANDARD: standard}

    allowed = {key: rising(key) for key in ("initial_action", "information", "meeting")}
    return ClockRules.model_validate(
        {
            **{band.value: {key: allowed[key][band] for key in allowed} for band in Band},
            "risk_check": draw(st.integers(0, 5)),
            "end_of_day": draw(st.times(time(6), time(22))).replace(microsecond=0),
            "extra_holidays": draw(st.lists(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=5)),
        }
    )


moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(
    [LONDON, *(ZoneInfo(name) for name in ("Pacific/Auckland", "America/New_York", "UTC"))]
)
bands = st.sampled_from(Band)
kinds = st.sampled_from(ClockKind)
banded_kinds = st.sampled_from(FROM_THE_BAND)


@pytest.mark.parametrize(
    ("kind", "band", "expected"),
    [
        (ClockKind.RISK_CHECK, None, "2026-03-03 17:00"),
        (ClockKind.INITIAL_ACTION, Band.HIGH, "2026-03-03 17:00"),
        (ClockKind.INITIAL_ACTION, Band.MEDIUM, "2026-03-05 17:00"),
        (ClockKind.INITIAL_ACTION, Band.STANDARD, "2026-03-09 17:00"),
        (ClockKind.INFORMATION, Band.HIGH, "2026-03-04 17:00"),
        (ClockKind.INFORMATION, Band.MEDIUM, "2026-03-09 17:00"),
        (ClockKind.INFORMATION, Band.STANDARD, "2026-03-16 17:00"),
        (ClockKind.MEETING, Band.HIGH, "2026-03-09 17:00"),
        (ClockKind.MEETING, Band.MEDIUM, "2026-03-16 17:00"),
        (ClockKind.MEETING, Band.STANDARD, "2026-03-30 16:00"),
    ],
)
def test_each_clock_allows_the_days_of_its_band(kind, band, expected):
    assert due(kind, band, MONDAY, LONDON, RULES) == at(expected)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-06 17:00", "2026-03-09 17:00"),
        ("2026-03-06 17:01", "2026-03-10 17:00"),
        ("2026-03-08 09:00", "2026-03-10 17:00"),
        ("2026-03-09 00:00", "2026-03-10 17:00"),
        ("2026-04-03 10:00", "2026-04-08 16:00"),
        ("2026-03-27 10:00", "2026-03-30 16:00"),
        ("2026-10-23 10:00", "2026-10-26 17:00"),
        ("2026-06-30 16:30", "2026-07-02 16:00"),
    ],
    ids=[
        "Friday as the day ends",
        "Friday a minute later",
        "Sunday",
        "Monday at midnight",
        "Good Friday",
        "the clocks go forward",
        "the clocks go back",
        "after hours by the hub's clock, not yet by UTC",
    ],
)
def test_what_comes_in_out_of_hours_counts_from_the_next_working_day(start, expected):
    assert due(ClockKind.INITIAL_ACTION, Band.HIGH, at(start), LONDON, RULES) == at(expected)


@pytest.mark.parametrize("kind", FROM_THE_BAND)
def test_without_a_band_only_the_risk_check_runs(kind):
    with pytest.raises(ValueError, match=f"{kind} needs a band"):
        due(kind, None, MONDAY, LONDON, RULES)


@given(kinds, bands, moments, zones, rules())
def test_everything_is_due_at_the_end_of_a_working_day_also_when_the_clocks_change(
    kind, band, start, zone, rules
):
    found = due(kind, band, start, zone, rules)
    local = found.astimezone(zone)

    assert found.tzinfo is UTC
    assert found >= start
    assert local.time() == rules.end_of_day
    assert rules.working_days.is_working_day(local.date())


@given(banded_kinds, moments, zones, rules())
def test_a_higher_band_is_never_due_later(kind, start, zone, rules):
    high, medium, standard = (
        due(kind, band, start, zone, rules) for band in (Band.HIGH, Band.MEDIUM, Band.STANDARD)
    )
    assert high <= medium <= standard


@given(kinds, bands, st.tuples(moments, moments).map(sorted), zones, rules())
def test_what_starts_later_is_never_due_earlier(kind, band, starts, zone, rules):
    earlier, later = (due(kind, band, start, zone, rules) for start in starts)
    assert earlier <= later


def test_a_first_assessment_starts_the_three_clocks():
    assert start_all(Band.HIGH, MONDAY, LONDON, RULES) == [
        Running(kind, Band.HIGH, MONDAY, due(kind, Band.HIGH, MONDAY, LONDON, RULES))
        for kind in FROM_THE_BAND
    ]


@given(bands, moments, moments, zones, rules())
def test_the_same_band_again_changes_nothing(band, start, again, zone, rules):
    assert recompute(start_all(band, start, zone, rules), band, again, zone, rules) == []


@given(bands, bands, st.tuples(moments, moments).map(sorted), zones, rules())
def test_a_change_of_band_begins_anew_but_rising_never_postpones(old, new, times, zone, rules):
    start, again = times
    running = start_all(old, start, zone, rules)
    for clock, restart in zip(running, recompute(running, new, again, zone, rules), strict=old != new):
        anew = due(clock.kind, new, again, zone, rules)
        assert restart == Restart(
            clock.kind, clock.due_at, min(anew, clock.due_at) if new.rank > old.rank else anew
        )


@given(st.lists(bands, min_size=2, max_size=6), st.lists(moments, min_size=6, max_size=6), zones, rules())
def test_over_a_whole_history_only_a_lower_band_gives_more_time(history, times, zone, rules):
    steps = list(zip(history, sorted(times), strict=False))
    band, moment = steps[0]
    running = start_all(band, moment, zone, rules)
    for again, later in steps[1:]:
        restarts = recompute(running, again, later, zone, rules)
        assert all(restart.new_due <= restart.old_due for restart in restarts) or again.rank < band.rank
        running = [Running(restart.kind, again, later, restart.new_due) for restart in restarts] or running
        band = again


def test_what_was_met_stays_met():
    met, *others = start_all(Band.STANDARD, MONDAY, LONDON, RULES)
    met = Running(met.kind, met.band, met.started_at, met.due_at, met_at=at("2026-03-02 15:00"))

    restarted = recompute([met, *others], Band.HIGH, at("2026-03-03 10:00"), LONDON, RULES)
    assert [restart.kind for restart in restarted] == [clock.kind for clock in others]


def test_the_risk_check_does_not_follow_the_band():
    check = Running(
        ClockKind.RISK_CHECK, None, MONDAY, due(ClockKind.RISK_CHECK, None, MONDAY, LONDON, RULES)
    )
    assert recompute([check], Band.HIGH, MONDAY, LONDON, RULES) == []


def test_an_overdue_clock_stays_overdue_when_the_band_rises_and_gets_new_time_when_it_falls():
    running = start_all(Band.MEDIUM, MONDAY, LONDON, RULES)
    long_after = at("2026-06-01 10:00")

    raised = recompute(running, Band.HIGH, long_after, LONDON, RULES)
    lowered = recompute(running, Band.STANDARD, long_after, LONDON, RULES)

    assert [restart.new_due for restart in raised] == [clock.due_at for clock in running]
    assert all(restart.new_due > long_after for restart in lowered)
