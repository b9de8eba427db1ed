"""What the client sends of each kind of input, and what it stops."""

from typing import Any

import pytest

from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA
from tests.contract.sandbox_teams.recording_bot import toast
from tests.contract.sandbox_teams.rig import Answered, Rig, card, execute, submit, with_card

CHOICES = [{"title": value.upper(), "value": value} for value in "abc"]


async def entered(rig: Rig, element: dict[str, Any], value: Any) -> Answered:
    """Type a value into an input named `it`, alone on its card, and press the button."""
    rig.bot.answer = lambda _: toast("")
    number = await rig.bot_posts(CHANNEL, with_card(card(element | {"id": "it"}, actions=[execute("Go")])))
    typed = {} if value is None else {"it": value}
    return await rig.press(PRIYA, "Go", conversation=CHANNEL, message=number, inputs=typed)


@pytest.mark.parametrize(
    ("element", "value", "sent"),
    [
        ({"type": "Input.Text", "maxLength": 5, "regex": "^x"}, "x1234", "x1234"),
        ({"type": "Input.Number", "min": 1, "max": 5}, 3, "3"),
        ({"type": "Input.Number"}, 2.0, "2"),
        ({"type": "Input.Number"}, "02.50", "2.5"),
        ({"type": "Input.Number", "value": 4}, None, "4"),
        ({"type": "Input.Date", "min": "2026-01-01", "max": "2026-12-31"}, "2026-12-31", "2026-12-31"),
        ({"type": "Input.Date", "min": ""}, "2026-12-31", "2026-12-31"),
        ({"type": "Input.Time", "min": "09:00", "max": "17:30"}, "17:30", "17:30"),
        ({"type": "Input.Toggle", "valueOn": "yes", "valueOff": "no"}, True, "yes"),
        ({"type": "Input.Toggle", "valueOn": "yes", "valueOff": "no"}, None, "no"),
        ({"type": "Input.Toggle", "valueOn": "yes", "valueOff": "no", "value": "yes"}, None, "yes"),
        ({"type": "Input.ChoiceSet", "choices": CHOICES}, "b", "b"),
        ({"type": "Input.ChoiceSet", "choices": CHOICES, "isMultiSelect": True}, ["c", "a"], "a,c"),
        ({"type": "Input.ChoiceSet", "choices": CHOICES, "isMultiSelect": True, "value": "a,b"}, None, "a,b"),
    ],
)  # fmt: skip
async def test_an_answer_travels_as_text(rig: Rig, element: dict[str, Any], value: Any, sent: str) -> None:
    assert (await entered(rig, element, value)).status == 200
    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {"it": sent}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "Input.Text", "maxLength": 3}, "four"),
        ({"type": "Input.Text", "regex": "^[A-Z]{3}$"}, "abc"),
        ({"type": "Input.Text", "isRequired": True}, ""),
        ({"type": "Input.Number", "min": 1}, 0),
        ({"type": "Input.Number", "max": 5}, 6),
        ({"type": "Input.Number"}, "many"),
        ({"type": "Input.Number"}, "inf"),
        ({"type": "Input.Number", "isRequired": True}, None),
        ({"type": "Input.Date", "min": "2026-01-01"}, "2025-12-31"),
        ({"type": "Input.Date", "max": "2026-01-01"}, "2026-01-02"),
        ({"type": "Input.Date"}, "1 January 2026"),
        ({"type": "Input.Date"}, "20260101"),
        ({"type": "Input.Date"}, "2026-02-30"),
        ({"type": "Input.Date", "isRequired": True}, None),
        ({"type": "Input.Time", "min": "09:00"}, "08:59"),
        ({"type": "Input.Time", "max": "17:00"}, "17:01"),
        ({"type": "Input.Time"}, "9 am"),
        ({"type": "Input.Time"}, "09:00+01:00"),
        ({"type": "Input.Toggle", "isRequired": True}, False),
        ({"type": "Input.ChoiceSet", "choices": CHOICES}, "d"),
        ({"type": "Input.ChoiceSet", "choices": CHOICES, "isMultiSelect": True}, ["a", "d"]),
        ({"type": "Input.ChoiceSet", "choices": CHOICES, "isRequired": True}, None),
    ],
)
async def test_an_answer_that_cannot_be_is_stopped_by_the_client(
    rig: Rig, element: dict[str, Any], value: Any
) -> None:
    refused = await entered(rig, element, value)

    assert (refused.status, refused.body["fields"]) == (422, ["it"])
    assert rig.bot.heard == []


async def test_an_empty_answer_that_may_be_empty_is_left_out(rig: Rig) -> None:
    for element in ("Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.ChoiceSet"):
        assert (await entered(rig, {"type": element, "min": 1, "choices": CHOICES}, "")).status == 200
        assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {}


async def test_a_show_card_in_the_body_takes_along_the_inputs_around_it(rig: Rig) -> None:
    """The inner card's button sends its own inputs and those of the cards around it, but not those beside it."""
    rig.bot.answer = lambda _: toast("")
    inputs = {name: {"type": "Input.Text", "id": name} for name in ("outer", "inner", "beside")}
    inner = card(
        inputs["inner"], actions=[submit("Inner", verb="inner"), execute("None", associatedInputs="none")]
    )
    show = {"type": "Action.ShowCard", "title": "More", "card": inner}
    beside = {"type": "Action.ShowCard", "title": "Beside", "card": card(inputs["beside"])}
    body = [inputs["outer"], {"type": "Container", "items": [{"type": "ActionSet", "actions": [show]}]}]
    number = await rig.bot_posts(CHANNEL, with_card(card(*body, actions=[beside])))
    typed = {name: name for name in inputs}

    await rig.press(PRIYA, "Inner", conversation=CHANNEL, message=number, inputs=typed)
    await rig.press(PRIYA, "None", conversation=CHANNEL, message=number, inputs=typed)

    assert rig.bot.last("message")["value"] == {"verb": "inner", "outer": "outer", "inner": "inner"}
    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {}


async def test_a_button_of_a_show_card_waits_for_what_is_required_around_it(rig: Rig) -> None:
    required = {"type": "Input.Text", "id": "outer", "isRequired": True}
    inner = card({"type": "Input.Text", "id": "inner", "isRequired": True}, actions=[execute("Inner")])
    show = {"type": "Action.ShowCard", "title": "More", "card": inner}
    number = await rig.bot_posts(CHANNEL, with_card(card(required, actions=[show, execute("Outer")])))
    where = {"conversation": CHANNEL, "message": number}

    assert (await rig.press(PRIYA, "Inner", **where)).body["fields"] == ["outer", "inner"]
    assert (await rig.press(PRIYA, "Outer", **where)).body["fields"] == ["outer"]
