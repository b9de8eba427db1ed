"""Somebody is away and a deputy gets what is new; another is gone, and everything of hers goes to a colleague."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from tests.casework import Desk, a_task, answers_to, inputs_in, settled, travels
from tests.driver import DEV, HELEN, PRIYA, TOM, Person, a_referral, buttons_in, reference_in, texts_in
from tests.running import HUBS, Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARL = "00000000-0000-4000-8000-000000000023"  # of Priya's agency
NADIA = "00000000-0000-4000-8000-000000000024"
WILL = "00000000-0000-4000-8000-000000000025"  # of Nadia's
SECRET = "Quokkastone Row"


def working_morning() -> datetime:
    """Ten o'clock on the next Tuesday: nothing is quiet."""
    today = datetime.now(UTC).date()
    day = today + timedelta(days=(1 - today.weekday()) % 7 or 7)
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


NOW = working_morning()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demo's file in a copy, so that somebody can disappear from it."""
    folder = tmp_path_factory.mktemp("cover")
    hubs = Path(folder) / "hubs.yaml"
    hubs.write_text(HUBS.read_text())
    async with running_hub(folder, {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "1"}, hubs=hubs) as running:
        await travels(running, NOW)
        yield running


async def a_case(hub: Hub, number: int) -> Desk:
    """Referred by Dev of the health trust, accepted by Tom."""
    matter = {"where": f"{number} {SECRET}, Workington"}
    reference = reference_in(await Person(hub, DEV).refer(a_referral(number, **matter)))
    tom = Desk(Person(hub, TOM), reference)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form, weekly=True))
    await tom.moves("triage")
    return tom


async def asks_about(person: Person, reference: str) -> bool:
    """Whether a card in their chat asks them what they know of the case."""
    cards = [texts_in(each["card"]) for each in await person.bot_cards(await person.chat())]
    return any(reference in card and "What do you know about this?" in card for card in cards)


async def cards_about(person: Person, reference: str) -> list[str]:
    cards = [texts_in(each["card"]) for each in await person.bot_cards(await person.chat())]
    return [card for card in cards if reference in card]


@dataclass(frozen=True)
class Card:
    """A card in somebody's chat with the bot; a press changes it in place."""

    person: Person
    chat: str
    message: str
    content: dict[str, Any]

    @property
    def shows(self) -> str:
        return texts_in(self.content)

    def button(self, start: str) -> str:
        return next(each.id for each in buttons_in(self.content) if each.id.startswith(start))

    async def press(self, action: str, **inputs: str) -> "Card":
        outcome = await self.person.press_on(self.chat, {"id": self.message}, action, **inputs)
        return Card(self.person, self.chat, self.message, outcome["card"])


async def written(person: Person, word: str, title: str) -> Card:
    """What the bot answers to a word in its chat."""
    chat = await person.chat()
    before = len(await person.bot_cards(chat))
    await person.says(word)

    async def answer() -> Any:
        cards = (await person.bot_cards(chat))[before:]
        return next((each for each in cards if title in texts_in(each["card"])), None)

    found = await until(answer, 20, f"the answer to {word!r}")
    return Card(person, chat, found["id"], found["card"])


def audited(hub: Hub, action: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(hub.database)) as database:
        rows = database.execute("SELECT detail FROM audit WHERE action = ? ORDER BY n", (action,)).fetchall()
    return [json.loads(detail) for (detail,) in rows]


def day(after: int) -> str:
    return (NOW + timedelta(days=after)).date().isoformat()


# --- away ------------------------------------------------------------------------------------------------------------


async def test_while_the_contact_is_away_her_deputy_is_asked_and_afterwards_she_is(hub: Hub):
    priya, carl = Person(hub, PRIYA), Person(hub, CARL)
    form = await written(priya, "away", "I am away")
    (deputy,) = [each for each in inputs_in(form.content) if each["id"] == "deputy"]
    carls = next(choice["value"] for choice in deputy["choices"] if choice["title"] == "Carl Benn")
    saved = await form.press("away.save", first_day=day(0), last_day=day(3), deputy=carls)
    assert "What is new goes to Carl Benn meanwhile." in saved.shows

    tom = await a_case(hub, 71)
    await tom.asks("Who knows the household?", "northshore-homes")
    await settled(hub)
    assert await asks_about(carl, tom.reference)
    assert not await asks_about(priya, tom.reference)

    ended = await saved.press(saved.button("end-"))
    assert "What is new comes here again." in ended.shows
    later = await a_case(hub, 72)
    await later.asks("Who knows the household?", "northshore-homes")
    await settled(hub)
    assert await asks_about(priya, later.reference)
    assert not await asks_about(carl, later.reference)


async def test_somebody_who_fell_ill_is_entered_by_the_manager_and_by_nobody_else(hub: Hub):
    found = await (await written(Person(hub, HELEN), "cover", "Cover")).press("cover.find", name="ewa")
    form = await found.press(found.button("away-"))
    assert "Ewa Nowicka is away" in form.shows
    wrong = await form.press("away.save", first_day=day(0))
    assert "Please give the last day" in wrong.shows
    saved = await wrong.press("away.save", first_day=day(0), last_day=day(9))
    assert "Nobody stands in" in saved.shows
    assert "Ewa Nowicka" in (await saved.press("cover")).shows

    tom = Person(hub, TOM)
    await tom.says("cover")

    async def refused() -> bool:
        return any(
            "That is for somebody else to do" in json.dumps(each)
            for each in await tom.messages(await tom.chat())
        )

    await until(refused, 20, "the refusal")


# --- gone ------------------------------------------------------------------------------------------------------------


async def things_of_nadia(hub: Hub) -> list[str]:
    """Two tasks and a question in two cases; somebody to ask after in the second."""
    references = []
    for number in (73, 74):
        tom = await a_case(hub, number)
        await tom.asks("Who knows the household?", "saltmarsh-housing")
        task = a_task(date.fromisoformat(day(20)), "saltmarsh-housing", f"Lock the gate {number}")
        await tom.adds_task({**task, "owner": "Nadia Sharif"})
        references.append(tom.reference)
    form = await tom.goes("tasks.open", "point")
    said = {
        "agency_id": "warm-kitchen",
        "reason": "Hot meals on weekdays.",
        "chaser_agency_id": "saltmarsh-housing",
        "chaser": "Nadia Sharif",
        "chase_on": day(3),
    }
    await tom.presses(form, "pointer.save", said)
    await settled(hub)
    return references


async def has_everything(person: Person, references: list[str]) -> bool:
    for reference in references:
        said = "\n".join(await cards_about(person, reference))
        if "What do you know about this?" not in said or "Lock the gate" not in said:
            return False
    return True


async def test_everything_of_somebody_who_is_gone_goes_to_her_colleague_even_if_the_bot_is_killed_on_the_way(
    hub: Hub,
):
    nadia, will, helen = (Person(hub, each) for each in (NADIA, WILL, HELEN))
    references = await things_of_nadia(hub)
    assert await has_everything(nadia, references)
    assert not await cards_about(will, references[0])

    await leaves_the_team(hub, NADIA)
    seen = await written(helen, "cover", "Cover")
    assert "Nadia Sharif" in seen.shows
    assert "5 things wait in their name" in seen.shows
    form = await seen.press(seen.button("hand-saltmarsh-housing"))
    assert "2 open tasks" in form.shows
    assert "2 questions to answer" in form.shows
    empty = await form.press("handover.do")
    assert "Please choose who takes over." in empty.shows
    (offered,) = [each for each in inputs_in(empty.content) if each["id"] == "successor"]
    wills = next(each["value"] for each in offered["choices"] if each["title"].startswith("Will Postle"))
    begun = await empty.press("handover.do", successor=wills)
    assert "It goes to Will Postle now" in begun.shows
    await hub.kill_bot()
    await hub.start_bot()
    await travels(hub, NOW + timedelta(hours=1))

    await until(lambda: has_everything(will, references), 30, "everything of Nadia's with Will")
    await settled(hub)
    for reference in references:
        for card in await cards_about(nadia, reference):
            assert SECRET not in card
            assert "Lock the gate" not in card
    rows = audited(hub, "case.handed_over")
    assert Counter((row["reference"], row["what"]) for row in rows) == {
        (references[0], "task"): 1,
        (references[0], "request"): 1,
        (references[1], "task"): 1,
        (references[1], "request"): 1,
        (references[1], "signpost"): 1,
    }
    assert {(row["from"], row["to"]) for row in rows} == {(NADIA, WILL)}
    assert (await hub.bot_says("audit", "verify"))[0] == 0
    after = await written(helen, "cover", "Cover")
    assert "Handed over to Will Postle" in after.shows
    assert "5 things" in after.shows


async def leaves_the_team(hub: Hub, person: str) -> None:
    places = await Person(hub, HELEN).places()
    team = next(
        each["id"] for each in places["teams"] if any(c.get("hub") == "ALL" for c in each["channels"])
    )
    await hub.post("/control/rosters", {"team": team, "remove": [person]})


async def test_somebody_who_has_disappeared_from_the_hubs_file_is_told_of_once_and_can_be_handed_over(
    hub: Hub,
):
    """Will is taken out of the file: what he took over from Nadia waits for nobody."""
    path = Path(hub.bot.environment["HUB_CONFIG"])
    file = yaml.safe_load(path.read_text())
    file["people"] = [person for person in file["people"] if person["id"] != WILL]
    for agency in file["agencies"]:
        if WILL in {agency.get("contact"), agency.get("deputy")}:
            agency.pop("deputy", None)
    await hub.bot.end()
    path.write_text(json.dumps(file, default=str))
    await hub.start_bot()
    helen = Person(hub, HELEN)
    await travels(hub, NOW + timedelta(days=1))

    async def told() -> bool:
        cards = await helen.bot_cards(await helen.chat())
        return any("Nothing reaches Will Postle" in texts_in(each["card"]) for each in cards)

    await until(told, 30, "the digest that tells of it")
    await travels(hub, NOW + timedelta(days=2))
    await settled(hub)
    cards = await helen.bot_cards(await helen.chat())
    assert sum("Nothing reaches Will Postle" in texts_in(each["card"]) for each in cards) == 1

    seen = await written(helen, "cover", "Cover")
    assert "Not on the hub's list of people any more" in seen.shows
    hand = next(each for each in buttons_in(seen.content) if each.id.endswith(WILL))
    form = await seen.press(hand.id)
    assert "Hand over from Will Postle" in form.shows
    assert "2 open tasks" in form.shows
