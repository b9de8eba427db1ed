"""kill -9 of a pushing process, at the worst moments: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from osara_store.outbox import Sent
from osara_store.schema import outbox, synced_items
from tests.contract.graph_push.rig import LEASE, SITE, World
from tests.contract.graph_push.test_trouble import assert_each_once, items_path

pytestmark = pytest.mark.crash

ROOT = Path(__file__).resolve().parents[3]
AFTER_THE_LEASE = LEASE.total_seconds() + 1


async def pushing_killed_when(world: World, folder: Path, moment: Callable[[], Awaitable[bool]]) -> None:
    """Start a process that pushes, and kill it at that moment."""
    settings = {
        "url": f"sqlite:///{folder / 'hub.db'}",
        "root": world.sandbox.root,
        "login": world.sandbox.login,
        "ca_file": str(world.sandbox.certificate.certificate),
        "site": SITE,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.contract.graph_push.pushing",
        json.dumps(settings),
        cwd=ROOT,
        env=os.environ,
    )
    try:
        async with asyncio.timeout(30):
            while not await moment():
                assert process.returncode is None, "the process ended before its time"
                await asyncio.sleep(0.02)
    finally:
        process.kill()
    assert await process.wait() == -signal.SIGKILL
    await world.sandbox.control("DELETE", "/faults")


async def notes(world: World, name: str) -> int:
    return len([row for row in await world.rows(synced_items) if row["list"] == name])


async def test_killed_before_graph_did_anything(world: World, tmp_path: Path) -> None:
    await world.refer(3)
    await world.sandbox.fault("slow", seconds=30, match=r"\$batch")

    async def has_claimed() -> bool:
        rows = await world.rows(outbox)
        return sum(row["lease"] is not None for row in rows) == 3

    await pushing_killed_when(world, tmp_path, has_claimed)
    assert await world.items("Cases") == []
    assert await world.push_later(AFTER_THE_LEASE) == [Sent()] * 3
    await assert_each_once(world, 3)


async def test_killed_between_the_answer_to_a_create_and_our_note_of_it(world: World, tmp_path: Path) -> None:
    [case] = await world.refer()
    path = await items_path(world, "Cases")
    await world.sandbox.fault("hold_answer", seconds=30, times=1, match=f"POST .*{path}")

    async def stands_there() -> bool:
        return len(await world.items("Cases")) == 1

    await pushing_killed_when(world, tmp_path, stands_there)
    assert await notes(world, "Cases") == 0
    assert await world.push_later(AFTER_THE_LEASE) == [Sent()]
    await assert_each_once(world, 1)
    assert (await world.case(case)).web_url


async def test_killed_in_the_middle_of_a_page_of_twenty(world: World, tmp_path: Path) -> None:
    """Twenty cases are made and noted, and their first entries are made and not noted."""
    await world.refer(20)
    path = await items_path(world, "OSARA entries")
    await world.sandbox.fault("hold_answer", seconds=30, times=1, match=f"POST .*{path}")

    async def entries_stand_there() -> bool:
        return len(await world.items("OSARA entries")) >= 1

    await pushing_killed_when(world, tmp_path, entries_stand_there)
    assert await notes(world, "Cases") == 20
    assert await notes(world, "OSARA entries") == 0
    assert set(await world.push_later(AFTER_THE_LEASE)) == {Sent()}
    await assert_each_once(world, 20)
    keys = [row["EntryKey"] for row in await world.fields("OSARA entries")]
    for reference in {key[:13] for key in keys}:
        own = [key for key in keys if key.startswith(reference)]
        assert own == sorted(own)
