"""The bench's own client: a figure is worth nothing if it counts what failed or mixes up answers."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench import load
from bench.hub import in_words


class Server:
    """Echoes what it is sent, slowly enough for requests to overlap."""

    def __init__(self) -> None:
        self.port = 0
        self.at_once = self.most_at_once = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        body = await request.json()
        await asyncio.sleep(0.01)
        self.at_once -= 1
        said = {"number": body["number"], "token": request.headers.get("Authorization", "")}
        return web.json_response(said, status=body.get("status", 200))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    echo = Server()
    app = web.Application()
    app.router.add_post("/api/messages", echo.answer)
    async with TestServer(app) as running:
        echo.port = running.port
        yield echo


async def test_answers_and_waits_stand_in_the_order_of_the_requests(server):
    requests = [load.as_request({"number": number}) for number in range(40)]
    burst = await load.press(server.port, requests)
    assert [json.loads(body)["number"] for body in burst.bodies] == list(range(40))
    assert all(wait >= 0.01 for wait in burst.waits)
    assert burst.per_second == pytest.approx(40 / burst.seconds)


async def test_no_more_than_sixteen_are_under_way_at_once(server):
    await load.press(server.port, [load.as_request({"number": 1})] * 64)
    assert server.most_at_once == load.AT_ONCE == 16


async def test_a_token_travels_as_teams_sends_it(server):
    burst = await load.press(server.port, [load.as_request({"number": 1}, token="abc")])
    assert json.loads(burst.bodies[0])["token"] == "Bearer abc"


async def test_a_press_that_failed_ends_the_measurement(server):
    requests = [load.as_request({"number": 1}), load.as_request({"number": 2, "status": 500})]
    with pytest.raises(load.PressFailedError, match="500"):
        await load.press(server.port, requests)


def test_every_referral_of_the_bench_is_about_another_place():
    places = {in_words(number) for number in range(5000)}
    assert len(places) == 5000
    assert all(place.replace(" ", "").isalpha() for place in places)
