"""`make bench`: presses a second of a stored referral, beside two echo bots that store nothing.

All bots are started once; then they take turns, round by round, so that whatever else the machine does meets them alike.
Each is a process of its own, and this one is the client. The middle round of each is told.

What the rows mean, and what favours whom:
- *hub*: a referral's last button. Ours checks the channel's token (RS256), the person, the form and look-alikes, and
  answers with a card once the case, its audit row and its outbox rows are on the disk (SQLite, synchronous=FULL).
- *hub, no token*: the same without the token check, which is how the echo bots run.
- *stock*, *agents*: an echo bot on botbuilder 4.17.1 and on the Microsoft 365 Agents SDK 1.9, as their own samples run on
  a developer's machine. They check no token: the Agents SDK has Microsoft's key addresses built in, and stock botbuilder
  would fetch a token of its own in every turn. A press is answered with an empty 200; a message is echoed through a
  connector that answers at once.
What follows from a referral (cards, SharePoint) is not timed: Graph and Teams say "not for an hour" meanwhile, so that the
bot asks once for each and waits.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from bench import load
from bench.activities import message, press
from bench.hub import PROJECT, bot, sandbox
from bench.processes import NotStartedError, Program, free_port

PEERS_PYTHON = PROJECT / ".setup" / "bench-venv" / "bin" / "python"
BUILD = PROJECT / "build"
PERSON = "00000000-0000-4000-9000-000000000000"


@dataclass
class Contender:
    """One row of the table: how to press it once more, and what its rounds were."""

    name: str
    does: str
    burst: Callable[[], Awaitable[load.Burst]]
    rounds: list[load.Burst] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return statistics.median(burst.per_second for burst in self.rounds)

    def wait(self, share: float) -> float:
        """The wait, in milliseconds, that this share of all presses did not exceed."""
        waits = sorted(wait for burst in self.rounds for wait in burst.waits)
        return 1000 * waits[min(len(waits) - 1, int(share * len(waits)))]


@asynccontextmanager
async def quick_connector() -> AsyncIterator[str]:
    """Where the echo bots' answers go: a service that says "posted" at once and keeps nothing."""
    server = await asyncio.get_running_loop().create_server(SayPosted, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/teams/"
    finally:
        server.close()


class SayPosted(asyncio.Protocol):
    """One connection of it."""

    POSTED = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"id":"1"}'

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out, self._heard = cast("asyncio.Transport", transport), b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = load.content_length(head)
        if end and len(body) >= length:
            self._heard = body[length:]
            self._out.write(self.POSTED)


@asynccontextmanager
async def peer(name: str, file: str, folder: Path, presses: int) -> AsyncIterator[list[Contender]]:
    """An echo bot, pressed and spoken to."""
    port = free_port()
    command: list[str | Path] = [PEERS_PYTHON, PROJECT / "bench" / "peers" / file, str(port)]
    async with quick_connector() as connector:
        with Program(command, folder / f"{name}.log") as program:
            await program.listening(port)
            pressed = load.as_request(press("task/submit", connector, PERSON, {"verb": "refer.send"}))
            spoken = load.as_request(message(connector, PERSON, "hello"))
            yield [
                Contender(name, "an empty answer to a press", lambda: load.press(port, [pressed] * presses)),
                Contender(name, "a message echoed", lambda: load.press(port, [spoken] * presses)),
            ]


async def contenders(stack: AsyncExitStack, folder: Path, presses: int) -> list[Contender]:
    tenant = await stack.enter_async_context(sandbox(folder, presses))
    deployed = await stack.enter_async_context(bot(tenant, folder, checks_tokens=True))
    open_door = await stack.enter_async_context(bot(tenant, folder, checks_tokens=False))
    await tenant.nothing_can_be_sent()
    stock = await stack.enter_async_context(peer("stock", "stock_echo.py", folder, presses))
    agents = await stack.enter_async_context(peer("agents", "agents_echo.py", folder, presses))
    return [
        Contender("hub", "a referral stored", deployed.burst),
        Contender("hub, no token", "a referral stored", open_door.burst),
        *stock,
        *agents,
    ]


async def measure(rounds: int, presses: int) -> list[Contender]:
    async with AsyncExitStack() as stack:
        BUILD.mkdir(exist_ok=True)  # not the system's own temporary folder, which may be memory and no disk
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=BUILD)))
        rows = await contenders(stack, folder, presses)
        for number in range(rounds + 1):
            for row in rows:
                burst = await row.burst()
                if number:  # the first round warms up: imports, caches, statements
                    row.rounds.append(burst)
        return rows


def report(rows: list[Contender], rounds: int, presses: int) -> str:
    lines = [
        f"{rounds} rounds of {presses} presses, {load.AT_ONCE} at a time; the middle round of each.",
        "",
        f"{'':16}{'':30}{'a second':>9}{'median ms':>11}{'95 % ms':>9}",
    ]
    lines += [
        f"{row.name:16}{row.does:30}{row.per_second:9.0f}{row.wait(0.5):11.1f}{row.wait(0.95):9.1f}"
        for row in rows
    ]
    lines += ["", *(ratio(ours, theirs) for ours in rows[:2] for theirs in rows[2:])]
    return "\n".join(lines)


def ratio(ours: Contender, theirs: Contender) -> str:
    times = ours.per_second / theirs.per_second
    return f"{ours.name}: {times:.1f} times {theirs.name} ({theirs.does})"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.turn", description="Presses a second, beside two other bots."
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--presses", type=int, default=320, help="in one round")
    given = parser.parse_args()
    try:
        rows = asyncio.run(measure(given.rounds, given.presses))
    except NotStartedError as why:
        print(why)
        return 1
    print(report(rows, given.rounds, given.presses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
