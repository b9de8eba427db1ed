"""What SharePoint shows of a case file."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from graph_sync.lists import BY_NAME
from graph_sync.mapping import DesiredItem, case_items, partner_items
from osara_store.cases import Case, CaseFile, CasePerson, Entry
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import CaseState, PersonRole, Stage
from tests.contract.store.world import DIRECTORY, NOON, PRIYA

CASE = Case(
    id=7,
    reference="ALL-2026-0001",
    hub_id="ALL",
    state=CaseState.SUBMITTED,
    category="noise",
    where="12 High Street\nWorkington",
    since=Since.WEEKS,
    frequency=Frequency.DAILY,
    danger=Danger.UNSURE,
    agency_id="homes",
    referrer_tenant=PRIYA.tenant,
    referrer_id=PRIYA.object_id,
    referrer_name=PRIYA.name,
    own_reference="NSH-42",
    sharing_basis=SharingBasis.PUBLIC_TASK,
    equality=Equality.NOT_KNOWN,
    equality_note="",
    submitted_at=NOON,
    version=1,
)
FILE = CaseFile(
    case=CASE,
    people=(
        CasePerson(1, PersonRole.AFFECTED, "Jane Roe, next door"),
        CasePerson(2, PersonRole.INVOLVED, "Joe Bloggs"),
    ),
    entries=(
        Entry(1, Stage.OBJECTIVE, "wanted", "Quiet nights", "homes", "Priya Raman", NOON, "t", "p"),
        Entry(2, Stage.SCANNING, "statement", "Loud music", "police", "Tom Airey", NOON, "t", "p"),
    ),
    contributors=(),
)


def items(file: CaseFile = FILE) -> list[DesiredItem]:
    return case_items(file, DIRECTORY)


def test_a_case_comes_before_its_entries_and_they_before_its_people() -> None:
    assert [(item.list.name, item.key) for item in items()] == [
        ("Cases", "ALL-2026-0001"),
        ("OSARA entries", "ALL-2026-0001-E001"),
        ("OSARA entries", "ALL-2026-0001-E002"),
        ("People", "ALL-2026-0001-P001"),
        ("People", "ALL-2026-0001-P002"),
    ]


def test_a_case_is_shown_in_words_that_people_use() -> None:
    case = items()[0].fields
    assert {name: case[name] for name in ("Hub", "Category", "Status", "LeadAgency", "ImmediateDanger")} == {
        "Hub": "Allerdale",
        "Category": "Noise",
        "Status": "Submitted",
        "LeadAgency": "Northshore Homes",
        "ImmediateDanger": "Not sure",
    }
    assert case["Location"] == "12 High Street\nWorkington"
    assert case["ReferredBy"] == "Priya Raman"
    assert case["OwnReference"] == "NSH-42"


@pytest.mark.parametrize("item", items(), ids=lambda item: str(item.key))
def test_every_column_is_filled_and_the_key_among_them(item: DesiredItem) -> None:
    assert list(item.fields) == [column.name for column in item.list.columns]
    assert item.fields[item.list.key] == item.key
    assert item.fields["Marking"] == "OFFICIAL-SENSITIVE"
    assert item.fields["CaseReference"] == "ALL-2026-0001"


def test_titles_hold_nothing_personal() -> None:
    """Titles turn up in searches and notifications."""
    told = " ".join(item.fields["Title"] for item in items())
    assert told == (
        "ALL-2026-0001 Noise ALL-2026-0001 Objective 1 ALL-2026-0001 Scanning 2 "
        "ALL-2026-0001 Affected 1 ALL-2026-0001 Involved 2"
    )


def test_times_are_told_in_utc_to_the_second() -> None:
    at = datetime(2026, 7, 1, 9, 30, 15, 999_000, tzinfo=timezone(timedelta(hours=1)))
    case = items(replace(FILE, case=replace(CASE, submitted_at=at)))[0]
    assert case.fields["ReferredOn"] == "2026-07-01T08:30:15Z"


def test_what_left_the_configuration_is_shown_by_its_id() -> None:
    gone = replace(CASE, category="gone-category", agency_id="gone-agency", hub_id="OLD")
    case = items(replace(FILE, case=gone))[0].fields
    assert (case["Category"], case["ReferredByAgency"], case["Hub"]) == (
        "gone-category",
        "gone-agency",
        "OLD",
    )


def test_each_partner_is_shown_with_its_hubs_and_agreement() -> None:
    partners = {item.key: item.fields for item in partner_items(DIRECTORY)}
    assert set(partners) == {agency.id for agency in DIRECTORY.agencies}
    assert partners["police"]["Hubs"] == "Allerdale\nCarlisle"
    assert partners["police"]["AgreementExpires"] == "2027-03-31T12:00:00Z"
    assert partners["kitchen"]["OutsideOrganisation"] is True
    assert partners["unsigned"]["AgreementSigned"] is None
    assert set(partners["unsigned"]) == set(BY_NAME["Partners"].by_name)
