"""The Bot Connector's questions about people, teams and channels."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from aiohttp import web

from sandbox.teams.connector import Connector
from sandbox.teams.errors import BadArgument, Forbidden, NotFound
from sandbox.teams.ids import split_thread
from sandbox.teams.places import Place
from sandbox.teams.world import World
from sandbox.tenant import Channel, Person, Team

PAGE_SIZE = 200
LARGEST_PAGE = 500


class Rosters:
    """Who is in a conversation that the bot is in."""

    def __init__(self, world: World, connector: Connector) -> None:
        self._world = world
        self._connector = connector

    def routes(self) -> list[web.RouteDef]:
        conversation = "/v3/conversations/{conversation}"
        return [
            web.get(conversation + "/members", self.members),
            web.get(conversation + "/pagedmembers", self.paged_members),
            web.get(conversation + "/members/{member}", self.member),
            web.get("/v3/teams/{team}", self.team),
            web.get("/v3/teams/{team}/conversations", self.channels),
        ]

    async def members(self, request: web.Request) -> web.Response:
        """Answer the deprecated whole roster, which has a narrow rate limit of its own."""
        place = self._place(request)
        self._world.rates.full_roster(place.id)
        return web.json_response([self._account(person) for person in self._world.places.members(place)])

    async def paged_members(self, request: web.Request) -> web.Response:
        place = self._place(request)
        size, start = _page_size(request), _start(request)
        people = self._world.places.members(place)
        answer: dict[str, Any] = {"members": [self._account(who) for who in people[start : start + size]]}
        if start + size < len(people):
            answer["continuationToken"] = _token(start + size)
        return web.json_response(answer)

    async def member(self, request: web.Request) -> web.Response:
        place = self._place(request)
        person = self._world.places.person(request.match_info["member"])
        if person is None or not self._world.places.is_member(person, place):
            raise NotFound("The member is not in this conversation.", "MemberNotFoundInConversation")
        return web.json_response(self._account(person))

    async def team(self, request: web.Request) -> web.Response:
        team = self._team(request)
        places = self._world.places
        return web.json_response(
            {
                "id": team.id,
                "name": team.name,
                "aadGroupId": team.group_id,
                "type": "standard",
                "tenantId": self._world.tenant.id,
                "memberCount": len(places.team_members(team)),
                "channelCount": len(places.channels(team)),
            }
        )

    async def channels(self, request: web.Request) -> web.Response:
        channels = self._world.places.channels(self._team(request))
        return web.json_response({"conversations": [_channel(channel) for channel in channels]})

    def _place(self, request: web.Request) -> Place:
        place = self._connector.place(split_thread(request.match_info["conversation"])[0])
        self._world.rates.roster(place.id)
        return place

    def _team(self, request: web.Request) -> Team:
        team = self._world.tenant.teams.get(request.match_info["team"])
        if team is None:
            raise NotFound("Team not found.")
        if not self._world.places.has_app(team):
            raise Forbidden("The bot is not part of the conversation roster.", "BotNotInConversationRoster")
        self._world.rates.roster(team.id)
        return team

    def _account(self, person: Person) -> dict[str, Any]:
        given, _, surname = person.name.rpartition(" ")
        return {
            "id": self._world.places.user_id(person),
            "name": person.name,
            "objectId": person.id,
            "aadObjectId": person.id,
            "givenName": given,
            "surname": surname,
            "email": person.upn,
            "userPrincipalName": person.upn,
            "tenantId": person.tenant,
            "userRole": "user" if self._world.tenant.is_own(person) else "guest",
        }


def _channel(channel: Channel) -> dict[str, Any]:
    """Describe a channel; General has no name of its own, because every client shows it in its own language."""
    is_general = channel.id == channel.team
    return {"id": channel.id, "name": None if is_general else channel.name, "type": channel.kind}


def _page_size(request: web.Request) -> int:
    given = request.query.get("pageSize", str(PAGE_SIZE))
    if not given.isdigit() or int(given) == 0:
        raise BadArgument("pageSize must be a number from 1.")
    return min(int(given), LARGEST_PAGE)


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"from {start}".encode()).decode()


def _start(request: web.Request) -> int:
    token = request.query.get("continuationToken", "")
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).removeprefix(b"from "))
    except (binascii.Error, ValueError) as error:
        raise BadArgument("continuationToken is not one of ours.") from error
