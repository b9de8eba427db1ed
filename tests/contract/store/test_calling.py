"""Calls in the hub's channel: whom they name, and when there is one for a task."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import calling, conversations, restricting
from osara_store.calling import Call
from osara_store.case_file import Access, CaseFile
from osara_store.directory import Actor, Directory
from osara_store.outbox import Kind
from osara_store.schema import CaseState, TaskState, outbox

from .casework import about, worked
from .conftest import Store
from .test_tasking import accept, met, reassign
from .test_tasks import GATE, LATER, add, record
from .world import ALL, HELEN, IAN, NOON, PRIYA, TENANT, TOM, hubs_file, person_id

TODAY = NOON.date()


def directory(**agencies: Mapping[str, Any]) -> Directory:
    """The usual hubs with something more said of these agencies, and one person more at the council."""
    file = hubs_file()
    for agency in file["agencies"]:
        agency.update(agencies.get(agency["id"], {}))
    zoe = {"id": person_id(20), "name": "Zoe Hart", "upn": "zoe@hubs.example", "agency": "council"}
    file["people"].append(zoe)
    return Directory.model_validate(file)


def call(
    file: CaseFile, of: Directory, agency_id: str = "council", on: date = TODAY, owners=()
) -> Call | None:
    return calling.for_agency(file, of, ALL, agency_id, on, owners)


def named(found: Call | None) -> list[str]:
    return [actor.name for actor in found.people] if found else []


def task_calls(store: Store) -> list[dict[str, Any]]:
    return [row["payload"] for row in store.rows(outbox, outbox.c.kind == Kind.TASK_CALL)]


def restricted(tx: sa.Connection, file: CaseFile, *people: Actor) -> CaseFile:
    listed = [Access(TENANT, each.object_id, each.name) for each in people]
    return restricting.restrict(tx, **about(file, TOM), people=listed, reason="A threat.", now=LATER)


# --- whom a call names -----------------------------------------------------------------------------------------------


def test_the_contact_and_the_deputy_are_named_and_nobody_else(store: Store):
    both = directory(council={"contact": IAN.object_id, "deputy": HELEN.object_id})
    one = directory(council={"contact": IAN.object_id})
    with store.begin() as tx:
        file = worked(tx)

    assert named(call(file, both)) == ["Ian Petrie", "Helen Ashby"]
    assert named(call(file, one)) == ["Ian Petrie"]


def test_where_nobody_speaks_for_the_agency_the_first_two_of_it_are_named(store: Store):
    with store.begin() as tx:
        assert named(call(worked(tx), directory())) == ["Helen Ashby", "Ian Petrie"]


def test_whose_task_it_is_comes_first(store: Store):
    spoken_for = directory(council={"contact": IAN.object_id, "deputy": HELEN.object_id})
    with store.begin() as tx:
        file = worked(tx)

    assert named(call(file, spoken_for, owners=["zoe  HART"])) == ["Zoe Hart", "Ian Petrie"]
    assert named(call(file, spoken_for, owners=["Helen Ashby"])) == ["Helen Ashby", "Ian Petrie"]


def test_an_agency_whose_agreement_ran_out_meanwhile_is_not_called(store: Store):
    with store.begin() as tx:
        file = worked(tx)

    assert call(file, directory(), on=date(2027, 3, 31)) is not None
    assert call(file, directory(), on=date(2027, 4, 1)) is None
    assert call(file, directory(), "unsigned") is None


def test_of_a_restricted_case_nobody_is_called_not_even_who_is_on_its_list(store: Store):
    spoken_for = directory(council={"contact": IAN.object_id, "deputy": HELEN.object_id})
    with store.begin() as tx:
        file = worked(tx)
        assert call(file, spoken_for) is not None
        assert call(restricted(tx, file, TOM, HELEN), spoken_for) is None


# --- a task for an agency that nobody has met ------------------------------------------------------------------------


def test_a_task_for_an_agency_nobody_of_which_was_met_is_called_out_once_a_day(store: Store):
    with store.begin() as tx:
        file = add(tx, add(tx, worked(tx)), task=replace(GATE, intervention="Mend the fence"))
        add(tx, file, task=replace(GATE, intervention="Lock the yard"), now=LATER + timedelta(days=1))
        case_id = file.case.id

    assert task_calls(store) == [
        {"case_id": case_id, "agency_id": "council", "on": on, "named": True}
        for on in ("2026-03-02", "2026-03-03")
    ]


def test_where_somebody_was_told_there_is_no_call(store: Store):
    with store.begin() as tx:
        met(tx, IAN)
        add(tx, worked(tx))

    assert task_calls(store) == []


def test_a_task_that_is_given_to_an_agency_nobody_of_which_was_met_is_called_out(store: Store):
    with store.begin() as tx:
        met(tx, IAN)
        reassign(tx, add(tx, worked(tx)))

    assert [each["agency_id"] for each in task_calls(store)] == ["homes"]


def test_a_task_in_a_restricted_case_is_not_called_out(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), TOM, HELEN, PRIYA)
        add(tx, file)

    assert task_calls(store) == []


def test_the_call_ends_when_the_agency_has_taken_everything_on_or_nothing_is_left_to_do(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        assert named(calling.for_tasks(file, directory(), ALL, "council", TODAY)) == [
            "Helen Ashby",
            "Ian Petrie",
        ]
        taken = accept(tx, file)
        assert calling.for_tasks(taken, directory(), ALL, "council", TODAY) is None
        other = add(tx, worked(tx))
        done = record(tx, other, state=TaskState.DONE, outcome="It is mended.")
        assert calling.for_tasks(done, directory(), ALL, "council", TODAY) is None
        ended = replace(file, case=replace(file.case, state=CaseState.CLOSED))
        assert calling.for_tasks(ended, directory(), ALL, "council", TODAY) is None


@pytest.mark.parametrize(("reached", "calls"), [(True, 0), (False, 1)])
def test_who_cannot_be_reached_after_all_is_called_for(store: Store, reached: bool, calls: int):
    with store.begin() as tx:
        met(tx, IAN)
        file = add(tx, worked(tx))
        if not reached:
            key = conversations.person_key(IAN.tenant, IAN.object_id)
            conversations.mark_unreachable(tx, key, "the app was removed", LATER)
        calling.call_for_task_if_out_of_reach(tx, directory(), file.case.id, 1, LATER)

    assert len(task_calls(store)) == calls
