"""Answers to what a person typed, as rows for the outbox: what to say is settled now, drawn when it is sent."""

from enum import StrEnum

from bot.addresses import conversation_lane, to_conversation
from bot.turn import Turn
from osara_store.outbox import Envelope

REPLY_KIND = "card.reply"


class Reply(StrEnum):
    """What the bot can say in a conversation."""

    REFER = "refer"
    CASES = "cases"
    HELP = "help"
    MENU = "menu"
    WELCOME = "welcome"
    NOT_A_HUB = "not_a_hub"


def reply_to(turn: Turn, reply: Reply) -> Envelope:
    """One answer a message, however often Teams delivers it."""
    return Envelope(
        key=f"reply:{turn.conversation_id}:{turn.activity_id}",
        lane=conversation_lane(turn.conversation_id),
        destination=to_conversation(turn.conversation_id),
        kind=REPLY_KIND,
        payload={
            "reply": reply.value,
            "conversation": turn.conversation_id,
            "personal": turn.is_personal,
            "channel": turn.channel_id,
            "service_url": turn.service_url,
            "tenant": turn.tenant,
            "person": turn.person_id,
        },
    )
