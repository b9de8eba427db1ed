"""The forms of a case meeting are read forgivingly, and what is wrong is said beside the input."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cards import meeting_forms, texts_case, texts_meetings
from cards.case_view import Typed
from cards.meeting_forms import NewTime, Said
from osara_store import meeting_people
from osara_store.meeting_people import Candidate
from osara_store.meetings import NewMeeting
from osara_store.schema import Attendance
from tests.unit.cards.every_case_card_meetings import FEW, MANY, NOTED, OFFERED, SLOTS
from tests.unit.cards.page_world import ANALYSIS, IAN, NOW, PRIYA, TENANT, TOM, view

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 6, 3)
COMPLETE = {
    "people": f"{TENANT}:{IAN.object_id}",
    "minutes": "60",
    "first_day": "2026-06-04",
    "last_day": "2026-06-10",
}


def offered(directory: Any = FEW) -> list[Candidate]:
    seen = view(ANALYSIS, TOM, directory=directory)
    return meeting_people.candidates(seen.file, directory, directory.hubs[0], TOM, TODAY)


def arranged(**changes: str) -> NewMeeting | Typed:
    return meeting_forms.read_arrange({**COMPLETE, **changes}, offered(), TODAY)


def wrong(read: object) -> dict[str, str]:
    assert isinstance(read, Typed), read
    return dict(read.errors)


def test_a_complete_form_is_a_meeting():
    assert arranged() == NewMeeting(((TENANT, IAN.object_id),), 60, date(2026, 6, 4), date(2026, 6, 10))


def test_somebody_who_was_not_offered_is_left_out_whatever_a_client_sends():
    assert wrong(arranged(people=f"{TENANT}:00000000-0000-4000-8000-000000000099")) == {
        "people": texts_meetings.PEOPLE_MISSING
    }


def test_somebody_is_found_by_name_however_it_is_spaced_and_a_stranger_is_told_of():
    assert arranged(names="  priya   EXAMPLE ").people == ((TENANT, IAN.object_id), (TENANT, PRIYA.object_id))
    assert wrong(arranged(names="Nobody Known*")) == {
        "names": texts_meetings.no_such_person("Nobody Known\\*")
    }


def test_no_more_people_are_invited_than_a_card_can_list():
    crowd = offered(MANY)
    everybody = ",".join(meeting_forms.key_of(each) for each in crowd)
    read = meeting_forms.read_arrange({**COMPLETE, "people": everybody}, crowd, TODAY)
    assert wrong(read) == {"people": texts_meetings.too_many(29)}


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-06-02", "2026-06-10"), ("2026-06-10", "2026-06-04"), ("2026-06-04", "2026-09-04")],
)
def test_days_that_cannot_be_are_told_of(first: str, last: str):
    assert wrong(arranged(first_day=first, last_day=last)) == {"last_day": texts_meetings.DAYS_WRONG}


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("14:30", 14, 30), ("14.30", 14, 30), ("2pm", 14, 0), ("2:30 pm", 14, 30), ("12am", 0, 0), ("9", 9, 0)],
)
def test_a_time_of_day_is_understood_as_people_write_it(typed: str, hour: int, minute: int):
    read = meeting_forms.read_time({"day": "2026-06-04", "time": typed}, LONDON, NOW, with_reason=False)
    local = datetime(2026, 6, 4, hour, minute, tzinfo=LONDON)
    assert read == NewTime(local.astimezone(UTC), "")


@pytest.mark.parametrize("typed", ["", "half past two", "25:00", "14:61", "14:3"])
def test_what_is_no_time_of_day_is_told_of_and_given_back(typed: str):
    read = meeting_forms.read_time({"day": "2026-06-04", "time": typed}, LONDON, NOW, with_reason=False)
    assert wrong(read) == {"time": texts_meetings.TIME_WRONG}
    assert read.values["time"] == typed


def test_a_time_that_has_gone_by_and_one_that_the_clocks_leave_out_are_told_of():
    gone = meeting_forms.read_time({"day": "2026-06-01", "time": "10:00"}, LONDON, NOW, with_reason=False)
    left_out = meeting_forms.read_time({"day": "2027-03-28", "time": "01:30"}, LONDON, NOW, with_reason=False)
    assert wrong(gone) == {"time": texts_meetings.TIME_GONE}
    assert wrong(left_out) == {"time": texts_meetings.TIME_LEFT_OUT}


def test_moving_asks_why():
    given = {"day": "2026-06-04", "time": "10:00"}
    assert wrong(meeting_forms.read_time(given, LONDON, NOW, with_reason=True)) == {
        "reason": texts_meetings.REASON_MISSING
    }
    assert wrong(meeting_forms.read_reason({"reason": "  "})) == {"reason": texts_meetings.REASON_MISSING}
    assert meeting_forms.read_reason({"reason": "It is solved."}) == "It is solved."


def test_only_a_time_that_is_on_offer_is_chosen():
    assert meeting_forms.read_slot({"slot": SLOTS[1].start.isoformat()}, OFFERED) == SLOTS[1].start
    for sent in ("2026-01-01T10:00:00+00:00", "", None, 7):
        assert meeting_forms.read_slot({"slot": sent}, OFFERED) is None


def test_attendance_is_read_for_those_of_whom_something_was_chosen():
    read = meeting_forms.read_attendance({"person-1": "came", "person-2": ""}, NOTED.people)
    assert read == {(TENANT, PRIYA.object_id): Attendance.CAME}
    assert wrong(meeting_forms.read_attendance({"person-0": "asleep"}, NOTED.people)).keys() == {"person-0"}


def test_a_note_says_how_sure_it_is():
    assert meeting_forms.read_note({"text": "It is open.", "grade": "fact"}) == Said("It is open.", "fact")
    assert wrong(meeting_forms.read_note({"text": " "})) == {
        "text": texts_case.NOTE_MISSING,
        "grade": texts_case.CHOOSE,
    }
