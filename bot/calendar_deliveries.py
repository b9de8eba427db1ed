"""Carries what is to be done in the calendars of the hubs' mailboxes, and writes down what came of it.

Everything is read when it is done, and under the rules that hold then: who may not hear of the case any more is neither looked
up nor invited. A message that comes twice changes nothing: an event is found again by its name.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.services import Services
from cards import texts_meetings
from graph_sync.calendar import Booked, Calendar
from graph_sync.errors import BadRequest, Busy, Duplicate, GraphError, MeetingGone, NotAllowed, NotFound
from graph_sync.free_time import Slot, Window
from graph_sync.session import outcome_of
from osara_store import cases, meeting_calendar, meeting_people, meetings, outbox
from osara_store.case_file import CaseFile, Meeting, MeetingSlot
from osara_store.directory import Hub
from osara_store.errors import NotFound as NothingThere
from osara_store.meeting_words import NOT_OPEN, REFUSED, WAITING
from osara_store.outbox import Kind, Message, Outcome, Refused, Unfinished
from osara_store.schema import MeetingState
from osara_store.states import ENDED

NO_MAILBOX: Final = Refused("the hub has no mailbox any more")
NOTHING_THERE: Final = Refused("there is no such meeting")
# Whoever waits for an answer is told when it takes longer than a breath.
LONG: Final = timedelta(seconds=20)
PATIENCE: Final = 3


@dataclass(frozen=True)
class _Work:
    """A meeting of a case, the hub whose calendar it stands in, and when this is looked at."""

    file: CaseFile
    meeting: Meeting
    hub: Hub
    mailbox: str
    attempts: int
    now: datetime

    @property
    def name(self) -> str:
        return meeting_calendar.transaction_id(self.file.case, self.meeting)

    @property
    def is_over(self) -> bool:
        return self.file.case.state in ENDED

    @property
    def has_been(self) -> bool:
        """Whether its time has gone by: nobody is invited into the past, nor is it rewritten."""
        return self.meeting.ends_at is not None and self.meeting.ends_at <= self.now


_Step = Callable[[_Work], Awaitable[Outcome]]


class ToCalendar:
    """Meetings to Exchange, which lets an app ask four things at once of a mailbox: two, so that others get their turn."""

    service = outbox.Service.CALENDAR.value
    batch = 1
    parallel = 2

    def __init__(self, services: Services, calendar: Calendar) -> None:
        self._services, self._calendar = services, calendar
        self._by_kind: Mapping[str, _Step] = {
            Kind.MEETING_LOOK: self._look,
            Kind.MEETING_BOOK: self._book,
            Kind.MEETING_CANCEL: self._cancel,
        }

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        return [await self._deliver(message) for message in messages]

    async def _deliver(self, message: Message) -> Outcome:
        try:
            work = await self._services.database.read(lambda tx: self._read(tx, message))
        except NothingThere:
            return NOTHING_THERE
        if work is None:
            return NO_MAILBOX
        try:
            return await self._by_kind[message.kind](work)
        except GraphError as error:
            return await self._in_trouble(work, message, error)

    def _read(self, tx: Connection, message: Message) -> _Work | None:
        file = cases.case_file(tx, message.payload["case_id"])
        hub = self._services.directory.hub(file.case.hub_id)
        if hub is None or hub.mailbox is None:
            return None
        meeting, now = meetings.find(file, message.payload["n"]), self._services.clock.now()
        return _Work(file, meeting, hub, hub.mailbox, message.attempts, now)

    # --- one method a kind of message ---------------------------------------------------------------------------------

    async def _look(self, work: _Work) -> Outcome:
        if work.meeting.state is not MeetingState.LOOKING or work.is_over:
            return outbox.Sent()
        window = _window(work)
        slots = await self._free_slots(work, window) if window else []
        found = [_counted(slot) for slot in slots]
        await self._note(lambda tx: meeting_calendar.found(tx, *_this(work), found, work.now))
        return outbox.Sent()

    async def _free_slots(self, work: _Work, window: Window) -> list[Slot]:
        length = timedelta(minutes=work.meeting.minutes)
        days = self._services.directory.clocks_of(work.hub).working_days
        people = self._addresses(work)
        return await self._calendar.free_slots(work.mailbox, people, window, length, work.hub.zone, days)

    async def _book(self, work: _Work) -> Outcome:
        """Have the event stand as the meeting now is: made, moved, and with those invited who may come by now."""
        meeting = work.meeting
        if meeting.state is not MeetingState.BOOKED or work.is_over or work.has_been:
            return outbox.Sent()  # if it was called off meanwhile, that message comes behind this one
        start, end = _times(work)
        try:
            if meeting.event_id:
                await self._calendar.move(work.mailbox, meeting.event_id, start, end)
            booked = await self._stand(work, start, end)
        except MeetingGone as gone:
            return await self._anew(work, gone)
        except Duplicate as taken:
            # At first another try of ours may be about to make it; later, somebody has deleted what had this name.
            if work.attempts < PATIENCE:
                raise
            return await self._anew(work, taken)
        await self._note(lambda tx: _note_booked(tx, work, booked))
        return outbox.Sent()

    async def _stand(self, work: _Work, start: datetime, end: datetime) -> Booked:
        return await self._calendar.book(
            work.mailbox,
            work.name,
            work.file.case.reference,
            start,
            end,
            self._addresses(work),
            texts_meetings.invitation(work.file.case.reference, work.hub.name),
        )

    async def _anew(self, work: _Work, why: GraphError) -> Outcome:
        """Somebody took the event out of the calendar, and its name is used up: with the next claim it has another."""
        bookings = work.meeting.bookings
        await self._note(lambda tx: meeting_calendar.gone(tx, *_this(work), bookings=bookings, now=work.now))
        return Unfinished(f"to be booked anew: {why.why}")

    async def _cancel(self, work: _Work) -> Outcome:
        """Take the event away, also one of which we never heard that it was made."""
        event_id = work.meeting.event_id or await self._calendar.standing(work.mailbox, work.name)
        if event_id:
            comment = texts_meetings.cancellation(work.file.case.reference)
            await self._calendar.cancel(work.mailbox, event_id, comment)
        return outbox.Sent()

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _addresses(self, work: _Work) -> list[str]:
        directory, on = self._services.directory, work.hub.today(work.now)
        coming = meeting_people.still_invited(work.file, work.meeting, directory, work.hub, on)
        return [directory.address_of(each) for each in coming]

    async def _note(self, note: Callable[[Connection], None]) -> None:
        await self._services.database.write(note)
        self._services.wake()

    async def _in_trouble(self, work: _Work, message: Message, error: GraphError) -> Outcome:
        """It is tried again where that makes sense; whoever waits for it reads on their card that it takes longer."""
        why = _trouble(error, work.attempts)
        if why and message.kind != Kind.MEETING_CANCEL:
            await self._note(lambda tx: meeting_calendar.trouble(tx, *_this(work), why, work.now))
        return outcome_of(error)


def _trouble(error: GraphError, attempts: int) -> str:
    """The word for it; empty for what passes so soon that nobody need hear of it."""
    match error:
        case NotFound() | NotAllowed():
            return NOT_OPEN
        case BadRequest():
            return REFUSED
        case Busy(after=after) if timedelta(seconds=after) < LONG:
            return ""
        case Busy():
            return WAITING
        case _:
            return WAITING if attempts >= PATIENCE else ""


def _this(work: _Work) -> tuple[int, int]:
    return work.file.case.id, work.meeting.n


def _note_booked(tx: Connection, work: _Work, booked: Booked) -> None:
    meeting_calendar.booked(
        tx,
        *_this(work),
        bookings=work.meeting.bookings,
        event_id=booked.event_id,
        join_url=booked.join_url,
        now=work.now,
    )


def _window(work: _Work) -> Window | None:
    """The days between which to meet, from now on; None where they have gone by."""
    zone, meeting = work.hub.zone, work.meeting
    start = max(work.now, datetime.combine(meeting.first_day, time(), zone).astimezone(UTC))
    end = datetime.combine(meeting.last_day + timedelta(days=1), time(), zone).astimezone(UTC)
    return Window(start, end) if start < end else None


def _times(work: _Work) -> tuple[datetime, datetime]:
    """By the hub's clock, so that invitations show them so."""
    start, end = work.meeting.starts_at, work.meeting.ends_at
    if start is None or end is None:
        raise ValueError("a booked meeting has its times")
    return start.astimezone(work.hub.zone), end.astimezone(work.hub.zone)


def _counted(slot: Slot) -> MeetingSlot:
    return MeetingSlot(slot.start, slot.end, len(slot.can_come), len(slot.perhaps), len(slot.unknown))
