"""`python -m bot` as a real process: what somebody sees who starts it wrongly, or rightly."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from osara_store.database import Database
from tests.running import HUBS, ROOT, free_port, until
from tests.unit.bot.environment import good_environment

# What it did before the fault may be logged; the fault itself is one line, not of the log.
LOGGED = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ (INFO|WARNING) ")
BOT = [sys.executable, "-m", "bot"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place with a space in its name."""
    made = tmp_path / "a hub"
    made.mkdir()
    return made


def environment(folder: Path, changes: Mapping[str, str | None]) -> dict[str, str]:
    """The right settings, on a free port, but for the changes; nothing of this machine's own."""
    home = {"PATH": os.environ["PATH"], "HUB_DATABASE_URL": f"sqlite:///{folder / 'hub.db'}"}
    return home | good_environment({"PORT": str(free_port()), **changes})


async def said_by(
    folder: Path, changes: Mapping[str, str | None], *arguments: str
) -> tuple[int | None, str, str]:
    """Run the bot to its end: status, output, errors."""
    process = await asyncio.create_subprocess_exec(
        *BOT,
        *arguments,
        cwd=ROOT,
        env=environment(folder, changes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), 20)
    except TimeoutError:
        process.kill()
        raise
    return process.returncode, out.decode(), err.decode()


async def refused(folder: Path, changes: Mapping[str, str | None], *arguments: str) -> str:
    """The one plain line with which the bot refuses to start."""
    status, out, err = await said_by(folder, changes, *arguments)
    assert "Traceback" not in err
    assert (status, out) == (2, "")
    (line,) = [line for line in err.splitlines() if not LOGGED.match(line)]
    assert line.startswith("The hub bot cannot start: ")
    return line


def hubs_with(folder: Path, old: str, new: str) -> tuple[str, int]:
    """A copy of the demo's hubs with a change, and the line of the change."""
    lines = HUBS.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if old in line)
    lines[number] = lines[number].replace(old, new)
    copy = folder / "hubs.yaml"
    copy.write_text("\n".join(lines))
    return str(copy), number + 1


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"MicrosoftAppId": None}, "MicrosoftAppId"),
        ({"PORT": "http"}, "PORT"),
        ({"HUB_CONFIG": "no such file.yaml"}, "HUB_CONFIG"),
        ({"HUB_GRAPH_URL": "https://graph.example"}, "HUB_GRAPH_URL"),
        ({"HUB_DANGEROUSLY_TRUST_LOCAL": "on", "HOST": "0.0.0.0"}, "HUB_DANGEROUSLY_TRUST_LOCAL"),
    ],
)
async def test_a_wrong_setting_is_one_plain_line_that_names_it(
    folder: Path, changes: dict[str, str | None], name: str
) -> None:
    assert name in await refused(folder, changes)


@pytest.mark.parametrize("command", [("provision",), ("outbox", "list")])
async def test_every_command_tells_a_wrong_setting_in_the_same_way(
    folder: Path, command: tuple[str, ...]
) -> None:
    assert "HUB_SITE" in await refused(folder, {"HUB_SITE": "hubs"}, *command)


async def test_a_fault_in_the_hubs_is_one_plain_line_with_its_place(folder: Path) -> None:
    copy, number = hubs_with(folder, "timezone: Europe/London", "timezone: Europe/Workington")
    line = await refused(folder, {"HUB_CONFIG": copy})
    assert f"line {number}" in line
    assert "timezone" in line
    assert "is not a time zone" in line


async def test_a_second_process_on_the_same_database_is_told_who_has_it(folder: Path) -> None:
    first = Database.open(f"sqlite:///{folder / 'hub.db'}", exclusive=True)
    try:
        assert str(os.getpid()) in await refused(folder, {})
    finally:
        await first.close()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


async def test_a_place_where_nothing_can_listen_is_one_plain_line(folder: Path, taken_port: int) -> None:
    other = folder / "other"
    port, host = await asyncio.gather(
        refused(folder, {"PORT": str(taken_port)}),
        refused(folder, {"HOST": "192.0.2.1", "HUB_DATABASE_URL": f"sqlite:///{other / 'hub.db'}"}),
    )
    assert f"PORT {taken_port}" in port
    assert "HOST 192.0.2.1" in host


ADDRESSES_OF_NO_DATABASE = [
    "sqlite:////dev/null/hub.db",
    "postgresql+psycopg://hub:a-secret@127.0.0.1:1/hub?connect_timeout=2",
    "postgresql+psycopg://hub:a-secret@127.0.0.1:port/hub",
]


async def test_a_database_that_cannot_be_had_is_one_plain_line_without_a_password(folder: Path) -> None:
    lines = await asyncio.gather(
        *(refused(folder, {"HUB_DATABASE_URL": url}) for url in ADDRESSES_OF_NO_DATABASE)
    )
    assert "a-secret" not in "".join(lines)


async def test_a_file_that_is_no_database_is_one_plain_line(folder: Path) -> None:
    (folder / "hub.db").write_text("Dear diary, this is no database at all. " * 100)
    assert "hub.db" in await refused(folder, {})


async def test_lists_cannot_be_made_while_microsoft_cannot_be_reached_and_that_is_one_plain_line(
    folder: Path,
) -> None:
    nowhere = {
        "HUB_DANGEROUSLY_TRUST_LOCAL": "on",
        "HUB_GRAPH_URL": f"http://127.0.0.1:{free_port()}/v1.0",
        "HUB_CHANNEL_LOGIN_URL": f"https://localhost:{free_port()}",
    }
    status, out, err = await said_by(folder, nowhere, "provision")
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert "an invented secret" not in err
    assert err.splitlines()[-1].startswith("SharePoint did not take it")


async def test_a_wrong_word_gets_the_usage(folder: Path) -> None:
    status, _, err = await said_by(folder, {}, "dance")
    assert status == 2
    assert err.startswith("usage: python -m bot")


# --- a right start ---------------------------------------------------------------------------------------------------


class Started:
    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process, self.port = process, port

    async def get(self, session: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
        async with session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def end(self) -> tuple[int | None, str]:
        """Stop it as a service manager would: status and everything it said."""
        self.process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(self.process.communicate(), 20)
        return self.process.returncode, err.decode()


@contextlib.asynccontextmanager
async def started(folder: Path, session: aiohttp.ClientSession, **changes: str) -> AsyncIterator[Started]:
    """The bot, answering; Graph and the login service are addresses where nobody listens."""
    port = free_port()
    nowhere = {
        "HUB_DANGEROUSLY_TRUST_LOCAL": "on",
        "HUB_GRAPH_URL": f"http://127.0.0.1:{free_port()}/v1.0",
        "HUB_CHANNEL_OPENID_URL": f"http://127.0.0.1:{free_port()}/openid",
        "HUB_CHANNEL_LOGIN_URL": f"https://localhost:{free_port()}",
        "PORT": str(port),
        **changes,
    }
    process = await asyncio.create_subprocess_exec(
        *BOT, cwd=ROOT, env=environment(folder, nowhere), stderr=asyncio.subprocess.PIPE
    )
    bot = Started(process, port)
    try:
        await until(lambda: is_alive(bot, session), 20, "the bot's answer")
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def is_alive(bot: Started, session: aiohttp.ClientSession) -> bool:
    assert bot.process.returncode is None
    with contextlib.suppress(aiohttp.ClientError):
        return (await bot.get(session, "/healthz"))[0] == 200
    return False


async def test_it_starts_while_everything_outside_is_away_says_so_and_stops_cleanly(
    folder: Path, session: aiohttp.ClientSession
) -> None:
    async with started(folder, session) as bot:
        status, body = await bot.get(session, "/readyz")
        assert status == 503
        assert '"database": "reachable"' in body
        for name in ("graph", "token", "keys"):
            assert f'"{name}": "unreachable"' in body
        assert (await bot.get(session, "/metrics"))[0] == 200
        ended, log = await bot.end()
    assert ended == 0
    assert "HUB_DANGEROUSLY_TRUST_LOCAL is on" in log
    assert "Traceback" not in log
    assert log.splitlines()[-1].endswith("stopped")
    await Database.open(f"sqlite:///{folder / 'hub.db'}", exclusive=True).close()
