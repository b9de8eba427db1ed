"""What people have brought to light, or put away, on the cards before them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.teams import cards
from sandbox.teams.cards import Button, Card, Face, Visibility

Surface = tuple[str, str]
"""Whose screen, and the message or dialog on it."""


@dataclass(frozen=True)
class Stage:
    """How far a card was toggled: what is to be seen now, and into which inputs somebody could type until now."""

    visibility: Visibility = field(default_factory=dict)
    inputs: frozenset[str] = frozenset()

    def face(self, card: Card) -> Face:
        return cards.read(card, self.visibility)

    def after(self, face: Face, toggle: Button) -> Stage:
        """Return the stage that a toggle leads to. What was typed before it stays typed, hidden or not."""
        shown = {id_ for id_, input_ in face.inputs.items() if not input_.hidden}
        return Stage({**self.visibility, **face.toggled(toggle.action)}, self.inputs | shown)

    def takes(self, face: Face, id_: str) -> bool:
        """Tell whether there is such an input, and somebody could have typed into it."""
        return id_ in face.inputs and (not face.inputs[id_].hidden or id_ in self.inputs)


AS_DRAWN = Stage()


class Toggles:
    """Remembers toggles for as long as the card stays: one that changed is drawn anew, as its author wrote it.

    Held in memory, as a client does: nothing of it survives a restart.
    """

    def __init__(self) -> None:
        self._kept: dict[Surface, tuple[Card, Stage]] = {}

    def on(self, surface: Surface, card: Card) -> Stage:
        toggled_card, stage = self._kept.get(surface, (card, AS_DRAWN))
        return stage if toggled_card == card else AS_DRAWN

    def keep(self, surface: Surface, card: Card, stage: Stage) -> None:
        self._kept[surface] = (card, stage)
