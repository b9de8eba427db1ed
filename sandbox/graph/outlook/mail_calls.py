"""sendMail: taken at once, delivered to everybody who has a mailbox here."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sandbox.graph import errors
from sandbox.graph.outlook import drafts, problems
from sandbox.graph.outlook.calls import MailboxCall
from sandbox.graph.outlook.event_calls import action_parameters
from sandbox.graph.outlook.post import Letter
from sandbox.graph.wire import Response

RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients")
READ = frozenset({*RECIPIENTS, "subject", "body"})
UNHEEDED = frozenset({"importance", "replyTo", "categories", "isReadReceiptRequested"})
MISSING_HERE = frozenset({"attachments", "from", "sender", "internetMessageHeaders", "flag", "extensions"})


def send_mail(call: MailboxCall) -> Response:
    parameters = action_parameters(call)
    letter = _letter(parameters.get("message"))
    keep = _truth(parameters.get("savetosentitems", True))
    with call.outlook.transaction():
        call.outlook.post.send(call.mailbox, letter, keep=keep)
    return Response(HTTPStatus.ACCEPTED)


def _letter(given: Any) -> Letter:
    if not isinstance(given, dict):
        raise problems.unreadable()
    message = {name: value for name, value in given.items() if "@odata." not in name}
    _check_names(message)
    subject, body = message.get("subject") or "", drafts.body(message.get("body") or {})
    if not isinstance(subject, str):
        raise problems.unreadable()
    return Letter(subject, body["content"], _recipients(message), content_type=body["contentType"])


def _check_names(message: Mapping[str, Any]) -> None:
    for name in message:
        if name in MISSING_HERE:
            raise errors.not_supported(f"The property '{name}' of a message")
        if name not in READ | UNHEEDED:
            raise problems.unknown_property(name, "message")


def _recipients(message: Mapping[str, Any]) -> tuple[str, ...]:
    lists = [message.get(name) or [] for name in RECIPIENTS]
    if not all(isinstance(one, list) for one in lists):
        raise problems.unreadable()
    found = tuple(drafts.recipient(one)["address"] for given in lists for one in given)
    if not found:
        raise problems.no_recipients()
    return found


def _truth(given: Any) -> bool:
    """Read a Boolean; the documentation's own example writes it as text."""
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.casefold() in ("true", "false"):
        return given.casefold() == "true"
    raise problems.unreadable()
