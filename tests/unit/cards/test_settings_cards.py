"""The cards that set when the digest comes and when it is quiet, and what is read back from them."""

from datetime import time
from typing import Any

import pytest

from cards import settings_cards
from cards.case_view import Typed
from osara_store.hub_preferences import HubPreferences
from osara_store.preferences import PersonPreferences
from tests.casework import inputs_in
from tests.driver import typed_values
from tests.unit.cards.every_quiet_card import hub, mine
from tests.unit.cards.test_every_card import actions_of

ODD = HubPreferences(digest_at=time(8, 47), quiet_from=time(19), soon_days=4, reviews_to="lead")


@pytest.mark.parametrize("held", [HubPreferences(), ODD])
def test_what_a_hub_has_set_comes_back_as_it_was(held: HubPreferences) -> None:
    assert settings_cards.read_hub(typed_values(hub(held)), held) == held


def test_what_was_chosen_for_a_hub_is_taken() -> None:
    chosen = typed_values(hub(ODD)) | {"digest_at": "07:30", "quiet_until": "07:00", "soon_days": "0"}
    read = settings_cards.read_hub(chosen, ODD)
    assert read == ODD.model_copy(update={"digest_at": time(7, 30), "quiet_until": time(7), "soon_days": 0})


@pytest.mark.parametrize(
    "given", [{"digest_at": "7"}, {"soon_days": "11"}, {"digest_days": "never"}, {"quiet_from": 4}]
)
def test_what_is_not_on_offer_is_not_taken(given: dict[str, Any]) -> None:
    read = settings_cards.read_hub(typed_values(hub(ODD)) | given, ODD)
    assert isinstance(read, Typed)
    assert set(read.errors) == set(given)


def test_what_did_not_come_stays_as_it_is() -> None:
    assert settings_cards.read_hub({}, ODD) == ODD


@pytest.mark.parametrize(
    "own",
    [
        PersonPreferences(),
        PersonPreferences(digest_at=time(12), digest="urgent"),
        PersonPreferences(digest_at=time(5, 5)),
    ],
)
def test_what_somebody_has_set_comes_back_as_it_was(own: PersonPreferences) -> None:
    assert settings_cards.read_mine(typed_values(mine(own)), own, time(8, 30)) == own


def test_somebody_goes_back_to_the_time_of_their_hub() -> None:
    own = PersonPreferences(digest_at=time(12))
    read = settings_cards.read_mine({"digest_at": "hub", "digest": "all"}, own, time(8, 30))
    assert read == PersonPreferences()


def test_the_hubs_time_is_named_and_only_its_manager_is_led_to_its_settings() -> None:
    (asked, _) = inputs_in(mine(PersonPreferences()))
    assert {"title": "As my hub: 08:30", "value": "hub"} in asked["choices"]
    assert [action["title"] for action in actions_of(mine(PersonPreferences()))] == ["Save"]
    managing = actions_of(mine(PersonPreferences(), 1))
    assert [action["title"] for action in managing] == ["Save", "Settings of Allerdale"]
