"""`python -m sandbox.replicas`: three bots on one database, one of them killed, told in plain words. Ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from sandbox.launcher import ROOT, BotFailed, child, last_words, say, until_ready
from sandbox.postgresql import PostgreSQLMissing, private_server
from sandbox.server import LOOPBACK, Options, Running, running
from sandbox.visitor import Visitor, VisitorError

PATIENCE_SECONDS = 45.0
A_LEASE = timedelta(seconds=61)  # a little longer than a message is the business of whoever claimed it
EACH_TIME = 4
TRIES = 3


class DemoFailed(Exception):
    """Something that should have come did not; the message says what."""


@dataclass
class Bot:
    """One replica: where it listens, and its process once it runs."""

    number: int
    port: int
    log: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/api/messages"

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0


@dataclass
class Show:
    """What the demo has on its stage. Whatever it starts, the stack ends."""

    sandbox: Running
    session: aiohttp.ClientSession
    stack: AsyncExitStack
    environment: dict[str, str]
    bots: list[Bot]
    visitors: list[Visitor] = field(default_factory=list)
    referred: dict[str, Visitor] = field(default_factory=dict)

    async def start(self, bot: Bot) -> None:
        environment = {**self.environment, "PORT": str(bot.port)}
        bot.process = await self.stack.enter_async_context(child([], environment, bot.log))
        await until_ready(bot.process, bot.url, asyncio.Event())

    async def refer(self) -> list[str]:
        """Everybody refers once; the references."""
        first = len(self.referred) + 1
        found = [await who.refer(first + n) for n, who in enumerate(self.visitors)]
        self.referred |= dict(zip(found, self.visitors, strict=True))
        return found

    async def post(self, path: str, body: dict[str, object]) -> None:
        async with self.session.post(f"{self.sandbox.base}{path}", json=body) as answer:
            answer.raise_for_status()

    async def numbers(self, bot: Bot, gauge: str) -> dict[str, int]:
        """By service, as a bot tells them to whoever watches over it."""
        async with self.session.get(bot.url.replace("/api/messages", "/metrics")) as answer:
            pattern = rf'^{gauge}{{service="(\w+)"(?:,state="waiting")?}} (\d+)$'
            lines = re.findall(pattern, await answer.text(), re.MULTILINE)
        return {service: int(count) for service, count in lines}

    async def has_come_to_rest(self, bot: Bot) -> bool:
        return not await self.numbers(bot, "hub_outbox_rows")

    async def only_held_back(self) -> bool:
        """Nothing is on its way to Teams, and to SharePoint only what one bot has in hand."""
        waiting = await self.numbers(self.bots[0], "hub_outbox_rows")
        busy = [await self.numbers(bot, "hub_deliveries_under_way") for bot in self.bots]
        return "teams" not in waiting and sum(each["graph"] for each in busy) <= 1

    async def is_told_complete(self, reference: str) -> bool:
        cards = await self.referred[reference].receipts(reference)
        return any("In the SharePoint list" in card for card in cards)

    async def in_sharepoint(self) -> Counter[str]:
        async with self.session.get(f"{self.sandbox.base}/client/lists/Cases/items") as answer:
            return Counter(row["fields"]["CaseReference"] for row in await answer.json())


def main(arguments: list[str]) -> int:
    """Run the demo; status 1 if anything was lost or came twice, 2 if it cannot be shown here."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.replicas", description="Three bots, one of them killed."
    )
    parser.add_argument("--hubs", type=Path, default=ROOT / "deploy" / "hubs.cumbria.yaml")
    options = parser.parse_args(arguments)
    try:
        with private_server() as database, tempfile.TemporaryDirectory(prefix="hub-replicas-") as folder:
            return asyncio.run(_run(options.hubs, database, Path(folder)))
    except PostgreSQLMissing as missing:
        say(str(missing), error=True)
        return 2
    except KeyboardInterrupt:
        return 130


async def _run(hubs: Path, database: str, folder: Path) -> int:
    async with _stage(hubs, database, folder) as show:
        try:
            await _play(show)
        except (BotFailed, DemoFailed, VisitorError, aiohttp.ClientError) as failure:
            words = "\n".join(f"Bot {bot.number}:\n{last_words(bot.log)}" for bot in show.bots if bot.process)
            say(f"{failure}\n{words}", error=True)
            return 1
    say("Bots, tenant and database are stopped and cleaned away.")
    return 0


@asynccontextmanager
async def _stage(hubs: Path, database: str, folder: Path) -> AsyncIterator[Show]:
    bots = [Bot(number, port, folder / f"bot {number}.log") for number, port in enumerate(_free_ports(3), 1)]
    options = Options(folder / "tenant", hubs, 0, 0, bots[0].url)
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(running(options))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        environment = {
            **os.environ,
            **sandbox.bot_environment,
            "HUB_DATABASE_URL": database,
            "HUB_DANGEROUSLY_SETTABLE_CLOCK": "on",
            "HOST": LOOPBACK,
        }
        yield Show(sandbox, session, stack, environment, bots)


def _free_ports(count: int) -> list[int]:
    """All of them held until all are found, so that none is found twice."""
    probes = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


async def _play(show: Show) -> None:
    await _three_bots(show)
    killed = await _slow_sharepoint(show)
    begun = await _kill(show, killed)
    left = [bot for bot in show.bots if bot is not killed]
    await _take_over(show, left)
    await _tell_the_end(show, left[0], begun)


async def _three_bots(show: Show) -> None:
    first = show.bots[0]
    environment = {**show.environment, "PORT": str(first.port)}
    async with child(["provision"], environment, first.log) as provisioning:
        if await provisioning.wait():
            raise BotFailed("The bot could not prepare its lists.")
    await asyncio.gather(*(show.start(bot) for bot in show.bots))
    urls = [bot.url for bot in show.bots]
    await show.post("/control/bot", {"url": urls[0], "others": urls[1:]})
    await show.sandbox.sandbox.installer.everywhere()
    show.visitors = await _visitors(show)
    processes = ", ".join(str(bot.pid) for bot in show.bots)
    say(f"Three bots (processes {processes}) are running on one PostgreSQL database.")
    say(
        f"At their Teams clients: {', '.join(who.name for who in show.visitors)}. Each press goes to the next bot."
    )
    say(f"\nThey refer: {', '.join(await show.refer())}.")
    await _until(lambda: show.has_come_to_rest(first), "the first case files")


async def _visitors(show: Show) -> list[Visitor]:
    async with show.session.get(f"{show.sandbox.base}/client/people") as answer:
        people = await answer.json()
    return [Visitor(show.session, show.sandbox.base, each["id"], each["name"]) for each in people[:EACH_TIME]]


async def _slow_sharepoint(show: Show) -> Bot:
    """One case file is begun: it stands in the list, but the answer that says so does not come. Whose it is."""
    hold = {"target": "graph", "kind": "hold_answer", "seconds": 60, "match": "POST .*/items$", "times": 1}
    for _ in range(TRIES):  # on a busy machine its time-out comes before the rest has gone through
        await show.post("/control/faults", hold)
        say(f"They refer again: {', '.join(await show.refer())}.")
        await _until(show.only_held_back, "the next case files")
        for bot in show.bots:
            if (await show.numbers(bot, "hub_deliveries_under_way")).get("graph"):
                say(
                    f"SharePoint is slow: process {bot.pid} has begun to write a case file, and waits for an answer."
                )
                return bot
    raise DemoFailed("No bot was found at work: this machine is too busy for this demo.")


async def _kill(show: Show, bot: Bot) -> list[str]:
    """The case files that nobody has said to be complete when the bot dies: those that it was writing."""
    os.kill(bot.pid, signal.SIGKILL)
    begun = [reference for reference in show.referred if not await show.is_told_complete(reference)]
    say(f"\nkill -9 {bot.pid}: that bot is gone, with {' and '.join(begun)} half written.")
    async with show.session.delete(f"{show.sandbox.base}/control/faults") as answer:
        answer.raise_for_status()
    say(f"The two others go on. They refer: {', '.join(await show.refer())}.")
    return begun


async def _take_over(show: Show, left: Sequence[Bot]) -> None:
    now = (datetime.now(UTC) + A_LEASE).isoformat()
    for bot in left:
        async with show.session.post(
            bot.url.replace("/api/messages", "/dev/clock"), json={"now": now}
        ) as answer:
            answer.raise_for_status()
    say(
        "\nWhat a bot has in hand is its own for a minute. So that you need not wait, the clocks of the two others are "
        "moved on by that minute."
    )


async def _tell_the_end(show: Show, bot: Bot, begun: list[str]) -> None:
    await _until(lambda: show.has_come_to_rest(bot), "the end of the work")
    receipts = {reference: await who.receipts(reference) for reference, who in show.referred.items()}
    files = await show.in_sharepoint()
    for reference, found in receipts.items():
        by = "begun by the killed bot, finished by another" if reference in begun else ""
        say(f"  {reference}  receipts: {len(found)}  case files: {files[reference]}  {by}".rstrip())
    complete = all([await show.is_told_complete(reference) for reference in receipts])
    if set(map(len, receipts.values())) != {1} or files != dict.fromkeys(receipts, 1) or not complete:
        raise DemoFailed("Something was lost, or came twice.")
    say(f"{len(receipts)} referrals: every receipt arrived once, every case file stands once. Nothing waits.")


async def _until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    end = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not await condition():
        if asyncio.get_running_loop().time() > end:
            raise DemoFailed(f"{what[0].upper()}{what[1:]} did not come.")
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
