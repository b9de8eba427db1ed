"""The bot's endpoint, served over HTTP in front of a hub that keeps what it is asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp.test_utils import TestClient, TestServer

from bot.adapter import HubAdapter, HubAuthentication
from bot.channel_tokens import ChannelTokens
from bot.connector import Connectors
from bot.http import application
from bot.turn import Turn
from tests.contract.bot.key_server import token
from tests.unit.bot.activities import (
    TENANT,
)

BODY = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Saved."}


class Hub:
    """What stands behind the adapter: it keeps the turns and answers what it is told to."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.answer: Callable[[Turn], dict[str, Any] | None] = lambda _turn: BODY
        self.delay = 0.0

    async def handle(self, turn: Turn) -> dict[str, Any] | None:
        self.turns.append(turn)
        await asyncio.sleep(self.delay)
        return self.answer(turn)


async def always() -> bool:
    return True


async def no_numbers() -> str:
    return "hub_rows 1\n"


Serve = Callable[[ChannelTokens | None], Awaitable[TestClient[Any, Any]]]


def endpoint_of(
    hub: Hub, tokens: ChannelTokens | None, session: aiohttp.ClientSession
) -> TestClient[Any, Any]:
    """A client of the endpoint in front of this hub, with these token checks."""
    authentication = HubAuthentication(tokens, Connectors(session, None))
    adapter = HubAdapter(authentication, handle=hub.handle, allowed_tenants=frozenset({TENANT}))
    return TestClient(TestServer(application(adapter.answer, {"database": always}, no_numbers)))


async def post(
    endpoint: TestClient[Any, Any], activity: object, authorization: str | None = "", **headers: str
) -> aiohttp.ClientResponse:
    """Send an activity as the channel does; another authorization, or None for none at all."""
    if authorization is not None:
        headers["Authorization"] = authorization or f"Bearer {token()}"
    headers.setdefault("Content-Type", "application/json; charset=utf-8")
    content = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    return await endpoint.post("/api/messages", data=content, headers=headers)


async def is_refused(answer: aiohttp.ClientResponse, status: int) -> str:
    assert answer.status == status
    body = await answer.json()
    sentence = body["error"]
    assert isinstance(sentence, str)
    assert sentence
    assert "Traceback" not in sentence
    return sentence
