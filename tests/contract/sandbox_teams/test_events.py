"""What open clients hear."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.contract.sandbox_teams.hubs import CHANNEL, LEAH, PRIYA, TOM
from tests.contract.sandbox_teams.recording_bot import RecordingBot, card_answer
from tests.contract.sandbox_teams.rig import Rig, card, execute, message, started, with_card


class Listener:
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self, seconds: float = 3) -> dict[str, Any] | None:
        """The next event; None when there is none."""
        try:
            async with asyncio.timeout(seconds):
                async for line in self._response.content:
                    if line.startswith(b"data: "):
                        event: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                        return event
        except TimeoutError:
            return None
        return None

    @property
    def ended(self) -> bool:
        return self._response.content.at_eof()


@asynccontextmanager
async def listening(rig: Rig, person: str) -> AsyncIterator[Listener]:
    async with rig.session.get(f"{rig.sandbox.base}/client/events", params={"as": person}) as response:
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        yield Listener(response)


async def test_everybody_in_a_conversation_hears_of_a_message(rig: Rig) -> None:
    async with listening(rig, TOM) as tom, listening(rig, LEAH) as leah:
        await rig.says(PRIYA, CHANNEL, "Hello")

        assert await tom.next() == {"type": "message", "conversation": CHANNEL}
        assert await leah.next(0.2) is None


async def test_an_edit_is_an_update(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message())
    async with listening(rig, PRIYA) as priya:
        await rig.edit(CHANNEL, number, message("New"))

        assert await priya.next() == {"type": "update", "conversation": CHANNEL}


async def test_a_view_of_ones_own_is_an_update_for_oneself(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, with_card(card(actions=[execute("Go")])))
    rig.bot.answer = lambda _: card_answer(card())
    async with listening(rig, PRIYA) as priya, listening(rig, TOM) as tom:
        await rig.press(PRIYA, "Go", conversation=CHANNEL, message=number)

        assert await priya.next() == {"type": "update", "conversation": CHANNEL}
        assert await tom.next(0.2) is None


async def test_typing_is_no_event(rig: Rig) -> None:
    async with listening(rig, PRIYA) as priya:
        await rig.send(CHANNEL, {"type": "typing"})

        assert await priya.next(0.2) is None


async def test_open_clients_do_not_hold_up_the_end(folder: Path, bot: RecordingBot) -> None:
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session:
        async with started(folder, bot) as rig:
            url = f"{rig.sandbox.base}/client/events"
            response = await session.get(url, params={"as": PRIYA})
            began = loop.time()
        assert loop.time() - began < 2
        assert await Listener(response).next() is None
