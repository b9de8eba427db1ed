"""Endpoints with which tests and operators arrange the Teams side."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.teams.delivery import BotLine
from sandbox.teams.errors import Refusal
from sandbox.teams.installing import Installer
from sandbox.teams.limits import Limits
from sandbox.teams.places import Chat, Place
from sandbox.teams.requests import read
from sandbox.teams.world import World
from sandbox.tenant import Person, Team

MESSAGING_PATH = "/api/messages"


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BotRequest(_Request):
    url: str = Field(min_length=1)
    others: list[str] = Field(default_factory=list)
    """Further replicas; all of them take turns."""


class ChannelRequest(_Request):
    team: str
    name: str = Field(min_length=1)
    kind: Literal["standard", "private", "shared"] = "standard"


class RosterRequest(_Request):
    team: str
    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)


class Control:
    """What may be arranged: the bot's address, limits, rosters, channels, installations."""

    def __init__(self, world: World, line: BotLine, installer: Installer) -> None:
        self._world = world
        self._line = line
        self._installer = installer

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/bot", self.bot),
            web.post("/control/bot", self.set_bot),
            web.get("/control/limits", self.limits),
            web.post("/control/limits", self.set_limits),
            web.get("/control/counters", self.counters),
            web.post("/control/channels", self.add_channel),
            web.post("/control/rosters", self.change_roster),
            web.post("/control/install-everywhere", self.install_everywhere),
        ]

    async def bot(self, _: web.Request) -> web.Response:
        url, *others = self._line.urls
        return web.json_response({"url": url} | ({"others": others} if others else {}))

    async def set_bot(self, request: web.Request) -> web.Response:
        wanted = await read(request, BotRequest)
        self._line.urls = tuple(map(messaging_url, [wanted.url, *wanted.others]))
        return await self.bot(request)

    async def limits(self, _: web.Request) -> web.Response:
        return web.json_response(self._world.limits.model_dump())

    async def set_limits(self, request: web.Request) -> web.Response:
        """Change the limits that are named; the others stay."""
        wanted = await read(request, Limits)
        for name in wanted.model_fields_set:
            setattr(self._world.limits, name, getattr(wanted, name))
        return await self.limits(request)

    async def counters(self, _: web.Request) -> web.Response:
        """Tell how many messages the bot sent, edited and deleted in each conversation, ever."""
        counts = self._world.messages.counts()
        conversations = [
            {
                "conversation": count.conversation,
                "name": self._name(self._world.places.find(count.conversation)),
                "sent": count.sent,
                "edited": count.edited,
                "deleted": count.deleted,
            }
            for count in counts
        ]
        return web.json_response(
            {"sent": sum(count.sent for count in counts), "conversations": conversations}
        )

    async def add_channel(self, request: web.Request) -> web.Response:
        wanted = await read(request, ChannelRequest)
        channel = self._world.places.add_channel(self._team(wanted.team), wanted.name, wanted.kind)
        answer = {"id": channel.id, "name": channel.name, "kind": channel.kind}
        return web.json_response(answer, status=HTTPStatus.CREATED)

    async def change_roster(self, request: web.Request) -> web.Response:
        wanted = await read(request, RosterRequest)
        team = self._team(wanted.team)
        for id_ in wanted.add:
            await self._installer.change_roster(team, self._person(id_), joined=True)
        for id_ in wanted.remove:
            await self._installer.change_roster(team, self._person(id_), joined=False)
        return web.json_response({"members": [who.id for who in self._world.places.team_members(team)]})

    async def install_everywhere(self, _: web.Request) -> web.Response:
        changes = await self._installer.everywhere()
        undelivered = [change.detail for change in changes if not change.delivered]
        return web.json_response(
            {"installed": sum(change.new for change in changes), "undelivered": len(undelivered)}
            | ({"detail": undelivered[0]} if undelivered else {})
        )

    @staticmethod
    def _name(place: Place | None) -> str:
        if place is None:
            return ""
        return place.person.name if isinstance(place, Chat) else f"{place.team.name}, {place.channel.name}"

    def _team(self, id_: str) -> Team:
        team = self._world.tenant.teams.get(id_)
        if team is None:
            raise Refusal("There is no such team.", status=HTTPStatus.NOT_FOUND)
        return team

    def _person(self, id_: str) -> Person:
        person = self._world.places.person(id_)
        if person is None:
            raise Refusal("Nobody in the tenant has this id.", status=HTTPStatus.NOT_FOUND)
        return person


def messaging_url(given: str) -> str:
    """Return a bot's messaging address; one without a path gets the usual one.

    Raises:
        Refusal: it is no http address of this machine.
    """
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise Refusal(
            "The bot's address must be an http address of this machine.", status=HTTPStatus.BAD_REQUEST
        )
    return given if parts.path.strip("/") else given.rstrip("/") + MESSAGING_PATH
