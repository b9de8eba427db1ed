"""Twenty people, five hundred referrals, and services that fail: nothing lost, nothing twice, everything in order."""

import asyncio
import collections
from pathlib import Path

import pytest

from tests.driver import Dialog, Person, a_referral, page_one, page_two, reference_in
from tests.running import HUBS, Hub, running_hub, until

REFERRALS, PEOPLE = 500, 20


@pytest.mark.timeout(400)
async def test_five_hundred_referrals_from_twenty_people_with_faults_on(tmp_path: Path):
    async with running_hub(tmp_path) as hub:
        await hub.post("/control/limits", {"windows": False})
        people = await partners_of_allerdale(hub)
        for kind in ("throttle", "unavailable"):
            await hub.fault(target="graph", kind=kind, probability=0.01, retry_after=1)
            await hub.fault(target="teams", kind=kind, probability=0.01, retry_after=1)
        sent = await asyncio.gather(
            *(refer_in_turn(Person(hub, person), number) for number, person in enumerate(people))
        )
        references = [reference for mine in sent for reference in mine]
        assert sorted(int(reference[-4:]) for reference in references) == list(range(1, REFERRALS + 1))
        await until(lambda: all_there(hub), 240, "five hundred case files")
        await each_once_and_in_order(hub, set(references))


async def partners_of_allerdale(hub: Hub) -> list[str]:
    found = []
    for person in await hub.get("/client/people"):
        places = await Person(hub, person["id"]).places()
        if any(channel.get("hub") == "ALL" for team in places["teams"] for channel in team["channels"]):
            found.append(str(person["id"]))
    assert len(found) >= PEOPLE, HUBS
    return found[:PEOPLE]


async def refer_in_turn(person: Person, number: int) -> list[str]:
    """One person's referrals, one after the other through a form each, as people do."""
    channel, card = await person.hub_card()
    references = []
    for turn in range(REFERRALS // PEOPLE):
        values = a_referral(1000 * (number + 1) + turn)
        opened = await person.press_on(channel, card, "Refer")
        second = await person.press(opened, "Next", page_one(values))
        answer = await person.press(second, "Send", page_two(values))
        assert isinstance(answer, Dialog), answer
        references.append(reference_in(answer))
    return references


async def all_there(hub: Hub) -> bool:
    counts = {each["name"]: each["items"] for each in await hub.get("/client/lists")}
    return (
        counts["Cases"] >= REFERRALS
        and counts["People"] >= 2 * REFERRALS
        and counts["OSARA entries"] >= 3 * REFERRALS
    )


async def each_once_and_in_order(hub: Hub, references: set[str]) -> None:
    cases = collections.Counter(row["fields"]["CaseReference"] for row in await hub.items("Cases"))
    assert cases == dict.fromkeys(references, 1)
    for list_name, column, each in (("OSARA entries", "EntryKey", 3), ("People", "PersonKey", 2)):
        rows = await hub.items(list_name)
        by_case: dict[str, list[tuple[int, str]]] = collections.defaultdict(list)
        for row in rows:
            key = row["fields"][column]
            by_case[key.rpartition("-")[0]].append((int(row["id"]), key))
        assert by_case.keys() == references
        for made in by_case.values():
            keys = [key for _, key in sorted(made)]
            assert len(keys) == each
            assert keys == sorted(keys)
