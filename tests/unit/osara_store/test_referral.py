import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from osara_store.referral import Referral
from tests.contract.store.world import referral

LIMITS = {
    "what": (10, 4000),
    "category": (1, 60),
    "where": (3, 300),
    "tried": (0, 2000),
    "wanted": (3, 1000),
    "affected": (0, 2000),
    "involved": (0, 2000),
    "equality_note": (0, 1000),
    "own_reference": (0, 60),
}


@pytest.mark.parametrize(("name", "limits"), LIMITS.items())
def test_each_text_is_taken_up_to_its_limit_and_no_further(name, limits):
    shortest, longest = limits
    for length in (shortest, longest):
        assert len(getattr(referral(**{name: "x" * length}), name)) == length
    for length in (shortest - 1, longest + 1):
        if length >= 0:
            with pytest.raises(ValidationError) as refused:
                referral(**{name: "x" * length})
            assert refused.value.errors()[0]["loc"] == (name,)


def test_white_space_around_a_text_is_not_part_of_it():
    assert referral(where="  \n High Street \n ").where == "High Street"
    with pytest.raises(ValidationError):
        referral(what="too short            ")


def test_line_breaks_are_kept_and_are_of_one_kind():
    assert referral(affected="Jane\r\nHarold\rFinn\n\nOlive").affected == "Jane\nHarold\nFinn\n\nOlive"


def test_a_reference_stands_on_one_line():
    assert referral(own_reference="NSH \n 42").own_reference == "NSH 42"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_character_that_cannot_be_shown_is_refused(character):
    with pytest.raises(ValidationError):
        referral(what=f"Loud music {character} every night")


@pytest.mark.parametrize("name", ["danger", "since", "frequency", "equality", "sharing_basis"])
def test_a_choice_that_is_not_offered_is_refused(name):
    with pytest.raises(ValidationError):
        referral(**{name: "perhaps"})


def test_an_answer_nobody_asked_for_is_refused():
    with pytest.raises(ValidationError):
        referral(telephone="01900")


@given(what=st.text(max_size=60), affected=st.text(max_size=60))
def test_whatever_is_accepted_is_tidy_and_stays_as_it_is(what: str, affected: str):
    try:
        accepted = referral(what=what, affected=affected)
    except ValidationError:
        return
    for text in (accepted.what, accepted.affected):
        assert text == text.strip()
        assert all(unicodedata.category(one) != "Cc" or one in "\n\t" for one in text)
    assert Referral.model_validate(accepted.model_dump()) == accepted
