"""Finding the button that somebody means, on a card as it stands on their screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.teams.cards import Button, Card, Face
from sandbox.teams.errors import Refusal
from sandbox.teams.toggles import AS_DRAWN, Stage

TOGGLE = "Action.ToggleVisibility"
POINTER_MARKS = (("~1", "/"), ("~0", "~"))


def find(card: Card, face: Face, name: str) -> Button:
    """Return the one button that can be pressed under this name: an id, a title, or a place on the card.

    A place is a JSON pointer such as `/body/2/actions/0`, for what has neither an id nor a title of its own.

    Raises:
        Refusal: there is none, it is hidden or greyed out, or there are several.
    """
    matching = _named(card, face.buttons, name)
    shown = [button for button in matching if not button.hidden]
    if not matching:
        raise Refusal(f"The card shows no button {name!r}.")
    if not shown:
        raise Refusal(f"The button {name!r} is hidden: something else has to show it first.")
    if len(shown) > 1:
        raise Refusal(f"The card shows {len(shown)} buttons {name!r}: name one by its id.")
    if not shown[0].enabled:
        raise Refusal(f"The button {name!r} is greyed out.")
    return shown[0]


def after_toggles(card: Card, names: Sequence[str]) -> Stage:
    """Return how far a card is toggled once these were pressed, one after the other, since it was drawn.

    Raises:
        Refusal: one of them cannot be pressed at its turn, or toggles nothing.
    """
    stage = AS_DRAWN
    for name in names:
        face = stage.face(card)
        button = find(card, face, name)
        if button.type != TOGGLE:
            raise Refusal(f"The button {name!r} shows and hides nothing.")
        stage = stage.after(face, button)
    return stage


def _named(card: Card, buttons: Sequence[Button], name: str) -> list[Button]:
    by_id = [button for button in buttons if button.id == name]
    by_title = by_id or [button for button in buttons if button.title == name]
    return by_title or [button for button in buttons if button.action is _at(card, name)]


def _at(card: Card, pointer: str) -> Any:
    """Follow a JSON pointer; None where it leads nowhere."""
    if not pointer.startswith("/"):
        return None
    found: Any = card
    for step in pointer[1:].split("/"):
        found = _step(found, step)
    return found


def _step(found: Any, step: str) -> Any:
    if isinstance(found, list):
        return found[int(step)] if step.isdecimal() and int(step) < len(found) else None
    for mark, meant in POINTER_MARKS:
        step = step.replace(mark, meant)
    return found.get(step) if isinstance(found, dict) else None
