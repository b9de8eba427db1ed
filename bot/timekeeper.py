"""Does what a date brings, when it comes: one row of the schedule after another, each in a transaction of its own.

The database decides who runs what (see `osara_store.schedule`): any number of replicas may do this side by side.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.logs import where_it_failed
from bot.worker import GATHER_SECONDS, POLL_SECONDS, Bell
from osara_store import schedule
from osara_store.clock import Clock
from osara_store.database import Database
from osara_store.schedule import Due, Handler, Planner, RunFailed

log = logging.getLogger(__name__)

PLAN_EVERY = timedelta(hours=1)
PLAN_AGAIN = timedelta(minutes=1)  # after a failure
# Between two runs, so that after a long standstill the people who press buttons meanwhile are served in between.
BREATH_SECONDS = 0.005


class Timekeeper:
    """Runs what is due, and before the first run and every hour has it planned what there should be."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bell: Bell,
        handlers: Mapping[str, Handler],
        planners: Sequence[Planner],
    ) -> None:
        self._database, self._clock, self._bell = database, clock, bell
        self._handlers, self._planners = handlers, planners
        self._woken = bell.listener()
        self._planned_at = self._plan_at = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Keep time until cancelled. A run that has begun is finished by the database, or undone as a whole."""
        while True:
            self._woken.clear()
            await self._pause(await self._once())

    async def _once(self) -> float:
        """Do what there is to do; for how many seconds there is nothing more, as far as we know."""
        try:
            await self._plan_if_it_is_time()
            return await self._run_next()
        except Exception as fault:  # noqa: BLE001 the loop outlives a database that is away for a moment
            log.error("the schedule was not read: %s", where_it_failed(fault))
            return POLL_SECONDS

    async def _plan_if_it_is_time(self) -> None:
        now = self._clock.now()
        if self._planned_at <= now < self._plan_at:  # before the last planning, the clock was set back
            return
        done = [await self._plan(planner) for planner in self._planners]
        self._planned_at = now
        self._plan_at = now + (PLAN_EVERY if all(done) else PLAN_AGAIN)

    async def _plan(self, planner: Planner) -> bool:
        def work(tx: Connection) -> None:
            schedule.only_one_plans(tx)
            planner(tx, self._clock.now())

        try:
            await self._database.write(work)
        except Exception as fault:  # noqa: BLE001 what one cannot plan must not keep the others from it
            log.error("not planned: %s", where_it_failed(fault))
            return False
        return True

    async def _run_next(self) -> float:
        """Look with a reader first: a schedule in which nothing is due costs the writer nothing."""
        due_at = await self._database.read(lambda tx: schedule.next_due(tx, self._handlers))
        wait = self._seconds_until(due_at)
        if wait:
            return wait
        try:
            due = await self._database.write(
                lambda tx: schedule.run_one(tx, self._handlers, self._clock.now())
            )
        except RunFailed as failure:
            await self._put_off(failure)
            return BREATH_SECONDS
        if due is None:  # somebody else is at it
            return GATHER_SECONDS
        self._bell.ring()
        return BREATH_SECONDS

    def _seconds_until(self, due_at: datetime | None) -> float:
        if due_at is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.0, (due_at - self._clock.now()).total_seconds()))

    async def _put_off(self, failure: RunFailed) -> None:
        fault = failure.__cause__ or failure
        log.error("%s put off: %s", failure.due.occasion, where_it_failed(fault))

        def work(tx: Connection, due: Due = failure.due) -> None:
            schedule.put_off(tx, due, type(fault).__name__, self._clock.now())

        await self._database.write(work)

    async def _pause(self, seconds: float) -> None:
        if seconds <= GATHER_SECONDS:
            await asyncio.sleep(seconds)
            return
        # Not wait_for: when the bell rings just as we are cancelled, that one forgets the cancelling.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
            await asyncio.sleep(GATHER_SECONDS)
