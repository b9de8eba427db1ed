"""From an outbox row to a message in Teams: what stands is updated, and each answer of Teams has its consequence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from sqlalchemy import Connection

from bot.connector import Connectors
from bot.deliveries import ToTeams
from bot.hubs_file import read_hubs_file
from bot.people import remember
from bot.services import Services
from bot.turn import read_turn
from bot.worker import Bell
from osara_store import cases, conversations, drafts
from osara_store.clock import SettableClock
from osara_store.conversations import Conversation
from osara_store.database import Database
from osara_store.outbox import (
    Failed,
    Kind,
    Message,
    Outcome,
    Refused,
    Sent,
    TryLater,
    Unfinished,
    Unreachable,
)
from osara_store.referral import Referral
from osara_store.schema import conversations as table
from tests.contract.bot.teams_server import CHAT, TOKEN, TeamsServer, Trouble
from tests.driver import a_referral
from tests.running import HUBS
from tests.unit.bot.activities import PRIYA, typed
from tests.unit.bot.environment import TENANT

DIRECTORY = read_hubs_file(HUBS)
ALLERDALE = next(hub for hub in DIRECTORY.hubs if hub.id == "ALL")
HUB_CARD = Message(
    1, "hub:ALL:1", "teams:hub:ALL", "teams/hub:ALL", Kind.HUB_CARD, {"hub_id": "ALL"}, 1, "lease"
)


async def our_token() -> str:
    return TOKEN


class Desk:
    """The delivery to Teams, with a hub whose channel is known."""

    def __init__(self, database: Database, session: aiohttp.ClientSession) -> None:
        self.database, self.clock = database, SettableClock()
        services = Services(DIRECTORY, database, self.clock, Bell().ring)
        self.to_teams = ToTeams(services, Connectors(session, our_token))

    async def is_installed(self, service_url: str) -> None:
        await self.database.write(
            lambda tx: conversations.remember_channel(
                tx,
                hub_id="ALL",
                tenant=TENANT,
                service_url=service_url,
                conversation_id=ALLERDALE.channel,
                bot_id="28:bot",
                team_id=ALLERDALE.team,
                now=self.clock.now(),
            )
        )

    async def deliver(self, message: Message = HUB_CARD) -> Outcome:
        (outcome,) = await self.to_teams.deliver([message])
        return outcome

    async def deliver_in_steps(self, message: Message, teams: TeamsServer) -> list[Outcome]:
        """Claim by claim, as the worker does; no claim brings more than the one request that it has a token for."""
        outcomes: list[Outcome] = []
        while not outcomes or isinstance(outcomes[-1], Unfinished):
            before = len(teams.bodies)
            outcomes.append(await self.deliver(message))
            assert len(teams.bodies) == before + 1
        return outcomes

    async def channel(self) -> Conversation:
        found = await self.database.read(lambda tx: conversations.channel(tx, "ALL"))
        assert found is not None
        return found


@pytest.fixture
async def desk(database: Database, session: aiohttp.ClientSession, teams: TeamsServer) -> Desk:
    made = Desk(database, session)
    await made.is_installed(teams.url)
    return made


def cards(teams: TeamsServer) -> list[dict[str, Any]]:
    """Every message that stands in a thread of the channel."""
    threads = [thread for thread in teams.messages if thread.startswith(f"{ALLERDALE.channel};")]
    return [message for thread in threads for message in teams.messages[thread].values()]


async def test_a_hub_card_is_posted_in_a_thread_of_its_own(desk: Desk, teams: TeamsServer) -> None:
    assert await desk.deliver() == Sent()
    (card,) = cards(teams)
    assert card["attachments"][0]["content"]["type"] == "AdaptiveCard"
    assert card["summary"]


async def test_what_stands_is_updated_in_its_place(desk: Desk, teams: TeamsServer) -> None:
    await desk.deliver()
    assert await desk.deliver() == Sent()
    assert len(cards(teams)) == 1


async def test_what_somebody_deleted_is_posted_anew(desk: Desk, teams: TeamsServer) -> None:
    await desk.deliver()
    for thread in list(teams.messages):
        teams.messages[thread].clear()
    assert await desk.deliver_in_steps(HUB_CARD, teams) == [Unfinished("what stood there is gone"), Sent()]
    assert len(cards(teams)) == 1


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble(429, {"Retry-After": "17"}), TryLater(timedelta(seconds=17))),
        (Trouble(502), TryLater(timedelta(seconds=15))),
        (Trouble(503, {"Retry-After": "17"}), TryLater(timedelta(seconds=17))),
        (Trouble(504), TryLater(timedelta(seconds=15))),
        (Trouble(401), TryLater(timedelta(minutes=5))),
        (Trouble(400), Refused),
        (
            Trouble(403, body='{"error": {"code": "BotNotInConversationRoster"}}'),
            Unreachable("Forbidden forbidden: BotNotInConversationRoster"),
        ),
        (Trouble(404), Refused),
        (Trouble(412), Failed),
        (Trouble(413), Refused),
        (Trouble(500), Refused),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Trouble) else "",
)
async def test_each_answer_of_teams_has_its_consequence(
    desk: Desk, teams: TeamsServer, trouble: Trouble, outcome: Outcome | type[Outcome]
) -> None:
    teams.troubles.append(trouble)
    found = await desk.deliver()
    assert found == outcome if not isinstance(outcome, type) else isinstance(found, outcome)


async def test_while_teams_cannot_be_reached_messages_wait_however_long_that_is(
    database: Database, session: aiohttp.ClientSession
) -> None:
    """A failed message is given up after so many tries; one that was told to wait never is."""
    desk = Desk(database, session)
    await desk.is_installed(f"http://127.0.0.1:{unused_port()}/teams/")
    assert isinstance(await desk.deliver(), TryLater)


async def test_a_channel_that_does_not_let_us_in_is_marked(desk: Desk, teams: TeamsServer) -> None:
    teams.troubles.append(Trouble(403, body='{"error": {"code": "BotNotInConversationRoster"}}'))
    await desk.deliver()
    channel = await desk.channel()
    assert channel.unreachable_since is not None
    assert channel.unreachable_why == "BotNotInConversationRoster"


async def test_where_the_app_is_not_installed_nothing_can_be_posted(
    database: Database, session: aiohttp.ClientSession, teams: TeamsServer
) -> None:
    assert isinstance(await Desk(database, session).deliver(), Unreachable)
    assert teams.bodies == []


async def test_a_message_that_only_a_newer_version_knows_is_left_to_be_tried_again(desk: Desk) -> None:
    """While two versions run side by side, either may claim it."""
    outcome = await desk.deliver(replace(HUB_CARD, kind="card.of_the_future"))
    assert outcome == Failed("this version knows no such message")


async def test_a_hub_that_left_the_configuration_gets_no_card(desk: Desk, teams: TeamsServer) -> None:
    message = Message(2, "k", "l", "teams/hub:OLD", Kind.HUB_CARD, {"hub_id": "OLD"}, 1, "lease")
    assert isinstance(await desk.deliver(message), Refused)
    assert teams.bodies == []


# --- receipts --------------------------------------------------------------------------------------------------------


async def receipt_of_a_case(desk: Desk, service_url: str, conversation_id: str | None) -> Message:
    """A case of Priya's, whose chat is noted as told, and the message that takes the receipt there."""
    actor = DIRECTORY.actor(TENANT, PRIYA)
    assert actor is not None

    def prepare(tx: Connection) -> int:
        now = desk.clock.now()
        conversations.remember_person(
            tx,
            tenant=TENANT,
            object_id=PRIYA,
            service_url=service_url,
            user_id=f"29:{PRIYA}",
            conversation_id=conversation_id,
            bot_id="28:bot",
            now=now,
        )
        draft = drafts.open_draft(tx, actor, "ALL", now)
        referral = Referral.model_validate(a_referral(1))
        sent = cases.submit(tx, actor=actor, hub=ALLERDALE, draft_id=draft.id, referral=referral, now=now)
        return sent.case.id

    case_id = await desk.database.write(prepare)
    payload = {"case_id": case_id, "tenant": TENANT, "person": PRIYA}
    return Message(2, "receipt", "teams:receipt", "teams/person", Kind.RECEIPT, payload, 1, "lease")


async def test_a_chat_that_is_no_more_is_made_anew_and_remembered(desk: Desk, teams: TeamsServer) -> None:
    message = await receipt_of_a_case(desk, teams.url, "a:a-chat-that-is-gone")
    outcomes = await desk.deliver_in_steps(message, teams)
    assert outcomes == [
        Unfinished("the way there came first"),
        Unfinished("the way there came first"),
        Sent(),
    ]
    known = await desk.database.read(lambda tx: conversations.person(tx, TENANT, PRIYA))
    assert known is not None
    assert known.conversation_id in teams.messages
    assert teams.messages[str(known.conversation_id)]


async def test_somebody_who_never_wrote_gets_a_chat_and_one_receipt(desk: Desk, teams: TeamsServer) -> None:
    message = await receipt_of_a_case(desk, teams.url, None)
    assert await desk.deliver_in_steps(message, teams) == [Unfinished("the way there came first"), Sent()]
    assert await desk.deliver_in_steps(message, teams) == [Sent()]
    (chat,) = teams.chats.values()
    assert len(teams.messages[chat]) == 1


async def test_somebody_the_bot_has_never_met_is_waited_for(desk: Desk, teams: TeamsServer) -> None:
    message = await receipt_of_a_case(desk, teams.url, CHAT)
    await desk.database.write(lambda tx: tx.execute(table.delete()))
    assert isinstance(await desk.deliver(message), Unreachable)
    assert teams.bodies == []


async def test_a_message_extension_in_somebodys_chat_never_becomes_the_place_for_receipts(
    desk: Desk, teams: TeamsServer
) -> None:
    await receipt_of_a_case(desk, teams.url, CHAT)
    used = typed("hello") | {
        "type": "invoke",
        "name": "composeExtension/fetchTask",
        "conversation": {"id": "19:two-people@unq.gbl.spaces", "conversationType": "personal"},
    }
    await desk.database.write(lambda tx: remember(tx, read_turn(used), desk.clock.now()))
    known = await desk.database.read(lambda tx: conversations.person(tx, TENANT, PRIYA))
    assert known is not None
    assert known.conversation_id == CHAT
