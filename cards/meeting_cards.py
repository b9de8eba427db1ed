"""A case meeting as it stands: its page in the case, the card of whoever is invited, and its agenda in the channel."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from cards import case_pieces, dates, parts, texts, texts_asking, texts_meetings, verbs, words
from cards.case_view import CaseView, Typed, fault, top
from cards.elements import Action as Button
from cards.elements import Choice, ChoiceInput, OpenUrlAction, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store import completeness, meeting_minutes, meeting_words, meetings, requests
from osara_store.case_file import CaseFile, Invited, Meeting
from osara_store.directory import Directory, Hub
from osara_store.policy import Action
from osara_store.schema import MeetingState, Stage
from osara_store.stages import TRIANGLE
from osara_store.states import ENDED

_BEFORE_A_TIME: Final = frozenset({MeetingState.LOOKING, MeetingState.OFFERED})


def when(meeting: Meeting, hub: Hub) -> str:
    """Such as 3 December 2026, 10:00; empty while there is no time."""
    return dates.moment(meeting.starts_at, hub.zone) if meeting.starts_at else ""


# --- the page in the case --------------------------------------------------------------------------------------------


def page(view: CaseView, meeting: Meeting, fault_of_slot: str = "") -> CardJson:
    """What anybody who may read the case sees of a meeting, with the buttons of whoever may do something about it."""
    body: list[Strict] = [
        *top(view, texts_meetings.TITLE),
        *_standing(view, meeting),
        *_times(view, meeting, fault_of_slot),
        *_who(view, meeting),
        *_later(view, meeting),
        *_changing(view, meeting),
    ]
    return parts.card(body, [*_running(view, meeting), case_pieces.to_case(view)])


def _standing(view: CaseView, meeting: Meeting) -> list[Strict]:
    organiser = ", ".join(filter(None, (meeting.by.author_name, view.agency(meeting.by.author_agency_id))))
    facts = {
        texts_meetings.STANDS: _state(view, meeting),
        texts_meetings.WHEN: when(meeting, view.hub),
        texts_meetings.HOW_LONG_FACT: texts_meetings.length(meeting.minutes),
        texts_meetings.BY: organiser,
        texts_meetings.WHY: meeting.reason,
    }
    return [parts.facts(facts), *_trouble(meeting)]


def _state(view: CaseView, meeting: Meeting) -> str:
    said = texts_meetings.STATE if may_arrange(view) else texts_meetings.STATE_FOR_OTHERS
    return said[meeting.state]


def _trouble(meeting: Meeting) -> list[Strict]:
    if not meeting.is_open:
        return []
    if meeting.trouble in texts_meetings.TROUBLE:
        sentence = texts_meetings.TROUBLE[meeting.trouble]
        return [parts.notice(parts.paragraph(sentence), style="warning")]
    is_under_way = meeting.state is MeetingState.BOOKED and not meeting.join_url
    return [parts.quiet(texts_meetings.NO_LINK_YET, "Small")] if is_under_way else []


def _who(view: CaseView, meeting: Meeting) -> list[Strict]:
    """Everybody invited, by what is noted of them."""
    if not meeting.people:
        return []
    lines = [parts.paragraph(_line(view, each), "None") for each in meeting.people]
    return [parts.small_heading(texts_meetings.INVITED), *lines]


def _line(view: CaseView, invited: Invited) -> str:
    said = texts_meetings.person(as_typed(invited.name), as_typed(view.agency(invited.agency_id)))
    if invited.attendance is None:
        return said
    return texts.BETWEEN.join((said, f"**{meeting_words.ATTENDANCE[invited.attendance]}**"))


def may_arrange(view: CaseView) -> bool:
    return Action.ARRANGE_MEETING in view.can


def is_now(view: CaseView, meeting: Meeting) -> bool:
    """Whether this person may write down what goes on there."""
    return Action.RUN_MEETING in view.can and meeting_minutes.has_begun(meeting, view.now)


# --- the times on offer ----------------------------------------------------------------------------------------------


def _times(view: CaseView, meeting: Meeting, fault_of_slot: str = "") -> list[Strict]:
    """The times that were found, one to be chosen; nothing for who may not choose."""
    ahead = [slot for slot in meeting.slots if slot.start > view.now]
    if meeting.state is not MeetingState.OFFERED or not may_arrange(view) or not ahead:
        return []
    invited = len(meeting.people)
    chosen = ChoiceInput(
        id="slot",
        label=texts_meetings.TIMES,
        choices=[
            Choice(
                title=texts_meetings.slot(
                    _day_and_time(slot.start, view.hub), slot.can_come, slot.perhaps, slot.unknown, invited
                ),
                value=slot.start.isoformat(),
            )
            for slot in ahead
        ],
        value=ahead[0].start.isoformat(),
        style="expanded",
        wrap=True,
        spacing="Medium",
    )
    book = view.button(texts_meetings.BOOK, verbs.MEETING_CHOOSE, main=True, n=meeting.n)
    return [chosen, *fault(Typed({}, {"slot": fault_of_slot}), "slot"), case_pieces.buttons(book)]


def _day_and_time(at: datetime, hub: Hub) -> str:
    weekday = texts_meetings.WEEKDAYS[at.astimezone(hub.zone).weekday()]
    return f"{weekday} {dates.moment(at, hub.zone)}"


# --- the buttons -----------------------------------------------------------------------------------------------------


def _changing(view: CaseView, meeting: Meeting) -> list[Strict]:
    """To join it, to move it, to call it off."""
    row = [*_join(meeting), *_deciding(view, meeting)]
    return [case_pieces.buttons(*row)] if row else []


def _join(meeting: Meeting) -> Iterator[Button]:
    if meeting.join_url and meeting.state is MeetingState.BOOKED:
        yield OpenUrlAction(id="join", title=texts_meetings.JOIN, url=meeting.join_url)


def _deciding(view: CaseView, meeting: Meeting) -> Iterator[Button]:
    if meeting.state in _BEFORE_A_TIME and may_arrange(view):
        title = texts_meetings.OTHER_TIME if meeting.slots else texts_meetings.TYPE_A_TIME
        yield opener(view, meeting, title, verbs.MEETING_TIME_OPEN)
    if meeting.state is MeetingState.BOOKED and Action.RUN_MEETING in view.can:
        yield opener(view, meeting, texts_meetings.MOVE, verbs.MEETING_TIME_OPEN)
    if meeting.is_open and Action.RUN_MEETING in view.can:
        yield opener(view, meeting, texts_meetings.CALL_OFF, verbs.MEETING_CANCEL_OPEN)


def _later(view: CaseView, meeting: Meeting) -> list[Strict]:
    """What will be offered here once people sit together."""
    is_theirs = Action.RUN_MEETING in view.can and meeting.state is MeetingState.BOOKED
    return (
        [parts.quiet(texts_meetings.STARTS_LATER, "Small")] if is_theirs and not is_now(view, meeting) else []
    )


def _running(view: CaseView, meeting: Meeting) -> Iterator[Button]:
    """What is pressed while people sit together."""
    if not is_now(view, meeting):
        return
    noted = any(each.attendance for each in meeting.people)
    yield view.button(texts_meetings.ATTENDANCE, verbs.MEETING_ATTENDANCE_OPEN, main=not noted, n=meeting.n)
    yield view.button(texts_meetings.NOTE, verbs.MEETING_NOTE_OPEN, n=meeting.n)
    yield view.button(texts_meetings.DECIDE, verbs.MEETING_DECIDE_OPEN, n=meeting.n)
    if noted:
        yield view.button(texts_meetings.END, verbs.MEETING_END, main=True, n=meeting.n)


def opener(view: CaseView, meeting: Meeting, title: str, verb: str, *, main: bool = False) -> Button:
    """A button that leads to a form: in a chat it opens a dialog."""
    if view.surface is not Surface.CHAT:
        return view.button(title, verb, main=main, n=meeting.n)
    case = view.case
    return parts.case_opener(title, verb, main=main, case=case.reference, seen=case.moves, n=meeting.n)


# --- the card in somebody's chat -------------------------------------------------------------------------------------


def message(view: CaseView, meeting: Meeting) -> CardJson:
    """The meeting for one person. It is drawn anew when something changes, and says when it is over."""
    case = view.case
    head: list[Strict] = [
        parts.heading(texts_meetings.reference_title(case.reference)),
        parts.quiet(as_typed(texts.BETWEEN.join((case.reference, view.directory.marking)))),
    ]
    if over := _over(view, meeting):
        return parts.card([*head, *(parts.paragraph(line, "Small") for line in over)])
    if view.note:
        head.append(parts.notice(parts.paragraph(view.note), style="accent"))
    if meeting.state in _BEFORE_A_TIME:
        body = [*head, *_standing(view, meeting), *_times(view, meeting)]
    else:
        body = [*head, *_invitation(view, meeting)]
    open_case = parts.case_opener(texts_meetings.OPEN_CASE, verbs.CASE_OPEN, case=case.reference)
    buttons = [*_join(meeting), *_to_page(view, meeting), *_deciding(view, meeting), open_case]
    return parts.card(body, buttons)


def is_theirs(view: CaseView, meeting: Meeting) -> bool:
    """Whether somebody who has no card about it yet should get one."""
    if _over(view, meeting):
        return False
    return meeting.state is MeetingState.BOOKED or (is_organiser(view, meeting) and may_arrange(view))


def is_organiser(view: CaseView, meeting: Meeting) -> bool:
    return meeting.by.is_by(view.actor)


def _over(view: CaseView, meeting: Meeting) -> list[str]:
    """Why the card shows nothing of the case any more, if so."""
    if Action.READ_CASE not in view.can:
        return [texts_meetings.NOT_FOR_YOU]
    if meeting.state is MeetingState.HELD:
        return [texts_meetings.WAS_HELD]
    if meeting.state is MeetingState.CANCELLED:
        had_a_time = [texts_meetings.labelled_time(when(meeting, view.hub))] if meeting.starts_at else []
        return [texts_meetings.CALLED_OFF, *had_a_time]
    return [texts_meetings.CASE_ENDED] if view.case.state in ENDED else []


def _invitation(view: CaseView, meeting: Meeting) -> list[Strict]:
    facts = {
        texts_meetings.WHEN: when(meeting, view.hub),
        texts_meetings.HOW_LONG_FACT: texts_meetings.length(meeting.minutes),
        texts_meetings.WHY: meeting.reason,
    }
    return [
        parts.facts(facts),
        *_trouble(meeting),
        parts.small_heading(texts_meetings.AGENDA),
        parts.facts(_agenda(view.file, view.directory, view.now, view.today)),
        *_who(view, meeting),
    ]


def _to_page(view: CaseView, meeting: Meeting) -> Iterator[Button]:
    if meeting.state is MeetingState.BOOKED:
        yield opener(view, meeting, texts_meetings.OPEN, verbs.MEETING_OPEN)


# --- the agenda, which names nobody ----------------------------------------------------------------------------------


def agenda(file: CaseFile, meeting: Meeting, directory: Directory, hub: Hub, now: datetime) -> CardJson:
    """Stands under the case's card, for everybody in the channel to see, also those who may be shown no case.

    So it has no link to the call: whoever has that hears what is said there. It stands on the meeting's page.
    """
    reference = file.case.reference
    body: list[Strict] = [
        parts.heading(texts_meetings.reference_title(reference)),
        parts.quiet(as_typed(texts.BETWEEN.join((hub.name, directory.marking)))),
    ]
    if meeting.state is not MeetingState.BOOKED or file.case.state in ENDED or file.case.restricted:
        return parts.card([*body, parts.paragraph(_not_ahead(file, meeting), "Small")])
    facts = {
        texts_meetings.WHEN: when(meeting, hub),
        texts_meetings.HOW_LONG_FACT: texts_meetings.length(meeting.minutes),
    }
    body += [
        parts.facts(facts),
        parts.small_heading(texts_meetings.AGENDA),
        parts.facts(_agenda(file, directory, now, hub.today(now))),
    ]
    open_page = parts.case_opener(
        texts_meetings.OPEN, verbs.MEETING_OPEN, case=reference, seen=file.case.moves, n=meeting.n
    )
    return parts.card(body, [open_page])


def _not_ahead(file: CaseFile, meeting: Meeting) -> str:
    if file.case.restricted:
        return texts_meetings.FOR_FEW
    if meeting.state is MeetingState.HELD:
        return texts_meetings.WAS_HELD
    is_off = meeting.state is MeetingState.CANCELLED
    return texts_meetings.CALLED_OFF if is_off else texts_meetings.CASE_ENDED


def _agenda(file: CaseFile, directory: Directory, now: datetime, today: date) -> Mapping[str, str]:
    """How far the case has come, in numbers and in the names of stages and sides."""
    objective = completeness.of(file, Stage.OBJECTIVE, directory.is_enforcement)
    analysis = completeness.of(file, Stage.ANALYSIS, directory.is_enforcement)
    missing = [words.SIDE[side] for side in TRIANGLE if f"{side}_side" in analysis.missing]
    return {
        texts_meetings.OBJECTIVE: texts_meetings.OBJECTIVE_COMPLETE
        if objective.answered == objective.of
        else texts_meetings.objective(objective.answered, objective.of),
        texts_meetings.ANSWERS: _answers(file, now),
        texts_meetings.TRIANGLE: texts_meetings.sides_missing(", ".join(missing).lower())
        if missing
        else texts_meetings.TRIANGLE_COMPLETE,
        texts_meetings.OPEN_TASKS: _tasks(file, today),
    }


def _answers(file: CaseFile, now: datetime) -> str:
    counted = requests.tally(file, now)
    if not counted.asked:
        return texts_meetings.NOBODY_ASKED
    told = [texts_meetings.answers(counted.replied, counted.asked)]
    return ". ".join([*told, *([texts_asking.replies(counted)] if counted.replied else [])])


def _tasks(file: CaseFile, today: date) -> str:
    still_open = [task for task in file.tasks if not task.is_settled]
    if not file.tasks:
        return texts_meetings.NO_TASKS
    return texts_meetings.tasks(len(still_open), sum(task.due_on < today for task in still_open))


# --- on the overview of the case -------------------------------------------------------------------------------------


def buttons(view: CaseView) -> Iterator[Button]:
    """The way to the meeting that is ahead, and for who may arrange one, to a new one."""
    ahead = meetings.open_one(view.file)
    if ahead is not None:
        day = dates.day(view.hub.today(ahead.starts_at)) if ahead.starts_at else ""
        yield view.button(texts_meetings.button(day), verbs.MEETING_OPEN, n=ahead.n)
    elif may_arrange(view):
        yield view.button(texts_meetings.ARRANGE, verbs.MEETING_FORM)
