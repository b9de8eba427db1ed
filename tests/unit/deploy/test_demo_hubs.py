"""The demo's hubs.yaml: what the demo and the tests count on, and what a council would copy."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from osara_store.case_settings import CaseReviewRules, ClockRules, RetentionRules
from osara_store.directory import Directory
from osara_store.hub_preferences import HubPreferences
from osara_store.instruments import RiskSettings

PROJECT = Path(__file__).parents[3]
TEXT = (PROJECT / "deploy/hubs.cumbria.yaml").read_text()
HUBS = yaml.safe_load(TEXT)
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


def test_every_allerdale_partner_has_a_contact():
    """Their people are in Teams, so that whoever tries the demo can answer for any of them."""
    assert [agency for agency in ALLERDALE["agencies"] if "contact" not in AGENCIES[agency]] == []


def test_every_kind_of_problem_but_the_last_says_whom_to_ask_first():
    assert [category["id"] for category in HUBS["categories"] if not category.get("ask")] == ["other"]


@pytest.mark.parametrize("hub", [hub["id"] for hub in HUBS["hubs"]])
def test_every_hub_has_a_coordinator_and_a_manager(hub):
    roles = {person.get("roles", {}).get(hub) for person in HUBS["people"]}
    assert {"coordinator", "manager"} <= roles


def test_nobody_of_an_outside_organisation_is_in_teams():
    outside = {agency for agency, what in AGENCIES.items() if what.get("outside")}
    assert outside
    assert not outside & {person["agency"] for person in HUBS["people"]}


def test_the_numbers_that_stand_in_the_file_are_those_that_hold_without_them():
    directory = Directory.model_validate(HUBS)
    assert {"clocks", "case_review", "retention"} <= HUBS.keys()
    assert (directory.clocks, directory.case_review, directory.retention) == (
        ClockRules(),
        CaseReviewRules(),
        RetentionRules(),
    )


def test_only_what_the_file_says_of_it_differs_in_when_the_bot_speaks_up():
    own, usual = Directory.model_validate(HUBS).notices.model_dump(), HubPreferences().model_dump()
    differing = {name: usual[name] for name, value in own.items() if value != usual[name]}
    said = re.findall(r"^  (\w+): .*# without it: \W?([\w:]+)", TEXT, flags=re.MULTILINE)
    assert {
        name: f"{value:%H:%M}" if hasattr(value, "hour") else value for name, value in differing.items()
    } == dict(said)
    assert own.keys() == HUBS["notices"].keys()


def test_what_is_commented_out_may_be_put_to_use_as_it_stands():
    in_use = re.sub(r"^# (powers:|risk:|  - {|  questionnaire:)", r"\1", TEXT, flags=re.MULTILINE)
    directory = Directory.model_validate(yaml.safe_load(in_use))
    respect_order, wardens = directory.power("respect-order"), directory.power("street-warden")

    assert respect_order is not None
    assert respect_order.available(date(2027, 4, 1))
    assert wardens is not None
    assert directory.risk.questionnaire.high_from == 22


EXAMPLES = re.findall(r"```yaml\n(.*?)```", (PROJECT / "docs/hubs-file.md").read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_in_the_description_of_the_file_are_accepted(example):
    # An example may name one hub only, and people have roles in others.
    agencies = [
        {key: value for key, value in agency.items() if key not in {"contact", "deputy"}}
        for agency in HUBS["agencies"]
    ]
    nobody = HUBS | {"people": [], "agencies": agencies}
    assert Directory.model_validate(nobody | yaml.safe_load(example)) != Directory.model_validate(nobody)


def test_the_description_of_the_file_tells_every_key_of_the_settings():
    described = (PROJECT / "docs/hubs-file.md").read_text()
    kinds = [ClockRules, CaseReviewRules, RetentionRules, RiskSettings]
    keys = {key for kind in kinds for key in kind.model_fields}
    assert len(EXAMPLES) >= 4
    assert {key for key in keys if f"`{key}`" not in described} == set()
