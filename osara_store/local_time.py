"""Dates and times of day where a hub is. What is kept and compared is always UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from osara_store.months import months_after
from osara_store.working_days import WorkingDays

_DAY: Final = timedelta(days=1)


def at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """That time of day on that day, in UTC: 09:00 stays 09:00 over both clock changes.

    A time that the clocks skip is moved on by what they skip, as 01:30 in March becomes 02:30; of one that comes twice, the
    first is meant.
    """
    return datetime.combine(day, hour.replace(fold=0), zone).astimezone(UTC)


def next_at(after: datetime, hour: time, zone: ZoneInfo, days: WorkingDays | None = None) -> datetime:
    """The first time after then, in UTC, that it is that time of day; only on working days, if these are given."""
    day = after.astimezone(zone).date() - _DAY  # a skipped time can be moved on past midnight
    while True:
        day = next_working(day, days) if days else day
        found = at(day, hour, zone)
        if found > after:
            return found
        day += _DAY


def monthly(anchor: date, n: int) -> date:
    """The n-th monthly date of the anchor, which is the 0th.

    The 31st falls on the last day of a shorter month, and returns to the 31st after it.
    """
    return months_after(anchor, n)


def next_monthly(anchor: date, after: date) -> date:
    """The first monthly date of the anchor that lies after that day; never the anchor itself."""
    months = (after.year - anchor.year) * 12 + after.month - anchor.month
    n = max(1, months)
    found = monthly(anchor, n)
    return found if found > after else monthly(anchor, n + 1)


def next_working(day: date, days: WorkingDays) -> date:
    """The day itself, or the first working day after it."""
    return days.add(day, 0)
