"""What people write: kept in the conversation, and told to the bot where it may hear it."""

from __future__ import annotations

from typing import Any

from sandbox.teams.activities import Activities
from sandbox.teams.delivery import BotLine
from sandbox.teams.messages import Message
from sandbox.teams.places import Chat, Place
from sandbox.teams.world import World
from sandbox.tenant import Person


class Sender:
    """Posts messages of people."""

    def __init__(self, world: World, line: BotLine, activities: Activities) -> None:
        self._world = world
        self._line = line
        self._activities = activities

    async def send(
        self, person: Person, place: Place, content: dict[str, Any], root: int | None
    ) -> dict[str, Any]:
        """Post a message; the bot hears all of its chats, and in channels what mentions it."""
        message = self._world.messages.add(place.id, person.id, content, root=root)
        self._world.announce(place, "message")
        answer = {"id": str(message.id), "root": str(message.root)}
        heard = isinstance(place, Chat) or content.get("mentions_bot")
        return answer | (await self._tell(person, place, message) if heard else {})

    async def _tell(self, person: Person, place: Place, message: Message) -> dict[str, Any]:
        activity = self._activities.message(person, place, message)
        reply = (await self._line.deliver(activity, self._world.limits.invoke_seconds))[0]
        return {"delivered": reply.ok, "status": reply.status}
