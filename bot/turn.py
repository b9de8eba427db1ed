"""One thing a person did in Teams, as plain values, and what we answer.

`Turn` is read from the activity's JSON; `Answer` becomes the JSON that Teams expects back. No SDK type appears here.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cards.verbs import Surface

CARD = "application/vnd.microsoft.card.adaptive"
TOAST = "application/vnd.microsoft.activity.message"
THUMBNAIL = "application/vnd.microsoft.card.thumbnail"
QUERY = "composeExtension/query"
OPENERS = frozenset({"task/fetch", "composeExtension/fetchTask"})
DIALOG_INVOKES = OPENERS | {"task/submit", "composeExtension/submitAction"}


class MalformedActivity(ValueError):
    """The activity lacks what every activity has; the message says what."""


class Kind(StrEnum):
    """What sort of activity it is; anything else Teams may send is `OTHER` and needs no answer."""

    MESSAGE = "message"
    INVOKE = "invoke"
    INSTALLATION = "installationUpdate"
    CONVERSATION_UPDATE = "conversationUpdate"
    OTHER = "other"


@dataclass(frozen=True)
class Turn:
    """Who did what, where.

    `person_id` is the Entra object id and `tenant` the person's own tenant, which in a shared channel may differ from the
    `host_tenant` that the conversation belongs to; `user_id` is the bot-specific `29:` id.
    """

    kind: Kind
    name: str
    activity_id: str
    tenant: str
    host_tenant: str
    person_id: str
    user_id: str
    conversation_id: str
    conversation_type: str
    channel_id: str
    team_id: str
    service_url: str
    bot_id: str
    text: str
    verb: str
    data: dict[str, Any]
    automatic: bool
    raw: dict[str, Any] = field(repr=False)

    @property
    def surface(self) -> Surface:
        """Where the answer's card will stand: in a dialog, or in a chat message."""
        return Surface.DIALOG if self.name in DIALOG_INVOKES else Surface.CHAT

    @property
    def is_personal(self) -> bool:
        return self.conversation_type == "personal"

    def said(self, key: str) -> str:
        """A text that the pressed button carried; empty when it is absent or no text."""
        value = self.data.get(key, "")
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class ShowCard:
    """Show this card: as the next page of the dialog, or in place of the pressed card for the presser."""

    card: dict[str, Any]
    title: str
    height: str | int = "large"
    width: str | int = "medium"


@dataclass(frozen=True)
class Say:
    """One sentence, as the dialog's last word or a toast."""

    text: str


@dataclass(frozen=True)
class Close:
    """Close the dialog, or leave the chat card as it is, without a word."""


@dataclass(frozen=True)
class Result:
    """One thing that a search found: what the searcher sees of it, and the card that everybody sees once it is sent."""

    title: str
    text: str
    card: dict[str, Any]


@dataclass(frozen=True)
class Results:
    """What a search found, in the box beside the message being written."""

    found: tuple[Result, ...]


Answer = ShowCard | Say | Close | Results


def read_turn(activity: dict[str, Any]) -> Turn:
    """Read an activity.

    Raises:
        MalformedActivity: a part that every Teams activity has is missing or of another type.
    """
    kind = _kind(_text(activity, "type", required=True))
    _text(activity, "channelId", required=True)
    _check_time(activity.get("timestamp"))
    sender, conversation = _part(activity, "from"), _part(activity, "conversation")
    channel_data = _part(activity, "channelData")
    host_tenant = (_id_in(channel_data, "tenant") or _text(conversation, "tenantId")).lower()
    value = activity.get("value")
    verb, data, automatic = _pressed(activity.get("name"), value if isinstance(value, dict) else {})
    return Turn(
        kind=kind,
        name=_text(activity, "name"),
        activity_id=_text(activity, "id"),
        tenant=_text(sender, "tenantId").lower() or host_tenant,
        host_tenant=host_tenant,
        person_id=_text(sender, "aadObjectId").lower(),
        user_id=_text(sender, "id"),
        conversation_id=_text(conversation, "id", required=True),
        conversation_type=_text(conversation, "conversationType"),
        channel_id=_channel_of(channel_data, conversation),
        team_id=_id_in(channel_data, "team"),
        service_url=_text(activity, "serviceUrl", required=True),
        bot_id=_text(_part(activity, "recipient"), "id"),
        text=_said_to_us(_text(activity, "text")),
        verb=verb,
        data=data,
        automatic=automatic,
        raw=activity,
    )


def invoke_body(turn: Turn, answer: Answer) -> dict[str, Any] | None:
    """The JSON that this invoke expects back; None is an empty 200, which closes a dialog."""
    if turn.name == "adaptiveCard/action":
        return _execute_body(answer)
    if turn.name == QUERY:
        return _query_body(answer)
    return _task_body(answer)


def error_body(turn: Turn, text: str) -> dict[str, Any]:
    """What an invoke gets back when we failed: a sentence, in the shape that this invoke expects."""
    if turn.name == "adaptiveCard/action":
        error = {"code": "InternalServerError", "message": text}
        return {"statusCode": 500, "type": "application/vnd.microsoft.error", "value": error}
    if turn.name == QUERY:
        return _query_body(Say(text))
    return {"task": {"type": "message", "value": text}}


def _execute_body(answer: Answer) -> dict[str, Any]:
    match answer:
        case ShowCard(card=card):
            return {"statusCode": 200, "type": CARD, "value": card}
        case Say(text=text):
            return {"statusCode": 200, "type": TOAST, "value": text}
        case Close():
            return {"statusCode": 200, "type": TOAST, "value": ""}
        case Results():
            raise TypeError("results answer a search, not a press")


def _query_body(answer: Answer) -> dict[str, Any]:
    match answer:
        case Results(found=found):
            result = {
                "type": "result",
                "attachmentLayout": "list",
                "attachments": [_attached(each) for each in found],
            }
        case Say(text=text):
            result = {"type": "message", "text": text}
        case ShowCard() | Close():
            raise TypeError("a search is answered with results or a sentence")
    return {"composeExtension": result}


def _attached(found: Result) -> dict[str, Any]:
    preview = {"contentType": THUMBNAIL, "content": {"title": found.title, "text": found.text}}
    return {"contentType": CARD, "content": found.card, "preview": preview}


def _task_body(answer: Answer) -> dict[str, Any] | None:
    match answer:
        case ShowCard(card=card, title=title, height=height, width=width):
            attachment = {"contentType": CARD, "content": card}
            dialog = {"title": title, "height": height, "width": width, "card": attachment}
            return {"task": {"type": "continue", "value": dialog}}
        case Say(text=text):
            return {"task": {"type": "message", "value": text}}
        case Close():
            return None
        case Results():
            raise TypeError("results answer a search, not a press")


def _kind(name: str) -> Kind:
    return next((kind for kind in Kind if kind.value == name), Kind.OTHER)


def _pressed(name: Any, value: dict[str, Any]) -> tuple[str, dict[str, Any], bool]:
    """The verb and data of a press. A message extension's command stands in for the verb of an opener."""
    if name == "adaptiveCard/action":
        action = _part(value, "action")
        data = _part(action, "data")
        return _text(action, "verb") or _text(data, "verb"), data, value.get("trigger") == "automatic"
    if name == QUERY:
        return _text(value, "commandId"), _searched(value), False
    data = _part(value, "data")
    return _text(data, "verb") or _text(value, "commandId"), data, False


def _searched(value: dict[str, Any]) -> dict[str, Any]:
    """The searched words, and how many results to leave out. The first search has no words: Teams sends its own parameter."""
    parameters = value.get("parameters")
    given = parameters if isinstance(parameters, list) else []
    words = {each["name"]: each.get("value") for each in given if isinstance(each, dict) and "name" in each}
    term = words.get("q")
    skip = _part(value, "queryOptions").get("skip")
    return {"term": term if isinstance(term, str) else "", "skip": skip if isinstance(skip, int) else 0}


def _part(whole: dict[str, Any], key: str) -> dict[str, Any]:
    part = whole.get(key)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise MalformedActivity(f"{key} is not an object")
    return part


def _text(whole: dict[str, Any], key: str, *, required: bool = False) -> str:
    value = whole.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise MalformedActivity(f"{key} is missing or is not text")
    return value


def _check_time(value: Any) -> None:
    try:
        datetime.fromisoformat(value or "2000-01-01T00:00:00Z")
    except (ValueError, TypeError):
        raise MalformedActivity("timestamp is not a time") from None


def _id_in(whole: dict[str, Any], key: str) -> str:
    return _text(_part(whole, key), "id")


def _channel_of(channel_data: dict[str, Any], conversation: dict[str, Any]) -> str:
    """The channel's bare id; the conversation's own id carries the thread after a semicolon."""
    found = _id_in(channel_data, "channel")
    if found or _text(conversation, "conversationType") != "channel":
        return found
    return _text(conversation, "id").partition(";")[0]


def _said_to_us(text: str) -> str:
    """What was typed, without the mention of the bot and without markup."""
    without_mentions = re.sub(r"<at[^<>]*>[^<]*</at>", " ", text)
    return plain_text(without_mentions)


def plain_text(markup: str) -> str:
    """A message's HTML as plain text, line breaks kept."""
    with_breaks = re.sub(r"(?i)<br\s*/?>|</(p|div|li)>", "\n", markup)
    text = html.unescape(re.sub(r"<[^<>]+>", "", with_breaks)).replace("\xa0", " ")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def message_text(turn: Turn) -> str:
    """The text of the message that a message extension was used on, as plain text; empty when there is none."""
    value = turn.raw.get("value")
    payload = _part(value if isinstance(value, dict) else {}, "messagePayload")
    body = _part(payload, "body")
    content = _text(body, "content")
    return plain_text(content) if body.get("contentType") != "text" else content.strip()
