"""The timekeeper at work on a real database: in time, undisturbed by what fails, and never in the way of who presses."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.timekeeper import PLAN_EVERY, Timekeeper
from osara_store import outbox, schedule
from osara_store.outbox import Envelope
from osara_store.schedule import Due, Handler, Occasion, Planner
from osara_store.schema import MessageState
from tests.contract.bot.outbox_rig import Outbox, Recorder, stop
from tests.running import until

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SECRET = "Jane Roe of 12 High Street"


def daily(tx: sa.Connection, due: Due, now: datetime) -> datetime:
    """Writes to whom it is about, and comes again a day after the present."""
    key, place = f"{due.subject}:{due.due_at.isoformat()}", f"teams/person:{due.subject}"
    outbox.put(tx, [Envelope(key, place, place, "card.hub", {})], now)
    return now + DAY


def unlucky(tx: sa.Connection, due: Due, now: datetime) -> datetime:
    daily(tx, due, now)
    raise ValueError(SECRET)


@contextlib.asynccontextmanager
async def kept(
    post: Outbox, handlers: Mapping[str, Handler], planners: Sequence[Planner] = ()
) -> AsyncIterator[None]:
    """A timekeeper at work; stopped at the end as the bot stops it."""
    task = asyncio.create_task(Timekeeper(post.database, post.clock, post.bell, handlers, planners).run())
    try:
        yield
    finally:
        await stop(task)


async def plan(
    post: Outbox, *subjects: str, after: timedelta = timedelta(), of: str = Occasion.DIGEST
) -> None:
    at = post.clock.now() + after
    await post.database.write(
        lambda tx: schedule.plan_all_if_new(tx, [Due(of, subject, at) for subject in subjects])
    )
    post.bell.ring()


async def ran(post: Outbox) -> list[str]:
    rows = await post.database.read(lambda tx: schedule.ran_rows(tx, 10_000))
    return sorted(row.subject for row in rows)


async def until_ran(post: Outbox, *subjects: str, seconds: float = 5) -> None:
    async def they_have() -> bool:
        return await ran(post) == sorted(subjects)

    await until(they_have, seconds, f"the runs of {subjects}")


async def test_what_is_due_is_run_and_its_message_goes_out_at_once(post: Outbox) -> None:
    teams = Recorder()
    await plan(post, "a")
    async with post.worked_by(teams), kept(post, {Occasion.DIGEST: daily}):
        await teams.has_delivered(1)
        await post.settled()
    assert await ran(post) == ["a"]


async def test_it_is_run_when_its_time_comes_not_at_the_next_look(post: Outbox) -> None:
    async with kept(post, {Occasion.DIGEST: daily}):
        await plan(post, "a", after=SECOND / 2)
        await asyncio.sleep(0.3)
        assert await ran(post) == []
        await until_ran(post, "a", seconds=0.6)


async def test_a_clock_that_travelled_is_followed_at_once(post: Outbox) -> None:
    async with kept(post, {Occasion.DIGEST: daily}):
        await plan(post, "a", after=30 * DAY)
        await asyncio.sleep(0.2)
        began = time.perf_counter()
        await post.pass_time(31 * DAY)
        await until_ran(post, "a")
        assert time.perf_counter() - began < 0.7


async def test_a_month_travelled_at_once_is_one_run(post: Outbox) -> None:
    async with kept(post, {Occasion.DIGEST: daily}):
        await plan(post, "a", after=DAY)
        await post.pass_time(30 * DAY)
        await until_ran(post, "a")
        await asyncio.sleep(0.3)
    assert await ran(post) == ["a"]
    assert await post.states() == {MessageState.WAITING: 1}


async def test_a_handler_that_raises_is_put_off_and_the_others_are_run(
    post: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    await plan(post, "bad", after=-DAY, of=Occasion.REVIEW)
    await plan(post, "good", "better")
    async with kept(post, {Occasion.REVIEW: unlucky, Occasion.DIGEST: daily}):
        await until_ran(post, "good", "better")
    rows = await post.database.read(schedule.due_rows)
    (bad,) = [row for row in rows if row.subject == "bad"]
    assert (bad.attempts, bad.error) == (1, "ValueError")
    assert "review put off: ValueError at" in caplog.text
    assert SECRET not in caplog.text
    assert "bad" not in caplog.text
    assert "bad" not in str(await post.rows())


async def test_what_was_put_off_is_made_up(post: Outbox) -> None:
    def lucky_at_last(tx: sa.Connection, due: Due, now: datetime) -> datetime:
        return (unlucky if due.attempts < 2 else daily)(tx, due, now)

    await plan(post, "a")
    async with kept(post, {Occasion.DIGEST: lucky_at_last}):
        for attempts in (1, 2):
            await until(lambda n=attempts: has_failed(post, n), 5, "a failure")
            await post.pass_time(schedule.LONGEST_WAIT)
        await until_ran(post, "a")


async def has_failed(post: Outbox, times: int) -> bool:
    rows = await post.database.read(schedule.due_rows)
    return rows[0].attempts == times


async def test_what_should_be_there_is_planned_before_the_first_run_and_every_hour(post: Outbox) -> None:
    people = ["a"]

    def planner(tx: sa.Connection, now: datetime) -> None:
        schedule.plan_all_if_new(tx, [Due(Occasion.DIGEST, person, now) for person in people])

    async with kept(post, {Occasion.DIGEST: daily}, [planner]):
        await until_ran(post, "a")
        people.append("b")
        await post.pass_time(PLAN_EVERY - 10 * SECOND)
        await asyncio.sleep(0.3)
        assert await ran(post) == ["a"]
        await post.pass_time(20 * SECOND)
        await until_ran(post, "a", "b")


async def test_a_planner_that_fails_keeps_no_other_from_planning_and_is_asked_again_soon(
    post: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[datetime] = []

    def broken(_tx: sa.Connection, now: datetime) -> None:
        asked.append(now)
        raise ValueError(SECRET)

    def planner(tx: sa.Connection, now: datetime) -> None:
        schedule.plan_if_new(tx, Occasion.DIGEST, "a", now)

    async with kept(post, {Occasion.DIGEST: daily}, [broken, planner]):
        await until_ran(post, "a")
        assert len(asked) == 1
        await post.pass_time(PLAN_EVERY / 30)
        await until(lambda: twice(asked), 5, "the second asking")
    assert SECRET not in caplog.text


async def twice(asked: Sequence[datetime]) -> bool:
    return len(asked) == 2


async def test_two_timekeepers_of_one_database_run_everything_once(post: Outbox) -> None:
    names = [f"person {n}" for n in range(50)]
    async with kept(post, {Occasion.DIGEST: daily}), kept(post, {Occasion.DIGEST: daily}):
        await plan(post, *names)
        await until_ran(post, *names, seconds=20)
        await asyncio.sleep(0.2)
    assert len(await post.rows()) == 50


async def test_a_long_backlog_keeps_nobody_waiting_who_presses_meanwhile(post: Outbox) -> None:
    """Each run takes as long as a digest of a busy hub; a write in between still waits for one of them at most."""

    def slow(tx: sa.Connection, due: Due, now: datetime) -> datetime:
        time.sleep(0.01)
        return daily(tx, due, now)

    await plan(post, *(f"person {n}" for n in range(300)), after=-DAY)
    waits = []
    async with kept(post, {Occasion.DIGEST: slow}):
        await until(lambda: some_ran(post), 5, "the first runs")
        for n in range(60):
            began = time.perf_counter()
            await post.database.write(
                lambda tx, n=n: outbox.put(
                    tx, [Envelope(f"press {n}", f"press {n}", "graph", "case.push", {})], post.clock.now()
                )
            )
            waits.append(time.perf_counter() - began)
        assert len(await ran(post)) < 300  # the backlog was still there
    assert statistics.median(waits) < 0.1


async def some_ran(post: Outbox) -> bool:
    return len(await ran(post)) > 3


async def test_it_ends_at_once_when_the_bot_ends(post: Outbox) -> None:
    async with kept(post, {Occasion.DIGEST: daily}):
        await asyncio.sleep(0.1)
        began = time.perf_counter()
    assert time.perf_counter() - began < 0.5


async def test_the_housekeeping_forgets_runs_of_long_ago(post: Outbox) -> None:
    await plan(post, "a")
    async with kept(post, {Occasion.DIGEST: daily}):
        await until_ran(post, "a")
    await post.pass_time(schedule.KEEP_RUNS - DAY)
    async with post.worked_by(Recorder()):
        await asyncio.sleep(0.3)
    assert await ran(post) == ["a"]
    await post.pass_time(2 * DAY)
    async with post.worked_by(Recorder()):
        await until_ran(post)


async def test_a_database_that_is_away_for_a_moment_is_waited_for(
    post: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    await plan(post, "a")
    await post.database.write(lambda tx: tx.exec_driver_sql("ALTER TABLE schedule RENAME TO away"))
    async with kept(post, {Occasion.DIGEST: daily}):
        await until(lambda: is_told(caplog), 5, "the trouble in the log")
        await post.database.write(lambda tx: tx.exec_driver_sql("ALTER TABLE away RENAME TO schedule"))
        await until_ran(post, "a")


async def is_told(caplog: pytest.LogCaptureFixture) -> bool:
    return "the schedule was not read: OperationalError" in caplog.text
