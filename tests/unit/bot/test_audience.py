"""For whom a card in the channel is drawn by name: at most sixty, and nobody who may not read the case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot import audience
from osara_store import changing
from osara_store.case_file import Access, CaseFile, Contributor
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.policy import Action, may
from osara_store.schema import CaseState
from tests.unit.cards import page_world

NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
TENANT = "10000000-0000-4000-8000-000000000001"
SIGNED = {"version": "1", "signed": "2026-01-12", "expires": "2027-03-31"}
AGENCIES = (
    {"id": "homes", "name": "Homes", "sector": "housing", "agreement": SIGNED},
    {"id": "police", "name": "Police", "sector": "police", "agreement": SIGNED},
    {
        "id": "college",
        "name": "College",
        "sector": "education",
        "agreement": {**SIGNED, "expires": "2026-05-31"},
    },
    {"id": "unsigned", "name": "Youth", "sector": "charity"},
    {"id": "border", "name": "Border", "sector": "housing", "agreement": SIGNED},
)
ROLES = (None, None, None, "coordinator", "manager", "inspector")


def directory_of(people: list[tuple[int, str | None]]) -> Directory:
    """A hub of four agencies and, beside it, one that only serves another; a person is an agency and a role."""
    return Directory.model_validate(
        {
            "name": "Hubs",
            "timezone": "Europe/London",
            "marking": "OFFICIAL",
            "safeguarding": "Call.",
            "tenants": [{"id": TENANT, "name": "Hubs", "domain": "hubs.example"}],
            "categories": [{"id": "rowdy", "name": "Rowdy"}],
            "agencies": list(AGENCIES),
            "hubs": [
                _hub("ALL", ["homes", "police", "college", "unsigned"]),
                _hub("CAR", ["police", "border"]),
            ],
            "people": [_person(n, agency, role) for n, (agency, role) in enumerate(people)],
        }
    )


def _hub(name: str, agencies: list[str]) -> dict[str, Any]:
    return {"id": name, "name": name, "team": f"t-{name}", "channel": f"c-{name}", "agencies": agencies}


def _person(n: int, agency: int, role: str | None) -> dict[str, Any]:
    named = {"id": person_id(n), "name": f"Person {n}", "upn": f"p{n}@hubs.example"}
    agency_id = AGENCIES[agency]["id"]
    roles = {"roles": {"ALL": role}} if role and agency_id != "border" else {}
    return {**named, "agency": agency_id, **roles}


def person_id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def file_of(
    referrer: int, contributors: list[int], listed: list[int] | None, state: CaseState, lead: str
) -> CaseFile:
    case = replace(
        page_world.SCANNING.case,
        agency_id="homes",
        lead_agency_id=lead,
        referrer_tenant=TENANT,
        referrer_id=person_id(referrer),
        state=state,
        restricted=listed is not None,
    )
    return replace(
        page_world.SCANNING,
        case=case,
        contributors=tuple(Contributor(TENANT, person_id(n), "", "", NOW) for n in contributors),
        access=tuple(Access(TENANT, person_id(n), "") for n in listed or []),
    )


def may_read(file: CaseFile, actor: Actor | None, hub: Hub) -> bool:
    if actor is None:
        return False
    ruling = may(
        actor, Action.READ_CASE, hub, case=file.case, listed=changing.listed(file), on=hub.today(NOW)
    )
    return ruling.allowed


NUMBERS = st.integers(0, 160)  # some of them nobody's: people leave


@given(
    people=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(ROLES)), max_size=150),
    referrer=NUMBERS,
    contributors=st.lists(NUMBERS, max_size=100),
    listed=st.none() | st.lists(NUMBERS, max_size=100, unique=True),
    state=st.sampled_from(CaseState),
    lead=st.sampled_from(["homes", "police", "college"]),
)
def test_a_card_is_drawn_by_name_for_sixty_readers_at_most(
    people: list[tuple[int, str | None]],
    referrer: int,
    contributors: list[int],
    listed: list[int] | None,
    state: CaseState,
    lead: str,
) -> None:
    directory = directory_of(people)
    hub = directory.hubs[0]
    file = file_of(referrer, contributors, listed, state, lead)
    named = audience.of_case(directory, hub, file, NOW)
    assert len(named) == len(set(named)) <= audience.MOST == 60
    assert all(may_read(file, directory.actor(*each), hub) for each in named)
    wanted = {
        (actor.tenant, actor.object_id)
        for actor in directory.people_of(hub)
        if may_read(file, actor, hub)
        and (
            actor.role_in(hub) in {Role.COORDINATOR, Role.MANAGER}
            or actor.agency.id == lead
            or actor.object_id in {person_id(n) for n in (referrer, *contributors)}
        )
    }
    assert set(named) == wanted if len(wanted) <= audience.MOST else set(named) < wanted


def test_those_who_run_the_hub_come_first_however_many_wrote_in_it() -> None:
    directory = directory_of([(0, None)] * 100 + [(1, "coordinator"), (0, "manager")])
    file = file_of(0, list(range(100)), None, CaseState.SCANNING, "homes")
    named = audience.of_case(directory, directory.hubs[0], file, NOW)
    assert [person for _, person in named[:3]] == [person_id(100), person_id(101), person_id(0)]
    assert len(named) == 60


def test_whoever_leaves_the_list_or_loses_the_agreement_is_no_longer_named() -> None:
    directory = directory_of([(0, None), (2, None), (1, "coordinator")])
    hub = directory.hubs[0]
    everybody = file_of(0, [0, 1], None, CaseState.SCANNING, "homes")
    assert [p for _, p in audience.of_case(directory, hub, everybody, NOW)] == [person_id(2), person_id(0)]
    before = NOW - timedelta(days=9)
    assert hub.today(before) <= date(2026, 5, 31)
    assert person_id(1) in [p for _, p in audience.of_case(directory, hub, everybody, before)]
    restricted = file_of(0, [0, 1], [2], CaseState.SCANNING, "homes")
    assert [p for _, p in audience.of_case(directory, hub, restricted, NOW)] == [person_id(2)]
