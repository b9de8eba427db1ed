"""The client API: what people do in Teams, for the page and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from sandbox.teams.activities import Activities
from sandbox.teams.answers import Outcome
from sandbox.teams.delivery import BotLine
from sandbox.teams.errors import Refusal
from sandbox.teams.event_stream import stream
from sandbox.teams.finding import Finder
from sandbox.teams.installing import Change, Installer
from sandbox.teams.invoking import Invoker
from sandbox.teams.limits import LONGEST_TEXT
from sandbox.teams.messages import Message
from sandbox.teams.places import Chat, Place
from sandbox.teams.pressing import Press, Presser
from sandbox.teams.refreshing import Refresher
from sandbox.teams.requests import Act, read
from sandbox.teams.screen import Screen
from sandbox.teams.searching import Searcher
from sandbox.teams.sending import Sender
from sandbox.teams.shown import Command
from sandbox.teams.world import World
from sandbox.tenant import Person


class SendRequest(Act):
    conversation: str
    text: str = Field(max_length=LONGEST_TEXT)
    mention_bot: bool = False
    reply_to: str | None = None


class PressRequest(Act):
    conversation: str = ""
    message: str | None = None
    dialog: str | None = None
    action: str
    inputs: dict[str, Any] = Field(default_factory=dict)
    after_toggle: list[str] | None = None
    skip_client_checks: bool = False
    repeat: int = Field(default=1, ge=1, le=50)

    @property
    def press(self) -> Press:
        return Press(self.action, self.inputs, self.skip_client_checks, self.repeat, self.after_toggle)


class ExtensionRequest(Act):
    conversation: str
    command: str = Field(min_length=1)
    message: str | None = None


class RefreshRequest(Act):
    conversation: str
    message: str


class InstallRequest(Act):
    where: Literal["team", "personal", "channel"]
    id: str = ""


class Client:
    """Answers for the clients of everybody in the tenant."""

    def __init__(self, world: World, line: BotLine, activities: Activities) -> None:
        self._world = world
        self._activities = activities
        self._screen = Screen(world)
        self._finder = Finder(world)
        self._sender = Sender(world, line, activities)
        invoker = Invoker(world.limits, line, activities)
        self._presser = Presser(world, line, activities, invoker)
        self.refresher = Refresher(world, self._presser)
        self.installer = Installer(world, line, activities)
        self._searcher = Searcher(world, self._finder, invoker, self._sender, self.installer)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/client/people", self.people),
            web.get("/client/places", self.places),
            web.get("/client/conversations/{conversation}/messages", self.messages),
            web.get("/client/events", self.events),
            web.post("/client/messages", self.send),
            web.post("/client/press", self.press),
            web.post("/client/refresh", self.refresh),
            web.post("/client/extension", self.extension),
            web.post("/client/install", self.install),
            web.post("/client/uninstall", self.uninstall),
            *self._searcher.routes(),
        ]

    # Looking

    async def people(self, _: web.Request) -> web.Response:
        return web.json_response(self._screen.people())

    async def places(self, request: web.Request) -> web.Response:
        return web.json_response(self._screen.places(self._asking(request)))

    async def messages(self, request: web.Request) -> web.Response:
        """Show a conversation. Looking at it begins the refreshes that are due; with `settled` they end first.

        With `peek` nobody looks: the client only wants to know what is new.
        """
        person = self._asking(request)
        place = self._finder.place(person, request.match_info["conversation"])
        messages = self._world.messages.in_conversation(place.id)
        refreshes = [] if "peek" in request.query else self.refresher.look(person, place, messages)
        if "settled" in request.query:
            await self.refresher.ended(refreshes)
            messages = self._world.messages.in_conversation(place.id)
        shown = [self._screen.message(person, place, message) for message in messages]
        return web.json_response({"messages": shown})

    async def events(self, request: web.Request) -> web.StreamResponse:
        return await stream(request, self._world.events, self._asking(request))

    # Doing

    async def send(self, request: web.Request) -> web.Response:
        """Post a message; in a channel the bot hears it only when it is mentioned."""
        wanted = await read(request, SendRequest)
        person, place = self._finder.person_in(wanted.person, wanted.conversation)
        to_bot = isinstance(place, Chat) or wanted.mention_bot
        if to_bot and not self._world.places.bot_is_in(place):
            raise Refusal("The app is not installed here; add it first.")
        mentions_bot = wanted.mention_bot and not isinstance(place, Chat)
        content = {"text": wanted.text, "mentions_bot": mentions_bot}
        root = self._finder.root(place, wanted.reply_to)
        return web.json_response(await self._sender.send(person, place, content, root))

    async def press(self, request: web.Request) -> web.Response:
        wanted = await read(request, PressRequest)
        if wanted.dialog is not None:
            return _outcomes(await self._press_in_dialog(wanted, wanted.dialog))
        spot = self._finder.spot(wanted.person, wanted.conversation, wanted.message or "")
        self._finder.check_app(spot.person, spot.place)
        return _outcomes(await self._presser.on_message(spot, wanted.press))

    async def _press_in_dialog(self, wanted: PressRequest, id_: str) -> list[Outcome]:
        person = self._finder.person(wanted.person)
        dialog = self._world.shown.dialog(id_, person)
        if dialog is None:
            raise Refusal("This dialog is not open.")
        place = self._finder.place(person, dialog.conversation)
        self._finder.check_app(person, place)
        return await self._presser.in_dialog(person, place, dialog, wanted.press)

    async def refresh(self, request: web.Request) -> web.Response:
        """Refresh a card from the message's menu."""
        wanted = await read(request, RefreshRequest)
        spot = self._finder.spot(wanted.person, wanted.conversation, wanted.message)
        self._finder.check_app(spot.person, spot.place)
        return web.json_response(await self._presser.refresh(spot, trigger="manual"))

    async def extension(self, request: web.Request) -> web.Response:
        wanted = await read(request, ExtensionRequest)
        person, place = self._finder.person_in(wanted.person, wanted.conversation)
        self._finder.check_app(person, place)
        message = self._finder.message(place, wanted.message) if wanted.message else None
        command = self._command(wanted.command, message)
        return web.json_response(await self._presser.extension(person, place, command, message))

    def _command(self, id_: str, message: Message | None) -> Command:
        if message is None:
            return Command(id_, "compose")
        return Command(id_, "message", self._activities.payload(message))

    async def install(self, request: web.Request) -> web.Response:
        person, place = self._install_place(await read(request, InstallRequest))
        return _change(await self.installer.install(person, place))

    async def uninstall(self, request: web.Request) -> web.Response:
        person, place = self._install_place(await read(request, InstallRequest))
        return _change(await self.installer.uninstall(person, place))

    def _install_place(self, wanted: InstallRequest) -> tuple[Person, Place]:
        person = self._finder.person(wanted.person)
        if wanted.where == "personal":
            return person, self._world.places.chat_of(person)
        return person, self._finder.place(person, wanted.id)

    def _asking(self, request: web.Request) -> Person:
        return self._finder.person(request.query.get("as", ""))


def _outcomes(outcomes: Sequence[Outcome]) -> web.Response:
    """Answer with what the person sees in the end; of a repeated press also with every single answer."""
    repeats = {"repeats": list(outcomes)} if len(outcomes) > 1 else {}
    return web.json_response(outcomes[-1] | repeats)


def _change(change: Change) -> web.Response:
    return web.json_response({"new": change.new, "delivered": change.delivered, "detail": change.detail})
