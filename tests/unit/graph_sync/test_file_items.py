"""The people, tasks and risk assessments of a case file, as rows of their lists."""

from typing import Any

import pytest

from graph_sync.file_items import person_item, risk_item, task_item
from graph_sync.items import Copyist
from osara_store.case_file import RiskAssessment
from osara_store.directory import Directory
from osara_store.schema import TaskState
from tests.contract.store.world import DIRECTORY, hubs_file
from tests.unit.graph_sync.files import CASE, FULL, risk, task

COPYIST = Copyist(CASE, DIRECTORY)


def answers_of(assessment: RiskAssessment, directory: Directory = DIRECTORY) -> list[str]:
    return str(risk_item(assessment, Copyist(CASE, directory)).fields["Answers"]).splitlines()


def test_a_person_has_a_part_in_the_case_and_an_age_group() -> None:
    shown = [person_item(person, COPYIST).fields for person in FULL.people]
    assert [(fields["CaseRole"], fields["AgeGroup"]) for fields in shown] == [
        ("Affected", "Age not known"),
        ("Involved", "Age not known"),
        ("Suspect", "Under 18"),
    ]


def test_a_task_says_who_does_what_until_when_why_and_what_came_of_it() -> None:
    fields = task_item(task(), COPYIST).fields
    told = {
        "TaskStatus": "Partly done",
        "Intervention": "Fit a noise limiter",
        "TriangleSide": "Location",
        "OwningAgency": "Cumbria Police",
        "TaskOwner": "Tom Airey",
        "DueOn": "2026-07-31T12:00:00Z",
        "PowerUsed": "Mediation",
        "Rationale": "Both sides asked for it",
        "Proportionality": "The least that may help",
        "Term": "Quick fix",
        "TaskOutcome": "One of two fitted",
        "AcceptedOn": "2026-07-02T09:00:00Z",
        "SuggestedAgency": "",
        "Visits": 2,
        "Arrests": None,
        "MovedFrom": "ALL-2026-0003 task 2",
        "WrittenBy": "Priya Raman",
        "Cycle": 2,
    }
    assert {name: fields[name] for name in told} == told


def test_a_task_without_a_power_names_none_and_a_power_that_is_gone_is_told_by_its_id() -> None:
    assert task_item(task(power=""), COPYIST).fields["PowerUsed"] == ""
    assert task_item(task(power="stocks"), COPYIST).fields["PowerUsed"] == "stocks"


@pytest.mark.parametrize("state", TaskState)
def test_a_task_of_any_state_can_be_shown(state: TaskState) -> None:
    assert task_item(task(state=state), COPYIST).fields["TaskStatus"]


def test_a_questionnaire_is_shown_with_its_score_band_and_version() -> None:
    fields = risk_item(risk(), COPYIST).fields
    told = {
        "Instrument": "Victim questionnaire",
        "InstrumentVersion": "victim 2026.1",
        "Score": 17,
        "Band": "Medium",
        "WrittenBy": "Tom Airey",
    }
    assert {name: fields[name] for name in told} == told


def test_its_answers_are_told_in_the_order_of_asking_each_with_its_question() -> None:
    assert answers_of(risk()) == [
        "How often does this happen?: Every day",
        "Has a weapon been seen, used or threatened?: Not known",
    ]


def test_the_notes_of_a_judgement_are_told_word_for_word_under_their_prompts() -> None:
    judged = risk(
        instrument="judgement",
        version="place 2026.1",
        answers={"harm": "no", "threat": "Young people on the roof"},
        score=None,
    )
    assert answers_of(judged) == ["Threat: Young people on the roof", "Harm: no"]


def test_an_override_has_a_reason_and_no_score() -> None:
    override = risk(
        instrument="override", version="", answers={}, score=None, band="high", reason="He is out again"
    )
    fields = risk_item(override, COPYIST).fields
    assert [fields[name] for name in ("Instrument", "Score", "Band", "Answers", "Reason")] == [
        "Override", None, "High", "", "He is out again",
    ]  # fmt: skip


@pytest.mark.parametrize("changes", [{"version": "victim 2024.2"}, {"instrument": "judgement"}])
def test_another_versions_answers_are_not_told_by_todays_questions(changes: dict[str, Any]) -> None:
    """What its ids stood for then is not known any more; the ids still say something."""
    assert answers_of(risk(answers={"how-often": "every-day"}, **changes)) == ["How often: every-day"]


def test_a_question_that_the_instrument_does_not_ask_is_not_left_out() -> None:
    assert answers_of(risk(answers={"dogs": "yes"})) == ["Dogs: Yes"]


def test_a_hub_with_its_own_questionnaire_is_told_by_that_one() -> None:
    file = hubs_file()
    asked = {"id": "how-often", "text": "How many times?", "answers": [{"id": "every-day", "label": "Daily"}, {"id": "no", "label": "No", "points": 40}]}  # fmt: skip
    file["hubs"][0]["risk"] = {
        "questionnaire": {
            "id": "ours",
            "version": "2026.1",
            "questions": [asked],
            "flags": [],
            "medium_from": 15,
            "high_from": 24,
        }
    }
    directory = Directory.model_validate(file)
    assert answers_of(risk(version="ours 2026.1", answers={"how-often": "every-day"}), directory) == [
        "How many times?: Daily"
    ]


def test_a_hub_that_left_the_configuration_has_no_questions_to_tell() -> None:
    gone = Copyist(
        CASE, Directory.model_validate({**hubs_file(), "hubs": hubs_file()["hubs"][1:], "people": []})
    )
    assert (
        risk_item(risk(answers={"how-often": "every-day"}), gone).fields["Answers"] == "How often: every-day"
    )
