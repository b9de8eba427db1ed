"""What entries of a file say of its meetings, and by which words trouble with the calendar is kept."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from osara_store.case_file import Invited
from osara_store.schema import Attendance
from osara_store.tasks import in_words as day_in_words

# Why the calendar did not take a meeting as it should.
NO_MAILBOX: Final = "no_mailbox"  # the hub has none
NO_TIMES: Final = "no_times"  # nobody is free in these days
NO_LINK: Final = "no_link"  # the mailbox cannot meet in Teams
NOT_OPEN: Final = "not_open"  # the mailbox is not there for us
REFUSED: Final = "refused"
WAITING: Final = "waiting"  # Outlook cannot be reached for now; it is tried again
TROUBLES: Final = (NO_MAILBOX, NO_TIMES, NO_LINK, NOT_OPEN, REFUSED, WAITING)

ATTENDANCE: Final[Mapping[Attendance, str]] = {
    Attendance.CAME: "Came",
    Attendance.APOLOGIES: "Apologies",
    Attendance.ABSENT: "Absent",
}


def in_words(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{day_in_words(local.date())}, {local:%H:%M}"


def whom(people: Iterable[Invited]) -> Iterator[str]:
    """A line for each way of having been there or not, with who it was."""
    invited = list(people)
    for how, said in ATTENDANCE.items():
        names = [each.name for each in invited if each.attendance is how]
        if names:
            yield f"{said}: {', '.join(names)}"
