"""What the bot may begin: chats with people and threads in channels."""

import pytest

from tests.contract.sandbox_teams.hubs import (
    CHANNEL,
    LEAH,
    OTHER_CHANNEL,
    OTHER_TENANT,
    PRIYA,
    TEAM,
    TENANT,
    TOM,
    VISITOR,
)
from tests.contract.sandbox_teams.rig import Rig, card, message, token_for, with_card


def chat_with(person: str, tenant: str | None = TENANT) -> dict[str, object]:
    channel_data = {"tenant": {"id": tenant}} if tenant else {}
    return {"members": [{"id": person}], "bot": {"id": "28:x"}, "channelData": channel_data}


def thread_in(channel: str, activity: object = None) -> dict[str, object]:
    return {
        "isGroup": True,
        "channelData": {"channel": {"id": channel}},
        "activity": activity or message(),
    }


async def test_a_call_without_a_token_is_refused(rig: Rig) -> None:
    answered = await rig.request("POST", "/teams/v3/conversations", chat_with(PRIYA))

    assert (answered.status, answered.code) == (401, "BotNotRegistered")


@pytest.mark.parametrize("resource", ["https://graph.microsoft.com", "https://api.botframework.com"])
async def test_only_a_token_for_the_connector_is_taken(rig: Rig, resource: str) -> None:
    token = await token_for(rig.sandbox, resource)

    answered = await rig.call("POST", "/conversations", chat_with(PRIYA), token=token)

    assert answered.status == (201 if resource.endswith("botframework.com") else 401)


async def test_a_token_with_a_broken_signature_is_refused(rig: Rig) -> None:
    answered = await rig.call("POST", "/conversations", chat_with(PRIYA), token=rig.token[:-8] + "AAAAAAAA")

    assert answered.status == 401


async def test_the_chat_with_a_person_is_found_by_object_id_and_by_the_bots_own_id(rig: Rig) -> None:
    await rig.says(PRIYA, await rig.chat(PRIYA), "help")
    own_id = rig.bot.last("message")["from"]["id"]

    by_object_id = await rig.call("POST", "/conversations", chat_with(PRIYA))
    by_own_id = await rig.call("POST", "/conversations", chat_with(own_id))

    assert own_id.startswith("29:")
    assert by_object_id.status == by_own_id.status == 201
    assert by_object_id.body == by_own_id.body == {"id": await rig.chat(PRIYA)}


async def test_a_chat_cannot_be_begun_by_upn(rig: Rig) -> None:
    answered = await rig.call("POST", "/conversations", chat_with("priya.raman@hubs.example"))

    assert (answered.status, answered.code) == (400, "BadArgument")


async def test_a_chat_needs_the_tenant(rig: Rig) -> None:
    answered = await rig.call("POST", "/conversations", chat_with(PRIYA, tenant=None))

    assert (answered.status, answered.code) == (400, "BadArgument")


async def test_a_group_chat_cannot_be_begun(rig: Rig) -> None:
    wanted = chat_with(PRIYA) | {"members": [{"id": PRIYA}, {"id": TOM}]}

    assert (await rig.call("POST", "/conversations", wanted)).status == 400


async def test_a_person_without_the_app_cannot_be_written_to(fresh: Rig) -> None:
    answered = await fresh.call("POST", "/conversations", chat_with(PRIYA))

    assert (answered.status, answered.code) == (403, "ForbiddenOperationException")


@pytest.mark.parametrize("tenant", [TENANT, OTHER_TENANT])
async def test_a_person_of_another_tenant_cannot_be_written_to(rig: Rig, tenant: str) -> None:
    answered = await rig.call("POST", "/conversations", chat_with(VISITOR, tenant))

    assert (answered.status, answered.code) == (403, "ForbiddenOperationException")


async def test_after_the_person_removed_the_app_the_chat_is_closed_to_the_bot(rig: Rig) -> None:
    await rig.post("/client/uninstall", **{"as": PRIYA}, where="personal")

    answered = await rig.send(await rig.chat(PRIYA), message())

    assert (answered.status, answered.code) == (403, "BotNotInConversationRoster")


async def test_a_new_thread_is_named_by_its_first_message(rig: Rig) -> None:
    answered = await rig.call("POST", "/conversations", thread_in(CHANNEL, with_card(card())))

    number = answered.body["activityId"]
    assert answered.status == 201
    assert answered.body["id"] == f"{CHANNEL};messageid={number}"
    assert (await rig.message(CHANNEL, PRIYA, number))["root"] == number


async def test_a_new_thread_needs_its_first_message(rig: Rig) -> None:
    wanted = {"isGroup": True, "channelData": {"channel": {"id": CHANNEL}}}

    assert (await rig.call("POST", "/conversations", wanted)).status == 400


async def test_a_channel_that_is_not_there_is_not_found(rig: Rig) -> None:
    answered = await rig.call("POST", "/conversations", thread_in("19:nowhere@thread.tacv2"))

    assert (answered.status, answered.code) == (404, "ConversationNotFound")


async def test_a_team_without_the_app_is_closed_to_the_bot(fresh: Rig) -> None:
    await fresh.post("/client/install", **{"as": PRIYA}, where="team", id=TEAM)

    here = await fresh.call("POST", "/conversations", thread_in(CHANNEL))
    elsewhere = await fresh.call("POST", "/conversations", thread_in(OTHER_CHANNEL))

    assert here.status == 201
    assert (elsewhere.status, elsewhere.code) == (403, "BotNotInConversationRoster")


async def test_a_bot_cannot_post_in_a_private_channel(rig: Rig) -> None:
    private = await rig.post("/control/channels", team=TEAM, name="Managers", kind="private")
    shared = await rig.post("/control/channels", team=TEAM, name="With partners", kind="shared")

    refused = await rig.send(private["id"], message())

    assert (refused.status, refused.code) == (403, "NotEnoughPermissions")
    assert (await rig.send(shared["id"], message())).status == 201


async def test_what_the_sandbox_does_not_do_it_says(rig: Rig) -> None:
    for method, path in [
        ("GET", "/conversations"),
        ("DELETE", "/conversations/x/members/y"),
        ("GET", "/meetings/1"),
    ]:
        answered = await rig.call(method, path)
        assert (answered.status, answered.code) == (501, "NotSupportedBySandbox")


@pytest.mark.parametrize("body", [[], "text", None, {"members": "x"}, {"members": [None]}])
async def test_a_malformed_request_is_a_bad_argument(rig: Rig, body: object) -> None:
    answered = await rig.call("POST", "/conversations", body)

    assert (answered.status, answered.code) == (400, "BadArgument")


async def test_somebody_in_no_team_can_still_be_written_to(rig: Rig) -> None:
    await rig.post("/control/rosters", team=TEAM, remove=[LEAH])

    assert (await rig.call("POST", "/conversations", chat_with(LEAH))).status == 201
