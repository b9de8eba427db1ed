"""A case from its referral to its closing: two rounds, eighteen months, and nothing pressed but what a card shows."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.casework import (
    Desk,
    a_task,
    analysis,
    answers_to,
    assessment,
    objective,
    scanning,
    settled,
    travels,
)
from tests.driver import DEV, HELEN, PRIYA, TOM, Person, a_referral, reference_in, texts_in
from tests.running import Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(tmp_path_factory.mktemp("walk"), settings) as running:
        yield running


async def receipt_says(person: Person, reference: str, text: str) -> None:
    async def said() -> Any:
        card = await person.card_with(await person.chat(), reference)
        return text in texts_in(card["card"])

    await until(said, 20, f"the receipt of {reference} to say {text!r}")


async def rows_of(hub: Hub, list_name: str, reference: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in await hub.items(list_name) if reference in str(row["fields"].values())]


async def test_a_case_is_walked_from_referral_to_closure_over_two_rounds_and_eighteen_months(hub: Hub):
    start = datetime.now(UTC)
    priya, tom, helen, dev = (Person(hub, each) for each in (PRIYA, TOM, HELEN, DEV))
    reference = reference_in(await priya.refer(a_referral(1)))
    coordinator, lead, manager, partner = (Desk(each, reference) for each in (tom, priya, helen, dev))

    # The coordinator checks the risk, accepts it, asks the partners and begins.
    form = await coordinator.goes("next", "ask")
    result = await coordinator.presses(form, "risk.save", answers_to(form, weekly=True))
    assert "Standard" in result.shows
    await coordinator.moves("triage")
    await receipt_says(priya, reference, "The coordinator has read it")
    await coordinator.moves("share", "To see who else knows the address.")
    await partner.writes_note("Our team visits the house next door on Tuesdays.")
    await coordinator.moves("scan")
    await receipt_says(priya, reference, "how big the problem is")

    # An impossible move has no button, and analysis waits for what is needed.
    asked = await coordinator.goes("move-analyse")
    assert "Before that, this is needed" in asked.shows
    assert "move.do" not in [button.id for button in coordinator.buttons(asked)]

    # Objective and scanning, by two people.
    await lead.fills("objective", objective(start.date()))
    await coordinator.fills("scanning", scanning(start.date()))
    await coordinator.moves("analyse")
    await travels(hub, start + timedelta(days=60))

    for page in analysis():
        await lead.fills_part("analysis", page)
    await lead.moves("respond")
    await lead.adds_task(a_task(start.date() + timedelta(days=80), "northshore-homes", "Mend the yard gate"))
    await lead.adds_task(
        a_task(start.date() + timedelta(days=90), "cumbria-police", "Visit at the weekend", side="offender")
    )
    await lead.moves("assess")
    await receipt_says(priya, reference, "whether the plan worked")
    await travels(hub, start + timedelta(days=240))

    # The first round did not work: the tasks are told, the assessment says to look for the cause again.
    await lead.records_task(1, "done", "The gate is mended.")
    await coordinator.records_task(2, "partly", "Two of four visits were made.")
    await lead.fills("assessment", assessment("13", "rerun_analysis"))
    again = await lead.goes("rerun")
    rerun = await lead.presses(again, "move.do", {"reason": "They come over the wall now."})
    assert "Analysis" in rerun.shows
    await receipt_says(priya, reference, "second time round")

    # The second round stands beside the first.
    side_by_side = await lead.goes("cycles")
    assert "The open yard draws them." in side_by_side.shows
    kept = await lead.goes("stage-objective")
    assert "Calls a month" in str(kept.card)
    for page in analysis("The wall is easy to climb."):
        await lead.fills_part("analysis", page)
    await lead.moves("respond")
    await lead.adds_task(a_task(start.date() + timedelta(days=300), "northshore-homes", "Plant the wall"))
    await lead.adds_task(
        a_task(
            start.date() + timedelta(days=300),
            "allerdale-council",
            "A youth club on Fridays",
            side="offender",
        )
    )
    await lead.moves("assess")
    await travels(hub, start + timedelta(days=540))
    await lead.records_task(3, "done", "Planted.")
    await lead.records_task(4, "done", "It runs every Friday.")
    await lead.fills("assessment", assessment("2", "propose_closure"))

    # Closing: the checklist, the risk once more, the lead's proposal, the manager's word.
    form = await coordinator.goes("risk", "ask")
    await coordinator.presses(form, "risk.save", answers_to(form))
    checklist = await lead.goes("closure.open")
    page = await lead.presses(checklist, "stage.open")
    closing = {
        "complainant_contacted": "yes",
        "complainant_note": "She sleeps again.",
        "outcome": "much_better",
        "closing_summary": "The wall is planted and the club runs. Calls fell from 14 to 2.",
    }
    await lead.presses(page, "stage.save", closing)
    proposal = await lead.presses(await lead.goes("closure.open"), "open-propose_closure")
    await lead.presses(proposal, "move.do")
    await receipt_says(priya, reference, "The hub manager decides")
    decision = await manager.presses(await manager.goes("closure.open"), "open-close")
    closed = await manager.presses(decision, "move.do")
    assert "closed" in closed.shows.lower()
    await receipt_says(priya, reference, "Much better")
    _, card = await manager.channel_card("Closed")
    assert "Quayside" not in str(card)

    # Every field that was entered stands in the SharePoint lists.
    await settled(hub)
    entries = {str(row.get("EntryText", "")) for row in await rows_of(hub, "OSARA entries", reference)}
    typed = [
        objective(start.date()),
        scanning(start.date()),
        *analysis(),
        *analysis("The wall is easy to climb."),
    ]
    typed += [assessment("13", "rerun_analysis"), assessment("2", "propose_closure"), closing]
    for page in typed:
        for name, text in page.items():
            if name not in CHOICES:
                assert text in entries, name
    (case,) = await rows_of(hub, "Cases", reference)
    assert case["Status"] == "Closed"
    assert len(await rows_of(hub, "Tasks", reference)) == 4
    assert len(await rows_of(hub, "Risk assessments", reference)) == 2
    assert str(case["WatchUntil"])[:10] == later(hub_day(start + timedelta(days=540)), 1).isoformat()

    status, said, _ = await hub.bot_says("audit", "verify")
    assert status == 0, said


CHOICES = frozenset(
    {
        "objective_kind",
        "statement_grade",
        "hypothesis_grade",
        "repeat_check",
        "decision",
        "complainant_contacted",
        "outcome",
    }
)


def hub_day(moment: datetime) -> date:
    return moment.date()


def later(day: date, years: int) -> date:
    return day.replace(year=day.year + years)
