"""The message extension's search: what the bot is asked, which answers Teams would show, and what a person sends."""

from typing import Any

import pytest

from sandbox.teams.searching import PARAMETER
from tests.contract.sandbox_teams.hubs import CHANNEL, LEAH, PRIYA, TEAM, TOM, VISITOR
from tests.contract.sandbox_teams.recording_bot import card_answer, found, results, toast
from tests.contract.sandbox_teams.rig import Answered, Rig, card, execute, opener, own_id, submit

CASE = card({"type": "TextBlock", "text": "ALP-2026-0001"}, actions=[execute("Open", data={"case": 1})])
PLAIN = card({"type": "TextBlock", "text": "Only to read"})


async def search(rig: Rig, text: str = "", person: str = PRIYA, **more: Any) -> Answered:
    body = {"as": person, "conversation": CHANNEL, "command": "findCase", "text": text, **more}
    return await rig.request("POST", "/client/search", body)


async def insert(rig: Rig, result: str, person: str = PRIYA, **more: Any) -> Answered:
    body = {"as": person, "conversation": CHANNEL, "result": result, **more}
    return await rig.request("POST", "/client/search/insert", body)


async def chosen(rig: Rig, attachment: dict[str, Any], **more: Any) -> Answered:
    """Search, choose the one result, and send it."""
    rig.bot.answer = lambda _: results(attachment)
    listed = (await search(rig)).body["results"]
    return await insert(rig, listed[0]["id"], **more)


# What the bot is asked


async def test_what_was_typed_reaches_the_bot_as_the_manifests_parameter(rig: Rig) -> None:
    rig.bot.answer = lambda _: results()

    await search(rig, "quay street")

    heard = rig.bot.last("composeExtension/query")
    assert heard["type"] == "invoke"
    assert heard["conversation"]["id"] == CHANNEL
    assert heard["from"]["aadObjectId"] == PRIYA
    assert heard["value"] == {
        "commandId": "findCase",
        "parameters": [{"name": PARAMETER, "value": "quay street"}],
        "queryOptions": {"skip": 0, "count": 25},
    }


async def test_opening_the_search_is_the_initial_run(rig: Rig) -> None:
    rig.bot.answer = lambda _: results()

    await search(rig)

    heard = rig.bot.last("composeExtension/query")["value"]
    assert heard["parameters"] == [{"name": "initialRun", "value": "true"}]


async def test_a_search_beside_a_reply_happens_in_its_thread(rig: Rig) -> None:
    root = (await rig.says(TOM, CHANNEL, "A post"))["id"]
    rig.bot.answer = lambda _: results()

    await search(rig, "x", reply_to=root)

    assert rig.bot.last("composeExtension/query")["conversation"]["id"] == f"{CHANNEL};messageid={root}"


async def test_the_next_page_is_asked_for_with_skip(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(CASE), found(CASE))

    first = (await search(rig, "x", count=2)).body
    second = (await search(rig, "x", count=2, skip=2)).body

    assert rig.bot.last("composeExtension/query")["value"]["queryOptions"] == {"skip": 2, "count": 2}
    assert first["more"]
    for result in [*first["results"], *second["results"]]:
        assert (await insert(rig, result["id"])).body["kind"] == "sent"


async def test_a_page_that_is_not_full_is_the_last(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(CASE))

    assert not (await search(rig, "x")).body["more"]


async def test_a_client_stops_after_a_hundred(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(*[found(PLAIN)] * 25)

    assert not (await search(rig, "x", skip=75)).body["more"]
    assert (await search(rig, "x", skip=76)).status == 409
    assert (await search(rig, "x", count=26)).status == 400


async def test_who_is_not_in_the_conversation_searches_nothing(rig: Rig) -> None:
    assert (await search(rig, "x", LEAH)).status == 404


async def test_a_search_works_where_only_the_person_has_the_app(fresh: Rig) -> None:
    assert (await search(fresh, "x")).status == 409
    await fresh.post("/client/install", **{"as": PRIYA}, where="personal")
    fresh.bot.answer = lambda _: results()

    assert (await search(fresh, "x")).body["kind"] == "results"


async def test_a_guest_searches_as_somebody_of_their_own_tenant(rig: Rig) -> None:
    rig.bot.answer = lambda _: results()

    assert (await search(rig, "x", VISITOR)).body["kind"] == "results"
    assert rig.bot.last("composeExtension/query")["from"]["tenantId"]


# What Teams makes of the answer


async def test_results_are_listed_with_preview_and_card(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(CASE, "ALP-2026-0001", text="Scanning"), found(PLAIN, "Other"))

    answered = (await search(rig, "x")).body

    assert answered["kind"] == "results"
    assert [each["preview"] for each in answered["results"]] == [
        {"title": "ALP-2026-0001", "text": "Scanning"},
        {"title": "Other"},
    ]
    assert [each["card"] for each in answered["results"]] == [CASE, PLAIN]


async def test_a_message_is_shown_instead_of_results(rig: Rig) -> None:
    rig.bot.answer = lambda _: {"composeExtension": {"type": "message", "text": "Nothing fits."}}

    assert (await search(rig, "x")).body == {"kind": "message", "text": "Nothing fits."}


@pytest.mark.parametrize("kind", ["auth", "config"])
async def test_a_wish_to_sign_in_or_set_up_is_shown_as_such(rig: Rig, kind: str) -> None:
    action = {"type": "openUrl", "title": "Sign in", "value": "https://hubs.example/sign-in"}
    answer = {"composeExtension": {"type": kind, "suggestedActions": {"actions": [action]}}}
    rig.bot.answer = lambda _: answer

    assert (await search(rig, "x")).body == {"kind": kind, "title": "Sign in", "url": action["value"]}


def with_extension(**changes: Any) -> dict[str, Any]:
    return {"composeExtension": results(found(CASE))["composeExtension"] | changes}


def with_result(**changes: Any) -> dict[str, Any]:
    return results(found(CASE) | changes)


def with_preview(**content: Any) -> dict[str, Any]:
    return results(found(CASE, **content))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (None, "composeExtension"),
        ({}, "composeExtension"),
        ({"task": {"type": "message", "value": "x"}}, "composeExtension"),
        (with_extension(type=None), "type"),
        (with_extension(type="botMessagePreview"), "botMessagePreview"),
        (with_extension(type="message"), "text"),
        (with_extension(type="auth"), "openUrl"),
        (with_extension(attachmentLayout=None), "attachmentLayout"),
        (with_extension(attachmentLayout="carousel"), "attachmentLayout"),
        (with_extension(attachments=None), "list"),
        (with_extension(attachments=[found(PLAIN)] * 26), "25"),
        (with_extension(attachments=["text"]), "preview"),
        (with_result(preview=None), "preview"),
        (with_result(preview={"contentType": "application/vnd.microsoft.card.adaptive", "content": PLAIN}), "preview"),
        (with_preview(title=""), "title"),
        (with_preview(buttons=[{"type": "openUrl", "value": "https://hubs.example"}]), "buttons"),
        (with_preview(tap={"type": "openUrl", "value": "https://hubs.example"}), "tap"),
        (with_result(contentType="application/vnd.microsoft.card.hero"), "hero"),
        (with_result(content={"type": "AdaptiveCard"}), "version"),
        (with_result(content=card(refresh={"action": execute("x"), "userIds": ["29:x"] * 61})), "60"),
        (with_result(content=card({"type": "TextBlock", "text": "x" * 40_960})), "UTF-16"),
        (with_result(content=card({"type": "TextBlock", "text": "<at>Priya</at>"})), "mention"),
    ],
)  # fmt: skip
async def test_an_answer_that_teams_would_not_show_is_an_error(rig: Rig, answer: Any, complaint: str) -> None:
    rig.bot.answer = lambda _: answer

    answered = (await search(rig, "x")).body

    assert (answered["kind"], answered["text"]) == ("error", "Something went wrong. Please try again.")
    assert complaint in answered["detail"]


async def test_a_search_has_five_seconds(rig: Rig) -> None:
    await rig.post("/control/limits", extension_seconds=0.2)
    rig.bot.answer = lambda _: results()
    rig.bot.delay = 0.5

    assert (await search(rig, "x")).body["text"] == "Unable to reach the app."


# What a person sends


async def test_a_chosen_result_is_sent_by_the_person_for_everybody_to_see(rig: Rig) -> None:
    sent = (await chosen(rig, found(CASE), text="Have a look")).body

    shown = await rig.message(CHANNEL, TOM, sent["id"])
    assert (sent["kind"], sent["installed"]) == ("sent", False)
    assert (shown["from"]["id"], shown["from"]["bot"]) == (PRIYA, False)
    assert shown["via"] == "Local Focus Hub"
    assert (shown["text"], shown["card"]) == ("Have a look", CASE)
    assert rig.bot.named("message") == []


async def test_a_result_can_be_sent_as_a_reply(rig: Rig) -> None:
    root = (await rig.says(TOM, CHANNEL, "A post"))["id"]

    sent = (await chosen(rig, found(PLAIN), reply_to=root)).body

    assert sent["root"] == root


async def test_the_bot_hears_of_a_card_that_is_sent_into_its_own_chat(rig: Rig) -> None:
    chat = await rig.chat(PRIYA)
    rig.bot.answer = lambda _: results(found(PLAIN))
    listed = (await search(rig, "x", conversation=chat)).body["results"]

    await insert(rig, listed[0]["id"], conversation=chat)

    heard = rig.bot.last("message")
    assert heard["text"] == ""
    assert [each["content"] for each in heard["attachments"]] == [PLAIN, "<p></p>"]


async def test_the_buttons_of_a_sent_card_work_for_everybody_there(rig: Rig) -> None:
    number = (await chosen(rig, found(CASE))).body["id"]
    rig.bot.answer = lambda _: toast("Opened")

    answered = await rig.press(TOM, "Open", conversation=CHANNEL, message=number)

    heard = rig.bot.last("adaptiveCard/action")
    assert answered.body == {"kind": "toast", "text": "Opened"}
    assert (heard["from"]["aadObjectId"], heard["replyToId"]) == (TOM, number)
    assert heard["value"]["action"]["data"] == {"case": 1}


async def test_a_sent_card_opens_dialogs_and_a_plain_submit_is_a_click(rig: Rig) -> None:
    content = card(actions=[opener("Form", verb="form"), submit("Say", word="yes")])
    number = (await chosen(rig, found(content))).body["id"]
    rig.bot.answer = lambda _: None

    await rig.press(TOM, "Form", conversation=CHANNEL, message=number)
    clicked = await rig.press(TOM, "Say", conversation=CHANNEL, message=number)

    assert rig.bot.last("task/fetch")["replyToId"] == number
    assert clicked.body == {"kind": "sent"}
    assert rig.bot.last("composeExtension/onCardButtonClicked")["value"] == {"word": "yes"}
    assert rig.bot.named("message") == []


async def test_a_sent_card_refreshes_for_who_is_listed(rig: Rig) -> None:
    action = {"type": "Action.Execute", "verb": "fresh"}
    users = [await own_id(rig, CHANNEL, TOM)]
    number = (await chosen(rig, found(card(refresh={"action": action, "userIds": users})))).body["id"]
    rig.bot.answer = lambda _: card_answer(PLAIN)

    shown = {who: await rig.looks(who, CHANNEL) for who in (TOM, PRIYA)}

    assert next(each["card"] for each in shown[TOM] if each["id"] == number) == PLAIN
    assert next(each["card"] for each in shown[PRIYA] if each["id"] == number) != PLAIN
    assert rig.bot.last("adaptiveCard/action")["value"]["trigger"] == "automatic"


async def test_the_bot_cannot_edit_what_a_person_sent(rig: Rig) -> None:
    number = (await chosen(rig, found(CASE))).body["id"]

    edited = await rig.edit(CHANNEL, number, {"type": "message", "text": "Mine now"})

    assert (edited.status, edited.code) == (403, "NotEnoughPermissions")


async def test_a_card_that_talks_to_the_bot_brings_the_app_along(fresh: Rig) -> None:
    await fresh.post("/client/install", **{"as": PRIYA}, where="personal")
    fresh.bot.heard.clear()

    plain = (await chosen(fresh, found(PLAIN))).body
    assert not plain["installed"]
    assert fresh.bot.named("installationUpdate") == []

    sent = (await chosen(fresh, found(CASE))).body
    assert sent["installed"]
    assert fresh.bot.last("installationUpdate")["channelData"]["team"]["id"] == TEAM


async def test_only_what_is_listed_can_be_sent(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(CASE))
    before = (await search(rig, "x")).body["results"][0]["id"]
    now = (await search(rig, "y")).body["results"][0]["id"]

    assert (await insert(rig, before)).status == 409
    assert (await insert(rig, now, TOM)).status == 409
    assert (await insert(rig, now, conversation=await rig.chat(PRIYA))).status == 409
    assert (await insert(rig, now)).status == 200


async def test_a_result_with_a_tap_lets_the_bot_say_what_is_sent(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(PLAIN, tap={"type": "invoke", "value": {"case": 7}}))
    listed = (await search(rig, "x")).body["results"]
    rig.bot.answer = lambda _: results(found(CASE))

    sent = (await insert(rig, listed[0]["id"])).body

    assert rig.bot.last("composeExtension/selectItem")["value"] == {"case": 7}
    assert (await rig.message(CHANNEL, TOM, sent["id"]))["card"] == CASE


async def test_a_tap_that_the_bot_answers_badly_sends_nothing(rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(PLAIN, tap={"type": "invoke", "value": {}}))
    listed = (await search(rig, "x")).body["results"]
    before = len(await rig.messages(CHANNEL, PRIYA))
    rig.bot.answer = lambda _: {"task": {"type": "continue"}}

    assert (await insert(rig, listed[0]["id"])).body["kind"] == "error"
    assert len(await rig.messages(CHANNEL, PRIYA)) == before
