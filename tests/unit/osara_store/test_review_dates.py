"""The days of monthly reviews, against `dateutil` and `holidays`, which know nothing of this program, over ten years."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from dateutil import tz
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from osara_store import review_dates
from osara_store.review_dates import Dates, Rhythm
from osara_store.working_days import Nation, WorkingDays

LONDON = ZoneInfo("Europe/London")
NINE = time(9)
# With ten years after it, as far as dateutil reads the clock changes: until 2037.
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
TEN_YEARS = 120

days = st.dates(FIRST, LAST)
rhythms = st.builds(Rhythm, days, st.integers(0, 4))
nations = st.sampled_from(["ENG", "WLS", "SCT", "NIR"])


def next_working(day: date, nation: Nation) -> date:
    off = holidays.country_holidays("GB", subdiv=nation)
    while day.weekday() > 4 or day in off:
        day += timedelta(days=1)
    return day


def oracle(rhythm: Rhythm, n: int, nation: Nation = "ENG") -> date:
    """The same by other people's calendars."""
    day = next_working(rhythm.accepted_on + relativedelta(months=n), nation)
    for _ in range(rhythm.later):
        day = next_working(day + timedelta(days=1), nation)
    return day


def dates(rhythm: Rhythm, at: time = NINE, zone: ZoneInfo = LONDON) -> Dates:
    return Dates(rhythm, WorkingDays(), at, zone)


@given(rhythms, st.integers(1, TEN_YEARS), nations)
def test_every_review_of_ten_years_is_on_the_day_that_other_calendars_say(rhythm, n, nation):
    assert review_dates.due_on(rhythm, n, WorkingDays(nation)) == oracle(rhythm, n, nation)


@pytest.mark.parametrize("day", range(1, 32))
def test_a_case_of_every_day_of_january_over_ten_years(day):
    rhythm = Rhythm(date(2026, 1, day))
    found = [review_dates.due_on(rhythm, n, WorkingDays()) for n in range(1, TEN_YEARS + 1)]
    assert found == [oracle(rhythm, n) for n in range(1, TEN_YEARS + 1)]
    assert all(first < second for first, second in pairwise(found))


def test_the_31st_falls_on_the_last_day_of_a_shorter_month_and_returns():
    rhythm, weekends_count = Rhythm(date(2028, 1, 31)), WorkingDays()
    found = [review_dates.due_on(rhythm, n, weekends_count).isoformat() for n in range(1, 7)]
    # 30 April is a Sunday, and 1 May a bank holiday.
    assert found == ["2028-02-29", "2028-03-31", "2028-05-02", "2028-05-31", "2028-06-30", "2028-07-31"]


@given(rhythms, st.integers(1, TEN_YEARS), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_the_time_of_day_is_the_hubs_own_in_summer_and_winter(rhythm, n, at):
    local = datetime.combine(oracle(rhythm, n), at, tz.gettz(LONDON.key))
    assert dates(rhythm, at).due_at(n) == tz.resolve_imaginary(local).astimezone(UTC)


@pytest.mark.parametrize(
    ("accepted_on", "hours"),
    [(date(2027, 3, 1), [8, 8]), (date(2027, 2, 15), [9, 8]), (date(2026, 9, 15), [8, 9])],
    ids=["summer", "over the change in March", "over the change in October"],
)
def test_nine_stays_nine_over_both_clock_changes(accepted_on, hours):
    found = dates(Rhythm(accepted_on))
    assert [found.due_at(n).hour for n in (1, 2)] == hours
    assert {found.due_at(n).astimezone(LONDON).time() for n in range(1, TEN_YEARS)} == {NINE}


@given(rhythms, st.integers(0, TEN_YEARS), st.integers(-(10**6), 10**6))
def test_the_newest_is_the_last_whose_time_has_come(rhythm, n, seconds):
    of = dates(rhythm)
    moment = of.due_at(max(n, 1)) + timedelta(seconds=seconds)
    in_turn = [number for number in range(1, TEN_YEARS + 3) if of.due_at(number) <= moment]
    assert of.newest(moment) == max(in_turn, default=0)


@given(rhythms, st.integers(1, TEN_YEARS))
def test_at_its_time_a_review_is_the_newest_and_a_moment_before_it_is_not(rhythm, n):
    of = dates(rhythm)
    assert of.newest(of.due_at(n)) == n
    assert of.newest(of.due_at(n) - timedelta(microseconds=1)) == n - 1
    assert review_dates.newest_on(rhythm, of.due_on(n), WorkingDays()) == n


@given(days, st.integers(0, 1000))
def test_only_what_was_accepted_at_a_months_end_comes_later_and_at_the_most_four_working_days(day, before):
    made = review_dates.rhythm(day, before)
    assert made.later in range(5)
    assert made.later == 0 or day.day > 28


def test_thirty_cases_of_one_months_end_come_on_five_days_of_february():
    made = [review_dates.rhythm(date(2027, 1, 31), before) for before in range(30)]
    found = [review_dates.due_on(rhythm, 1, WorkingDays()) for rhythm in made]
    assert {day: found.count(day) for day in found} == {date(2027, 3, n): 6 for n in range(1, 6)}
