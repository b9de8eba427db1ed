"""A case from its referral to its closing: two rounds, eighteen months, and nothing pressed but what a card shows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
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
        shown = [texts_in(each["card"]) for each in await person.bot_cards(await person.chat())]
        return any(text in card and reference in card for card in shown)

    await until(said, 20, f"the receipt of {reference} to say {text!r}")


async def rows_of(hub: Hub, list_name: str, reference: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in await hub.items(list_name) if reference in str(row["fields"].values())]


@dataclass(frozen=True)
class Walk:
    """The people at one case, and the day on which it began."""

    hub: Hub
    reference: str
    start: datetime
    coordinator: Desk
    lead: Desk
    manager: Desk
    partner: Desk

    @classmethod
    async def begin(cls, hub: Hub) -> "Walk":
        reference = reference_in(await Person(hub, PRIYA).refer(a_referral(1)))
        tom, priya, helen, dev = (Desk(Person(hub, each), reference) for each in (TOM, PRIYA, HELEN, DEV))
        return cls(hub, reference, datetime.now(UTC), tom, priya, helen, dev)

    @property
    def today(self) -> date:
        return self.start.date()

    def day(self, after: int) -> date:
        return self.today + timedelta(days=after)

    async def time_passes(self, days: int) -> None:
        await settled(self.hub)
        await travels(self.hub, self.start + timedelta(days=days))

    async def receipt_says(self, text: str) -> None:
        await receipt_says(self.lead.person, self.reference, text)

    async def rows(self, list_name: str) -> list[dict[str, Any]]:
        return await rows_of(self.hub, list_name, self.reference)


async def test_a_case_is_walked_from_referral_to_closure_over_two_rounds_and_eighteen_months(hub: Hub):
    walk = await Walk.begin(hub)
    await is_taken_on(walk)
    await is_scanned(walk)
    await walk.time_passes(days=60)
    await first_round(walk)
    await walk.time_passes(days=240)
    await is_run_again(walk)
    await second_round(walk)
    await walk.time_passes(days=540)
    await is_assessed(walk)
    await is_closed(walk)
    await stands_in_sharepoint(walk)
    status, said, _ = await hub.bot_says("audit", "verify")
    assert status == 0, said


async def is_taken_on(walk: Walk) -> None:
    form = await walk.coordinator.goes("next", "ask")
    result = await walk.coordinator.presses(form, "risk.save", answers_to(form, weekly=True))
    assert "Standard" in result.shows
    await walk.coordinator.moves("triage")
    await walk.receipt_says("The coordinator has read it")
    await walk.coordinator.asks("To see who else knows the address.", "fellside-health")
    await walk.partner.writes_note("Our team visits the house next door on Tuesdays.")
    await walk.coordinator.moves("scan")
    await walk.receipt_says("how big the problem is")


async def is_scanned(walk: Walk) -> None:
    """Analysis waits for what is needed: until then its form has no button that begins it."""
    asked = await walk.coordinator.goes("move-analyse")
    assert "Before that, this is needed" in asked.shows
    assert "move.do" not in [button.id for button in walk.coordinator.buttons(asked)]
    await walk.lead.fills("objective", objective(walk.today))
    await walk.coordinator.fills("scanning", scanning(walk.today))
    await walk.coordinator.moves("analyse")


async def first_round(walk: Walk) -> None:
    for page in analysis():
        await walk.lead.fills_part("analysis", page)
    await walk.lead.moves("respond")
    await walk.lead.adds_task(a_task(walk.day(80), "northshore-homes", "Mend the yard gate"))
    await walk.lead.adds_task(a_task(walk.day(90), "cumbria-police", "Visit at the weekend", side="offender"))
    await walk.lead.moves("assess")
    await walk.receipt_says("whether the plan worked")


async def is_run_again(walk: Walk) -> None:
    """The first round did not work: the assessment says to look for the cause again."""
    await walk.lead.records_task(1, "done", "The gate is mended.")
    await walk.coordinator.records_task(2, "partly", "Two of four visits were made.")
    await walk.lead.fills("assessment", FIRST_ASSESSMENT)
    again = await walk.lead.goes("rerun")
    rerun = await walk.lead.presses(again, "move.do", {"reason": "They come over the wall now."})
    assert "Analysis" in rerun.shows
    await walk.receipt_says("second time round")


async def second_round(walk: Walk) -> None:
    """It stands beside the first, and what was settled before the analysis carries on."""
    assert "The open yard draws them." in (await walk.lead.goes("cycles")).shows
    assert "Calls a month" in str((await walk.lead.goes("stage-objective")).card)
    for page in analysis(SECOND_HYPOTHESIS):
        await walk.lead.fills_part("analysis", page)
    await walk.lead.moves("respond")
    await walk.lead.adds_task(a_task(walk.day(300), "northshore-homes", "Plant the wall"))
    club = a_task(walk.day(300), "allerdale-council", "A youth club on Fridays", side="offender")
    await walk.lead.adds_task(club)
    await walk.lead.moves("assess")


async def is_assessed(walk: Walk) -> None:
    await walk.lead.records_task(3, "done", "Planted.")
    await walk.lead.records_task(4, "done", "It runs every Friday.")
    await walk.lead.fills("assessment", SECOND_ASSESSMENT)
    form = await walk.coordinator.goes("risk", "ask")
    await walk.coordinator.presses(form, "risk.save", answers_to(form))


async def is_closed(walk: Walk) -> None:
    """The checklist is filled in, the lead proposes, the manager decides."""
    page = await walk.lead.presses(await walk.lead.goes("closure.open"), "stage.open")
    await walk.lead.presses(page, "stage.save", CLOSING)
    proposal = await walk.lead.presses(await walk.lead.goes("closure.open"), "open-propose_closure")
    await walk.lead.presses(proposal, "move.do")
    await walk.receipt_says("The hub manager decides")
    decision = await walk.manager.presses(await walk.manager.goes("closure.open"), "open-close")
    closed = await walk.manager.presses(decision, "move.do")
    assert "closed" in closed.shows.lower()
    await walk.receipt_says("Much better")
    _, card = await walk.manager.channel_card("Closed")
    assert "Quayside" not in str(card)


async def stands_in_sharepoint(walk: Walk) -> None:
    """Every field that was entered is in the OSARA lists, word for word."""
    await settled(walk.hub)
    entries = {str(row.get("EntryText", "")) for row in await walk.rows("OSARA entries")}
    pages = [objective(walk.today), scanning(walk.today), *analysis(), *analysis(SECOND_HYPOTHESIS)]
    for page in (*pages, FIRST_ASSESSMENT, SECOND_ASSESSMENT, CLOSING):
        missing = [name for name, text in page.items() if name not in CHOICES and text not in entries]
        assert not missing
    (case,) = await walk.rows("Cases")
    assert case["Status"] == "Closed"
    closed_on = walk.day(540)
    assert str(case["WatchUntil"])[:10] == closed_on.replace(year=closed_on.year + 1).isoformat()
    assert len(await walk.rows("Tasks")) == 4
    assert len(await walk.rows("Risk assessments")) == 2


FIRST_ASSESSMENT = assessment("13", "rerun_analysis")
SECOND_ASSESSMENT = assessment("2", "propose_closure")
SECOND_HYPOTHESIS = "The wall is easy to climb."
CLOSING = {
    "complainant_contacted": "yes",
    "complainant_note": "She sleeps again.",
    "outcome": "much_better",
    "closing_summary": "The wall is planted and the club runs. Calls fell from 14 to 2.",
}
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
