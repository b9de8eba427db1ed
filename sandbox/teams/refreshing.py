"""Refreshes that clients make by themselves, for cards that ask for it.

A client asks when it first draws a card, and again after every edit: that is how people get views of their own. Looking
again later asks again only when the last answer is a minute old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from sandbox.teams.cards import Card
from sandbox.teams.limits import REFRESH_USERS
from sandbox.teams.messages import Message
from sandbox.teams.places import Place
from sandbox.teams.pressing import Presser, Spot
from sandbox.teams.shown import View
from sandbox.teams.world import World
from sandbox.tenant import Person

ORGANISATION_ID = "8:orgid:"
"""Begins the other form of a person's id that a card may list; the object id follows."""


class Refresher:
    """Looks at what a person's client has on screen, and asks the bot where a card is due."""

    def __init__(self, world: World, presser: Presser) -> None:
        self._world = world
        self._presser = presser
        self._under_way: dict[tuple[int, str], asyncio.Task[None]] = {}

    def look(self, person: Person, place: Place, messages: list[Message]) -> list[asyncio.Task[None]]:
        """Begin the refresh of every shown card that is due; the client hears when a new card is there.

        Returns what is under way for this person on these messages, begun now or before.
        """
        for message in messages:
            key = (message.id, person.id)
            if key not in self._under_way and self._is_due(person, place, message):
                self._under_way[key] = asyncio.create_task(self._refresh(Spot(person, place, message)))
        keys = ((message.id, person.id) for message in messages)
        return [self._under_way[key] for key in keys if key in self._under_way]

    @staticmethod
    async def ended(refreshes: Sequence[asyncio.Task[None]]) -> None:
        """Wait until these have an answer, or none in time."""
        await asyncio.gather(*(asyncio.shield(refresh) for refresh in refreshes))

    async def settle(self) -> None:
        """End what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _refresh(self, spot: Spot) -> None:
        try:
            await self._presser.refresh(spot, trigger="automatic")
        finally:
            self._under_way.pop((spot.message.id, spot.person.id), None)

    def _is_due(self, person: Person, place: Place, message: Message) -> bool:
        card = self._world.shown.card(message, person)
        if card is None or not self._world.places.bot_is_in(place):
            return False
        view = self._world.shown.view(message, person)
        return self._is_meant(person, place, card) and (view is None or self._is_old(view))

    def _is_meant(self, person: Person, place: Place, card: Card) -> bool:
        """Tell whether the card refreshes for this person: those listed, or everybody in a small conversation."""
        refresh = card.get("refresh")
        if not isinstance(refresh, dict):
            return False
        listed = refresh.get("userIds")
        if listed is None:
            return len(self._world.places.members(place)) <= REFRESH_USERS
        return bool({self._world.places.user_id(person), f"{ORGANISATION_ID}{person.id}"} & set(listed))

    def _is_old(self, view: View) -> bool:
        return (datetime.now(UTC) - view.at).total_seconds() >= self._world.limits.refresh_after
