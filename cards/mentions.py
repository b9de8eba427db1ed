"""Mentions on a card: the name in its text, and the entity that makes Teams tell the person.

Teams wants the two equal character for character, and the text in a text block. So a name loses what Markdown or a mention
would read, instead of being escaped: a backslash in one of them would be drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cards.escape import without_marks
from cards.parts import CardJson
from osara_store.directory import Actor


@dataclass(frozen=True)
class Mention:
    """One person as mentioned: `id` is their Entra object id, which serves for people the bot has never met, too."""

    id: str
    name: str

    @property
    def text(self) -> str:
        return f"<at>{self.name}</at>"

    def entity(self) -> dict[str, Any]:
        return {"type": "mention", "text": self.text, "mentioned": {"id": self.id, "name": self.name}}


def of(people: Sequence[Actor]) -> list[Mention]:
    """A mention of each; of two people of one name, the second gets a number, so that each text is one person's."""
    found: list[Mention] = []
    for actor in people:
        name, same = without_marks(actor.name), [each.name for each in found]
        found.append(Mention(actor.object_id, name if name not in same else f"{name} ({len(found) + 1})"))
    return found


def on_card(card: CardJson, mentions: Sequence[Mention]) -> CardJson:
    """The card with the entities of the mentions in its texts."""
    return {**card, "msteams": {"entities": [each.entity() for each in mentions]}} if mentions else card
