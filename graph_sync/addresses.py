"""Where things are in Graph, spelt by the SDK's request builders. Imports the SDK: load it late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

from kiota_abstractions.base_request_configuration import RequestConfiguration

from graph_sync.wire import Json, Request

if TYPE_CHECKING:
    from msgraph.generated.sites.item.lists.item.list_item_request_builder import ListItemRequestBuilder
    from msgraph.graph_service_client import GraphServiceClient

# Of an event, what is needed to tell whether it is as it should be.
EVENT_PROPERTIES: Final = "id,subject,start,end,attendees,isCancelled,isOnlineMeeting,onlineMeeting"
# The usual ids change when an event is moved to another folder.
OUTLOOK: Final = 'IdType="ImmutableId", outlook.timezone="UTC"'


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


class MailboxAddress:
    """A mailbox that is known by its address. Times come back in UTC, and ids of events last as long as they do."""

    def __init__(self, builders: GraphServiceClient, mailbox: str) -> None:
        user = builders.users.by_user_id(mailbox)
        self._user_url = _url(user)
        self._events = user.events
        self._events_url = _url(user.events)

    def schedules(self, wanted: Json) -> Request:
        """Ask when people are free."""
        return self._request("POST", f"{self._user_url}/calendar/getSchedule", wanted)

    def find(self, extended_property: str, value: str) -> Request:
        """Find events by one extended property: they cannot be found by their transactionId."""
        literals = [text.replace("'", "''") for text in (extended_property, value)]
        condition = "any(ep: ep/id eq '{}' and ep/value eq '{}')".format(*literals)
        chosen = quote(f"singleValueExtendedProperties/{condition}", safe="")
        return self._request("GET", f"{self._events_url}?$select={EVENT_PROPERTIES}&$filter={chosen}")

    def create(self, event: Json) -> Request:
        return self._request("POST", self._events_url, event)

    def read(self, event_id: str) -> Request:
        return self._request("GET", f"{self._event_url(event_id)}?$select={EVENT_PROPERTIES}")

    def update(self, event_id: str, changes: Json) -> Request:
        return self._request("PATCH", self._event_url(event_id), changes)

    def cancel(self, event_id: str, comment: str) -> Request:
        return self._request("POST", f"{self._event_url(event_id)}/cancel", {"comment": comment})

    def delete(self, event_id: str) -> Request:
        return self._request("DELETE", self._event_url(event_id))

    def send_mail(self, message: Json) -> Request:
        return self._request("POST", f"{self._user_url}/sendMail", {"message": message})

    def _event_url(self, event_id: str) -> str:
        return _url(self._events.by_event_id(event_id))

    def _request(self, method: str, url: str, body: Json | None = None) -> Request:
        return Request(method, url, body, prefer=OUTLOOK)
