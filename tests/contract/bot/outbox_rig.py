"""A worker on a real database with deliveries that keep what they are given."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.worker import Bell, Worker
from osara_store import outbox
from osara_store.clock import SettableClock
from osara_store.database import Database
from osara_store.outbox import Envelope, Message, Outcome, Row, Sent
from osara_store.schema import MessageState
from tests.running import until


@dataclass
class Recorder:
    """Delivers to a list. `outcome` decides on each message, `seconds` is what a delivery takes."""

    service: str = "teams"
    batch: int = 1
    parallel: int = 4
    outcome: Callable[[Message], Outcome] = lambda _message: Sent()
    seconds: float = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        self.begun += [message.key for message in messages]
        self.sizes.append(len(messages))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
            await asyncio.sleep(self.seconds)
        finally:
            self.under_way -= 1
        outcomes = [self.outcome(message) for message in messages]
        self.delivered += [message.key for message in messages]
        return outcomes

    def in_lane(self, lane: str) -> list[str]:
        return [key for key in self.delivered if key.startswith(f"{lane}/")]

    async def has_begun(self, count: int) -> None:
        """Wait until the delivery of so many messages has begun."""
        await until(lambda: reached(self.begun, count), 5, f"the beginning of {count} deliveries")

    async def has_delivered(self, count: int) -> None:
        await until(lambda: reached(self.delivered, count), 5, f"{count} deliveries")


async def reached(messages: Sequence[str], count: int) -> bool:
    return len(messages) >= count


def envelopes(lane: str, count: int, destination: str = "") -> list[Envelope]:
    """Messages of one lane, with keys `lane/0`, `lane/1` and so on, to a conversation of its own unless told otherwise."""
    to = destination or f"teams/chat:{lane}"
    return [Envelope(f"{lane}/{n}", lane, to, "card.hub", {"hub_id": "ALL"}) for n in range(count)]


class Outbox:
    """A database with a clock to move, a bell, and a look at the rows."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.bell = database, SettableClock(), Bell()

    async def put(self, *messages: Envelope) -> None:
        await self.database.write(lambda tx: outbox.put(tx, messages, self.clock.now()))
        self.bell.ring()

    async def rows(self, state: MessageState | None = None) -> dict[str, Row]:
        rows = await self.database.read(lambda tx: outbox.list_rows(tx, state, 10_000))
        return {row.key: row for row in rows}

    async def states(self) -> dict[MessageState, int]:
        counted: dict[MessageState, int] = defaultdict(int)
        for row in (await self.rows()).values():
            counted[row.state] += 1
        return dict(counted)

    async def row(self, key: str) -> Row:
        return (await self.rows())[key]

    async def until_row(self, key: str, condition: Callable[[Row], bool]) -> Row:
        """Wait until the row fulfils the condition."""

        async def fulfilled() -> Row | None:
            row = await self.row(key)
            return row if condition(row) else None

        found: Row = await until(fulfilled, 5, f"row {key}")
        return found

    async def settled(self, seconds: float = 10) -> None:
        """Wait until nothing waits any more."""

        async def none_waits() -> bool:
            return not await self.rows(MessageState.WAITING)

        await until(none_waits, seconds, "an empty outbox")

    async def pass_time(self, span: timedelta) -> None:
        self.clock.set(self.clock.now() + span)
        self.bell.ring()

    @contextlib.asynccontextmanager
    async def worked_by(
        self, *deliveries: Recorder, lease: timedelta = timedelta(seconds=90)
    ) -> AsyncIterator[asyncio.Task[None]]:
        """A worker at work; stopped at the end as the bot stops it."""
        task = asyncio.create_task(
            Worker(self.database, self.clock, self.bell, deliveries, lease=lease).run()
        )
        try:
            yield task
        finally:
            await stop(task)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done, "the worker did not stop"
    if not task.cancelled():
        task.result()
