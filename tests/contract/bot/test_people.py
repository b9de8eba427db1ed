"""Who was met, and whether they can be reached: known to every replica at once, because none keeps it for itself."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.hubs_file import read_hubs_file
from bot.people import Acquaintances
from bot.services import Services
from bot.turn import Turn, read_turn
from bot.worker import Bell
from cards import verbs
from osara_store import conversations, outbox
from osara_store.clock import SystemClock
from osara_store.conversations import Conversation, person_key
from osara_store.database import Database
from osara_store.outbox import Envelope, Unreachable
from osara_store.outgoing import to_person
from osara_store.schema import MessageState
from tests.running import HUBS
from tests.unit.bot.activities import PRIYA, TENANT, executed, opened

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
IN_CHAT = read_turn(executed(verbs.HELP_OPEN))
IN_CHANNEL = read_turn(opened({"verb": verbs.HELP_OPEN}))


class Replica(Acquaintances):
    def __init__(self, database: Database) -> None:
        self.database = database
        super().__init__(Services(read_hubs_file(HUBS), database, SystemClock(), Bell().ring))

    async def hears(self, turn: Turn) -> Conversation:
        await self.met(turn)
        found = await self.database.read(lambda tx: conversations.person(tx, TENANT, PRIYA))
        assert found is not None
        return found


async def blocks(database: Database) -> None:
    await database.write(
        lambda tx: conversations.mark_unreachable(tx, person_key(TENANT, PRIYA), "blocked", NOON)
    )


async def is_held(database: Database) -> None:
    """A message that found the chat shut."""
    envelope = Envelope("one", "a lane", to_person(TENANT, PRIYA), outbox.Kind.RECEIPT, {})

    def work(tx: Connection) -> None:
        outbox.put(tx, [envelope], NOON)
        (message,) = outbox.claim(tx, "teams", 1, NOON, timedelta(seconds=60))
        outbox.settle(tx, message, Unreachable("Forbidden blocked"), NOON, random.Random(1))

    await database.write(work)


async def test_a_press_in_the_channel_tells_who_it_was_and_one_in_the_chat_where_to_write(
    database: Database,
) -> None:
    replica = Replica(database)
    assert (await replica.hears(IN_CHANNEL)).conversation_id is None
    assert (await replica.hears(IN_CHAT)).conversation_id == IN_CHAT.conversation_id
    assert (await replica.hears(IN_CHANNEL)).conversation_id == IN_CHAT.conversation_id


async def test_somebody_whom_another_replica_found_out_of_reach_is_back_once_heard_in_the_chat(
    database: Database,
) -> None:
    here, there = Replica(database), Replica(database)
    await here.hears(IN_CHAT)
    await there.hears(IN_CHAT)
    for replica in (here, there, here):
        await blocks(database)
        assert (await replica.hears(IN_CHANNEL)).unreachable_since is not None
        assert (await replica.hears(IN_CHAT)).unreachable_since is None


async def test_what_was_held_for_somebody_is_due_again_once_they_are_heard_in_the_chat(
    database: Database,
) -> None:
    replica = Replica(database)
    await replica.hears(IN_CHAT)
    await blocks(database)
    await is_held(database)

    async def state() -> MessageState:
        (row,) = await database.read(outbox.list_rows)
        return row.state

    await replica.hears(IN_CHANNEL)
    assert await state() is MessageState.HELD
    await replica.hears(IN_CHAT)
    assert await state() is MessageState.WAITING
