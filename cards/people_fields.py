"""Choosing one person of a hub: from a list, or where there are too many for a card, by name."""

from collections.abc import Mapping, Sequence
from typing import Final

from cards import case_fields, texts_cover
from cards.case_view import Typed
from cards.elements import Strict
from osara_store.directory import Actor
from osara_store.lost_people import in_one_spelling

MOST_OFFERED: Final = 120  # as many names as a card holds with room to spare
MOST_NAME: Final = 80


def somebody(
    typed: Typed,
    name: str,
    label: str,
    people: Sequence[Actor],
    titles: Mapping[str, str],
    others: Mapping[str, str],
) -> list[Strict]:
    """The question; `titles` are what people are shown as, by key, and `others` what can be chosen besides."""
    if len(people) > MOST_OFFERED:
        label = texts_cover.or_nobody(label) if others else label
        return case_fields.text(typed, name, label, most=MOST_NAME, example=texts_cover.NAME_EXAMPLE)
    offered = {key_of(each): titles.get(key_of(each), each.name) for each in people}
    return case_fields.choice(typed, name, label, {**offered, **others})


def key_of(actor: Actor) -> str:
    return f"{actor.tenant}/{actor.object_id}"


def chosen(answer: str, people: Sequence[Actor]) -> Actor | None:
    """Who was chosen: by key, or by a name that only one of them has."""
    found = [each for each in people if key_of(each) == answer]
    found = found or [each for each in people if in_one_spelling(each.name) == in_one_spelling(answer)]
    return found[0] if len(found) == 1 else None
