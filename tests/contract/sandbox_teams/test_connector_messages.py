"""Posting, editing and deleting, by Teams' rules."""

import asyncio
import json
from typing import Any

import pytest

from tests.contract.sandbox_teams.hubs import CHANNEL, LEAH, OTHER_CHANNEL, PRIYA, TOM, VISITOR
from tests.contract.sandbox_teams.rig import Rig, card, message, with_card

LIMIT = 80 * 1024


def of_size(size: int, filling: str = "x") -> dict[str, Any]:
    """A message of exactly so many bytes in UTF-16."""
    bare = len(json.dumps(message(filling), ensure_ascii=False).encode("utf-16-le"))
    one = len(filling.encode("utf-16-le"))
    return message(filling * (1 + (size - bare) // one))


async def test_message_ids_always_rise(rig: Rig) -> None:
    ids = [int(await rig.bot_posts(CHANNEL, message())) for _ in range(5)]

    assert ids == sorted(set(ids))


async def test_a_message_to_the_bare_channel_begins_a_thread(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message())

    assert (await rig.message(CHANNEL, PRIYA, number))["root"] == number


async def test_an_answer_goes_where_the_conversation_id_says(rig: Rig) -> None:
    root = await rig.bot_posts(CHANNEL, message())

    reply = await rig.bot_posts(f"{CHANNEL};messageid={root}", message("In the thread"))

    assert (await rig.message(CHANNEL, PRIYA, reply))["root"] == root


async def test_an_activity_id_in_the_path_or_reply_to_id_routes_nothing(rig: Rig) -> None:
    root = await rig.bot_posts(CHANNEL, message())

    answered = await rig.call(
        "POST", f"/conversations/{CHANNEL}/activities/{root}", message("Elsewhere", replyToId=root)
    )

    number = answered.body["id"]
    assert (await rig.message(CHANNEL, PRIYA, number))["root"] == number


@pytest.mark.parametrize("root", ["1", "nonsense", ""])
async def test_a_thread_that_is_not_there_is_not_found(rig: Rig, root: str) -> None:
    answered = await rig.send(f"{CHANNEL};messageid={root}", message())

    assert (answered.status, answered.code) == (404, "ConversationNotFound")


async def test_a_thread_of_another_channel_is_not_found(rig: Rig) -> None:
    elsewhere = await rig.bot_posts(OTHER_CHANNEL, message())

    assert (await rig.send(f"{CHANNEL};messageid={elsewhere}", message())).status == 404


async def test_the_limit_of_a_message_is_counted_in_utf_16(rig: Rig) -> None:
    chat = await rig.chat(PRIYA)
    fits, too_big = of_size(LIMIT), of_size(LIMIT + 2)
    in_utf_8 = len(json.dumps(too_big).encode())

    assert (await rig.send(chat, fits)).status == 201
    refused = await rig.send(chat, too_big)
    assert (refused.status, refused.code) == (413, "MessageSizeTooBig")
    assert in_utf_8 < LIMIT * 0.6


async def test_a_request_of_many_megabytes_is_too_big_as_well(rig: Rig) -> None:
    refused = await rig.send(await rig.chat(PRIYA), of_size(20 * 1024 * 1024))

    assert (refused.status, refused.code) == (413, "MessageSizeTooBig")


async def test_text_and_card_together_become_two_messages_and_give_no_id(rig: Rig) -> None:
    chat = await rig.chat(PRIYA)

    answered = await rig.send(chat, with_card(card(), text="Look"))

    shown = await rig.messages(chat, PRIYA)
    assert (answered.status, answered.body) == (201, {})
    assert [(each["text"], each["card"] is not None) for each in shown] == [("Look", False), ("", True)]


async def test_both_halves_of_a_split_message_stand_in_one_thread(rig: Rig) -> None:
    await rig.send(CHANNEL, with_card(card(), text="Look"))

    text, shown = (await rig.messages(CHANNEL, PRIYA))[-2:]
    assert text["root"] == shown["root"] == text["id"]


async def test_typing_leaves_no_message(rig: Rig) -> None:
    chat = await rig.chat(PRIYA)

    assert (await rig.send(chat, {"type": "typing"})).status == 201
    assert await rig.messages(chat, PRIYA) == []


async def test_an_edit_replaces_the_message_for_everybody(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, with_card(card({"type": "TextBlock", "text": "Before"})))
    after = card({"type": "TextBlock", "text": "After"})

    answered = await rig.edit(CHANNEL, number, with_card(after))

    assert (answered.status, answered.body) == (200, {"id": number})
    for person in (PRIYA, TOM):
        shown = await rig.message(CHANNEL, person, number)
        assert shown["card"] == after
        assert shown["edited"]


async def test_an_edit_finds_the_message_through_its_thread_as_well(rig: Rig) -> None:
    root = await rig.bot_posts(CHANNEL, message())

    assert (await rig.edit(f"{CHANNEL};messageid={root}", root, message("New"))).status == 200


async def test_a_bot_edits_and_deletes_only_its_own_messages(rig: Rig) -> None:
    theirs = (await rig.says(PRIYA, CHANNEL, "Mine"))["id"]

    edited = await rig.edit(CHANNEL, theirs, message("Yours"))
    deleted = await rig.call("DELETE", f"/conversations/{CHANNEL}/activities/{theirs}")

    assert (edited.status, edited.code) == (403, "NotEnoughPermissions")
    assert deleted.status == 403
    assert (await rig.message(CHANNEL, PRIYA, theirs))["text"] == "Mine"


async def test_a_deleted_message_is_gone(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message())

    assert (await rig.call("DELETE", f"/conversations/{CHANNEL}/activities/{number}")).status == 200

    again = await rig.edit(CHANNEL, number, message())
    assert (again.status, again.code) == (404, "ActivityNotFoundInConversation")
    assert number not in [each["id"] for each in await rig.messages(CHANNEL, PRIYA)]


async def test_a_message_is_looked_for_in_its_own_conversation_only(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message())

    answered = await rig.edit(OTHER_CHANNEL, number, message())

    assert (answered.status, answered.code) == (404, "ActivityNotFoundInConversation")


def mention(text: str, id_: str = PRIYA, **more: Any) -> dict[str, Any]:
    return {"type": "mention", "text": text, "mentioned": {"id": id_, "name": "Priya", **more}}


async def test_a_mention_whose_texts_are_equal_is_taken(rig: Rig) -> None:
    activity = message("<at>Priya</at>, please look", entities=[mention("<at>Priya</at>")])

    number = await rig.bot_posts(CHANNEL, activity)

    assert (await rig.message(CHANNEL, PRIYA, number))["notification"] == "<at>Priya</at>, please look"
    assert (await rig.message(CHANNEL, TOM, number))["notification"] is None


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("<at>Priya</at>", []),
        ("<at>Priya</at>", [mention("<at>priya</at>")]),
        ("Priya", [mention("<at>Priya</at>")]),
        ("<at>Priya</at>", [mention("<at>Priya</at>", id_="")]),
        ("<at>Priya</at>", [mention("<at>Priya</at>", id_=LEAH)]),
        ("<at>Priya</at>", [mention("<at>Priya</at>", id_="nobody@hubs.example")]),
    ],
    ids=["no entity", "other spelling", "not in the text", "no id", "not in the conversation", "nobody"],
)
async def test_a_mention_that_is_not_right_is_refused(rig: Rig, text: str, entities: list[Any]) -> None:
    answered = await rig.send(CHANNEL, message(text, entities=entities))

    assert (answered.status, answered.code) == (400, "BadArgument")


@pytest.mark.parametrize("id_", [PRIYA, "priya.raman@hubs.example"])
async def test_a_card_mentions_by_object_id_or_upn(rig: Rig, id_: str) -> None:
    text = {"type": "TextBlock", "text": "For <at>Priya</at>"}
    content = card(text, msteams={"entities": [mention("<at>Priya</at>", id_)]})

    assert (await rig.send(CHANNEL, with_card(content))).status == 201


@pytest.mark.parametrize("person", [PRIYA, VISITOR], ids=["of the tenant", "of another tenant"])
async def test_whom_a_card_mentions_is_notified_and_nobody_else(rig: Rig, person: str) -> None:
    text = {"type": "TextBlock", "text": "<at>Somebody</at>, please look"}
    content = card(text, msteams={"entities": [mention("<at>Somebody</at>", person)]})

    number = await rig.bot_posts(CHANNEL, {**with_card(content), "summary": "You are asked"})

    seen = {who: (await rig.message(CHANNEL, who, number))["notification"] for who in (PRIYA, VISITOR, TOM)}
    assert seen == {PRIYA: None, VISITOR: None, TOM: None, person: "You are asked"}


async def test_a_card_that_mentions_somebody_who_is_not_in_the_channel_is_refused(rig: Rig) -> None:
    text = {"type": "TextBlock", "text": "<at>Leah</at>, please look"}
    content = card(text, msteams={"entities": [mention("<at>Leah</at>", LEAH)]})

    answered = await rig.send(CHANNEL, with_card(content))

    assert (answered.status, answered.code) == (400, "BadArgument")


async def test_a_card_mentions_only_in_text_blocks_and_facts(rig: Rig) -> None:
    entities = {"entities": [mention("<at>Priya</at>")]}
    fact = {"type": "FactSet", "facts": [{"title": "Who", "value": "<at>Priya</at>"}]}
    choice = {"type": "Input.Text", "id": "x", "label": "<at>Priya</at>"}

    assert (await rig.send(CHANNEL, with_card(card(fact, msteams=entities)))).status == 201
    assert (await rig.send(CHANNEL, with_card(card(choice, msteams=entities)))).status == 400


async def test_tags_are_not_supported_and_the_sandbox_says_so(rig: Rig) -> None:
    tag = mention("<at>Officers</at>", id_="dGFn", type="tag")

    assert (await rig.send(CHANNEL, message("<at>Officers</at>", entities=[tag]))).status == 501


def refreshing(count: int) -> dict[str, Any]:
    action = {"type": "Action.Execute", "verb": "refresh"}
    return card(refresh={"action": action, "userIds": [f"29:{number}" for number in range(count)]})


async def test_a_card_refreshes_for_sixty_people_at_most(rig: Rig) -> None:
    assert (await rig.send(CHANNEL, with_card(refreshing(60)))).status == 201
    refused = await rig.send(CHANNEL, with_card(refreshing(61)))
    assert (refused.status, refused.code) == (400, "BadArgument")


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "message"},
        {"type": "event", "text": "x"},
        {"type": "message", "text": 5},
        {"type": "message", "attachments": "x"},
        {"type": "message", "attachments": ["x"]},
        with_card({"type": "AdaptiveCard"}),
        with_card({"version": "1.5"}),
        message(entities="x"),
    ],
)
async def test_a_malformed_activity_is_a_bad_argument(rig: Rig, activity: dict[str, Any]) -> None:
    answered = await rig.send(CHANNEL, activity)

    assert (answered.status, answered.code) == (400, "BadArgument")


@pytest.mark.parametrize(
    "activity",
    [
        message(suggestedActions={"actions": [{"type": "imBack", "title": "Yes", "value": "yes"}]}),
        {
            "type": "message",
            "attachments": [{"contentType": "application/vnd.microsoft.card.hero", "content": {}}],
        },
        {"type": "message", "attachments": with_card(card())["attachments"] * 2},
    ],
    ids=["suggested actions", "hero card", "two cards"],
)
async def test_what_it_cannot_show_the_sandbox_refuses(rig: Rig, activity: dict[str, Any]) -> None:
    answered = await rig.send(CHANNEL, activity)

    assert (answered.status, answered.code) == (501, "NotSupportedBySandbox")


async def test_two_writes_to_one_conversation_meet_when_writes_take_time(rig: Rig) -> None:
    await rig.post("/control/limits", write_seconds=0.3)

    answers = await asyncio.gather(*(rig.send(CHANNEL, message()) for _ in range(2)))

    assert sorted(answered.status for answered in answers) == [201, 412]


async def test_sends_and_edits_are_counted_for_each_conversation(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message())

    counters = await rig.get("/control/counters")

    assert counters["sent"] == 1
    assert counters["conversations"][0]["name"] == "Alpha Local Focus Hub, Referrals"
    assert (await rig.edit(CHANNEL, number, message("New"))).status == 200
    assert (await rig.get("/control/counters"))["conversations"][0]["edited"] == 1
