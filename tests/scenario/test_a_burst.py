"""Two thousand messages wait when the bot comes back, and Teams enforces its limits: none lost, none doubled, none refused."""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.hubs_file import read_hubs_file
from osara_store import cases, drafts, outbox, outgoing
from osara_store.case_file import Case
from osara_store.database import Database
from osara_store.directory import Actor
from osara_store.directory import Hub as HubOfFile
from osara_store.policy import Action, may
from osara_store.referral import Referral
from osara_store.schema import MessageState
from tests.driver import Person, a_referral, texts_in
from tests.running import HUBS, Hub, running_hub, until
from tests.unit.bot.environment import TENANT

PEOPLE, CASES, RECEIPTS_EACH = 40, 200, 40
POSTS = CASES + PEOPLE * RECEIPTS_EACH
EDITS = CASES  # once a case stands in SharePoint, the referrer's receipt gets its link
DIRECTORY = read_hubs_file(HUBS)


@pytest.mark.timeout(300)
async def test_two_thousand_messages_reach_forty_people_and_six_channels(tmp_path: Path) -> None:
    assert POSTS + EDITS == 2000
    async with running_hub(tmp_path) as hub:
        await hub.post("/control/limits", {"windows": True, "scale": 1})  # Teams' own numbers
        people = [each["id"] for each in await hub.get("/client/people")][:PEOPLE]
        await until(lambda: none_wait(hub), 30, "the welcome of everybody")
        await hub.bot.end()
        before = await sent_so_far(hub)
        made, receipts = await fill(hub.database, people)

        await hub.start_bot()
        began = asyncio.get_running_loop().time()
        await until(lambda: none_wait(hub), 150, "an empty outbox")
        print(f"{POSTS + EDITS} messages in {asyncio.get_running_loop().time() - began:.1f} s")

        answers = (await hub.get("/control/requests", target="teams"))["totals"]["status"]
        assert answers.keys() <= {"200", "201"}, answers
        sent, edited = await sent_so_far(hub)
        assert (sent - before[0], edited - before[1]) == (POSTS, EDITS)
        await everybody_has_theirs(hub, receipts)
        await every_channel_has_its_own(hub, made)


async def none_wait(hub: Hub) -> bool:
    async with hub.session.get(f"{hub.bot_url}/metrics") as answer:
        return 'state="waiting"' not in await answer.text()


async def sent_so_far(hub: Hub) -> tuple[int, int]:
    """How many messages the bot has sent and how many edits it has made."""
    counters = await hub.get("/control/counters")
    return counters["sent"], sum(each["edited"] for each in counters["conversations"])


# --- what waits ------------------------------------------------------------------------------------------------------


async def fill(file: Path, people: Sequence[str]) -> tuple[list[Case], dict[str, list[str]]]:
    """Cases in all hubs, each with its channel card, and as many receipts for each person.

    Returns:
        The cases, and the references that each person is to hear of.
    """
    database = Database.open(f"sqlite:///{file}")
    try:
        made = [await database.write(lambda tx, each=each: _case(tx, *each)) for each in _matters(people)]
        receipts = _receipts(people, made)
        await database.write(lambda tx: _put_receipts(tx, receipts))
        waiting = await database.read(outbox.counts)
    finally:
        await database.close()
    assert waiting["teams", MessageState.WAITING] == POSTS
    return made, {person: [case.reference for case in theirs] for person, theirs in receipts.items()}


def _matters(people: Sequence[str]) -> Iterator[tuple[int, HubOfFile, Actor]]:
    """Who refers what to which hub, everybody in turn."""
    today = datetime.now(UTC).date()
    actors = [actor for person in people if (actor := DIRECTORY.actor(TENANT, person))]
    turns = {
        hub.id: itertools.cycle(
            [actor for actor in actors if may(actor, Action.REFER, hub, on=today).allowed]
        )
        for hub in DIRECTORY.hubs
    }
    for number, hub in zip(range(CASES), itertools.cycle(DIRECTORY.hubs), strict=False):
        yield number, hub, next(turns[hub.id])


def _case(tx: Connection, number: int, hub: HubOfFile, actor: Actor) -> Case:
    now = datetime.now(UTC)
    draft = drafts.open_draft(tx, actor, hub.id, now)
    referral = Referral.model_validate(a_referral(number))
    return cases.submit(tx, actor=actor, hub=hub, draft_id=draft.id, referral=referral, now=now).case


def _receipts(people: Sequence[str], made: Sequence[Case]) -> dict[str, list[Case]]:
    """Everybody's own cases and, up to the same number for each, those of others."""
    own = {person: [case for case in made if case.referrer_id == person] for person in people}
    found = {}
    for n, person in enumerate(people):
        turned = [*made[n * 5 :], *made[: n * 5]]
        others = [case for case in turned if case.referrer_id != person]
        found[person] = own[person] + others[: RECEIPTS_EACH - len(own[person])]
    return found


def _put_receipts(tx: Connection, receipts: dict[str, list[Case]]) -> None:
    for person, theirs in receipts.items():
        others = [case for case in theirs if case.referrer_id != person]
        outbox.put(
            tx, [outgoing.receipt(case, TENANT, person, "added") for case in others], datetime.now(UTC)
        )


# --- what came -------------------------------------------------------------------------------------------------------

REFERENCE = re.compile(r"\b[A-Z]{3}-\d{4}-\d{4,}\b")


async def references_in(person: Person, place: str) -> Counter[str]:
    """How many cards there are of each case."""
    cards = await person.bot_cards(place)
    return Counter(found.group() for card in cards if (found := REFERENCE.search(texts_in(card["card"]))))


async def everybody_has_theirs(hub: Hub, receipts: dict[str, list[str]]) -> None:
    for person, references in receipts.items():
        theirs = Person(hub, person)
        assert await references_in(theirs, await theirs.chat()) == dict.fromkeys(references, 1)


async def every_channel_has_its_own(hub: Hub, made: Sequence[Case]) -> None:
    for each in DIRECTORY.hubs:
        member, channel = await somebody_of(hub, each)
        expected = [case.reference for case in made if case.hub_id == each.id]
        assert await references_in(member, channel) == dict.fromkeys(expected, 1)


async def somebody_of(hub: Hub, wanted: HubOfFile) -> tuple[Person, str]:
    for each in await hub.get("/client/people"):
        person = Person(hub, each["id"])
        for team in (await person.places())["teams"]:
            for channel in team["channels"]:
                if channel.get("hub") == wanted.id:
                    return person, str(channel["id"])
    raise AssertionError(f"nobody sees the channel of {wanted.id}")
