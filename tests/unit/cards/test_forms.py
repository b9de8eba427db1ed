"""What comes back from a form: nothing raises, nothing typed is lost, and every fault is told in a sentence."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import forms, referral_form, texts
from cards.verbs import Page
from osara_store.referral import Danger, Equality, Frequency, Referral, SharingBasis, Since
from tests.unit.cards.every_card import ANSWERS, DIRECTORY, NEW_FORM

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (*forms.PAGE_ONE, *forms.PAGE_TWO)
ANY_INPUTS = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), ANY_JSON)


def writing(least: int, most: int) -> st.SearchStrategy[str]:
    """What a person might write: any script, several lines, nothing that cannot be seen."""
    characters = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n")
    return (
        st.text(characters, min_size=least, max_size=most)
        .map(str.strip)
        .filter(lambda text: len(text) >= least)
    )


REFERRALS = st.builds(
    Referral,
    danger=st.sampled_from(Danger),
    what=writing(10, 60),
    category=st.sampled_from([category.id for category in DIRECTORY.categories]),
    where=writing(3, 40),
    since=st.sampled_from(Since),
    frequency=st.sampled_from(Frequency),
    tried=writing(0, 40),
    wanted=writing(3, 40),
    affected=writing(0, 40),
    involved=writing(0, 40),
    equality=st.sampled_from(Equality),
    equality_note=writing(0, 40),
    sharing_basis=st.sampled_from(SharingBasis),
    own_reference=writing(0, 40),
)


def both_pages(inputs: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    one, wrong_on_one = forms.read_page_one(inputs, DIRECTORY)
    two, wrong_on_two = forms.read_page_two(inputs)
    return {**one, **two}, {**wrong_on_one, **wrong_on_two}


@given(inputs=ANY_INPUTS)
def test_whatever_a_client_sends_is_read_and_never_raises(inputs: dict[str, Any]) -> None:
    values, errors = both_pages(inputs)
    assert set(values) <= set(FIELDS)
    assert set(errors) <= set(FIELDS)
    assert all(isinstance(value, str) for value in values.values())
    assert all(sentence and sentence[-1] in ".!?" for sentence in errors.values())
    "".join(values.values()).encode()  # a database takes it


@given(inputs=ANY_INPUTS)
def test_whatever_a_client_sends_a_form_can_be_shown_again(inputs: dict[str, Any]) -> None:
    values, errors = both_pages(inputs)
    form = replace(NEW_FORM, values=values, errors=errors)
    for card in (referral_form.page_one(form), referral_form.page_two(form)):
        assert card["body"]


@given(typed=st.dictionaries(st.sampled_from(FIELDS), writing(0, 5_000)))
def test_every_text_is_kept_exactly_as_it_was_typed_right_or_wrong(typed: dict[str, str]) -> None:
    values, _ = both_pages(dict(typed))
    assert values == {field: typed.get(field, "") for field in FIELDS}


@given(referral=REFERRALS)
def test_a_valid_referral_comes_back_as_it_was(referral: Referral) -> None:
    values, errors = both_pages(referral.model_dump(mode="json"))
    assert errors == {}
    assert forms.to_referral(values, DIRECTORY) == referral


@given(values=st.dictionaries(st.sampled_from(FIELDS), st.text(st.characters(), max_size=5_000)))
def test_the_pages_find_every_fault_that_would_stop_the_referral(values: dict[str, str]) -> None:
    kept, errors = both_pages(dict(values))
    made = forms.to_referral(kept, DIRECTORY)
    if isinstance(made, Referral):
        assert set(errors) <= {field for field in kept if kept[field] != values.get(field, "")}
    else:
        assert set(made) <= set(errors)


def test_the_faults_of_a_referral_stand_in_the_order_of_the_form() -> None:
    made = forms.to_referral({}, DIRECTORY)
    assert list(made) == [
        *("danger", "what", "category", "where", "since", "frequency", "wanted", "equality", "sharing_basis")
    ]


def test_an_empty_first_page_is_told_everything_at_once_and_kindly() -> None:
    _, errors = forms.read_page_one({}, DIRECTORY)
    assert errors == {field: texts.MISSING[field] for field in forms.PAGE_ONE if field != "tried"}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("what", "Noise", texts.too_short(10)),
        ("what", "N" * 4_001, texts.too_long(4_000, 4_001)),
        ("what", "Loud noise \x07 at night", texts.CANNOT_BE_SHOWN),
        ("what", "Loud noise \0 at night", texts.CANNOT_BE_SHOWN),
        ("what", "Loud noise \ud800 at night", texts.CANNOT_BE_SHOWN),
        ("what", ["Loud noise at night"], texts.NOT_TEXT),
        ("tried", {"a": 1}, texts.NOT_TEXT),
        ("category", "gone", texts.NO_LONGER_A_CHOICE),
        ("category", "x" * 500, texts.NO_LONGER_A_CHOICE),
        ("since", "forever", texts.NO_LONGER_A_CHOICE),
        ("where", "  ", texts.MISSING["where"]),
    ],
)
def test_a_fault_on_page_one_is_told_in_one_kind_sentence(field: str, typed: object, sentence: str) -> None:
    values, errors = forms.read_page_one({**ANSWERS, field: typed}, DIRECTORY)
    assert errors == {field: sentence}
    assert {name: values[name] for name in forms.PAGE_ONE if name != field} == {
        name: ANSWERS[name] for name in forms.PAGE_ONE if name != field
    }


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("own_reference", "9" * 61, texts.too_long(60, 61)),
        ("equality", "", texts.MISSING["equality"]),
        ("sharing_basis", "because", texts.NO_LONGER_A_CHOICE),
        ("affected", 12, texts.NOT_TEXT),
    ],
)
def test_a_fault_on_page_two_is_told_in_one_kind_sentence(field: str, typed: object, sentence: str) -> None:
    assert forms.read_page_two({**ANSWERS, field: typed})[1] == {field: sentence}


def test_an_emptied_answer_is_emptied_although_teams_does_not_send_it() -> None:
    values, _ = forms.read_page_one({"page": "one", "what": "Loud noise at night"}, DIRECTORY)
    assert values["tried"] == ""


@pytest.mark.parametrize("page", [Page.WARNING, Page.LOOK_ALIKE, Page.SAVED, "anything"])
def test_a_button_on_a_page_without_inputs_empties_nothing(page: str) -> None:
    assert forms.read_page_one({"page": page, "draft": "x"}, DIRECTORY) == ({}, {})
    assert forms.read_page_two({"page": page, "draft": "x"}) == ({}, {})


def test_a_fault_is_looked_for_on_the_page_that_has_it() -> None:
    assert forms.on_page_one({"where": "?", "equality": "?"})
    assert not forms.on_page_one({"equality": "?"})


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in texts.CHOICES])
def test_a_form_allows_just_as_much_as_the_referral_does(field: str) -> None:
    most = forms.most_characters(field)
    assert most is not None
    just_right = Referral.model_validate({**ANSWERS, field: "x" * most})
    assert len(getattr(just_right, field)) == most
    with pytest.raises(ValueError, match=field):
        Referral.model_validate({**ANSWERS, field: "x" * (most + 1)})


def test_more_people_than_the_list_can_take_are_asked_to_be_fewer() -> None:
    _, errors = forms.read_page_two(
        {"page": "two", "affected": "\n".join(f"Jane Roe {n}" for n in range(31))}
    )
    assert "at most 30 people" in errors["affected"]
