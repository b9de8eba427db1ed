"""From an outbox row to a message in Teams: what stands is updated, and each answer of Teams has its consequence."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot.connector import Connectors
from bot.deliveries import ToTeams
from bot.hubs_file import read_hubs_file
from bot.services import Services
from bot.worker import Bell
from osara_store import conversations
from osara_store.clock import SettableClock
from osara_store.conversations import Conversation
from osara_store.database import Database
from osara_store.outbox import Failed, Kind, Message, Outcome, Refused, Sent, TryLater
from tests.contract.bot.teams_server import TOKEN, TeamsServer, Trouble
from tests.running import HUBS
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
    assert await desk.deliver() == Sent()
    assert len(cards(teams)) == 1


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble(429, {"Retry-After": "17"}), TryLater(timedelta(seconds=17))),
        (Trouble(503, {"Retry-After": "17"}), TryLater(timedelta(seconds=17))),
        (Trouble(401), TryLater(timedelta(minutes=5))),
        (Trouble(400), Refused),
        (Trouble(403, body='{"error": {"code": "BotNotInConversationRoster"}}'), Refused),
        (Trouble(404), Refused),
        (Trouble(412), Failed),
        (Trouble(413), Refused),
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
    assert isinstance(await Desk(database, session).deliver(), Refused)
    assert teams.bodies == []


async def test_a_hub_that_left_the_configuration_gets_no_card(desk: Desk, teams: TeamsServer) -> None:
    message = Message(2, "k", "l", "teams/hub:OLD", Kind.HUB_CARD, {"hub_id": "OLD"}, 1, "lease")
    assert isinstance(await desk.deliver(message), Refused)
    assert teams.bodies == []
