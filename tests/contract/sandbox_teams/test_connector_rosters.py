"""The bot's questions about people, teams and channels."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.contract.sandbox_teams.hubs import CHANNEL, LEAH, OTHER_CHANNEL, PRIYA, TEAM, TENANT, TOM, VISITOR
from tests.contract.sandbox_teams.rig import Answered, Rig

IN_ALPHA = [PRIYA, TOM, VISITOR]


async def ask(rig: Rig, path: str, conversation: str = CHANNEL) -> Answered:
    return await rig.call("GET", f"/conversations/{quote(conversation, safe='')}/{path}")


def ids(members: list[dict[str, Any]]) -> list[str]:
    return [member["aadObjectId"] for member in members]


async def test_the_roster_of_a_channel_is_its_teams(rig: Rig) -> None:
    answered = await ask(rig, "members", f"{CHANNEL};messageid=1")

    assert ids(answered.body) == IN_ALPHA


async def test_the_roster_of_a_chat_is_one_person(rig: Rig) -> None:
    answered = await ask(rig, "members", await rig.chat(LEAH))

    assert ids(answered.body) == [LEAH]


async def test_a_long_roster_comes_in_pages(rig: Rig) -> None:
    first = (await ask(rig, "pagedmembers?pageSize=2")).body
    second = (await ask(rig, f"pagedmembers?pageSize=2&continuationToken={first['continuationToken']}")).body

    assert ids(first["members"]) + ids(second["members"]) == IN_ALPHA
    assert "continuationToken" not in second


@pytest.mark.parametrize(
    "query", ["pageSize=0", "pageSize=x", "continuationToken=x", "continuationToken=eHg="]
)
async def test_paging_takes_only_its_own_tokens(rig: Rig, query: str) -> None:
    assert (await ask(rig, f"pagedmembers?{query}")).status == 400


async def test_a_member_is_found_by_every_id(rig: Rig) -> None:
    by_object_id = (await ask(rig, f"members/{PRIYA}")).body
    by_upn = (await ask(rig, "members/Priya.Raman@hubs.example")).body
    by_own_id = (await ask(rig, f"members/{by_upn['id']}")).body

    assert by_object_id == by_upn == by_own_id
    assert by_object_id["userPrincipalName"] == "priya.raman@hubs.example"
    assert (by_object_id["tenantId"], by_object_id["userRole"]) == (TENANT, "user")


async def test_somebody_of_another_tenant_is_told_apart(rig: Rig) -> None:
    visitor = (await ask(rig, f"members/{VISITOR}")).body

    assert visitor["userRole"] == "guest"
    assert visitor["tenantId"] != TENANT


@pytest.mark.parametrize("member", [LEAH, "nobody@hubs.example"])
async def test_who_is_not_in_the_conversation_is_not_found(rig: Rig, member: str) -> None:
    answered = await ask(rig, f"members/{member}")

    assert (answered.status, answered.code) == (404, "MemberNotFoundInConversation")


async def test_a_bot_that_is_not_there_learns_nothing(fresh: Rig) -> None:
    for path in ("members", "pagedmembers", f"members/{PRIYA}"):
        answered = await ask(fresh, path)
        assert (answered.status, answered.code) == (403, "BotNotInConversationRoster")
    assert (await fresh.call("GET", f"/teams/{TEAM}")).status == 403


async def test_a_roster_change_shows_and_the_bot_is_told(rig: Rig) -> None:
    await rig.post("/control/rosters", team=TEAM, add=[LEAH], remove=[TOM])

    assert set(ids((await ask(rig, "members")).body)) == {PRIYA, VISITOR, LEAH}
    added, removed = rig.bot.named("conversationUpdate")
    assert added["channelData"]["eventType"] == "teamMemberAdded"
    assert removed["channelData"]["eventType"] == "teamMemberRemoved"
    assert added["membersAdded"] == [{"id": (await ask(rig, f"members/{LEAH}")).body["id"]}]


async def test_a_team_tells_its_name_and_group(rig: Rig) -> None:
    team = (await rig.call("GET", f"/teams/{TEAM}")).body

    assert (team["name"], team["memberCount"], team["channelCount"]) == ("Alpha Local Focus Hub", 3, 2)
    assert team["aadGroupId"]


async def test_the_general_channel_has_the_teams_id_and_no_name(rig: Rig) -> None:
    channels = (await rig.call("GET", f"/teams/{TEAM}/conversations")).body["conversations"]

    assert [(each["id"], each["name"]) for each in channels] == [(TEAM, None), (CHANNEL, "Referrals")]


async def test_a_team_that_is_not_there_is_not_found(rig: Rig) -> None:
    assert (await rig.call("GET", f"/teams/{OTHER_CHANNEL}")).status == 404
