"""A sandbox and a recording bot, and the ways to talk to both sides over HTTP."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web

from sandbox.server import Options, Running, running
from tests.contract.sandbox_teams import hubs
from tests.contract.sandbox_teams.recording_bot import RecordingBot


@dataclass(frozen=True)
class Answered:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        code: str = self.body["error"]["code"]
        return code

    @property
    def error(self) -> str:
        error: str = self.body["error"]
        return error


@dataclass(frozen=True)
class Rig:
    """`get` and `post` speak as a client or a test; `call` speaks as the bot, with its token."""

    sandbox: Running
    bot: RecordingBot
    session: aiohttp.ClientSession
    token: str

    # As anybody

    async def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answered:
        async with self.session.request(method, self.sandbox.base + path, json=body, **more) as answer:
            content = await answer.json() if "json" in answer.content_type else await answer.text()
            return Answered(answer.status, content, answer.headers)

    async def get(self, path: str, **query: str) -> Any:
        answered = await self.request("GET", path, params=query)
        assert answered.status == HTTPStatus.OK, answered
        return answered.body

    async def post(self, path: str, **body: Any) -> Any:
        answered = await self.request("POST", path, body)
        assert answered.status < HTTPStatus.BAD_REQUEST, answered
        return answered.body

    # As the bot

    async def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Answered:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return await self.request(method, f"/teams/v3{path}", body, headers=headers)

    async def send(self, conversation: str, activity: Any) -> Answered:
        return await self.call("POST", f"/conversations/{quote(conversation, safe='')}/activities", activity)

    async def bot_posts(self, conversation: str, activity: dict[str, Any]) -> str:
        answered = await self.send(conversation, activity)
        assert answered.status == HTTPStatus.CREATED, answered
        return str(answered.body["id"])

    async def edit(self, conversation: str, message: str, activity: dict[str, Any]) -> Answered:
        path = f"/conversations/{quote(conversation, safe='')}/activities/{message}"
        return await self.call("PUT", path, activity)

    # As people

    async def install_everywhere(self) -> None:
        await self.post("/control/install-everywhere")
        self.bot.heard.clear()

    async def chat(self, person: str) -> str:
        places = await self.get("/client/places", **{"as": person})
        return str(places["chats"][0]["id"])

    async def messages(self, conversation: str, person: str) -> list[dict[str, Any]]:
        path = f"/client/conversations/{quote(conversation, safe='')}/messages"
        shown: list[dict[str, Any]] = (await self.get(path, **{"as": person}))["messages"]
        return shown

    async def looks(self, person: str, conversation: str) -> list[dict[str, Any]]:
        """What somebody sees once their client has refreshed what was due."""
        path = f"/client/conversations/{quote(conversation, safe='')}/messages"
        shown: list[dict[str, Any]] = (await self.get(path, **{"as": person}, settled="1"))["messages"]
        return shown

    async def message(self, conversation: str, person: str, message: str) -> dict[str, Any]:
        found = [each for each in await self.messages(conversation, person) if each["id"] == message]
        assert found, f"{person} sees no message {message}"
        return found[0]

    async def says(self, person: str, conversation: str, text: str, **more: Any) -> Any:
        return await self.post(
            "/client/messages", **{"as": person}, conversation=conversation, text=text, **more
        )

    async def press(self, person: str, action: str, **where: Any) -> Answered:
        return await self.request("POST", "/client/press", {"as": person, "action": action, **where})


def message(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "message", "text": text, **more}


def card(*body: Any, actions: Any = (), **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": list(actions), **more}


def with_card(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [attachment], **more}


def execute(title: str, **more: Any) -> dict[str, Any]:
    return {"type": "Action.Execute", "title": title, "verb": title.lower(), **more}


def submit(title: str, **data: Any) -> dict[str, Any]:
    return {"type": "Action.Submit", "title": title, "data": data}


def opener(title: str, **data: Any) -> dict[str, Any]:
    return submit(title, msteams={"type": "task/fetch"}, **data)


@asynccontextmanager
async def started(folder: Path, bot: RecordingBot) -> AsyncIterator[Rig]:
    """Run a sandbox on free ports with what `folder` holds."""
    options = Options(folder / "data", hubs.written_to(folder), 0, 0, bot.url)
    async with running(options) as sandbox, aiohttp.ClientSession() as session:
        bot.openid = sandbox.bot_environment["HUB_CHANNEL_OPENID_URL"]
        bot.app_id = sandbox.bot_environment["MicrosoftAppId"]
        yield Rig(sandbox, bot, session, await token_for(sandbox, "https://api.botframework.com"))


@asynccontextmanager
async def serving(bot: RecordingBot) -> AsyncIterator[RecordingBot]:
    runner = web.AppRunner(bot.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        yield bot
    finally:
        await runner.cleanup()


async def token_for(sandbox: Running, resource: str) -> str:
    """Ask the tenant's login service for a token, as the bot does."""
    environment = sandbox.bot_environment
    form = {
        "grant_type": "client_credentials",
        "client_id": environment["MicrosoftAppId"],
        "client_secret": environment["MicrosoftAppPassword"],
        "scope": f"{resource}/.default",
    }
    url = f"{sandbox.login}/{environment['MicrosoftAppTenantId']}/oauth2/v2.0/token"
    trust = ssl.create_default_context(cafile=str(sandbox.ca))
    async with aiohttp.ClientSession() as session, session.post(url, data=form, ssl=trust) as answer:
        return str((await answer.json())["access_token"])


async def own_id(rig: Rig, conversation: str, person: str) -> str:
    """The bot's own id for somebody, as a card's `refresh` lists it."""
    answered = await rig.call("GET", f"/conversations/{quote(conversation, safe='')}/members/{person}")
    return str(answered.body["id"])
