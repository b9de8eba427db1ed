"""Whole months on the calendar."""

from calendar import monthrange
from datetime import date
from typing import Final

_MONTHS_A_YEAR: Final = 12


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short for it."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
