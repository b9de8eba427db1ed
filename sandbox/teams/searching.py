"""The message extension's search: what a person types, what they choose, and the message that they send with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import Field

from sandbox.teams import cards
from sandbox.teams.activities import Invoke
from sandbox.teams.answers import Outcome
from sandbox.teams.errors import Refusal
from sandbox.teams.finding import Finder
from sandbox.teams.installing import Installer
from sandbox.teams.invoking import Invoker
from sandbox.teams.limits import LONGEST_TEXT
from sandbox.teams.places import Place
from sandbox.teams.requests import Act, dig, read
from sandbox.teams.results import search_answer
from sandbox.teams.sending import Sender
from sandbox.teams.world import World
from sandbox.tenant import Person

PAGE = 25
MOST = 4 * PAGE
"""A client asks for four pages of 25 and then stops, however many results there are."""

PARAMETER = "q"
"""The name of the one parameter that the app's manifest gives its search command."""

INITIAL_RUN = {"name": "initialRun", "value": "true"}
"""What a client sends instead of the parameter when the search was opened and nothing has been typed."""


class SearchRequest(Act):
    conversation: str
    command: str = Field(min_length=1)
    text: str = Field(default="", max_length=LONGEST_TEXT)
    skip: int = Field(default=0, ge=0)
    count: int = Field(default=PAGE, ge=1, le=PAGE)
    reply_to: str | None = None


class InsertRequest(Act):
    conversation: str
    result: str
    text: str = Field(default="", max_length=LONGEST_TEXT)
    reply_to: str | None = None


@dataclass(frozen=True)
class Draft:
    """A message that is about to be sent."""

    person: Person
    place: Place
    root: int | None


class Searcher:
    """Answers for the search box of everybody's client."""

    def __init__(
        self, world: World, finder: Finder, invoker: Invoker, sender: Sender, installer: Installer
    ) -> None:
        self._world = world
        self._finder = finder
        self._invoker = invoker
        self._sender = sender
        self._installer = installer
        self._listed: dict[tuple[str, str], dict[str, Outcome]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/client/search", self.search),
            web.post("/client/search/insert", self.insert),
        ]

    async def search(self, request: web.Request) -> web.Response:
        """Ask the bot for a page of results. What is listed can be inserted until the next search begins."""
        wanted = await read(request, SearchRequest)
        draft = self._draft(wanted)
        if wanted.skip + wanted.count > MOST:
            raise Refusal(f"A client asks for no more than {MOST} results.")
        invoke = Invoke("composeExtension/query", _query(wanted), draft.place, draft.root)
        outcome = await self._ask(draft, invoke, wanted.count)
        if outcome["kind"] == "results":
            self._list(draft, outcome["results"], begins=wanted.skip == 0)
            outcome["more"] = len(outcome["results"]) == wanted.count and wanted.skip + wanted.count < MOST
        return web.json_response(outcome)

    async def insert(self, request: web.Request) -> web.Response:
        """Send a message with the card of a listed result, from the person."""
        wanted = await read(request, InsertRequest)
        draft = self._draft(wanted)
        result = self._listed.get(_box(draft), {}).get(wanted.result)
        if result is None:
            raise Refusal("This result is not listed any more; search again.")
        outcome = await self._choose(draft, result)
        if outcome.get("results"):
            outcome = await self._send(draft, outcome["results"][0]["card"], wanted.text)
        return web.json_response(outcome)

    def _draft(self, wanted: SearchRequest | InsertRequest) -> Draft:
        person, place = self._finder.person_in(wanted.person, wanted.conversation)
        self._finder.check_app(person, place)
        return Draft(person, place, self._finder.root(place, wanted.reply_to))

    def _list(self, draft: Draft, results: list[Outcome], *, begins: bool) -> None:
        before = {} if begins else self._listed.get(_box(draft), {})
        self._listed[_box(draft)] = before | {result["id"]: result for result in results}

    async def _choose(self, draft: Draft, result: Outcome) -> Outcome:
        """Return what was chosen. Where a preview has a tap, the bot has the last word about the card."""
        tap = result["preview"].get("tap")
        if tap is None:
            return {"kind": "results", "results": [result]}
        invoke = Invoke("composeExtension/selectItem", tap.get("value"), draft.place, draft.root)
        return await self._ask(draft, invoke, 1)

    async def _ask(self, draft: Draft, invoke: Invoke, most: int) -> Outcome:
        reading = search_answer(most, self._knows)
        return (await self._invoker.ask(draft.person, invoke, reading))[0]

    async def _send(self, draft: Draft, card: cards.Card, text: str) -> Outcome:
        """Send the card. One that talks to the bot brings the app along where it is not installed yet."""
        installs = _talks_to_the_bot(card) and not self._world.places.bot_is_in(draft.place)
        if installs:
            await self._installer.install(draft.person, draft.place)
        attachment = {"contentType": cards.CONTENT_TYPE, "content": card}
        content = {"type": "message", "text": text, "attachments": [attachment]}
        sent = await self._sender.send(draft.person, draft.place, content, draft.root)
        return {"kind": "sent", "installed": installs, **sent}

    def _knows(self, any_id: str) -> bool:
        return self._world.places.person(any_id) is not None


def _query(wanted: SearchRequest) -> dict[str, Any]:
    parameter = {"name": PARAMETER, "value": wanted.text} if wanted.text else INITIAL_RUN
    return {
        "commandId": wanted.command,
        "parameters": [parameter],
        "queryOptions": {"skip": wanted.skip, "count": wanted.count},
    }


def _box(draft: Draft) -> tuple[str, str]:
    return draft.person.id, draft.place.id


def _talks_to_the_bot(card: cards.Card) -> bool:
    """Tell whether a card uses what Teams calls Universal Actions."""
    executes = any(button.type == "Action.Execute" for button in cards.read(card).buttons)
    return executes or dig(card, "refresh", "action") is not None
