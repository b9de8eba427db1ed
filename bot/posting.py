"""Brings messages to their place in Teams: the hub's channel, the thread under a card, or somebody's chat with the bot.

A message that stands already is updated in place; only what was never noted as posted is posted. Teams has no way to
recognise a repeated post, so a message whose answer was lost, because the process died or Teams fell silent, may come twice,
and no other.

A delivery makes one request at the most, because a claim brings one token. What takes several, such as a chat that must be
made first, comes back as unfinished and goes on with the next claim from what was noted.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.connector import Connectors, Forbidden, Gone, Sent
from bot.drawing import Activity
from bot.services import Services
from osara_store import conversations, outbox
from osara_store.conversations import Conversation, Posted
from osara_store.outbox import Outcome, Unfinished, Unreachable


@dataclass(frozen=True)
class _Place:
    """Where a message belongs: the conversation we know of, and how to post there for the first time.

    `post` gives None where the way there took the request: the message is yet to be posted.
    """

    key: str
    conversation: Conversation
    post: Callable[[Activity], Awaitable[Sent | None]]


class Posting:
    """Every method raises `ConnectorError` where Teams refuses or fails; the outcome says the rest."""

    def __init__(self, services: Services, connectors: Connectors) -> None:
        self._services, self._connectors = services, connectors

    async def in_channel(self, hub_id: str, key: str, message: Activity) -> Outcome:
        """The message that stands under this key in the hub's channel, in a thread of its own."""
        known = await self._services.database.read(lambda tx: conversations.channel(tx, hub_id))
        if known is None or known.conversation_id is None:
            return Unreachable("the app is not installed in the hub's channel")
        connector, channel = self._connectors.at(known.service_url), known.conversation_id
        return await self._place(
            _Place(key, known, lambda activity: connector.new_thread(channel, activity)), message
        )

    async def under(self, card: str, hub_id: str, key: str, message: Activity) -> Outcome:
        """The message that stands under this key in the thread of a card; in one of its own where the card is not there."""
        read = self._services.database.read
        thread = await read(lambda tx: conversations.posted(tx, card))
        known = await read(lambda tx: conversations.channel(tx, hub_id))
        if thread is None or known is None:
            return await self.in_channel(hub_id, key, message)
        return await self._place(
            _Place(key, known, lambda activity: self._reply_under(card, thread, activity)), message
        )

    async def _reply_under(self, card: str, thread: Posted, message: Activity) -> Sent | None:
        try:
            return await self._connectors.at(thread.service_url).send(thread.conversation_id, message)
        except Gone:  # somebody deleted that card: without it there is no thread, only the channel
            await self._services.database.write(lambda tx: conversations.forget_posted(tx, card))
            return None

    async def to_person(self, tenant: str, person: str, key: str, message: Activity) -> Outcome:
        """The message that stands under this key in the bot's own chat with somebody."""
        known = await self._services.database.read(lambda tx: conversations.person(tx, tenant, person))
        if known is None:
            return Unreachable("the person has never been met")
        return await self._place(_Place(key, known, lambda activity: self._post_to(known, activity)), message)

    async def to_person_if_reached(self, tenant: str, person: str, key: str, message: Activity) -> Outcome:
        """The same where something is to be done if the person cannot be reached, whyever not."""
        try:
            return await self.to_person(tenant, person, key, message)
        except Forbidden as refusal:
            return Unreachable(f"Forbidden {refusal}")

    async def _post_to(self, person: Conversation, message: Activity) -> Sent | None:
        if not person.conversation_id:
            await self._make_chat(person)
            return None
        try:
            return await self._connectors.at(person.service_url).send(person.conversation_id, message)
        except Gone:  # that chat is no more: it is made anew
            await self._note_chat(person, "")
            return None

    async def _make_chat(self, person: Conversation) -> None:
        """The bot's own chat with somebody who never wrote to it."""
        chat = await self._connectors.at(person.service_url).direct_conversation(
            user_id=person.user_id or "", tenant=person.tenant, bot_id=person.bot_id
        )
        await self._note_chat(person, chat)

    async def _note_chat(self, person: Conversation, chat: str) -> None:
        now = self._services.clock.now()
        await self._services.database.write(lambda tx: conversations.note_chat(tx, person.key, chat, now))

    async def _place(self, place: _Place, message: Activity) -> Outcome:
        standing = await self._services.database.read(lambda tx: conversations.posted(tx, place.key))
        try:
            if standing is not None:
                return await self._updated(place.key, standing, message)
            return await self._posted(place, message)
        except Forbidden as refusal:
            now, why = self._services.clock.now(), refusal.code
            await self._services.database.write(
                lambda tx: conversations.mark_unreachable(tx, place.conversation.key, why, now)
            )
            raise

    async def _updated(self, key: str, standing: Posted, message: Activity) -> Outcome:
        connector = self._connectors.at(standing.service_url)
        try:
            await connector.update(standing.conversation_id, standing.activity_id, message)
        except Gone:  # somebody deleted it: it is posted anew
            await self._services.database.write(lambda tx: conversations.forget_posted(tx, key))
            return Unfinished("what stood there is gone")
        return outbox.Sent()

    async def _posted(self, place: _Place, message: Activity) -> Outcome:
        sent, now = await place.post(message), self._services.clock.now()
        if sent is None:
            return Unfinished("the way there came first")
        if sent.activity_id:  # else Teams kept it to itself: the next state is posted as a message of its own
            await self._services.database.write(
                lambda tx: conversations.note_posted(
                    tx,
                    place.key,
                    conversation_id=sent.conversation_id,
                    service_url=place.conversation.service_url,
                    activity_id=sent.activity_id,
                    now=now,
                )
            )
        return outbox.Sent()
