"""Operations on items, their fields, versions and changes."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from sandbox.graph import delta, errors, paging, shapes, values
from sandbox.graph.calls import Call
from sandbox.graph.fieldsets import FieldSet
from sandbox.graph.items import Item
from sandbox.graph.paging import Search
from sandbox.graph.query import Options
from sandbox.graph.store import List
from sandbox.graph.wire import JsonObject, Response

WITH_FIELDS = Options(expand={"fields": Options()})
PAGE_OPTIONS = ("$select", "$expand", "$filter", "$orderby", "$top", "$skiptoken")
VERSION = re.compile(r"[1-9]\d{0,8}\.0")


# Reading


def get_items(call: Call) -> Response:
    shown, token = item_page(call, call.list, call.options)
    following = (
        {} if token is None else {"@odata.nextLink": paging.link(call.request, **{"$skiptoken": token})}
    )
    return Response(body={"@odata.context": _items_context(call), **following, "value": shown})


def item_page(call: Call, target: List, options: Options) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of items as they are shown, and the token of the next page."""
    options.allow(PAGE_OPTIONS, expand=("fields",))
    limits = call.store.limits
    search = Search.read(target, options, limits)
    search.check(call.request, call.items, limits)
    view = _View(call, target, options)
    found, token = search.page(call.items)
    return [view.of(item) for item in found], token


def _items_context(call: Call) -> str:
    return call.context(f"lists('{call.list.id}')/items")


class _View:
    """Shows items of one list as a request wants them."""

    def __init__(self, call: Call, target: List, options: Options) -> None:
        self._call, self._target, self._options = call, target, options
        nested = options.expand.get("fields")
        self._fields = None if nested is None else _field_set(call, target, nested)

    def of(self, item: Item) -> dict[str, Any]:
        shape = self._call.shapes.item(self._call.site, self._target, item)
        if self._fields is not None:
            shape["fields@odata.context"] = _fields_context(self._call, self._target, item)
            shape["fields"] = self._fields.of(item)
        return shapes.select(shape, self._options)


def _field_set(call: Call, target: List, options: Options) -> FieldSet:
    options.allow(("$select",))
    return FieldSet(target, options, call.store, call.items)


def _fields_context(call: Call, target: List, item: Item) -> str:
    return call.context(f"lists('{target.id}')/items('{item.id}')/fields/$entity")


def get_item(call: Call) -> Response:
    call.options.allow(("$select", "$expand"), expand=("fields", "versions"))
    shape = _View(call, call.list, call.options).of(call.item)
    if "versions" in call.options.expand:
        versions = _Versions(call, call.options.expand["versions"])
        shape["versions"] = [versions.show(version) for version in call.items.versions(call.list, call.item)]
    return _item_answer(call, call.item, HTTPStatus.OK, shape)


def _item_answer(call: Call, item: Item, status: HTTPStatus, shape: JsonObject) -> Response:
    return Response(status, {"@odata.context": f"{_items_context(call)}/$entity", **shape}, etag_header(item))


def etag_header(item: Item) -> dict[str, str]:
    """Return the header as the service sends it: without the quotes that the body has."""
    return {"ETag": item.etag.strip('"')}


def get_fields(call: Call) -> Response:
    return _fields_answer(call, call.item)


def _fields_answer(call: Call, item: Item) -> Response:
    shown = _field_set(call, call.list, call.options).of(item)
    context = _fields_context(call, call.list, item)
    return Response(body={"@odata.context": context, **shown}, headers=etag_header(item))


# Writing


def create_item(call: Call) -> Response:
    call.options.allow(())
    fields = _changes(call, _fields_of_body(call, required=False))
    with call.store.transaction():
        item = call.items.add(call.list, fields, call.by)
    return _written(call, item, HTTPStatus.CREATED)


def _written(call: Call, item: Item, status: HTTPStatus) -> Response:
    return _item_answer(call, item, status, _View(call, call.list, WITH_FIELDS).of(item))


def _fields_of_body(call: Call, *, required: bool) -> JsonObject:
    body = call.request.json_object()
    for name in body:
        if name not in ("fields", "contentType") and not name.startswith("@odata."):
            raise errors.invalid_request(f"The property '{name}' of an item cannot be set.")
    fields = body.get("fields")
    if isinstance(fields, dict):
        return fields
    if fields is not None or required:
        raise errors.invalid_request("'fields' must be an object.")
    return {}


def _changes(call: Call, fields: JsonObject) -> dict[str, Any]:
    return values.read_fields(call.list.by_key, fields, call.lookup_exists)


def change_item(call: Call) -> Response:
    return _written(call, _change(call, _fields_of_body(call, required=True)), HTTPStatus.OK)


def change_fields(call: Call) -> Response:
    return _fields_answer(call, _change(call, call.request.json_object()))


def _change(call: Call, fields: JsonObject) -> Item:
    item = call.item
    call.check_unchanged()
    changes = _changes(call, fields)
    with call.store.transaction():
        return call.items.change(call.list, item, changes, call.by)


def delete_item(call: Call) -> Response:
    item = call.item
    call.check_unchanged()
    with call.store.transaction():
        call.items.delete(call.list, item, call.by)
    return Response(HTTPStatus.NO_CONTENT)


# Versions


def get_versions(call: Call) -> Response:
    context = call.context(f"lists('{call.list.id}')/items('{call.item.id}')/versions")
    found = call.items.versions(call.list, call.item)[: call.options.top]
    shown = _Versions(call, call.options)
    return Response(body={"@odata.context": context, "value": [shown.show(version) for version in found]})


class _Versions:
    """Shows versions of one item as a request wants them."""

    def __init__(self, call: Call, options: Options) -> None:
        options.allow(("$select", "$expand", "$top"), expand=("fields",))
        self._call, self._options = call, options
        nested = options.expand.get("fields")
        self._fields = None if nested is None else _field_set(call, call.list, nested)

    def show(self, version: Item) -> dict[str, Any]:
        shape = self._call.shapes.version(version)
        if self._fields is not None:
            shape["fields@odata.context"] = _fields_context(self._call, self._call.list, version)
            shape["fields"] = self._fields.of(version)
        return shapes.select(shape, self._options)


def _named_version(call: Call) -> Item:
    wanted = call.place["version"]
    if not VERSION.fullmatch(wanted):
        raise errors.invalid_request("The id of the version is not valid.")
    for version in call.items.versions(call.list, call.item):
        if version.version_name == wanted:
            return version
    raise errors.not_found("The specified version was not found")


def get_version(call: Call) -> Response:
    call.options.allow(("$select", "$expand"), expand=("fields",))
    context = call.context(f"lists('{call.list.id}')/items('{call.item.id}')/versions/$entity")
    shown = _Versions(call, call.options).show(_named_version(call))
    return Response(body={"@odata.context": context, **shown})


def get_version_fields(call: Call) -> Response:
    return _fields_answer(call, _named_version(call))


def restore_version(call: Call) -> Response:
    earlier = _named_version(call)
    with call.store.transaction():
        call.items.replace(call.list, call.item, earlier.fields, call.by)
    return Response(HTTPStatus.NO_CONTENT)


# Changes


def get_delta(call: Call) -> Response:
    call.options.allow(("$select", "$expand", "$top", "token"), expand=("fields",))
    given = call.place.get("token", call.options["token"] or "")
    possible = delta.FAULTS if given else delta.FAULTS - delta.RESYNC.keys()
    rule = call.services.faults.pick("graph", f"GET {call.request.full_path}", possible)
    if rule is not None and rule.kind in delta.RESYNC:
        raise delta.resync(rule, call.request)
    if rule is not None:
        return Response(body=delta.broken_page(_items_context(call)))
    return Response(body=_delta_page(call, given))


def _delta_page(call: Call, given: str) -> dict[str, Any]:
    limits = call.store.limits
    size = min(call.options.top or limits.page, limits.largest_page)
    token = delta.Token.read(given, call.list, call.items)
    found, after, more = delta.changes(token, call.items, size)
    view = _View(call, call.list, call.options)
    return {
        "@odata.context": f"{call.request.root}/$metadata#Collection(listItem)",
        **delta.links(call.request, after, more=more),
        "value": [
            call.shapes.deleted_item(call.site, call.list, item) if item.deleted else view.of(item)
            for item in found
        ],
    }
