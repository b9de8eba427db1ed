"""Refreshes that clients make by themselves, for cards that ask for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sandbox.teams.cards import Card
from sandbox.teams.limits import REFRESH_USERS
from sandbox.teams.messages import Message
from sandbox.teams.places import Place
from sandbox.teams.pressing import Presser, Spot
from sandbox.teams.shown import View
from sandbox.teams.world import World
from sandbox.tenant import Person


class Refresher:
    """Looks at what a person's client has on screen, and asks the bot where a card is due."""

    def __init__(self, world: World, presser: Presser) -> None:
        self._world = world
        self._presser = presser
        self._under_way: dict[tuple[int, str], asyncio.Task[None]] = {}

    def look(self, person: Person, place: Place, messages: list[Message]) -> None:
        """Begin the refresh of every shown card that is due; the client hears when a new card is there."""
        for message in messages:
            key = (message.id, person.id)
            if key not in self._under_way and self._is_due(person, place, message):
                self._under_way[key] = asyncio.create_task(self._refresh(Spot(person, place, message)))

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
        if not message.by_bot or message.card is None:
            return False
        view = self._world.shown.view(message, person)
        card = (view.card if view else None) or message.card
        return self._is_meant(person, place, card) and self._is_old_enough(message, view)

    def _is_meant(self, person: Person, place: Place, card: Card) -> bool:
        """Tell whether the card refreshes for this person: those listed, or everybody in a small conversation."""
        refresh = card.get("refresh")
        if not isinstance(refresh, dict):
            return False
        listed = refresh.get("userIds")
        if listed is None:
            return len(self._world.places.members(place)) <= REFRESH_USERS
        return self._world.places.user_id(person) in listed

    def _is_old_enough(self, message: Message, view: View | None) -> bool:
        """A card just edited is due at once for who has not asked since; any other only after a minute."""
        if view is None and message.edited_at:
            return True
        last = max(message.changed_at, view.at) if view else message.at
        return (datetime.now(UTC) - last).total_seconds() >= self._world.limits.refresh_after
