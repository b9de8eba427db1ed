"""The forms of a case meeting: arranging it, another time, calling it off, and what is written down while people sit together."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from cards import case_fields, parts, task_cards, texts_case, texts_meetings, verbs
from cards.case_forms import MOST_LINE, MOST_NAME, MOST_NOTE, NO_POWER
from cards.case_view import CaseView, Typed, fault, top
from cards.elements import Action as Button
from cards.elements import Choice, ChoiceInput, Strict
from cards.meeting_forms import MOST_NAMES, field_of, key_of
from cards.parts import CardJson
from osara_store import meeting_people
from osara_store.case_file import Meeting
from osara_store.clock_rules import ClockKind
from osara_store.meeting_people import Candidate
from osara_store.meetings import LENGTHS
from osara_store.schema import MeetingState

# As many names as a card can hold, however long they are; the others are written.
MOST_OFFERED: Final = 40
_LONGEST_NAME: Final = 80
_USUAL_LENGTH: Final = "60"
_USUAL_SEARCH: Final = timedelta(days=14)

# --- arranging -------------------------------------------------------------------------------------------------------


def offered(view: CaseView) -> list[Candidate]:
    """Those who may be invited, as the store has them."""
    return meeting_people.candidates(view.file, view.directory, view.hub, view.actor, view.today)


def arrange(view: CaseView, typed: Typed | None = None) -> CardJson:
    """Whom to invite and when to look for a time, with what is most likely filled in."""
    people = offered(view)
    return case_fields.form(typed or _likely(view, people), lambda form: _arrange(view, people, form))


def _likely(view: CaseView, people: Sequence[Candidate]) -> Typed:
    first = view.today + timedelta(days=1)
    ticked = [key_of(each) for each in people[:MOST_OFFERED] if each.is_suggested]
    values = {"people": ",".join(ticked), "minutes": _USUAL_LENGTH, "first_day": first.isoformat()}
    return Typed({**values, "last_day": _last_day(view, first).isoformat()}, {})


def _last_day(view: CaseView, first: date) -> date:
    """The day on which the partners should have met, where that lies ahead."""
    running = (clock for clock in view.file.clocks if clock.is_running and clock.kind == ClockKind.MEETING)
    due = next((view.hub.today(clock.due_at) for clock in running), None)
    return due if due and due > first else first + _USUAL_SEARCH


def _arrange(view: CaseView, people: Sequence[Candidate], typed: Typed) -> CardJson:
    t, has_mailbox = texts_meetings, bool(view.hub.mailbox)
    back = case_fields.back_without_saving(view, verbs.CASE_OPEN)
    if not people:
        return parts.card([*top(view, t.ARRANGE), parts.paragraph(t.NOBODY_TO_INVITE, "Medium")], [back])
    body: list[Strict] = [
        *top(view, t.ARRANGE),
        parts.paragraph(t.ARRANGE_WHY if has_mailbox else t.ARRANGE_WITHOUT_MAILBOX, "Medium"),
        *case_fields.check_these(typed),
        *_people(people, typed),
        *case_fields.choice(
            typed, "minutes", t.HOW_LONG, {str(length): t.length(length) for length in LENGTHS}
        ),
        *case_fields.day(typed, "first_day", t.FIRST_DAY),
        *case_fields.day(typed, "last_day", t.LAST_DAY),
    ]
    go = t.ASK_NOW if has_mailbox else t.ASK_NOW_WITHOUT_MAILBOX
    return parts.card(body, [view.button(go, verbs.MEETING_ARRANGE, main=True), back])


def _people(people: Sequence[Candidate], typed: Typed) -> list[Strict]:
    shown, more = people[:MOST_OFFERED], len(people) - MOST_OFFERED
    chosen = ChoiceInput(
        id="people",
        label=texts_meetings.WHO,
        choices=[Choice(title=_name(each), value=key_of(each)) for each in shown],
        value=typed.values.get("people") or None,
        style="expanded",
        wrap=True,
        is_multi_select=True,
        spacing="Large",
    )
    found = [
        chosen,
        *fault(typed, "people"),
        parts.quiet(texts_meetings.WHO_TICKED, "Small"),
        parts.quiet(texts_meetings.ONLY_READERS),
    ]
    if more <= 0:
        return found
    else_ = case_fields.text(typed, "names", texts_meetings.WHO_ELSE, most=MOST_NAMES, lines=True)
    return [*found, parts.quiet(texts_meetings.more_people(more), "Small"), *else_]


def _name(candidate: Candidate) -> str:
    actor = candidate.actor
    return texts_meetings.person(actor.name[:_LONGEST_NAME], actor.agency.name[:_LONGEST_NAME])


# --- a time, and none ------------------------------------------------------------------------------------------------


def time(view: CaseView, meeting: Meeting, typed: Typed | None = None) -> CardJson:
    """Another time than those on offer; for a meeting that has one, moving it."""
    return case_fields.form(typed or Typed.nothing(), lambda form: _time(view, meeting, form))


def _time(view: CaseView, meeting: Meeting, typed: Typed) -> CardJson:
    t, is_moved = texts_meetings, meeting.state is MeetingState.BOOKED
    body: list[Strict] = [
        *top(view, t.MOVE_TITLE if is_moved else t.TYPE_A_TIME),
        *case_fields.check_these(typed),
        *case_fields.day(typed, "day", t.DAY),
        *case_fields.time(typed, "time", t.TIME),
        *(_reason(typed) if is_moved else []),
    ]
    was = {"was": meeting.starts_at.isoformat()} if meeting.starts_at else {}
    save = view.button(t.MOVE if is_moved else t.SET, verbs.MEETING_TIME, main=True, n=meeting.n, **was)
    return parts.card(body, [save, _back(view, meeting)])


def cancel(view: CaseView, meeting: Meeting, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _cancel(view, meeting, form))


def _cancel(view: CaseView, meeting: Meeting, typed: Typed) -> CardJson:
    body: list[Strict] = [
        *top(view, texts_meetings.CANCEL_TITLE),
        *case_fields.check_these(typed),
        *_reason(typed),
    ]
    go = view.button(texts_meetings.CALL_OFF, verbs.MEETING_CANCEL, main=True, n=meeting.n)
    return parts.card(body, [go, _back(view, meeting)])


def _reason(typed: Typed) -> list[Strict]:
    t = texts_meetings
    return case_fields.text(typed, "reason", t.REASON, most=MOST_LINE, example=t.REASON_EXAMPLE)


def _back(view: CaseView, meeting: Meeting) -> Button:
    return case_fields.back_without_saving(view, verbs.MEETING_OPEN, n=meeting.n)


# --- at the meeting --------------------------------------------------------------------------------------------------


def attendance(view: CaseView, meeting: Meeting, typed: Typed | None = None) -> CardJson:
    """Everybody who was invited, with what is noted of them already."""
    noted = {
        field_of(place): each.attendance.value for place, each in enumerate(meeting.people) if each.attendance
    }
    return case_fields.form(typed or Typed(noted, {}), lambda form: _attendance(view, meeting, form))


def _attendance(view: CaseView, meeting: Meeting, typed: Typed) -> CardJson:
    t = texts_meetings
    asked: list[Strict] = []
    for place, each in enumerate(meeting.people):
        name = t.person(each.name[:_LONGEST_NAME], view.agency(each.agency_id)[:_LONGEST_NAME])
        asked += case_fields.compact(typed, field_of(place), name, t.ATTENDED, t.NOT_NOTED)
    body = [*top(view, t.ATTENDANCE), *case_fields.check_these(typed), *asked]
    save = view.button(t.SAVE, verbs.MEETING_ATTENDANCE, main=True, n=meeting.n)
    return parts.card(body, [save, _back(view, meeting)])


def note(view: CaseView, meeting: Meeting, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _note(view, meeting, form))


def _note(view: CaseView, meeting: Meeting, typed: Typed) -> CardJson:
    t = texts_meetings
    body: list[Strict] = [
        *top(view, t.NOTE),
        parts.paragraph(texts_case.NOTE_WHY, "Medium"),
        *case_fields.check_these(typed),
        *case_fields.text(typed, "text", t.NOTE_TEXT, most=MOST_NOTE, lines=True, example=t.NOTE_EXAMPLE),
        *case_fields.choice(typed, "grade", texts_case.NOTE_GRADE, texts_case.GRADES),
    ]
    save = view.button(t.SAVE, verbs.MEETING_NOTE, main=True, n=meeting.n)
    return parts.card(body, [save, _back(view, meeting)])


def decide(view: CaseView, meeting: Meeting, typed: Typed | None = None) -> CardJson:
    """A task in as few answers as one needs; a power asks for two more."""
    fresh = Typed({"power": NO_POWER}, {})
    return case_fields.form(typed or fresh, lambda form: _decide(view, meeting, form))


def _decide(view: CaseView, meeting: Meeting, typed: Typed) -> CardJson:
    t = texts_case
    enforces = view.directory.is_enforcement(typed.values.get("power", ""))
    body: list[Strict] = [
        *top(view, texts_meetings.DECIDE_TITLE),
        parts.paragraph(texts_meetings.DECIDE_WHY, "Medium"),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed, "intervention", t.TASK_INTERVENTION, most=MOST_LINE, example=t.TASK_INTERVENTION_EXAMPLE
        ),
        *case_fields.choice(typed, "agency_id", t.TASK_AGENCY, task_cards.agencies(view)),
        *case_fields.text(typed, "owner", t.TASK_OWNER, most=MOST_NAME),
        *case_fields.day(typed, "due_on", t.TASK_DUE),
        *case_fields.choice(typed, "side", t.TASK_SIDE, t.SIDES),
        *case_fields.choice(typed, "power", t.TASK_POWER, task_cards.powers(view)),
        *(task_cards.reasons(typed) if enforces else []),
    ]
    save = view.button(texts_meetings.SAVE, verbs.MEETING_DECIDE, main=True, n=meeting.n)
    return parts.card(body, [save, _back(view, meeting)])
