"""A bot of a few lines: checks every token as a real one must, remembers what it was told, answers what it is asked to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from aiohttp import web

Answer = Callable[[dict[str, Any]], Any]
"""Makes the body of an answer; None is an empty one, a web.Response is sent as it is."""


@dataclass
class RecordingBot:
    """Listens on a free port. `answer` may be changed between requests; `delay` makes it slow."""

    url: str = ""
    openid: str = ""
    app_id: str = ""
    answer: Answer = lambda _: None
    delay: float = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/messages", self._receive)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.claims.append(await self._verify(request.headers["Authorization"], activity))
        self.heard.append(activity)
        self.headers.append(request.headers.copy())
        await asyncio.sleep(self.delay)
        body = self.answer(activity)
        if isinstance(body, web.Response):
            return body
        return web.Response() if body is None else web.json_response(body)

    async def _verify(self, header: str, activity: dict[str, Any]) -> dict[str, Any]:
        """The checks that Microsoft asks of every bot, with the keys from the OpenID document."""
        token = header.removeprefix("Bearer ")
        async with aiohttp.ClientSession() as session:
            document = await (await session.get(self.openid)).json()
            keys = (await (await session.get(document["jwks_uri"])).json())["keys"]
        kid = jwt.get_unverified_header(token)["kid"]
        key = next(key for key in keys if key["kid"] == kid)
        assert activity["channelId"] in key["endorsements"]
        public = jwt.PyJWK.from_dict(key)
        claims: dict[str, Any] = jwt.decode(
            token, public, algorithms=["RS256"], audience=self.app_id, issuer=document["issuer"]
        )
        assert claims["serviceurl"] == activity["serviceUrl"]
        return claims

    def named(self, name: str) -> list[dict[str, Any]]:
        """What was heard of one kind: an activity's type, or an invoke's name."""
        return [each for each in self.heard if name in (each["type"], each.get("name"))]

    def last(self, name: str) -> dict[str, Any]:
        return self.named(name)[-1]


def card_answer(card: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def toast(text: str) -> dict[str, Any]:
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def dialog(card: dict[str, Any], title: str = "A form") -> dict[str, Any]:
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    value = {"title": title, "height": "large", "width": "medium", "card": attachment}
    return {"task": {"type": "continue", "value": value}}


def dialog_message(text: str) -> dict[str, Any]:
    return {"task": {"type": "message", "value": text}}


def found(card: dict[str, Any], title: str = "A case", **preview: Any) -> dict[str, Any]:
    """One result of a search: the card to send, and what the list shows of it."""
    return {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": card,
        "preview": {
            "contentType": "application/vnd.microsoft.card.thumbnail",
            "content": {"title": title, **preview},
        },
    }


def results(*attachments: dict[str, Any]) -> dict[str, Any]:
    return {
        "composeExtension": {
            "type": "result",
            "attachmentLayout": "list",
            "attachments": list(attachments),
        }
    }
