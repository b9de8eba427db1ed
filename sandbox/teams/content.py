"""The rules about what a message may hold, checked before a message of the bot is taken."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.teams import cards
from sandbox.teams.errors import BadArgument, MessageSizeTooBig, NotSupported
from sandbox.teams.limits import MESSAGE_BYTES, REFRESH_USERS
from sandbox.teams.requests import dig

Content = dict[str, Any]
Knows = Callable[[str], bool]
"""Tells whether an id (object id, UPN or 29: id) is somebody's."""

KEPT = ("type", "text", "textFormat", "summary", "attachments", "entities", "channelData", "importance")
MENTION = re.compile(r"<at[^>]*>.*?</at>", re.DOTALL)


def read_message(activity: Any, knows: Knows) -> Content:
    """Return the parts of an activity that are kept.

    Raises:
        BadArgument: the activity breaks a rule of Teams.
        MessageSizeTooBig: it is over the limit.
        NotSupported: it is something that the sandbox cannot show.
    """
    if not isinstance(activity, dict):
        raise BadArgument("The body must be an activity.")
    _check_size(activity)
    _check_kind(activity)
    _check_attachments(activity)
    _check_mentions(activity, knows)
    return {key: activity[key] for key in KEPT if activity.get(key) not in (None, [], "")}


def is_typing(content: Content) -> bool:
    return bool(content["type"] == "typing")


def parts(content: Content) -> list[Content]:
    """Split a message as Teams does: text and card together become two messages."""
    if not (content.get("text") and content.get("attachments")):
        return [content]
    text = {key: value for key, value in content.items() if key != "attachments"}
    card = {key: value for key, value in content.items() if key not in {"text", "textFormat", "entities"}}
    return [text, card]


def mentioned_ids(content: Content) -> list[str]:
    """Return the ids of everybody whom a message mentions, in its text or on its card."""
    return [str(dig(mention, "mentioned", "id")) for mention in _all_mentions(content)]


def utf16_size(activity: Content) -> int:
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def _check_size(activity: Content) -> None:
    size = utf16_size(activity)
    if size > MESSAGE_BYTES:
        raise MessageSizeTooBig(f"The message has {size} bytes in UTF-16; {MESSAGE_BYTES} is the limit.")


def _check_kind(activity: Content) -> None:
    kind = activity.get("type")
    if kind not in {"message", "typing"}:
        raise BadArgument(f"A bot cannot send an activity of type {kind!r}.")
    if kind == "message" and not (activity.get("text") or activity.get("attachments")):
        raise BadArgument("A message needs a text or an attachment.")
    if not isinstance(activity.get("text") or "", str):
        raise BadArgument("text must be a string.")
    if activity.get("suggestedActions"):
        raise NotSupported("The sandbox does not show suggested actions.")


def _check_attachments(activity: Content) -> None:
    attachments = activity.get("attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise BadArgument("attachments must be a list of objects.")
    if len(attachments) > 1:
        raise NotSupported("The sandbox shows one attachment in a message.")
    for attachment in attachments:
        _check_card(attachment)


def _check_card(attachment: Content) -> None:
    if attachment.get("contentType") != cards.CONTENT_TYPE:
        raise NotSupported(f"The sandbox shows no {attachment.get('contentType')!r}, only Adaptive Cards.")
    if not cards.is_card(attachment.get("content")):
        raise BadArgument("The attachment holds no Adaptive Card with a version.")
    complaint = refresh_complaint(attachment["content"])
    if complaint:
        raise BadArgument(complaint)


def refresh_complaint(card: Content) -> str | None:
    """Say what is wrong with the card's `refresh`, if anything is."""
    refresh = card.get("refresh")
    if refresh is None:
        return None
    if not isinstance(refresh, dict) or not isinstance(refresh.get("action"), dict):
        return "refresh must hold an action."
    if refresh["action"].get("type") != "Action.Execute":
        return "refresh needs an Action.Execute."
    users = refresh.get("userIds") or []
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        return "refresh.userIds must be a list of ids."
    if len(users) > REFRESH_USERS:
        return f"refresh may list at most {REFRESH_USERS} userIds."
    return None


def _check_mentions(activity: Content, knows: Knows) -> None:
    text = activity.get("text") or ""
    _check_pairs([text], _mentions(activity.get("entities")), knows)
    for attachment in activity.get("attachments") or []:
        card = attachment["content"]
        _check_pairs(list(_card_texts(card)), _mentions(dig(card, "msteams", "entities")), knows)


def _all_mentions(content: Content) -> list[Content]:
    on_cards = (dig(item, "content", "msteams", "entities") for item in content.get("attachments", []))
    return [*_mentions(content.get("entities")), *(found for part in on_cards for found in _mentions(part))]


def _mentions(entities: Any) -> list[Content]:
    if not isinstance(entities or [], list):
        raise BadArgument("entities must be a list.")
    return [item for item in entities or [] if isinstance(item, dict) and item.get("type") == "mention"]


def _check_pairs(texts: list[str], mentions: list[Content], knows: Knows) -> None:
    """Check that every <at> has its entity and the other way round, equal character for character."""
    in_texts = Counter(found for text in texts for found in MENTION.findall(text))
    in_entities = Counter(str(mention.get("text")) for mention in mentions)
    if set(in_texts) != set(in_entities):
        odd = min(set(in_texts) ^ set(in_entities))
        raise BadArgument(f"The mention {odd!r} stands in the text or in the entities, not in both.")
    for mention in mentions:
        _check_mentioned(mention.get("mentioned"), knows)


def _check_mentioned(mentioned: Any, knows: Knows) -> None:
    if not isinstance(mentioned, dict) or not mentioned.get("id") or not mentioned.get("name"):
        raise BadArgument("A mention needs mentioned.id and mentioned.name.")
    if mentioned.get("type") == "tag":
        raise NotSupported("The sandbox has no tags to mention.")
    if not knows(str(mentioned["id"])):
        raise BadArgument("The mentioned person is not in this conversation.")


def _card_texts(card: Any) -> Iterator[str]:
    """Yield the texts where a card may mention somebody: TextBlocks and facts."""
    for found in _dicts(card):
        if found.get("type") == "TextBlock":
            yield str(found.get("text", ""))
        if found.get("type") == "FactSet":
            facts = found.get("facts")
            yield from (str(fact.get("value", "")) for fact in facts or [] if isinstance(fact, dict))


def _dicts(value: Any) -> Iterator[Content]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _dicts(part)
