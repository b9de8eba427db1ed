"""Answers to what a person typed, as rows for the outbox: what to say is settled now, drawn when it is sent."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.addresses import conversation_lane, destination_of
from bot.turn import Kind, Turn
from osara_store.outbox import Envelope

REPLY_KIND = "card.reply"


class Reply(StrEnum):
    """What the bot can say in a conversation."""

    REFER = "refer"
    CASES = "cases"
    WORK = "work"
    FIND = "find"
    RETENTION = "retention"
    SETTINGS = "settings"
    AWAY = "away"
    COVER = "cover"
    HELP = "help"
    MENU = "menu"
    WELCOME = "welcome"
    NOT_A_HUB = "not_a_hub"


def reply_to(turn: Turn, reply: Reply, hub_id: str | None) -> Envelope:
    """One answer a message, however often Teams delivers it."""
    return Envelope(
        key=f"reply:{turn.conversation_id}:{turn.activity_id}",
        lane=conversation_lane(turn),
        destination=destination_of(turn, hub_id),
        kind=REPLY_KIND,
        payload={"reply": reply.value, **{name: getattr(turn, name) for name in _REMEMBERED}},
    )


def turn_of(payload: Mapping[str, Any]) -> Turn:
    """The turn that asked for a reply, as far as the row remembers it; its answer stands in a chat message."""
    remembered = {name: payload[name] for name in _REMEMBERED}
    nothing = dict.fromkeys(_FORGOTTEN, "")
    return Turn(**remembered, **nothing, kind=Kind.MESSAGE, data={}, automatic=False, raw={})


# Ids only: what was typed is not copied into the outbox.
_REMEMBERED = (
    "activity_id", "tenant", "person_id", "conversation_id", "conversation_type", "channel_id", "service_url",
)  # fmt: skip
_FORGOTTEN = ("name", "host_tenant", "user_id", "team_id", "bot_id", "text", "verb")
