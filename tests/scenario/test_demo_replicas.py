"""`make demo-replicas`: what its page promises is what it shows, and nothing of it is left."""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.store.postgresql import ABSENT
from tests.running import ROOT

pytestmark = pytest.mark.timeout(150)


@pytest.fixture(autouse=True)
def _without_faults() -> None:
    """It has a tenant of its own."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name, because a socket's may not be long, and open to the server's own user."""
    with tempfile.TemporaryDirectory(prefix="hub-demo-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


async def test_the_demo_kills_a_bot_and_shows_that_everything_arrived_once(folder: Path):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.replicas",
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    said = out.decode()
    if b"PostgreSQL is not installed" in err:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ABSENT)
    assert (process.returncode, err) == (0, b""), said

    pids = re.findall(r"\d+", said.splitlines()[0])
    assert len(pids) == 3
    killed = re.findall(r"^kill -9 (\d+):", said, re.MULTILINE)
    assert len(killed) == 1
    assert killed[0] in pids
    lines = re.findall(r"^  (\S+)  receipts: 1  case files: 1( .*finished by another)?$", said, re.MULTILINE)
    assert len(lines) == len({reference for reference, _ in lines}) >= 12
    assert any(taken_over for _, taken_over in lines)
    assert said.endswith("Nothing waits.\nBots, tenant and database are stopped and cleaned away.\n")

    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert list(folder.iterdir()) == []
