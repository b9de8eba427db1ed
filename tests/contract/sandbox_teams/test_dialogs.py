"""Dialogs: from a card's button, from a message extension, and through their pages."""

from typing import Any

import pytest

from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA, TOM
from tests.contract.sandbox_teams.recording_bot import dialog, dialog_message
from tests.contract.sandbox_teams.rig import Answered, Rig, card, execute, opener, submit, with_card

FORM = card({"type": "Input.Text", "id": "what"}, actions=[submit("Next", verb="next")])
SECOND = card(actions=[submit("Send", verb="send")])


async def hub_card(rig: Rig) -> str:
    return await rig.bot_posts(CHANNEL, with_card(card(actions=[opener("Refer", verb="refer", hub="ALP")])))


async def opened(rig: Rig, person: str = PRIYA) -> dict[str, Any]:
    rig.bot.answer = lambda _: dialog(FORM)
    answered = await rig.press(person, "Refer", conversation=CHANNEL, message=await hub_card(rig))
    shown: dict[str, Any] = answered.body["dialog"]
    return shown


async def press(rig: Rig, shown: dict[str, Any], action: str, **inputs: str) -> Answered:
    return await rig.press(PRIYA, action, dialog=shown["id"], inputs=inputs)


async def test_a_button_with_task_fetch_opens_a_dialog(rig: Rig) -> None:
    number = await hub_card(rig)
    rig.bot.answer = lambda _: dialog(FORM, "Refer")

    answered = await rig.press(PRIYA, "Refer", conversation=CHANNEL, message=number)

    heard = rig.bot.last("task/fetch")
    shown = answered.body["dialog"]
    assert answered.body["kind"] == "dialog"
    assert (shown["title"], shown["card"], shown["height"], shown["width"]) == (
        "Refer",
        FORM,
        "large",
        "medium",
    )
    assert heard["value"]["data"] == {"msteams": {"type": "task/fetch"}, "verb": "refer", "hub": "ALP"}
    assert heard["value"]["context"] == {"theme": "default"}
    assert heard["replyToId"] == number


async def test_a_dialogs_button_sends_its_inputs_and_shows_the_next_page(rig: Rig) -> None:
    shown = await opened(rig)
    rig.bot.answer = lambda _: dialog(SECOND, "Page two")

    answered = await press(rig, shown, "Next", what="Noise")

    assert rig.bot.last("task/submit")["value"] == {
        "data": {"verb": "next", "what": "Noise"},
        "context": {"theme": "default"},
    }
    assert answered.body["dialog"]["id"] == shown["id"]
    assert answered.body["dialog"]["card"] == SECOND
    assert (await press(rig, shown, "Next")).status == 409


@pytest.mark.parametrize("empty", [None, {}])
async def test_an_empty_answer_closes_the_dialog(rig: Rig, empty: Any) -> None:
    shown = await opened(rig)
    rig.bot.answer = lambda _: empty

    assert (await press(rig, shown, "Next")).body == {"kind": "closed"}
    assert (await press(rig, shown, "Next")).status == 409


async def test_a_message_is_the_dialogs_last_word(rig: Rig) -> None:
    shown = await opened(rig)
    rig.bot.answer = lambda _: dialog_message("Thank you.")

    assert (await press(rig, shown, "Next")).body == {"kind": "dialog_message", "text": "Thank you."}
    assert (await press(rig, shown, "Next")).status == 409


async def test_after_an_error_the_dialog_stays_open(rig: Rig) -> None:
    shown = await opened(rig)
    rig.bot.answer = lambda _: {"task": {"type": "continue", "value": {}}}

    assert (await press(rig, shown, "Next")).body["kind"] == "error"
    rig.bot.answer = lambda _: None
    assert (await press(rig, shown, "Next")).body == {"kind": "closed"}


@pytest.mark.parametrize(
    "task",
    [
        {"type": "continue"},
        {"type": "message", "value": {"text": "x"}},
        {"type": "continue", "value": {"url": "https://hubs.example/form"}},
        {"type": "continue", "value": {"card": {"contentType": "x", "content": FORM}}},
        dialog({"type": "AdaptiveCard"})["task"],
        dialog(FORM)["task"] | {"value": dialog(FORM)["task"]["value"] | {"height": "huge"}},
    ],
)
async def test_a_task_that_teams_does_not_understand_is_an_error(rig: Rig, task: dict[str, Any]) -> None:
    rig.bot.answer = lambda _: {"task": task}

    answered = await rig.press(PRIYA, "Refer", conversation=CHANNEL, message=await hub_card(rig))

    assert answered.body["kind"] == "error"
    assert answered.body["detail"]


async def test_each_person_has_their_own_dialogs(rig: Rig) -> None:
    shown = await opened(rig, TOM)

    assert (await press(rig, shown, "Next")).status == 409


async def test_two_devices_have_a_dialog_each(rig: Rig) -> None:
    first, second = await opened(rig), await opened(rig)
    rig.bot.answer = lambda _: None

    await press(rig, first, "Next")

    assert first["id"] != second["id"]
    assert (await press(rig, second, "Next")).body == {"kind": "closed"}


async def test_an_execute_in_a_dialog_is_not_supported(rig: Rig) -> None:
    rig.bot.answer = lambda _: dialog(card(actions=[execute("Go")]))
    answered = await rig.press(PRIYA, "Refer", conversation=CHANNEL, message=await hub_card(rig))

    assert (await press(rig, answered.body["dialog"], "Go")).status == 501


async def use_extension(rig: Rig, message: str | None, person: str = PRIYA) -> Answered:
    body = {"as": person, "conversation": CHANNEL, "command": "refer", "message": message}
    return await rig.request("POST", "/client/extension", body)


async def test_a_message_extension_on_a_message_takes_the_message_along(rig: Rig) -> None:
    number = (await rig.says(TOM, CHANNEL, "Bikes & <noise>\nagain"))["id"]
    rig.bot.answer = lambda _: dialog(FORM)

    answered = await use_extension(rig, number)

    heard = rig.bot.last("composeExtension/fetchTask")
    payload = heard["value"]["messagePayload"]
    assert answered.body["kind"] == "dialog"
    assert (heard["value"]["commandId"], heard["value"]["commandContext"]) == ("refer", "message")
    assert payload["id"] == number
    assert payload["body"] == {
        "contentType": "html",
        "content": "<div>Bikes &amp; &lt;noise&gt;<br>again</div>",
    }
    assert payload["from"]["user"]["id"] == TOM
    assert heard["conversation"]["id"] == f"{CHANNEL};messageid={number}"


async def test_a_message_extensions_dialog_is_submitted_as_such(rig: Rig) -> None:
    rig.bot.answer = lambda _: dialog(FORM)
    shown = (await use_extension(rig, None)).body["dialog"]
    rig.bot.answer = lambda _: None

    answered = await press(rig, shown, "Next", what="Noise")

    heard = rig.bot.last("composeExtension/submitAction")["value"]
    assert answered.body == {"kind": "closed"}
    assert (heard["commandId"], heard["commandContext"]) == ("refer", "compose")
    assert heard["data"] == {"verb": "next", "what": "Noise"}


async def test_a_message_extension_works_where_only_the_person_has_the_app(fresh: Rig) -> None:
    assert (await use_extension(fresh, None)).status == 409
    await fresh.post("/client/install", **{"as": PRIYA}, where="personal")
    fresh.bot.answer = lambda _: dialog(FORM)

    assert (await use_extension(fresh, None)).body["kind"] == "dialog"


async def test_a_message_extension_has_less_time(rig: Rig) -> None:
    await rig.post("/control/limits", extension_seconds=0.2)
    rig.bot.answer = lambda _: dialog(FORM)
    rig.bot.delay = 0.5

    assert (await use_extension(rig, None)).body["text"] == "Unable to reach the app."
    assert (await opened(rig))["card"] == FORM


async def test_a_result_for_the_message_box_is_not_supported_and_says_so(rig: Rig) -> None:
    rig.bot.answer = lambda _: dialog(FORM)
    shown = (await use_extension(rig, None)).body["dialog"]
    rig.bot.answer = lambda _: {"composeExtension": {"type": "result", "attachments": []}}

    answered = await press(rig, shown, "Next")

    assert answered.body["kind"] == "error"
    assert "sandbox" in answered.body["detail"]
