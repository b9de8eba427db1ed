"""The Playground's configuration, made from the demo's hubs.yaml."""

from pathlib import Path

import pytest
import yaml

from deploy.playground.config import NotEnoughPeopleError, configuration

APP = "20000000-0000-4000-8000-000000000001"
PROJECT = Path(__file__).parents[3]
HUBS = yaml.safe_load((PROJECT / "deploy/hubs.cumbria.yaml").read_text())


def test_the_first_person_of_the_hub_acts_and_five_colleagues_stand_by():
    made = configuration(HUBS, "ALL", APP)
    everybody = [made["currentUser"], *made["users"]]
    assert made["currentUser"]["name"] == "Priya Raman"
    assert len({each["id"] for each in everybody}) == 6
    assert {each["aadObjectId"] for each in everybody} <= {person["id"] for person in HUBS["people"]}


def test_the_team_and_its_channel_are_those_of_the_hub():
    hub = next(hub for hub in HUBS["hubs"] if hub["id"] == "EDE")
    team = configuration(HUBS, "EDE", APP)["team"]
    assert (team["id"], [channel["id"] for channel in team["channels"]]) == (hub["team"], [hub["channel"]])


def test_an_unknown_hub_and_a_hub_of_few_are_told():
    with pytest.raises(NotEnoughPeopleError, match="no hub XYZ"):
        configuration(HUBS, "XYZ", APP)
    few = {**HUBS, "people": HUBS["people"][:3]}
    with pytest.raises(NotEnoughPeopleError, match="at least 6 people"):
        configuration(few, "ALL", APP)
