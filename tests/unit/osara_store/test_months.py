from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store.months import months_after


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 72, date(2034, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_a_month_too_short_for_the_day_ends_on_its_last(day, months, later):
    assert months_after(day, months) == later


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 1200))
def test_more_months_never_lead_to_an_earlier_day(day, months):
    assert months_after(day, months) < months_after(day, months + 1)
