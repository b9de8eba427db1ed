"""On which days the monthly reviews of a case fall. No I/O.

The months are counted from the day on which the case was accepted. The 31st falls on the last day of a shorter month and
returns after it; a day off moves the review to the next working day. Of a hub's cases accepted on the last days of a month,
which would all fall on one day in February, each comes a working day later than the one before it, five in turn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from osara_store import local_time
from osara_store.working_days import WorkingDays

# A review may be done so long before its day, and then counts for it.
EARLY: Final = timedelta(days=14)
FIRST_AT_MONTHS_END: Final = 29
_IN_TURN: Final = 5
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class Rhythm:
    """The day of the hub on which a case was accepted, and how many working days later than that its reviews come."""

    accepted_on: date
    later: int = 0


def is_at_months_end(accepted_on: date) -> bool:
    """Whether a month may be too short for this day."""
    return accepted_on.day >= FIRST_AT_MONTHS_END


def rhythm(accepted_on: date, before: int) -> Rhythm:
    """The rhythm of a case; `before` is how many cases of the hub were accepted at a month's end before it."""
    return Rhythm(accepted_on, before % _IN_TURN if is_at_months_end(accepted_on) else 0)


def due_on(rhythm: Rhythm, n: int, days: WorkingDays) -> date:
    """The day of the n-th review, n months after the case was accepted: always a working day."""
    nominal = local_time.next_working(local_time.monthly(rhythm.accepted_on, n), days)
    return days.add(nominal, rhythm.later)


@dataclass(frozen=True)
class Dates:
    """When the reviews of one case come due: the hub's own working days, time of day and zone."""

    rhythm: Rhythm
    days: WorkingDays
    at: time
    zone: ZoneInfo

    def due_on(self, n: int) -> date:
        return due_on(self.rhythm, n, self.days)

    def due_at(self, n: int) -> datetime:
        """When the n-th review is asked for, in UTC."""
        return local_time.at(self.due_on(n), self.at, self.zone)

    def newest(self, now: datetime) -> int:
        """The number of the last review whose time has come; 0 before the first."""
        return _last(self.rhythm, now.astimezone(self.zone).date(), lambda n: self.due_at(n) <= now)


def newest_on(rhythm: Rhythm, day: date, days: WorkingDays) -> int:
    """The number of the last review that was due by that day; 0 before the first."""
    return _last(rhythm, day, lambda n: due_on(rhythm, n, days) <= day)


def _last(rhythm: Rhythm, day: date, has_come: Callable[[int], bool]) -> int:
    """The last number that has come, looked for downwards from the month of that day."""
    start = rhythm.accepted_on
    n = (day.year - start.year) * _MONTHS_A_YEAR + day.month - start.month + 1
    while n > 0 and not has_come(n):
        n -= 1
    return max(n, 0)
