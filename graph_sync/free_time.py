"""Which times suit most people: reckoned from what their calendars say, without asking anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from osara_store.working_days import WorkingDays

GRAIN: Final = timedelta(minutes=15)
"""How finely we look at people's time. What is taken in part counts as taken."""
STEP: Final = timedelta(minutes=30)
"""Meetings begin on the hour or half past."""
LONGEST_WINDOW: Final = timedelta(days=61)
"""Graph shows less than 62 days at once; the rest is for rounding to whole quarters of an hour."""

FREE: Final = frozenset("04")
TENTATIVE: Final = "1"


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which to meet, at most 61 days.

    Raises:
        ValueError: a time has no zone, or the window is empty or too long.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("the times of a window need a zone")
        if not timedelta(0) < self.end - self.start <= LONGEST_WINDOW:
            raise ValueError(f"a window is longer than nothing and at most {LONGEST_WINDOW.days} days")

    def rounded(self) -> tuple[datetime, datetime]:
        """Start and end in UTC, out to the next quarters of an hour."""
        start, end = self.start.astimezone(UTC), self.end.astimezone(UTC)
        return start - _beyond_grain(start), end + (-_beyond_grain(end) % GRAIN)


def _beyond_grain(at: datetime) -> timedelta:
    return (at - datetime(at.year, at.month, at.day, tzinfo=UTC)) % GRAIN


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Between which times of day a meeting may lie."""

    start: time = time(9)
    end: time = time(17)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody works. The times are read by the hub's clock whatever zone stands beside them.

    Mailboxes that nobody ever set up have Microsoft's own zone, eight hours away, and "nine to five" all the same.
    """

    days: frozenset[str]
    start: time
    end: time

    def include(self, start: datetime, end: datetime) -> bool:
        """Whether somebody works all the time between two local times."""
        of_that_day = start.strftime("%A").lower() in self.days
        return of_that_day and start.time() >= self.start and end.time() <= self.end


@dataclass(frozen=True, slots=True)
class Schedule:
    """One person's time: a digit for every quarter of an hour, as in Graph's `availabilityView`."""

    person: str
    view: str
    hours: WorkingHours | None = None


class Presence(Enum):
    FREE = "free"
    TENTATIVE = "tentative"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to meet, in UTC, and who can come.

    `perhaps` has something tentative then; of `unknown` the calendar cannot be read, so nobody should wait for them.
    """

    start: datetime
    end: datetime
    can_come: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Search:
    """What is looked for: a meeting of some length, on the hub's working days and in its office hours."""

    window: Window
    length: timedelta
    zone: ZoneInfo
    working_days: WorkingDays
    office: OfficeHours = OfficeHours()

    def best(self, schedules: Sequence[Schedule], most: int) -> list[Slot]:
        """The times that suit most people, best first and none overlapping.

        Of equally good ones first the earliest of each day: whoever cannot come on one of them may on another.
        """
        left = [self._slot(start, schedules) for start in self._starts()]
        chosen: list[Slot] = []
        while left and len(chosen) < most:
            slot = self._next(left, Counter(map(self._day, chosen)))
            chosen.append(slot)
            left = [other for other in left if other.end <= slot.start or other.start >= slot.end]
        return chosen

    def _next(self, left: Sequence[Slot], on_day: Mapping[date, int]) -> Slot:
        return min(left, key=lambda slot: (*_rank(slot), on_day.get(self._day(slot), 0), slot.start))

    def _day(self, slot: Slot) -> date:
        return slot.start.astimezone(self.zone).date()

    @cached_property
    def _views_begin(self) -> datetime:
        return self.window.rounded()[0]

    def _starts(self) -> Iterator[datetime]:
        for day in self._days():
            if self.working_days.is_working_day(day):
                yield from self._starts_on(day)

    def _days(self) -> Iterator[date]:
        day, last = (at.astimezone(self.zone).date() for at in (self.window.start, self.window.end))
        while day <= last:
            yield day
            day += timedelta(days=1)

    def _starts_on(self, day: date) -> Iterator[datetime]:
        start, closing = (
            datetime.combine(day, at, self.zone).astimezone(UTC)
            for at in (self.office.start, self.office.end)
        )
        while start + self.length <= min(closing, self.window.end):
            if start >= self.window.start:
                yield start
            start += STEP

    def _slot(self, start: datetime, schedules: Iterable[Schedule]) -> Slot:
        end = start + self.length
        by_presence: dict[Presence, list[str]] = {presence: [] for presence in Presence}
        for schedule in schedules:
            by_presence[self._presence(schedule, start, end)].append(schedule.person)
        return Slot(start, end, *(tuple(people) for people in by_presence.values()))

    def _presence(self, schedule: Schedule, start: datetime, end: datetime) -> Presence:
        first, beyond = (start - self._views_begin) // GRAIN, -((self._views_begin - end) // GRAIN)
        view = schedule.view[first:beyond]
        if len(view) < beyond - first:
            return Presence.UNKNOWN
        if schedule.hours and not schedule.hours.include(
            start.astimezone(self.zone), end.astimezone(self.zone)
        ):
            return Presence.TAKEN
        if not set(view) <= FREE | {TENTATIVE}:
            return Presence.TAKEN
        return Presence.TENTATIVE if TENTATIVE in view else Presence.FREE


def _rank(slot: Slot) -> tuple[int, int]:
    return -len(slot.can_come), -len(slot.perhaps)
