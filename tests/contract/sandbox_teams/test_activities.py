"""What the bot is told, and how it is signed."""

from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.contract.sandbox_teams.hubs import (
    CHANNEL,
    LEAH,
    OTHER_TENANT,
    PRIYA,
    TEAM,
    TENANT,
    TOM,
    VISITOR,
)
from tests.contract.sandbox_teams.recording_bot import RecordingBot
from tests.contract.sandbox_teams.rig import Rig, card, message, serving, submit, with_card


async def test_a_message_in_the_chat_reaches_the_bot_signed(rig: Rig) -> None:
    answered = await rig.says(PRIYA, await rig.chat(PRIYA), "help")

    heard = rig.bot.last("message")
    assert answered["delivered"]
    assert heard["id"] == answered["id"]
    assert heard["text"] == "help"
    assert heard["serviceUrl"] == f"{rig.sandbox.base}/teams/"
    assert heard["from"]["aadObjectId"] == PRIYA
    assert heard["conversation"] == {
        "id": await rig.chat(PRIYA),
        "conversationType": "personal",
        "tenantId": TENANT,
    }
    assert heard["channelData"] == {"tenant": {"id": TENANT}}
    assert heard["locale"] == "en-GB"
    assert heard["entities"][-1]["type"] == "clientInfo"
    assert rig.bot.claims[-1]["iss"] == "https://api.botframework.com"
    assert rig.bot.headers[-1]["x-ms-tenant-id"] == TENANT


async def test_after_a_rotation_of_keys_activities_are_signed_with_the_new_one(rig: Rig) -> None:
    await rig.says(PRIYA, await rig.chat(PRIYA), "before")
    await rig.post("/control/identity/rotate", forget_old=True)

    answered = await rig.says(PRIYA, await rig.chat(PRIYA), "after")

    assert answered["delivered"]


async def test_what_was_typed_travels_escaped_and_is_shown_as_typed(rig: Rig) -> None:
    chat = await rig.chat(PRIYA)
    typed = "a < b & <at>Tom</at>"

    number = (await rig.says(PRIYA, chat, typed))["id"]

    assert rig.bot.last("message")["text"] == "a &lt; b &amp; &lt;at&gt;Tom&lt;/at&gt;"
    shown = await rig.message(chat, PRIYA, number)
    assert shown["text"] == typed
    assert shown["html"] == 'a &lt; b &amp; <span class="mention">Tom</span>'


async def test_in_a_channel_the_bot_hears_only_what_mentions_it(rig: Rig) -> None:
    await rig.says(PRIYA, CHANNEL, "Not for the bot")
    assert rig.bot.heard == []

    answered = await rig.says(PRIYA, CHANNEL, "help", mention_bot=True)

    heard = rig.bot.last("message")
    mention = next(each for each in heard["entities"] if each["type"] == "mention")
    assert heard["text"] == "<at>Local Focus Hub</at> help"
    assert mention["text"] == "<at>Local Focus Hub</at>"
    assert mention["mentioned"]["id"] == heard["recipient"]["id"] == f"28:{rig.bot.app_id}"
    assert heard["conversation"]["id"] == f"{CHANNEL};messageid={answered['id']}"
    assert heard["conversation"]["isGroup"] is True
    assert heard["channelData"]["channel"] == {"id": CHANNEL}
    assert heard["channelData"]["team"]["id"] == TEAM


async def test_a_reply_in_a_channel_names_the_thread_it_stands_in(rig: Rig) -> None:
    root = (await rig.says(TOM, CHANNEL, "First"))["id"]
    reply = (await rig.says(PRIYA, CHANNEL, "Second", reply_to=root))["id"]

    await rig.says(PRIYA, CHANNEL, "help", mention_bot=True, reply_to=reply)

    assert rig.bot.last("message")["conversation"]["id"] == f"{CHANNEL};messageid={root}"
    assert (await rig.message(CHANNEL, TOM, reply))["root"] == root


async def test_somebody_of_another_tenant_is_named_with_their_tenant(rig: Rig) -> None:
    await rig.says(VISITOR, CHANNEL, "help", mention_bot=True)

    heard = rig.bot.last("message")
    assert heard["from"]["tenantId"] == OTHER_TENANT
    assert heard["conversation"]["tenantId"] == heard["channelData"]["tenant"]["id"] == TENANT


async def test_a_bot_that_does_not_answer_is_told_apart_from_one_that_does(rig: Rig) -> None:
    await rig.post("/control/bot", url="http://127.0.0.1:9")

    answered = await rig.says(PRIYA, await rig.chat(PRIYA), "help")

    assert (answered["delivered"], answered["status"]) == (False, 0)
    assert await rig.get("/control/bot") == {"url": "http://127.0.0.1:9/api/messages"}


async def test_several_replicas_of_the_bot_take_turns(rig: Rig) -> None:
    async with serving(RecordingBot(openid=rig.bot.openid, app_id=rig.bot.app_id)) as other:
        await rig.post("/control/bot", url=rig.bot.url, others=[other.url])
        for word in ("one", "two", "three", "four"):
            await rig.says(PRIYA, await rig.chat(PRIYA), word)

        heard = [{each["text"] for each in bot.named("message")} for bot in (rig.bot, other)]
        assert sorted(map(sorted, heard)) == [["four", "two"], ["one", "three"]]


async def test_a_replica_that_takes_no_connection_is_passed_over(rig: Rig) -> None:
    dead = "http://127.0.0.1:9/api/messages"
    await rig.post("/control/bot", url=dead, others=[rig.bot.url, dead])

    answered = [await rig.says(PRIYA, await rig.chat(PRIYA), word) for word in ("one", "two", "three")]

    assert all(answer["delivered"] for answer in answered)
    assert [each["text"] for each in rig.bot.named("message")] == ["one", "two", "three"]
    assert await rig.get("/control/bot") == {"url": dead, "others": [rig.bot.url, dead]}


async def test_what_a_replica_took_and_did_not_answer_is_not_sent_to_another(rig: Rig) -> None:
    def dies(_: Any) -> web.Response:
        raise ConnectionResetError

    async with serving(RecordingBot(openid=rig.bot.openid, app_id=rig.bot.app_id, answer=dies)) as other:
        await rig.post("/control/bot", url=other.url, others=[rig.bot.url])
        turns = [await rig.says(PRIYA, await rig.chat(PRIYA), word) for word in ("one", "two")]

        assert sorted(turn["delivered"] for turn in turns) == [False, True]
        assert len(rig.bot.named("message")) == len(other.named("message")) == 1


async def test_the_bots_address_must_be_on_this_machine(rig: Rig) -> None:
    elsewhere, here = "https://example.com/api/messages", "http://127.0.0.1:9"
    for body in ({"url": elsewhere}, {"url": here, "others": [elsewhere]}):
        assert (await rig.request("POST", "/control/bot", body)).status == 400


async def test_installing_in_a_team_tells_the_bot_where(fresh: Rig) -> None:
    answered = await fresh.post("/client/install", **{"as": PRIYA}, where="channel", id=CHANNEL)

    joined, installed = fresh.bot.heard
    assert answered == {"new": True, "delivered": True, "detail": ""}
    assert joined["type"] == "conversationUpdate"
    assert joined["membersAdded"] == [{"id": f"28:{fresh.bot.app_id}"}]
    assert joined["conversation"]["id"] == TEAM
    assert joined["channelData"]["team"]["id"] == TEAM
    assert (installed["type"], installed["action"]) == ("installationUpdate", "add")
    assert installed["channelData"]["settings"] == {"selectedChannel": {"id": CHANNEL}}
    assert installed["channelData"]["channel"] == {"id": CHANNEL}
    assert installed["from"]["aadObjectId"] == PRIYA


async def test_installing_for_a_person_tells_the_bot_their_chat(fresh: Rig) -> None:
    await fresh.post("/client/install", **{"as": PRIYA}, where="personal")

    joined, installed = fresh.bot.heard
    assert joined["conversation"]["id"] == installed["conversation"]["id"] == await fresh.chat(PRIYA)
    assert (installed["action"], installed["conversation"]["conversationType"]) == ("add", "personal")


async def test_a_second_installation_changes_nothing(rig: Rig) -> None:
    answered = await rig.post("/client/install", **{"as": TOM}, where="team", id=TEAM)

    assert answered["new"] is False
    assert rig.bot.heard == []


async def test_taking_the_app_away_tells_the_bot(rig: Rig) -> None:
    await rig.post("/client/uninstall", **{"as": PRIYA}, where="team", id=TEAM)

    left, removed = rig.bot.heard
    assert left["membersRemoved"] == [{"id": f"28:{rig.bot.app_id}"}]
    assert (removed["type"], removed["action"]) == ("installationUpdate", "remove")
    refused = await rig.request(
        "POST", "/client/messages", {"as": PRIYA, "conversation": CHANNEL, "text": "?", "mention_bot": True}
    )
    assert refused.status == 409


async def test_install_everywhere_reaches_each_team_and_each_own_person_once(fresh: Rig) -> None:
    first = await fresh.post("/control/install-everywhere")
    second = await fresh.post("/control/install-everywhere")

    assert first == {"installed": 5, "undelivered": 0}
    assert second == {"installed": 0, "undelivered": 0}
    assert len(fresh.bot.named("installationUpdate")) == 5


async def test_only_members_install_and_nobody_of_another_tenant_for_themselves(fresh: Rig) -> None:
    stranger = await fresh.request("POST", "/client/install", {"as": LEAH, "where": "team", "id": TEAM})
    visitor = await fresh.request("POST", "/client/install", {"as": VISITOR, "where": "personal"})

    assert stranger.status == 404
    assert visitor.status == 409


async def test_a_plain_submit_on_a_card_is_a_message_without_text(rig: Rig) -> None:
    chat = await rig.chat(PRIYA)
    text = {"type": "Input.Text", "id": "note"}
    number = await rig.bot_posts(chat, with_card(card(text, actions=[submit("Send", verb="x")])))

    answered = await rig.press(PRIYA, "Send", conversation=chat, message=number, inputs={"note": "hello"})

    heard = rig.bot.last("message")
    assert answered.body == {"kind": "sent"}
    assert heard["value"] == {"verb": "x", "note": "hello"}
    assert heard["replyToId"] == number
    assert "text" not in heard


async def test_messages_that_were_there_before_are_real_ones(fresh: Rig) -> None:
    seeded = await fresh.messages(CHANNEL, PRIYA)

    assert seeded
    assert all(each["text"] and not each["from"]["bot"] for each in seeded)
    assert [each["at"] for each in seeded] == sorted(each["at"] for each in seeded)


async def test_people_see_their_own_conversations_only(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message())

    as_leah = await rig.request(
        "GET", f"/client/conversations/{quote(CHANNEL, safe='')}/messages", params={"as": LEAH}
    )
    places = await rig.get("/client/places", **{"as": LEAH})

    assert number in [each["id"] for each in await rig.messages(CHANNEL, TOM)]
    assert as_leah.status == 404
    assert [team["name"] for team in places["teams"]] == ["Beta Local Focus Hub"]
    assert (await rig.request("GET", "/client/places", params={"as": "nobody"})).status == 404


async def test_the_people_of_the_tenant_are_listed_with_agency_and_roles(rig: Rig) -> None:
    people = {person["id"]: person for person in await rig.get("/client/people")}

    assert people[TOM]["agency"] == "Some Police"
    assert people[TOM]["roles"] == {"ALP": "coordinator"}
    assert people[VISITOR]["tenant"] == OTHER_TENANT
