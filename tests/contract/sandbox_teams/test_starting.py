"""The program: `python -m sandbox`, alone and with the bot, from a folder with spaces."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox_teams import hubs

SANDBOX = Path(__file__).resolve().parents[3] / "sandbox"
STAND_IN = Path(__file__).with_name("stand_in_bot.py")


@dataclass(frozen=True)
class Program:
    process: asyncio.subprocess.Process
    ready_file: Path

    async def ready(self) -> dict[str, Any]:
        """Wait for the ready file, or fail with what the program said when it ended."""
        await self.until_there(self.ready_file)
        found: dict[str, Any] = json.loads(self.ready_file.read_text())
        return found

    async def until_there(self, file: Path) -> None:
        async with asyncio.timeout(60):
            while not _is_there(file):
                assert self.process.returncode is None, await self.errors()
                await asyncio.sleep(0.05)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)

    async def line(self) -> str:
        assert self.process.stdout
        return (await asyncio.wait_for(self.process.stdout.readline(), 60)).decode()

    async def errors(self) -> str:
        assert self.process.stderr
        return (await asyncio.wait_for(self.process.stderr.read(), 60)).decode()


def _is_there(file: Path) -> bool:
    return file.exists()


@pytest.fixture
def home(folder: Path) -> Path:
    """A copy of the sandbox beside a stand-in for the bot, as in a checkout of the project."""
    leave_out = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(SANDBOX, folder / "sandbox", ignore=leave_out)
    (folder / "bot").mkdir()
    shutil.copy(STAND_IN, folder / "bot" / "__main__.py")
    hubs.written_to(folder)
    return folder


@asynccontextmanager
async def program(home: Path, *more: str, **environment: str) -> AsyncIterator[Program]:
    ready_file = home / "ready.json"
    options = ["--data", "data", "--hubs", "hubs.yaml", "--port", "0", "--login-port", "0"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", *options, "--ready-file", str(ready_file), *more),
        cwd=home,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Program(process, ready_file)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def with_bot(home: Path, **environment: str) -> AbstractAsyncContextManager[Program]:
    options = ("--with-bot", "--bot-url", "http://127.0.0.1:0")
    return program(home, *options, STAND_IN_PIDS=str(home / "pids"), **environment)


def bots_left(home: Path) -> list[int]:
    """The processes of the bot that still run."""
    pids = [int(line) for line in (home / "pids").read_text().split()]
    assert pids
    return [pid for pid in pids if Path(f"/proc/{pid}").exists() and _state(pid) != "Z"]


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def test_the_ready_file_holds_all_that_a_bot_needs(home: Path) -> None:
    async with program(home) as started:
        ready = await started.ready()

        assert ready["bot_environment"].keys() >= {
            "MicrosoftAppType",
            "MicrosoftAppId",
            "MicrosoftAppPassword",
            "MicrosoftAppTenantId",
            "HUB_GRAPH_URL",
            "HUB_SITE",
            "HUB_CHANNEL_OPENID_URL",
            "HUB_CHANNEL_LOGIN_URL",
            "HUB_DANGEROUSLY_TRUST_LOCAL",
            "SSL_CERT_FILE",
            "HUB_CONFIG",
        }
        assert "BEGIN CERTIFICATE" in (home / "data" / "ca.pem").read_text()
        assert ready["ca"] == str(home / "data" / "ca.pem")
        assert str(ready["base"]) in await started.line()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_it_ends_cleanly_when_asked(home: Path, how: signal.Signals) -> None:
    async with program(home) as started:
        await started.ready()

        assert await started.end(how) == 0
        assert await started.errors() == ""


async def test_it_listens_on_this_machine_only(home: Path) -> None:
    async with program(home) as started:
        await started.ready()

        listening = _listening_addresses(started.process.pid)

    assert listening == {"0100007F"}


def _listening_addresses(pid: int) -> set[str]:
    """The local addresses, in the kernel's notation, on which a process listens over TCP."""
    sockets = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


async def test_a_port_in_use_is_named(home: Path) -> None:
    async with program(home) as first:
        port = str((await first.ready())["base"]).rpartition(":")[2]
        async with program(home, "--data", "other", "--port", port) as second:
            assert await asyncio.wait_for(second.process.wait(), 30) == 2
            assert (
                await second.errors()
                == f"Port {port} is in use or not allowed. Choose another with --port.\n"
            )


async def test_two_sandboxes_do_not_share_a_folder(home: Path) -> None:
    async with program(home) as first:
        await first.ready()
        async with program(home) as second:
            assert await asyncio.wait_for(second.process.wait(), 30) == 2
            assert "Another sandbox is using" in await second.errors()


@pytest.mark.parametrize(
    ("content", "said"),
    [("hubs: [", "not valid YAML"), ("name: x", "tenants: Field required"), (None, "cannot be read")],
)
async def test_a_fault_in_the_hubs_file_is_one_plain_message(
    home: Path, content: str | None, said: str
) -> None:
    (home / "hubs.yaml").unlink()
    if content:
        (home / "hubs.yaml").write_text(content)

    async with program(home) as started:
        assert await asyncio.wait_for(started.process.wait(), 30) == 2
        errors = await started.errors()

    assert said in errors
    assert "Traceback" not in errors


async def test_with_bot_the_address_comes_when_the_bot_is_ready_and_installed(home: Path) -> None:
    async with with_bot(home) as started:
        line = await started.line()
        ready = await started.ready()

        assert line == f"Open {ready['base']}/ in your browser (Ctrl-C here ends everything).\n"
        places = await _places(str(ready["base"]))
        assert places["chats"][0]["installed"]
        assert places["teams"][0]["installed"]
        assert (home / "data" / "bot.log").read_text().startswith("provisioned\n")


async def _places(base: str) -> Any:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{base}/client/places", params={"as": hubs.PRIYA}) as answer,
    ):
        return await answer.json()


async def test_with_bot_its_clock_can_be_moved_and_it_listens_to_this_machine_only(home: Path) -> None:
    async with with_bot(home) as started:
        await started.ready()
        bot = int((home / "pids").read_text().split()[0])
        told = Path(f"/proc/{bot}/environ").read_text().split("\0")

    assert {"HUB_DANGEROUSLY_SETTABLE_CLOCK=on", "HOST=127.0.0.1"} <= set(told)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_with_bot_no_process_is_left(home: Path, how: signal.Signals) -> None:
    async with with_bot(home) as started:
        await started.ready()
        assert len(bots_left(home)) == 2

        assert await started.end(how) == 0

    assert bots_left(home) == []


async def test_a_second_start_works_like_the_first(home: Path) -> None:
    for _ in range(2):
        async with with_bot(home) as started:
            assert (await started.line()).startswith("Open http://127.0.0.1:")
            assert await started.end() == 0


async def test_being_stopped_while_the_bot_starts_leaves_nothing(home: Path) -> None:
    async with with_bot(home, STAND_IN_NEVER_READY="1") as started:
        await started.until_there(home / "pids")

        assert await started.end() == 0

    assert bots_left(home) == []


async def test_a_bot_that_cannot_provision_is_told_with_its_last_message(home: Path) -> None:
    async with with_bot(home, STAND_IN_PROVISION_FAILS="HUB_SITE is missing.") as started:
        assert await asyncio.wait_for(started.process.wait(), 60) == 1
        errors = await started.errors()

    assert errors.startswith("The bot could not prepare its lists (exit 3).\n  HUB_SITE is missing.\n")


async def test_a_bot_that_dies_is_told_with_its_last_message(home: Path) -> None:
    async with with_bot(home) as started:
        await started.ready()
        bot = int((home / "pids").read_text().split()[0])
        os.kill(bot, signal.SIGUSR1)

        assert await asyncio.wait_for(started.process.wait(), 60) == 1
        errors = await started.errors()

    assert "The bot ended by itself (exit 4)." in errors
    assert "  The database is full." in errors
    assert bots_left(home) == []
