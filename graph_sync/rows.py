"""Items as Graph shows them, and asking for those of a case."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from graph_sync.errors import ServerFault
from graph_sync.lists import CASE_REFERENCE
from graph_sync.merge import fingerprints
from graph_sync.wire import Answer, Json, Request, next_page

if TYPE_CHECKING:
    from graph_sync.items import DesiredItem

Talk = Generator[Request, Answer, None]
UNTOUCHED_VERSION = "1"


class Address(Protocol):
    """Where one list is: see `addresses.ListAddress`."""

    def find(self, column: str, value: str) -> Request: ...
    def read(self, item_id: str) -> Request: ...
    def create(self, fields: Mapping[str, Any]) -> Request: ...
    def update(self, item_id: str, etag: str, fields: Mapping[str, Any]) -> Request: ...
    def delete(self, item_id: str, etag: str) -> Request: ...


def rows_of(address: Address, reference: str) -> Generator[Request, Answer, list[Json]]:
    """Ask for every item that a list has for a case."""
    rows: list[Json] = []
    request: Request | None = address.find(CASE_REFERENCE, reference)
    while request:
        page = (yield request).expect()
        rows += page.get("value", [])
        request = next_page(page)
    return rows


def id_of(row: Json) -> str:
    if not row.get("id"):
        raise ServerFault("Graph answered without an item's id")
    return str(row["id"])


def fields_of(row: Json) -> Json:
    fields: Json = row.get("fields") or {}
    return fields


def etag_of(told: Answer | Json) -> str:
    """Return the version that an item has after an answer, or as a row; empty means it has to be read again."""
    body = told.body if isinstance(told, Answer) else told
    return str(body.get("@odata.etag") or body.get("eTag") or "") if isinstance(body, dict) else ""


def base_of_unknown(item: DesiredItem, row: Json) -> dict[str, str]:
    """What both sides agree on where we have no note of an item.

    Never changed since its creation, it is ours word for word; otherwise somebody may have worked on it.
    """
    if etag_of(row).strip('"').rpartition(",")[2] != UNTOUCHED_VERSION:
        return {}
    return fingerprints(item.list, {name: fields_of(row).get(name) for name in item.fields})
