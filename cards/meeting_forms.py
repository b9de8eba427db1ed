"""What came back in the forms of a case meeting: the checked answers, or everything as typed with each fault."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cards import inputs, texts_case, texts_meetings
from cards.case_forms import MOST_LINE, MOST_NOTE, Given, what_is_wrong
from cards.case_view import Typed
from cards.escape import as_typed
from cards.inputs import Read
from osara_store.case_file import Invited, Meeting
from osara_store.meeting_people import Candidate, Key
from osara_store.meetings import LENGTHS, LONGEST_SEARCH, MOST_INVITED, NewMeeting
from osara_store.schema import Attendance
from osara_store.stages import GRADES

MOST_NAMES: Final = 1000
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])?\.?(?:m\.?)?", re.ASCII)
_NOON: Final = 12


@dataclass(frozen=True)
class NewTime:
    """A time (UTC), and for a meeting that is moved, why."""

    start: datetime
    reason: str


@dataclass(frozen=True)
class Said:
    text: str
    grade: str


def key_of(candidate: Candidate) -> str:
    """Somebody as the value of a choice; a list of choices travels with commas."""
    return ":".join(candidate.key)


# --- arranging -------------------------------------------------------------------------------------------------------


def read_arrange(given: Given, offered: Sequence[Candidate], today: date) -> NewMeeting | Typed:
    """`offered` are those who may be invited; who is not among them any more is left out."""
    named, unknown = _named(inputs.text(given.get("names"), MOST_NAMES).value, offered)
    read = {
        "people": _people(given.get("people"), offered),
        "names": inputs.text(given.get("names"), MOST_NAMES),
        "minutes": inputs.choice(given.get("minutes"), [str(length) for length in LENGTHS]),
        "first_day": inputs.day(given.get("first_day")),
        "last_day": inputs.day(given.get("last_day")),
    }
    chosen = [*_keys(read["people"].value, offered), *named]
    needed = {"minutes": texts_case.CHOOSE, "first_day": texts_case.CHOOSE, "last_day": texts_case.CHOOSE}
    if wrong := what_is_wrong(read, needed, _faults(chosen, unknown, read, today)):
        return wrong
    first, last = (date.fromisoformat(read[name].value) for name in ("first_day", "last_day"))
    return NewMeeting(tuple(dict.fromkeys(chosen)), int(read["minutes"].value), first, last)


def _people(given: object, offered: Sequence[Candidate]) -> Read:
    chosen = given.split(",") if isinstance(given, str) else []
    known = {key_of(each) for each in offered}
    return Read(",".join(each for each in chosen if each in known))


def _keys(value: str, offered: Sequence[Candidate]) -> list[Key]:
    ticked = set(value.split(","))
    return [each.key for each in offered if key_of(each) in ticked]


def _named(typed: str, offered: Sequence[Candidate]) -> tuple[list[Key], list[str]]:
    """Those meant by the names, and the names that are nobody's."""
    by_name = {_plain(each.actor.name): each.key for each in reversed(offered)}
    names = [name for name in map(str.strip, re.split(r"[\n,;]", typed)) if name]
    unknown = [name for name in names if _plain(name) not in by_name]
    return [by_name[_plain(name)] for name in names if _plain(name) in by_name], unknown


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _faults(
    chosen: Sequence[Key], unknown: Sequence[str], read: Mapping[str, Read], today: date
) -> dict[str, str]:
    faults = {}
    if not chosen and not unknown:
        faults["people"] = texts_meetings.PEOPLE_MISSING
    if len(set(chosen)) >= MOST_INVITED:  # who arranges it comes, too
        faults["people"] = texts_meetings.too_many(MOST_INVITED - 1)
    if unknown:
        faults["names"] = texts_meetings.no_such_person(as_typed(unknown[0]))
    if _are_days_wrong(read["first_day"], read["last_day"], today):
        faults["last_day"] = texts_meetings.DAYS_WRONG
    return faults


def _are_days_wrong(first: Read, last: Read, today: date) -> bool:
    if first.fault or last.fault or not first.value or not last.value:
        return False  # which is told by itself
    start, end = date.fromisoformat(first.value), date.fromisoformat(last.value)
    return start < today or not timedelta() <= end - start <= LONGEST_SEARCH


# --- a time ----------------------------------------------------------------------------------------------------------


def read_slot(given: Given, meeting: Meeting) -> datetime | None:
    """The time that was chosen of those on offer."""
    said = given.get("slot")
    return next((slot.start for slot in meeting.slots if slot.start.isoformat() == said), None)


def read_time(given: Given, zone: ZoneInfo, now: datetime, *, with_reason: bool) -> NewTime | Typed:
    """A day and a time of day, as the hub's clocks show it."""
    read = {
        "day": inputs.day(given.get("day")),
        "time": _time(given.get("time")),
        "reason": inputs.line(given.get("reason"), MOST_LINE) if with_reason else Read(""),
    }
    needed = {"day": texts_case.CHOOSE, "time": texts_meetings.TIME_WRONG}
    if with_reason:
        needed["reason"] = texts_meetings.REASON_MISSING
    start = _start(read["day"], read["time"], zone)
    fault = _fault_of(start, zone, now) if start else ""
    if wrong := what_is_wrong(read, needed, {"time": fault} if fault else {}):
        return wrong
    if start is None:
        raise AssertionError("a time without a fault is one")
    return NewTime(start.astimezone(UTC), read["reason"].value)


def _time(given: object) -> Read:
    """A time of day as HH:MM: "14:30", "14.30", "2pm" and "2:30 pm" are understood."""
    read = inputs.line(given, MOST_LINE)
    if read.fault or not read.value:
        return read
    written = _TIME.fullmatch(read.value.lower())
    if written is None:
        return Read(read.value, texts_meetings.TIME_WRONG)
    hour, minute = int(written[1]), int(written[2] or 0)
    if written[3]:
        hour = hour % _NOON + (_NOON if written[3] == "p" else 0)
    try:
        return Read(f"{time(hour, minute):%H:%M}")
    except ValueError:
        return Read(read.value, texts_meetings.TIME_WRONG)


def _start(day: Read, at: Read, zone: ZoneInfo) -> datetime | None:
    if day.fault or at.fault or not day.value or not at.value:
        return None
    return datetime.combine(date.fromisoformat(day.value), time.fromisoformat(at.value), zone)


def _fault_of(start: datetime, zone: ZoneInfo, now: datetime) -> str:
    there_and_back = start.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != start.replace(tzinfo=None):
        return texts_meetings.TIME_LEFT_OUT
    return texts_meetings.TIME_GONE if start <= now else ""


def read_reason(given: Given) -> str | Typed:
    read = {"reason": inputs.line(given.get("reason"), MOST_LINE)}
    if wrong := what_is_wrong(read, {"reason": texts_meetings.REASON_MISSING}):
        return wrong
    return read["reason"].value


# --- at the meeting --------------------------------------------------------------------------------------------------


def field_of(place: int) -> str:
    """The input for somebody by their place in the list: an id would stand in whatever a client logs."""
    return f"person-{place}"


def read_attendance(given: Given, invited: Sequence[Invited]) -> Mapping[Key, Attendance] | Typed:
    """Of whom nothing was chosen, nothing is noted."""
    choices = [each.value for each in Attendance]
    read = {
        field_of(place): inputs.choice(given.get(field_of(place)), choices) for place in range(len(invited))
    }
    if wrong := what_is_wrong(read, {}):
        return wrong
    return {
        (each.tenant, each.person): Attendance(read[field_of(place)].value)
        for place, each in enumerate(invited)
        if read[field_of(place)].value
    }


def read_note(given: Given) -> Said | Typed:
    read = {
        "text": inputs.text(given.get("text"), MOST_NOTE),
        "grade": inputs.choice(given.get("grade"), GRADES),
    }
    if wrong := what_is_wrong(read, {"text": texts_case.NOTE_MISSING, "grade": texts_case.CHOOSE}):
        return wrong
    return Said(read["text"].value, read["grade"].value)
