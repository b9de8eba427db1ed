from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from osara_store.directory import Directory, Readers, Role
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
    ],
)
def test_a_name_that_leads_nowhere_or_twice_is_reported_at_its_key(path, value, fault):
    assert (path, fault) in faults_of(changed(*path, to=value))


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
        (date(2026, 1, 12), 3, 4),
        (date(2026, 2, 28), 3, 4),
        (date(2026, 3, 1), 2, 3),
        (date(2027, 3, 31), 2, 3),
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
