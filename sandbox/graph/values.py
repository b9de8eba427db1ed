"""What a column accepts and how it is kept: SharePoint's value rules, column by column.

Kept values are plain JSON: text as text, times to the second in UTC, lookups as whole numbers. None means
"no value", and such a column is simply absent when the item is read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Any, cast

from sandbox.graph import errors
from sandbox.graph.columns import Column
from sandbox.graph.facets import Choice, DateTime, Number, Text

Exists = Callable[[Column, int], bool]
TYPE = "@odata.type"
LARGEST_ID = 2**31 - 1
LARGEST_NUMBER = 2**53
"""SharePoint keeps numbers as doubles: beyond this, whole numbers would be others when read."""
FIRST_YEAR = 1900
DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_fields(columns: Mapping[str, Column], body: Mapping[str, Any], exists: Exists) -> dict[str, Any]:
    """Return the kept value of every column that a request sets, by column name.

    `columns` holds them by the key they travel under; `exists` says whether a lookup's target is there.
    """
    changes: dict[str, Any] = {}
    for key, value in body.items():
        if "@odata." in key:
            continue
        column = _column(columns, key)
        changes[column.name] = _accept(column, value, body.get(key + TYPE), exists)
    return changes


def _column(columns: Mapping[str, Column], key: str) -> Column:
    column = columns.get(key)
    if column is None:
        raise errors.unknown_field(key)
    if column.read_only:
        raise errors.invalid_request(f"Field '{key}' is read-only")
    return column


def _accept(column: Column, value: Any, annotation: Any, exists: Exists) -> Any:
    if value is None or value == "":
        return None
    if column.facet.multiple:
        return _several(column, value, annotation, exists) or None
    return _single(column, value, exists)


def _several(column: Column, value: Any, annotation: Any, exists: Exists) -> list[Any]:
    wanted = "Collection(Edm.Int32)" if column.facet.is_lookup else "Collection(Edm.String)"
    if annotation is None:
        raise errors.Problem(HTTPStatus.BAD_REQUEST, "generalException", "General exception while processing")
    if annotation != wanted or not isinstance(value, list):
        raise errors.invalid_request(f"Field '{column.key}' must be a {wanted}")
    return [_single(column, one, exists) for one in value]


def _single(column: Column, value: Any, exists: Exists) -> Any:
    if column.facet.is_lookup:
        return _lookup(column, value, exists)
    return READERS[column.kind](column, value)


def utf16_length(text: str) -> int:
    """Count as SharePoint does: a character outside the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(column: Column, value: Any) -> str:
    facet, text = cast("Text", column.facet), _string(column, value)
    if utf16_length(text) > facet.longest:
        raise errors.invalid_request(
            f"Field '{column.name}' is too long: it holds at most {facet.longest} characters"
        )
    return f'<div class="ExternalClass">{html.escape(text)}</div>' if facet.text_type == "richText" else text


def _string(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(column, "a string")
    return value


def _choice(column: Column, value: Any) -> str:
    facet, text = cast("Choice", column.facet), _string(column, value)
    if not facet.allow_text_entry and text not in facet.choices:
        raise errors.invalid_request(f"The value of field '{column.name}' is not one of its choices")
    if utf16_length(text) > 255:
        raise errors.invalid_request(f"Field '{column.name}' is too long: it holds at most 255 characters")
    return text


def _number(column: Column, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong_type(column, "a number")
    if abs(value) > LARGEST_NUMBER:
        raise errors.invalid_request(f"The value of field '{column.name}' is outside its limits")
    return value


def _within_limits(column: Column, given: Any) -> float:
    facet, value = cast("Number", column.facet), _number(column, given)
    low = facet.minimum if facet.minimum is not None else value
    high = facet.maximum if facet.maximum is not None else value
    if not low <= value <= high:
        raise errors.invalid_request(f"The value of field '{column.name}' is outside its limits")
    return value


def _boolean(column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type(column, "true or false")
    return value


def _moment(column: Column, value: Any) -> str:
    return moment(column.name, cast("DateTime", column.facet), value)


def moment(name: str, facet: DateTime, value: Any) -> str:
    """Return a time as it is kept: UTC, whole seconds, the rest cut off."""
    try:
        at = _parse_moment(value)
    except (TypeError, ValueError) as error:
        raise errors.invalid_request(f"Field '{name}' must be a date and time with its zone") from error
    if facet.format == "dateOnly":
        at = datetime.combine(at.date(), time(), UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _parse_moment(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if DATE_ONLY.fullmatch(value):
        at = at.replace(tzinfo=UTC)
    if at.tzinfo is None or at.year < FIRST_YEAR:
        raise ValueError(value)
    return at.astimezone(UTC)


def _lookup(column: Column, value: Any, exists: Exists) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= LARGEST_ID:
        raise _wrong_type(column, "the id of an item")
    if not exists(column, number):
        raise errors.invalid_request(f"The item that field '{column.key}' refers to does not exist")
    return number


def _hyperlink(column: Column, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not isinstance(value.get("Url"), str):
        raise _wrong_type(column, "an object with a Url")
    given = cast("dict[str, Any]", value)
    return {"Description": str(given.get("Description", given["Url"])), "Url": given["Url"]}


READERS: dict[str, Callable[[Column, Any], Any]] = {
    "text": _text,
    "choice": _choice,
    "dateTime": _moment,
    "number": _within_limits,
    "currency": _number,
    "boolean": _boolean,
    "hyperlinkOrPicture": _hyperlink,
}


def _wrong_type(column: Column, wanted: str) -> errors.Problem:
    return errors.invalid_request(f"Field '{column.key}' must be {wanted}")


def index_key(value: Any) -> Any:
    """Return a kept value as the index holds it: SharePoint compares text without regard to case."""
    if isinstance(value, str):
        return value.casefold()
    return int(value) if isinstance(value, bool) else value
