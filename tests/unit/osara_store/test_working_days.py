"""Working days, against the bank holidays that GOV.UK publishes and a count that goes from day to day."""

import subprocess
import sys
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store.working_days import WorkingDays

ENGLAND = WorkingDays()

# https://www.gov.uk/bank-holidays, England and Wales; a substitute day stands for a holiday on a weekend.
PUBLISHED = {
    2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
}
BANK_HOLIDAYS = {date.fromisoformat(f"{year}-{day}") for year, days in PUBLISHED.items() for day in days}
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)

days = st.dates(FIRST, LAST - timedelta(days=60))
counts = st.integers(0, 30)


def is_office_day(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in BANK_HOLIDAYS


def counted_on(day: date, wanted: int) -> date:
    """The same rule told the slow way: walk on and tick off office days."""
    ticked = 0
    while ticked < wanted:
        day += timedelta(days=1)
        ticked += is_office_day(day)
    while not is_office_day(day):
        day += timedelta(days=1)
    return day


def test_every_day_of_four_years_is_as_published():
    every_day = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [day for day in every_day if ENGLAND.is_working_day(day) != is_office_day(day)] == []


@given(days, counts)
def test_so_many_working_days_on_is_what_counting_gives(day, count):
    assert ENGLAND.add(day, count) == counted_on(day, count)


@given(days, counts)
def test_a_day_more_is_a_later_day(day, count):
    from_a_day_off = count == 0 and not ENGLAND.is_working_day(day)
    assert (ENGLAND.add(day, count) < ENGLAND.add(day, count + 1)) != from_a_day_off


@given(days, counts, counts)
def test_days_may_be_added_in_two_goes(day, first, second):
    assert ENGLAND.add(ENGLAND.add(day, first + 1), second) == ENGLAND.add(day, first + 1 + second)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2027, 12, 24), 2, date(2027, 12, 30)),
    ],
    ids=[
        "none",
        "none from a Saturday",
        "one from a Saturday",
        "over a weekend",
        "over Easter",
        "over a substitute for Boxing Day",
        "over two substitute days",
    ],
)
def test_weekends_and_bank_holidays_do_not_count(day, count, expected):
    assert ENGLAND.add(day, count) == expected


def test_days_off_of_a_hub_do_not_count_either():
    closed = WorkingDays.of("ENG", [date(2026, 3, 9), date(2026, 3, 10)])

    assert closed.add(date(2026, 3, 6), 1) == date(2026, 3, 11)
    assert not closed.is_working_day(date(2026, 3, 10))


@pytest.mark.parametrize(
    ("nation", "day_off"),
    [
        ("SCT", date(2026, 11, 30)),
        ("NIR", date(2026, 3, 17)),
        ("ENG", date(2026, 8, 31)),
        ("WLS", date(2026, 8, 31)),
    ],
)
def test_each_nation_has_its_own_bank_holidays(nation, day_off):
    assert not WorkingDays(nation).is_working_day(day_off)


def test_the_day_of_one_nation_is_no_holiday_in_another():
    assert ENGLAND.is_working_day(date(2026, 11, 30))
    assert WorkingDays("SCT").is_working_day(date(2026, 8, 31))


@pytest.mark.parametrize("nation", holidays.country_holidays("GB").subdivisions)
def test_every_nation_that_the_library_knows_may_be_named(nation):
    assert not WorkingDays(nation).is_working_day(date(2026, 12, 25))


def test_working_days_are_not_counted_back():
    with pytest.raises(ValueError, match="forward"):
        ENGLAND.add(date(2026, 3, 6), -1)


def test_the_holidays_of_the_whole_world_wait_for_the_first_question():
    """They take a third of a second, which the start of the bot must not pay."""
    code = "import osara_store.directory, osara_store.clock_rules, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "holidays" not in loaded.split()
