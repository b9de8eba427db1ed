"""The demo's hubs.yaml: what the demo and the tests count on, and what a council would copy."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[3]
HUBS = yaml.safe_load((PROJECT / "deploy/hubs.cumbria.yaml").read_text())
AGENCIES = {agency["id"]: agency for agency in HUBS["agencies"]}
ALLERDALE = next(hub for hub in HUBS["hubs"] if hub["id"] == "ALL")


def agreement_holds(agency: dict, on: date) -> bool:
    agreement = agency.get("agreement")
    return agreement is not None and agreement["signed"] <= on <= agreement["expires"]


def test_there_are_the_six_cumbrian_hubs():
    assert [hub["name"] for hub in HUBS["hubs"]] == [
        "Carlisle",
        "Eden",
        "Allerdale",
        "Copeland",
        "Barrow",
        "South Lakeland",
    ]


def test_allerdale_has_nineteen_partners_of_nearly_every_sector():
    assert len(ALLERDALE["agencies"]) == 19
    sectors = Counter(AGENCIES[agency]["sector"] for agency in ALLERDALE["agencies"])
    assert set(sectors) == {
        "council",
        "police",
        "housing",
        "health",
        "fire",
        "probation",
        "education",
        "charity",
        "business",
    }


def test_one_allerdale_partner_has_not_signed_and_one_agreement_has_run_out():
    partners = [AGENCIES[agency] for agency in ALLERDALE["agencies"]]
    refused = [agency for agency in partners if not agreement_holds(agency, date(2026, 11, 2))]
    assert ["agreement" in agency for agency in refused] == [True, False]


def test_more_than_twenty_people_may_refer_in_allerdale():
    signed = {
        agency for agency in ALLERDALE["agencies"] if agreement_holds(AGENCIES[agency], date(2026, 11, 2))
    }
    assert sum(person["agency"] in signed for person in HUBS["people"]) >= 20


@pytest.mark.parametrize("hub", [hub["id"] for hub in HUBS["hubs"]])
def test_every_hub_has_a_coordinator_and_a_manager(hub):
    roles = {person.get("roles", {}).get(hub) for person in HUBS["people"]}
    assert {"coordinator", "manager"} <= roles


def test_nobody_of_an_outside_organisation_is_in_teams():
    outside = {agency for agency, what in AGENCIES.items() if what.get("outside")}
    assert outside
    assert not outside & {person["agency"] for person in HUBS["people"]}
