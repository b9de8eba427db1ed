"""The daily digest as a message: drawn when it is sent, from what still waits then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.drawing import Activity, card_message
from bot.services import Services
from cards import digest_cards, words
from cards.digest_cards import DigestLine
from osara_store import digests
from osara_store.nudges import Nudge


def digest_key(payload: Mapping[str, Any]) -> str:
    """Each digest is a message of its own."""
    return ":".join(("digest", *(payload[name] for name in ("tenant", "person", "run"))))


def digest_message(connection: Connection, services: Services, payload: Mapping[str, Any]) -> Activity | None:
    """The digest of one person; None where nothing of it waits any more, or they have left the directory."""
    actor = services.directory.actor(payload["tenant"], payload["person"])
    if actor is None:
        return None
    now, run_at = services.clock.now(), datetime.fromisoformat(payload["run"])
    found = digests.told_in(connection, services.directory, actor, run_at, now)
    if not found:
        return None
    lines = [_line(services, nudge, now) for nudge in found]
    return card_message(digest_cards.digest(lines, services.directory.marking), digest_cards.summary(lines))


def _line(services: Services, nudge: Nudge, now: datetime) -> DigestLine:
    directory = services.directory
    hub, category = directory.hub(nudge.hub_id), directory.category(nudge.category)
    return DigestLine(
        nudge,
        hub_name=hub.name if hub else nudge.hub_id,
        category=category.name if category else nudge.category,
        what=_named(services, nudge),
        today=hub.today(now) if hub else services.today(),
    )


def _named(services: Services, nudge: Nudge) -> str:
    """What a nudge says, with the name in place of an id."""
    agency = services.directory.agency(nudge.what)
    match nudge.kind:
        case "clock":
            return words.CLOCK.get(nudge.what, nudge.what)
        case "request" | "signpost" | "agreement" | "missed_review" if agency is not None:
            return agency.name
        case _:
            return nudge.what
