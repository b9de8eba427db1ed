"""Days and times as people here write them, in the hub's own time zone."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

# Written out, because strftime's names change with the server's locale.
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(on: date) -> str:
    """Such as 21 November 2026."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Such as 21 November 2026, 14:05."""
    local = at.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M}"
