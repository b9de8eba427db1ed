"""Columns of a list: reading a definition from a request, the columns every list has, and showing them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from sandbox.graph import errors, facets
from sandbox.graph.facets import Boolean, Choice, DateTime, Facet, Number, PersonOrGroup, Text

INTERNAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
WRITABLE_TYPES: dict[str, type] = {
    "displayName": str,
    "description": str,
    "columnGroup": str,
    "enforceUniqueValues": bool,
    "hidden": bool,
    "indexed": bool,
    "required": bool,
    "defaultValue": dict,
}


@dataclass(frozen=True)
class Column:
    """One column; `name` is what requests call it, `display_name` what people see."""

    id: str
    name: str
    kind: str
    facet: Facet
    display_name: str
    description: str = ""
    column_group: str = "Custom Columns"
    default: str | None = None
    hidden: bool = False
    indexed: bool = False
    required: bool = False
    unique: bool = False
    read_only: bool = False
    built_in: bool = False

    @cached_property
    def key(self) -> str:
        """The name under which the value travels: a lookup goes by its id."""
        return f"{self.name}LookupId" if self.facet.is_lookup else self.name

    def shown(self) -> dict[str, Any]:
        """Return the column as Graph answers it; some kinds come back without any facet."""
        facet = (
            {self.kind: self.facet.model_dump(by_alias=True, exclude_none=True)} if self.facet.shown else {}
        )
        default = {} if self.default is None else {"defaultValue": {"value": self.default}}
        return {
            "columnGroup": self.column_group,
            "description": self.description,
            "displayName": self.display_name,
            "enforceUniqueValues": self.unique,
            "hidden": self.hidden,
            "id": self.id,
            "indexed": self.indexed,
            "name": self.name,
            "readOnly": self.read_only,
            "required": self.required,
            **default,
            **facet,
        }

    def stored(self) -> dict[str, Any]:
        return {**self.shown(), self.kind: self.facet.model_dump(by_alias=True), "builtIn": self.built_in}

    @classmethod
    def from_stored(cls, kept: dict[str, Any]) -> Column:
        kind = next(name for name in facets.KINDS if name in kept)
        return cls(
            id=kept["id"],
            name=kept["name"],
            kind=kind,
            facet=facets.parse(kind, kept[kind]),
            display_name=kept["displayName"],
            description=kept["description"],
            column_group=kept["columnGroup"],
            default=kept.get("defaultValue", {}).get("value"),
            hidden=kept["hidden"],
            indexed=kept["indexed"],
            required=kept["required"],
            unique=kept["enforceUniqueValues"],
            read_only=kept["readOnly"],
            built_in=kept["builtIn"],
        )


def from_body(body: dict[str, Any]) -> Column:
    """Read the definition of a new column."""
    body = without_annotations(body)
    kind, facet = facets.read(body)
    name = body.pop("name", None)
    if not isinstance(name, str) or not INTERNAL_NAME.fullmatch(name):
        raise errors.invalid_request("A column needs a 'name' of letters, digits and underscores.")
    bare = Column(id=str(uuid4()), name=name, kind=kind, facet=facet, display_name=name)
    return changed(bare, {key: value for key, value in body.items() if key != kind})


def changed(column: Column, body: dict[str, Any]) -> Column:
    """Return the column with the changes of a PATCH."""
    body = without_annotations(body)
    facet = _changed_facet(column, body)
    for name, value in body.items():
        _check_setting(name, value)
    after = replace(
        column,
        facet=facet,
        display_name=body.get("displayName", column.display_name),
        description=body.get("description", column.description),
        column_group=body.get("columnGroup", column.column_group),
        default=_default(body["defaultValue"], facet) if "defaultValue" in body else column.default,
        hidden=body.get("hidden", column.hidden),
        indexed=body.get("indexed", column.indexed),
        required=body.get("required", column.required),
        unique=body.get("enforceUniqueValues", column.unique),
    )
    _check_index(after)
    return after


def _changed_facet(column: Column, body: dict[str, Any]) -> Facet:
    asked = facets.named_in(body)
    if not asked:
        return column.facet
    if asked != [column.kind]:
        raise errors.invalid_request("The type of a column cannot be changed.")
    settings = body.pop(column.kind)
    if not isinstance(settings, dict):
        raise errors.invalid_request(f"The column's '{column.kind}' is not valid.")
    return facets.parse(column.kind, {**column.facet.model_dump(by_alias=True), **settings})


def _check_setting(name: str, value: Any) -> None:
    if name not in WRITABLE_TYPES:
        raise errors.invalid_request(f"The column setting '{name}' cannot be set.")
    if not isinstance(value, WRITABLE_TYPES[name]):
        raise errors.invalid_request(f"The column setting '{name}' has a value of the wrong type.")


def _default(body: dict[str, Any], facet: Facet) -> str | None:
    value = body.get("value")
    if body.get("formula") is not None or not isinstance(facet, (Text, Choice)):
        raise errors.not_supported("A default value other than a text or a choice")
    if value is not None and not isinstance(value, str):
        raise errors.invalid_request("The default value must be a string.")
    return value


def _check_index(column: Column) -> None:
    if column.indexed and not column.facet.can_be_indexed:
        raise errors.invalid_request(f"The column '{column.name}' is of a type that cannot be indexed.")
    if column.unique and not column.indexed:
        raise errors.invalid_request("This field must be indexed to enforce unique values.")
    if column.unique and not column.facet.can_be_unique:
        raise errors.invalid_request(
            f"The column '{column.name}' is of a type that cannot enforce unique values."
        )


def without_annotations(body: dict[str, Any]) -> dict[str, Any]:
    """Drop the `@odata.` keys that the SDK adds, at every level."""
    return {
        name: without_annotations(value) if isinstance(value, dict) else value
        for name, value in body.items()
        if not name.startswith("@odata.")
    }


def title_column(list_id: str) -> Column:
    """Return the column that every generic list has from the start."""
    return Column(
        id=str(uuid5(NAMESPACE_OID, f"{list_id}/Title")),
        name="Title",
        kind="text",
        facet=Text(),
        display_name="Title",
        column_group="Custom Columns",
        required=False,
        built_in=True,
    )


def _system(name: str, display_name: str, kind: str, facet: Facet, *, hidden: bool = False) -> Column:
    return Column(
        id=str(uuid5(NAMESPACE_OID, f"system/{name}")),
        name=name,
        kind=kind,
        facet=facet,
        display_name=display_name,
        column_group="_Hidden" if hidden else "Custom Columns",
        hidden=hidden,
        read_only=True,
        built_in=True,
    )


_MOMENT = DateTime(format="dateTime")
SYSTEM_COLUMNS = (
    _system("ID", "ID", "number", Number(decimal_places="none")),
    _system("ContentType", "Content Type", "choice", Choice()),
    _system("Modified", "Modified", "dateTime", _MOMENT),
    _system("Created", "Created", "dateTime", _MOMENT),
    _system("Author", "Created By", "personOrGroup", PersonOrGroup()),
    _system("Editor", "Modified By", "personOrGroup", PersonOrGroup()),
    _system("AppAuthor", "App Created By", "personOrGroup", PersonOrGroup()),
    _system("AppEditor", "App Modified By", "personOrGroup", PersonOrGroup()),
    _system("_UIVersionString", "Version", "text", Text()),
    _system("Attachments", "Attachments", "boolean", Boolean()),
    _system("Edit", "Edit", "text", Text()),
    _system("LinkTitle", "Title", "text", Text()),
    _system("LinkTitleNoMenu", "Title", "text", Text()),
    _system("ItemChildCount", "Item Child Count", "text", Text()),
    _system("FolderChildCount", "Folder Child Count", "text", Text()),
    _system("_ComplianceFlags", "Label setting", "text", Text()),
    _system("_ComplianceTag", "Retention label", "text", Text()),
    _system("_ComplianceTagWrittenTime", "Retention label applied", "text", Text()),
    _system("_ComplianceTagUserId", "Label applied by", "text", Text()),
)
SYSTEM_NAMES = frozenset(column.name.casefold() for column in SYSTEM_COLUMNS)
