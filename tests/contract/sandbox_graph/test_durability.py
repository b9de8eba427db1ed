"""What was answered is kept: across a restart, across kill -9, and quickly enough."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from sandbox.identity import Identity
from sandbox.login import GRAPH
from tests.contract.sandbox_graph.rig import APP_ID, SECRET, TENANT_ID, running, text

ALONE = """
import asyncio, sys
from pathlib import Path
from tests.contract.sandbox_graph.rig import running

async def main():
    async with running(Path(sys.argv[1])) as sandbox:
        print(sandbox.root, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def sandbox_process(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, str(data), stdout=asyncio.subprocess.PIPE, cwd=Path.cwd()
    )
    assert process.stdout is not None
    root = (await process.stdout.readline()).decode().strip()
    try:
        yield process, root
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_lists_items_and_tokens_outlive_a_restart(data: Path) -> None:
    async with running(data) as sandbox:
        cases = await sandbox.make_list("Cases", text("Reference", indexed=True))
        await cases.added(Reference="ALL-2026-0001")
        page = await sandbox.get(f"{cases.path}/items/delta")
        token = page.body["@odata.deltaLink"].partition("token=")[2]

    async with running(data) as sandbox:
        found = await sandbox.get(
            f"{sandbox.site}/lists/Cases/items?$filter=fields/Reference eq 'ALL-2026-0001'"
        )
        await sandbox.ask("POST", f"{cases.path}/items", {"fields": {}})
        since = await sandbox.get(f"{cases.path}/items/delta?token={token}")

    assert [item["id"] for item in found.value] == ["1"]
    assert [item["id"] for item in since.value] == ["2"]


async def write_until_killed(data: Path, kill_after: float) -> list[str]:
    """Create and change items as fast as answers come; return the ids whose change was answered."""
    token = Identity(data, TENANT_ID, APP_ID, SECRET, "http://127.0.0.1").app_token(GRAPH)
    answered: list[str] = []
    async with sandbox_process(data) as (process, root), ClientSession(headers=bearer(token)) as session:
        url = await _cases(session, root)
        asyncio.get_running_loop().call_later(kill_after, os.kill, process.pid, signal.SIGKILL)
        try:
            while True:
                body = {"fields": {"Reference": f"ALL-{len(answered)}-{time.monotonic_ns()}"}}
                async with session.post(url, json=body) as response:
                    made = await response.json()
                async with session.patch(f"{url}/{made['id']}/fields", json={"Title": "done"}) as response:
                    assert response.status == 200
                answered.append(made["id"])
        except (ClientError, OSError):
            return answered


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _cases(session: ClientSession, root: str) -> str:
    site = f"{root}/sites/localhost:/sites/hubs:"
    reference = text("Reference", indexed=True, enforceUniqueValues=True)
    await session.post(f"{site}/lists", json={"displayName": "Cases", "columns": [reference]})
    return f"{site}/lists/Cases/items"


@pytest.mark.crash
async def test_every_answered_write_outlives_kill_9(data: Path) -> None:
    answered = [*await write_until_killed(data, 0.7), *await write_until_killed(data, 0.7)]

    assert len(answered) > 20
    assert len(set(answered)) == len(answered)
    state = sqlite3.connect(data / "graph.sqlite")
    assert state.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = {str(row[0]): json.loads(row[1]) for row in state.execute(CASES)}
    assert set(answered) <= kept.keys()
    assert {kept[item_id]["Title"] for item_id in answered} == {"done"}
    assert state.execute(INDEXED).fetchone() == (len(kept),)
    state.close()


CASES = "SELECT item.id, fields FROM item JOIN sp_list ON sp_list.id = list_id WHERE title = 'Cases'"
INDEXED = "SELECT count(*) FROM indexed_value WHERE column_name = 'Reference'"


async def test_hundreds_of_writes_a_second_are_no_trouble(data: Path) -> None:
    async with sandbox_process(data) as (_, root):
        token = Identity(data, TENANT_ID, APP_ID, SECRET, "http://127.0.0.1").app_token(GRAPH)
        async with ClientSession(headers=bearer(token)) as session:
            url = await _cases(session, root)
            started = time.perf_counter()
            await asyncio.gather(*(_write(session, url, worker) for worker in range(8)))
            took = time.perf_counter() - started

    assert 400 / took > 100, f"{400 / took:.0f} writes a second"


async def _write(session: ClientSession, url: str, worker: int) -> None:
    for n in range(50):
        body: dict[str, Any] = {"fields": {"Title": "x" * 200, "Reference": f"{worker}-{n}"}}
        async with session.post(url, json=body) as response:
            assert response.status == 201
