"""`$filter` and `$orderby` on items: only what SharePoint's Graph offers, turned into SQL.

Comparisons are eq, ne, lt, gt, le, ge and startswith, joined by `and`, on columns of `fields`. A column that is not
indexed needs the Prefer header and a list below the view threshold; only one indexed column may be used at a time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.graph import errors, values
from sandbox.graph.columns import Column
from sandbox.graph.facets import Boolean, Currency, DateTime, HyperlinkOrPicture, Number
from sandbox.graph.store import List

OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
TEXTUAL = frozenset({"text", "choice", "dateTime"})
UNSUPPORTED = "The provided filter statement is not supported"
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))",
)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\S+)?")


@dataclass(frozen=True)
class Condition:
    """One comparison with a column; `indexed` ones are answered from the index of values."""

    name: str
    column: Column | None
    operator: str
    value: Any

    @property
    def indexed(self) -> bool:
        return self.column is None or self.column.indexed

    def sql(self, list_id: str) -> tuple[str, list[Any]]:
        if self.column is not None and self.column.indexed:
            return self._from_index(list_id)
        return _compare(expression(self.column), self.operator, self.value)

    def _from_index(self, list_id: str) -> tuple[str, list[Any]]:
        """Search the index; "not equal" and "no value" also find the items that the index does not hold."""
        where = "SELECT item_id FROM indexed_value WHERE list_id = ? AND column_name = ?"
        given: list[Any] = [list_id, self.name]
        if self.value is None:
            clause = "NOT IN" if self.operator == "eq" else "IN"
            return f"item.id {clause} ({where})", given
        if self.operator == "ne":
            return f"item.id NOT IN ({where} AND value = ?)", [*given, self.value]
        clause, more = _compare("value", self.operator, self.value)
        return f"item.id IN ({where} AND {clause})", [*given, *more]


@dataclass(frozen=True)
class Order:
    name: str
    column: Column | None
    descending: bool

    @property
    def indexed(self) -> bool:
        return self.column is None or self.column.indexed

    @property
    def sql(self) -> str:
        """Return what items are put in order by; an absent value comes before all others."""
        smallest = "''" if self.column is None or self.column.kind in TEXTUAL else "-9e999"
        return f"coalesce({expression(self.column)}, {smallest})"


def expression(column: Column | None) -> str:
    """Return the SQL of a column's value; its name is safe in it, being letters, digits and underscores."""
    if column is None:
        return "item.id"
    system = {"Created": "item.created", "Modified": "item.modified"}
    value = system.get(column.name) or f"json_extract(item.fields, '$.{column.name}')"
    return f"casefold({value})"


def _compare(expression: str, operator: str, value: Any) -> tuple[str, list[Any]]:
    if value is None:
        return (f"{expression} IS NULL" if operator == "eq" else f"{expression} IS NOT NULL"), []
    if operator == "startswith":
        return f"({expression} >= ? AND substr({expression}, 1, ?) = ?)", [value, len(value), value]
    if operator == "ne":
        return f"{expression} IS NOT ?", [value]
    return f"{expression} {OPERATORS[operator]} ?", [value]


def parse(text: str, target: List) -> list[Condition]:
    """Read a filter statement; raise what Graph answers for one that it does not take."""
    tokens = list(_tokens(text))
    conditions: list[Condition] = []
    while tokens:
        if conditions and tokens.pop(0) != "and":
            raise errors.invalid_request(UNSUPPORTED)
        conditions.append(_condition(tokens, target))
    if not conditions:
        raise errors.invalid_request(UNSUPPORTED)
    return conditions


def _tokens(text: str) -> Iterator[str]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = TOKEN.match(stripped, at)
        if found is None:
            raise errors.invalid_request("Invalid filter clause: a quote is not closed.")
        yield found.group(found.lastgroup or 0)
        at = found.end()


def _condition(tokens: list[str], target: List) -> Condition:
    if tokens[:2] == ["startswith", "("]:
        name, literal = _arguments(tokens)
        operator = "startswith"
    else:
        name, operator, literal = _comparison(tokens)
    column = column_named(name, target)
    return Condition(_internal(name), column, operator, _literal(column, operator, literal))


def _arguments(tokens: list[str]) -> tuple[str, str]:
    call, tokens[:6] = tokens[:6], []
    if len(call) != 6 or call[3] != "," or call[5] != ")":
        raise errors.invalid_request("Invalid filter clause: startswith needs a field and a text.")
    return call[2], call[4]


def _comparison(tokens: list[str]) -> tuple[str, str, str]:
    part, tokens[:3] = tokens[:3], []
    if len(part) != 3 or part[1] not in OPERATORS:
        raise errors.invalid_request(UNSUPPORTED)
    return part[0], part[1], part[2]


def _internal(name: str) -> str:
    return name.removeprefix("fields/").removesuffix("LookupId")


def column_named(name: str, target: List) -> Column | None:
    """Return the column that `fields/...` names, or None for the item's id, which SharePoint always indexes."""
    if not name.startswith("fields/"):
        raise errors.invalid_request(UNSUPPORTED)
    key = name.removeprefix("fields/")
    if key in ("id", "ID"):
        return None
    column = target.by_key.get(key)
    if column is None:
        raise errors.unknown_field(key)
    if column.facet.multiple or isinstance(column.facet, HyperlinkOrPicture):
        raise errors.invalid_request(UNSUPPORTED)
    if column.built_in and column.name not in ("Title", "Created", "Modified"):
        raise errors.invalid_request(UNSUPPORTED)
    return column


def _literal(column: Column | None, operator: str, literal: str) -> Any:
    if literal == "null" and operator in ("eq", "ne"):
        return None
    text = literal[1:-1].replace("''", "'") if literal.startswith("'") else None
    read = _reader(column, operator)
    try:
        return values.index_key(read(column, literal, text))
    except ValueError as error:
        raise errors.invalid_request(f"Invalid filter clause: {literal} does not fit the field.") from error


def _reader(column: Column | None, operator: str) -> Callable[[Column | None, str, str | None], Any]:
    if column is None or column.facet.is_lookup:
        return _read_id
    kinds: dict[type, Callable[[Column | None, str, str | None], Any]] = {
        Number: _read_number,
        Currency: _read_number,
        Boolean: _read_boolean,
        DateTime: _read_moment,
    }
    reader = kinds.get(type(column.facet), _read_text)
    if operator == "startswith" and reader is not _read_text:
        raise errors.invalid_request(UNSUPPORTED)
    return reader


def _read_id(_: Column | None, literal: str, text: str | None) -> int:
    number = int(literal if text is None else text)
    if abs(number) > values.LARGEST_ID:
        raise ValueError(literal)
    return number


def _read_number(_: Column | None, literal: str, text: str | None) -> float:
    number = float(literal if text is None else text)
    if not math.isfinite(number):
        raise ValueError(literal)
    return number


def _read_boolean(_: Column | None, literal: str, text: str | None) -> bool:
    found = {"true": True, "false": False, "1": True, "0": False}.get(literal if text is None else text)
    if found is None:
        raise ValueError(literal)
    return found


def _read_moment(column: Column | None, literal: str, text: str | None) -> str:
    value = literal if text is None else text
    if column is None or not MOMENT.fullmatch(value):
        raise ValueError(literal)
    return values.moment(column.name, DateTime(format="dateTime"), value)


def _read_text(_: Column | None, literal: str, text: str | None) -> str:
    if text is None:
        raise ValueError(literal)
    return text


def parse_order(text: str, target: List) -> Order:
    words = text.split()
    if not 1 <= len(words) <= 2 or (len(words) == 2 and words[1] not in ("asc", "desc")):
        raise errors.invalid_request("Only one field can be given in '$orderby'.")
    return Order(_internal(words[0]), column_named(words[0], target), descending=words[1:] == ["desc"])
