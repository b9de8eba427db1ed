"""The daily digest as a message: drawn when it is sent, from what still waits then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.drawing import Activity, card_message
from bot.services import Services
from cards import digest_cards, words
from cards.digest_cards import DigestLine
from osara_store import digests, nudges
from osara_store.nudges import Nudge


def digest_key(payload: Mapping[str, Any]) -> str:
    """Each digest is a message of its own."""
    return ":".join(("digest", *(payload[name] for name in ("tenant", "person", "run"))))


class Drawn(NamedTuple):
    """A digest as it is to be sent, and the matters that it was to tell and leaves out."""

    message: Activity | None
    left_out: frozenset[str]


def digest_message(connection: Connection, services: Services, payload: Mapping[str, Any]) -> Drawn:
    """The digest of one person; no message where nothing of it waits any more, or they have left the directory."""
    actor = services.directory.actor(payload["tenant"], payload["person"])
    if actor is None:
        return Drawn(None, frozenset())
    now, run_at = services.clock.now(), datetime.fromisoformat(payload["run"])
    found = digests.told_in(connection, services.directory, actor, run_at, now)
    left_out = nudges.told_by(connection, actor, run_at) - {nudge.matter for nudge in found}
    if not found:
        return Drawn(None, left_out)
    lines = [_line(services, nudge, now) for nudge in found]
    card = digest_cards.digest(lines, services.directory.marking)
    return Drawn(card_message(card, digest_cards.summary(lines)), left_out)


def note_left_out(tx: Connection, services: Services, payload: Mapping[str, Any], drawn: Drawn) -> None:
    """Nobody is told of it by this message: should it wait again, another will."""
    actor = services.directory.actor(payload["tenant"], payload["person"])
    if actor is not None:
        nudges.not_shown(tx, actor, datetime.fromisoformat(payload["run"]), drawn.left_out)


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
