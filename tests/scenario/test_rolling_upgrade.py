"""Two bots on one PostgreSQL database go over to a newer version one after the other, while people press buttons."""

import asyncio
import dataclasses
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from osara_store import engines
from osara_store.replicas import SILENCE
from osara_store.schema import replicas
from tests.contract.store.postgresql import private_server
from tests.driver import DEV, PRIYA, Person, a_referral, reference_in, texts_in
from tests.running import ROOT, Hub, Program, running_hub, until

pytestmark = pytest.mark.timeout(180)

NEWER = ["-m", "tests.newer_program"]


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    with private_server() as address:
        async with running_hub(tmp_path, {"HUB_DATABASE_URL": address}, replicas=2) as running:
            yield running


@pytest.fixture(autouse=True)
def _without_faults() -> None:
    """This module has a hub of its own; no fault is ever set."""


async def refers(hub: Hub, number: int) -> None:
    """The whole way of two referrals at once, each press at another bot than the one before."""
    people = [Person(hub, PRIYA), Person(hub, DEV)]
    answers = await asyncio.gather(*(who.refer(a_referral(number + n)) for n, who in enumerate(people)))

    async def told(who: Person, reference: str) -> bool:
        cards = [each["card"] for each in await who.bot_cards(await who.chat())]
        mine = [card for card in cards if reference in texts_in(card)]
        return len(mine) == 1 and "In the SharePoint list" in texts_in(mine[0])

    for who, answer in zip(people, answers, strict=True):
        reference = reference_in(answer)
        await until(lambda who=who, reference=reference: told(who, reference), 30, reference)


async def upgrades(bot: Program, *words: str) -> tuple[int, str]:
    """What `upgrade` of this bot's version says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *bot.arguments,
        "upgrade",
        *words,
        cwd=ROOT,
        env={**os.environ, **bot.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def pid_of(bot: Program) -> int:
    assert bot.process is not None
    return bot.process.pid


def two_minutes_pass(hub: Hub) -> None:
    """For the one that was killed: the living go on calling."""
    engine = engines.engine_for(engines.parse(hub.bot_environment["HUB_DATABASE_URL"]))
    with engine.begin() as tx:
        living = [f"%process {pid_of(bot)}" for bot in hub.bots]
        killed = replicas.c.name.not_like(living[0]) & replicas.c.name.not_like(living[1])
        tx.execute(replicas.update().where(killed).values(heard_at=datetime.now(UTC) - SILENCE))
    engine.dispose()


async def test_one_bot_after_the_other_goes_over_to_the_next_version(hub: Hub):
    old, new = hub.bots[0], dataclasses.replace(hub.bots[1], arguments=NEWER)
    await refers(hub, 1)

    await hub.bots[1].end()
    hub.other_bots[0] = new
    await hub.start_bot(1)  # adds a column to the cases and a table, beside the old one at work
    await refers(hub, 11)

    await hub.kill_bot(0)
    await hub.start_bot(0)  # the old version, on a database that the new one has added to
    await refers(hub, 21)

    status, said = await upgrades(new)
    assert status == 0
    assert said.count("running:") == 3  # one of them was killed and is not forgotten yet
    assert said.count("knows up to") == 2
    assert "Not finished" in said
    status, said = await upgrades(new, "--finish")
    assert status == 2
    assert f"process {pid_of(old)}." in said

    await old.end()
    two_minutes_pass(hub)
    assert await upgrades(new, "--finish") == (0, "The upgrade is finished.\n")
    await old.start()
    assert await old.end(signal.SIGCONT) == 2  # it ends by itself
    assert "made by a newer version" in old.said()

    hub.bot = dataclasses.replace(old, arguments=NEWER)
    await hub.start_bot(0)
    await refers(hub, 31)
    assert all(bot.alive for bot in hub.bots)
    assert await hub.bots[0].end(signal.SIGTERM) == 0
