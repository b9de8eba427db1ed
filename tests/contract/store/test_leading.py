"""Who leads a case, and who may not."""

import pytest

from osara_store import leading
from osara_store.case_file import CaseFile
from osara_store.errors import Incomplete, NotAllowed
from tests.contract.store.conftest import Store
from tests.contract.store.world import ALL, DIRECTORY, NOON, PRIYA, TOM, submitted


def hand_to(store: Store, case_id: int, agency_id: str, by: object = TOM) -> CaseFile:
    with store.begin() as tx:
        return leading.change_lead(
            tx, directory=DIRECTORY, actor=by, hub=ALL, case_id=case_id, agency_id=agency_id, now=NOON
        )


def a_case(store: Store) -> int:
    with store.begin() as tx:
        return submitted(tx).case.id


def test_a_case_is_led_by_the_agency_that_it_was_handed_to_and_the_file_says_who_led_before(store: Store):
    file = hand_to(store, a_case(store), "police")
    assert file.case.lead_agency_id == "police"
    assert file.case.agency_id == "homes"
    assert "Northshore Homes → Cumbria Police" in [entry.text for entry in file.entries]


@pytest.mark.parametrize("agency", ["unsigned", "college", "kitchen", "nobody"])
def test_an_agency_that_may_not_read_cases_cannot_lead_one(store: Store, agency: str):
    case_id = a_case(store)
    with pytest.raises(Incomplete) as refused:
        hand_to(store, case_id, agency)
    assert refused.value.missing == ("agency",)


def test_the_lead_itself_does_not_hand_the_case_on(store: Store):
    case_id = a_case(store)
    with pytest.raises(NotAllowed):
        hand_to(store, case_id, "police", by=PRIYA)


def test_handing_a_case_to_who_leads_it_already_changes_nothing(store: Store):
    case_id = a_case(store)
    assert not [entry for entry in hand_to(store, case_id, "homes").entries if entry.kind == leading.ENTRY]
