"""The client API: what people do in Teams, for the page and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.teams.activities import Activities
from sandbox.teams.answers import Outcome
from sandbox.teams.delivery import BotLine
from sandbox.teams.errors import Refusal
from sandbox.teams.event_stream import stream
from sandbox.teams.ids import split_thread
from sandbox.teams.installing import Change, Installer
from sandbox.teams.messages import Message
from sandbox.teams.places import Chat, Place
from sandbox.teams.pressing import Press, Presser, Spot
from sandbox.teams.refreshing import Refresher
from sandbox.teams.requests import read
from sandbox.teams.screen import Screen
from sandbox.teams.shown import Command
from sandbox.teams.world import World
from sandbox.tenant import Person

LONGEST_TEXT = 28_000


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    person: str = Field(alias="as")


class SendRequest(_Act):
    conversation: str
    text: str = Field(max_length=LONGEST_TEXT)
    mention_bot: bool = False
    reply_to: str | None = None


class PressRequest(_Act):
    conversation: str = ""
    message: str | None = None
    dialog: str | None = None
    action: str
    inputs: dict[str, Any] = Field(default_factory=dict)
    skip_client_checks: bool = False
    repeat: int = Field(default=1, ge=1, le=50)


class ExtensionRequest(_Act):
    conversation: str
    command: str = Field(min_length=1)
    message: str | None = None


class RefreshRequest(_Act):
    conversation: str
    message: str


class InstallRequest(_Act):
    where: Literal["team", "personal", "channel"]
    id: str = ""


class Client:
    """Answers for the clients of everybody in the tenant."""

    def __init__(self, world: World, line: BotLine, activities: Activities) -> None:
        self._world = world
        self._line = line
        self._activities = activities
        self._screen = Screen(world)
        self._presser = Presser(world, line, activities)
        self.refresher = Refresher(world, self._presser)
        self.installer = Installer(world, line, activities)

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
        ]

    # Looking

    async def people(self, _: web.Request) -> web.Response:
        return web.json_response(self._screen.people())

    async def places(self, request: web.Request) -> web.Response:
        return web.json_response(self._screen.places(self._asking(request)))

    async def messages(self, request: web.Request) -> web.Response:
        person = self._asking(request)
        place = self._place(person, request.match_info["conversation"])
        messages = self._world.messages.in_conversation(place.id)
        self.refresher.look(person, place, messages)
        shown = [self._screen.message(person, place, message) for message in messages]
        return web.json_response({"messages": shown})

    async def events(self, request: web.Request) -> web.StreamResponse:
        return await stream(request, self._world.events, self._asking(request))

    # Doing

    async def send(self, request: web.Request) -> web.Response:
        """Post a message; in a channel the bot hears it only when it is mentioned."""
        wanted = await read(request, SendRequest)
        person, place = self._person_in(wanted.person, wanted.conversation)
        to_bot = isinstance(place, Chat) or wanted.mention_bot
        if to_bot and not self._world.places.bot_is_in(place):
            raise Refusal("The app is not installed here; add it first.")
        content = {"text": wanted.text, "mentions_bot": wanted.mention_bot and not isinstance(place, Chat)}
        root = self._root(place, wanted.reply_to)
        message = self._world.messages.add(place.id, person.id, content, root=root)
        self._world.announce(place, "message")
        answer: dict[str, Any] = {"id": str(message.id), "root": str(message.root)}
        return web.json_response(answer | (await self._hear(person, place, message) if to_bot else {}))

    async def _hear(self, person: Person, place: Place, message: Message) -> dict[str, Any]:
        activity = self._activities.message(person, place, message)
        reply = (await self._line.deliver(activity, self._world.limits.invoke_seconds))[0]
        return {"delivered": reply.ok, "status": reply.status}

    async def press(self, request: web.Request) -> web.Response:
        wanted = await read(request, PressRequest)
        press = Press(wanted.action, wanted.inputs, wanted.skip_client_checks, wanted.repeat)
        if wanted.dialog is not None:
            return _outcomes(await self._press_in_dialog(wanted, wanted.dialog, press))
        spot = self._spot(wanted.person, wanted.conversation, wanted.message or "")
        self._check_app(spot.person, spot.place)
        return _outcomes(await self._presser.on_message(spot, press))

    async def _press_in_dialog(self, wanted: PressRequest, id_: str, press: Press) -> list[Outcome]:
        person = self._known(wanted.person)
        dialog = self._world.shown.dialog(id_, person)
        if dialog is None:
            raise Refusal("This dialog is not open.")
        place = self._place(person, dialog.conversation)
        self._check_app(person, place)
        return await self._presser.in_dialog(person, place, dialog, press)

    async def refresh(self, request: web.Request) -> web.Response:
        """Refresh a card from the message's menu."""
        wanted = await read(request, RefreshRequest)
        spot = self._spot(wanted.person, wanted.conversation, wanted.message)
        return web.json_response(await self._presser.refresh(spot, trigger="manual"))

    async def extension(self, request: web.Request) -> web.Response:
        wanted = await read(request, ExtensionRequest)
        person, place = self._person_in(wanted.person, wanted.conversation)
        self._check_app(person, place)
        message = self._message(place, wanted.message) if wanted.message else None
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
        person = self._known(wanted.person)
        if wanted.where == "personal":
            return person, self._world.places.chat_of(person)
        return person, self._place(person, wanted.id)

    def _check_app(self, person: Person, place: Place) -> None:
        """Refuse what goes to a bot that was taken away; the person's own installation is enough."""
        if not (self._world.places.has_app(person) or self._world.places.bot_is_in(place)):
            raise Refusal("The app is not installed for this person or here; add it first.")

    # Finding what a request names

    def _asking(self, request: web.Request) -> Person:
        return self._known(request.query.get("as", ""))

    def _known(self, id_: str) -> Person:
        person = self._world.tenant.people.get(id_.lower())
        if person is None:
            raise Refusal("Nobody in the tenant has this id.", status=HTTPStatus.NOT_FOUND)
        return person

    def _person_in(self, id_: str, conversation: str) -> tuple[Person, Place]:
        person = self._known(id_)
        return person, self._place(person, conversation)

    def _place(self, person: Person, conversation: str) -> Place:
        place = self._world.places.find(split_thread(conversation)[0])
        if place is None or not self._world.places.is_member(person, place):
            raise Refusal("This person has no such conversation.", status=HTTPStatus.NOT_FOUND)
        return place

    def _message(self, place: Place, id_: str) -> Message:
        message = self._world.messages.find(place.id, int(id_)) if id_.isdigit() else None
        if message is None:
            raise Refusal("There is no such message in this conversation.", status=HTTPStatus.NOT_FOUND)
        return message

    def _root(self, place: Place, reply_to: str | None) -> int | None:
        return self._message(place, reply_to).root if reply_to and not isinstance(place, Chat) else None

    def _spot(self, person_id: str, conversation: str, message: str) -> Spot:
        person, place = self._person_in(person_id, conversation)
        return Spot(person, place, self._message(place, message))


def _outcomes(outcomes: Sequence[Outcome]) -> web.Response:
    """Answer with what the person sees in the end; of a repeated press also with every single answer."""
    repeats = {"repeats": list(outcomes)} if len(outcomes) > 1 else {}
    return web.json_response(outcomes[-1] | repeats)


def _change(change: Change) -> web.Response:
    return web.json_response({"new": change.new, "delivered": change.delivered, "detail": change.detail})
