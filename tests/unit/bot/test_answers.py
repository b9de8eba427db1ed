"""What an invoke gets back, in the shapes that Teams' documentation gives."""

from typing import Any

import pytest

from bot.turn import Answer, Close, Say, ShowCard, error_body, invoke_body, read_turn
from tests.unit.bot.activities import CARD, executed, extension_opened, extension_submitted, opened, submitted

SHOW = ShowCard(CARD, "Refer a matter", height="small", width=600)
DIALOG_INVOKES = [
    opened({"verb": "refer.open"}),
    submitted({"verb": "refer.next"}),
    extension_opened("refer"),
    extension_submitted({"verb": "refer.next"}),
]
ANSWERS: list[Answer] = [SHOW, Say("Sent."), Close()]


def test_a_press_in_a_chat_gets_a_card_in_place_of_its_own() -> None:
    body = invoke_body(read_turn(executed("refer.open")), SHOW)
    assert body == {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": CARD}


def test_a_press_in_a_chat_gets_a_sentence_as_a_toast() -> None:
    body = invoke_body(read_turn(executed("refer.open")), Say("Nothing there."))
    assert body == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Nothing there.",
    }


def test_a_press_in_a_chat_always_gets_a_body() -> None:
    """An Action.Execute without one shows the person an error."""
    body = invoke_body(read_turn(executed("refer.open")), Close())
    assert body is not None
    assert body["statusCode"] == 200


@pytest.mark.parametrize("activity", DIALOG_INVOKES)
def test_a_dialog_gets_its_next_page(activity: dict[str, Any]) -> None:
    body = invoke_body(read_turn(activity), SHOW)
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    page = {"title": "Refer a matter", "height": "small", "width": 600, "card": attachment}
    assert body == {"task": {"type": "continue", "value": page}}


@pytest.mark.parametrize("activity", DIALOG_INVOKES)
def test_a_dialog_gets_a_sentence_as_its_last_word(activity: dict[str, Any]) -> None:
    assert invoke_body(read_turn(activity), Say("Sent.")) == {"task": {"type": "message", "value": "Sent."}}


@pytest.mark.parametrize("activity", DIALOG_INVOKES)
def test_a_dialog_is_closed_by_no_body(activity: dict[str, Any]) -> None:
    assert invoke_body(read_turn(activity), Close()) is None


def test_our_fault_in_a_chat_is_an_error_with_a_sentence() -> None:
    assert error_body(read_turn(executed("refer.open")), "Try again.") == {
        "statusCode": 500,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "InternalServerError", "message": "Try again."},
    }


@pytest.mark.parametrize("activity", DIALOG_INVOKES)
def test_our_fault_in_a_dialog_is_a_sentence_in_the_dialog(activity: dict[str, Any]) -> None:
    body = error_body(read_turn(activity), "Try again.")
    assert body == {"task": {"type": "message", "value": "Try again."}}
