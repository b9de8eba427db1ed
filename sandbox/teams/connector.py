"""The Bot Connector: what the bot may do in conversations, by Teams' rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.teams.content import Knows, is_typing, parts, read_message
from sandbox.teams.errors import BadArgument, Forbidden, NotFound, NotSupported, PreconditionFailed
from sandbox.teams.ids import in_thread, split_thread
from sandbox.teams.messages import BOT, Message
from sandbox.teams.places import ChannelPlace, Chat, Place
from sandbox.teams.requests import dig, json_body
from sandbox.teams.world import World
from sandbox.tenant import Person


@dataclass(frozen=True)
class Target:
    """Where a message goes; `root` is the thread's first message, None begins one."""

    place: Place
    root: int | None = None


class Connector:
    """Answers the bot's calls on conversations and messages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._being_written: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        messages = "/v3/conversations/{conversation}/activities"
        return [
            web.post("/v3/conversations", self.create),
            web.post(messages, self.send),
            web.post(messages + "/{activity}", self.send),
            web.put(messages + "/{activity}", self.update),
            web.delete(messages + "/{activity}", self.delete),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Begin a thread in a channel, or find the chat with a person."""
        wanted = await json_body(request)
        if wanted.get("isGroup"):
            return await self._new_thread(wanted)
        return await self._chat(wanted)

    async def send(self, request: web.Request) -> web.Response:
        """Post a message. An activity id in the path changes nothing: Teams routes by the conversation id."""
        target = self._target(request)
        posted = await self._post(target, await json_body(request))
        return web.json_response(_resource(posted), status=HTTPStatus.CREATED)

    async def update(self, request: web.Request) -> web.Response:
        place, message = self._own_message(request)
        content = read_message(await json_body(request), self._knows(place))
        if is_typing(content) or len(parts(content)) > 1:
            raise NotSupported("The sandbox updates a message to a text alone or a card alone.")
        async with self._writing(place):
            self._world.messages.edit(message, content)
        self._world.announce(place, "update")
        return web.json_response({"id": str(message.id)})

    async def delete(self, request: web.Request) -> web.Response:
        place, message = self._own_message(request)
        async with self._writing(place):
            self._world.messages.delete(message)
        self._world.announce(place, "update")
        return web.Response()

    # Where to

    def _target(self, request: web.Request) -> Target:
        conversation, root = split_thread(request.match_info["conversation"])
        place = self.place(conversation)
        if root is None:
            return Target(place)
        return Target(place, self._root(place, root))

    def place(self, conversation: str) -> Place:
        """Return a conversation that the bot is in.

        Raises:
            NotFound: there is no such conversation.
            Forbidden: the bot is not in it.
        """
        place = self._world.places.find(conversation)
        if place is None:
            raise NotFound("Conversation not found.")
        if not self._world.places.bot_is_in(place):
            raise Forbidden("The bot is not part of the conversation roster.", "BotNotInConversationRoster")
        return place

    def _root(self, place: Place, given: str) -> int:
        if isinstance(place, Chat):
            raise NotFound("Conversation not found: a chat has no threads.")
        root = self._world.messages.find(place.id, int(given)) if given.isdigit() else None
        if root is None:
            raise NotFound("Conversation not found: there is no such thread in the channel.")
        return root.root

    def _own_message(self, request: web.Request) -> tuple[Place, Message]:
        conversation, _ = split_thread(request.match_info["conversation"])
        place, given = self.place(conversation), request.match_info["activity"]
        message = self._world.messages.find(place.id, int(given)) if given.isdigit() else None
        if message is None:
            raise NotFound("Activity not found in the conversation.", "ActivityNotFoundInConversation")
        if not message.by_bot:
            raise Forbidden("A bot can change its own messages only.")
        return place, message

    # Creating

    async def _new_thread(self, wanted: dict[str, Any]) -> web.Response:
        channel, activity = dig(wanted, "channelData", "channel", "id"), wanted.get("activity")
        if not isinstance(channel, str) or dig(activity, "type") != "message":
            raise BadArgument("A new thread needs channelData.channel.id and a message as its activity.")
        place = self.place(split_thread(channel)[0])
        if not isinstance(place, ChannelPlace):
            raise BadArgument("channelData.channel.id names no channel.")
        posted = await self._post(Target(place), activity)
        answer = {"id": in_thread(place.id, posted[0].root)} | _resource(posted, "activityId")
        return web.json_response(answer, status=HTTPStatus.CREATED)

    async def _chat(self, wanted: dict[str, Any]) -> web.Response:
        person = self._one_member(wanted)
        self._check_may_write_to(person, wanted)
        chat, posted = self._world.places.chat_of(person), list[Message]()
        if wanted.get("activity") is None:
            self._world.rates.send(chat.id)
        else:
            posted = await self._post(Target(chat), wanted["activity"])
        return web.json_response({"id": chat.id} | _resource(posted, "activityId"), status=HTTPStatus.CREATED)

    def _one_member(self, wanted: dict[str, Any]) -> Person:
        members = wanted.get("members")
        if not isinstance(members, list) or len(members) != 1 or not isinstance(members[0], dict):
            raise BadArgument("A bot begins a chat with exactly one member.")
        given = str(members[0].get("id", ""))
        person = None if "@" in given else self._world.places.person(given)
        if person is None:
            raise BadArgument("The member's id is neither a 29: id nor an Entra object id of this tenant.")
        return person

    def _check_may_write_to(self, person: Person, wanted: dict[str, Any]) -> None:
        tenant = wanted.get("tenantId") or dig(wanted, "channelData", "tenant", "id")
        if not tenant:
            raise BadArgument("A chat needs tenantId, or channelData.tenant.id.")
        if tenant != self._world.tenant.id or not self._world.tenant.is_own(person):
            raise Forbidden(
                "A bot cannot write to a person of another tenant.", "ForbiddenOperationException"
            )
        if not self._world.places.has_app(person):
            raise Forbidden("The app is not installed for this person.", "ForbiddenOperationException")

    # Posting

    async def _post(self, target: Target, activity: Any) -> list[Message]:
        place = target.place
        if isinstance(place, ChannelPlace) and place.channel.kind == "private":
            raise Forbidden("A bot cannot post in a private channel.")
        content = read_message(activity, self._knows(place))
        pieces = parts(content)
        self._world.rates.send(place.id, cost=len(pieces))
        async with self._writing(place):
            if is_typing(content):
                return []
            posted = self._add(target, pieces)
        self._world.announce(place, "message")
        return posted

    def _add(self, target: Target, pieces: list[dict[str, Any]]) -> list[Message]:
        """Keep the pieces of one message; in a channel they stand in one thread."""
        add, place = self._world.messages.add, target.place
        first = add(place.id, BOT, pieces[0], root=target.root)
        root = None if isinstance(place, Chat) else first.root
        return [first, *(add(place.id, BOT, piece, root=root) for piece in pieces[1:])]

    @asynccontextmanager
    async def _writing(self, place: Place) -> AsyncIterator[None]:
        """Hold the conversation for as long as a write takes; a second write meanwhile is refused."""
        if place.id in self._being_written:
            raise PreconditionFailed("Another write to this conversation is under way.")
        self._being_written.add(place.id)
        try:
            if self._world.limits.write_seconds:
                await asyncio.sleep(self._world.limits.write_seconds)
            yield
        finally:
            self._being_written.discard(place.id)

    def _knows(self, place: Place) -> Knows:
        def knows(any_id: str) -> bool:
            person = self._world.places.person(any_id)
            return any_id == self._world.tenant.bot_id or (
                person is not None and self._world.places.is_member(person, place)
            )

        return knows


def _resource(posted: list[Message], name: str = "id") -> dict[str, str]:
    """Name the new message. One that was split in two gets no id, as in Teams; typing has none."""
    return {name: str(posted[0].id)} if len(posted) == 1 else {}
