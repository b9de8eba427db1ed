"""The usual tasks, made fit for a case."""

from dataclasses import replace
from datetime import date, timedelta

from osara_store import task_templates
from osara_store.directory import Directory
from tests.contract.store.world import ALL, hubs_file

from .files import a_case, a_file, a_task

TODAY = date(2026, 3, 2)


def directory(*tasks: dict) -> Directory:
    file = hubs_file()
    file["categories"][0]["tasks"] = [{"side": "location", "days": 7, **task} for task in tasks]
    return Directory.model_validate(file)


LIGHT = {"intervention": "Mend the light", "sector": "council"}
VISIT = {"intervention": "Visit the tenant", "sector": "housing"}
TEACH = {"intervention": "Speak at the college", "sector": "education"}


def offered(file, *tasks: dict) -> list[tuple[str, str]]:
    found = task_templates.offered(file, directory(*tasks), ALL, TODAY)
    return [(task.intervention, task.agency_id) for task in found.values()]


def test_each_goes_to_an_agency_of_its_sector_that_may_read_the_case():
    assert offered(a_file(), LIGHT, VISIT) == [("Mend the light", "council"), ("Visit the tenant", "homes")]


def test_one_for_whose_sector_nobody_may_read_the_case_is_left_out():
    assert offered(a_file(), TEACH, LIGHT) == [("Mend the light", "council")]


def test_what_is_planned_in_this_cycle_is_not_offered_again_but_in_the_next_it_is():
    planned = a_task(1, intervention="Mend the light")
    file = a_file(tasks=(planned,))

    assert offered(file, LIGHT, VISIT) == [("Visit the tenant", "homes")]
    assert len(offered(replace(file, case=a_case(cycle=2)), LIGHT, VISIT)) == 2


def test_the_days_are_counted_from_today_and_a_power_that_is_off_is_left_out():
    off = {**LIGHT, "power": "respect-order"}
    [task] = task_templates.offered(a_file(), directory(off), ALL, TODAY).values()

    assert (task.due_on, task.power, task.owner) == (TODAY + timedelta(days=7), "", "")
