"""What the stages ask for, and that it hangs together."""

import pytest

from osara_store.schema import Stage
from osara_store.stages import (
    FIELD,
    FIELDS,
    GRADES,
    STAGE_OF,
    TRIANGLE,
    Part,
    Sort,
    fields_of,
    parts_of,
)

# As domain.md has it; the triangle's sides and the rules about actions are no single fields.
NEEDED = {
    Stage.OBJECTIVE: ["measure", "baseline", "target", "target_date"],
    Stage.SCANNING: ["statement", "sources", "how_often", "repeat_check"],
    Stage.ANALYSIS: ["hypothesis"],
    Stage.RESPONSE: [
        "equality_characteristic",
        "equality_link",
        "less_drastic_tried",
        "equality_proportionate",
        "equality_decided_by",
    ],
    Stage.ASSESSMENT: ["measure_value", "decision", "complainant_contacted", "outcome", "closing_summary"],
}


def test_no_two_fields_have_one_name():
    assert len(FIELD) == len(FIELDS)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_stage_needs_what_a_good_record_cannot_do_without(stage):
    assert [field.name for field in FIELDS if field.stage is stage and field.required] == NEEDED[stage]


def test_every_part_belongs_to_a_stage_and_has_fields():
    assert set(STAGE_OF) == set(Part)
    assert all(fields_of(part) for part in Part)


def test_the_pages_of_analysis_go_from_the_picture_to_what_explains_it():
    assert parts_of(Stage.ANALYSIS) == (Part.PICTURE, Part.TRIANGLE, Part.HYPOTHESIS)


def test_what_is_asked_on_occasion_is_no_page_of_its_stage():
    assert parts_of(Stage.RESPONSE) == (Part.RESPONSE,)
    assert parts_of(Stage.ASSESSMENT) == (Part.ASSESSMENT,)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_choice_names_its_choices_and_nothing_else_does(field):
    assert bool(field.choices) == (field.sort is Sort.CHOICE)
    assert all(len(choice) <= field.most for choice in field.choices)


@pytest.mark.parametrize("field", [field for field in FIELDS if field.is_grade], ids=lambda field: field.name)
def test_a_grade_stands_beside_the_statement_that_it_grades(field):
    statement = FIELD[field.name.removesuffix("_grade")]

    assert (statement.part, statement.sort, field.required) == (field.part, Sort.TEXT, False)


def test_statements_are_facts_assessments_or_intelligence():
    assert GRADES == ("fact", "assessment", "intelligence")
    assert [field.name for field in FIELDS if field.is_grade] == [
        "statement_grade",
        "hypothesis_grade",
        "evidence_for_grade",
        "evidence_against_grade",
    ]


def test_the_three_sides_are_all_that_the_triangle_asks():
    asked = [name for side in TRIANGLE.values() for name in side]

    assert sorted(asked) == sorted(field.name for field in fields_of(Part.TRIANGLE))
    assert [side.controller for side in TRIANGLE.values()] == [
        "victim_guardian",
        "offender_handler",
        "location_manager",
    ]
