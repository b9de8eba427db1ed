"""Searching: the words stay in the field, what was found can be opened, and what is restricted is only counted."""

import pytest

from cards import search_cards, texts_search, verbs
from tests.unit.cards.every_case_card_moves import FOUND, search
from tests.unit.cards.page_world import buttons_of, inputs_of
from tests.unit.cards.test_referral_form import words_of


def test_what_was_searched_for_stands_in_the_field_again() -> None:
    assert inputs_of(search(FOUND, "noise"))["term"]["value"] == "noise"


def test_before_anything_was_searched_for_nothing_is_said_of_results() -> None:
    card = search([], "", restricted=1)
    assert texts_search.NOTHING not in words_of(card)
    assert "restricted" not in words_of(card)
    assert list(buttons_of(card)) == [verbs.SEARCH_DO]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 restricted match, ask the coordinator."),
        (3, "3 restricted matches, ask the coordinator."),
        (1200, "1,200 restricted matches, ask the coordinator."),
    ],
)
def test_restricted_matches_are_counted_and_the_coordinator_named(count: int, said: str) -> None:
    assert texts_search.restricted(count) == said
    assert said in words_of(search(FOUND, restricted=count))
    assert said in words_of(search([], restricted=count))


def test_only_restricted_matches_are_no_reason_to_try_another_spelling() -> None:
    assert texts_search.NOTHING not in words_of(search([], restricted=1))
    assert texts_search.NOTHING in words_of(search([]))


def test_what_was_found_tells_where_it_is_and_how_it_stands_and_opens() -> None:
    card = search(FOUND)
    said = words_of(card)
    assert "12 Market Street" in said
    assert "Allerdale · Scanning · High · Sent 20 November 2026" in said
    assert buttons_of(card)["open-ALL-2026-0012"]["data"]["case"] == "ALL-2026-0012"


@pytest.mark.parametrize(
    ("page", "more", "turns"),
    [(0, False, {}), (0, True, {"older": 1}), (1, True, {"newer": 0, "older": 2}), (2, False, {"newer": 1})],
)
def test_turning_a_page_looks_for_the_same_words(page: int, more: bool, turns: dict[str, int]) -> None:
    buttons = buttons_of(search(FOUND, "quay road", page=page, more=more))
    turning = {name: buttons[name]["data"] for name in ("newer", "older") if name in buttons}
    assert {name: data["page"] for name, data in turning.items()} == turns
    assert all(data["of"] == "quay road" for data in turning.values())
    assert "page" not in buttons[verbs.SEARCH_DO]["data"]


def test_a_page_past_the_end_says_that_there_is_no_more() -> None:
    assert texts_search.NO_MORE in words_of(search([], page=3))


def test_a_restricted_match_that_is_sent_tells_nobody_anything() -> None:
    card = search_cards.restricted_match("OFFICIAL-SENSITIVE")
    assert words_of(card).split("\n")[0] == ""
    assert [part["text"] for part in card["body"]] == [texts_search.ASK_THE_COORDINATOR, "OFFICIAL-SENSITIVE"]
    assert buttons_of(card) == {}
