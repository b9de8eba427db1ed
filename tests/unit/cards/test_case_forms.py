"""What comes back in a case's forms: checked answers, or everything as typed with a kind sentence for each fault."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import case_forms, texts, texts_case, texts_risk, texts_stages
from cards.case_forms import ClockMet, HowItWent, Judged, NewNote, Override, SaidOfPerson
from cards.case_view import Typed
from osara_store.clock_rules import ClockKind
from osara_store.instruments import NOT_KNOWN, Band
from osara_store.risk import assess_questionnaire
from osara_store.schema import AgeGroup, PersonRole, Stage, TaskState
from osara_store.tasks import NewTask
from tests.unit.cards import page_world as world

TODAY: Final = date(2026, 6, 3)
NOTE: Final = {"text": "The lights are off.", "stage": "analysis", "grade": "fact"}
PERSON: Final = {"description": "Ann Example, tenant", "role": "victim", "age_group": "adult"}
TASK: Final = {
    "intervention": "Mend the barrier",
    "side": "location",
    "agency_id": "northshore-homes",
    "owner": "Sam Sample",
    "due_on": "2026-06-19",
    "power": "none",
    "term": "quick",
    "rationale": "It has been broken since February.",
    "proportionality": "",
}
RECORD: Final = {"state": "done", "outcome": "Mended on Monday."}
JUDGED: Final = {"note-threat": "Bottles.", "band": "high", "reason": "Injuries, and it spreads."}


def task(given: Mapping[str, object], was: Any = None) -> NewTask | Typed:
    return case_forms.read_task(given, world.DIRECTORY, world.HUB, TODAY, was)


def faults(read: object) -> Mapping[str, str]:
    assert isinstance(read, Typed)
    return read.errors


READERS: Final[Mapping[str, tuple[Callable[[Mapping[str, object]], object], Mapping[str, str]]]] = {
    "note": (case_forms.read_note, NOTE),
    "person": (lambda given: case_forms.read_person(given, is_new=True), PERSON),
    "task": (task, TASK),
    "record": (case_forms.read_record, RECORD),
    "judgement": (lambda given: case_forms.read_judgement(given, world.DIRECTORY.risk.judgement), JUDGED),
    "override": (case_forms.read_override, {"band": "high", "reason": "Injuries, and it spreads."}),
    "clock": (
        lambda given: case_forms.read_clock(given, ["meeting", "information"]),
        {"clock": "meeting", "note": "Held on Monday."},
    ),
}
every_reader = pytest.mark.parametrize("name", READERS)


# --- what holds for every form ---------------------------------------------------------------------------------------


@every_reader
def test_a_form_filled_in_well_is_taken(name: str) -> None:
    read, given = READERS[name]
    assert not isinstance(read(given), Typed)


@every_reader
def test_an_empty_form_says_what_is_missing_and_raises_nothing(name: str) -> None:
    read, _ = READERS[name]
    assert all(sentence.endswith((".", "?")) for sentence in faults(read({})).values())
    assert faults(read({}))


@every_reader
def test_what_is_right_in_a_form_that_comes_back_is_kept(name: str) -> None:
    read, given = READERS[name]
    for field in given:
        found = read({**given, field: "\x07"})
        assert isinstance(found, Typed)
        assert {key: value for key, value in given.items() if key != field}.items() <= found.values.items()
        assert field in found.errors


JSON: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=5,
)


@every_reader
@given(data=st.data())
def test_whatever_a_client_sends_is_read_without_an_error(name: str, data: st.DataObject) -> None:
    read, given_well = READERS[name]
    sent = {field: data.draw(JSON) for field in given_well}
    found = read(sent)
    if isinstance(found, Typed):
        assert set(found.errors) <= set(found.values)


@given(data=st.data())
def test_whatever_a_client_sends_for_a_questionnaire_is_read_without_an_error(data: st.DataObject) -> None:
    fields = [*world.GIVEN, "page", "answered"]
    sent = {field: data.draw(JSON) for field in data.draw(st.lists(st.sampled_from(fields), unique=True))}
    found = case_forms.read_risk({**world.GIVEN, **sent}, world.QUESTIONNAIRE)
    if not isinstance(found, Typed):
        assess_questionnaire(world.QUESTIONNAIRE, found)


# --- notes and people ------------------------------------------------------------------------------------------------


def test_a_note_is_tidied_and_otherwise_word_for_word() -> None:
    read = case_forms.read_note({**NOTE, "text": "  Lights off.\r\n*Really* off.  "})
    assert read == NewNote(Stage.ANALYSIS, "fact", "Lights off.\n*Really* off.")


def test_a_note_needs_a_text_a_stage_and_a_grade() -> None:
    assert faults(case_forms.read_note({})) == {
        "text": texts_case.NOTE_MISSING,
        "stage": texts_case.CHOOSE,
        "grade": texts_case.CHOOSE,
    }


def test_a_note_that_is_too_long_is_kept_and_its_length_is_told() -> None:
    read = case_forms.read_note({**NOTE, "text": "x" * 2001})
    assert isinstance(read, Typed)
    assert read.values["text"] == "x" * 2001
    assert read.errors == {"text": texts.too_long(2000, 2001)}


def test_a_new_person_is_named_on_one_line() -> None:
    read = case_forms.read_person({**PERSON, "description": "Ann Example,\n12 High Street"}, is_new=True)
    assert read == SaidOfPerson("Ann Example, 12 High Street", PersonRole.VICTIM, AgeGroup.ADULT)


def test_marking_needs_no_name_and_takes_none() -> None:
    read = case_forms.read_person(PERSON, is_new=False)
    assert read == SaidOfPerson("", PersonRole.VICTIM, AgeGroup.ADULT)


@pytest.mark.parametrize("role", ["affected", "involved", "boss"])
def test_nobody_is_marked_as_what_only_a_referrer_says(role: str) -> None:
    assert faults(case_forms.read_person({**PERSON, "role": role}, is_new=True)) == {
        "role": texts.NO_LONGER_A_CHOICE
    }


# --- tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_is_read_whole() -> None:
    assert task(TASK) == NewTask(
        intervention="Mend the barrier",
        side="location",
        agency_id="northshore-homes",
        owner="Sam Sample",
        due_on=date(2026, 6, 19),
        power="",
        rationale="It has been broken since February.",
        proportionality="",
        term="quick",
    )


def test_a_task_needs_what_who_when_and_a_side_and_nothing_else() -> None:
    assert set(faults(task({}))) == {"intervention", "agency_id", "due_on", "side"}


def test_a_day_may_be_written_as_people_write_it() -> None:
    read = task({**TASK, "due_on": "19/6/2026"})
    assert isinstance(read, NewTask)
    assert read.due_on == date(2026, 6, 19)


@pytest.mark.parametrize(
    ("due_on", "sentence"),
    [("31 June 2026", texts_stages.NOT_A_DAY), ("2026-06-02", texts_case.NOT_A_DAY_FOR_A_TASK)],
)
def test_a_day_that_cannot_be_met_is_refused(due_on: str, sentence: str) -> None:
    assert faults(task({**TASK, "due_on": due_on})) == {"due_on": sentence}


def test_today_is_not_too_late() -> None:
    assert isinstance(task({**TASK, "due_on": "2026-06-03"}), NewTask)


def test_a_late_task_may_keep_its_day_while_something_else_changes() -> None:
    late = replace(world.TASKS[2], due_on=date(2026, 5, 1))
    assert isinstance(task({**TASK, "due_on": "2026-05-01"}, late), NewTask)
    assert set(faults(task({**TASK, "due_on": "2026-05-02"}, late))) == {"due_on"}


def test_an_agency_of_another_hub_is_no_choice() -> None:
    assert faults(task({**TASK, "agency_id": "border-homes"})) == {"agency_id": texts.NO_LONGER_A_CHOICE}


def test_a_task_may_keep_an_agency_that_has_left_the_hub() -> None:
    left = replace(world.TASKS[2], agency_id="border-homes")
    assert isinstance(task({**TASK, "agency_id": "border-homes"}, left), NewTask)


def test_a_power_that_enforces_needs_a_reason_and_why_it_is_fair() -> None:
    enforcing = {**TASK, "power": "dispersal", "rationale": "", "proportionality": ""}
    assert set(faults(task(enforcing))) == {"rationale", "proportionality"}
    assert isinstance(
        task({**enforcing, "rationale": "The fair.", "proportionality": "Two evenings."}), NewTask
    )


def test_a_power_that_supports_needs_neither() -> None:
    assert isinstance(task({**TASK, "power": "mediation", "rationale": ""}), NewTask)


def test_a_power_that_is_not_in_force_is_refused() -> None:
    assert set(faults(task({**TASK, "power": "respect-order"}))) == {"power"}


@pytest.mark.parametrize("state", ["done", "partly", "not_done"])
def test_how_it_went_may_be_said_without_a_word(state: str) -> None:
    assert case_forms.read_record({"state": state}) == HowItWent(TaskState(state), "", {})


@pytest.mark.parametrize("state", [TaskState.CANCELLED, TaskState.OPEN])
def test_giving_up_and_going_on_need_a_word(state: TaskState) -> None:
    assert faults(case_forms.read_record({"state": str(state)})) == {
        "outcome": texts_case.WORDS_MISSING[state]
    }


def test_nobody_says_that_a_task_has_moved() -> None:
    assert set(faults(case_forms.read_record({"state": "moved"}))) == {"state"}


# --- risk and clocks -------------------------------------------------------------------------------------------------


def test_a_questionnaire_is_read_by_question() -> None:
    assert case_forms.read_risk(world.GIVEN, world.QUESTIONNAIRE) == world.CALM


def test_a_question_left_out_is_not_known() -> None:
    sent = {name: answer for name, answer in world.GIVEN.items() if name != "answer-how-often"}
    read = case_forms.read_risk(sent, world.QUESTIONNAIRE)
    assert isinstance(read, Mapping)
    assert read["how-often"] == NOT_KNOWN


@pytest.mark.parametrize("flag", [flag.id for flag in world.QUESTIONNAIRE.flags])
def test_a_danger_may_not_be_left_out(flag: str) -> None:
    sent = {name: answer for name, answer in world.GIVEN.items() if name != f"answer-{flag}"}
    assert faults(case_forms.read_risk(sent, world.QUESTIONNAIRE)) == {
        f"answer-{flag}": texts_risk.SAY_WHETHER
    }


def test_answers_to_other_questions_are_asked_for_again() -> None:
    read = case_forms.read_risk({**world.GIVEN, "questions": "2019.1"}, world.QUESTIONNAIRE)
    assert faults(read) == {"questions": texts_risk.NO_LONGER_ASKED}


def test_an_answer_that_no_question_has_is_not_carried_along() -> None:
    sent: dict[str, object] = {**world.GIVEN}
    del sent["answer-how-often"]
    sent |= {"answered": {"answer-how-often": "never heard of", "answer-x": "y"}}
    assert case_forms.read_risk(sent, world.QUESTIONNAIRE) == {**world.CALM, "how-often": NOT_KNOWN}


def test_a_judgement_keeps_the_thoughts_that_were_noted() -> None:
    read = case_forms.read_judgement({**JUDGED, "note-harm": "  "}, world.DIRECTORY.risk.judgement)
    assert read == Judged({"threat": "Bottles."}, Band.HIGH, "Injuries, and it spreads.")


def test_a_judgement_needs_a_band_and_a_reason_that_says_something() -> None:
    read = case_forms.read_judgement({"reason": "Bad."}, world.DIRECTORY.risk.judgement)
    assert faults(read) == {"band": texts_case.CHOOSE, "reason": texts_case.write_at_least(10)}


def test_an_override_needs_a_reason() -> None:
    assert set(faults(case_forms.read_override({"band": "high"}))) == {"reason"}
    read = case_forms.read_override({"band": "medium", "reason": "Both have moved away."})
    assert read == Override(Band.MEDIUM, "Both have moved away.")


def test_a_clock_is_stopped_with_a_word_about_what_was_done() -> None:
    read = case_forms.read_clock({"clock": "meeting", "note": "Held on Monday."}, ["meeting"])
    assert read == ClockMet(ClockKind.MEETING, "Held on Monday.")


def test_a_clock_that_does_not_run_cannot_be_stopped() -> None:
    assert set(faults(case_forms.read_clock({"clock": "meeting", "note": "Held."}, ["information"]))) == {
        "clock"
    }
    assert "clock" in faults(case_forms.read_clock({"clock": "", "note": "Held."}, []))
