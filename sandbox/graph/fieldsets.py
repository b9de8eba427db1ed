"""An item's `fields` as they are read: under the names clients know, visible or selected ones, lookups by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.graph import errors
from sandbox.graph.columns import Column
from sandbox.graph.facets import Lookup, PersonOrGroup
from sandbox.graph.items import Item, Items
from sandbox.graph.query import Options
from sandbox.graph.store import List, Store

SHAREPOINT_APP = "1073741822"
"""The id in the User Information List under which SharePoint books what an app did without a person."""
CONSTANT_FIELDS = {
    "Attachments": False,
    "Edit": "",
    "ItemChildCount": "0",
    "FolderChildCount": "0",
    "_ComplianceFlags": "",
    "_ComplianceTag": "",
    "_ComplianceTagWrittenTime": "",
    "_ComplianceTagUserId": "",
}


class FieldSet:
    """Reads the fields of any number of items of one list."""

    def __init__(self, target: List, options: Options, store: Store, items: Items) -> None:
        self._options = options
        self._store = store
        self._items = items
        self._columns = tuple(column for column in target.own_columns if self._is_wanted(column))
        self._check_lookups()

    def _is_wanted(self, column: Column) -> bool:
        if self._options.select is None:
            return not column.hidden
        return column.name in self._options.select or column.key in self._options.select

    def _check_lookups(self) -> None:
        lookups = sum(column.facet.is_lookup for column in self._columns)
        lookups += sum(self._options.wants(name) for name in ("AuthorLookupId", "EditorLookupId"))
        if lookups > self._store.limits.lookups_in_a_query:
            raise errors.invalid_request(
                "The query cannot be completed because the number of lookup columns it contains exceeds "
                "the lookup column threshold."
            )

    def of(self, item: Item) -> dict[str, Any]:
        shown: dict[str, Any] = {"@odata.etag": item.etag}
        for column in self._columns:
            if column.name in item.fields:
                shown.update(self._value(column, item.fields[column.name]))
        wants = self._options.wants
        shown.update({name: value for name, value in system_fields(item).items() if wants(name)})
        return shown

    def _value(self, column: Column, value: Any) -> dict[str, Any]:
        facet = column.facet
        if not isinstance(facet, (Lookup, PersonOrGroup)):
            return {column.name: value}
        if facet.multiple:
            return {column.name: [self._target(facet, one) for one in value]}
        found = {column.key: str(value)} if self._options.wants(column.key) else {}
        if self._options.select is not None and column.name in self._options.select:
            found[column.name] = self._target(facet, value)["LookupValue"]
        return found

    def _target(self, facet: Lookup | PersonOrGroup, item_id: int) -> dict[str, Any]:
        """Return what a lookup shows of the item it refers to."""
        if isinstance(facet, Lookup):
            fields = self._fields_of(facet.list_id, item_id)
            return {"LookupId": item_id, "LookupValue": fields.get(facet.column_name, "")}
        fields = self._fields_of(self._store.users_list_id(), item_id)
        return {"LookupId": item_id, "LookupValue": fields.get("Title", ""), "Email": fields.get("EMail", "")}

    def _fields_of(self, list_id: str, item_id: int) -> dict[str, Any]:
        item = self._items.get(list_id, item_id)
        return item.fields if item else {}


def system_fields(item: Item) -> Mapping[str, Any]:
    """Return the values that SharePoint keeps itself."""
    title = item.fields.get("Title")
    links = {} if title is None else {"LinkTitle": title, "LinkTitleNoMenu": title}
    return {
        **links,
        "id": str(item.id),
        "ContentType": "Item",
        "Modified": item.modified,
        "Created": item.created,
        "AuthorLookupId": SHAREPOINT_APP,
        "EditorLookupId": SHAREPOINT_APP,
        "AppAuthorLookupId": item.created_by["lookupId"],
        "AppEditorLookupId": item.modified_by["lookupId"],
        "_UIVersionString": item.version_name,
        **CONSTANT_FIELDS,
    }
