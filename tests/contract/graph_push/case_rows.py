"""Rows of a case file as the commands write them, with something in every field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from osara_store import schema
from osara_store.cases import Case
from osara_store.stages import FIELDS
from tests.contract.graph_push.rig import PRIYA, TOM, World
from tests.contract.store.world import NOON

BY = {
    "author_tenant": TOM.tenant,
    "author_id": TOM.object_id,
    "author_name": TOM.name,
    "author_agency_id": "police",
    "at": NOON,
}


def answer(case: Case, field: str, text: str, n: int = 1, **changes: Any) -> dict[str, Any]:
    of_case = {"case_id": case.id, "cycle": 1, "field": field}
    return {**of_case, "n": n, "standing": True, "text": text, **BY, **changes}


def note(case: Case, n: int, text: str) -> dict[str, Any]:
    return {
        "case_id": case.id, "n": n, "stage": "analysis", "kind": "note", "text": text, "agency_id": "police",
        "author_name": TOM.name, "at": NOON, "author_tenant": TOM.tenant, "author_id": TOM.object_id, "cycle": 2,
        "grade": "intelligence",
    }  # fmt: skip


def task(case: Case, n: int = 1, **changes: Any) -> dict[str, Any]:
    texts = {
        "intervention": "Fit a noise limiter", "side": "location", "agency_id": "police", "owner": "Tom Airey",
        "power": "mediation", "rationale": "Both sides asked", "proportionality": "The least that may help",
        "term": "quick", "outcome": "One of two fitted", "origin": "ALL-2026-0003 task 2",
    }  # fmt: skip
    numbers = {
        "case_id": case.id,
        "n": n,
        "cycle": 1,
        "state": "partly",
        "due_on": date(2026, 7, 31),
        "version": 1,
    }
    return {**texts, **numbers, **BY, **changes}


def risk(case: Case, n: int = 1, **changes: Any) -> dict[str, Any]:
    found = {"answers": {"how-often": "every-day", "weapon": "not_known"}, "score": 17, "band": "medium"}
    asked = {
        "instrument": "questionnaire",
        "version": "victim 2026.1",
        "cycle": 1,
        "reason": "He has moved back in",
    }
    return {"case_id": case.id, "n": n, **asked, **found, **BY, **changes}


def request(case: Case, n: int = 1) -> dict[str, Any]:
    """What the police asked of the homes, and their answer."""
    replied = {"replied_tenant": PRIYA.tenant, "replied_id": PRIYA.object_id, "replied_name": PRIYA.name}
    return {
        "case_id": case.id, "n": n, "agency_id": "homes", "reason": "Who else knows them?",
        "due_at": NOON + timedelta(days=7), "told": [], "reply": "part", "note": "Two visits since March.",
        **replied, "replied_at": NOON + timedelta(days=1), "reminded_at": None, **BY,
    }  # fmt: skip


def meeting(case: Case, n: int = 1) -> dict[str, Any]:
    """One that was held, with the link to its call."""
    return {
        "case_id": case.id, "n": n, "state": "held", "cycle": 1, "minutes": 60, "first_day": date(2026, 3, 9),
        "last_day": date(2026, 3, 20), "slots": [], "starts_at": NOON + timedelta(days=9),
        "ends_at": NOON + timedelta(days=9, hours=1), "bookings": 0, "event_id": "AAMk", "trouble": "",
        "join_url": "https://teams.example/call", "reason": "The hall was taken",
        "held_at": NOON + timedelta(days=9, hours=1), **BY,
    }  # fmt: skip


def invited(case: Case, n: int = 1, **changes: Any) -> dict[str, Any]:
    who = {"tenant": PRIYA.tenant, "person": PRIYA.object_id, "name": PRIYA.name, "agency_id": "homes"}
    return {"case_id": case.id, "n": n, **who, "attendance": "came", **changes}


def related(case: Case, other: Case) -> dict[str, Any]:
    return {"case_id": case.id, "other_id": other.id, "kind": "related", "reason": "The same landlord", **BY}


async def write_all(world: World, case: Case, other: Case) -> None:
    """Fill a case file as two cycles would."""
    of_case = {"case_id": case.id}
    sure = [answer(case, each.name, f"Said of {each.name}") for each in FIELDS]
    beside = answer(case, "statement", "Said beside it", n=2, standing=False)
    again = [answer(case, each.name, f"Said again of {each.name}", cycle=2) for each in FIELDS]
    await world.write(schema.answers, *sure, beside, *again)
    await world.write(schema.entries, note(case, 4, "He was seen on the roof"))
    await world.write(schema.tasks, task(case))
    await world.write(schema.risk_assessments, risk(case))
    await world.write(
        schema.person_marks,
        {**of_case, "person_n": 3, "n": 1, "role": "suspect", "age_group": "child", **BY},
    )
    await world.write(
        schema.clocks,
        {
            **of_case, "n": 90, "kind": "meeting", "band": "medium", "started_at": NOON,
            "due_at": NOON + timedelta(days=14), "met_at": None, "replaced_at": None,
        },
    )  # fmt: skip
    await world.write(
        schema.case_moves,
        {
            **of_case, "n": 1, "move": "return", "start": "submitted", "end": "returned", "cycle": 1,
            "reason": "Which house is it?", **BY,
        },
    )  # fmt: skip
    await world.write(schema.case_links, related(case, other))
    await world.write(
        schema.case_access,
        {**of_case, "tenant": PRIYA.tenant, "person": PRIYA.object_id, "name": PRIYA.name, "since": NOON},
    )
    await world.write(
        schema.retention_decisions,
        {**of_case, "n": 1, "decision": "hold", "until": None, "reason": "An inquest is open", **BY},
    )
