"""Names of lanes and destinations in the outbox: what must stay in order, and what Teams throttles as one."""

from osara_store.outbox import Destination


def hub_lane(hub_id: str) -> str:
    return f"{Destination.TEAMS}:hub:{hub_id}"


def to_hub(hub_id: str) -> str:
    """Teams limits each conversation by itself: a busy channel must not hold back anybody's chat."""
    return f"{Destination.TEAMS}/hub:{hub_id}"


def conversation_lane(conversation_id: str) -> str:
    return f"{Destination.TEAMS}:conversation:{conversation_id}"


def to_conversation(conversation_id: str) -> str:
    return f"{Destination.TEAMS}/conversation:{conversation_id}"
