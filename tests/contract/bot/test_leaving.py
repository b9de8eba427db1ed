"""Somebody takes the app away, or leaves the hub's team: from then on the bot knows that nothing reaches them."""

from typing import Any

import pytest

from bot.commands.installing import installation_changed
from bot.hubs_file import read_hubs_file
from bot.people import Acquaintances
from bot.services import Services
from bot.turn import read_turn
from bot.worker import Bell
from cards import verbs
from osara_store import conversations
from osara_store.clock import SystemClock
from osara_store.database import Database
from osara_store.directory import Directory
from tests.running import HUBS
from tests.unit.bot.activities import BOT, PRIYA, TENANT, Activity, executed, in_channel, installed

PRIYAS_ID = "29:1priya"
ALLERDALE = next(hub for hub in read_hubs_file(HUBS).hubs if hub.id == "ALL")


class House:
    def __init__(self, database: Database, directory: Directory | None = None) -> None:
        self.database = database
        self.services = Services(directory or read_hubs_file(HUBS), database, SystemClock(), Bell().ring)

    async def meets_priya(self) -> None:
        await Acquaintances(self.services).met(read_turn(executed(verbs.HELP_OPEN)))

    async def hears(self, activity: Activity) -> None:
        await installation_changed(self.services, read_turn(activity))

    async def why_unreachable(self) -> str | None:
        found = await self.database.read(lambda tx: conversations.person(tx, TENANT, PRIYA))
        assert found is not None
        return found.unreachable_why


@pytest.fixture
async def house(database: Database) -> House:
    made = House(database)
    await made.meets_priya()
    return made


def removed(*ids: str, team: str = ALLERDALE.team) -> Activity:
    """As Teams tells of people who left a team: by the ids that the bot knows them by."""
    activity: Activity = in_channel(type="conversationUpdate", membersRemoved=[{"id": each} for each in ids])
    data: dict[str, Any] = activity["channelData"]
    data |= {"team": {"id": team}, "teamsTeamId": team, "teamsChannelId": team}
    data |= {"eventType": "teamMemberRemoved"}
    data.pop("channel")
    activity["conversation"]["id"] = team
    return activity


async def test_who_takes_the_app_away_is_out_of_reach(house: House) -> None:
    await house.hears(installed("remove"))

    assert await house.why_unreachable() == "the app was removed"


async def test_who_leaves_the_team_is_out_of_reach_until_heard_in_the_chat_again(house: House) -> None:
    await house.hears(removed("29:somebody else", PRIYAS_ID))
    assert await house.why_unreachable() == "left the team"

    await house.meets_priya()
    assert await house.why_unreachable() is None


async def test_who_leaves_a_team_that_is_no_hubs_is_there_as_before(house: House) -> None:
    await house.hears(removed(PRIYAS_ID, team="19:another@thread.tacv2"))

    assert await house.why_unreachable() is None


async def test_who_serves_a_hub_in_another_team_as_well_is_there_as_before(database: Database) -> None:
    file = read_hubs_file(HUBS).model_dump(mode="json", exclude_none=True)
    carlisle = next(hub for hub in file["hubs"] if hub["id"] == "CAR")
    carlisle["agencies"] = [*carlisle["agencies"], "northshore-homes"]
    house = House(database, Directory.model_validate(file))
    await house.meets_priya()
    await house.hears(removed(PRIYAS_ID))

    assert await house.why_unreachable() is None


async def test_the_bot_itself_leaving_a_team_sees_nobody_off(house: House) -> None:
    await house.hears(removed(BOT))

    assert await house.why_unreachable() is None


@pytest.mark.parametrize("members", ["nonsense", [None, 7, {"id": 3}], {}])
async def test_a_list_that_is_none_does_no_harm(house: House, members: Any) -> None:
    await house.hears({**removed(), "membersRemoved": members})

    assert await house.why_unreachable() is None
