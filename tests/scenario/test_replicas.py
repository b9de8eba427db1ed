"""Three bots on one PostgreSQL database: whoever is asked answers the same, and when one dies the others go on.

The sandbox gives each press to the next bot, so that no two steps of anything here happen in the same process.
"""

import asyncio
import collections
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.casework import Desk
from tests.contract.store.postgresql import private_server
from tests.driver import (
    DEV,
    HELEN,
    LEAH,
    PRIYA,
    TOM,
    Dialog,
    Person,
    a_referral,
    page_two,
    reference_in,
    texts_in,
)
from tests.running import Hub, running_hub, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

REPLICAS = 3
A_LEASE = timedelta(seconds=61)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """Replaces the one bot on SQLite that the other scenarios share."""
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    with private_server() as address:
        settings["HUB_DATABASE_URL"] = address
        folder = tmp_path_factory.mktemp("replicas")
        async with running_hub(folder, settings, replicas=REPLICAS) as running:
            yield running


async def rows_of(hub: Hub, list_name: str, reference: str) -> list[dict[str, Any]]:
    return [row for row in await hub.items(list_name) if reference in str(row["fields"])]


async def receipts_of(person: Person, reference: str) -> list[dict[str, Any]]:
    return [
        each for each in await person.bot_cards(await person.chat()) if reference in texts_in(each["card"])
    ]


async def arrives_whole(person: Person, reference: str) -> None:
    """The case stands in SharePoint once, and the one receipt says so."""

    async def told() -> bool:
        return any(
            "In the SharePoint list" in texts_in(each["card"])
            for each in await receipts_of(person, reference)
        )

    await until(told, 30, f"the receipt of {reference}")
    assert len(await receipts_of(person, reference)) == 1
    assert len(await rows_of(person.hub, "Cases", reference)) == 1
    assert len(await rows_of(person.hub, "OSARA entries", reference)) == 3


async def travel(hub: Hub, by: timedelta) -> None:
    """Move the clocks of all bots that live."""
    body = {"now": (datetime.now(UTC) + by).isoformat()}
    for bot in hub.bots:
        if bot.alive:
            url = f"http://127.0.0.1:{bot.environment['PORT']}/dev/clock"
            async with hub.session.post(url, json=body) as answer:
                assert answer.status == 200


async def test_a_form_filled_in_at_one_bot_is_gone_on_with_at_the_next(hub: Hub):
    priya = Person(hub, PRIYA)
    reference = reference_in(await priya.refer(a_referral(1)))
    await arrives_whole(priya, reference)
    for bot in hub.bots:
        async with hub.session.get(f"http://127.0.0.1:{bot.environment['PORT']}/metrics") as answer:
            assert 'state="sent"' in await answer.text()


async def test_every_channel_got_its_hub_card_once(hub: Hub):
    channel = await Person(hub, TOM).channel()
    cards = [
        each for each in await Person(hub, TOM).bot_cards(channel) if "Any partner" in texts_in(each["card"])
    ]
    assert [each["edited"] for each in cards] == [None]


async def test_send_pressed_eight_times_at_once_at_three_bots_makes_one_case(hub: Hub):
    dev, values = Person(hub, DEV), a_referral(2)
    second = await dev.fill_first_page(values)
    reference = reference_in(await dev.press(second, "Send", page_two(values), repeat=8))
    await arrives_whole(dev, reference)
    assert len([row for row in await hub.items("Cases") if values["where"] in str(row)]) == 1


async def test_references_count_up_without_a_gap_though_three_bots_give_them(hub: Hub):
    people = [Person(hub, each) for each in (PRIYA, DEV, HELEN, TOM)]
    before = len(await hub.items("Cases"))
    answers = await asyncio.gather(*(who.refer(a_referral(10 + n)) for n, who in enumerate(people)))
    numbers = sorted(int(reference_in(answer)[-4:]) for answer in answers)
    assert numbers == list(range(before + 1, before + 5))


async def test_two_people_at_two_bots_who_write_the_same_note_page_lose_nothing(hub: Hub):
    reference = reference_in(await Person(hub, PRIYA).refer(a_referral(20)))
    desks = [Desk(Person(hub, who), reference) for who in (PRIYA, TOM)]
    await asyncio.gather(*(desk.writes_note(f"A note by {n}") for n, desk in enumerate(desks)))

    async def both() -> bool:
        texts = {str(row["fields"]["EntryText"]) for row in await rows_of(hub, "OSARA entries", reference)}
        return {"A note by 0", "A note by 1"} <= texts

    await until(both, 30, "both notes in SharePoint")


async def test_who_was_out_of_reach_at_one_bot_is_met_again_at_another(hub: Hub):
    """Taking the app away was heard by one bot, adding it by the next: the receipt waits in between, and comes once."""
    leah = Person(hub, LEAH)
    await hub.post("/client/uninstall", {"as": LEAH, "where": "personal"})
    reference = reference_in(await leah.refer(a_referral(30), hub_id="CAR"))
    await until(lambda: rows_of(hub, "Cases", reference), 20, "the case in SharePoint")
    assert not await receipts_of(leah, reference)
    await hub.post("/client/install", {"as": LEAH, "where": "personal"})
    await arrives_whole(leah, reference)


async def test_one_bot_is_killed_and_the_others_finish_what_it_had_begun(hub: Hub):
    """The killed one had a push under way: once its lease has run out, another finds what stands there and goes on."""
    await hub.fault(target="graph", kind="hold_answer", seconds=60, match="POST .*/items$", times=1)
    priya = Person(hub, PRIYA)
    reference = reference_in(await priya.refer(a_referral(40)))
    await until(lambda: rows_of(hub, "Cases", reference), 20, "the item behind the held answer")
    status, listed, _ = await hub.bot_says("outbox", "list")
    assert status == 0
    assert "case.push" in listed

    for number in (1, 2):  # it is not known which of them is at it: two of three die
        await hub.kill_bot(number)
    await hub.no_faults()
    others = [reference_in(await priya.refer(a_referral(number))) for number in (41, 42)]
    for other in others:
        await arrives_whole(priya, other)
    await hub.kill_bot(0)
    await hub.start_bot(1)
    await travel(hub, A_LEASE)
    await arrives_whole(priya, reference)

    for number in (0, 2):
        await hub.start_bot(number)
    await travel(hub, 2 * A_LEASE)
    await arrives_whole(priya, reference_in(await priya.refer(a_referral(43))))


async def test_kills_at_random_moments_lose_and_double_nothing(hub: Hub):
    """Four people refer while one bot after the other dies and comes back; whoever gets no answer presses again."""
    people = [Person(hub, each) for each in (PRIYA, DEV, HELEN, TOM)]
    references: list[str] = []

    async def at_work(number: int, person: Person) -> None:
        turns = range(100 * (number + 1), 100 * (number + 1) + 3)
        references.extend([await refer_stubbornly(person, a_referral(turn)) for turn in turns])

    async def killer() -> None:
        for number in (0, 1, 2):
            await asyncio.sleep(0.7)
            await hub.kill_bot(number)
            await hub.start_bot(number, ready=False)

    await asyncio.gather(killer(), *(at_work(n, person) for n, person in enumerate(people)))
    await travel(hub, 4 * A_LEASE)
    assert len(set(references)) == 12

    async def all_there() -> bool:
        found = collections.Counter(str(row["fields"]["CaseReference"]) for row in await hub.items("Cases"))
        return all(found[reference] == 1 for reference in references)

    await until(all_there, 60, "every case once")
    keys = collections.Counter(str(row["fields"]["EntryKey"]) for row in await hub.items("OSARA entries"))
    assert set(keys.values()) == {1}


async def refer_stubbornly(person: Person, values: dict[str, str]) -> str:
    second = await stubbornly(lambda: person.fill_first_page(values))
    return reference_in(await stubbornly(lambda: person.press(second, "Send", page_two(values))))


async def stubbornly(press: Callable[[], Awaitable[Any]]) -> Dialog:
    """Press on through every failure, as a person would."""
    for _ in range(100):
        try:
            answer = await press()
        except AssertionError:  # a page that could not be opened
            answer = None
        if isinstance(answer, Dialog):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError("no answer after many presses")


async def test_the_killed_bots_left_nothing_behind(hub: Hub):
    """Whatever was under way when they died was done by somebody."""
    await travel(hub, 6 * A_LEASE)

    async def nothing_waits() -> bool:
        status, listed, _ = await hub.bot_says("outbox", "list")
        return status == 0 and not any(state in listed for state in (" waiting", " dead"))

    await until(nothing_waits, 60, "an empty outbox")
