"""What a person typed: the checks of the client, and the merge into the action's data.

As in the official renderer every value travels as a string, an empty input is left out, and a typed value wins over
one of the same name in the action's data. Dates, times and numbers are what a browser's own inputs can hold.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from http import HTTPStatus
from math import isfinite
from typing import Any

from sandbox.teams.cards import Input
from sandbox.teams.errors import Refusal

Typed = Mapping[str, Any]
Data = dict[str, Any]

DATE = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d\d:\d\d(:\d\d)?")


def values(inputs: Mapping[str, Input], typed: Typed) -> Data:
    """Return what every input holds: what was typed, or else what it started with."""
    return {id_: _value(input_, typed) for id_, input_ in inputs.items()}


def merged(data: Any, held: Data) -> Data:
    """Put the inputs that are not empty into a copy of the action's data."""
    base = copy.deepcopy(data) if isinstance(data, dict) else {}
    return base | {id_: value for id_, value in held.items() if value not in (None, "")}


def faulty(inputs: Mapping[str, Input], held: Data) -> list[str]:
    """Return the ids of the inputs that the client would mark as missing or wrong."""
    return [id_ for id_, input_ in inputs.items() if not _passes(input_.element, held[id_])]


def _value(given: Input, typed: Typed) -> Any:
    element = given.element
    value = typed.get(given.id, element.get("value"))
    match element["type"], value:
        case "Input.Toggle", _:
            return _toggle_value(element, value)
        case "Input.ChoiceSet", list():
            return ",".join(sorted(map(str, value), key=_place_in(element)))
        case "Input.Number", int() | float() | str() if not isinstance(value, bool):
            return _number_text(value)
        case _, list() | bool() | int() | float():
            return str(value)
        case _:
            return value


def _place_in(element: Data) -> Callable[[str], int]:
    """Several choices are sent in the order in which the card lists them, whichever was ticked first."""
    values = [str(choice.get("value")) for choice in element.get("choices", [])]
    return lambda value: values.index(value) if value in values else len(values)


def _number_text(value: float | str) -> str:
    """Write a number as a browser does, 3 rather than 3.0; what is none stays as it is."""
    number = _number(str(value))
    if number is None:
        return str(value)
    return str(int(number)) if number.is_integer() else repr(number)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _toggle_value(element: Data, value: Any) -> Any:
    on, off = _on_off(element)
    if isinstance(value, bool):
        return on if value else off
    return off if value is None else value


def _on_off(element: Data) -> tuple[str, str]:
    return element.get("valueOn", "true"), element.get("valueOff", "false")


def _passes(element: Data, value: Any) -> bool:
    if value in (None, ""):
        return not element.get("isRequired")
    return isinstance(value, str) and CHECKS[element["type"]](element, value)


def _is_text(element: Data, value: str) -> bool:
    too_long = len(value.encode("utf-16-le")) // 2 > element.get("maxLength", len(value) * 2)
    return not too_long and _matches(element.get("regex", ""), value)


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error as error:
        sentence = f"The sandbox cannot read the regex {pattern!r}."
        raise Refusal(sentence, status=HTTPStatus.NOT_IMPLEMENTED) from error


def _is_number(element: Data, value: str) -> bool:
    number = _number(value)
    return number is not None and element.get("min", number) <= number <= element.get("max", number)


def _is_date(element: Data, value: str) -> bool:
    return DATE.fullmatch(value) is not None and _is_between(element, value, date.fromisoformat)


def _is_time(element: Data, value: str) -> bool:
    return TIME.fullmatch(value) is not None and _is_between(element, value, time.fromisoformat)


def _is_between(element: Data, value: str, read: Callable[[str], Any]) -> bool:
    try:
        moment = read(value)
        return bool(read(element.get("min") or value) <= moment <= read(element.get("max") or value))
    except ValueError:
        return False


def _is_toggled(element: Data, value: str) -> bool:
    on, off = _on_off(element)
    return value == on or (value == off and not element.get("isRequired"))


def _is_choice(element: Data, value: str) -> bool:
    choices = {choice.get("value") for choice in element.get("choices", [])}
    chosen = value.split(",") if element.get("isMultiSelect") else [value]
    return choices.issuperset(chosen)


CHECKS: dict[str, Callable[[Data, str], bool]] = {
    "Input.Text": _is_text,
    "Input.Number": _is_number,
    "Input.Date": _is_date,
    "Input.Time": _is_time,
    "Input.Toggle": _is_toggled,
    "Input.ChoiceSet": _is_choice,
}
