"""`python -m bot outbox`, beside the running bot."""

import re

import pytest

from tests.driver import DEV, Person, a_referral, reference_in
from tests.running import Hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def held(hub: Hub) -> list[str]:
    """The numbers of the messages whose place cannot be reached."""
    status, out, errors = await hub.bot_says("outbox", "list")
    assert status == 0, errors
    return re.findall(r"^ *(\d+)  held", out, flags=re.MULTILINE)


async def test_a_held_message_is_listed_requeued_and_discarded(hub: Hub):
    dev = Person(hub, DEV)
    await hub.post("/client/uninstall", {"as": DEV, "where": "personal"})
    reference = reference_in(await dev.refer(a_referral(601)))
    number = (await until(lambda: held(hub), 20, "a receipt that cannot reach her"))[0]

    assert (await hub.bot_says("outbox", "requeue", number))[0] == 0
    assert await until(lambda: held(hub), 20, "the same fate again")

    status, out, _ = await hub.bot_says("outbox", "discard", number, "--reason", "told by telephone")
    assert status == 0
    assert "discarded" in out
    assert number not in await held(hub)
    _, listed, _ = await hub.bot_says("outbox", "list", "--state", "discarded")
    assert "told by telephone" in listed

    await hub.post("/client/install", {"as": DEV, "where": "personal"})
    await dev.says("my cases")
    await dev.card_with(await dev.chat(), reference)


async def test_a_number_that_is_not_there_is_told_with_status_1(hub: Hub):
    for words in (("requeue", "999999"), ("discard", "999999", "--reason", "none")):
        status, out, _ = await hub.bot_says("outbox", *words)
        assert status == 1
        assert "999999" in out
