"""Six tasks of three agencies: taken on, declined with a suggestion, given to others, put off, counted; and a power that waits."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.casework import Desk, a_task, analysis, answers_to, objective, scanning, settled, shown
from tests.driver import (
    DEV,
    HELEN,
    PRIYA,
    TOM,
    Dialog,
    Person,
    a_referral,
    buttons_in,
    reference_in,
    texts_in,
    typed_values,
)
from tests.running import Hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARL = "00000000-0000-4000-8000-000000000023"
RITA = "00000000-0000-4000-8000-000000000040"
EQUALITY = {
    "equality_characteristic": "He is deaf in one ear; nothing else is known.",
    "equality_link": "No: it does not make him play music at night.",
    "less_drastic_tried": "Two visits and a letter.",
    "equality_proportionate": "Six homes lose their sleep; a warning costs him nothing if it stops.",
    "equality_decided_by": "Helen Marsh, today",
}


@dataclass(frozen=True)
class Team:
    """A case in response, and those who work on it: Priya leads for Northshore, Tom coordinates, Dev is of the health trust."""

    hub: Hub
    reference: str
    tom: Desk
    priya: Desk
    dev: Desk
    helen: Desk

    @property
    def today(self) -> date:
        return datetime.now(UTC).date()

    def day(self, after: int) -> date:
        return self.today + timedelta(days=after)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def team(hub: Hub) -> Team:
    reference = reference_in(await Person(hub, PRIYA).refer(a_referral(41)))
    tom, priya, dev, helen = (Desk(Person(hub, each), reference) for each in (TOM, PRIYA, DEV, HELEN))
    team = Team(hub, reference, tom, priya, dev, helen)
    await dev.opens()  # so that the bot knows where to write to him
    await helen.opens()
    form = await tom.goes("next", "ask")
    await tom.presses(form, "risk.save", answers_to(form, weekly=True))
    await tom.moves("triage")
    await tom.moves("scan")
    await priya.fills("objective", objective(team.today))
    await tom.fills("scanning", scanning(team.today))
    await tom.moves("analyse")
    for page in analysis():
        await priya.fills_part("analysis", page)
    await priya.moves("respond")
    return team


async def personal_card(desk: Desk, text: str) -> dict[str, Any]:
    """The card about a task in somebody's chat with the bot, once it shows the text."""
    chat = await desk.person.chat()

    async def found() -> Any:
        cards = [
            each
            for each in await desk.person.bot_cards(chat)
            if desk.reference in texts_in(each["card"]) and "A task for" in texts_in(each["card"])
        ]
        return next((each for each in cards if text in texts_in(each["card"])), None)

    card: dict[str, Any] = await until(found, 20, f"a task's card that says {text!r}")
    return card


async def pressed_on(desk: Desk, card: dict[str, Any], action: str) -> Any:
    return await desk.person.press_on(await desk.person.chat(), card, action)


def titles(dialog: Dialog) -> list[str]:
    return [button.title for button in buttons_in(dialog.card)]


async def test_six_tasks_of_three_agencies_go_their_ways(team: Team) -> None:
    planned = (
        ("northshore-homes", "Mend the yard gate"),
        ("northshore-homes", "Write to the tenants"),
        ("cumbria-police", "Visit at the weekend"),
        ("cumbria-police", "Walk the yard at night"),
        ("fellside-health", "See the man at number nine"),
        ("fellside-health", "Lock the yard"),
    )
    for agency, what in planned:
        listed = await team.tom.adds_task({**a_task(team.day(20), agency, what), "owner": ""})
        assert "has a card about it in Teams" in listed.shows

    await is_taken_on_by_one_press(team)
    await is_declined_and_given_to_whom_they_suggest(team)
    await is_put_off(team)
    await is_counted(team)
    await stands_in_sharepoint(team)


async def is_taken_on_by_one_press(team: Team) -> None:
    card = await personal_card(team.dev, "See the man at number nine")
    assert "Can your agency do this?" in texts_in(card["card"])
    await pressed_on(team.dev, card, "We take it on")
    renewed = await personal_card(team.dev, "Taken on")
    assert renewed["id"] == card["id"]
    assert "Dev Okafor" in texts_in(renewed["card"])
    assert "Taken on" in (await team.tom.goes("tasks.open")).shows


async def is_declined_and_given_to_whom_they_suggest(team: Team) -> None:
    card = await personal_card(team.dev, "Lock the yard")
    form = shown(await pressed_on(team.dev, card, "We cannot do it"))
    empty = await team.dev.presses(form, "task.decline", {"reason": " "})
    assert "Please say why" in empty.shows
    said = {
        "reason": "We hold no keys.",
        "suggested_agency_id": "northshore-homes",
        "suggested_owner": "Carl Benn",
    }
    await team.dev.presses(empty, "task.decline", said)
    await personal_card(team.dev, "Declined")

    overview = await team.priya.opens()
    assert "cannot do task 6" in overview.shows
    form = await team.priya.presses(overview, "next")
    assert typed_values(form.card)["agency_id"] == "northshore-homes"
    assert typed_values(form.card)["owner"] == "Carl Benn"
    listed = await team.priya.presses(
        form, "task.reassign", {**typed_values(form.card), "reason": "They hold the keys."}
    )
    assert "The task is given to them" in listed.shows
    over = await personal_card(team.dev, "somebody else now")
    assert "Lock the yard" not in texts_in(over["card"])
    assert [button.title for button in buttons_in(over["card"])] == []


async def is_put_off(team: Team) -> None:
    form = await team.priya.goes("tasks.open", "extend-1")
    too_soon = await team.priya.presses(
        form, "task.extend", {"due_on": team.day(20).isoformat(), "reason": "The hinges are late."}
    )
    assert "after the one that was agreed" in too_soon.shows
    listed = await team.priya.presses(
        too_soon, "task.extend", {"due_on": team.day(27).isoformat(), "reason": "The hinges are late."}
    )
    assert "The new day is written down" in listed.shows


async def is_counted(team: Team) -> None:
    for n, numbers in ((3, {"visits": "4", "arrests": "1"}), (4, {"visits": "3", "warnings": "2"})):
        form = await team.tom.goes("tasks.open", f"record-{n}")
        wrong = await team.tom.presses(
            form, "task.record", {"state": "done", "visits": "half", **numbers, "arrests": "-1"}
        )
        assert "whole number" in wrong.shows
        listed = await team.tom.presses(
            wrong, "task.record", {"state": "done", **numbers, "arrests": numbers.get("arrests", "")}
        )
    assert "Arrests: 1" in listed.shows
    assert "Visits: 7" in listed.shows
    assert "Warnings: 2" in listed.shows


async def stands_in_sharepoint(team: Team) -> None:
    await settled(team.hub)
    rows = {
        row["fields"]["TaskNumber"]: row["fields"]
        for row in await team.hub.items("Tasks")
        if team.reference in str(row["fields"].values())
    }
    assert len(rows) == 6
    assert rows[3]["Visits"] == 4
    assert rows[5]["AcceptedOn"]
    assert rows[6]["OwningAgency"] == "Northshore Homes"


async def test_a_power_that_enforces_waits_for_the_equality_questions_and_nothing_typed_is_lost(
    team: Team,
) -> None:
    task = {
        **a_task(team.day(9), "cumbria-police", "Warn him in writing", "offender"),
        "power": "civil-injunction",
    }
    form = await team.tom.goes("tasks.open", "add")
    page = await team.tom.presses(form, "task.save", task)
    assert "five questions come first" in page.shows

    half = dict(list(EQUALITY.items())[:3])
    page = await team.tom.presses(page, "Save and go back to the task", half)
    assert "Please answer the others" in page.shows
    back = await team.tom.presses(page, "Back to the task without saving")
    assert {name: typed_values(back.card)[name] for name in task} == task
    refused = await team.tom.presses(back, "task.save", task)
    assert "five questions come first" in refused.shows
    assert typed_values(refused.card)["equality_link"] == EQUALITY["equality_link"]

    page_of_priyas = await team.priya.goes("tasks.open", "equality")
    await team.priya.presses(page_of_priyas, "stage.save", {"equality_decided_by": "Priya Raman"})
    clash = await team.tom.presses(refused, "Save and go back to the task", EQUALITY)
    assert "Two people wrote at once" in clash.shows
    later = await team.tom.presses(clash, "Choose later")
    clash = await team.tom.presses(later, "Choose now")
    mine = {"equality_decided_by_choice": f"text:{EQUALITY['equality_decided_by']}"}
    back = await team.tom.presses(clash, "Save the choice", mine)
    assert "The questions are answered" in back.shows
    assert {name: typed_values(back.card)[name] for name in task} == task
    listed = await team.tom.presses(back, "task.save", typed_values(back.card))
    assert "Warn him in writing" in listed.shows
    assert "The equality questions" in titles(listed)


async def test_a_task_for_an_agency_that_cannot_be_written_to_is_called_out_in_the_channel(
    team: Team,
) -> None:
    await team.hub.post("/client/uninstall", {"as": RITA, "where": "personal"})
    rita = Person(team.hub, RITA)

    listed = await team.tom.adds_task({**a_task(team.day(9), "shopwatch", "Ask the shops"), "owner": ""})
    assert "calls for them in the hub's channel" in listed.shows
    channel = await rita.channel("ALL")
    call = await rita.card_with(channel, "<at>Rita Caine</at> of **Shopwatch")
    assert f"please open {team.reference}: there is something for you to do." in texts_in(call["card"])
    assert "Ask the shops" not in str(call)
    assert call["notification"] == f"Task in {team.reference}"
    opened = shown(await rita.press_on(channel, call, "Open the case"))
    assert "Ask the shops" in opened.shows


async def test_the_usual_actions_are_added_at_once_and_offered_no_more(team: Team) -> None:
    offered = await team.tom.goes("tasks.open", "templates.open")
    ticked = typed_values(offered.card)["usual"].split(",")
    assert len(ticked) >= 2
    none = await team.tom.presses(offered, "templates.add", {"usual": ""})
    assert "tick at least one" in none.shows
    listed = await team.tom.presses(none, "templates.add", {"usual": ",".join(ticked)})
    assert f"{len(ticked)} tasks are added" in listed.shows
    again = await team.tom.goes("tasks.open", "templates.open")
    assert "planned already" in again.shows


async def test_outside_help_is_written_down_with_who_asks_and_nothing_is_sent(team: Team) -> None:
    form = await team.tom.goes("tasks.open", "point")
    said = {
        "agency_id": "warm-kitchen",
        "reason": "Hot meals on weekdays.",
        "chaser_agency_id": "fellside-health",
        "chaser": "Dev Okafor",
        "chase_on": team.day(3).isoformat(),
    }
    listed = await team.tom.presses(form, "pointer.save", said)
    assert "Nothing was sent to them" in listed.shows
    asked = await team.dev.goes("tasks.open", "chase-1")
    listed = await team.dev.presses(asked, "pointer.chased", {"outcome": "He goes there every day now."})
    assert "He goes there every day now." in listed.shows


async def test_my_work_shows_what_waits_for_my_agency_most_urgent_first(team: Team) -> None:
    channel, card = await team.dev.person.hub_card()
    mine = shown(await team.dev.person.press_on(channel, card, "My work"))
    assert "See the man at number nine" in mine.shows
    assert "Mend the yard gate" not in mine.shows
    form = await team.dev.presses(mine, "Say how it went")
    await team.dev.presses(form, "task.record", {"state": "done", "outcome": "Seen twice."})
    await team.dev.person.says("my work")
    await team.dev.person.card_with(await team.dev.person.chat(), "Nothing waits for you")


async def test_a_case_that_ends_empties_the_cards_about_its_tasks(team: Team) -> None:
    manage = await team.helen.goes("manage.open")
    void = await team.helen.presses(manage, "open-void")
    await team.helen.presses(void, "move.do", {"reason": "Made for practice."})
    emptied = await personal_card(team.dev, "The case has ended")
    assert "number nine" not in texts_in(emptied["card"])
