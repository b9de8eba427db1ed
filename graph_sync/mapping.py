"""What SharePoint should show of a case file. Pure: no Graph, no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from graph_sync import words
from graph_sync.lists import CASE_REFERENCE, CASES, ENTRIES, PARTNERS, PEOPLE, ListDefinition

if TYPE_CHECKING:
    from osara_store.cases import Case, CaseFile, CasePerson, Entry
    from osara_store.directory import Agency, Directory


@dataclass(frozen=True, slots=True)
class DesiredItem:
    """A list item as it ought to be; `fields` hold its key too."""

    list: ListDefinition
    key: str
    fields: dict[str, Any]


def case_items(file: CaseFile, directory: Directory) -> list[DesiredItem]:
    """List a case file's items in the order in which they are to appear: who finds an entry finds its case."""
    return [
        _case_item(file.case, directory),
        *(_entry_item(file.case, entry, directory) for entry in file.entries),
        *(_person_item(file.case, person, directory) for person in file.people),
    ]


def partner_items(directory: Directory) -> list[DesiredItem]:
    return [_partner_item(agency, directory) for agency in directory.agencies]


def _case_item(case: Case, directory: Directory) -> DesiredItem:
    category = _category_name(directory, case.category)
    agency = _agency_name(directory, case.agency_id)
    fields = {
        # Titles show up in searches and notifications, so nothing personal goes into them.
        "Title": f"{case.reference} {category}",
        CASE_REFERENCE: case.reference,
        "Hub": _hub_name(directory, case.hub_id),
        "Category": category,
        "Status": words.STATE[case.state],
        "Location": case.where,
        "Since": words.SINCE[case.since],
        "Frequency": words.FREQUENCY[case.frequency],
        "ImmediateDanger": words.DANGER[case.danger],
        "LeadAgency": agency,
        "ReferredByAgency": agency,
        "ReferredBy": case.referrer_name,
        "ReferredById": case.referrer_id,
        "OwnReference": case.own_reference,
        "SharingBasis": words.SHARING_BASIS[case.sharing_basis],
        "EqualityConsidered": words.EQUALITY[case.equality],
        "EqualityNote": case.equality_note,
        "ReferredOn": _moment(case.submitted_at),
        "Marking": directory.marking,
    }
    return DesiredItem(CASES, case.reference, fields)


def _entry_item(case: Case, entry: Entry, directory: Directory) -> DesiredItem:
    key = f"{case.reference}-E{entry.n:03d}"
    stage = words.STAGE[entry.stage]
    fields = {
        "Title": f"{case.reference} {stage} {entry.n}",
        "EntryKey": key,
        CASE_REFERENCE: case.reference,
        "EntryNumber": entry.n,
        "Stage": stage,
        "EntryKind": entry.kind.capitalize(),
        "EntryText": entry.text,
        "Agency": _agency_name(directory, entry.agency_id),
        "WrittenBy": entry.author_name,
        "WrittenOn": _moment(entry.at),
        "Marking": directory.marking,
    }
    return DesiredItem(ENTRIES, key, fields)


def _person_item(case: Case, person: CasePerson, directory: Directory) -> DesiredItem:
    key = f"{case.reference}-P{person.n:03d}"
    role = words.PERSON_ROLE[person.role]
    fields = {
        "Title": f"{case.reference} {role} {person.n}",
        "PersonKey": key,
        CASE_REFERENCE: case.reference,
        "PersonNumber": person.n,
        "CaseRole": role,
        "PersonDescription": person.description,
        "Marking": directory.marking,
    }
    return DesiredItem(PEOPLE, key, fields)


def _partner_item(agency: Agency, directory: Directory) -> DesiredItem:
    agreement = agency.agreement
    fields = {
        "Title": agency.name,
        "PartnerKey": agency.id,
        "Sector": agency.sector.capitalize(),
        "Hubs": "\n".join(hub.name for hub in directory.hubs if agency.id in hub.agencies),
        "OutsideOrganisation": agency.outside,
        "AgreementVersion": agreement.version if agreement else None,
        "AgreementSigned": _day(agreement.signed) if agreement else None,
        "AgreementExpires": _day(agreement.expires) if agreement else None,
    }
    return DesiredItem(PARTNERS, agency.id, fields)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(day: date) -> str:
    """Say noon: a site in another time zone then still shows the same day."""
    return f"{day.isoformat()}T12:00:00Z"


# A name may have left the configuration since; its id still says what was meant.
def _hub_name(directory: Directory, hub_id: str) -> str:
    hub = directory.hub(hub_id)
    return hub.name if hub else hub_id


def _category_name(directory: Directory, category_id: str) -> str:
    category = directory.category(category_id)
    return category.name if category else category_id


def _agency_name(directory: Directory, agency_id: str) -> str:
    agency = directory.agency(agency_id)
    return agency.name if agency else agency_id
