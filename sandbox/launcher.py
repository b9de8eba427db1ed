"""The demo with one command: the sandbox in this process, the bot in another, and no process left at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from sandbox.server import LOOPBACK, Options, Running, running

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 60.0
ENDING_SECONDS = 10.0
LINES_SHOWN = 5


class BotFailed(Exception):
    """The bot did not do what it was started for; the message says what it said last."""


async def run(options: Options, stop: asyncio.Event) -> int:
    """Run sandbox and bot until told to stop, or until the bot ends by itself."""
    options = _with_real_port(options)
    async with running(options) as sandbox:
        log = options.data / "bot.log"
        log.write_bytes(b"")
        try:
            await _run_bot(options, sandbox, log, stop)
        except BotFailed as failure:
            say(f"{failure}\n{last_words(log)}\nAll that the bot said is in {log}.", error=True)
            return 1
    return 0


async def _run_bot(options: Options, sandbox: Running, log: Path, stop: asyncio.Event) -> None:
    environment = _environment(options, sandbox)
    async with child(["provision"], environment, log) as provisioning:
        if not await _ends_first(provisioning, stop):
            return
        if provisioning.returncode:
            raise BotFailed(f"The bot could not prepare its lists (exit {provisioning.returncode}).")
    async with child([], environment, log) as bot:
        await until_ready(bot, options.bot_url, stop)
        if stop.is_set():
            return
        await sandbox.sandbox.clock.catch_up()
        await sandbox.sandbox.installer.everywhere()
        if options.ready_file:
            sandbox.announce(options.ready_file)
        say(f"Open {sandbox.base}/ in your browser (Ctrl-C here ends everything).")
        if await _ends_first(bot, stop):
            raise BotFailed(f"The bot ended by itself (exit {bot.returncode}).")


def _with_real_port(options: Options) -> Options:
    """Choose the bot's port where the caller left it open."""
    url = urlsplit(options.bot_url)
    if url.port != 0:
        return options
    with socket.create_server((LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    return replace(options, bot_url=url._replace(netloc=f"{LOOPBACK}:{port}").geturl())


def _environment(options: Options, sandbox: Running) -> dict[str, str]:
    return {
        **os.environ,
        **sandbox.bot_environment,
        "HUB_DATABASE_URL": f"sqlite:///{options.data.resolve() / 'hub.db'}",
        "HOST": LOOPBACK,
        "PORT": str(urlsplit(options.bot_url).port or 80),
        "HUB_DANGEROUSLY_SETTABLE_CLOCK": "on",
        "PYTHONUNBUFFERED": "1",
    }


@asynccontextmanager
async def child(
    arguments: list[str], environment: dict[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot in a process group of its own, so that Ctrl-C reaches it only through us and it ends as a whole."""
    with log.open("ab") as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        await _end(child)


async def _end(child: asyncio.subprocess.Process) -> None:
    """End the child and whatever it started: asked first, then made to."""
    if child.returncode is None:
        _signal_group(child.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), ENDING_SECONDS)
    _signal_group(child.pid, signal.SIGKILL)
    await child.wait()


def _signal_group(group: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, what)


async def _ends_first(child: asyncio.subprocess.Process, stop: asyncio.Event) -> bool:
    """Wait for the child's end or for `stop`; tell whether it was the child's end."""
    ended, stopped = asyncio.create_task(child.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (ended, stopped):
        task.cancel()
    await asyncio.gather(ended, stopped, return_exceptions=True)
    return not stop.is_set()


async def until_ready(bot: asyncio.subprocess.Process, bot_url: str, stop: asyncio.Event) -> None:
    url = urlsplit(bot_url)._replace(path="/readyz", query="").geturl()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                while not stop.is_set() and not await _answers(session, url):
                    if bot.returncode is not None:
                        raise BotFailed(f"The bot ended while it started (exit {bot.returncode}).")
                    await asyncio.sleep(0.1)
                return
    raise BotFailed(f"The bot was not ready within {READY_SECONDS:g} seconds.")


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    with suppress(aiohttp.ClientError, TimeoutError):
        async with session.get(url) as answer:
            return answer.ok
    return False


def last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-LINES_SHOWN:]) or "  (it said nothing)"


def say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout, flush=True)
