"""The Bot Connector in small: it keeps conversations and messages, asks for a token, and can be told to fail."""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

CHANNEL = "19:allerdale-referrals@thread.tacv2"
CHAT = "a:1priyas-own-chat"
TOKEN = "a token for Teams"


@dataclass
class Trouble:
    """How one request goes wrong: an answer, or none."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = "{}"
    hang: bool = False


@dataclass
class TeamsServer:
    """`messages` is what stands, by conversation and id; `troubles` befall the next requests, one each."""

    messages: dict[str, dict[str, Any]] = field(default_factory=lambda: {CHAT: {}, CHANNEL: {}})
    chats: dict[str, str] = field(default_factory=dict)
    troubles: deque[Trouble] = field(default_factory=deque)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    url: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1772450000000))

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=10**7)
        app.router.add_post("/teams/v3/conversations", self._create)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities", self._post)
        app.router.add_put("/teams/v3/conversations/{conversation}/activities/{activity}", self._put)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.authorizations.append(request.headers.get("Authorization", ""))
        self.bodies.append(await request.json())
        if self.troubles:
            return await _in_trouble(request, self.troubles.popleft())
        if self.authorizations[-1] != f"Bearer {TOKEN}":
            return _error(401, "BotNotRegistered")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not body["isGroup"]:
            user = body["members"][0]["id"]
            chat = self.chats.setdefault(user, f"a:chat with {user}")
            self.messages.setdefault(chat, {})
            return web.json_response({"id": chat}, status=201)
        root = str(next(self._ids))
        thread = f"{body['channelData']['channel']['id']};messageid={root}"
        self.messages[thread] = {root: body["activity"]}
        return web.json_response({"id": thread, "activityId": root}, status=201)

    async def _post(self, request: web.Request) -> web.Response:
        conversation = request.match_info["conversation"]
        if conversation not in self.messages:
            return _error(404, "ConversationNotFound")
        number = str(next(self._ids))
        self.messages[conversation][number] = await request.json()
        return web.json_response({"id": number}, status=201)

    async def _put(self, request: web.Request) -> web.Response:
        standing = self.messages.get(request.match_info["conversation"], {})
        if request.match_info["activity"] not in standing:
            return _error(404, "ActivityNotFoundInConversation")
        standing[request.match_info["activity"]] = await request.json()
        return web.json_response({"id": request.match_info["activity"]})


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "in Microsoft's words"}}, status=status)


async def _in_trouble(request: web.Request, trouble: Trouble) -> web.Response:
    if trouble.hang:
        await asyncio.sleep(30)
    if trouble.status == 0:  # the line goes dead before an answer
        assert request.transport is not None
        request.transport.abort()
    return web.Response(
        status=trouble.status or 200,
        headers=trouble.headers,
        text=trouble.body,
        content_type="application/json",
    )


@contextlib.asynccontextmanager
async def running_teams_server() -> AsyncIterator[TeamsServer]:
    state = TeamsServer()
    async with TestServer(state.app()) as server:
        state.url = str(server.make_url("/teams/"))
        yield state
