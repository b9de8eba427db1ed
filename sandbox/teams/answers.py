"""What a client makes of the bot's answer to an invoke: exactly what Teams would, or its error."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from sandbox.teams import cards
from sandbox.teams.content import refresh_complaint
from sandbox.teams.delivery import Reply

Outcome = dict[str, Any]
"""What the person sees: `kind` and what belongs to it, as the client API returns it."""

Reading = Callable[[Any, int], Outcome]

TOAST = "application/vnd.microsoft.activity.message"
ERRORS = frozenset({"application/vnd.microsoft.error", "application/vnd.microsoft.error.preconditionFailed"})
SIZES = frozenset({"small", "medium", "large"})
WENT_WRONG = "Something went wrong. Please try again."
UNREACHABLE = "Unable to reach the app."


def went_wrong(detail: str, status: int = 0) -> Outcome:
    """Show Teams' own words; `detail` says to whoever builds the bot what Teams would keep to itself."""
    return {"kind": "error", "text": WENT_WRONG, "status": status, "detail": detail}


def read_answer(reply: Reply, reading: Reading) -> Outcome:
    """Turn an HTTP answer into what the person sees."""
    if reply.status == 0:
        return {"kind": "error", "text": UNREACHABLE, "status": 0, "detail": reply.failure}
    if reply.status != HTTPStatus.OK or reply.failure:
        return went_wrong(reply.failure or f"The bot answered HTTP {reply.status}.", reply.status)
    return reading(reply.body, reply.status)


def execute_answer(body: Any, status: int) -> Outcome:
    """Read the answer to an Action.Execute."""
    if not isinstance(body, dict) or not {"statusCode", "type", "value"} <= body.keys():
        return went_wrong("An Action.Execute is answered with statusCode, type and value.", status)
    code, type_, value = body["statusCode"], body["type"], body["value"]
    if type_ in ERRORS and code != HTTPStatus.OK:
        return went_wrong(f"The bot answered the error {value!r}.", code if isinstance(code, int) else status)
    if code != HTTPStatus.OK:
        return went_wrong(f"The sandbox does not handle statusCode {code!r} with type {type_!r}.", status)
    if type_ == cards.CONTENT_TYPE:
        return _card_answer(value, status)
    if type_ == TOAST and isinstance(value, str):
        return {"kind": "toast", "text": value}
    return went_wrong(f"The type {type_!r} and its value do not go together.", status)


def click_answer(_body: Any, _status: int) -> Outcome:
    """Read the answer to an Action.Submit on a card from a search: the client shows nothing of it."""
    return {"kind": "sent"}


def _card_answer(value: Any, status: int) -> Outcome:
    if not cards.is_card(value):
        return went_wrong("The value is no Adaptive Card with a version.", status)
    complaint = refresh_complaint(value)
    return went_wrong(complaint, status) if complaint else {"kind": "card", "card": value}


def fetch_answer(body: Any, status: int) -> Outcome:
    """Read the answer to the opening of a dialog: there must be something to show."""
    task = body.get("task") if isinstance(body, dict) else None
    if not isinstance(task, dict):
        return went_wrong("The opening of a dialog is answered with a task.", status)
    return _task_answer(task, status)


def submit_answer(body: Any, status: int) -> Outcome:
    """Read the answer to a dialog's button: nothing closes it."""
    if not body:
        return {"kind": "closed"}
    if isinstance(body, dict) and "composeExtension" in body:
        return went_wrong("The sandbox does not put a message extension's result into a message.", status)
    return fetch_answer(body, status)


def _task_answer(task: Outcome, status: int) -> Outcome:
    value = task.get("value")
    if task.get("type") == "message" and isinstance(value, str):
        return {"kind": "dialog_message", "text": value}
    if task.get("type") == "continue" and isinstance(value, dict):
        return _dialog_answer(value, status)
    return went_wrong("A task is of type continue with a dialog, or of type message with a text.", status)


def _dialog_answer(value: Outcome, status: int) -> Outcome:
    attachment = value.get("card")
    if not isinstance(attachment, dict):
        return went_wrong("The sandbox shows a dialog with a card, not with a web page.", status)
    if attachment.get("contentType") != cards.CONTENT_TYPE or not cards.is_card(attachment.get("content")):
        return went_wrong("The dialog's card is no Adaptive Card with a version.", status)
    if not (_is_size(value.get("height")) and _is_size(value.get("width"))):
        return went_wrong("A dialog's height and width are numbers or small, medium, large.", status)
    dialog = {key: value.get(key) for key in ("title", "height", "width")}
    return {"kind": "dialog", "dialog": dialog | {"card": attachment["content"]}}


def _is_size(value: Any) -> bool:
    return value is None or value in SIZES or (isinstance(value, (int, float)) and value > 0)
