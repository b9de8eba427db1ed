"""The coaching: every question has its words, its example and a reason to answer it, and all of it is told plainly."""

from collections.abc import Iterator

import pytest

from cards import comparing, stage_forms, texts_coaching, texts_stages
from cards.texts_questions import QUESTIONS
from osara_store import completeness
from osara_store.completeness import Completeness
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.stages import FIELD, TRIANGLE, Part, fields_of
from osara_store.states import Move
from tests.unit.cards import stage_world as world

ASKED = [name for name, field in FIELD.items() if not field.is_grade]
every_question = pytest.mark.parametrize("name", ASKED)
# As much of an example as can be read in an empty input on a phone.
FITS = {"text": 115, "list": 90, "short": 40, "number": 20, "day": 20, "choice": 60}
FITS_BESIDE_ANOTHER = 46


# --- questions -------------------------------------------------------------------------------------------------------


def test_every_answer_is_asked_for_and_nothing_else() -> None:
    assert sorted(QUESTIONS) == sorted(ASKED)


@every_question
def test_a_question_has_a_name_an_example_and_a_reason_to_answer_it(name: str) -> None:
    question = QUESTIONS[name]
    assert question.name[0].islower()
    assert question.ask[0].isupper()
    assert question.example
    assert question.helps.endswith(".")


@every_question
def test_an_example_can_be_read_in_an_empty_input_on_a_phone(name: str) -> None:
    beside_another = name in {each for side in TRIANGLE.values() for each in (side.features, side.controller)}
    most = FITS_BESIDE_ANOTHER if beside_another else FITS[FIELD[name].sort]
    assert len(QUESTIONS[name].example) <= most


@pytest.mark.parametrize("name", [name for name in ASKED if FIELD[name].sort != "day"])
def test_an_example_is_a_good_answer(name: str) -> None:
    words_of_choices = texts_stages.CHOICES.get(name, {})
    example = QUESTIONS[name].example
    if words_of_choices:
        assert example in words_of_choices.values()
    else:
        assert stage_forms.read(FIELD[name].part, {name: example, "versions": {name: 0}}).errors == {}


def test_the_example_of_the_sources_names_two() -> None:
    assert len(QUESTIONS["sources"].example.splitlines()) == 2


@pytest.mark.parametrize("name", [name for name, field in FIELD.items() if field.choices])
def test_every_choice_has_words(name: str) -> None:
    assert tuple(texts_stages.CHOICES[name]) == FIELD[name].choices


def test_no_two_questions_of_a_page_read_the_same() -> None:
    for part in Part:
        asked = [
            texts_stages.grade_ask(field.name) if field.is_grade else QUESTIONS[field.name].ask
            for field in fields_of(part)
        ]
        assert len(set(asked)) == len(asked)


# --- coaching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", Part)
def test_every_page_says_in_two_to_four_lines_what_good_looks_like(part: Part) -> None:
    assert 2 <= len(texts_coaching.GOOD[part]) <= 4
    assert all(line[-1] in ".?" for line in texts_coaching.GOOD[part])


def test_the_same_story_grows_from_page_to_page() -> None:
    first, *later = texts_coaching.STORY.values()
    assert list(texts_coaching.STORY) == list(Part)
    assert not first.startswith("So far")
    assert all(told.startswith("So far") for told in later)


def test_the_numbers_of_the_story_agree() -> None:
    baseline, target, result = (
        int(QUESTIONS[name].example) for name in ("baseline", "target", "measure_value")
    )
    assert baseline > result > target  # so that it is run again, as the decision says
    assert f"{baseline} calls in four weeks are to become {target}" in texts_coaching.STORY[Part.SCANNING]
    assert f"{result} calls were still more than the {target}" in texts_coaching.STORY[Part.CLOSURE]
    assert sum(int(line.split()[1]) for line in QUESTIONS["sources"].example.splitlines()) == baseline
    assert f"from {baseline} to 3" in QUESTIONS["closing_summary"].example


# --- how complete ----------------------------------------------------------------------------------------------------


def said(answered: int, of: int, *missing: str, stage: Stage = Stage.OBJECTIVE) -> str:
    return texts_stages.progress(Completeness(answered, of, missing, None), stage)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            said(5, 7, "baseline", "target_date"),
            "5 of 7 answered. Two more are needed before analysis can begin: the baseline and the target date.",
        ),
        (said(6, 7, "target"), "6 of 7 answered. One more is needed before analysis can begin: the target."),
        (said(6, 7), "6 of 7 answered. Nothing more is needed before analysis can begin."),
        (said(7, 7), "All 7 answered."),
        (
            said(0, 7, "measure", "baseline", "target"),
            "Nothing is complete yet. Three are needed before analysis can begin: the measure, the baseline and the target.",
        ),
        (
            said(12, 13, "hypothesis", stage=Stage.ANALYSIS),
            "All three pages together: 12 of 13 answered. One more is needed before the response can begin: the hypothesis.",
        ),
        (
            said(4, 6, "two_agencies_or_reason", stage=Stage.RESPONSE),
            "4 of 6 answered. One more is needed before the assessment can begin: a second agency, or why one is enough.",
        ),
    ],
)
def test_how_complete_a_stage_is_can_be_understood(sentence: str, expected: str) -> None:
    assert sentence == expected


def missing_from_an_empty_case() -> Iterator[str]:
    for move in Move:
        yield from completeness.gate(world.NEW_FILE, move, is_enforcement=lambda _: True)
    for task in (TaskState.OPEN, TaskState.DONE):
        enforcing = world.with_tasks(world.NEW_FILE, [world.task(1, "", "fell-police", task)])
        for stage in Stage:
            yield from completeness.of(enforcing, stage, is_enforcement=lambda _: True).missing
    yield "action_owner_and_date"


@pytest.mark.parametrize("missing", sorted({*missing_from_an_empty_case(), *ASKED}))
def test_whatever_is_missing_has_a_name_and_a_reason_to_add_it(missing: str) -> None:
    assert texts_stages.name_of(missing)
    bold, reason = texts_stages.next_best(missing).split("** ", 1)
    assert bold.startswith("**Next best thing to add: ")
    assert reason.endswith(".")


def test_the_next_best_thing_says_where_it_is_unless_it_is_right_here() -> None:
    here = texts_stages.next_best("hypothesis", Part.HYPOTHESIS)
    elsewhere = texts_stages.next_best("victim_side", Part.HYPOTHESIS)
    assert "on the page" not in here
    assert elsewhere.endswith("It is on the page 'the triangle'.")
    assert "on the page" not in texts_stages.next_best("no_actions", Part.RESPONSE)


# --- what came back --------------------------------------------------------------------------------------------------


def test_what_was_saved_is_named_while_it_is_little() -> None:
    assert texts_stages.saved(["baseline"]) == "Saved: the baseline."
    assert texts_stages.saved(["baseline", "target"]) == "Saved: the baseline and the target."
    assert texts_stages.saved(list(FIELD)[:7]) == "Saved: 7 answers."
    assert texts_stages.saved([]) == texts_stages.NOTHING_CHANGED


def test_an_answer_reads_in_words() -> None:
    assert texts_stages.said("target_date", "2026-09-30") == "30 September 2026"
    assert texts_stages.said("target_date", "") == ""
    assert texts_stages.said("outcome", "much_better") == "Much better"
    assert texts_stages.said("statement", "2026-09-30") == "2026-09-30"


# --- before and after ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "now", "target", "expected"),
    [
        ("22", "11", "8", "From 22 to 11: 50% less. The target of 8 is not reached yet."),
        ("22", "8", "8", "From 22 to 8: 64% less. The target of 8 is reached."),
        ("14", "16", "4", "From 14 to 16: 14% more. The target of 4 is not reached yet."),
        ("3", "6", "5", "From 3 to 6: 100% more. The target of 5 is reached."),
        ("14", "14", "4", "Still 14, as at the start. The target of 4 is not reached yet."),
        ("1000", "1001", "4", "Still about 1000. The target of 4 is not reached yet."),
        ("0", "3", "0", "From 0 to 3."),
        ("14", "6", "", "From 14 to 6: 57% less."),
        ("14", "", "4", ""),
        ("", "6", "4", ""),
    ],
)
def test_before_and_after_are_compared_in_words(baseline: str, now: str, target: str, expected: str) -> None:
    told = {"baseline": baseline, "measure_value": now, "target": target}
    file = world.answered(world.NEW_FILE, {name: text for name, text in told.items() if text})
    assert comparing.result(world.in_state(file, CaseState.ASSESSMENT)) == expected
