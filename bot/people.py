"""Remembers how to reach the people who press buttons, so that receipts find their chat."""

from datetime import datetime

from sqlalchemy import Connection

from bot.services import Services
from bot.turn import Turn
from osara_store import conversations, outbox
from osara_store.outgoing import to_person


class Acquaintances:
    """Writes down a person's address when it is new, and that somebody out of reach was heard of in the bot's own chat.

    Asks the database each time and keeps nothing: another replica may have learnt something else since.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def met(self, turn: Turn) -> None:
        database = self._services.database
        if await database.read(lambda tx: _is_known(tx, turn)):
            return
        now = self._services.clock.now()
        await database.write(lambda tx: _meet(tx, turn, now))
        self._services.wake()


def _is_known(tx: Connection, turn: Turn) -> bool:
    """Whether nothing new is learnt from this turn. One elsewhere does not tell that the bot's own chat is open again."""
    known = conversations.person(tx, turn.tenant, turn.person_id)
    if known is None:
        return False
    chat = _own_chat(turn)
    is_back = chat is not None and known.unreachable_since is not None
    old = (known.service_url, known.user_id, known.bot_id, known.conversation_id)
    return not is_back and old == (
        turn.service_url,
        turn.user_id,
        turn.bot_id,
        chat or known.conversation_id,
    )


def _meet(tx: Connection, turn: Turn, now: datetime) -> None:
    """What could not reach the person before is tried again, now that they write from where it goes."""
    remember(tx, turn, now)
    if _own_chat(turn) is not None:
        outbox.requeue_to(tx, to_person(turn.tenant, turn.person_id), now)


def remember(tx: Connection, turn: Turn, now: datetime) -> None:
    conversations.remember_person(
        tx,
        tenant=turn.tenant,
        object_id=turn.person_id,
        service_url=turn.service_url,
        user_id=turn.user_id,
        conversation_id=_own_chat(turn),
        bot_id=turn.bot_id,
        now=now,
    )


def _own_chat(turn: Turn) -> str | None:
    """The bot's own chat with the person is known only when the turn came from there.

    A message extension is used in any chat, also in one between two people: that must never get anybody's receipt.
    """
    is_own_chat = turn.is_personal and not turn.name.startswith("composeExtension/")
    return turn.conversation_id if is_own_chat else None
