"""Who hears that an agreement is about to run out, when, and how often. The digest tells it; `run` here is such a digest."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store import absences, agreements, conversations, nudges
from osara_store.agreements import AgreementStep, step
from osara_store.directory import Actor, Agreement, Directory
from osara_store.nudges import Nudge
from osara_store.schema import nudges as told_table

from .conftest import Store
from .world import TENANT, hubs_file, person_id

LAST = date(2027, 3, 31)  # of the agreements of the invented hub; clocks have changed by then
DAY = timedelta(days=1)
NOBODY: tuple[int, ...] = ()
PRIYA, TOM, SUE, AMY, HELEN, RUTH, IAN, NORA = 1, 2, 3, 5, 6, 7, 8, 9


def directory(**changes: dict[str, Any]) -> Directory:
    """The invented hub, with some agencies changed. Only Northshore Homes' agreement is near its end."""
    file = hubs_file()
    for agency in file["agencies"]:
        if agency["id"] != "homes" and "agreement" in agency:
            agency["agreement"]["expires"] = "2035-03-31"
        agency.update(changes.get(agency["id"], {}))
    return Directory.model_validate(file)


WORLD = directory(homes={"contact": person_id(PRIYA), "deputy": person_id(SUE)})


def meet(store: Store, *people: int) -> None:
    with store.begin() as tx:
        for n in people:
            conversations.remember_person(
                tx,
                tenant=TENANT,
                object_id=person_id(n),
                service_url="https://smba.example/uk/",
                user_id=f"29:{n}",
                conversation_id=f"a:{n}",
                bot_id="28:bot",
                now=morning(LAST - 400 * DAY),
            )


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, 30, tzinfo=UTC)


def actor(n: int, of: Directory = WORLD) -> Actor:
    found = of.actor(TENANT, person_id(n))
    assert found is not None
    return found


def heard(store: Store, n: int, day: date, of: Directory = WORLD) -> list[Nudge]:
    with store.begin() as tx:
        return list(agreements.nudges(tx, of, actor(n, of), morning(day)))


def run(store: Store, n: int, day: date, of: Directory = WORLD) -> list[str]:
    """What somebody's digest tells on that day, having kept what it told before."""
    with store.begin() as tx:
        who = actor(n, of)
        news = nudges.not_told(tx, who, agreements.nudges(tx, of, who, morning(day)))
        nudges.note(tx, who, news, morning(day))
    return [nudge.step for nudge in news]


def who_hears(
    store: Store, day: date, of: Directory = WORLD, among: Iterable[int] = range(1, 10)
) -> set[int]:
    return {n for n in among if heard(store, n, day, of)}


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "reached"),
    [
        (61, None),
        (60, "in_60_days"),
        (31, "in_60_days"),
        (30, "in_30_days"),
        (8, "in_30_days"),
        (7, "in_7_days"),
        (0, "in_7_days"),
        (-1, "ended"),
        (-400, "ended"),
    ],
)
def test_the_step_is_the_newest_that_has_been_reached(left: int, reached: str | None):
    assert step(Agreement(version="1", signed=date(2026, 1, 1), expires=LAST), LAST - left * DAY) == reached


@given(st.dates(date(2026, 1, 1), date(2036, 1, 1)), st.integers(0, 2000), st.integers(-100, 3000))
def test_it_has_ended_exactly_from_the_day_on_which_nothing_is_shown(signed: date, long: int, later: int):
    agreement = Agreement(version="1", signed=signed, expires=signed + long * DAY)
    today = signed + later * DAY
    has_run_out = today >= signed and not agreement.in_date(today)
    assert (step(agreement, today) is AgreementStep.ENDED) == has_run_out


def test_an_agreement_that_has_not_begun_does_not_end_either():
    assert step(Agreement(version="1", signed=LAST - 3 * DAY, expires=LAST), LAST - 5 * DAY) is None


def test_day_after_day_each_step_is_told_once_and_on_its_day(store: Store):
    told = {}
    for left in range(70, -20, -1):
        if steps := run(store, HELEN, LAST - left * DAY):
            told[left] = steps
    assert told == {60: ["in_60_days"], 30: ["in_30_days"], 7: ["in_7_days"], -1: ["ended"]}


def test_after_a_long_standstill_only_the_newest_step_is_told(store: Store):
    assert run(store, HELEN, LAST - 70 * DAY) == []
    assert run(store, HELEN, LAST - 5 * DAY) == ["in_7_days"]
    assert run(store, HELEN, LAST - 4 * DAY) == []
    assert run(store, HELEN, LAST + 300 * DAY) == ["ended"]
    assert store.count(told_table) > 0


def test_an_agreement_signed_anew_is_told_of_anew_when_it_ends(store: Store):
    longer = {"version": "2028.1", "signed": "2027-03-20", "expires": "2028-03-31"}
    renewed = directory(homes={"agreement": longer})
    assert run(store, HELEN, LAST - 7 * DAY) == ["in_7_days"]

    assert run(store, HELEN, LAST - 6 * DAY, renewed) == []
    assert run(store, HELEN, date(2028, 3, 24), renewed) == ["in_7_days"]


# --- who -------------------------------------------------------------------------------------------------------------


def test_the_managers_and_the_agencys_contact_hear_of_it_and_nobody_else(store: Store):
    meet(store, *range(1, 10))
    assert who_hears(store, LAST - 60 * DAY) == {HELEN, PRIYA}


def test_once_it_has_ended_only_the_managers_do(store: Store):
    meet(store, *range(1, 10))
    assert who_hears(store, LAST) == {HELEN, PRIYA}
    assert who_hears(store, LAST + DAY) == {HELEN}


def test_the_deputy_hears_of_it_where_the_contact_cannot_be_written_to(store: Store):
    meet(store, SUE, HELEN)
    assert who_hears(store, LAST - 60 * DAY) == {HELEN, SUE}


def test_the_deputy_hears_of_it_while_the_contact_is_away(store: Store):
    meet(store, PRIYA, SUE)
    today = LAST - 60 * DAY
    with store.begin() as tx:
        absences.away(
            tx,
            directory=WORLD,
            actor=actor(PRIYA),
            person=actor(PRIYA),
            hub=WORLD.hubs[0],
            deputy=None,
            first_day=today - DAY,
            last_day=today + DAY,
            now=morning(today - DAY),
        )
    assert who_hears(store, today) == {HELEN, SUE}
    assert who_hears(store, today + 2 * DAY) == {HELEN, PRIYA}


def test_of_an_agency_that_names_no_contact_one_person_hears_of_it(store: Store):
    meet(store, PRIYA, SUE)
    assert who_hears(store, LAST - 60 * DAY, directory()) == {HELEN, PRIYA}


def test_the_managers_of_every_hub_that_the_agency_serves_hear_of_it(store: Store):
    soon = {"version": "1", "signed": "2026-01-01", "expires": "2027-03-31"}
    both = directory(homes={"agreement": None}, police={"agreement": soon})
    meet(store, *range(1, 10))
    assert who_hears(store, LAST - 30 * DAY, both) == {HELEN, NORA, TOM}


def test_a_manager_of_several_hubs_hears_of_it_once(store: Store):
    soon = {"version": "1", "signed": "2026-01-01", "expires": "2027-03-31"}
    file = directory(homes={"agreement": None}, police={"agreement": soon}).model_dump(mode="json")
    for hub in file["hubs"]:
        hub["agencies"] = sorted({*hub["agencies"], "council", "police"})
    file["people"][HELEN - 1]["roles"] = {"ALL": "manager", "CAR": "manager"}

    (only,) = heard(store, HELEN, LAST - 30 * DAY, Directory.model_validate(file))
    assert only.what == "police"


def test_the_manager_of_another_hub_hears_nothing(store: Store):
    assert who_hears(store, LAST - 60 * DAY, among=[NORA]) == set(NOBODY)


def test_nothing_is_told_of_an_outside_organisation_or_of_who_never_signed(store: Store):
    ended = {"version": "1", "signed": "2026-01-01", "expires": "2026-02-01"}
    outside = directory(homes={"agreement": None}, kitchen={"agreement": ended})
    assert heard(store, HELEN, LAST, outside) == []


# --- what ------------------------------------------------------------------------------------------------------------


def test_it_names_the_agency_and_its_last_day_and_no_case(store: Store):
    (nudge,) = heard(store, HELEN, LAST - 30 * DAY)
    assert (nudge.kind, nudge.what, nudge.due_on, nudge.hub_id) == ("agreement", "homes", LAST, "ALL")
    assert (nudge.reference, nudge.category, nudge.band) == ("", "", "")


def test_only_its_end_comes_to_those_who_want_to_hear_of_urgent_things_alone(store: Store):
    assert [nudge.urgent for nudge in heard(store, HELEN, LAST)] == [False]
    assert [nudge.urgent for nudge in heard(store, HELEN, LAST + DAY)] == [True]
    assert not heard(store, HELEN, LAST + DAY)[0].breaks_through
