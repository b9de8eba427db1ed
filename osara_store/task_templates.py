"""The tasks that usually help with a kind of problem, made fit for one case: which agency, and by which day."""

from collections.abc import Mapping
from datetime import date, timedelta

from osara_store import tasks
from osara_store.case_file import CaseFile
from osara_store.case_settings import TaskTemplate
from osara_store.directory import Directory, Hub
from osara_store.tasks import NewTask


def offered(file: CaseFile, directory: Directory, hub: Hub, on: date) -> Mapping[str, NewTask]:
    """Those that are not planned in this cycle yet, by their number in the configuration.

    Each goes to the agency that leads, if it is of the sector, else to the first of the hub that is and may be given it; one
    for which there is none is left out. So is the power, where it is not in force.
    """
    planned = {task.intervention for task in file.tasks if task.cycle == file.case.cycle}
    found = {}
    for number, template in enumerate(directory.usual_tasks_of(file.case.category), 1):
        agency_id = _agency_for(template, file, directory, hub, on)
        if agency_id and template.intervention not in planned:
            found[str(number)] = _task(template, directory, agency_id, on)
    return found


def _agency_for(
    template: TaskTemplate, file: CaseFile, directory: Directory, hub: Hub, on: date
) -> str | None:
    agencies = (directory.agency(agency_id) for agency_id in tasks.agencies_on_offer(directory, hub, on))
    fitting = [agency.id for agency in agencies if agency and agency.sector == template.sector]
    lead = file.case.lead_agency_id
    return lead if lead in fitting else next(iter(fitting), None)


def _task(template: TaskTemplate, directory: Directory, agency_id: str, on: date) -> NewTask:
    power = directory.power(template.power)
    return NewTask(
        intervention=template.intervention,
        side=template.side,
        agency_id=agency_id,
        owner="",
        due_on=on + timedelta(days=template.days),
        power=template.power if power and power.available(on) else "",
        rationale="",
        proportionality="",
        term=template.term,
    )
