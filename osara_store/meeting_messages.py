"""The messages that a case meeting sets off: to the hub's calendar, to those invited, and under the case's card."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from osara_store import outbox, outgoing
from osara_store.case_file import Case, CaseFile, Meeting
from osara_store.outbox import Envelope, Kind
from osara_store.schema import MeetingState, meetings

if TYPE_CHECKING:
    from osara_store.changing import Held

_CALL_OFF: Final = (
    sa.update(meetings)
    .where(meetings.c.case_id == sa.bindparam("this_case"), meetings.c.n == sa.bindparam("this_n"))
    .values(state=MeetingState.CANCELLED, reason=sa.bindparam("why"), slots=[])
)


def send(tx: sa.Connection, case: Case, meeting: Meeting, now: datetime) -> None:
    """Draw every card about the meeting anew; whoever has none is sent one only if the meeting is for them to come to."""
    outbox.put(tx, _cards(case, meeting), now)


def put_in_calendar(tx: sa.Connection, case: Case, n: int, kind: Kind, now: datetime) -> None:
    outbox.put(tx, [outgoing.in_calendar(case, n, kind)], now)


def renew(held: "Held", file: CaseFile) -> None:
    """Who may hear of the case has changed: cards and invitation follow, as the file now is."""
    for meeting in file.meetings:
        send(held.tx, file.case, meeting, held.now)
        if is_invited_to(held, meeting):
            put_in_calendar(held.tx, file.case, meeting.n, Kind.MEETING_BOOK, held.now)


def call_off(held: "Held", why: str) -> None:
    """The case has ended: nobody is to come any more. A meeting that has begun already was none the less."""
    for meeting in held.file.meetings:
        if not meeting.is_open or (meeting.starts_at and meeting.starts_at <= held.now):
            continue
        held.tx.execute(_CALL_OFF, {"this_case": held.case.id, "this_n": meeting.n, "why": why})
        send(held.tx, held.case, meeting, held.now)
        if is_invited_to(held, meeting):
            put_in_calendar(held.tx, held.case, meeting.n, Kind.MEETING_CANCEL, held.now)


def is_invited_to(held: "Held", meeting: Meeting) -> bool:
    """Whether the meeting stands in the calendar, or is about to, and is not over: what has been is left as it was."""
    is_ahead = meeting.ends_at is not None and meeting.ends_at > held.now
    return meeting.state is MeetingState.BOOKED and is_ahead and held.hub.mailbox is not None


def _cards(case: Case, meeting: Meeting) -> Iterator[Envelope]:
    """What each shows, and whether it is for sending at all, is decided when it is sent."""
    people = [(meeting.by.author_tenant, meeting.by.author_id)]
    people += [(each.tenant, each.person) for each in meeting.people]
    for tenant, person in dict.fromkeys(people):
        yield outgoing.meeting_card(case, meeting.n, tenant, person)
    yield outgoing.meeting_agenda(case, meeting.n)
