"""Works the outbox: claims what is due, hands it to whoever delivers it, and writes down what became of it.

The database decides who may do what (see `osara_store.outbox`); this loop holds no state that a kill could lose.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.logs import where_it_failed
from osara_store import conversations, drafts, outbox, pacing, schedule
from osara_store.clock import Clock
from osara_store.database import Database
from osara_store.outbox import Failed, Message, Outcome

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.1
HOUSEKEEPING_SECONDS = 3600
STANDSTILL_SECONDS = 5
KEEP_SENT = timedelta(days=14)
KEEP_SENT_DRAFTS = timedelta(days=1)
KEEP_ABANDONED_DRAFTS = timedelta(days=90)


class Delivery(Protocol):
    """Whoever carries messages to one outside service."""

    service: str
    batch: int
    parallel: int

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Deliver the messages; one outcome each, in the same order."""
        ...


class Bell:
    """Rung after a write that put rows into the outbox: look now rather than at the next poll."""

    def __init__(self) -> None:
        self._heard: list[asyncio.Event] = []

    def listener(self) -> asyncio.Event:
        event = asyncio.Event()
        self._heard.append(event)
        return event

    def ring(self) -> None:
        for event in self._heard:
            event.set()


class Worker:
    """One loop a service, so that a slow Graph holds back no message to Teams."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bell: Bell,
        deliveries: Sequence[Delivery],
        *,
        lease: timedelta = LEASE,
    ) -> None:
        self._database, self._clock = database, clock
        self._loops = [_Loop(database, clock, bell.listener(), delivery, lease) for delivery in deliveries]

    async def run(self) -> None:
        """Work until cancelled; what is being delivered then is finished first."""
        await self._release_leases()
        async with asyncio.TaskGroup() as group:
            for loop in self._loops:
                group.create_task(loop.run())
            group.create_task(self._keep_house())

    def under_way(self) -> dict[str, int]:
        """How many deliveries to each service this process has in hand."""
        return {loop.service: loop.under_way for loop in self._loops}

    @contextlib.asynccontextmanager
    async def standing_still(self) -> AsyncIterator[None]:
        """Meanwhile nothing is claimed, and what was is delivered, unless that takes long: for moving the clock.

        A lease that ended because time was leapt over would have its message sent a second time.
        """
        async with contextlib.AsyncExitStack() as held:
            for loop in self._loops:
                await held.enter_async_context(loop.standing_still())
            yield

    async def _release_leases(self) -> None:
        """Where nobody else can hold a lease, those of a killed process need not run out first."""
        while self._database.is_sole_user:
            try:
                await self._database.write(lambda tx: outbox.release_all(tx, self._clock.now()))
            except Exception as fault:  # noqa: BLE001 a database that is away for a moment is waited for
                log.error("leases not released: %s", where_it_failed(fault))
                await asyncio.sleep(POLL_SECONDS)
            else:
                return

    def _tidy(self, tx: Connection) -> None:
        now = self._clock.now()
        outbox.purge(tx, now - KEEP_SENT)
        conversations.forget_posted_before(
            tx, "digest:", now - KEEP_SENT
        )  # each digest is a message of its own
        pacing.forget(tx, pacing.TEAMS, now)
        schedule.purge(tx, now - schedule.KEEP_RUNS)
        drafts.empty_sent(tx, now - KEEP_SENT_DRAFTS)
        drafts.purge(tx, now - KEEP_ABANDONED_DRAFTS)

    async def _keep_house(self) -> None:
        while True:
            try:
                await self._database.write(self._tidy)
            except Exception as fault:  # noqa: BLE001 a failed tidy-up waits for the next one
                log.error("old outbox rows not purged: %s", where_it_failed(fault))
            await asyncio.sleep(HOUSEKEEPING_SECONDS)


class _Loop:
    def __init__(
        self, database: Database, clock: Clock, woken: asyncio.Event, delivery: Delivery, lease: timedelta
    ) -> None:
        self._database, self._clock, self._woken = database, clock, woken
        self._delivery, self._lease = delivery, lease
        self._running: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._rng = random.Random()  # noqa: S311 jitter, no secret

    @property
    def service(self) -> str:
        return self._delivery.service

    @property
    def under_way(self) -> int:
        return len(self._running)

    async def run(self) -> None:
        try:
            while True:
                await self._once()
        finally:
            await asyncio.gather(*self._running, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def standing_still(self) -> AsyncIterator[None]:
        async with self._claiming:
            if self._running:
                await asyncio.wait(set(self._running), timeout=STANDSTILL_SECONDS)
            yield

    async def _once(self) -> None:
        self._woken.clear()
        try:
            async with self._claiming:
                rest = await self._claim_and_start()
        except Exception as fault:  # noqa: BLE001 the loop outlives a database that is away for a moment
            log.error("outbox of %s not read: %s", self._delivery.service, where_it_failed(fault))
            rest = POLL_SECONDS
        if rest:
            await self._pause(rest)

    async def _claim_and_start(self) -> float:
        """Begin what may begin now; for how many seconds nothing more can, as far as we know."""
        free = self._delivery.parallel - len(self._running)
        if free <= 0:
            return POLL_SECONDS
        size = self._delivery.batch
        messages, opening = await self._database.write(lambda tx: self._look(tx, free * size))
        for start in range(0, len(messages), size):
            self._start(messages[start : start + size])
        return 0 if messages else self._rest_until(opening)

    def _look(self, tx: Connection, limit: int) -> tuple[list[Message], datetime | None]:
        """What can go now; if nothing can, when something that is held back may."""
        now, service = self._clock.now(), self._delivery.service
        messages = outbox.claim(tx, service, limit, now, self._lease)
        return messages, None if messages else outbox.next_opening(tx, service, now)

    def _rest_until(self, opening: datetime | None) -> float:
        if opening is None:
            return POLL_SECONDS
        # Not to the millisecond: tokens come back one by one, and are better fetched several at a time.
        return min(POLL_SECONDS, max(GATHER_SECONDS, (opening - self._clock.now()).total_seconds()))

    def _start(self, messages: Sequence[Message]) -> None:
        task = asyncio.create_task(self._deliver(messages))
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("outcome of %s not noted: %s", self._delivery.service, where_it_failed(fault))
        self._woken.set()

    async def _pause(self, seconds: float) -> None:
        # Not wait_for: when the bell rings just as we are cancelled, that one forgets the cancelling.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
            # A press writes several rows and presses come together: a moment's wait claims them in one go.
            await asyncio.sleep(GATHER_SECONDS)

    async def _deliver(self, messages: Sequence[Message]) -> None:
        outcomes = await self._outcomes(messages)
        now = self._clock.now()
        await self._database.write(
            lambda tx: [
                outbox.settle(tx, message, outcome, now, self._rng)
                for message, outcome in zip(messages, outcomes, strict=True)
            ]
        )

    async def _outcomes(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """The send's time-out is shorter than the lease, so that nobody else can be sending the same."""
        try:
            async with asyncio.timeout(self._lease.total_seconds() * 0.8):
                return await self._delivery.deliver(messages)
        except TimeoutError:
            return [Failed("no answer in time") for _ in messages]
        except Exception as fault:  # noqa: BLE001 a fault of ours must not end the loop; the row keeps it
            log.error("delivery to %s failed: %s", self._delivery.service, where_it_failed(fault))
            return [Failed(type(fault).__name__) for _ in messages]
