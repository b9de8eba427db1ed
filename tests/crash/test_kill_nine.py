"""The bot is killed with -9 at the worst moments; what people and SharePoint see afterwards must be whole.

Every kill is real: the process gets no chance to finish anything.
"""

import asyncio
import collections
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.driver import PRIYA, Dialog, Person, a_referral, page_two, reference_in, texts_in
from tests.running import Hub, running_hub, until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

PEOPLE = [f"00000000-0000-4000-8000-{number:012d}" for number in (1, 2, 3, 4, 5, 6)]


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path) as running:
        yield running


async def keys_in(hub: Hub, list_name: str, column: str) -> collections.Counter[str]:
    return collections.Counter(str(row["fields"][column]) for row in await hub.items(list_name))


async def whole_in_sharepoint(hub: Hub, references: set[str], seconds: float = 60) -> None:
    """Every case stands there once, with its three entries and two people once each, and nothing else does."""

    async def whole() -> bool:
        people = await keys_in(hub, "People", "PersonKey")
        entries = await keys_in(hub, "OSARA entries", "EntryKey")
        return len(people) >= 2 * len(references) and len(entries) >= 3 * len(references)

    await until(whole, seconds, "everything in SharePoint")
    assert await keys_in(hub, "Cases", "CaseReference") == dict.fromkeys(references, 1)
    for list_name, column in (("People", "PersonKey"), ("OSARA entries", "EntryKey")):
        keys = await keys_in(hub, list_name, column)
        assert set(keys.values()) == {1}
        assert {key.rpartition("-")[0] for key in keys} == references
    assert sum((await keys_in(hub, "OSARA entries", "EntryKey")).values()) == 3 * len(references)


async def refer_many(hub: Hub, count: int) -> set[str]:
    async def one(number: int) -> str:
        return reference_in(await Person(hub, PEOPLE[number % len(PEOPLE)]).refer(a_referral(number)))

    references: set[str] = set()
    for start in range(1, count + 1, len(PEOPLE)):  # one draft a person at a time
        numbers = range(start, min(start + len(PEOPLE), count + 1))
        references |= set(await asyncio.gather(*(one(number) for number in numbers)))
    return references


async def test_a_kill_between_commit_and_push_loses_nothing(hub: Hub):
    await hub.fault(target="graph", kind="down")
    references = await refer_many(hub, 3)
    await hub.kill_bot()
    await hub.no_faults()
    assert not await hub.items("Cases")
    await hub.start_bot()
    await whole_in_sharepoint(hub, references)


async def test_a_kill_between_graphs_answer_and_our_note_makes_nothing_twice(hub: Hub):
    await hub.fault(target="graph", kind="hold_answer", seconds=60, match="POST .*/items$")
    references = await refer_many(hub, 1)

    async def made() -> bool:
        return bool(await hub.items("Cases"))

    await until(made, 20, "the item behind the held answer")
    await hub.kill_bot()
    await hub.no_faults()
    await hub.start_bot()
    await whole_in_sharepoint(hub, references)


async def test_a_kill_in_the_middle_of_a_page_of_twenty_makes_nothing_twice(hub: Hub):
    await hub.fault(target="graph", kind="unavailable", retry_after=1)
    references = await refer_many(hub, 24)
    await hub.no_faults()
    await hub.fault(target="graph", kind="hold_answer", seconds=60, match=r"POST .*/items$", probability=0.3)

    async def under_way() -> bool:
        return len(await hub.items("Cases")) > 0

    await until(under_way, 30, "the first items of the page")
    await hub.kill_bot()
    await hub.no_faults()
    await hub.start_bot()
    await whole_in_sharepoint(hub, references)


async def test_a_kill_while_send_is_under_way_lets_the_person_press_again(hub: Hub):
    priya, values = Person(hub, PRIYA), a_referral(1)
    second = await priya.fill_first_page(values)
    press = asyncio.create_task(priya.press(second, "Send", page_two(values)))
    await asyncio.sleep(0.01)
    await hub.kill_bot()
    first_answer = await press
    await hub.start_bot()
    if isinstance(first_answer, Dialog):
        reference = reference_in(first_answer)
    else:
        assert first_answer["kind"] == "error"
        reference = reference_in(await priya.press(second, "Send", page_two(values)))
    await whole_in_sharepoint(hub, {reference})


async def test_a_kill_while_a_receipt_is_under_way_repeats_at_most_that_one(hub: Hub):
    priya = Person(hub, PRIYA)
    await hub.fault(target="teams", kind="hold_answer", seconds=60, match="POST .*/activities", times=1)
    reference = reference_in(await priya.refer(a_referral(1)))
    chat = await priya.chat()

    async def receipts() -> list[str]:
        return [each["id"] for each in await priya.bot_cards(chat) if reference in texts_in(each["card"])]

    await until(receipts, 20, "the receipt behind the held answer")
    await hub.kill_bot()
    await hub.no_faults()
    await hub.start_bot()

    async def told() -> bool:
        cards = [each["card"] for each in await priya.bot_cards(chat)]
        return any(
            reference in texts_in(card) and "In the SharePoint list" in texts_in(card) for card in cards
        )

    await until(told, 100, "the receipt after the restart")
    assert len(await receipts()) <= 2


async def test_kills_at_random_moments_lose_and_double_nothing_and_leave_no_gap(hub: Hub):
    """Six people refer while the bot dies again and again; whoever gets no answer presses Send again."""
    rng = random.Random(20260101)
    await hub.fault(target="graph", kind="throttle", probability=0.1, retry_after=1)
    references: list[str] = []

    async def person_at_work(number: int) -> None:
        person = Person(hub, PEOPLE[number])
        for turn in range(4):
            values = a_referral(100 * (number + 1) + turn)
            references.append(await _refer_stubbornly(person, values))

    async def killer() -> None:
        for _ in range(5):
            await asyncio.sleep(rng.uniform(0.2, 1.5))
            await hub.kill_bot()
            await hub.start_bot(ready=False)

    await asyncio.gather(killer(), *(person_at_work(number) for number in range(len(PEOPLE))))
    await hub.no_faults()
    assert len(set(references)) == 24
    assert sorted(int(reference[-4:]) for reference in references) == list(range(1, 25))
    await whole_in_sharepoint(hub, set(references), 120)


async def _refer_stubbornly(person: Person, values: dict[str, str]) -> str:
    """Press on through every failure, as a person would: the form comes back with what was typed."""
    second = await _until_dialog(lambda: person.fill_first_page(values))
    answer = await _until_dialog(lambda: person.press(second, "Send", page_two(values)))
    return reference_in(answer)


async def _until_dialog(press: object) -> Dialog:
    for _ in range(200):
        try:
            answer = await press()  # type: ignore[operator]
        except AssertionError:  # a page that could not be opened: press again
            answer = None
        if isinstance(answer, Dialog):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError("no answer after many presses")
