"""Somebody of the demo at a Teams client: refers, and looks at what came."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import aiohttp

REFERENCE = re.compile(r"\b[A-Z]{2,5}-\d{4}-\d{4,}\b")
PRESSES = 3


class VisitorError(Exception):
    """A press had no answer; the message says which."""


@dataclass(frozen=True)
class Visitor:
    """Does what a person does, over the same endpoints as the page."""

    session: aiohttp.ClientSession
    base: str
    id: str
    name: str

    async def refer(self, number: int) -> str:
        """Refer something nobody referred before; the reference that the receipt page shows."""
        channel, card = await self._hub_card()
        form = await self._press(conversation=channel, message=card, action="Refer")
        second = await self._press(dialog=form["id"], action="Next", inputs=_what_happened(number))
        receipt = await self._press(dialog=second["id"], action="Send", inputs=_to_whom(number))
        found = REFERENCE.search(json.dumps(receipt))
        if found is None:
            raise VisitorError("The page after Send shows no reference.")
        return found.group()

    async def receipts(self, reference: str) -> list[str]:
        """The cards in the chat with the bot that are about this case."""
        cards = [
            json.dumps(each["card"]) for each in await self._messages(await self._chat()) if each["card"]
        ]
        return [card for card in cards if reference in card]

    async def _hub_card(self) -> tuple[str, str]:
        places = await self._get("/client/places")
        channels = [channel for team in places["teams"] for channel in team["channels"] if channel.get("hub")]
        channel = str(channels[0]["id"])
        card = next(
            each for each in await self._messages(channel) if "Any partner" in json.dumps(each["card"])
        )
        return channel, str(card["id"])

    async def _chat(self) -> str:
        places = await self._get("/client/places")
        return str(next(chat["id"] for chat in places["chats"] if chat["kind"] == "bot"))

    async def _messages(self, conversation: str) -> list[dict[str, Any]]:
        content = await self._get(f"/client/conversations/{conversation}/messages")
        messages: list[dict[str, Any]] = content["messages"]
        return messages

    async def _get(self, path: str) -> Any:
        async with self.session.get(self.base + path, params={"as": self.id}) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def _press(self, **what: Any) -> dict[str, Any]:
        """Where the app could not be reached, which is what meets whoever is first after a kill, press again."""
        body = {"as": self.id, "inputs": {}, **what}
        for _ in range(PRESSES):
            async with self.session.post(f"{self.base}/client/press", json=body) as answer:
                content = await answer.json()
            if dialog := content.get("dialog"):
                return dict(dialog)
        raise VisitorError(f"{what['action']} was not answered with a page.")


def _what_happened(number: int) -> dict[str, str]:
    return {
        "danger": "no",
        "what": f"Groups gather at night in yard {number} and shout at everyone who walks past.",
        "category": "noise",
        "where": f"{number} Quayside Yard {number}, Workington",
        "since": "months",
        "frequency": "weekly",
        "tried": "Two letters and extra patrols.",
        "wanted": "A joint visit.",
    }


def _to_whom(number: int) -> dict[str, str]:
    return {
        "affected": f"Resident Number{number}, neighbour",
        "involved": f"Visitor Unknown{number}",
        "equality": "not_known",
        "sharing_basis": "crime_and_disorder",
    }
