"""`python -m bot schedule`, beside the running bot."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import engines, schedule
from osara_store.schedule import Due
from osara_store.schema import schedule as planned
from osara_store.schema import schedule_runs
from tests.running import Hub

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Of an occasion that this bot knows nothing of, so that it leaves them alone, and long before anything of its own.
OTHERS = "parade"
FIRST = datetime(2020, 1, 6, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _some_of_each(hub: Hub) -> None:
    engine = engines.engine_for(engines.parse(f"sqlite:///{hub.database}"))
    with engine.begin() as tx:
        for table in (planned, schedule_runs):
            tx.execute(sa.delete(table).where(table.c.occasion == OTHERS))
        for n in range(3):
            schedule.plan(tx, OTHERS, f"tenant:{n}", FIRST + n * DAY)
        schedule.run_one(tx, {OTHERS: lambda _tx, _due, now: now + DAY}, FIRST)
        schedule.put_off(tx, Due(OTHERS, "tenant:1", FIRST + DAY), "ValueError", FIRST + DAY)
    engine.dispose()


async def listed(hub: Hub, *words: str) -> tuple[list[str], list[str]]:
    """The lines of what is due, and of what ran."""
    status, out, errors = await hub.bot_says("schedule", *words)
    assert status == 0, errors
    due, ran = out.split("Ran, the newest first:\n")
    return due.splitlines()[1:], ran.splitlines()


async def test_what_is_due_is_listed_with_what_went_wrong(hub: Hub):
    due, _ = await listed(hub)

    assert due[:3] == [
        "  2020-01-07T09:30:00+00:00  parade     tenant:0",
        "  2020-01-07T09:30:00+00:00  parade     tenant:1  failed 1, again 2020-01-07T09:30:02+00:00  ValueError",
        "  2020-01-08T09:30:00+00:00  parade     tenant:2",
    ]


async def test_what_ran_is_listed_with_what_came_of_it(hub: Hub):
    _, ran = await listed(hub)

    assert ran[-1] == (
        "  2020-01-06T09:30:00+00:00  parade     tenant:0  due 2020-01-06T09:30:00+00:00  0 messages"
    )


async def test_the_lists_are_no_longer_than_asked(hub: Hub):
    due, ran = await listed(hub, "--limit", "1")

    assert len(due) == len(ran) == 1
    assert (await hub.bot_says("schedule", "--limit", "none"))[0] == 2
