from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from osara_store import built_in_settings
from osara_store.case_settings import CaseReviewRules, ClockRules, RetentionRules
from osara_store.directory import Directory, Readers, Role
from osara_store.instruments import RiskSettings
from tests.contract.store.world import ALL, CAR, DIRECTORY, PRIYA, TENANT, TOM, hubs_file, person_id

MARCH = date(2026, 3, 2)


def faults_of(file: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(ValidationError) as refused:
        Directory.model_validate(file)
    return [(error["loc"], error["msg"]) for error in refused.value.errors()]


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The usual file with one value changed."""
    file = hubs_file()
    part: Any = file
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = to
    return file


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("people", 0, "agency"), "nobody", "there is no agency 'nobody' in agencies"),
        (
            ("people", 0, "agency"),
            "kitchen",
            "'kitchen' is an outside organisation, so it has nobody in Teams",
        ),
        (("people", 0, "tenant"), person_id(9), f"there is no tenant '{person_id(9)}' in tenants"),
        (("people", 1, "id"), person_id(1), f"the id '{person_id(1)}' is used twice in people"),
        (("hubs", 0, "agencies", 1), "nobody", "there is no agency 'nobody' in agencies"),
        (("hubs", 0, "agencies", 1), "homes", "the agency 'homes' is named twice for hub ALL"),
        (("hubs", 1, "channel"), "channel-all", "the channel 'channel-all' is used twice in hubs"),
        (("agencies", 4, "id"), "college", "the id 'college' is used twice in agencies"),
        (("categories", 1, "id"), "noise", "the id 'noise' is used twice in categories"),
        (("agencies", 0, "contact"), person_id(2), "there is nobody with this id in 'homes'"),
        (("agencies", 0, "contact"), person_id(99), "there is nobody with this id in 'homes'"),
        (
            ("agencies", 0, "deputy"),
            person_id(1),
            "a deputy stands in for a contact, who must be named and be somebody else",
        ),
    ],
)
def test_a_name_that_leads_nowhere_or_twice_is_reported_at_its_key(path, value, fault):
    assert (path, fault) in faults_of(changed(*path, to=value))


def test_a_deputy_is_somebody_else_than_the_contact_and_of_the_same_agency():
    file = changed("agencies", 0, "contact", to=person_id(1))
    file["agencies"][0]["deputy"] = person_id(3)
    Directory.model_validate(file)
    for deputy in (person_id(1), person_id(2)):
        file["agencies"][0]["deputy"] = deputy
        assert [path for path, _ in faults_of(file)] == [("agencies", 0, "deputy")]


def test_who_speaks_for_an_agency_is_its_contact_then_its_deputy_or_else_any_of_its_people():
    def speaking(**agency: str) -> list[str]:
        file = hubs_file()
        file["agencies"][0].update(agency)
        directory = Directory.model_validate(file)
        homes = directory.agency("homes")
        assert homes is not None
        return [actor.object_id for actor in directory.spokespeople_of(homes, directory.hubs[0])]

    assert speaking() == [person_id(1), person_id(3)]
    assert speaking(contact=person_id(3)) == [person_id(3)]
    assert speaking(contact=person_id(3), deputy=person_id(1)) == [person_id(3), person_id(1)]


@pytest.mark.parametrize(
    ("roles", "fault"),
    [
        ({"XYZ": "manager"}, "there is no hub 'XYZ' in hubs"),
        ({"CAR": "manager"}, "the agency 'homes' does not serve hub CAR"),
    ],
)
def test_a_role_must_be_in_a_hub_the_agency_serves(roles, fault):
    (hub_id,) = roles
    assert faults_of(changed("people", 0, "roles", to=roles)) == [(("people", 0, "roles", hub_id), fault)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("timezone",), "Europe/Carlisle"),
        (("hubs", 0, "id"), "all"),
        (("hubs", 0, "agencies"), []),
        (("hubs", 0, "timezone"), "GMT+1"),
        (("hubs", 0, "mailbox"), "the hub's own"),
        (("agencies", 0, "sector"), "shop"),
        (("agencies", 0, "agreement", "expires"), "2025-12-31"),
        (("people", 0, "id"), "priya"),
        (("people", 1, "roles", "ALL"), "partner"),
        (("people", 0, "phone"), "01900"),
        (("tenants",), []),
        (("name",), "  "),
    ],
)
def test_a_value_of_the_wrong_kind_is_reported_at_its_key(path, value):
    assert [loc for loc, _ in faults_of(changed(*path, to=value))] == [path]


def test_every_fault_is_reported_at_once():
    file = changed("people", 0, "agency", to="nobody")
    file["hubs"][1]["agencies"] = ["nobody"]
    file["hubs"][1]["id"] = "ALL"

    assert {loc for loc, _ in faults_of(file)} >= {
        ("people", 0, "agency"),
        ("hubs", 1, "agencies", 0),
        ("hubs", 1, "id"),
    }


def test_the_file_is_left_as_it_was_read():
    file = hubs_file()
    Directory.model_validate(file)

    assert file == hubs_file()


def test_an_actor_is_found_by_tenant_and_object_id_in_any_case_of_letters():
    assert DIRECTORY.actor(TENANT.upper(), person_id(1).upper()) == PRIYA
    assert DIRECTORY.actor(person_id(1), person_id(1)) is None
    assert DIRECTORY.actor(TENANT, person_id(99)) is None


def test_one_object_id_in_two_tenants_is_two_people():
    other = "30000000-0000-4000-8000-000000000003"
    file = hubs_file()
    file["tenants"].append({"id": other, "name": "Police", "domain": "police.example"})
    file["people"].append({**file["people"][1], "name": "Somebody Else", "tenant": other})
    directory = Directory.model_validate(file)

    names = [found.name for tenant in (TENANT, other) if (found := directory.actor(tenant, person_id(2)))]
    assert names == ["Tom Airey", "Somebody Else"]


def test_whoever_has_no_other_role_is_a_partner_in_the_hubs_their_agency_serves():
    assert (TOM.role_in(ALL), TOM.role_in(CAR)) == (Role.COORDINATOR, Role.PARTNER)
    assert (PRIYA.role_in(ALL), PRIYA.role_in(CAR)) == (Role.PARTNER, None)
    assert [hub.id for hub in DIRECTORY.hubs_of(TOM)] == ["ALL", "CAR"]
    assert [hub.id for hub in DIRECTORY.hubs_of(PRIYA)] == ["ALL"]


def test_hubs_are_found_by_id_channel_and_team():
    assert DIRECTORY.hub("CAR") == CAR
    assert DIRECTORY.hub_of_channel("channel-car") == CAR
    assert DIRECTORY.hubs_of_team("team-all") == [ALL]
    assert DIRECTORY.hub("XYZ") is None
    assert DIRECTORY.hub_of_channel("elsewhere") is None
    assert DIRECTORY.hubs_of_team("elsewhere") == []


def test_agencies_and_categories_are_found_by_id():
    assert [found.name for found in (DIRECTORY.agency("police"), DIRECTORY.category("noise")) if found] == [
        "Cumbria Police",
        "Noise",
    ]
    assert DIRECTORY.agency("nobody") is None
    assert DIRECTORY.category("nothing") is None


@pytest.mark.parametrize(
    ("on", "agencies", "people"),
    [
        (date(2026, 1, 11), 0, 0),
        (date(2026, 1, 12), 4, 7),
        (date(2026, 2, 28), 4, 7),
        (date(2026, 3, 1), 3, 6),
        (date(2027, 3, 31), 3, 6),
        (date(2027, 4, 1), 0, 0),
    ],
    ids=["before signing", "day of signing", "last day", "one expired", "last day of all", "all expired"],
)
def test_only_agencies_with_an_agreement_in_date_can_read(on, agencies, people):
    assert DIRECTORY.readers(ALL, on) == Readers(agencies, people)


def test_today_is_the_hubs_own_day():
    late_in_june = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert ALL.today(late_in_june) == date(2026, 7, 1)


def test_a_hub_may_keep_a_time_of_its_own():
    directory = Directory.model_validate(changed("hubs", 1, "timezone", to="Pacific/Auckland"))

    assert [hub.zone.key for hub in directory.hubs] == ["Europe/London", "Pacific/Auckland"]


def read(file: dict[str, Any]) -> Directory:
    return Directory.model_validate(file)


def test_a_file_that_says_nothing_has_the_built_in_settings():
    for hub in (ALL, CAR):
        assert DIRECTORY.risk_of(hub) == RiskSettings()
        assert DIRECTORY.clocks_of(hub) == ClockRules()
        assert DIRECTORY.case_review_of(hub) == CaseReviewRules()
        assert DIRECTORY.retention_of(hub) == RetentionRules()
    assert [power.id for power in DIRECTORY.powers] == [power["id"] for power in built_in_settings.POWERS]


@pytest.mark.parametrize(
    ("section", "given", "of"),
    [
        ("clocks", {"risk_check": 2}, lambda file, hub: file.clocks_of(hub).risk_check),
        ("case_review", {"window_months": 2}, lambda file, hub: file.case_review_of(hub).window_months),
        ("retention", {"retention_years": 2}, lambda file, hub: file.retention_of(hub).retention_years),
        (
            "risk",
            {"questionnaire": {"version": "2", "medium_from": 2}},
            lambda file, hub: file.risk_of(hub).questionnaire.medium_from,
        ),
    ],
)
def test_a_section_holds_for_every_hub_or_for_the_one_that_has_its_own(section, given, of):
    everywhere, here = read({**hubs_file(), section: given}), read(changed("hubs", 0, section, to=given))

    assert [of(everywhere, hub) for hub in everywhere.hubs] == [2, 2]
    assert [of(here, hub) == 2 for hub in here.hubs] == [True, False]


def test_what_a_hub_leaves_out_of_its_own_section_is_as_the_file_has_it():
    file = changed("hubs", 0, "clocks", to={"high": {"meeting": 3}, "risk_check": 2})
    file["clocks"] = {"high": {"initial_action": 0}, "end_of_day": "16:30", "risk_check": 4}
    here, there = (read(file).clocks_of(hub) for hub in read(file).hubs)

    assert (here.high.meeting, here.high.initial_action, here.high.information, here.risk_check) == (
        3,
        0,
        2,
        2,
    )
    assert (there.high.meeting, there.high.initial_action, there.risk_check) == (5, 0, 4)
    assert here.end_of_day == there.end_of_day


def own_questionnaire(**changes: Any) -> dict[str, Any]:
    answers = [{"id": "no", "label": "No"}, {"id": "yes", "label": "Yes", "points": 9}]
    return {
        "id": "ours",
        "version": "1",
        "questions": [{"id": "bad", "text": "Is it bad?", "answers": answers}],
        "flags": [],
        "medium_from": 3,
        "high_from": 6,
        **changes,
    }


def test_a_hub_with_questions_of_its_own_takes_no_thresholds_from_the_file():
    theirs = own_questionnaire(version="2")
    del theirs["high_from"]
    file = changed("hubs", 0, "risk", to={"questionnaire": theirs})
    file["risk"] = {"questionnaire": own_questionnaire()}

    assert faults_of(file) == [(("hubs", 0, "risk", "questionnaire", "high_from"), "Field required")]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"questionnaire": {"high_from": 30}}, ("risk", "questionnaire", "version")),
        (
            {"judgement": {"prompts": [{"id": "a", "title": "A", "text": "?"}]}},
            ("risk", "judgement", "version"),
        ),
    ],
)
def test_an_instrument_that_was_changed_needs_a_version_of_its_own(given, path):
    assert [loc for loc, _ in faults_of({**hubs_file(), "risk": given})] == [path]
    ((loc, sentence),) = faults_of(changed("hubs", 0, "risk", to=given))
    assert loc == ("hubs", 0, *path)
    assert sentence.endswith("a changed one needs its own version")


def test_a_version_names_one_questionnaire_in_the_whole_file():
    file = changed("hubs", 0, "risk", to={"questionnaire": own_questionnaire(high_from=9)})
    file["risk"] = {"questionnaire": own_questionnaire()}
    assert [loc for loc, _ in faults_of(file)] == [("hubs", 0, "risk", "questionnaire", "version")]


def test_a_power_of_the_file_goes_over_the_built_in_one_of_its_id():
    directory = read({**hubs_file(), "powers": [{"id": "dispersal", "enabled": False}]})
    dispersal = directory.power("dispersal")

    assert dispersal is not None
    assert (dispersal.name, dispersal.owner, dispersal.enabled) == ("Dispersal", "police", False)
    assert len(directory.powers) == len(DIRECTORY.powers)


def test_a_power_that_is_not_built_in_is_added():
    warden = {
        "id": "warden",
        "name": "Street warden",
        "kind": "supportive",
        "effective_from": date(2026, 4, 1),
    }
    directory = read({**hubs_file(), "powers": [warden]})
    found = directory.power("warden")

    assert found is not None
    assert (found.owner, found.available(MARCH)) == ("any", False)
    assert len(directory.powers) == len(DIRECTORY.powers) + 1
    assert DIRECTORY.power("warden") is None


@pytest.mark.parametrize(
    ("powers", "path"),
    [
        ([{"id": "warden", "name": "Street warden"}], ("powers", 0, "kind")),
        ([{"id": "mediation"}, {"id": "dispersal", "owner": "nobody"}], ("powers", 1, "owner")),
        ([{"id": "mediation"}, {"id": "mediation"}], ("powers", 1, "id")),
        (["mediation"], ("powers", 0)),
        ({"mediation": True}, ("powers",)),
    ],
)
def test_a_power_that_cannot_hold_is_told_at_its_place_in_the_file(powers, path):
    assert [loc for loc, _ in faults_of({**hubs_file(), "powers": powers})] == [path]


def test_the_file_is_left_as_it_was_read_when_hubs_have_settings():
    file = changed("hubs", 0, "clocks", to={"risk_check": 2})
    file["clocks"] = {"risk_check": 3}
    read(file)

    assert (file["hubs"][0]["clocks"], file["clocks"]) == ({"risk_check": 2}, {"risk_check": 3})
