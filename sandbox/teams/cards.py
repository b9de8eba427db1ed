"""What a person can see and press on an Adaptive Card.

Follows the official JavaScript renderer: what it does not know it draws as the fallback or leaves out, an action
gathers the inputs of its own card and of the cards around it, and never those of a ShowCard beside it. What a ShowCard
holds counts as within reach, because opening it is always one click away; what an Action.ToggleVisibility hides or shows
is as hidden as it looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Element = dict[str, Any]
Card = dict[str, Any]
Visibility = Mapping[str, bool]
"""By element id: what was toggled since the card was drawn."""

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"

INPUTS = frozenset(
    {"Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle", "Input.ChoiceSet"}
)
ELEMENTS = INPUTS | {
    "AdaptiveCard",
    "ActionSet",
    "Column",
    "ColumnSet",
    "Container",
    "FactSet",
    "Image",
    "ImageSet",
    "Media",
    "RichTextBlock",
    "Table",
    "TableCell",
    "TableRow",
    "TextBlock",
    "TextRun",
}
ACTIONS = frozenset(
    {"Action.Execute", "Action.OpenUrl", "Action.ShowCard", "Action.Submit", "Action.ToggleVisibility"}
)
SENDERS = frozenset({"Action.Execute", "Action.Submit"})
"""The actions that send inputs, and therefore check them."""

IMPLIED_TYPES = {
    "columns": "Column",
    "images": "Image",
    "rows": "TableRow",
    "cells": "TableCell",
    "inlines": "TextRun",
}
"""Children whose type may be left out; a Table's `columns` are measures, not elements, and are passed over."""

CHILDREN = ("body", "items", "columns", "rows", "cells", "inlines", "images")
SINGLE_ACTIONS = ("selectAction", "inlineAction")
SINGLE_ACTION_TYPES = ACTIONS - {"Action.ShowCard"}


@dataclass(frozen=True)
class Input:
    """An input of the card. A hidden one is sent with the value it has, but nobody can type into it."""

    element: Element
    hidden: bool = False

    @property
    def id(self) -> str:
        return str(self.element.get("id", ""))


@dataclass(frozen=True)
class Button:
    """Something to press, with the inputs that its press sends. A hidden one cannot be pressed until it is shown."""

    action: Element
    scopes: tuple[Mapping[str, Input], ...]
    hidden: bool = False

    @property
    def type(self) -> str:
        return str(self.action.get("type"))

    @property
    def id(self) -> str | None:
        return self.action.get("id")

    @property
    def title(self) -> str:
        return str(self.action.get("title", ""))

    @property
    def enabled(self) -> bool:
        return self.action.get("isEnabled") is not False

    @property
    def inputs(self) -> dict[str, Input]:
        if self.type not in SENDERS or self.action.get("associatedInputs") == "none":
            return {}
        return {id_: input_ for scope in self.scopes for id_, input_ in scope.items()}


@dataclass
class Face:
    """What a card shows: the buttons in reading order, every input, and which elements with an id are to be seen."""

    buttons: list[Button] = field(default_factory=list)
    inputs: dict[str, Input] = field(default_factory=dict)
    visible: dict[str, bool] = field(default_factory=dict)

    def toggled(self, action: Element) -> dict[str, bool]:
        """Return what an Action.ToggleVisibility changes; targets that the card does not have are passed over."""
        targets = action.get("targetElements")
        wanted = dict(_target(target) for target in (targets if isinstance(targets, list) else ()))
        return {
            id_: not self.visible[id_] if visible is None else visible
            for id_, visible in wanted.items()
            if id_ in self.visible
        }


def read(card: Card, visibility: Visibility | None = None) -> Face:
    """List what the card offers to a person who has toggled this much of it."""
    return _Reader(visibility or {}).read(card)


def is_card(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "AdaptiveCard" and "version" in value


def _target(target: Any) -> tuple[str, bool | None]:
    """Read one of a toggle's targets: the element's id, and what becomes of it; None turns it around."""
    if not isinstance(target, dict):
        return str(target), None
    visible = target.get("isVisible")
    return str(target.get("elementId")), visible if isinstance(visible, bool) else None


class _Reader:
    def __init__(self, visibility: Visibility) -> None:
        self._visibility = visibility
        self._face = Face()

    def read(self, card: Card) -> Face:
        self._card(card, (), hidden=False)
        return self._face

    def _card(self, card: Card, around: tuple[dict[str, Input], ...], *, hidden: bool) -> None:
        self._element(card, (*around, {}), hidden=hidden)

    def _element(self, given: Element, scopes: tuple[dict[str, Input], ...], *, hidden: bool) -> None:
        element = drawn(given, ELEMENTS)
        if element is None:
            return
        hidden = hidden or self._is_hidden(element)
        if element["type"] in INPUTS:
            self._note(Input(element, hidden), scopes[-1])
        for child in _children(element):
            self._element(child, scopes, hidden=hidden)
        for action in _actions(element):
            self._action(action, scopes, hidden=hidden)

    def _action(self, action: Element, scopes: tuple[dict[str, Input], ...], *, hidden: bool) -> None:
        self._face.buttons.append(Button(action, scopes, hidden))
        if action["type"] == "Action.ShowCard" and isinstance(action.get("card"), dict):
            self._card({"type": "AdaptiveCard"} | action["card"], scopes, hidden=hidden)

    def _note(self, found: Input, scope: dict[str, Input]) -> None:
        if found.id:
            scope[found.id] = found
            self._face.inputs[found.id] = found

    def _is_hidden(self, element: Element) -> bool:
        """Tell whether the element itself is hidden, whatever stands around it."""
        visible = element.get("isVisible") is not False
        if "id" in element:
            visible = self._visibility.get(str(element["id"]), visible)
            self._face.visible.setdefault(str(element["id"]), visible)
        return not visible


def drawn(given: Any, known: frozenset[str]) -> Element | None:
    """Return what the renderer draws for an element or action: itself, its fallback, or nothing."""
    if not isinstance(given, dict):
        return None
    if str(given.get("type")) in known:
        return given
    return drawn(given.get("fallback"), known)


def _actions(element: Element) -> Iterator[Element]:
    """Yield the actions of an element as the renderer draws them."""
    several = element.get("actions")
    given = [(action, ACTIONS) for action in (several if isinstance(several, list) else ())]
    given += [(element[key], SINGLE_ACTION_TYPES) for key in SINGLE_ACTIONS if key in element]
    yield from (action for one, known in given if (action := drawn(one, known)))


def _children(element: Element) -> Iterator[Element]:
    for key in CHILDREN:
        children = element.get(key)
        if isinstance(children, list) and not (element["type"] == "Table" and key == "columns"):
            implied = {"type": IMPLIED_TYPES[key]} if key in IMPLIED_TYPES else {}
            yield from (implied | child for child in children if isinstance(child, dict))
