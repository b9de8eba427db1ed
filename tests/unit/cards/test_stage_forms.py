"""What comes back from a stage's page: nothing raises, nothing typed is lost, and a fault keeps only its own field back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import stage_forms, texts, texts_clash, texts_stages
from cards.stage_forms import OWN, TEXT, pick_of
from osara_store.stages import FIELD, Part, fields_of
from tests.unit.cards import stage_world as world

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = [*FIELD, *map(pick_of, FIELD)]
ANY_INPUTS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), ANY_JSON)
ANY_VERSIONS = st.dictionaries(st.sampled_from(NAMES), st.integers() | ANY_JSON) | ANY_JSON

ANSWERS = {
    Part.OBJECTIVE: world.OBJECTIVE,
    Part.SCANNING: world.SCANNING,
    Part.PICTURE: world.PICTURE,
    Part.TRIANGLE: world.TRIANGLE,
    Part.HYPOTHESIS: world.HYPOTHESIS,
    Part.RESPONSE: world.RESPONSE,
    Part.EQUALITY: world.EQUALITY,
    Part.ASSESSMENT: world.ASSESSMENT,
    Part.CLOSURE: world.CLOSURE,
}
every_part = pytest.mark.parametrize("part", Part)


def shown(part: Part, version: int = 0) -> dict[str, int]:
    return {field.name: version for field in fields_of(part)}


def read(part: Part, **typed: Any) -> stage_forms.Written:
    return stage_forms.read(part, {**typed, "versions": shown(part)})


@given(part=st.sampled_from(Part), inputs=ANY_INPUTS, versions=ANY_VERSIONS)
def test_whatever_a_client_sends_is_read_and_never_raises(part: Part, inputs: Any, versions: Any) -> None:
    for reading in (stage_forms.read, stage_forms.read_choice):
        written = reading(part, {**inputs, "versions": versions})
        assert set(written.values) == set(written.versions) <= {field.name for field in fields_of(part)}
        assert set(written.errors) <= set(written.values)
        assert all(isinstance(number, int) for number in written.versions.values())
        assert all(sentence[-1] in ".!?" for sentence in written.errors.values())
        "".join((*written.values.values(), *written.picks.values())).encode()  # a database takes it


@every_part
def test_good_answers_come_back_as_they_were(part: Part) -> None:
    written = read(part, **ANSWERS[part])
    assert written.errors == {}
    assert {name: text for name, text in written.right.items() if text} == ANSWERS[part]


@every_part
def test_nothing_is_read_that_was_not_on_the_page(part: Part) -> None:
    on_page = next(iter(ANSWERS[part]))
    written = stage_forms.read(
        part, {**world.EVERYTHING, "versions": {on_page: 3, "closing_summary": 1, "x": 1}}
    )
    expected = {on_page, "closing_summary"} if part is Part.CLOSURE else {on_page}
    assert set(written.values) == expected
    assert written.versions[on_page] == 3


def test_a_button_of_a_page_without_inputs_empties_nothing() -> None:
    assert stage_forms.read(Part.SCANNING, {"part": "scanning", "case": "ALL-2026-0001"}).values == {}


def test_an_emptied_answer_is_emptied_although_teams_does_not_send_it() -> None:
    written = read(Part.SCANNING, statement="Loud cars")
    assert written.values["community_voice"] == ""
    assert written.errors == {}


def test_a_fault_keeps_only_its_own_field_back() -> None:
    written = read(Part.OBJECTIVE, **{**world.OBJECTIVE, "baseline": "about 22", "target_date": "in autumn"})
    assert written.errors == {
        "baseline": texts_stages.NOT_A_NUMBER,
        "target_date": texts_stages.NOT_A_DAY,
    }
    assert written.values["baseline"] == "about 22"
    assert written.values["target_date"] == "in autumn"
    assert written.right == {
        name: text for name, text in world.OBJECTIVE.items() if name not in written.errors
    }


@pytest.mark.parametrize(
    "name", [name for name, field in FIELD.items() if field.sort in {"text", "list", "short"}]
)
def test_a_text_may_be_as_long_as_the_case_file_takes_and_no_longer(name: str) -> None:
    most = FIELD[name].most
    assert read(FIELD[name].part, **{name: "x" * most}).errors == {}
    longer = read(FIELD[name].part, **{name: "x" * (most + 1)})
    assert longer.errors == {name: texts.too_long(most, most + 1)}
    assert longer.values[name] == "x" * (most + 1)


@pytest.mark.parametrize("name", [name for name, field in FIELD.items() if field.choices])
def test_every_choice_is_taken_and_no_other(name: str) -> None:
    for choice in FIELD[name].choices:
        assert read(FIELD[name].part, **{name: choice}).right[name] == choice
    assert read(FIELD[name].part, **{name: "gone"}).errors == {name: texts.NO_LONGER_A_CHOICE}


def test_numbers_and_days_are_put_into_the_shape_that_the_case_file_keeps() -> None:
    written = read(Part.OBJECTIVE, baseline="1,200", target="£300", target_date="30th September 2026")
    assert written.right["baseline"] == "1200"
    assert written.right["target"] == "300"
    assert written.right["target_date"] == "2026-09-30"


def test_a_period_cannot_end_before_it_begins() -> None:
    written = read(Part.SCANNING, period_from="31/05/2026", period_to="4/5/2026")
    assert written.errors == {"period_to": texts_stages.ENDS_BEFORE_IT_BEGINS}
    assert read(Part.SCANNING, period_from="4/5/2026", period_to="4/5/2026").errors == {}
    assert read(Part.SCANNING, period_from="nonsense", period_to="4/5/2026").errors == {
        "period_from": texts_stages.NOT_A_DAY
    }


# --- the choice between texts ----------------------------------------------------------------------------------------


def chosen(pick: str | None, own: str | None = None, name: str = "statement") -> stage_forms.Written:
    given = {pick_of(name): pick, name: own, "versions": {name: 2}}
    return stage_forms.read_choice(
        Part.SCANNING, {key: value for key, value in given.items() if value is not None}
    )


def test_a_text_that_was_chosen_is_the_answer_whatever_stands_in_the_box() -> None:
    written = chosen(TEXT + "Cars meet here.", own="Both of them.")
    assert written.right == {"statement": "Cars meet here."}
    assert written.versions == {"statement": 2}


def test_an_empty_text_can_be_chosen() -> None:
    assert chosen(TEXT).right == {"statement": ""}


def test_a_text_of_ones_own_counts_only_if_it_was_chosen() -> None:
    assert chosen(OWN, own="Both of them.").right == {"statement": "Both of them."}
    nothing_chosen = chosen(None, own="Both of them.")
    assert nothing_chosen.errors == {"statement": texts_clash.PLEASE_CHOOSE}
    assert nothing_chosen.values == {"statement": "Both of them."}


def test_whoever_chooses_a_text_of_their_own_must_write_it() -> None:
    assert chosen(OWN).errors == {"statement": texts_clash.PLEASE_WRITE}
    assert chosen(OWN, own="x" * 1501).errors == {"statement": texts.too_long(1500, 1501)}


@pytest.mark.parametrize("name", FIELD)
def test_whatever_stands_in_a_field_can_be_chosen(name: str) -> None:
    text = world.EVERYTHING.get(name, "A reason that was given.")
    written = stage_forms.read_choice(FIELD[name].part, {pick_of(name): TEXT + text, "versions": {name: 1}})
    assert written.right == {name: text}
