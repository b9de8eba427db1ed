"""What the hub's calendar answered about a meeting, written down. Nobody in particular does this, so nobody is asked.

Only what the press set off comes back: who decided on the meeting, and when, is in the audit chain already.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import meeting_messages, meetings, outbox, outgoing
from osara_store.case_file import Case, CaseFile, Meeting, MeetingSlot, case_file
from osara_store.meeting_words import NO_LINK, NO_TIMES, WAITING
from osara_store.schema import MeetingState, cases
from osara_store.schema import meetings as table

# As for any change: others wait, and the new version tells the order of events.
_HOLD: Final = (
    sa.update(cases).where(cases.c.id == sa.bindparam("this_case")).values(version=cases.c.version + 1)
)


def transaction_id(case: Case, meeting: Meeting) -> str:
    """The name of a meeting's event for good: the same booking never makes two."""
    return f"{case.reference}-meeting-{meeting.n}-{meeting.bookings}"


def found(tx: sa.Connection, case_id: int, n: int, slots: Sequence[MeetingSlot], now: datetime) -> None:
    """These times suit most people. Where a time was chosen meanwhile, nothing is offered any more."""
    if _hold(tx, case_id, n).state is not MeetingState.LOOKING:
        return
    offered = [_kept(slot) for slot in slots]
    values = {"state": MeetingState.OFFERED, "slots": offered, "trouble": "" if slots else NO_TIMES}
    _note(tx, case_id, n, now, **values)


def booked(
    tx: sa.Connection,
    case_id: int,
    n: int,
    *,
    bookings: int,
    event_id: str,
    join_url: str | None,
    now: datetime,
) -> None:
    """The event stands in the calendar; that holds even where the meeting was called off meanwhile: the event follows."""
    known = _hold(tx, case_id, n)
    if known.bookings != bookings:
        return
    values = {"event_id": event_id, "join_url": join_url or "", "trouble": "" if join_url else NO_LINK}
    if any(getattr(known, name) != value for name, value in values.items()):
        _note(tx, case_id, n, now, **values)


def gone(tx: sa.Connection, case_id: int, n: int, *, bookings: int, now: datetime) -> None:
    """Somebody took the event out of the calendar. It is to be booked under another name: this one is used up."""
    if _hold(tx, case_id, n).bookings == bookings:
        _note(tx, case_id, n, now, bookings=bookings + 1, event_id="", join_url="")


def trouble(tx: sa.Connection, case_id: int, n: int, why: str, now: datetime) -> None:
    """The calendar did not take it. Unless that passes by itself, whoever looks for a time has to type one instead."""
    known = _hold(tx, case_id, n)
    gives_up = known.state is MeetingState.LOOKING and why != WAITING
    state = MeetingState.OFFERED if gives_up else known.state
    if known.is_open and (known.trouble, known.state) != (why, state):
        _note(tx, case_id, n, now, trouble=why, state=state)


def _hold(tx: sa.Connection, case_id: int, n: int) -> Meeting:
    tx.execute(_HOLD, {"this_case": case_id})
    return meetings.find(case_file(tx, case_id), n)


def _note(tx: sa.Connection, case_id: int, n: int, now: datetime, **values: Any) -> None:
    """Write it down, tell SharePoint, and draw anew what shows it."""
    tx.execute(sa.update(table).where(table.c.case_id == case_id, table.c.n == n).values(**values))
    file: CaseFile = case_file(tx, case_id)
    outbox.put(tx, [outgoing.push(file.case)], now)
    meeting_messages.send(tx, file.case, meetings.find(file, n), now)


def _kept(slot: MeetingSlot) -> dict[str, Any]:
    times = {"start": slot.start.isoformat(), "end": slot.end.isoformat()}
    return {**times, "can_come": slot.can_come, "perhaps": slot.perhaps, "unknown": slot.unknown}
