"""What every card must be before it leaves: small enough, and of the version that Teams draws the same everywhere."""

import json
from typing import Any, Final

from cards.elements import VERSION

MOST_BYTES: Final = 28 * 1024


class UnfitCard(ValueError):
    """Teams would not show this card to everybody."""


def size_of(card: dict[str, Any]) -> int:
    """Bytes in UTF-8, as on the wire."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))


def fits(card: dict[str, Any]) -> bool:
    return size_of(card) <= MOST_BYTES


def check(card: dict[str, Any]) -> None:
    """Refuse a card that Teams would not show.

    Raises:
        UnfitCard: with a sentence that names the fault, and nothing of what the card says.
    """
    if card.get("version") != VERSION:
        raise UnfitCard(f"A card must be of version {VERSION}, and this one says {card.get('version')!r}.")
    if not fits(card):
        raise UnfitCard(f"A card may have {MOST_BYTES} bytes, and this one has {size_of(card)}.")
