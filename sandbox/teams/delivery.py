"""The way from Teams to the bot: activities, signed and posted."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp

from sandbox.teams.activities import Activity


class Signer(Protocol):
    """The part of the identity service that signs for Teams."""

    def channel_token(self, service_url: str) -> str: ...


@dataclass(frozen=True)
class Reply:
    """What came back from the bot; `failure` is a sentence when no answer did, or an unreadable one."""

    status: int = 0
    body: Any = None
    failure: str = ""

    @property
    def ok(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class BotLine:
    """Posts activities to the bot's messaging address, each with a token as Teams signs it.

    Where the bot runs as several replicas, their addresses take turns, as behind a load balancer: one that takes no
    connection is passed over. What was sent and not answered is not sent again.
    """

    def __init__(
        self, signer: Signer, session: aiohttp.ClientSession, service_url: str, urls: Sequence[str]
    ) -> None:
        self.urls = tuple(urls)
        self._turns = itertools.count()
        self._signer = signer
        self._session = session
        self._service_url = service_url

    async def deliver(self, activity: Activity, seconds: float, *, times: int = 1) -> list[Reply]:
        """Post one activity and wait for the answer, but no longer than Teams does.

        With `times` the same request leaves that often at once, as from a client that tries again.
        """
        headers = {
            "Authorization": f"Bearer {self._signer.channel_token(self._service_url)}",
            "x-ms-conversation-id": activity["conversation"]["id"],
            "x-ms-tenant-id": activity["conversation"]["tenantId"],
        }
        posts = (self._post(activity, headers, seconds) for _ in range(times))
        return list(await asyncio.gather(*posts))

    async def close(self) -> None:
        await self._session.close()

    async def _post(self, activity: Activity, headers: dict[str, str], seconds: float) -> Reply:
        try:
            async with asyncio.timeout(seconds):
                return await self._to_the_next(activity, headers)
        except TimeoutError:
            return Reply(failure=f"The bot did not answer within {seconds:g} seconds.")
        except aiohttp.ClientError as error:
            return Reply(failure=f"The bot could not be reached ({type(error).__name__}).")

    async def _to_the_next(self, activity: Activity, headers: dict[str, str]) -> Reply:
        turn, count = next(self._turns), len(self.urls)
        *others, last = (self.urls[(turn + n) % count] for n in range(count))
        for url in others:
            with contextlib.suppress(aiohttp.ClientConnectorError):
                return await self._to(url, activity, headers)
        return await self._to(last, activity, headers)

    async def _to(self, url: str, activity: Activity, headers: dict[str, str]) -> Reply:
        async with self._session.post(url, json=activity, headers=headers, allow_redirects=False) as answer:
            return _reply(answer.status, await answer.text(errors="replace"))


def _reply(status: int, text: str) -> Reply:
    if not text.strip():
        return Reply(status)
    try:
        return Reply(status, json.loads(text))
    except (ValueError, RecursionError):
        return Reply(status, failure="The bot's answer is not JSON.")
