"""What an operator's tools ask over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.http import add_settable_clock, application
from bot.metrics import metrics_page
from bot.worker import STANDSTILL_SECONDS, Worker
from osara_store import schedule
from osara_store.clock import SettableClock
from osara_store.database import Database
from tests.contract.bot.outbox_rig import Outbox, Recorder, envelopes, stop


class House:
    """An endpoint whose supports can be taken away, with a clock to set."""

    def __init__(self, database: Database) -> None:
        self.post = Outbox(database)
        self.standing = {"database": True, "graph": True}
        self.rung = 0

    def app(self) -> web.Application:
        probes = {name: self._probe(name) for name in self.standing}
        app = application(self._messages, probes, lambda: metrics_page(self.post.database, self.post.clock))
        add_settable_clock(app, self.post.clock, self._ring)
        return app

    def _probe(self, name: str) -> Any:
        async def probe() -> bool:
            return self.standing[name]

        return probe

    def _ring(self) -> None:
        self.rung += 1

    async def _messages(self, _request: web.Request) -> web.Response:
        return web.Response()


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
async def client(house: House) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(house.app())) as opened:
        yield opened


async def test_it_is_ready_when_everything_it_leans_on_can_be_reached(client: TestClient[Any, Any]) -> None:
    answer = await client.get("/readyz")
    assert (answer.status, await answer.json()) == (200, {"database": "reachable", "graph": "reachable"})


async def test_it_is_not_ready_and_says_what_is_missing(client: TestClient[Any, Any], house: House) -> None:
    house.standing["graph"] = False
    answer = await client.get("/readyz")
    assert (answer.status, await answer.json()) == (503, {"database": "reachable", "graph": "unreachable"})
    assert (await client.get("/healthz")).status == 200


async def test_the_numbers_tell_how_much_waits_and_for_how_long(
    client: TestClient[Any, Any], house: House
) -> None:
    await house.post.put(*envelopes("sent", 1))
    async with house.post.worked_by(Recorder()):
        await house.post.settled()
    await house.post.put(*envelopes("case", 2, "graph"))
    await house.post.pass_time(timedelta(minutes=2))
    lines = (await (await client.get("/metrics")).text()).splitlines()
    assert 'hub_outbox_rows{service="graph",state="waiting"} 2' in lines
    assert 'hub_outbox_rows{service="teams",state="sent"} 1' in lines
    assert 'hub_outbox_oldest_seconds{service="graph"} 120' in lines


async def test_each_replica_tells_what_it_has_in_hand_itself(house: House) -> None:
    page = await metrics_page(house.post.database, house.post.clock, lambda: {"graph": 2, "teams": 0})
    assert 'hub_deliveries_under_way{service="graph"} 2' in page.splitlines()
    assert 'hub_deliveries_under_way{service="teams"} 0' in page.splitlines()


async def test_the_metrics_tell_how_late_the_schedule_is(client: TestClient[Any, Any], house: House) -> None:
    async def lines() -> list[str]:
        return (await (await client.get("/metrics")).text()).splitlines()

    assert "hub_schedule_late_seconds 0" in await lines()
    due_at = house.post.clock.now() + timedelta(minutes=1)
    await house.post.database.write(lambda tx: schedule.plan(tx, "digest", "a person", due_at))
    assert "hub_schedule_late_seconds 0" in await lines()
    await house.post.pass_time(timedelta(minutes=3))
    assert "hub_schedule_late_seconds 120" in await lines()


async def test_the_clock_can_be_set_and_the_worker_is_woken(
    client: TestClient[Any, Any], house: House
) -> None:
    answer = await client.post("/dev/clock", json={"now": "2027-01-02T03:04:05+00:00"})
    assert answer.status == 200
    assert house.post.clock.now() - datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC) < timedelta(seconds=10)
    assert house.rung == 1


async def test_the_clock_that_was_set_can_be_looked_at_and_goes_on_running(
    client: TestClient[Any, Any], house: House
) -> None:
    async def now() -> datetime:
        return datetime.fromisoformat((await (await client.get("/dev/clock")).json())["now"])

    house.post.clock.set(datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    first = await now()
    assert datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC) <= first < await now()
    assert house.rung == 0


async def test_what_is_being_sent_while_the_clock_is_moved_is_sent_once(house: House) -> None:
    """Its lease would have ended long ago by the time that the clock shows then."""
    teams = Recorder()
    worker = Worker(house.post.database, house.post.clock, house.post.bell, [teams])
    app = application(house._messages, {}, lambda: metrics_page(house.post.database, house.post.clock))
    add_settable_clock(app, house.post.clock, house.post.bell.ring, worker.standing_still)
    working = asyncio.create_task(worker.run())
    teams.gate.clear()
    async with TestClient(TestServer(app)) as opened:
        await house.post.put(*envelopes("chat", 1))
        await teams.has_begun(1)
        moving = asyncio.create_task(opened.post("/dev/clock", json={"now": "2036-01-02T03:04:05+00:00"}))
        await asyncio.sleep(0.2)
        teams.gate.set()
        assert (await moving).status == 200
        await house.post.settled()
        await asyncio.sleep(0.3)
    await stop(working)
    assert teams.begun == ["chat/0"]
    assert house.post.clock.now().year == 2036


async def test_the_clock_is_moved_even_while_something_is_sent_for_ever(house: House) -> None:
    teams = Recorder()
    worker = Worker(house.post.database, house.post.clock, house.post.bell, [teams])
    working = asyncio.create_task(worker.run())
    teams.gate.clear()
    await house.post.put(*envelopes("chat", 1))
    await teams.has_begun(1)
    began = time.perf_counter()
    async with worker.standing_still():
        waited = time.perf_counter() - began
    teams.gate.set()
    await stop(working)
    assert STANDSTILL_SECONDS * 0.9 < waited < STANDSTILL_SECONDS + 2


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "5",
        '{"now": 5}',
        '{"now": "tomorrow"}',
        '{"now": "2027-01-02T03:04:05"}',
        '{"now": null}',
    ],
)
async def test_a_time_without_a_zone_or_no_time_at_all_leaves_the_clock_alone(
    client: TestClient[Any, Any], house: House, body: str
) -> None:
    answer = await client.post("/dev/clock", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert abs(house.post.clock.now() - SettableClock().now()) < timedelta(seconds=10)
    assert house.rung == 0
