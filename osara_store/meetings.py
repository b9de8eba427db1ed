"""Case meetings: arranged, given a time, moved and called off. What goes on there is in `meeting_minutes`.

The calendar follows: what it is to do is a message of the outbox, so that nobody who presses a button waits for Outlook.
What it answers is noted by `meeting_calendar`. A case has one meeting at a time ahead of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from osara_store import changing, meeting_messages, meeting_people
from osara_store.case_file import CaseFile, Invited, Meeting
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.meeting_people import Key
from osara_store.meeting_words import NO_MAILBOX, in_words
from osara_store.outbox import Kind
from osara_store.policy import Action, Reason
from osara_store.schema import MeetingState, Stage, meetings
from osara_store.schema import meeting_people as people_table

KIND: Final = "meeting"  # the kind of entry that tells what became of one
LENGTHS: Final = (30, 45, 60, 90, 120)  # minutes
LONGEST_SEARCH: Final = timedelta(days=60)
MOST_INVITED: Final = 30

_ADD: Final = sa.insert(meetings)
_INVITE: Final = sa.insert(people_table)
_THIS: Final = sa.and_(
    meetings.c.case_id == sa.bindparam("this_case"), meetings.c.n == sa.bindparam("this_n")
)
_NEW: Final[Mapping[str, Any]] = {
    "slots": [],
    "starts_at": None,
    "ends_at": None,
    "bookings": 0,
    "event_id": "",
    "join_url": "",
    "reason": "",
    "held_at": None,
}


@dataclass(frozen=True)
class NewMeeting:
    """Who is to come (tenant and object id), for how many minutes, and between which days of the hub to look for a time."""

    people: tuple[Key, ...]
    minutes: int
    first_day: date
    last_day: date


# --- arranging -------------------------------------------------------------------------------------------------------


def arrange(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    meeting: NewMeeting,
    now: datetime,
) -> CaseFile:
    """Begin to arrange a meeting: times are looked for, and then one is chosen. Where the hub has no mailbox, one is typed.

    Raises:
        NotAllowed: a meeting is being arranged already, or lies ahead.
        Incomplete: `people`, of whom one may not come, or too many are; `minutes`; or `days`, that lie in the past, the wrong
            way round or too far apart.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ARRANGE_MEETING, now=now)
    if open_one(held.file) is not None:
        raise NotAllowed(Reason.NOT_NOW)
    invited = _invited(held, directory, meeting)
    _check(held, meeting, invited)
    n = max((each.n for each in held.file.meetings), default=0) + 1
    state = MeetingState.LOOKING if hub.mailbox else MeetingState.OFFERED
    asked = {"minutes": meeting.minutes, "first_day": meeting.first_day, "last_day": meeting.last_day}
    trouble = "" if hub.mailbox else NO_MAILBOX
    tx.execute(_ADD, held.signed(n=n, state=state, cycle=held.case.cycle, **asked, **_NEW, trouble=trouble))
    rows = [{"case_id": case_id, "n": n, **vars(each), "attendance": ""} for each in invited]
    tx.execute(_INVITE, rows)
    if hub.mailbox:
        meeting_messages.put_in_calendar(tx, held.case, n, Kind.MEETING_LOOK, now)
    return tell(held, "case.meeting_arranged", n)


def _invited(held: Held, directory: Directory, meeting: NewMeeting) -> list[Invited]:
    """Those who are asked for, with who stands in for them; who arranges it comes, too."""
    hub, on = held.hub, held.hub.today(held.now)
    offered = {
        each.key: each.actor for each in meeting_people.candidates(held.file, directory, hub, held.actor, on)
    }
    if not meeting.people or not set(meeting.people) <= set(offered):
        raise Incomplete(("people",))
    chosen = [held.actor, *(offered[key] for key in dict.fromkeys(meeting.people))]
    return meeting_people.with_stand_ins(held.tx, held.file, directory, hub, chosen, meeting.first_day)


def _check(held: Held, meeting: NewMeeting, invited: Sequence[Invited]) -> None:
    span = meeting.last_day - meeting.first_day
    wrong = {
        "people": len(invited) > MOST_INVITED,
        "minutes": meeting.minutes not in LENGTHS,
        "days": meeting.first_day < held.hub.today(held.now) or not timedelta() <= span <= LONGEST_SEARCH,
    }
    if any(wrong.values()):
        raise Incomplete(tuple(name for name, is_wrong in wrong.items() if is_wrong))


def choose(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, start: datetime, now: datetime
) -> CaseFile:
    """Settle on a time, one that was found or another; those invited are told, and it is put into the calendar.

    Raises:
        NotFound: there is no such meeting.
        Stale: it has a time already, or is over.
        Incomplete: the `start` has gone by.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ARRANGE_MEETING, now=now)
    known = find(held.file, n)
    if known.state is MeetingState.BOOKED and known.starts_at == start:
        return held.file  # the same press again
    if known.state not in {MeetingState.LOOKING, MeetingState.OFFERED}:
        raise Stale
    _require_ahead(start, now)
    trouble = "" if hub.mailbox else NO_MAILBOX
    write(held, n, state=MeetingState.BOOKED, slots=[], trouble=trouble, **_times(known, start))
    return _book(held, n, "case.meeting_booked")


def move(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    was: datetime,
    start: datetime,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Have a meeting at another time. `was` is the time at which it stood when the person looked.

    Raises:
        NotFound: there is no such meeting.
        Stale: it has been moved since, has been called off or is over.
        Incomplete: the `start` has gone by, or nobody says why (`reason`).
    """
    held, known = hold_booked(tx, actor=actor, hub=hub, case_id=case_id, n=n, now=now)
    if known.starts_at == start and known.reason == reason:
        return held.file
    if known.starts_at != was:
        raise Stale
    _require_reason(reason)
    _require_ahead(start, now)
    write(held, n, reason=reason, **_times(known, start))
    enter(held, Stage.ANALYSIS, KIND, f"Meeting {n} moved to {in_words(start, hub.zone)}\n{reason}")
    return _book(held, n, "case.meeting_moved")


def cancel(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, reason: str, now: datetime
) -> CaseFile:
    """Call a meeting off. The same again is only a repeat.

    Raises:
        NotFound: there is no such meeting.
        Stale: it is over.
        Incomplete: nobody says why (`reason`).
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.RUN_MEETING, now=now)
    known = find(held.file, n)
    if known.state is MeetingState.CANCELLED:
        return held.file
    if known.state is MeetingState.HELD:
        raise Stale
    _require_reason(reason)
    write(held, n, state=MeetingState.CANCELLED, reason=reason, slots=[])
    enter(held, Stage.ANALYSIS, KIND, f"Meeting {n} called off\n{reason}")
    if meeting_messages.is_invited_to(held, known):
        meeting_messages.put_in_calendar(tx, held.case, n, Kind.MEETING_CANCEL, now)
    return tell(held, "case.meeting_cancelled", n)


# --- finding one -----------------------------------------------------------------------------------------------------


def find(file: CaseFile, n: int) -> Meeting:
    found = next((each for each in file.meetings if each.n == n), None)
    if found is None:
        raise NotFound
    return found


def open_one(file: CaseFile) -> Meeting | None:
    """The meeting that is being arranged or lies ahead."""
    return next((each for each in file.meetings if each.is_open), None)


# --- pieces ----------------------------------------------------------------------------------------------------------


def hold_booked(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, now: datetime
) -> tuple[Held, Meeting]:
    """Hold the case for somebody who runs its meetings, with the meeting, which has a time and is not over.

    Raises:
        NotFound: there is no such meeting.
        Stale: it has no time, has been called off or has ended.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.RUN_MEETING, now=now)
    known = find(held.file, n)
    if known.state is not MeetingState.BOOKED:
        raise Stale
    return held, known


def _require_ahead(start: datetime, now: datetime) -> None:
    if start <= now:
        raise Incomplete(("start",))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Incomplete(("reason",))


def _times(meeting: Meeting, start: datetime) -> dict[str, datetime]:
    return {"starts_at": start, "ends_at": start + timedelta(minutes=meeting.minutes)}


def write(held: Held, n: int, **values: Any) -> None:
    """Set columns of the meeting's row."""
    change = sa.update(meetings).where(_THIS).values(**values)
    held.tx.execute(change, {"this_case": held.case.id, "this_n": n})


def _book(held: Held, n: int, action: str) -> CaseFile:
    if held.hub.mailbox:
        meeting_messages.put_in_calendar(held.tx, held.case, n, Kind.MEETING_BOOK, held.now)
    return tell(held, action, n)


def tell(held: Held, action: str, n: int, *, channel: bool = False) -> CaseFile:
    """Finish the change, and draw anew what shows the meeting."""
    file = held.finish(action, {"meeting": n}, receipts=False, channel=channel)
    meeting_messages.send(held.tx, file.case, find(file, n), held.now)
    return file
