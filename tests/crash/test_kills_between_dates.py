"""Whoever keeps time is killed with -9, on both databases: a run is there as a whole or not at all, and never twice."""

import asyncio
import contextlib
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from osara_store import engines, schedule
from osara_store.database import upgrade
from osara_store.schedule import Due, Occasion
from osara_store.schema import outbox, schedule_runs
from osara_store.schema import schedule as table
from tests.contract.store.postgresql import private_server
from tests.running import ROOT, until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

DAY = timedelta(days=1)
Runs = list[tuple[str, str]]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database with all its tables."""
    with contextlib.ExitStack() as held:
        on_sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'hub.db'}" if on_sqlite else held.enter_context(private_server())
        upgrade(url)
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = engines.engine_for(engines.parse(url))
    yield engine
    engine.dispose()


@contextlib.asynccontextmanager
async def keeper(url: str, *words: str):
    """The program at work; killed at the end if it still lives, so that every one of these tests ends with a kill."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.keeping_time",
        url,
        *words,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        assert process.returncode is None, "it ended by itself"
        process.send_signal(signal.SIGKILL)
        await process.wait()


def plan(engine: sa.Engine, *subjects: str) -> None:
    at = datetime.now(UTC) - DAY
    with engine.begin() as tx:
        schedule.plan_all_if_new(tx, [Due(Occasion.DIGEST, subject, at) for subject in subjects])


def written(engine: sa.Engine) -> Runs:
    """For whom and for which date there is a message."""
    with engine.begin() as tx:
        payloads = tx.scalars(sa.select(outbox.c.payload)).all()
    return [(each["subject"], each["due"]) for each in payloads]


def ran(engine: sa.Engine) -> Runs:
    with engine.begin() as tx:
        rows = tx.execute(sa.select(schedule_runs.c.subject, schedule_runs.c.due_at))
        return [(subject, due_at.isoformat()) for subject, due_at in rows]


async def until_written(engine: sa.Engine, count: int) -> None:
    async def enough() -> bool:
        return len(await asyncio.to_thread(written, engine)) >= count

    await until(enough, 60, f"{count} messages")


async def test_a_run_that_the_kill_cut_short_is_run_again_and_is_there_once(url: str, engine: sa.Engine):
    plan(engine, "a")
    async with keeper(url, "60") as process:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"begun\n"  # its message is put, not yet committed
    assert written(engine) == ran(engine) == []

    async with keeper(url):
        await until_written(engine, 1)
    assert written(engine)[0] == ran(engine)[0]
    assert set(Counter(written(engine)).values()) == {1}


async def test_kills_at_random_moments_lose_no_date_and_run_none_twice(url: str, engine: sa.Engine):
    """Three keepers side by side where the database allows it, killed by turns; forty people, each again and again."""
    rng, people = random.Random(20261121), [f"person {n}" for n in range(40)]
    plan(engine, *people)
    side_by_side = 1 if url.startswith("sqlite") else 3

    async def killed_again_and_again() -> None:
        for _ in range(4):
            async with keeper(url):
                await until_written(engine, len(await asyncio.to_thread(written, engine)) + 5)
                await asyncio.sleep(rng.uniform(0, 0.4))

    await asyncio.gather(*(killed_again_and_again() for _ in range(side_by_side)))
    async with keeper(url):
        await until_written(engine, len(written(engine)) + len(people))

    messages, runs = Counter(written(engine)), ran(engine)
    assert set(messages.values()) == {1}
    assert sorted(messages) == sorted(runs)
    assert {subject for subject, _ in runs} == set(people)
    with engine.begin() as tx:  # each goes on from its newest run
        assert {row.subject for row in tx.execute(sa.select(table))} == set(people)
