"""Adding the app to teams and people, and taking it away: what Teams notes and what it tells the bot."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.teams.activities import Activities, Activity
from sandbox.teams.delivery import BotLine, Reply
from sandbox.teams.errors import Refusal
from sandbox.teams.places import ChannelPlace, Chat, Place
from sandbox.teams.world import World
from sandbox.tenant import Person, Team


@dataclass(frozen=True)
class Change:
    """What became of an installation. `delivered` is false when the bot did not take what it was told."""

    new: bool
    delivered: bool = True
    detail: str = ""


class Installer:
    """Installs the app as a person would from the store."""

    def __init__(self, world: World, line: BotLine, activities: Activities) -> None:
        self._world = world
        self._line = line
        self._activities = activities

    async def install(self, person: Person, place: Place) -> Change:
        """Install in the team of a channel, which becomes the app's channel there, or for the person."""
        self._check(person, place)
        holder = _holder(place)
        if self._world.places.has_app(holder):
            return Change(new=False)
        self._world.places.install(holder, person)
        return await self._tell(person, place, added=True)

    async def uninstall(self, person: Person, place: Place) -> Change:
        holder = _holder(place)
        if not self._world.places.has_app(holder):
            return Change(new=False)
        self._world.places.uninstall(holder)
        return await self._tell(person, place, added=False)

    async def everywhere(self) -> list[Change]:
        """Install in every hub's channel and for every person of the tenant."""
        changes = [await self.install(person, place) for person, place in self._hub_channels()]
        own = (person for person in self._world.tenant.people.values() if self._world.tenant.is_own(person))
        return changes + [await self.install(who, self._world.places.chat_of(who)) for who in own]

    async def change_roster(self, team: Team, person: Person, *, joined: bool) -> Change:
        """Add somebody to a team or remove them, and tell the bot if it is there."""
        self._world.places.set_member(team, person, present=joined)
        if not self._world.places.has_app(team):
            return Change(new=True)
        place = ChannelPlace(team.channels[0], team)
        who = [self._world.places.user_id(person)]
        activity = self._activities.roster_change(person, place, who, joined=joined)
        return await self._deliver([activity])

    def _hub_channels(self) -> list[tuple[Person, Place]]:
        found: list[tuple[Person, Place]] = []
        for team in self._world.tenant.teams.values():
            members = self._world.places.team_members(team)
            channel = next((channel for channel in team.channels if channel.hub), team.channels[0])
            found += [(member, ChannelPlace(channel, team)) for member in members[:1]]
        return found

    def _check(self, person: Person, place: Place) -> None:
        if isinstance(place, Chat) and not self._world.tenant.is_own(person):
            raise Refusal("A person of another tenant cannot add this tenant's app for themselves.")
        if not self._world.places.is_member(person, place):
            raise Refusal("Only somebody of the team can add an app to it.")

    async def _tell(self, person: Person, place: Place, *, added: bool) -> Change:
        bot = [self._world.tenant.bot_id]
        return await self._deliver(
            [
                self._activities.roster_change(person, place, bot, joined=added),
                self._activities.installation(person, place, added=added),
            ]
        )

    async def _deliver(self, activities: list[Activity]) -> Change:
        seconds = self._world.limits.invoke_seconds
        replies = [(await self._line.deliver(activity, seconds))[0] for activity in activities]
        failed = next((reply for reply in replies if not reply.ok), None)
        return Change(new=True, delivered=failed is None, detail=_why(failed) if failed else "")


def _holder(place: Place) -> Team | Person:
    return place.person if isinstance(place, Chat) else place.team


def _why(reply: Reply) -> str:
    return reply.failure or f"The bot answered HTTP {reply.status}."
