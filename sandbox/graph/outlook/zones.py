"""Points in time as Graph writes them: a wall clock and the name of its zone, Windows' or IANA's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sandbox.graph.outlook import problems

# The zones of Windows that people near us have, and some far away. Any other name of Windows' is refused.
WINDOWS = {
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Arabian Standard Time": "Asia/Dubai",
    "Azores Standard Time": "Atlantic/Azores",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "China Standard Time": "Asia/Shanghai",
    "E. Europe Standard Time": "Europe/Chisinau",
    "Eastern Standard Time": "America/New_York",
    "Egypt Standard Time": "Africa/Cairo",
    "FLE Standard Time": "Europe/Kyiv",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "India Standard Time": "Asia/Kolkata",
    "Mountain Standard Time": "America/Denver",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Pacific Standard Time": "America/Los_Angeles",
    "Pakistan Standard Time": "Asia/Karachi",
    "Romance Standard Time": "Europe/Paris",
    "Russian Standard Time": "Europe/Moscow",
    "Singapore Standard Time": "Asia/Singapore",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Turkey Standard Time": "Europe/Istanbul",
    "UTC": "UTC",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "W. Europe Standard Time": "Europe/Berlin",
}
_BY_KEY = {
    **{name.casefold(): name for name in available_timezones()},
    **{name.casefold(): zone for name, zone in WINDOWS.items()},
}
FIRST_YEAR, LAST_YEAR = 1601, 4500
WALL_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?")
DOWN_TO_SECONDS = len("2026-11-03T10:00:00")


@dataclass(frozen=True)
class Moment:
    """A point in time, with the zone in which it was given."""

    at: datetime
    zone: str

    @classmethod
    def read(cls, given: Any) -> Moment:
        """Read a dateTimeTimeZone. An offset in its text is refused: which of the two zones counts is not documented."""
        if not isinstance(given, dict):
            raise problems.unreadable()
        text, zone = given.get("dateTime"), given.get("timeZone", "")
        if not isinstance(text, str) or not isinstance(zone, str):
            raise problems.unreadable()
        found = zone_of(zone)
        if not WALL_CLOCK.fullmatch(text):
            raise problems.validation_failed()
        try:
            local = datetime.fromisoformat(text[:DOWN_TO_SECONDS])
        except ValueError as error:
            raise problems.validation_failed() from error
        if not FIRST_YEAR < local.year < LAST_YEAR:
            raise problems.validation_failed()
        return cls(local.replace(tzinfo=found).astimezone(UTC), zone)


def zone_of(name: str) -> ZoneInfo:
    """Find a time zone by any of its names.

    Raises:
        Problem: nobody knows it.
    """
    key = _BY_KEY.get(name.casefold())
    if key is None:
        raise problems.unsupported_zone(name)
    return ZoneInfo(key)


def shown(at: datetime, zone: str) -> dict[str, str]:
    """Write a point in time as answers have it: to seven digits, in the zone that was asked for."""
    local = at.astimezone(zone_of(zone))
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": zone}
