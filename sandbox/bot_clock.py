"""The demo's time machine: moves the bot's clock on, so that a visitor sees what a date brings.

Only forward: what the bot has written is of the travelled time, and going back would be a day that it has had already. The
way back to the present is a new demo in an empty folder. How far the demo has travelled is kept there too, so that neither
ending it nor starting the bot again takes it back. Only the bot travels: tokens, rate limits and the times beside messages
stay with this machine.
"""

from __future__ import annotations

import asyncio
import calendar
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from pydantic import BaseModel, ConfigDict

from sandbox.teams.errors import Refusal
from sandbox.teams.requests import dig, read

ANSWER_WITHIN = aiohttp.ClientTimeout(total=20)
IN_STEP = timedelta(seconds=30)
"""Less than this apart, two clocks are taken to show the same."""


class Step(StrEnum):
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"
    NEXT_MONTH = "next_month"


class TravelRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: Step


def later(moment: datetime, step: Step) -> datetime:
    """The same time a day, a week or a month on; of a month that is too short, its last day."""
    if step is Step.NEXT_MONTH:
        years, month = divmod(moment.month, 12)
        year = moment.year + years
        last = calendar.monthrange(year, month + 1)[1]
        return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
    return moment + timedelta(days=1 if step is Step.TOMORROW else 7)


class BotClock:
    """Asks and moves the clocks of all replicas of the bot, where they let themselves be moved."""

    def __init__(
        self, session: aiohttp.ClientSession, bot_urls: Callable[[], Sequence[str]], file: Path
    ) -> None:
        self._session, self._bot_urls, self._file = session, bot_urls, file
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/client/clock", self.look), web.post("/client/clock", self.travel)]

    async def look(self, _: web.Request) -> web.Response:
        """Show the bot's time, and whether it has travelled; `now` is null where no bot lets its clock be moved."""
        return web.json_response(_shown(await self.catch_up()))

    async def travel(self, request: web.Request) -> web.Response:
        step = (await read(request, TravelRequest)).to
        async with self._one_at_a_time:
            now = _latest(await self._each(self._ask))
            moved = _latest(await self._each(lambda url: self._set(url, later(now, step)))) if now else None
            if moved is None:
                raise Refusal("The bot's clock cannot be moved: it does not answer, or was started without.")
            self._keep(moved - datetime.now(UTC))
        return web.json_response(_shown(moved))

    async def catch_up(self) -> datetime | None:
        """Bring every bot that was started since to the travelled time; the time of the bots, if one tells it."""
        async with self._one_at_a_time:
            return _latest(await self._each(self._brought_up))

    async def _brought_up(self, url: str) -> datetime | None:
        now, travelled = await self._ask(url), datetime.now(UTC) + self._kept()
        return await self._set(url, travelled) if now and now < travelled - IN_STEP else now

    async def _each(self, ask: Callable[[str], Awaitable[datetime | None]]) -> list[datetime | None]:
        return list(await asyncio.gather(*(ask(url) for url in self._bot_urls())))

    async def _ask(self, url: str) -> datetime | None:
        return await self._told(url, "GET")

    async def _set(self, url: str, moment: datetime) -> datetime | None:
        return await self._told(url, "POST", {"now": moment.isoformat()})

    async def _told(self, url: str, method: str, body: Any = None) -> datetime | None:
        """The time in a bot's answer; None where it gives none, as one whose clock cannot be moved."""
        address = urlsplit(url)._replace(path="/dev/clock", query="").geturl()
        with suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with self._session.request(method, address, json=body, timeout=ANSWER_WITHIN) as answer:
                told = dig(await answer.json(), "now") if answer.ok else None
                return datetime.fromisoformat(told).astimezone(UTC) if isinstance(told, str) else None
        return None

    def _kept(self) -> timedelta:
        if not self._file.exists():
            return timedelta()
        return timedelta(seconds=json.loads(self._file.read_text())["ahead_seconds"])

    def _keep(self, ahead: timedelta) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"ahead_seconds": ahead.total_seconds()}))
        new.replace(self._file)


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max(filter(None, times), default=None)


def _shown(now: datetime | None) -> dict[str, Any]:
    travelled = now is not None and now - datetime.now(UTC) > IN_STEP
    return {"now": now.isoformat() if now else None, "travelled": travelled}
