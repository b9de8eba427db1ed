"""What an operator's tools ask over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.http import add_settable_clock, application
from bot.metrics import metrics_page
from osara_store.clock import SettableClock
from osara_store.database import Database
from tests.contract.bot.outbox_rig import Outbox, Recorder, envelopes


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


async def test_the_clock_can_be_set_and_the_worker_is_woken(
    client: TestClient[Any, Any], house: House
) -> None:
    answer = await client.post("/dev/clock", json={"now": "2027-01-02T03:04:05+00:00"})
    assert answer.status == 200
    assert house.post.clock.now() - datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC) < timedelta(seconds=10)
    assert house.rung == 1


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
