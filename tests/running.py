"""Runs the real programs, as processes on free ports of this machine, and talks to them as a person would.

`running_hub` gives a sandbox and a bot with everything installed; `Hub.kill_bot` is a real kill -9. With `replicas` there are
several bots on one database, which has to be PostgreSQL, and the sandbox speaks to them in turn.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
HUBS = ROOT / "deploy" / "hubs.cumbria.yaml"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(condition: Any, seconds: float = 20, what: str = "the condition") -> Any:
    """Wait until the async condition gives something true, and return that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = await condition()
        if found:
            return found
        if loop.time() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        await asyncio.sleep(0.05)


@dataclass
class Program:
    """One child process with its log in a file."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as sink:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.arguments,
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )

    async def end(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """End the process and wait for it; the exit status tells how it went."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(with_signal)
        return await asyncio.wait_for(self.process.wait(), 30)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@dataclass
class Hub:
    """A running sandbox with a bot, and the clients to talk to both."""

    folder: Path
    base: str
    bot_port: int
    bot_environment: dict[str, str]
    sandbox: Program
    bot: Program
    session: aiohttp.ClientSession
    counters: dict[str, int] = field(default_factory=dict)
    other_bots: list[Program] = field(default_factory=list)

    @property
    def bots(self) -> list[Program]:
        """All replicas."""
        return [self.bot, *self.other_bots]

    @property
    def bot_url(self) -> str:
        return f"http://127.0.0.1:{self.bot_port}"

    @property
    def database(self) -> Path:
        return self.folder / "hub.db"

    async def get(self, path: str, **query: str) -> Any:
        async with self.session.get(self.base + path, params=query) as answer:
            assert answer.status == 200, f"GET {path}: {answer.status} {await answer.text()}"
            return await answer.json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None, expect: int | None = 200) -> Any:
        async with self.session.post(self.base + path, json=dict(body or {})) as answer:
            content = await answer.json(content_type=None) if answer.content_length != 0 else None
            if expect is not None:
                assert answer.status < 300, f"POST {path}: {answer.status} {content}"
            return content

    async def delete(self, path: str) -> None:
        async with self.session.delete(self.base + path) as answer:
            assert answer.status < 300, f"DELETE {path}: {answer.status}"

    async def fault(self, **what: Any) -> None:
        await self.post("/control/faults", what)

    async def no_faults(self) -> None:
        await self.delete("/control/faults")

    async def start_bot(self, number: int = 0, *, ready: bool = True) -> None:
        await self.bots[number].start()
        await self.bot_answers("/readyz" if ready else "/healthz", number)

    async def kill_bot(self, number: int = 0) -> None:
        """A real kill -9: no handler runs, nothing is flushed."""
        await self.bots[number].end(signal.SIGKILL)

    async def bot_answers(self, path: str, number: int = 0) -> None:
        bot = self.bots[number]

        async def answered() -> bool:
            assert bot.alive, f"the bot ended:\n{bot.said()[-3000:]}"
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self.session.get(f"http://127.0.0.1:{bot.environment['PORT']}{path}") as answer:
                    return answer.status == 200
            return False

        await until(answered, 30, f"{path} of the bot")

    async def bot_says(self, *arguments: str) -> tuple[int, str, str]:
        """Run `python -m bot ...` to its end: status, output, errors."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=ROOT,
            env={**os.environ, **self.bot.environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, out.decode(), err.decode()

    async def items(self, list_name: str) -> list[dict[str, Any]]:
        """The rows of a SharePoint list, as the sandbox's page shows them."""
        rows: list[dict[str, Any]] = await self.get(f"/client/lists/{list_name}/items")
        return rows


class _Both:
    """Starts both programs, and ends them whatever happens."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        hubs: Path,
        *,
        install: bool,
        provision: bool,
        replicas: int,
    ) -> None:
        self.folder, self.settings, self.hubs = folder, dict(settings), hubs
        self.ports = [free_port() for _ in range(replicas)]
        self.install, self.provision = install, provision
        self.hub: Hub | None = None
        self.programs: list[Program] = []
        self.session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if fault is not None and self.hub is not None:
            for bot in self.hub.bots:
                print(f"--- {bot.name} ---", bot.said()[-6000:], sep="\n")
            print("--- sandbox ---", self.hub.sandbox.said()[-3000:], sep="\n")
        await self._end()

    async def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        ready_file = self.folder / "ready.json"
        sandbox = await self._sandbox(ready_file)
        ready = json.loads(ready_file.read_text())
        environment = {
            **ready["bot_environment"],
            "HUB_DATABASE_URL": f"sqlite:///{self.folder / 'hub.db'}",
            "HOST": "127.0.0.1",
            "PORT": str(self.ports[0]),
            **self.settings,
        }
        bot, *others = (self._bot(environment, number) for number in range(len(self.ports)))
        self.programs += [bot, *others]
        self.hub = Hub(
            self.folder,
            ready["base"],
            self.ports[0],
            environment,
            sandbox,
            bot,
            self.session,
            other_bots=others,
        )
        if self.provision:
            status, _, errors = await self.hub.bot_says("provision")
            assert status == 0, errors
        for number in range(len(self.ports)):
            await self.hub.start_bot(number)
        if self.install:
            await self.hub.post("/control/install-everywhere")

    def _bot(self, environment: Mapping[str, str], number: int) -> Program:
        name = f"bot {number + 1}" if number else "bot"
        own = {**environment, "PORT": str(self.ports[number])}
        return Program(name, ["-m", "bot"], own, self.folder / f"{name}.log")

    async def _sandbox(self, ready_file: Path) -> Program:
        url, *others = (f"http://127.0.0.1:{port}/api/messages" for port in self.ports)
        arguments = [
            "-m",
            "sandbox",
            "--data",
            str(self.folder / "sandbox"),
            "--hubs",
            str(self.hubs),
            "--port",
            "0",
            "--login-port",
            "0",
            "--bot-url",
            url,
            "--ready-file",
            str(ready_file),
            *(word for other in others for word in ("--other-bot-url", other)),
        ]
        sandbox = Program("sandbox", arguments, {}, self.folder / "sandbox.log")
        self.programs.append(sandbox)
        await sandbox.start()

        async def ready() -> bool:
            assert sandbox.alive, f"the sandbox ended:\n{sandbox.said()[-3000:]}"
            return ready_file.exists()

        await until(ready, 30, "the sandbox")
        return sandbox

    async def _end(self) -> None:
        for program in reversed(self.programs):
            if program.alive:
                with contextlib.suppress(TimeoutError):
                    await program.end()
            if program.alive:
                await program.end(signal.SIGKILL)
        if self.session is not None:
            await self.session.close()


@contextlib.asynccontextmanager
async def running_hub(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    install: bool = True,
    provision: bool = True,
    hubs: Path = HUBS,
    replicas: int = 1,
) -> AsyncIterator[Hub]:
    """A sandbox and a bot, ready to refer to. `settings` are added to the bot's environment."""
    running = _Both(folder, settings or {}, hubs, install=install, provision=provision, replicas=replicas)
    async with running as both:
        assert both.hub is not None
        yield both.hub
