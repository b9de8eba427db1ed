"""Where things are in Graph, spelt by the SDK's request builders. Imports the SDK: load it late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from kiota_abstractions.base_request_configuration import RequestConfiguration

from graph_sync.wire import Json, Request

if TYPE_CHECKING:
    from msgraph.generated.sites.item.lists.item.list_item_request_builder import ListItemRequestBuilder
    from msgraph.graph_service_client import GraphServiceClient


class _Builder(Protocol):
    def to_get_request_information(self, request_configuration: Any = None) -> Any: ...


def _url(builder: _Builder, query: object | None = None) -> str:
    configuration = RequestConfiguration(query_parameters=query)
    url = str(builder.to_get_request_information(configuration).url)
    # The SDK writes "$" back into the names of options while it sends; the parts of a $batch do not pass there.
    return url.replace("?%24", "?$").replace("&%24", "&$")


class SiteAddress:
    """A SharePoint site that is known by its id."""

    def __init__(self, builders: GraphServiceClient, site_id: str, *, wrapped_updates: bool = False) -> None:
        self._site = builders.sites.by_site_id(site_id)
        self._wrapped_updates = wrapped_updates

    def lists(self) -> Request:
        return Request("GET", _url(self._site.lists))

    def create_list(self, definition: Json) -> Request:
        return Request("POST", _url(self._site.lists), definition)

    def list(self, list_id: str, columns: Sequence[str]) -> ListAddress:
        builder = self._site.lists.by_list_id(list_id)
        return ListAddress(builder, columns, wrapped_updates=self._wrapped_updates)


class ListAddress:
    """A list that is known by its id, with the columns that we read of it.

    Updates go to `/items/{id}/fields` as documented. At least one tenant took them only as `{"fields": ...}` at
    `/items/{id}`: `wrapped_updates` does that.
    """

    def __init__(
        self, builder: ListItemRequestBuilder, columns: Sequence[str], *, wrapped_updates: bool = False
    ) -> None:
        self._items = builder.items
        self._items_url = _url(builder.items)
        self._columns_url = _url(builder.columns)
        self._expand = [f"fields($select={','.join(columns)})"]
        rows = self._items.ItemsRequestBuilderGetQueryParameters(expand=self._expand)
        self._rows_url = _url(self._items, rows)
        self._wrapped_updates = wrapped_updates

    def columns(self) -> Request:
        return Request("GET", self._columns_url)

    def create_column(self, definition: Json) -> Request:
        return Request("POST", self._columns_url, definition)

    def update_column(self, column_id: str, change: Json) -> Request:
        return Request("PATCH", f"{self._columns_url}/{column_id}", change)

    def find(self, column: str, value: str) -> Request:
        """Find items by one indexed column."""
        literal = value.replace("'", "''")
        # Not through the builder: it encodes letter by letter, a millisecond for each case of a backlog.
        chosen = quote(f"fields/{column} eq '{literal}'", safe="")
        return Request("GET", f"{self._rows_url}&$filter={chosen}")

    def all(self) -> Request:
        return Request("GET", self._rows_url)

    def read(self, item_id: str) -> Request:
        item = self._items.by_list_item_id(item_id)
        query = item.ListItemItemRequestBuilderGetQueryParameters(expand=self._expand)
        return Request("GET", _url(item, query))

    def create(self, fields: Mapping[str, Any]) -> Request:
        return Request("POST", self._items_url, {"fields": dict(fields)})

    def update(self, item_id: str, etag: str, fields: Mapping[str, Any]) -> Request:
        """Change some fields, provided that nobody has changed the item since."""
        item = self._items.by_list_item_id(item_id)
        if self._wrapped_updates:
            return Request("PATCH", _url(item), {"fields": dict(fields)}, etag)
        return Request("PATCH", _url(item.fields), dict(fields), etag)

    def delete(self, item_id: str, etag: str) -> Request:
        """Put an item into the site's recycle bin, provided that nobody has changed it since."""
        return Request("DELETE", _url(self._items.by_list_item_id(item_id)), if_match=etag)
