"""The built-in settings are those of the field's own table, and a setting that cannot hold is told at its key."""

from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from osara_store.built_in_settings import USUAL_TASKS
from osara_store.case_settings import CaseReviewRules, ClockRules, Power, RetentionRules
from osara_store.directory import Directory
from osara_store.instruments import NOT_KNOWN, Band, Question, Questionnaire, RiskSettings, higher
from tests.contract.store.world import hubs_file

VICTIM = RiskSettings().questionnaire

YES_OR_NO = [{"id": "no", "label": "No"}, {"id": "yes", "label": "Yes", "points": 3}]


def question(**changes: Any) -> dict[str, Any]:
    return {"id": "worse", "text": "Is it getting worse?", "answers": YES_OR_NO, **changes}


def questionnaire(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ours",
        "version": "1",
        "questions": [question(), question(id="health")],
        "flags": [{"id": "weapon", "text": "Is there a weapon?"}],
        "medium_from": 2,
        "high_from": 4,
        **changes,
    }


def faults_of(kind: type, given: dict[str, Any]) -> dict[tuple[str | int, ...], str]:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(given)
    return {error["loc"]: error["msg"] for error in refused.value.errors()}


def test_bands_go_from_standard_to_high():
    assert [band.rank for band in (Band.STANDARD, Band.MEDIUM, Band.HIGH)] == [0, 1, 2]
    assert higher(Band.STANDARD, Band.HIGH, Band.MEDIUM) is Band.HIGH


def test_the_built_in_questionnaire_has_the_points_of_the_table():
    points = [sorted(answer.points for answer in question.answers) for question in VICTIM.questions]
    assert points == [
        [0, 1, 2, 3, 4, 5],
        [0, 2],
        [0, 3],
        [0, 1, 2],
        [0, 2, 4, 6],
        [0, 0, 0],
        [0, 1, 3, 4],
        [0, 3],
        [0, 3],
        [0, 1, 2, 3, 5],
        [0, 2, 3],
        [0, 1],
        [0, 2, 3],
        [0, 1, 2, 3],
    ]
    assert (VICTIM.highest, VICTIM.medium_from, VICTIM.high_from) == (43, 15, 24)
    assert [flag.id for flag in VICTIM.flags] == ["violence-now", "weapon", "self-harm", "child-at-risk"]


def test_everything_built_in_is_short_enough_to_read_out_and_to_choose_from():
    assert all(len(asked.text) <= 120 for asked in VICTIM.everything_asked)
    assert all(len(answer.label) <= 45 for question in VICTIM.questions for answer in question.answers)


def test_the_built_in_judgement_has_the_six_prompts():
    assert [prompt.title for prompt in RiskSettings().judgement.prompts] == [
        "Threat",
        "Harm",
        "Risk",
        "Investigation",
        "Vulnerability",
        "Engagement",
    ]


@pytest.mark.parametrize(
    ("band", "expected"),
    [(Band.HIGH, (1, 2, 5, 28)), (Band.MEDIUM, (3, 5, 10, 56)), (Band.STANDARD, (5, 10, 20, None))],
)
def test_the_built_in_clocks_are_those_of_the_table(band, expected):
    allowed = ClockRules().of(band)
    assert (
        allowed.initial_action,
        allowed.information,
        allowed.meeting,
        allowed.escalate_after_days,
    ) == expected


def test_the_other_built_in_numbers():
    assert (ClockRules().risk_check, ClockRules().end_of_day, ClockRules().holidays) == (1, time(17), "ENG")
    assert CaseReviewRules() == CaseReviewRules(window_months=6, explain_at=2, threshold_at=3)
    assert RetentionRules() == RetentionRules(watch_months=12, retention_years=6)


@pytest.mark.parametrize(
    ("points", "not_known"),
    [([0, 2, 4], 2), ([0, 0], 0), ([3, 1], 1), ([0, 5], 5)],
)
def test_not_known_counts_as_the_least_that_counts_at_all(points, not_known):
    answers = [{"id": f"a{n}", "label": "A", "points": worth} for n, worth in enumerate(points)]
    assert Question.model_validate(question(answers=answers)).points[NOT_KNOWN] == not_known


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"answers": YES_OR_NO[:1]}, ("answers",), "at least 2"),
        ({"answers": YES_OR_NO * 2}, ("answers", 2, "id"), "'no' is used twice"),
        (
            {"answers": [*YES_OR_NO, {"id": "not_known", "label": "?"}]},
            ("answers", 2, "id"),
            "every question already",
        ),
        (
            {"answers": [YES_OR_NO[0], {"id": "yes", "label": "Yes", "points": -1}]},
            ("answers", 1, "points"),
            "",
        ),
        ({"not_known": 0}, ("not_known",), "may not count as nothing"),
        ({"not_known": 4}, ("not_known",), "more than the worst answer"),
        ({"at_least": {"maybe": "medium"}}, ("at_least", "maybe"), "no answer 'maybe'"),
        ({"at_least": {"yes": "severe"}}, ("at_least", "yes"), ""),
        ({"at_least": {"no": "medium"}}, ("at_least", "not_known"), "at least as high"),
        (
            {"at_least": {"no": "medium", "not_known": "medium"}, "not_known": 2},
            ("at_least", "yes"),
            "'yes' counts more",
        ),
    ],
)
def test_a_question_that_cannot_hold_is_told_at_its_key(changes, path, words):
    assert words in faults_of(Question, question(**changes))[path]


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"high_from": 2}, ("high_from",), "above medium, which begins at 2"),
        ({"high_from": 7}, ("high_from",), "the worst answers make 6"),
        ({"medium_from": 0}, ("medium_from",), ""),
        ({"questions": [question(), question()]}, ("questions", 1, "id"), "used twice in questions"),
        ({"flags": [{"id": "worse", "text": "Worse?"}]}, ("flags", 0, "id"), "by a question too"),
        ({"questions": []}, ("questions",), "at least 1"),
        ({"colour": "blue"}, ("colour",), ""),
    ],
)
def test_a_questionnaire_that_cannot_hold_is_told_at_its_key(changes, path, words):
    assert words in faults_of(Questionnaire, questionnaire(**changes))[path]


@pytest.mark.parametrize("left_out", ["id", "version", "flags", "medium_from", "high_from"])
def test_a_questionnaire_with_questions_of_its_own_comes_whole(left_out):
    """Built-in thresholds would mean nothing for other points, and dangers must not be forgotten."""
    given = questionnaire()
    del given[left_out]
    assert ("questionnaire", left_out) in faults_of(RiskSettings, {"questionnaire": given})


def test_thresholds_alone_may_be_changed():
    changed = RiskSettings.model_validate({"questionnaire": {"version": "2", "high_from": 20}}).questionnaire
    assert (changed.version, changed.high_from, changed.questions) == ("2", 20, VICTIM.questions)


def test_a_prompt_is_named_once():
    prompt = {"id": "harm", "title": "Harm", "text": "Who was harmed?"}
    given = {"judgement": {"version": "2", "prompts": [prompt, prompt]}}
    assert "used twice in prompts" in faults_of(RiskSettings, given)["judgement", "prompts", 1, "id"]


def test_a_band_given_in_part_keeps_the_rest():
    high = ClockRules.model_validate({"high": {"meeting": 3}}).high
    assert (high.initial_action, high.information, high.meeting) == (1, 2, 3)


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        (
            {"high": {"meeting": 11}},
            ("high", "meeting"),
            "high may not wait longer than medium, which has 10",
        ),
        ({"standard": {"information": 4}}, ("medium", "information"), "than standard, which has 4"),
        ({"high": {"meeting": "soon"}}, ("high", "meeting"), ""),
        ({"high": {"meeting": True}}, ("high", "meeting"), ""),
        ({"severe": {}}, ("severe",), ""),
        ({"risk_check": -1}, ("risk_check",), ""),
        ({"end_of_day": "17:00Z"}, ("end_of_day",), "the hub's own"),
        ({"end_of_day": 1500}, ("end_of_day",), 'quotes, such as "17:00"'),
        ({"end_of_day": "five"}, ("end_of_day",), ""),
        ({"holidays": "FRA"}, ("holidays",), "'ENG'"),
        ({"extra_holidays": ["Easter"]}, ("extra_holidays", 0), ""),
    ],
)
def test_clocks_that_cannot_hold_are_told_at_their_key(given, path, words):
    assert words in faults_of(ClockRules, given)[path]


@pytest.mark.parametrize("written", ["16:30", 16 * 60 + 30, time(16, 30)])
def test_the_end_of_the_day_may_be_written_without_quotes(written):
    """YAML makes 990 of it then."""
    assert ClockRules.model_validate({"end_of_day": written}).end_of_day == time(16, 30)


def test_a_hubs_days_off_are_no_working_days():
    rules = ClockRules.model_validate({"extra_holidays": ["2026-03-09"]})
    assert rules.working_days.add(date(2026, 3, 6), 1) == date(2026, 3, 10)


def test_the_review_is_explained_before_it_may_be_due():
    path = ("explain_at",)
    assert "by report 3" in faults_of(CaseReviewRules, {"explain_at": 4})[path]
    assert CaseReviewRules(explain_at=3).threshold_at == 3


@pytest.mark.parametrize(
    ("power", "on", "available"),
    [
        (Power(id="a", name="A", kind="enforcement"), date(2026, 3, 2), True),
        (Power(id="a", name="A", kind="enforcement", enabled=False), date(2026, 3, 2), False),
        (
            Power(id="a", name="A", kind="supportive", effective_from=date(2026, 3, 2)),
            date(2026, 3, 1),
            False,
        ),
        (Power(id="a", name="A", kind="supportive", effective_from=date(2026, 3, 2)), date(2026, 3, 2), True),
    ],
    ids=["always", "switched off", "a day too early", "on its first day"],
)
def test_a_power_is_available_once_it_is_in_force_and_not_switched_off(power, on, available):
    assert power.available(on) is available


# --- the usual tasks -------------------------------------------------------------------------------------------------

A_TASK = {"intervention": "Offer mediation", "side": "offender", "sector": "housing", "days": 21}


def with_tasks(*given: dict[str, Any]) -> Directory:
    file = hubs_file()
    file["categories"][0]["tasks"] = list(given)
    return Directory.model_validate(file)


def test_a_category_brings_its_own_usual_tasks_or_what_is_built_in():
    directory = with_tasks({**A_TASK, "power": "mediation"})

    assert [task.intervention for task in directory.usual_tasks_of("noise")] == ["Offer mediation"]
    assert len(directory.usual_tasks_of("nuisance")) > 1
    assert with_tasks().usual_tasks_of("noise") == ()


def test_every_power_of_the_built_in_tasks_is_there_and_none_enforces():
    directory = Directory.model_validate(hubs_file())
    powers = {task.power for category in USUAL_TASKS for task in directory.usual_tasks_of(category)} - {""}

    assert powers
    assert all(directory.power(power) and not directory.is_enforcement(power) for power in powers)


@pytest.mark.parametrize("wrong", [{"power": "magic"}, {"side": "north"}, {"days": 0}, {"sector": "army"}])
def test_a_usual_task_that_could_not_be_carried_out_is_refused(wrong):
    with pytest.raises(ValidationError) as refusal:
        with_tasks({**A_TASK, **wrong})

    assert refusal.value.errors()[0]["loc"][:4] == ("categories", 0, "tasks", 0)
