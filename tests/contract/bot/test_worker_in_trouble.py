"""A worker that is stopped, killed, frozen or cut off from its database: nothing is lost, nothing goes twice."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest

from osara_store import outbox
from osara_store.database import Database
from osara_store.outbox import Sent
from osara_store.schema import MessageState
from tests.contract.bot.outbox_rig import Outbox, Recorder, envelopes
from tests.running import until

HOUR = timedelta(hours=1)


# --- leases ----------------------------------------------------------------------------------------------------------


async def test_who_lost_the_lease_changes_nothing_any_more(post: Outbox) -> None:
    """A worker that was frozen wakes up when another has taken the message over."""
    late = Recorder(parallel=1)
    late.gate.clear()
    async with post.worked_by(late):
        await post.put(*envelopes("a", 1))
        await late.has_begun(1)
        post.clock.set(post.clock.now() + HOUR)
        (taken,) = await post.database.write(
            lambda tx: outbox.claim(tx, "teams", 1, post.clock.now(), timedelta(seconds=90))
        )
        late.gate.set()
        await late.has_delivered(1)
    row = await post.row("a/0")
    assert (row.state, row.attempts, row.error) == (MessageState.WAITING, 2, None)
    settled = await post.database.write(
        lambda tx: outbox.settle(tx, taken, Sent(), post.clock.now(), random.Random(1))
    )
    assert settled


async def test_two_workers_on_one_outbox_deliver_nothing_twice(post: Outbox) -> None:
    one, other = Recorder(seconds=0.002), Recorder(seconds=0.002)
    for lane in "abcdefgh":
        await post.put(*envelopes(lane, 5))
    async with post.worked_by(one), post.worked_by(other):
        await post.settled()
    assert sorted(one.delivered + other.delivered) == [f"{lane}/{n}" for lane in "abcdefgh" for n in range(5)]


async def test_after_a_kill_the_next_worker_starts_at_once_with_what_was_under_way(database_url: str) -> None:
    """The lease of a killed process is no reason to wait where no second process can be."""
    killed = Database.open(database_url)
    before = Outbox(killed)
    await before.put(*envelopes("a", 1))
    await killed.write(lambda tx: outbox.claim(tx, "teams", 1, before.clock.now(), HOUR))
    await killed.close()

    alone, teams = Database.open(database_url, exclusive=True), Recorder()
    async with Outbox(alone).worked_by(teams):
        await teams.has_delivered(1)
    await alone.close()


# --- stopping --------------------------------------------------------------------------------------------------------


async def test_stopping_finishes_what_is_under_way_and_begins_nothing_new(post: Outbox) -> None:
    teams = Recorder(seconds=0.2, parallel=2)
    for lane in "abc":
        await post.put(*envelopes(lane, 2))
    async with post.worked_by(teams):
        await teams.has_begun(2)
    assert len(teams.delivered) == 2
    assert {key for key, row in (await post.rows()).items() if row.state is MessageState.SENT} == set(
        teams.delivered
    )
    assert teams.begun == teams.delivered


async def test_stopping_at_any_moment_loses_nothing_and_sends_nothing_twice(database_url: str) -> None:
    teams = Recorder(seconds=0.001, parallel=3)
    database = Database.open(database_url, exclusive=True)
    post = Outbox(database)
    for lane in "abcdef":
        await post.put(*envelopes(lane, 5))
    for milliseconds in range(12):
        async with post.worked_by(teams):
            await asyncio.sleep(milliseconds / 1000)
    async with post.worked_by(teams):
        await post.settled()
    await database.close()
    assert sorted(teams.delivered) == [f"{lane}/{n}" for lane in "abcdef" for n in range(5)]


@pytest.mark.parametrize("steps", range(4))
@pytest.mark.parametrize("first", ["bell", "stop"])
async def test_a_bell_that_rings_just_then_does_not_keep_the_worker_from_stopping(
    post: Outbox, first: str, steps: int
) -> None:
    async with post.worked_by(Recorder()) as task:
        await asyncio.sleep(0.05)
        actions: list[Callable[[], object]] = [post.bell.ring, task.cancel]
        for act in actions if first == "bell" else reversed(actions):
            act()
            await pass_steps(steps)
        done, _ = await asyncio.wait({task}, timeout=2)
        assert done == {task}


async def pass_steps(count: int) -> None:
    """Let the event loop go round so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


# --- trouble of our own ----------------------------------------------------------------------------------------------


async def test_the_work_goes_on_when_the_database_was_away_for_a_moment(
    post: Outbox, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await post.put(*envelopes("a", 1))
        await post.settled()
        rename(database_url, "outbox", "away")
        post.bell.ring()
        await until(lambda: logged(caplog, "outbox of teams not read"), 5, "the trouble in the log")
        rename(database_url, "away", "outbox")
        await post.put(*envelopes("b", 1))
        await post.settled()
    assert teams.delivered == ["a/0", "b/0"]


async def test_a_database_that_is_away_at_the_start_is_waited_for(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database, teams = Database.open(database_url, exclusive=True), Recorder()
    post = Outbox(database)
    await post.put(*envelopes("a", 1))
    rename(database_url, "outbox", "away")
    async with post.worked_by(teams) as task:
        await until(lambda: logged(caplog, "OperationalError at"), 5, "the trouble in the log")
        rename(database_url, "away", "outbox")
        assert not task.done()
        await teams.has_delivered(1)
    await database.close()


async def logged(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return words in caplog.text


def rename(url: str, old: str, new: str) -> None:
    """Take a table away, or bring it back, as another process would."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as connection:
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
        connection.commit()
