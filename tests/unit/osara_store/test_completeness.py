"""A figure that a person understands: it never falls by answering, and what it says is missing is all that is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store import completeness
from osara_store.case_file import CaseFile, RiskAssessment
from osara_store.completeness import Completeness
from osara_store.schema import Stage, TaskState
from osara_store.stages import FIELDS, TRIANGLE, Field, Part, Sort, fields_of
from osara_store.states import GATES, Move

from .files import SOMEBODY, a_case, a_file, a_task

OF_STAGE = {Stage.OBJECTIVE: 7, Stage.SCANNING: 9, Stage.ANALYSIS: 13, Stage.RESPONSE: 7, Stage.ASSESSMENT: 9}
ANSWERED = {field.name: "Thought about" for field in fields_of(Part.EQUALITY)}
OTHER_STAGES = st.sampled_from(list(Stage))


def is_enforcement(power: str) -> bool:
    return power in {"injunction", "eviction"}


def of(file: CaseFile, stage: Stage) -> Completeness:
    return completeness.of(file, stage, is_enforcement)


def an_answer(field: Field) -> st.SearchStrategy[str]:
    match field.sort:
        case Sort.CHOICE:
            return st.sampled_from(field.choices)
        case Sort.NUMBER:
            return st.integers(0, 999).map(str)
        case Sort.DAY:
            return st.dates().map(str)
        case Sort.LIST:
            return st.lists(st.sampled_from(["Calls", "Diary", " ", "Survey"]), max_size=4).map("\n".join)
        case _:
            return st.text(max_size=5)


ANSWERS = st.fixed_dictionaries({}, optional={field.name: an_answer(field) for field in FIELDS})
TASKS = st.lists(
    st.builds(
        a_task,
        cycle=st.integers(1, 2),
        state=st.sampled_from(TaskState),
        agency_id=st.sampled_from(["homes", "police"]),
        owner=st.sampled_from(["", "Sam Lee"]),
        power=st.sampled_from(["", "injunction", "mediation"]),
    ),
    max_size=4,
).map(lambda tasks: tuple(replace(task, n=n) for n, task in enumerate(tasks, 1)))


@given(ANSWERS, ANSWERS, TASKS, OTHER_STAGES)
def test_answering_more_never_lowers_the_figure(answers, more, tasks, stage):
    before = a_file(answers, tasks=tasks)
    after = a_file(answers | {name: text for name, text in more.items() if name not in answers}, tasks=tasks)

    assert of(after, stage).answered >= of(before, stage).answered
    assert set(of(after, stage).missing) <= set(of(before, stage).missing)
    assert of(after, stage).of == of(before, stage).of == OF_STAGE[stage]


# What to answer where an id is not itself the name of a field.
ANSWER_FOR = {
    "two_sources": ("sources", "Calls to police\nThe landlord's diary"),
    "victim_side": ("victim_features", "Two older people who live alone"),
    "offender_side": ("offender_not_applicable", "Nobody does it on purpose"),
    "location_side": ("location_features", "A lit shelter out of sight"),
    "two_agencies_or_reason": ("one_agency_because", "The others were asked"),
}


def fill(file: CaseFile, missing: str) -> CaseFile:
    """Do what the id asks for, and nothing beyond."""
    match missing:
        case "no_actions":
            return with_task(with_task(file, agency_id="homes"), agency_id="police")
        case "not_only_enforcement":
            return with_task(file, agency_id=file.tasks[-1].agency_id)
        case "action_owner_and_date":
            return given_to_sam(file)
        case "equality":
            for field in fields_of(Part.EQUALITY):
                file = with_answer(file, field.name, "Something")
            return file
        case "implementation":
            return all_told(with_task(file))
        case _:
            return with_answer(file, *ANSWER_FOR.get(missing, (missing, "Something")))


def given_to_sam(file: CaseFile) -> CaseFile:
    """Whatever nobody owns, or nobody wanted."""
    taken = {TaskState.DECLINED: TaskState.OPEN}
    given = (replace(task, owner="Sam Lee", state=taken.get(task.state, task.state)) for task in file.tasks)
    return replace(file, tasks=tuple(given))


def all_told(file: CaseFile) -> CaseFile:
    told = (task if task.is_settled else replace(task, state=TaskState.PARTLY) for task in file.tasks)
    return replace(file, tasks=tuple(told))


def with_answer(file: CaseFile, field: str, text: str) -> CaseFile:
    given = {each.field: each.text for each in file.answers if each.cycle == file.case.cycle}
    return a_file(given | {field: text}, case=file.case, tasks=file.tasks)


def with_task(file: CaseFile, **changes) -> CaseFile:
    task = a_task(len(file.tasks) + 1, cycle=file.case.cycle, **changes)
    return replace(file, tasks=(*file.tasks, task))


@given(ANSWERS, TASKS, OTHER_STAGES)
def test_when_everything_that_is_missing_was_filled_nothing_is_missing(answers, tasks, stage):
    file = a_file(answers, tasks=tasks)

    for missing in of(file, stage).missing:
        assert missing in of(file, stage).missing  # one is not filled by filling another
        file = fill(file, missing)

    assert of(file, stage).missing == ()


@given(ANSWERS, TASKS, OTHER_STAGES)
def test_there_is_something_to_add_next_exactly_while_a_point_is_open(answers, tasks, stage):
    found = of(a_file(answers, tasks=tasks), stage)

    assert (found.next_best is None) == (found.answered == found.of)
    assert found.next_best == (found.missing[0] if found.missing else found.next_best)


@given(ANSWERS, TASKS, OTHER_STAGES)
def test_doing_the_next_best_thing_again_and_again_completes_the_stage(answers, tasks, stage):
    file = a_file(answers, tasks=tasks)
    for _ in range(OF_STAGE[stage] + 3):  # a side of the triangle takes two steps
        step = of(file, stage).next_best
        if step is None:
            break
        file = fill(file, step)

    assert of(file, stage) == Completeness(OF_STAGE[stage], OF_STAGE[stage], (), None)


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        (Stage.OBJECTIVE, ("measure", "baseline", "target", "target_date")),
        (Stage.SCANNING, ("statement", "two_sources", "how_often", "repeat_check")),
        (Stage.ANALYSIS, ("victim_side", "offender_side", "location_side", "hypothesis")),
        (Stage.RESPONSE, ("no_actions",)),
        (Stage.ASSESSMENT, ("implementation", "measure_value", "decision")),
    ],
)
def test_an_empty_stage_misses_all_that_it_needs(stage, missing):
    assert of(a_file(), stage) == Completeness(0, OF_STAGE[stage], missing, missing[0])


def test_how_sure_an_answer_is_does_not_count():
    assert of(a_file({"statement_grade": "fact"}), Stage.SCANNING).answered == 0


def test_an_answer_of_spaces_is_none():
    assert "statement" in of(a_file({"statement": " \n "}), Stage.SCANNING).missing


def test_what_was_answered_in_an_earlier_cycle_does_not_count_in_this_one():
    earlier = a_file({"measure": "Calls a week"})

    assert "measure" in of(replace(earlier, case=a_case(cycle=2)), Stage.OBJECTIVE).missing


@pytest.mark.parametrize("sources", ["Calls to police", "Calls to police\n\n", "Diary\n Diary "])
def test_one_source_is_not_two(sources):
    assert "two_sources" in of(a_file({"sources": sources}), Stage.SCANNING).missing


@pytest.mark.parametrize("name", list(TRIANGLE))
def test_a_side_is_there_with_what_is_known_or_why_there_is_none(name):
    side = TRIANGLE[name]

    for field in (side.features, side.not_applicable):
        assert f"{name}_side" not in of(a_file({field: "Something"}), Stage.ANALYSIS).missing
    assert f"{name}_side" in of(a_file({side.controller: "Something"}), Stage.ANALYSIS).missing


def test_after_a_side_the_one_who_could_look_after_it_is_asked_for():
    answers = {
        "hypothesis": "They meet there because it is lit",
        "evidence_for": "Y",
        "evidence_against": "N",
    }
    file = a_file(answers | {side.features: "Known" for side in TRIANGLE.values()})

    assert of(file, Stage.ANALYSIS) == Completeness(3, 13, (), "victim_guardian")
    assert of(with_answer(file, "victim_guardian", "Her sister"), Stage.ANALYSIS) == Completeness(
        4, 13, (), "offender_handler"
    )


def planned(*tasks, **answers) -> tuple[str, ...]:
    return of(a_file(answers, tasks=tasks), Stage.RESPONSE).missing


def test_two_agencies_with_owners_and_more_than_enforcement_make_a_response():
    tasks = a_task(1, power="injunction"), a_task(2, agency_id="police", power="mediation")

    assert planned(*tasks, **ANSWERED) == ()


def test_what_enforces_waits_for_every_one_of_the_equality_questions():
    tasks = a_task(1, power="injunction"), a_task(2, agency_id="police", power="mediation")

    assert planned(*tasks) == ("equality",)
    for left_out in ANSWERED:
        assert planned(*tasks, **{**ANSWERED, left_out: " "}) == ("equality",)


def test_what_was_declined_has_no_owner_until_somebody_else_has_it():
    declined = a_task(2, agency_id="police", state=TaskState.DECLINED)

    assert planned(a_task(1), declined) == ("action_owner_and_date",)


def test_an_action_needs_an_owner():
    assert planned(a_task(1), a_task(2, agency_id="police", owner=" ")) == ("action_owner_and_date",)


def test_one_agency_alone_says_why():
    assert planned(a_task(1), a_task(2)) == ("two_agencies_or_reason",)
    assert planned(a_task(1), one_agency_because="The others hold nothing") == ()


def test_enforcement_alone_is_no_response():
    tasks = a_task(1, power="injunction"), a_task(2, agency_id="police", power="eviction")

    assert planned(*tasks, **ANSWERED) == ("not_only_enforcement",)


@pytest.mark.parametrize("state", [TaskState.CANCELLED, TaskState.MOVED])
def test_what_was_given_up_is_no_action(state):
    assert planned(a_task(1, state=state), a_task(2, agency_id="police", state=state)) == ("no_actions",)


def test_an_action_of_an_earlier_cycle_is_none_of_this_one():
    file = a_file(tasks=(a_task(1),), case=a_case(cycle=2))

    assert of(file, Stage.RESPONSE).missing == ("no_actions",)


@pytest.mark.parametrize("state", list(TaskState))
def test_an_action_is_implemented_or_not_once_somebody_said_so(state):
    file = a_file(tasks=(a_task(1, state=TaskState.DONE), a_task(2, state=state)))

    assert ("implementation" in of(file, Stage.ASSESSMENT).missing) == (
        state in {TaskState.OPEN, TaskState.DECLINED}
    )


def risk(instrument: str) -> RiskAssessment:
    return RiskAssessment(1, instrument, "1", 1, {}, 12, "standard", "", SOMEBODY)


def test_triage_needs_a_risk_assessment_and_an_override_is_none():
    def missing(*risks):
        return completeness.gate(a_file(risks=risks), Move.TRIAGE, is_enforcement)

    assert missing() == missing(risk("override")) == ("risk",)
    assert missing(risk("questionnaire")) == missing(risk("judgement")) == ()


@pytest.mark.parametrize("move", list(Move))
def test_a_move_is_held_up_by_all_that_its_stages_miss(move):
    file = a_file(risks=(risk("judgement"),))

    expected = [missing for stage in GATES.get(move, ()) for missing in of(file, stage).missing]
    assert completeness.gate(file, move, is_enforcement) == tuple(expected)


def test_analysis_begins_once_the_objective_is_set_and_the_matter_scanned():
    assert completeness.gate(a_file(), Move.ANALYSE, is_enforcement) == (
        "measure",
        "baseline",
        "target",
        "target_date",
        "statement",
        "two_sources",
        "how_often",
        "repeat_check",
    )


def test_the_closing_questions_are_not_part_of_the_assessments_figure():
    closing = {field.name: "Something" for field in fields_of(Part.CLOSURE)}

    assert of(a_file(closing), Stage.ASSESSMENT) == of(a_file(), Stage.ASSESSMENT)
