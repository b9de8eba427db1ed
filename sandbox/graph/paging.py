"""Pages of items: one query for filter, order and place, and links whose token only the server reads."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from sandbox.graph import errors, filters
from sandbox.graph.filters import Condition, Order
from sandbox.graph.items import Item, Items
from sandbox.graph.query import Options
from sandbox.graph.store import Limits, List
from sandbox.graph.wire import Request

COUNT = re.compile(r"[0-9]{1,18}")
"""A whole number as our tokens hold it, small enough for SQLite."""
NON_INDEXED = "HonorNonIndexedQueriesWarningMayFailRandomly"


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind this id or, in another order, behind this value and id."""

    item_id: int
    value: Any = None

    def token(self) -> str:
        value = {} if self.value is None else {"p_Value": json.dumps(self.value)}
        return encode_token(urlencode({"Paged": "TRUE", **value, "p_ID": self.item_id}))

    @classmethod
    def from_token(cls, token: str) -> Place:
        parts = dict(parse_qsl(decode_token(token), keep_blank_values=True))
        if parts.get("Paged") != "TRUE" or not COUNT.fullmatch(parts.get("p_ID", "")):
            raise _not_ours()
        return cls(int(parts["p_ID"]), _value(parts.get("p_Value", "null")))


def _value(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise _not_ours() from error
    if isinstance(value, (dict, list)) or (isinstance(value, int) and not COUNT.fullmatch(str(abs(value)))):
        raise _not_ours()
    return value


def _not_ours() -> errors.Problem:
    return errors.invalid_request("The value of '$skiptoken' is not valid.")


def encode_token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_token(token: str) -> str:
    """Read a token that this server made; a text that was decoded on the way is refused, as Graph does."""
    padded = token + "=" * (-len(token) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise errors.invalid_request("The token is not valid.") from error


def link(request: Request, **replaced: str) -> str:
    """Return this request's own address with some query parameters replaced."""
    kept = [(name, value) for name, value in request.query if name not in replaced]
    pairs = [*kept, *replaced.items()]
    query = "&".join(f"{name}={quote(value, safe='(),/$=')}" for name, value in pairs)
    return f"{request.root}{request.path}?{query}"


@dataclass(frozen=True)
class Search:
    """A query for items of one list, checked against SharePoint's rules."""

    target: List
    conditions: Sequence[Condition]
    order: Order
    place: Place | None
    size: int

    @classmethod
    def read(cls, target: List, options: Options, limits: Limits) -> Search:
        token, order = options["$skiptoken"], options["$orderby"]
        return cls(
            target=target,
            conditions=filters.parse(options["$filter"], target) if options["$filter"] is not None else (),
            order=filters.parse_order(order, target) if order else Order("id", None, descending=False),
            place=None if token is None else Place.from_token(token),
            size=min(options.top or limits.page, limits.largest_page),
        )

    def check(self, request: Request, items: Items, limits: Limits) -> None:
        """Refuse what SharePoint would not run on a list of this size."""
        indexed = {condition.name for condition in self.conditions if condition.indexed}
        if len(indexed) > 1:
            raise errors.invalid_request("Only one indexed field can be used in '$filter' at a time.")
        used: list[Condition | Order] = [*self.conditions, self.order]
        loose = [part.name for part in used if not part.indexed]
        if loose and not request.prefers(NON_INDEXED):
            raise errors.not_indexed(loose[0])
        if (loose or indexed) and self._scanned(
            items, limits, only_indexed=not loose
        ) > limits.view_threshold:
            raise errors.too_many_resources()

    def _scanned(self, items: Items, limits: Limits, *, only_indexed: bool) -> int:
        """Count the rows that the query must look at, no further than just over the threshold."""
        if not only_indexed:
            return items.count(self.target.id, limits.view_threshold + 1)
        where, given = self._where(self.conditions)
        return items.count_where(where, given, limits.view_threshold + 1)

    def page(self, items: Items) -> tuple[list[Item], str | None]:
        """Return one page and, when more follow, the token of the next."""
        where, given = self._where(self.conditions)
        behind, place = self._behind()
        direction = "DESC" if self.order.descending else "ASC"
        query = (
            f"SELECT item.*, {self.order.sql} AS place FROM item WHERE {where}{behind} "  # noqa: S608 - no input
            f"ORDER BY place {direction}, item.id {direction} LIMIT ?"
        )
        found = items.select_placed(query, [*given, *place, self.size + 1])
        page = [item for item, _ in found[: self.size]]
        return page, self._next(found) if len(found) > self.size else None

    def _where(self, conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
        clauses, given = ["item.list_id = ? AND NOT item.deleted"], [self.target.id]
        for condition in conditions:
            clause, values = condition.sql(self.target.id)
            clauses.append(clause)
            given.extend(values)
        return " AND ".join(clauses), given

    def _behind(self) -> tuple[str, list[Any]]:
        if self.place is None:
            return "", []
        than = "<" if self.order.descending else ">"
        if self.order.column is None:
            return f" AND item.id {than} ?", [self.place.item_id]
        return f" AND ({self.order.sql}, item.id) {than} (?, ?)", [self.place.value, self.place.item_id]

    def _next(self, found: Sequence[tuple[Item, Any]]) -> str:
        item, value = found[self.size - 1]
        return Place(item.id, None if self.order.column is None else value).token()
