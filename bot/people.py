"""Remembers how to reach the people who press buttons, so that receipts find their chat."""

from datetime import datetime

from sqlalchemy import Connection

from bot.services import Services
from bot.turn import Turn
from osara_store import conversations


class Acquaintances:
    """Writes down a person's address when it is new; a process asks the database once for each."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: set[tuple[str, str, str, str]] = set()

    async def met(self, turn: Turn) -> None:
        address = (turn.tenant, turn.person_id, turn.service_url, turn.user_id)
        if address in self._known:
            return
        now = self._services.clock.now()
        await self._services.database.write(lambda tx: remember(tx, turn, now))
        self._known.add(address)


def remember(tx: Connection, turn: Turn, now: datetime) -> None:
    """The bot's own chat with the person is known only when the turn came from there.

    A message extension is used in any chat, also in one between two people: that must never get anybody's receipt.
    """
    is_own_chat = turn.is_personal and not turn.name.startswith("composeExtension/")
    conversations.remember_person(
        tx,
        tenant=turn.tenant,
        object_id=turn.person_id,
        service_url=turn.service_url,
        user_id=turn.user_id,
        conversation_id=turn.conversation_id if is_own_chat else None,
        bot_id=turn.bot_id,
        now=now,
    )
