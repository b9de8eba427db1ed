"""Graph's getSchedule: how it is asked, and what its answers say of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

from graph_sync.free_time import GRAIN, Schedule, Window, WorkingHours
from graph_sync.wire import Json

MOST_AT_ONCE: Final = 20
"""How many people Graph looks up in one call."""
TO_SECONDS: Final = len("2026-11-03T10:00:00")


def questions(people: Sequence[str], window: Window) -> Iterator[Json]:
    """What to ask for so many people."""
    begin, end = window.rounded()
    for start in range(0, len(people), MOST_AT_ONCE):
        yield {
            "schedules": list(people[start : start + MOST_AT_ONCE]),
            "startTime": moment(begin),
            "endTime": moment(end),
            "availabilityViewInterval": GRAIN.seconds // 60,
        }


def read(people: Iterable[str], answers: Iterable[Json]) -> list[Schedule]:
    """Everybody's schedule in the order of `people`; of whom nothing was told, it is empty."""
    told = {str(one.get("scheduleId")).lower(): one for answer in answers for one in answer.get("value", [])}
    return [_schedule(person, told.get(person.lower(), {})) for person in people]


def _schedule(person: str, told: Json) -> Schedule:
    return Schedule(person, str(told.get("availabilityView") or ""), _hours(told.get("workingHours")))


def _hours(told: Any) -> WorkingHours | None:
    """Read working hours; who has none, or odd ones, counts as working whenever the office does."""
    if not isinstance(told, dict):
        return None
    try:
        start, end = (time.fromisoformat(str(told.get(name))[:8]) for name in ("startTime", "endTime"))
    except ValueError:
        return None
    days = frozenset(str(day).lower() for day in told.get("daysOfWeek") or ())
    return WorkingHours(days, start, end) if days and start < end else None


def moment(at: datetime) -> Json:
    """Write a point in time by the clock of its own zone, if that has a name, so that invitations show it so.

    Raises:
        ValueError: it has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    zone = getattr(at.tzinfo, "key", None)
    local = at if zone else at.astimezone(UTC)
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": zone or "UTC"}


def read_moment(told: Any) -> datetime | None:
    """Read a point in time that Graph gave in UTC, or None where it gave none."""
    text = str(told.get("dateTime", "")) if isinstance(told, dict) else ""
    try:
        return datetime.fromisoformat(text[:TO_SECONDS]).replace(tzinfo=UTC)
    except ValueError:
        return None
