"""What a hub's manager and a person set for themselves, and who may."""

from datetime import time

import pytest

from osara_store import changing_settings, preferences
from osara_store.directory import Actor, Directory
from osara_store.errors import NotAllowed
from osara_store.hub_preferences import HubPreferences
from osara_store.policy import Reason
from osara_store.preferences import PersonPreferences

from .casework import audited
from .conftest import Store
from .digesting import due_of, morning
from .test_requests import meet
from .test_tasks import LATER
from .world import ALL, CAR, DIRECTORY, HELEN, IAN, NORA, RUTH, TOM, hubs_file

WANTED = HubPreferences(digest_at=time(7, 15), quiet_from=time(20), soon_days=3, reviews_to="manager")


def set_hub(tx, wanted=WANTED, someone: Actor = HELEN, hub=ALL) -> None:
    changing_settings.change_hub(tx, directory=DIRECTORY, actor=someone, hub=hub, wanted=wanted, now=LATER)


def set_own(tx, wanted: PersonPreferences, someone: Actor = TOM) -> None:
    changing_settings.change_own(tx, directory=DIRECTORY, actor=someone, wanted=wanted, now=LATER)


def test_a_hub_has_what_the_file_says_until_its_manager_says_otherwise(store: Store):
    file = hubs_file()
    file["notices"] = {"digest_at": "09:00", "soon_days": 1}
    file["hubs"][0]["notices"] = {"soon_days": 5}
    directory = Directory.model_validate(file)
    allerdale, carlisle = directory.hubs
    with store.begin() as tx:
        assert preferences.hub_preferences(tx, ALL) == HubPreferences()
        assert preferences.hub_preferences(tx, carlisle) == HubPreferences(digest_at=time(9), soon_days=1)
        assert preferences.hub_preferences(tx, allerdale) == HubPreferences(digest_at=time(9), soon_days=5)
        set_hub(tx, HubPreferences(digest_at=time(7), soon_days=5), hub=allerdale)
        assert preferences.hub_preferences(tx, allerdale) == HubPreferences(digest_at=time(7), soon_days=5)


def test_what_a_manager_sets_holds_in_that_hub_and_is_written_down(store: Store):
    with store.begin() as tx:
        set_hub(tx)
        assert preferences.hub_preferences(tx, ALL) == WANTED
        assert preferences.hub_setting(tx, ALL, "soon_days") == 3
        assert preferences.hub_preferences(tx, CAR) == HubPreferences()
        set_hub(tx, WANTED.model_copy(update={"soon_days": 1}))
        set_hub(tx, WANTED.model_copy(update={"soon_days": 1}))

    assert audited(store) == [
        ("hub.settings_changed", '{"fields":["digest_at","quiet_from","soon_days","reviews_to"]}'),
        ("hub.settings_changed", '{"fields":["soon_days"]}'),
    ]


@pytest.mark.parametrize(
    ("someone", "why"),
    [
        (TOM, Reason.NOT_YOUR_PART),
        (IAN, Reason.NOT_YOUR_PART),
        (RUTH, Reason.NOT_YOUR_PART),
        (NORA, Reason.NOT_THIS_HUB),
    ],
)
def test_nobody_but_the_manager_sets_anything_for_a_hub(store: Store, someone: Actor, why: Reason):
    with store.begin() as tx:
        with pytest.raises(NotAllowed) as refusal:
            set_hub(tx, someone=someone)
        assert refusal.value.reason == why
        assert preferences.hub_preferences(tx, ALL) == HubPreferences()


def test_somebody_sets_their_own_time_and_goes_back_to_the_hubs(store: Store):
    with store.begin() as tx:
        set_own(tx, PersonPreferences(digest_at=time(16), digest="urgent"))
        assert preferences.digest_time(tx, TOM, ALL) == time(16)
        assert preferences.digest_time(tx, IAN, ALL) == time(8, 30)
        set_own(tx, PersonPreferences(digest="urgent"))
        assert preferences.digest_time(tx, TOM, ALL) == time(8, 30)
        assert preferences.person_preferences(tx, TOM.tenant, TOM.object_id) == PersonPreferences(
            digest="urgent"
        )


def test_ones_own_change_is_written_down_in_every_hub_that_one_serves(store: Store):
    with store.begin() as tx:
        set_own(tx, PersonPreferences(digest="urgent"))  # the police serve both hubs
        set_own(tx, PersonPreferences(digest="urgent"))

    assert audited(store) == [("person.settings_changed", '{"fields":["digest"]}')] * 2


def test_one_digest_comes_at_the_time_of_the_hub_that_stands_first(store: Store):
    with store.begin() as tx:
        for someone in (TOM, NORA):
            meet(tx, someone)
        set_hub(tx, HubPreferences(digest_at=time(10)), NORA, CAR)
        assert due_of(tx, TOM) is None  # Carlisle comes second for the police
        assert due_of(tx, NORA) == morning(2026, 3, 3, time(10))
