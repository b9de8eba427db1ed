"""My work: what waits for somebody, the most urgent first, and nothing that they may not be shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from osara_store import work
from osara_store.schema import CaseState, TaskState, case_access
from osara_store.schema import tasks as table

from .casework import set_case, worked
from .conftest import Store
from .test_pointers import add as point
from .test_tasking import decline
from .test_tasks import GATE, LATER, add, record
from .world import AMY, DIRECTORY, HELEN, IAN, NOON, NORA, PRIYA, TOM


def waiting(tx: sa.Connection, someone, limit=20, offset=0) -> work.Work:
    return work.waiting_for(tx, directory=DIRECTORY, actor=someone, now=LATER, limit=limit, offset=offset)


def kinds(tx: sa.Connection, someone) -> list[str]:
    return [item.kind for item in waiting(tx, someone).items]


def test_an_agency_sees_its_open_tasks_and_whom_to_ask_after(store: Store):
    with store.begin() as tx:
        file = point(tx, add(tx, worked(tx)))
        assert sorted(kinds(tx, IAN)) == ["signpost", "task"]
        assert {item.what for item in waiting(tx, IAN).items} == {GATE.intervention, "kitchen"}
        record(tx, file)
        assert kinds(tx, IAN) == ["signpost"]


def test_who_leads_or_coordinates_sees_clocks_and_what_was_declined(store: Store):
    with store.begin() as tx:
        decline(tx, add(tx, worked(tx)))
        for someone in (TOM, PRIYA):
            assert sorted(kinds(tx, someone)) == ["clock", "declined"]
        assert kinds(tx, IAN) == []
        assert kinds(tx, HELEN) == []


def test_the_soonest_comes_first_and_on_one_day_the_more_serious(store: Store):
    with store.begin() as tx:
        for band, due in (("standard", 9), ("high", 9), ("", 3)):
            file = worked(tx, band=band)
            add(tx, file, task=replace(GATE, due_on=NOON.date() + timedelta(days=due)))
        found = waiting(tx, IAN).items

        assert [item.band for item in found] == ["", "high", "standard"]


def test_long_work_goes_on_pages_that_miss_and_repeat_nothing(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        for n in range(7):
            file = add(tx, file, task=replace(GATE, intervention=f"Step {n}", due_on=date(2026, 4, 1 + n)))
        pages = [waiting(tx, IAN, limit=3, offset=offset) for offset in (0, 3, 6)]

        assert [item.what for page in pages for item in page.items] == [f"Step {n}" for n in range(7)]
        assert [page.more for page in pages] == [True, True, False]


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.VOIDED, CaseState.RETURNED])
def test_a_case_that_has_ended_or_stands_still_waits_for_nobody(store: Store, state):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        set_case(tx, file.case.id, state=state)
        assert kinds(tx, IAN) == []


def test_of_a_restricted_case_only_those_on_its_list_see_anything(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        set_case(tx, file.case.id, restricted=True)
        assert kinds(tx, IAN) == []
        row = {"tenant": IAN.tenant, "person": IAN.object_id, "name": IAN.name, "since": NOON}
        tx.execute(sa.insert(case_access), {"case_id": file.case.id, **row})
        assert kinds(tx, IAN) == ["task"]


def test_without_an_agreement_in_date_and_in_other_hubs_there_is_nothing(store: Store):
    with store.begin() as tx:
        add(tx, worked(tx))
        tx.execute(sa.update(table).values(agency_id="college", state=TaskState.OPEN))
        assert kinds(tx, AMY) == []
        tx.execute(sa.update(table).values(agency_id="border"))
        assert kinds(tx, NORA) == []
