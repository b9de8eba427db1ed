"""Buttons on messages: only what is shown, answers as Teams reads them."""

from typing import Any

import pytest
from aiohttp import web

from tests.contract.sandbox_teams.hubs import CHANNEL, LEAH, PRIYA, TEAM, TOM
from tests.contract.sandbox_teams.recording_bot import card_answer, dialog_message, toast
from tests.contract.sandbox_teams.rig import (
    Answered,
    Rig,
    card,
    execute,
    message,
    opener,
    submit,
    with_card,
)

WENT_WRONG = "Something went wrong. Please try again."
UNREACHABLE = "Unable to reach the app."
TEXT = {"type": "Input.Text", "id": "note"}


async def post_card(rig: Rig, *body: Any, actions: Any, conversation: str = CHANNEL, **more: Any) -> str:
    return await rig.bot_posts(conversation, with_card(card(*body, actions=actions, **more)))


async def press(rig: Rig, number: str, action: str, **inputs: Any) -> Answered:
    return await rig.press(PRIYA, action, conversation=CHANNEL, message=number, inputs=inputs)


async def test_an_execute_reaches_the_bot_with_its_inputs_merged_in(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("Done")
    number = await post_card(rig, TEXT, actions=[execute("Save", id="save", data={"case": 7, "note": "old"})])

    answered = await press(rig, number, "save", note="new")

    heard = rig.bot.last("adaptiveCard/action")
    assert answered.body == {"kind": "toast", "text": "Done"}
    assert heard["replyToId"] == number
    assert heard["conversation"]["id"] == f"{CHANNEL};messageid={number}"
    assert heard["value"] == {
        "action": {
            "type": "Action.Execute",
            "id": "save",
            "title": "Save",
            "verb": "save",
            "data": {"case": 7, "note": "new"},
        },
        "trigger": "manual",
    }


async def test_a_card_in_the_answer_is_seen_by_the_presser_only(rig: Rig) -> None:
    number = await post_card(rig, actions=[execute("Mine")])
    own = card({"type": "TextBlock", "text": "Only yours"})
    rig.bot.answer = lambda _: card_answer(own)

    answered = await press(rig, number, "Mine")

    assert answered.body == {"kind": "card", "card": own}
    assert (await rig.message(CHANNEL, PRIYA, number))["card"] == own
    assert (await rig.message(CHANNEL, TOM, number))["card"] != own


async def test_an_edit_ends_what_single_people_saw(rig: Rig) -> None:
    number = await post_card(rig, actions=[execute("Mine")])
    rig.bot.answer = lambda _: card_answer(card())
    await press(rig, number, "Mine")
    edited = card({"type": "TextBlock", "text": "For all"})

    await rig.edit(CHANNEL, number, with_card(edited))

    assert (await rig.message(CHANNEL, PRIYA, number))["card"] == edited


async def test_what_is_pressed_next_is_on_the_card_that_this_person_sees(rig: Rig) -> None:
    number = await post_card(rig, actions=[execute("First")])
    rig.bot.answer = lambda _: card_answer(card(actions=[execute("Second")]))
    await press(rig, number, "First")

    assert (await press(rig, number, "First")).status == 409
    assert (await press(rig, number, "Second")).status == 200
    as_tom = await rig.press(TOM, "Second", conversation=CHANNEL, message=number)
    assert as_tom.status == 409


@pytest.mark.parametrize(
    ("body", "actions"),
    [
        ([], [execute("Go")]),
        ([{"type": "ActionSet", "actions": [execute("Go")]}], []),
        ([{"type": "Container", "items": [{"type": "ActionSet", "actions": [execute("Go")]}]}], []),
        ([{"type": "Container", "items": [], "selectAction": execute("Go")}], []),
        ([{"type": "ColumnSet", "columns": [{"items": [], "selectAction": execute("Go")}]}], []),
        ([], [{"type": "Action.ShowCard", "title": "More", "card": card(actions=[execute("Go")])}]),
        ([{"type": "Table", "rows": [{"cells": [{"items": [{"type": "ActionSet", "actions": [execute("Go")]}]}]}]}], []),
        ([{"type": "Badge", "fallback": {"type": "ActionSet", "actions": [execute("Go")]}}], []),
        ([], [{"type": "Action.Popover", "fallback": execute("Go")}]),
    ],
    ids=["card", "set", "container", "select", "column", "show card", "table", "fallback", "action fallback"],
)  # fmt: skip
async def test_a_button_is_found_wherever_it_stands(rig: Rig, body: list[Any], actions: list[Any]) -> None:
    rig.bot.answer = lambda _: toast("")
    number = await post_card(rig, *body, actions=actions)

    assert (await press(rig, number, "Go")).body["kind"] == "toast"


@pytest.mark.parametrize(
    ("body", "actions"),
    [
        ([], [execute("Other")]),
        ([], [execute("Go", isEnabled=False)]),
        ([], [execute("Go"), execute("Go")]),
        ([{"type": "ActionSet", "isVisible": False, "actions": [execute("Go")]}], []),
        ([{"type": "Container", "isVisible": False, "items": [{"type": "ActionSet", "actions": [execute("Go")]}]}], []),
        ([{"type": "Badge", "actions": [execute("Go")]}], []),
        ([{"type": "Container", "selectAction": {"type": "Action.ShowCard", "title": "Go", "card": card()}}], []),
    ],
    ids=["absent", "greyed out", "twice", "hidden", "in something hidden", "not drawn", "not drawn there"],
)  # fmt: skip
async def test_a_button_that_cannot_be_pressed_is_refused(
    rig: Rig, body: list[Any], actions: list[Any]
) -> None:
    number = await post_card(rig, *body, actions=actions)

    refused = await press(rig, number, "Go")

    assert refused.status == 409
    assert refused.error
    assert rig.bot.heard == []


async def test_an_input_that_is_not_on_the_card_is_refused(rig: Rig) -> None:
    number = await post_card(rig, TEXT, actions=[execute("Go")])

    refused = await press(rig, number, "Go", role="manager")

    assert (refused.status, refused.body["fields"]) == (409, ["role"])


async def test_required_and_malformed_answers_are_stopped_by_the_client(rig: Rig) -> None:
    number = await post_card(
        rig,
        {"type": "Input.Text", "id": "must", "isRequired": True},
        {"type": "Input.Text", "id": "short", "maxLength": 3},
        {"type": "Input.Text", "id": "digits", "regex": "^[0-9]+$"},
        {"type": "Input.ChoiceSet", "id": "one", "choices": [{"title": "A", "value": "a"}]},
        {"type": "Input.Number", "id": "count", "max": 5},
        actions=[execute("Go")],
    )

    refused = await press(rig, number, "Go", short="long", digits="x", one="b", count=6)

    assert (refused.status, refused.body["fields"]) == (422, ["must", "short", "digits", "one", "count"])
    assert rig.bot.heard == []


async def test_a_modified_client_may_send_what_the_checks_would_stop(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    required = {"type": "Input.Text", "id": "must", "isRequired": True}
    number = await post_card(rig, required, TEXT, actions=[execute("Go")])

    await rig.press(
        PRIYA, "Go", conversation=CHANNEL, message=number, inputs={"note": {"a": 1}}, skip_client_checks=True
    )

    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {"note": {"a": 1}}


async def test_untouched_inputs_send_what_they_start_with_and_empty_ones_nothing(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    number = await post_card(
        rig,
        {"type": "Input.Text", "id": "kept", "value": "before"},
        {"type": "Input.Text", "id": "cleared", "value": "before"},
        {"type": "Input.Text", "id": "empty"},
        {"type": "Input.Text", "id": "hidden", "value": "secret", "isVisible": False},
        {"type": "Input.Toggle", "id": "tick"},
        {"type": "Input.Toggle", "id": "ticked", "valueOn": "yes"},
        {"type": "Input.ChoiceSet", "id": "many", "isMultiSelect": True, "choices": [{"value": "a"}, {"value": "b"}]},
        {"type": "Input.Number", "id": "count"},
        actions=[execute("Go")],
    )  # fmt: skip

    await press(rig, number, "Go", cleared="", ticked=True, many=["a", "b"], count=3)

    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {
        "kept": "before",
        "hidden": "secret",
        "tick": "false",
        "ticked": "yes",
        "many": "a,b",
        "count": "3",
    }


async def test_nobody_can_type_into_a_hidden_input(rig: Rig) -> None:
    number = await post_card(rig, TEXT | {"isVisible": False}, actions=[execute("Go")])

    assert (await press(rig, number, "Go", note="x")).status == 409


async def test_a_button_without_inputs_sends_none_and_checks_none(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    required = {"type": "Input.Text", "id": "must", "isRequired": True}
    number = await post_card(rig, required, TEXT, actions=[execute("Back", associatedInputs="none")])

    answered = await press(rig, number, "Back", note="typed before")

    assert answered.status == 200
    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {}


async def test_a_show_card_sends_its_own_inputs_and_those_around_it(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    inner = card({"type": "Input.Text", "id": "inner"}, actions=[execute("Inner")])
    number = await post_card(
        rig, TEXT, actions=[execute("Outer"), {"type": "Action.ShowCard", "title": "More", "card": inner}]
    )

    await press(rig, number, "Inner", note="a", inner="b")
    await press(rig, number, "Outer", note="a", inner="b")

    sent = [each["value"]["action"]["data"] for each in rig.bot.named("adaptiveCard/action")]
    assert sent == [{"note": "a", "inner": "b"}, {"note": "a"}]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive"},
        {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": "no card"},
        {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {"type": "AdaptiveCard"}},
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": {"text": "x"}},
        {"statusCode": 200, "type": "application/vnd.microsoft.other", "value": "x"},
        {"statusCode": 401, "type": "application/vnd.microsoft.activity.loginRequest", "value": {}},
        dialog_message("for a dialog"),
        [],
    ],
)  # fmt: skip
async def test_an_answer_that_teams_does_not_understand_is_an_error(rig: Rig, answer: Any) -> None:
    rig.bot.answer = lambda _: answer
    number = await post_card(rig, actions=[execute("Go")])

    answered = await press(rig, number, "Go")

    assert (answered.status, answered.body["kind"]) == (200, "error")
    assert answered.body["text"] == WENT_WRONG
    assert answered.body["detail"]


@pytest.mark.parametrize("status", [201, 202, 400, 401, 403, 500, 501, 503])
async def test_any_status_but_200_is_an_error(rig: Rig, status: int) -> None:
    rig.bot.answer = lambda _: web.json_response(toast("x"), status=status)
    number = await post_card(rig, actions=[execute("Go")])

    answered = await press(rig, number, "Go")

    assert answered.body["text"] == WENT_WRONG
    assert answered.body["status"] == status


async def test_an_error_of_the_bot_is_an_error_with_its_status(rig: Rig) -> None:
    error = {"code": "InternalServerError", "message": "It broke."}
    rig.bot.answer = lambda _: {"statusCode": 500, "type": "application/vnd.microsoft.error", "value": error}
    number = await post_card(rig, actions=[execute("Go")])

    answered = await press(rig, number, "Go")

    assert (answered.body["kind"], answered.body["status"]) == ("error", 500)
    assert answered.body["text"] == WENT_WRONG


async def test_text_that_is_no_json_is_an_error(rig: Rig) -> None:
    rig.bot.answer = lambda _: web.Response(text="<html>")
    number = await post_card(rig, actions=[execute("Go")])

    assert (await press(rig, number, "Go")).body["text"] == WENT_WRONG


async def test_a_bot_that_answers_too_late_is_out_of_reach(rig: Rig) -> None:
    await rig.post("/control/limits", invoke_seconds=0.2)
    rig.bot.answer = lambda _: card_answer(card())
    rig.bot.delay = 0.6
    number = await post_card(rig, actions=[execute("Go")])
    before = await rig.message(CHANNEL, PRIYA, number)

    answered = await press(rig, number, "Go")

    assert (answered.body["kind"], answered.body["text"]) == ("error", UNREACHABLE)
    assert await rig.message(CHANNEL, PRIYA, number) == before


async def test_teams_waits_fifteen_seconds_and_five_for_a_message_extension(rig: Rig) -> None:
    limits = await rig.get("/control/limits")

    assert (limits["invoke_seconds"], limits["extension_seconds"]) == (15, 5)


async def test_a_bot_that_is_down_is_out_of_reach(rig: Rig) -> None:
    number = await post_card(rig, actions=[execute("Go")])
    await rig.post("/control/bot", url="http://127.0.0.1:9")

    assert (await press(rig, number, "Go")).body["text"] == UNREACHABLE


async def test_a_client_that_tries_again_sends_the_same_invoke(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("Done")
    number = await post_card(rig, actions=[execute("Go")])

    answered = await rig.press(PRIYA, "Go", conversation=CHANNEL, message=number, repeat=3)

    ids = [each["id"] for each in rig.bot.named("adaptiveCard/action")]
    assert (len(ids), len(set(ids))) == (3, 1)
    assert [each["kind"] for each in answered.body["repeats"]] == ["toast"] * 3


async def test_a_link_is_for_the_browser_and_asks_for_no_answers(rig: Rig) -> None:
    link = {"type": "Action.OpenUrl", "title": "Open", "url": "https://hubs.example/case/1"}
    number = await post_card(rig, TEXT | {"isRequired": True}, actions=[link])

    assert (await press(rig, number, "Open")).body == {"kind": "link", "url": "https://hubs.example/case/1"}
    assert rig.bot.heard == []


async def test_of_several_lines_with_the_same_button_an_id_names_one(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    lines = [
        {"type": "ActionSet", "actions": [execute("Done", id=f"done-{line}", data={"task": line})]}
        for line in range(3)
    ]
    number = await post_card(rig, *lines, actions=[])

    assert "name one by its id" in (await press(rig, number, "Done")).error
    assert (await press(rig, number, "done-1")).status == 200
    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {"task": 1}


async def test_what_has_neither_id_nor_title_is_named_by_its_place(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    columns = [
        {"items": [], "selectAction": {"type": "Action.Execute", "verb": verb}} for verb in ("left", "right")
    ]
    number = await post_card(rig, {"type": "ColumnSet", "columns": columns}, actions=[])

    assert (await press(rig, number, "/body/0/columns/1/selectAction")).status == 200
    assert (await press(rig, number, "/body/0/columns/2/selectAction")).status == 409
    assert rig.bot.last("adaptiveCard/action")["value"]["action"] == {
        "type": "Action.Execute",
        "verb": "right",
        "data": {},
    }


async def test_what_the_client_does_not_support_it_says(rig: Rig) -> None:
    number = await post_card(rig, actions=[submit("Say", msteams={"type": "imBack", "value": "hello"})])

    assert (await press(rig, number, "Say")).status == 501


async def test_who_is_not_in_the_conversation_presses_nothing(rig: Rig) -> None:
    number = await post_card(rig, actions=[execute("Go")])

    assert (await rig.press(LEAH, "Go", conversation=CHANNEL, message=number)).status == 404
    assert (await rig.press(PRIYA, "Go", conversation=CHANNEL, message="1")).status == 404


async def test_the_buttons_of_an_app_that_was_taken_away_do_nothing(rig: Rig) -> None:
    number = await post_card(rig, actions=[execute("Go")])
    await rig.post("/client/uninstall", **{"as": PRIYA}, where="team", id=TEAM)
    await rig.post("/client/uninstall", **{"as": PRIYA}, where="personal")
    rig.bot.heard.clear()

    assert (await press(rig, number, "Go")).status == 409
    assert rig.bot.heard == []


async def test_a_message_without_a_card_has_no_button(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, message("Just text"))

    assert (await press(rig, number, "Go")).status == 409


async def test_an_opener_whose_bot_says_nothing_is_an_error(rig: Rig) -> None:
    number = await post_card(rig, actions=[opener("Refer")])

    assert (await press(rig, number, "Refer")).body["text"] == WENT_WRONG


async def test_a_request_with_an_unknown_word_is_refused(rig: Rig) -> None:
    answered = await rig.press(PRIYA, "Go", conversation=CHANNEL, messsage="1")

    assert answered.status == 400
    assert "messsage" in answered.error
