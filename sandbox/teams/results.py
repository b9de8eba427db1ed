"""What a client makes of the answer to a search: a list to choose from, or an error where Teams would show nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sandbox.teams import cards
from sandbox.teams.answers import Outcome, Reading, went_wrong
from sandbox.teams.content import Content, Knows, read_message
from sandbox.teams.errors import BadArgument, ConnectorError, NotSupported
from sandbox.teams.requests import dig

LAYOUTS = frozenset({"list", "grid"})
PREVIEWS = frozenset({"application/vnd.microsoft.card.hero", "application/vnd.microsoft.card.thumbnail"})
PREVIEW_TEXTS = ("title", "subtitle", "text")


def search_answer(most: int, knows: Knows) -> Reading:
    """Read the answer to a query that asked for `most` results, or to the choice of one."""

    def reading(body: Any, status: int) -> Outcome:
        try:
            return _extension(dig(body, "composeExtension"), most, knows)
        except ConnectorError as error:
            return went_wrong(error.message, status)

    return reading


def _extension(extension: Any, most: int, knows: Knows) -> Outcome:
    if not isinstance(extension, dict):
        raise BadArgument("A search is answered with a composeExtension.")
    kind = extension.get("type")
    read = KINDS.get(str(kind))
    if read is not None:
        return read(extension)
    if kind != "result":
        raise BadArgument(f"A composeExtension is of type result, message, auth or config, not {kind!r}.")
    return {"kind": "results", "results": _results(extension, most, knows)}


def _message(extension: Content) -> Outcome:
    text = extension.get("text")
    if not isinstance(text, str) or not text:
        raise BadArgument("A composeExtension of type message needs a text.")
    return {"kind": "message", "text": text}


def _sign_in(extension: Content) -> Outcome:
    """Read what asks the person to sign in or to set something up, on a web page that the sandbox does not open."""
    actions = dig(extension, "suggestedActions", "actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if dig(action, "type") != "openUrl" or not isinstance(dig(action, "value"), str):
        raise BadArgument(
            f"A composeExtension of type {extension['type']} suggests an action of type openUrl."
        )
    return {"kind": extension["type"], "title": str(dig(action, "title") or ""), "url": dig(action, "value")}


KINDS: dict[str, Callable[[Content], Outcome]] = {
    "message": _message,
    "auth": _sign_in,
    "config": _sign_in,
}


def _results(extension: Content, most: int, knows: Knows) -> list[Outcome]:
    if extension.get("attachmentLayout") not in LAYOUTS:
        raise BadArgument("A result's attachmentLayout is list or grid.")
    attachments = extension.get("attachments")
    if not isinstance(attachments, list):
        raise BadArgument("A result's attachments must be a list.")
    if len(attachments) > most:
        raise BadArgument(f"The client asked for {most} results; the bot answered {len(attachments)}.")
    return [_result(attachment, knows) for attachment in attachments]


def _result(attachment: Any, knows: Knows) -> Outcome:
    """Read one result. Its card must be fit to be sent as it is: by size, mentions, refresh."""
    preview = _preview(dig(attachment, "preview"))
    content_type, card = dig(attachment, "contentType"), dig(attachment, "content")
    if content_type != cards.CONTENT_TYPE:
        raise NotSupported(f"The sandbox sends no {content_type!r} from a search, only Adaptive Cards.")
    read_message({"type": "message", "attachments": [{"contentType": content_type, "content": card}]}, knows)
    return {"id": uuid4().hex, "preview": preview, "card": card}


def _preview(attachment: Any) -> Content:
    """Read what stands in the list: without it, Teams shows nothing of an Adaptive Card."""
    content = dig(attachment, "content")
    if dig(attachment, "contentType") not in PREVIEWS or not isinstance(content, dict):
        raise BadArgument("An Adaptive Card among the results needs a preview: a hero or thumbnail card.")
    if not any(isinstance(content.get(key), str) and content[key] for key in PREVIEW_TEXTS):
        raise BadArgument("A preview needs a title, a subtitle or a text.")
    if content.get("buttons"):
        raise BadArgument("A preview has no buttons.")
    if "tap" in content and dig(content, "tap", "type") != "invoke":
        raise BadArgument("A preview's tap is of type invoke.")
    return content
