"""Case meetings: arranging one, choosing its time, moving it and calling it off, and what is written down at the table.

None of this waits for Outlook: the calendar's answers come to the cards in the chat.
"""

from collections.abc import Callable
from datetime import datetime

from bot.commands.at_hand import AtHand, about_this_case, number, typed_texts
from bot.commands.contributing import equality_first, who_was_told
from bot.services import Ask
from bot.turn import Answer, ShowCard
from cards import (
    case_forms,
    meeting_cards,
    meeting_forms,
    meeting_pages,
    task_cards,
    tasking_forms,
    texts_meetings,
)
from cards.case_view import CaseView, Typed
from cards.verbs import Surface
from osara_store import equality, meeting_minutes, meetings, tasks
from osara_store.case_file import Meeting
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.meetings import NewMeeting
from osara_store.policy import Action, Reason
from osara_store.schema import MeetingState
from osara_store.tasks import NewTask

# --- arranging -------------------------------------------------------------------------------------------------------


async def open_form(ask: Ask) -> Answer:
    """Whom to invite; where a meeting lies ahead already, that one."""
    return await about_this_case(ask, _open_form)


async def arrange(ask: Ask) -> Answer:
    return await about_this_case(ask, _arrange, typed_texts(ask))


async def open_meeting(ask: Ask) -> Answer:
    return await about_this_case(ask, _page)


def _open_form(at_hand: AtHand) -> Answer:
    ahead = meetings.open_one(at_hand.glance().file)
    return _page(at_hand, n=ahead.n) if ahead else _form(at_hand)


def _form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view = at_hand.view("meeting")
    at_hand.require(Action.ARRANGE_MEETING, view)
    return at_hand.show(meeting_pages.arrange(view, typed))


def _arrange(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    if (ahead := meetings.open_one(view.file)) is not None:  # somebody was quicker, or the finger came twice
        return _page(at_hand, n=ahead.n)
    read = meeting_forms.read_arrange(at_hand.ask.turn.data, meeting_pages.offered(view), view.today)
    if isinstance(read, Typed):
        return _form(at_hand, read)
    return _arranged(at_hand, view, read)


def _arranged(at_hand: AtHand, view: CaseView, read: NewMeeting) -> Answer:
    try:
        with at_hand.tx.begin_nested():
            file = meetings.arrange(at_hand.tx, **at_hand.common, directory=view.directory, meeting=read)
    except Incomplete as lacking:
        return _form(at_hand, _typed_again(at_hand, lacking))
    made = file.meetings[-1]
    note = texts_meetings.LOOKING_NOW if made.state is MeetingState.LOOKING else ""
    return _page(at_hand, note, made.n)


def _typed_again(at_hand: AtHand, lacking: Incomplete) -> Typed:
    """What the store found wrong, beside the input that it is told at."""
    sentences = {
        "people": ("people", texts_meetings.too_many(meetings.MOST_INVITED - 1)),
        "minutes": ("minutes", texts_meetings.DAYS_WRONG),
        "days": ("last_day", texts_meetings.DAYS_WRONG),
    }
    return Typed(typed_texts(at_hand.ask), dict(sentences[name] for name in lacking.missing))


# --- its time --------------------------------------------------------------------------------------------------------


async def choose(ask: Ask) -> Answer:
    """One of the times that were found. From the card in the chat, that card comes back as the meeting now is."""
    return await about_this_case(ask, _choose)


async def open_time(ask: Ask) -> Answer:
    return await about_this_case(ask, _time_form)


async def set_time(ask: Ask) -> Answer:
    """A time that was typed: the first, or another for a meeting that has one."""
    return await about_this_case(ask, _set_time, typed_texts(ask))


def _choose(at_hand: AtHand) -> Answer:
    meeting = _at_hand(at_hand)
    start = meeting_forms.read_slot(at_hand.ask.turn.data, meeting)
    if start is None and meeting.state is MeetingState.OFFERED:
        return _answer(at_hand, texts_meetings.CHOOSE_TIME)
    if start is None or start <= at_hand.ask.now:
        return _answer(
            at_hand, texts_meetings.CHANGED_MEANWHILE if start is None else texts_meetings.TIME_GONE
        )
    return _unless_stale(
        at_hand,
        lambda: meetings.choose(at_hand.tx, **at_hand.common, n=meeting.n, start=start),
        texts_meetings.BOOKED,
    )


def _time_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view, meeting = at_hand.view("meeting"), _at_hand(at_hand)
    is_booked = meeting.state is MeetingState.BOOKED
    at_hand.require(Action.RUN_MEETING if is_booked else Action.ARRANGE_MEETING, view)
    if not meeting.is_open:
        return _page(at_hand, texts_meetings.CHANGED_MEANWHILE)
    return at_hand.show(meeting_pages.time(view, meeting, typed))


def _set_time(at_hand: AtHand) -> Answer:
    """The form said with `was` which time it was to replace; without, the meeting had none yet."""
    data, meeting, was = at_hand.ask.turn.data, _at_hand(at_hand), _was(at_hand)
    read = meeting_forms.read_time(data, at_hand.hub.zone, at_hand.ask.now, with_reason=was is not None)
    if isinstance(read, Typed):
        return _time_form(at_hand, read)
    about = {**at_hand.common, "n": meeting.n, "start": read.start}
    if was is None:
        return _unless_stale(at_hand, lambda: meetings.choose(at_hand.tx, **about), texts_meetings.BOOKED)
    return _unless_stale(
        at_hand,
        lambda: meetings.move(at_hand.tx, **about, was=was, reason=read.reason),
        texts_meetings.MOVED,
    )


def _was(at_hand: AtHand) -> datetime | None:
    """What a button carried is input: a time, or nothing."""
    try:
        was = datetime.fromisoformat(at_hand.ask.turn.said("was"))
    except ValueError:
        return None
    return was if was.tzinfo else None


# --- calling it off --------------------------------------------------------------------------------------------------


async def open_cancel(ask: Ask) -> Answer:
    return await about_this_case(ask, _cancel_form)


async def cancel(ask: Ask) -> Answer:
    return await about_this_case(ask, _cancel, typed_texts(ask))


def _cancel_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view, meeting = at_hand.view("meeting"), _at_hand(at_hand)
    at_hand.require(Action.RUN_MEETING, view)
    if not meeting.is_open:
        return _page(at_hand, texts_meetings.CHANGED_MEANWHILE)
    return at_hand.show(meeting_pages.cancel(view, meeting, typed))


def _cancel(at_hand: AtHand) -> Answer:
    reason, meeting = meeting_forms.read_reason(at_hand.ask.turn.data), _at_hand(at_hand)
    if isinstance(reason, Typed):
        return _cancel_form(at_hand, reason)
    return _unless_stale(
        at_hand,
        lambda: meetings.cancel(at_hand.tx, **at_hand.common, n=meeting.n, reason=reason),
        texts_meetings.CANCELLED,
    )


# --- at the meeting --------------------------------------------------------------------------------------------------


async def open_attendance(ask: Ask) -> Answer:
    return await about_this_case(ask, _attendance_form)


async def note_attendance(ask: Ask) -> Answer:
    return await about_this_case(ask, _note_attendance)


def _attendance_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view, meeting = _now(at_hand)
    return at_hand.show(meeting_pages.attendance(view, meeting, typed))


def _note_attendance(at_hand: AtHand) -> Answer:
    meeting = _at_hand(at_hand)
    read = meeting_forms.read_attendance(at_hand.ask.turn.data, meeting.people)
    if isinstance(read, Typed):
        return _attendance_form(at_hand, read)
    return _unless_stale(
        at_hand,
        lambda: meeting_minutes.attend(at_hand.tx, **at_hand.common, n=meeting.n, attendance=read),
        texts_meetings.ATTENDANCE_SAVED,
    )


async def open_note(ask: Ask) -> Answer:
    return await about_this_case(ask, _note_form)


async def write_note(ask: Ask) -> Answer:
    return await about_this_case(ask, _write_note, typed_texts(ask))


def _note_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view, meeting = _now(at_hand)
    return at_hand.show(meeting_pages.note(view, meeting, typed))


def _write_note(at_hand: AtHand) -> Answer:
    read = meeting_forms.read_note(at_hand.ask.turn.data)
    if isinstance(read, Typed):
        return _note_form(at_hand, read)
    n = _at_hand(at_hand).n
    meeting_minutes.note(at_hand.tx, **at_hand.common, n=n, text=read.text, grade=read.grade)
    return _page(at_hand, texts_meetings.NOTE_SAVED)


async def open_decision(ask: Ask) -> Answer:
    return await about_this_case(ask, _decision_form)


async def decide(ask: Ask) -> Answer:
    """A decision is a task from then on; a power that enforces waits for the equality questions, as any does."""
    return await about_this_case(ask, _decide, typed_texts(ask))


def _decision_form(at_hand: AtHand, typed: Typed | None = None) -> Answer:
    view, meeting = _now(at_hand)
    at_hand.require(Action.ADD_TASK, view)
    return at_hand.show(meeting_pages.decide(view, meeting, typed))


def _decide(at_hand: AtHand) -> Answer:
    view = at_hand.glance()
    read = case_forms.read_task(at_hand.ask.turn.data, view.directory, view.hub, view.today)
    if isinstance(read, Typed):
        return _decision_form(at_hand, read)
    meeting = _at_hand(at_hand)
    if not meeting_cards.is_now(view, meeting):
        raise NotAllowed(Reason.NOT_NOW)
    return _decided(at_hand, view, read)


def _decided(at_hand: AtHand, view: CaseView, task: NewTask) -> Answer:
    try:
        with at_hand.tx.begin_nested():
            file = tasks.add(at_hand.tx, **at_hand.common, directory=view.directory, task=task)
    except Incomplete as lacking:
        if lacking.missing != (equality.MISSING,):
            raise
        return equality_first(at_hand, tasking_forms.carried(None, task_cards.typed_again(task).values))
    return _page(at_hand, texts_meetings.decided(who_was_told(at_hand, view, file.tasks[-1])))


async def end(ask: Ask) -> Answer:
    return await about_this_case(ask, _end)


def _end(at_hand: AtHand) -> Answer:
    n = _at_hand(at_hand).n
    try:
        with at_hand.tx.begin_nested():
            meeting_minutes.end(at_hand.tx, **at_hand.common, n=n)
    except Incomplete:
        return _page(at_hand, texts_meetings.CAME_MISSING)
    except Stale:
        return _page(at_hand, texts_meetings.CHANGED_MEANWHILE)
    return _page(at_hand, texts_meetings.ENDED)


# --- pieces ----------------------------------------------------------------------------------------------------------


def _at_hand(at_hand: AtHand) -> Meeting:
    """The meeting that a button is about."""
    return meetings.find(at_hand.glance().file, number(at_hand.ask.turn.data.get("n")))


def _now(at_hand: AtHand) -> tuple[CaseView, Meeting]:
    """The case and its meeting for who writes down what goes on there.

    Raises:
        NotAllowed: it is not theirs to write, or the meeting has not begun or is over.
    """
    view, meeting = at_hand.view("meeting"), _at_hand(at_hand)
    at_hand.require(Action.RUN_MEETING, view)
    if not meeting_minutes.has_begun(meeting, view.now):
        raise NotAllowed(Reason.NOT_NOW)
    return view, meeting


def _page(at_hand: AtHand, note: str = "", n: int | None = None) -> Answer:
    view = at_hand.view("meeting", note)
    wanted = number(at_hand.ask.turn.data.get("n")) if n is None else n
    return at_hand.show(meeting_cards.page(view, meetings.find(view.file, wanted)))


def _answer(at_hand: AtHand, note: str) -> Answer:
    """On the card in the chat, that card as the meeting now is; elsewhere the meeting's page."""
    if at_hand.ask.turn.surface is not Surface.CHAT:
        return _page(at_hand, note)
    view = at_hand.glance(note)
    return ShowCard(meeting_cards.message(view, _at_hand(at_hand)), at_hand.case.reference)


def _unless_stale(at_hand: AtHand, work: Callable[[], object], done: str) -> Answer:
    """Do the work; where the meeting had changed meanwhile, the meeting as it now is."""
    try:
        with at_hand.tx.begin_nested():
            work()
    except Stale:
        return _answer(at_hand, texts_meetings.CHANGED_MEANWHILE)
    return _answer(at_hand, done)
