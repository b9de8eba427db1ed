"""The whole case file in SharePoint: every field that anybody entered, in the list where it belongs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import schema
from osara_store.cases import Case
from osara_store.outbox import Sent
from osara_store.stages import FIELDS
from tests.contract.graph_push.case_rows import answer, risk, task, write_all
from tests.contract.graph_push.rig import World
from tests.contract.store.world import NOON, something_else


@pytest.fixture
async def full(world: World) -> Case:
    """A case in its second cycle, as it stands in SharePoint."""
    [case] = await world.refer()
    [other] = await world.refer(**something_else().model_dump())
    await write_all(world, case, other)
    closed = {"state": "closed", "band": "medium", "cycle": 2, "closed_at": NOON, "lead_agency_id": "police"}
    kept = {"watch_until": date(2027, 3, 2), "retention_on": date(2032, 3, 2), "legal_hold": True}
    await world.change(case, **closed, **kept)
    assert set(await world.push()) == {Sent()}
    return case


async def row(world: World, name: str, key: str) -> dict[str, Any]:
    """The fields of the item that has this value as its key."""
    [found] = [fields for fields in await world.fields(name) if key in fields.values()]
    return found


async def test_every_field_of_every_stage_and_cycle_stands_in_the_osara_list(
    world: World, full: Case
) -> None:
    entries = {fields["EntryKey"]: fields for fields in await world.fields("OSARA entries")}
    for field in FIELDS:
        first = entries[f"{full.reference}-C1-{field.name}"]
        second = entries[f"{full.reference}-C2-{field.name}"]
        assert (first["EntryText"], first["Cycle"]) == (f"Said of {field.name}", 1)
        assert (second["EntryText"], second["Cycle"]) == (f"Said again of {field.name}", 2)
        assert first["Stage"].lower() == field.stage
        assert first["WrittenBy"] == "Tom Airey"

    told = {key.removeprefix(f"{full.reference}-"): fields for key, fields in entries.items()}
    for suffix, kind, text in (
        ("C1-statement-B002", "Problem statement (written beside)", "Said beside it"),
        ("E004", "Note", "He was seen on the roof"),
        ("M001", "From Submitted to Returned to the referrer", "Which house is it?"),
        ("D001", "Legal hold set", "An inquest is open"),
    ):
        assert (told[suffix]["EntryKind"], told[suffix]["EntryText"]) == (kind, text)


async def test_the_row_of_the_case_says_where_it_stands_and_other_lists_hold_the_rest(
    world: World, full: Case
) -> None:
    found = await row(world, "Cases", full.reference)
    told = {
        "Status": "Closed",
        "Band": "Medium",
        "LeadAgency": "Cumbria Police",
        "Cycle": 2,
        "MeetingDue": "2026-03-16T12:00:00Z",
        "ClosedOn": "2026-03-02T12:00:00Z",
        "WatchUntil": "2027-03-02T00:00:00Z",
        "RetentionReviewOn": "2032-03-02T00:00:00Z",
        "LegalHold": True,
        "Restricted": False,
        "Outcome": "Said again of outcome",
        "RelatedCases": "ALL-2026-0002: related to this case. The same landlord",
    }
    assert {name: found.get(name) for name in told} == told

    person = await row(world, "People", f"{full.reference}-P003")
    assert (person["CaseRole"], person["AgeGroup"]) == ("Suspect", "Under 18")
    found = await row(world, "Tasks", f"{full.reference}-T001")
    assert (found["TaskStatus"], found["PowerUsed"], found["DueOn"]) == (
        "Partly done", "Mediation", "2026-07-31T00:00:00Z",
    )  # fmt: skip
    assessed = await row(world, "Risk assessments", f"{full.reference}-R001")
    assert (assessed["Score"], assessed["Band"], assessed["Reason"]) == (17, "Medium", "He has moved back in")
    assert assessed["Answers"].splitlines() == [
        "How often does this happen?: Every day",
        "Has a weapon been seen, used or threatened?: Not known",
    ]


async def test_a_new_answer_changes_its_own_row_and_no_other(world: World, full: Case) -> None:
    before = {
        fields["EntryKey"]: fields["_UIVersionString"] for fields in await world.fields("OSARA entries")
    }
    await world.write(schema.answers, answer(full, "statement", "Said better", n=3))
    await world.change(full)
    assert await world.push() == [Sent()]
    after = {fields["EntryKey"]: fields for fields in await world.fields("OSARA entries")}
    key = f"{full.reference}-C1-statement"
    assert after[key]["EntryText"] == "Said better"
    changed = {each for each, fields in after.items() if fields["_UIVersionString"] != before.get(each)}
    assert changed == {key}


async def test_a_task_that_is_done_and_a_second_assessment_are_brought_up_to_date(
    world: World, full: Case
) -> None:
    done = {"state": "done", "outcome": "Both fitted", "version": 2}
    await world.database.write(lambda tx: tx.execute(sa.update(schema.tasks).values(**done)))
    await world.write(schema.tasks, task(full, n=2))
    await world.write(schema.risk_assessments, risk(full, n=2, instrument="override", answers={}, score=None))
    await world.change(full)
    assert await world.push() == [Sent()]
    tasks = {fields["TaskKey"][-4:]: fields for fields in await world.fields("Tasks")}
    assert (tasks["T001"]["TaskStatus"], tasks["T001"]["TaskOutcome"]) == ("Done", "Both fitted")
    assert set(tasks) == {"T001", "T002"}
    assert [fields["Instrument"] for fields in await world.fields("Risk assessments")] == [
        "Victim questionnaire", "Override",
    ]  # fmt: skip


async def test_no_title_in_any_list_tells_what_was_written_or_about_whom(world: World, full: Case) -> None:
    lists = ("Cases", "OSARA entries", "People", "Tasks", "Risk assessments")
    titles = " ".join([fields["Title"] for name in lists for fields in await world.fields(name)])
    personal = (
        "Jane",
        "Roe",
        "Bloggs",
        "Tom",
        "Priya",
        "Said",
        "High Street",
        "roof",
        "house",
        "limiter",
        "inquest",
    )
    assert not [word for word in personal if word in titles]


# Erased


async def erase(world: World, case: Case) -> None:
    """Blank the texts of a case as an erasure does."""
    blank: dict[sa.Table, dict[str, Any]] = {
        schema.answers: {"text": "", "author_name": ""},
        schema.entries: {"text": "", "author_name": ""},
        schema.case_people: {"description": ""},
        schema.tasks: dict.fromkeys(("intervention", "owner", "rationale", "proportionality", "outcome"), "")
        | {"author_name": ""},
        schema.risk_assessments: {"answers": {}, "reason": "", "author_name": ""},
        schema.case_moves: {"reason": "", "author_name": ""},
        schema.case_links: {"reason": ""},
        schema.retention_decisions: {"reason": "", "author_name": ""},
    }
    for table, values in blank.items():
        change = sa.update(table).where(table.c.case_id == case.id).values(**values)
        await world.database.write(lambda tx, change=change: tx.execute(change))
    await world.change(case, where="", own_reference="", referrer_name="", erased_at=NOON)


async def test_an_erased_case_is_blank_in_sharepoint_whoever_had_written_there(
    world: World, full: Case
) -> None:
    for place in ("the corner of Mill Lane", "the other corner"):
        [item] = [
            each for each in await world.items("Cases") if each["fields"]["CaseReference"] == full.reference
        ]
        await world.edit("Cases", item, Location=place, EqualityNote="Jane is deaf")
        await world.change(full, where=f"not {place}")
        await world.push()
    assert len(await world.rows(schema.sync_conflicts)) == 2
    await erase(world, full)
    assert await world.push() == [Sent()]

    names = ("Cases", "OSARA entries", "People", "Tasks", "Risk assessments")
    own = [
        each for name in names for each in await world.fields(name) if each["CaseReference"] == full.reference
    ]
    told = "\n".join(str(value) for fields in own for value in fields.values())
    assert not [
        word
        for word in ("Said", "Jane", "Bloggs", "Tom", "Priya", "corner", "roof", "limiter")
        if word in told
    ]
    assert len(own) == 1 + 3 + 1 + 2 * len(FIELDS) + 1 + 1 + 1 + 3 + 1 + 1
    assert await world.rows(schema.sync_conflicts) == []


async def test_an_erasure_that_was_throttled_is_finished_later(world: World, full: Case) -> None:
    await erase(world, full)
    await world.sandbox.fault("throttle", retry_after=5, times=1, match="PATCH .*/items/")
    await world.push()
    assert await world.push_later(timedelta(minutes=1).total_seconds()) in ([Sent()], [])
    assert not [each for each in await world.fields("OSARA entries") if "Said" in str(each.get("EntryText"))]
