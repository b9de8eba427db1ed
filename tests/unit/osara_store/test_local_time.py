"""Times and dates where a hub is, against `dateutil`, which reckons them in its own way, over ten years."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from dateutil import tz
from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, FR, MO, MONTHLY, TH, TU, WE, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from osara_store.local_time import at, monthly, next_at, next_monthly, next_working
from osara_store.working_days import WorkingDays

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
# The last Sundays of March and October; the Summer Time Act's changes, both at 01:00 UTC.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)

BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2025, 2038))
BY_LIBRARY = settings(deadline=None)  # the first question loads the holidays, and the zones of the world

days = st.dates(FIRST, LAST)
hours = st.times().map(lambda hour: hour.replace(microsecond=0))
# Also where the clocks are moved by half an hour, at midnight, or on the other side of the date line.
zones = st.sampled_from(
    ["Europe/London", "Europe/Dublin", "Australia/Lord_Howe", "America/Havana", "Pacific/Auckland", "UTC"]
)
moments = st.integers(0, int(timedelta(days=3650) / timedelta(seconds=1))).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def by_dateutil(day: date, hour: time, zone: str) -> datetime:
    """The same with dateutil's own reader of the zones' rules: its idea of a skipped time, and the first of a double one."""
    local = datetime.combine(day, hour, tz.gettz(zone))
    return tz.resolve_imaginary(local).astimezone(UTC)


# --- the time of day -------------------------------------------------------------------------------------------------


def test_nine_in_the_morning_stays_nine_in_the_morning_on_every_day_of_ten_years():
    morning = time(9)
    for day in EVERY_DAY:
        local = at(day, morning, LONDON).astimezone(LONDON)
        assert (local.date(), local.time()) == (day, morning)
    offsets = {at(day, morning, LONDON).hour for day in EVERY_DAY}
    assert offsets == {8, 9}  # summer and winter were both there


@BY_LIBRARY
@given(days, hours, zones)
def test_every_time_of_every_day_is_what_dateutil_says(day, hour, zone):
    assert at(day, hour, ZoneInfo(zone)) == by_dateutil(day, hour, zone)


@pytest.mark.parametrize("minute", range(0, 60, 7))
@pytest.mark.parametrize("day", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_every_time_about_both_clock_changes_is_what_dateutil_says(day, minute):
    for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
        for hour in range(24):
            assert at(near, time(hour, minute), LONDON) == by_dateutil(near, time(hour, minute), LONDON.key)


def test_a_time_that_the_clocks_skip_is_moved_on_by_what_they_skip():
    assert at(SPRING, time(1, 30), LONDON).astimezone(LONDON).time() == time(2, 30)


def test_of_a_time_that_comes_twice_the_first_is_meant():
    assert at(AUTUMN, time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert at(AUTUMN, time(1, 30, fold=1), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


# --- every day -------------------------------------------------------------------------------------------------------


@BY_LIBRARY
@given(moments, hours, zones)
def test_the_next_time_it_is_that_time_of_day_is_the_first_one_after(after, hour, zone):
    around = (after.astimezone(tz.gettz(zone)).date() + timedelta(days=n) for n in range(-2, 4))
    expected = min(moment for day in around if (moment := by_dateutil(day, hour, zone)) > after)
    assert next_at(after, hour, ZoneInfo(zone)) == expected


@BY_LIBRARY
@given(moments, hours)
def test_step_by_step_no_day_is_left_out_and_none_comes_twice(start, hour):
    found, met = start, []
    for _ in range(40):
        found = next_at(found, hour, LONDON)
        met.append(found.astimezone(LONDON).date())
    assert met == [each.date() for each in rrule(DAILY, count=40, dtstart=datetime.combine(met[0], time()))]


@BY_LIBRARY
@given(moments, hours)
def test_on_working_days_only_it_is_never_a_weekend_or_a_bank_holiday(after, hour):
    found = next_at(after, hour, LONDON, WorkingDays())
    week = rrule(
        DAILY, byweekday=(MO, TU, WE, TH, FR), dtstart=after.replace(tzinfo=None) - timedelta(days=2)
    )
    candidates = (
        by_dateutil(each.date(), hour, LONDON.key) for each in week if each.date() not in BANK_HOLIDAYS
    )
    assert found == next(moment for moment in candidates if moment > after)


# --- every month -----------------------------------------------------------------------------------------------------


def of_rrule(anchor: date, count: int) -> list[date]:
    """The same day of the month or, by RFC 5545, the last one that there is up to it."""
    possible = [anchor.day] if anchor.day <= 28 else list(range(28, anchor.day + 1))
    rule = rrule(
        MONTHLY, bymonthday=possible, bysetpos=-1, count=count, dtstart=datetime.combine(anchor, time())
    )
    return [each.date() for each in rule]


@pytest.mark.parametrize("anchor", [date(2026, 1, day) for day in range(1, 32)])
def test_ten_years_of_months_are_those_of_the_calendar_rule(anchor):
    assert [monthly(anchor, n) for n in range(121)] == of_rrule(anchor, 121)


@BY_LIBRARY
@given(days, st.integers(0, 240))
def test_a_monthly_date_is_what_dateutil_adds_up(anchor, n):
    assert monthly(anchor, n) == anchor + relativedelta(months=n)


def test_the_31st_falls_on_the_last_day_of_a_shorter_month_and_returns():
    anchor = date(2027, 12, 31)
    assert [monthly(anchor, n).isoformat()[5:] for n in range(7)] == [
        "12-31",
        "01-31",
        "02-29",
        "03-31",
        "04-30",
        "05-31",
        "06-30",
    ]


@BY_LIBRARY
@given(days, days)
def test_the_next_monthly_date_is_the_first_that_lies_after(anchor, after):
    in_turn = (monthly(anchor, n) for n in range(1, 250))
    assert next_monthly(anchor, after) == next(day for day in in_turn if day > after)


@BY_LIBRARY
@given(days)
def test_the_next_working_day_is_the_day_itself_or_the_first_after_it(day):
    week = rrule(DAILY, byweekday=(MO, TU, WE, TH, FR), dtstart=datetime.combine(day, time()))
    assert next_working(day, WorkingDays()) == next(
        each.date() for each in week if each.date() not in BANK_HOLIDAYS
    )
