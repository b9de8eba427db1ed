"""A person at Teams, for tests: sees what the client shows, and presses only what stands there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sandbox.teams import cards
from tests.running import Hub, until

PRIYA = "00000000-0000-4000-8000-000000000001"
TOM = "00000000-0000-4000-8000-000000000002"
HELEN = "00000000-0000-4000-8000-000000000003"
DEV = "00000000-0000-4000-8000-000000000004"
LEAH = "00000000-0000-4000-8000-000000000008"

PAGE_ONE = ("danger", "what", "category", "where", "since", "frequency", "tried", "wanted")
PAGE_TWO = ("affected", "involved", "equality", "equality_note", "sharing_basis", "own_reference")


def a_referral(number: int = 1, **changes: str) -> dict[str, str]:
    """A complete referral; each number has a place and people of its own, so that none look alike."""
    values = {
        "danger": "no",
        "what": f"Groups gather at night in yard {number} and shout at everyone who walks past.",
        "category": "noise",
        "where": f"{number} Quayside Yard {number}, Workington",
        "since": "months",
        "frequency": "weekly",
        "tried": "Two letters and extra patrols.",
        "wanted": "A joint visit and a plan for the summer.",
        "affected": f"Resident Number{number}, neighbour",
        "involved": f"Visitor Unknown{number}",
        "equality": "not_known",
        "equality_note": "",
        "sharing_basis": "crime_and_disorder",
        "own_reference": "",
    }
    assert changes.keys() <= values.keys()
    return values | changes


def page_one(values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in PAGE_ONE}


def page_two(values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in PAGE_TWO}


def texts_in(card: Any) -> str:
    """Every text that a card shows, one a line."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            found.extend(
                str(part[key]) for key in ("text", "title", "label", "value", "errorMessage") if part.get(key)
            )
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(card)
    return "\n".join(found)


def typed_values(card: Any) -> dict[str, str]:
    """What stands in a card's inputs."""
    found: dict[str, str] = {}

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if str(part.get("type", "")).startswith("Input.") and "id" in part:
                found[part["id"]] = part.get("value", "")
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(card)
    return found


class CardButton(NamedTuple):
    """A button as the sandbox reads it: `hidden` until a toggle shows it; `place` names it where nothing else is unique."""

    id: str
    title: str
    hidden: bool
    type: str
    place: str


def buttons_in(card: dict[str, Any]) -> list[CardButton]:
    """Every button that a card has in its first state, in reading order, those inside a ShowCard included."""
    places = {id(part): place for place, part in _parts(card, "")}
    return [
        CardButton(button.id or "", button.title, button.hidden, button.type, places[id(button.action)])
        for button in cards.read(card).buttons
    ]


def _parts(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Everything in the card with its JSON pointer."""
    yield place, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        step = str(key).replace("~", "~0").replace("/", "~1")
        yield from _parts(part, f"{place}/{step}")


class Found(list[dict[str, Any]]):
    """What a search lists: each result has `id`, `preview` and `card`.

    Instead of results the bot may say a word: then the list is empty, `kind` is message (or auth, config, error) and
    `text` is what it says. `more` tells that the client would ask for another page.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__(content.get("results", ()))
        self.kind = str(content["kind"])
        self.text = str(content.get("text", ""))
        self.more = bool(content.get("more"))

    @property
    def shows(self) -> str:
        return "\n".join([self.text, *(texts_in(result["preview"]) for result in self)])


@dataclass(frozen=True)
class Dialog:
    """What an open dialog shows. `press` on the person takes it on."""

    id: str
    title: str
    card: dict[str, Any]

    @property
    def shows(self) -> str:
        return f"{self.title}\n{texts_in(self.card)}"


@dataclass(frozen=True)
class Person:
    """Somebody at a Teams client."""

    hub: Hub
    id: str

    async def places(self) -> dict[str, Any]:
        places: dict[str, Any] = await self.hub.get("/client/places", **{"as": self.id})
        return places

    async def channel(self, hub_id: str = "ALL") -> str:
        for team in (await self.places())["teams"]:
            for channel in team["channels"]:
                if channel.get("hub") == hub_id:
                    return str(channel["id"])
        raise AssertionError(f"no channel of hub {hub_id} for {self.id}")

    async def chat(self) -> str:
        return str(next(chat["id"] for chat in (await self.places())["chats"] if chat["kind"] == "bot"))

    async def messages(self, conversation: str) -> list[dict[str, Any]]:
        content = await self.hub.get(f"/client/conversations/{conversation}/messages", **{"as": self.id})
        messages: list[dict[str, Any]] = content["messages"]
        return messages

    async def bot_cards(self, conversation: str) -> list[dict[str, Any]]:
        return [each for each in await self.messages(conversation) if each["from"]["bot"] and each["card"]]

    async def card_with(self, conversation: str, text: str, seconds: float = 20) -> dict[str, Any]:
        """Wait for a card of the bot that shows the text."""

        async def found() -> Any:
            cards = await self.bot_cards(conversation)
            return next((each for each in reversed(cards) if text in texts_in(each["card"])), None)

        card: dict[str, Any] = await until(found, seconds, f"a card with {text!r}")
        return card

    async def hub_card(self, hub_id: str = "ALL") -> tuple[str, dict[str, Any]]:
        channel = await self.channel(hub_id)
        return channel, await self.card_with(channel, "Local Focus Hub")

    async def press_on(self, conversation: str, message: dict[str, Any], action: str, **inputs: Any) -> Any:
        body = {
            "as": self.id, "conversation": conversation, "message": message["id"], "action": action, "inputs": inputs,
        }  # fmt: skip
        return _outcome(await self.hub.post("/client/press", body))

    async def press(
        self, dialog: Dialog, action: str, inputs: dict[str, str] | None = None, **more: Any
    ) -> Any:
        """Press a button of a dialog; `repeat` sends it so many times at once, `skip_client_checks` types anything."""
        body = {"as": self.id, "dialog": dialog.id, "action": action, "inputs": inputs or {}, **more}
        return _outcome(await self.hub.post("/client/press", body))

    async def open_form(self, hub_id: str = "ALL") -> Dialog:
        channel, card = await self.hub_card(hub_id)
        dialog = await self.press_on(channel, card, "Refer")
        assert isinstance(dialog, Dialog), dialog
        return dialog

    async def fill_first_page(self, values: dict[str, str], hub_id: str = "ALL") -> Dialog:
        dialog = await self.press(await self.open_form(hub_id), "Next", page_one(values))
        assert isinstance(dialog, Dialog), dialog
        return dialog

    async def refer(self, values: dict[str, str] | None = None, hub_id: str = "ALL") -> Dialog:
        """From the hub card to the receipt page, as a person would who has no doubts."""
        values = values or a_referral()
        dialog = await self.fill_first_page(values, hub_id)
        if "affected" not in typed_values(dialog.card):
            dialog = await self.press(dialog, "Carry on with the referral")
        dialog = await self.press(dialog, "Send", page_two(values))
        assert isinstance(dialog, Dialog), dialog
        return dialog

    async def looks(self, conversation: str) -> list[dict[str, Any]]:
        """The messages once the client has refreshed what was due: cards listed for this person are their own view."""
        path = f"/client/conversations/{conversation}/messages"
        content = await self.hub.get(path, **{"as": self.id, "settled": "1"})
        messages: list[dict[str, Any]] = content["messages"]
        return messages

    async def refresh(self, conversation: str, message: Mapping[str, Any]) -> Any:
        """Refresh a card from the menu of its message."""
        body = {"as": self.id, "conversation": conversation, "message": message["id"]}
        return await self.hub.post("/client/refresh", body)

    async def search(
        self,
        text: str = "",
        command: str = "findCase",
        conversation: str | None = None,
        skip: int = 0,
        count: int = 25,
    ) -> Found:
        """Use the message extension's search beside the compose box, in the chat with the bot unless told otherwise."""
        body = {
            "as": self.id, "conversation": conversation or await self.chat(), "command": command, "text": text,
            "skip": skip, "count": count,
        }  # fmt: skip
        return Found(await self.hub.post("/client/search", body))

    async def insert(self, result: Mapping[str, Any], conversation: str | None = None, text: str = "") -> Any:
        """Send a result of the last search in this conversation, as a message of this person."""
        body = {
            "as": self.id, "conversation": conversation or await self.chat(), "result": result["id"], "text": text,
        }  # fmt: skip
        return await self.hub.post("/client/search/insert", body)

    async def says(self, text: str, conversation: str | None = None, *, mention: bool = False) -> None:
        body = {
            "as": self.id, "conversation": conversation or await self.chat(), "text": text, "mention_bot": mention,
        }  # fmt: skip
        await self.hub.post("/client/messages", body)


def reference_in(dialog: Dialog) -> str:
    """The case reference that a receipt page shows."""
    found = re.search(r"\b[A-Z]{2,5}-\d{4}-\d{4,}\b", dialog.shows)
    assert found, dialog.shows
    return found.group()


def _outcome(content: Any) -> Any:
    return (
        Dialog(**{key: content["dialog"][key] for key in ("id", "title", "card")})
        if content["kind"] == "dialog"
        else content
    )
