"""What SharePoint should show of a case file. Pure: no Graph, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graph_sync.case_item import case_item
from graph_sync.entry_items import Decision, entry_items
from graph_sync.file_items import meeting_item, person_item, request_item, risk_item, task_item
from graph_sync.items import Copyist, DesiredItem, day_if
from graph_sync.lists import PARTNERS

if TYPE_CHECKING:
    from osara_store.case_file import CaseFile
    from osara_store.case_settings import Power
    from osara_store.directory import Agency, Directory, Person


def case_items(file: CaseFile, directory: Directory, decisions: Iterable[Decision] = ()) -> list[DesiredItem]:
    """List a case file's items in the order in which they are to appear: who finds an entry finds its case."""
    copyist = Copyist(file.case, directory)
    return [
        case_item(file, copyist),
        *entry_items(file, decisions, copyist),
        *(person_item(person, copyist) for person in file.people),
        *(task_item(task, copyist) for task in file.tasks),
        *(risk_item(risk, copyist) for risk in file.risks),
        *(request_item(request, copyist) for request in file.requests),
        *(meeting_item(meeting, copyist) for meeting in file.meetings),
    ]


def partner_items(directory: Directory) -> list[DesiredItem]:
    return [_partner_item(agency, directory) for agency in directory.agencies]


def _partner_item(agency: Agency, directory: Directory) -> DesiredItem:
    agreement = agency.agreement
    fields = {
        "Title": agency.name,
        "PartnerKey": agency.id,
        "Sector": agency.sector.capitalize(),
        "Hubs": "\n".join(hub.name for hub in directory.hubs if agency.id in hub.agencies),
        "Contact": _name_of(agency, agency.contact, directory),
        "Deputy": _name_of(agency, agency.deputy, directory),
        "Members": "\n".join(f"{person.name} ({person.id})" for person in _people_of(agency, directory)),
        "Tenant": _tenants_of(agency, directory),
        "Powers": "\n".join(power.name for power in directory.powers if _may_use(agency, power)),
        "OutsideOrganisation": agency.outside,
        "AgreementVersion": agreement.version if agreement else None,
        "AgreementSigned": day_if(agreement.signed if agreement else None),
        "AgreementExpires": day_if(agreement.expires if agreement else None),
    }
    return DesiredItem(PARTNERS, agency.id, fields)


def _people_of(agency: Agency, directory: Directory) -> list[Person]:
    return [person for person in directory.people if person.agency == agency.id]


def _name_of(agency: Agency, person: str | None, directory: Directory) -> str | None:
    return next((each.name for each in _people_of(agency, directory) if each.id == person), None)


def _tenants_of(agency: Agency, directory: Directory) -> str:
    """Where its people are at home: the bot can write to those of its own tenant only."""
    own = {person.tenant for person in _people_of(agency, directory)}
    return ", ".join(tenant.name for tenant in directory.tenants if tenant.id in own)


def _may_use(agency: Agency, power: Power) -> bool:
    """Whether this is a power of its kind of agency, or of anybody's."""
    return power.enabled and power.owner in {agency.sector, "any"} and not agency.outside
