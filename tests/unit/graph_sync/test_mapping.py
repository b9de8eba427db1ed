"""What SharePoint shows of a case file: its rows, their keys and order, and the row of the case itself."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from graph_sync.entry_items import Decision
from graph_sync.items import DesiredItem
from graph_sync.lists import BY_NAME, RESTRICTED
from graph_sync.mapping import case_items, partner_items
from osara_store.case_file import CaseFile
from osara_store.schema import LinkKind
from tests.contract.store.world import DIRECTORY, NOON
from tests.unit.graph_sync.files import BY_TOM, FILE, FULL, link

DECISIONS = (
    Decision(1, "keep", date(2033, 9, 18), "The tenancy court asked for it", BY_TOM),
    Decision(2, "hold", None, "An inquest is open", BY_TOM),
)
PERSONAL = (
    "Jane", "Joe", "lad", "Priya", "Tom", "High Street", "Music", "house", "landlord", "noise limiter", "NSH", "inquest",
)  # fmt: skip


def items(file: CaseFile = FILE) -> list[DesiredItem]:
    return case_items(file, DIRECTORY, DECISIONS if file is not FILE else ())


def case_of(file: CaseFile = FULL, **changes: Any) -> dict[str, Any]:
    return items(replace(file, case=replace(file.case, **changes)))[0].fields


def test_a_case_comes_before_its_entries_and_they_before_its_people() -> None:
    assert [(item.list.name, item.key) for item in items()] == [
        ("Cases", "ALL-2026-0001"),
        ("OSARA entries", "ALL-2026-0001-E001"),
        ("OSARA entries", "ALL-2026-0001-E002"),
        ("People", "ALL-2026-0001-P001"),
        ("People", "ALL-2026-0001-P002"),
    ]


def test_everything_of_a_case_file_has_a_row() -> None:
    assert [item.key.removeprefix("ALL-2026-0001") for item in items(FULL)] == [
        "",
        *("-E001", "-E002", "-E003"),
        *("-C1-statement", "-C1-statement_grade", "-C1-objective_kind", "-C2-statement", "-C2-outcome"),
        "-C1-statement-B003",
        *("-M001", "-M002"),
        *("-D001", "-D002"),
        *("-P001", "-P002", "-P003"),
        "-T001",
        "-R001",
        "-Q001",
        "-G001",
    ]


@pytest.mark.parametrize("item", items(FULL), ids=lambda item: str(item.key))
def test_every_column_is_filled_and_the_key_among_them(item: DesiredItem) -> None:
    assert list(item.fields) == [column.name for column in item.list.columns]
    assert item.fields[item.list.key] == item.key
    assert item.fields["Marking"] == "OFFICIAL-SENSITIVE"
    assert item.fields["CaseReference"] == "ALL-2026-0001"


def test_titles_hold_nothing_personal() -> None:
    """Titles turn up in searches and notifications."""
    told = " ".join(item.fields["Title"] for item in items(FULL))
    assert not [word for word in PERSONAL if word in told]
    assert " ".join(item.fields["Title"] for item in items()) == (
        "ALL-2026-0001 Noise ALL-2026-0001 Objective 1 ALL-2026-0001 Scanning 2 "
        "ALL-2026-0001 Affected 1 ALL-2026-0001 Involved 2"
    )


def test_a_case_is_shown_in_words_that_people_use() -> None:
    case = case_of(FILE)
    assert {
        name: case[name] for name in ("Hub", "Category", "Status", "LeadAgency", "ImmediateDanger", "Band")
    } == {
        "Hub": "Allerdale",
        "Category": "Noise",
        "Status": "Submitted",
        "LeadAgency": "Northshore Homes",
        "ImmediateDanger": "Not sure",
        "Band": "Not assessed yet",
    }
    assert case["Location"] == "12 High Street\nWorkington"
    assert case["ReferredBy"] == "Priya Raman"
    assert case["OwnReference"] == "NSH-42"


def test_a_new_case_is_of_the_first_cycle_and_says_nothing_of_its_end() -> None:
    case = case_of(FILE)
    assert (case["Cycle"], case["LegalHold"], case["Restricted"]) == (1, False, False)
    later = (
        "MeetingDue",
        "ClosedOn",
        "Outcome",
        "WatchUntil",
        "RetentionReviewOn",
        "ErasedOn",
        "RelatedCases",
    )
    assert not any(case[name] for name in later)


def test_a_closed_case_tells_how_it_ended_and_until_when_it_is_kept() -> None:
    case = case_of()
    assert (case["Status"], case["LeadAgency"], case["ReferredByAgency"]) == (
        "Closed", "Cumbria Police", "Northshore Homes",
    )  # fmt: skip
    assert (case["Band"], case["Cycle"], case["Outcome"]) == ("Medium", 2, "Much better")
    assert (case["ClosedOn"], case["WatchUntil"], case["RetentionReviewOn"], case["LegalHold"]) == (
        "2026-09-18T12:00:00Z", "2027-09-18T12:00:00Z", "2032-09-18T12:00:00Z", True,
    )  # fmt: skip


def test_what_is_due_is_told_by_the_clock_that_was_not_started_anew() -> None:
    case = case_of()
    assert (case["InitialActionDue"], case["InitialActionDone"]) == (
        "2026-03-05T12:00:00Z",
        "2026-03-04T12:00:00Z",
    )
    assert (case["MeetingDue"], case["MeetingDone"]) == ("2026-03-16T12:00:00Z", None)
    assert (case["InformationDue"], case["RiskCheckDue"]) == (None, None)


def test_a_case_names_the_cases_it_is_tied_to_and_how() -> None:
    case = case_of()
    assert (case["ReReferralOf"], case["MergedInto"], case["TransferredTo"]) == ("ALL-2025-0101", "", "")
    assert case["RelatedCases"].splitlines() == [
        "ALL-2026-0009: related to this case. The same landlord",
        "ALL-2025-0101: this case is its return",
        "ALL-2026-0004: was merged into this case",
    ]


@pytest.mark.parametrize(
    ("kind", "column"), [(LinkKind.MERGED_INTO, "MergedInto"), (LinkKind.TRANSFERRED_TO, "TransferredTo")]
)
def test_where_a_case_went_has_a_column_of_its_own(kind: LinkKind, column: str) -> None:
    assert case_of(replace(FULL, links=(link(kind, "CAR-2026-0002"),)))[column] == "CAR-2026-0002"


def test_the_ordinary_lists_do_not_tell_which_case_is_restricted() -> None:
    hidden = replace(
        FULL, links=(link(LinkKind.MERGED_INTO, "ALL-2026-0004", restricted=True, reason="His uncle"),)
    )
    case = case_of(hidden)
    assert (case["MergedInto"], case["RelatedCases"]) == (
        "A restricted case",
        "A restricted case: this case was merged into it",
    )
    told = case_of(hidden, restricted=True)
    assert (told["MergedInto"], told["RelatedCases"]) == (
        "ALL-2026-0004",
        "ALL-2026-0004: this case was merged into it. His uncle",
    )


def test_a_restricted_case_stands_in_the_restricted_lists_only_and_names_its_readers() -> None:
    restricted = items(replace(FULL, case=replace(FULL.case, restricted=True)))
    assert [item.key for item in restricted] == [item.key for item in items(FULL)]
    assert {item.list.name for item in restricted} == {definition.name for definition in RESTRICTED}
    assert (restricted[0].fields["Restricted"], restricted[0].fields["AccessList"]) == (
        True,
        "Priya Raman\nTom Airey",
    )
    assert (case_of()["Restricted"], case_of()["AccessList"]) == (False, "")


def test_a_meeting_tells_when_it_was_and_who_came() -> None:
    row = items(FULL)[-1].fields
    assert (row["Title"], row["MeetingStatus"], row["StartsOn"], row["HeldOn"]) == (
        "ALL-2026-0001 Meeting 1", "Held", "2026-03-11T12:00:00Z", "2026-03-11T13:00:00Z",
    )  # fmt: skip
    assert row["Invited"] == "Priya Raman, Northshore Homes: came\nTom Airey, Cumbria Police"


def test_a_meeting_of_an_erased_case_names_no_one() -> None:
    erased = replace(
        FULL.meetings[0], people=tuple(replace(each, name="") for each in FULL.meetings[0].people)
    )
    row = items(replace(FULL, meetings=(erased,)))[-1].fields
    assert row["Invited"] == "Northshore Homes: came\nCumbria Police"


def test_a_request_tells_what_was_asked_and_what_came_of_it() -> None:
    row = items(replace(FULL, meetings=()))[-1].fields
    assert (row["Title"], row["AskedAgency"], row["Reason"], row["AnswerDue"]) == (
        "ALL-2026-0001 Request 1", "Northshore Homes", "Jane Roe asks", "2026-03-09T12:00:00Z",
    )  # fmt: skip
    assert (row["Reply"], row["ReplyNote"], row["RepliedBy"], row["RepliedOn"]) == (
        "We have a part to play", "Two visits to Jane Roe", "Priya Raman", "2026-03-04T12:00:00Z",
    )  # fmt: skip
    open_one = replace(FULL.requests[0], reply="", note="", replied_name="", replied_at=None)
    silent = items(replace(FULL, requests=(open_one,), meetings=()))[-1].fields
    assert (silent["Reply"], silent["RepliedOn"]) == ("No answer yet", None)


def test_times_are_told_in_utc_to_the_second() -> None:
    at = datetime(2026, 7, 1, 9, 30, 15, 999_000, tzinfo=timezone(timedelta(hours=1)))
    assert case_of(FILE, submitted_at=at)["ReferredOn"] == "2026-07-01T08:30:15Z"


def test_what_left_the_configuration_is_shown_by_its_id() -> None:
    gone = {
        "category": "gone-category",
        "agency_id": "gone-agency",
        "lead_agency_id": "gone-lead",
        "hub_id": "OLD",
    }
    case = case_of(FULL, **gone)
    assert [case[name] for name in ("Category", "ReferredByAgency", "LeadAgency", "Hub")] == [
        "gone-category", "gone-agency", "gone-lead", "OLD",
    ]  # fmt: skip


def test_a_case_from_before_there_were_lead_agencies_is_led_by_who_referred_it() -> None:
    assert case_of(FILE, lead_agency_id="")["LeadAgency"] == "Northshore Homes"


def test_an_erased_case_does_not_lead_to_its_referrer_by_the_id() -> None:
    assert case_of()["ReferredById"]
    assert case_of(erased_at=NOON)["ReferredById"] == ""


def test_each_partner_is_shown_with_its_hubs_and_agreement() -> None:
    partners = {item.key: item.fields for item in partner_items(DIRECTORY)}
    assert set(partners) == {agency.id for agency in DIRECTORY.agencies}
    assert partners["police"]["Hubs"] == "Allerdale\nCarlisle"
    assert partners["police"]["AgreementExpires"] == "2027-03-31T12:00:00Z"
    assert partners["kitchen"]["OutsideOrganisation"] is True
    assert partners["unsigned"]["AgreementSigned"] is None
    assert set(partners["unsigned"]) == set(BY_NAME["Partners"].by_name)
    for person in DIRECTORY.people:
        assert f"{person.name} ({person.id})" in partners[person.agency]["Members"].splitlines()
    tenants = {tenant.id: tenant.name for tenant in DIRECTORY.tenants}
    assert partners["police"]["Tenant"] == ", ".join(
        name
        for key, name in tenants.items()
        if key in {each.tenant for each in DIRECTORY.people if each.agency == "police"}
    )
    assert partners["kitchen"]["Powers"] == partners["kitchen"]["Members"] == ""


def test_a_partner_is_shown_with_the_powers_of_its_kind() -> None:
    powers = {item.key: str(item.fields["Powers"]).splitlines() for item in partner_items(DIRECTORY)}
    own = next(power for power in DIRECTORY.powers if power.owner == "police")
    anybodys = next(power for power in DIRECTORY.powers if power.owner == "any")
    assert {own.name, anybodys.name} <= set(powers["police"])
    others = [key for key in powers if DIRECTORY.agency(key).sector != "police"]
    assert others
    assert not [key for key in others if own.name in powers[key]]
