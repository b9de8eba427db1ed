"""Names of the bot's own lanes and destinations in the outbox; those of cases are in `osara_store.outgoing`."""

from bot.turn import Turn
from osara_store.outbox import Service
from osara_store.outgoing import to_hub, to_person


def hub_lane(hub_id: str) -> str:
    return f"{Service.TEAMS}:hub:{hub_id}"


def conversation_lane(turn: Turn) -> str:
    return f"{Service.TEAMS}:conversation:{turn.conversation_id}"


def destination_of(turn: Turn, hub_id: str | None) -> str:
    """Where an answer in the turn's conversation goes, named as everything else that goes there is."""
    if turn.is_personal:
        return to_person(turn.tenant, turn.person_id)
    return to_hub(hub_id) if hub_id else f"{Service.TEAMS}/conversation:{turn.channel_id}"
