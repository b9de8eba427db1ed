"""What a person can see and press on an Adaptive Card.

Follows the official JavaScript renderer: what it does not know it draws as the fallback or leaves out, an action
gathers the inputs of its own card and of the cards around it, and never those of a ShowCard beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Element = dict[str, Any]
Card = dict[str, Any]

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
    """Something to press, with the inputs that its press sends."""

    action: Element
    scopes: tuple[Mapping[str, Input], ...]

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
        if self.action.get("associatedInputs") == "none":
            return {}
        return {id_: input_ for scope in self.scopes for id_, input_ in scope.items()}


@dataclass
class Face:
    """What a card shows: the buttons in reading order, and every input."""

    buttons: list[Button] = field(default_factory=list)
    inputs: dict[str, Input] = field(default_factory=dict)


def read(card: Card) -> Face:
    """List what the card offers to a person."""
    return _Reader(frozenset(_toggled(card))).read(card)


def is_card(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "AdaptiveCard" and "version" in value


def every(value: Any, key: str) -> Iterator[Any]:
    """Yield each value kept under `key`, anywhere in the card."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for part in value.values():
            yield from every(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from every(part, key)


def _toggled(card: Card) -> Iterator[str]:
    """Yield the ids of what an Action.ToggleVisibility can bring to light."""
    for targets in every(card, "targetElements"):
        for target in targets if isinstance(targets, list) else ():
            yield str(target.get("elementId")) if isinstance(target, dict) else str(target)


class _Reader:
    def __init__(self, toggled: frozenset[str]) -> None:
        self._toggled = toggled
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

    def _action(self, given: Element, scopes: tuple[dict[str, Input], ...], *, hidden: bool) -> None:
        action = drawn(given, ACTIONS)
        if action is None:
            return
        if not hidden:
            self._face.buttons.append(Button(action, scopes))
        if action["type"] == "Action.ShowCard" and isinstance(action.get("card"), dict):
            self._card({"type": "AdaptiveCard"} | action["card"], scopes, hidden=hidden)

    def _note(self, found: Input, scope: dict[str, Input]) -> None:
        if found.id:
            scope[found.id] = found
            self._face.inputs[found.id] = found

    def _is_hidden(self, element: Element) -> bool:
        return element.get("isVisible") is False and str(element.get("id")) not in self._toggled


def drawn(given: Any, known: frozenset[str]) -> Element | None:
    """Return what the renderer draws for an element or action: itself, its fallback, or nothing."""
    if not isinstance(given, dict):
        return None
    if str(given.get("type")) in known:
        return given
    return drawn(given.get("fallback"), known)


def _actions(element: Element) -> Iterator[Element]:
    actions = element.get("actions")
    yield from actions if isinstance(actions, list) else ()
    yield from (element[key] for key in SINGLE_ACTIONS if key in element)


def _children(element: Element) -> Iterator[Element]:
    for key in CHILDREN:
        children = element.get(key)
        if isinstance(children, list) and not (element["type"] == "Table" and key == "columns"):
            implied = {"type": IMPLIED_TYPES[key]} if key in IMPLIED_TYPES else {}
            yield from (implied | child for child in children if isinstance(child, dict))
