"""Operations on sites and lists."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from sandbox.graph import columns, errors, shapes
from sandbox.graph.calls import Call
from sandbox.graph.columns import Column
from sandbox.graph.facets import Lookup
from sandbox.graph.filters import UNSUPPORTED
from sandbox.graph.item_calls import item_page
from sandbox.graph.query import Options
from sandbox.graph.store import List
from sandbox.graph.wire import Response

LIST_SETTINGS = frozenset({"displayName", "description", "list", "columns"})
TITLE_FILTER = re.compile(r"displayName eq '((?:[^']|'')*)'")
LONGEST_TITLE = 255


def get_site(call: Call) -> Response:
    call.options.allow(("$select",))
    return Response(body=shapes.select(call.shapes.site(call.site), call.options))


# Lists


def get_lists(call: Call) -> Response:
    call.options.allow(("$select", "$expand", "$filter", "$top"), expand=("columns",))
    wanted = _title_filter(call.options["$filter"])
    found = [
        target
        for target in call.store.lists(call.site.id)
        if (wanted is None or target.title.casefold() == wanted) and _visible(target, call.options)
    ]
    shown = [_list(call, target) for target in found[: call.options.top]]
    return Response(body={"@odata.context": call.context("lists"), "value": shown})


def _visible(target: List, options: Options) -> bool:
    """Hide the lists of the system unless `system` is asked for."""
    return not target.hidden or (options.select is not None and "system" in options.select)


def _title_filter(text: str | None) -> str | None:
    if text is None:
        return None
    found = TITLE_FILTER.fullmatch(text.strip())
    if found is None:
        raise errors.invalid_request(UNSUPPORTED)
    return found.group(1).replace("''", "'").casefold()


def get_list(call: Call) -> Response:
    call.options.allow(("$select", "$expand"), expand=("columns", "items"))
    return Response(body={"@odata.context": call.context("lists/$entity"), **_list(call, call.list)})


def _list(call: Call, target: List) -> dict[str, Any]:
    shape = call.shapes.list(call.site, target)
    expand = call.options.expand
    if "columns" in expand:
        shape["columns"] = _columns(target, expand["columns"])
    if "items" in expand:
        shape["items"], _ = item_page(call, target, expand["items"])
    return shapes.select(shape, call.options)


def create_list(call: Call) -> Response:
    body = columns.without_annotations(call.request.json_object())
    _check_settings(body)
    title = _title(call, body.get("displayName"))
    with call.store.transaction():
        made = call.store.add_list(
            call.site.id, title, _new_columns(call, body), by=call.by, description=_description(body)
        )
    shown = call.shapes.list(call.site, made)
    return Response(HTTPStatus.CREATED, {"@odata.context": call.context("lists/$entity"), **shown})


def _check_settings(body: dict[str, Any]) -> None:
    if "name" in body:
        raise errors.invalid_request(
            "Cannot define a 'name' for a list as it is assigned by the server. Instead, provide 'displayName'"
        )
    for name in body.keys() - LIST_SETTINGS:
        raise errors.invalid_request(f"The list setting '{name}' cannot be set.")
    settings = body.get("list") or {}
    if not isinstance(settings, dict) or settings.get("template", "genericList") != "genericList":
        raise errors.not_supported("A list of another template than genericList")


def _title(call: Call, title: Any) -> str:
    if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE:
        raise errors.invalid_request("A list needs a 'displayName' of at most 255 characters.")
    if call.store.title_taken(call.site.id, title):
        raise errors.name_exists("A list with this name already exists in the site.")
    return title


def _description(body: dict[str, Any]) -> str:
    description = body.get("description") or ""
    if not isinstance(description, str):
        raise errors.invalid_request("The 'description' must be a string.")
    return description


def _new_columns(call: Call, body: dict[str, Any]) -> list[Column]:
    wanted = body.get("columns") or []
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise errors.invalid_request("'columns' must be an array of column definitions.")
    found: list[Column] = []
    for definition in wanted:
        column = columns.from_body(definition)
        _check_name(column, ["Title", *(other.name for other in found)])
        _check_lookup(call, column)
        found.append(column)
    _check_index_count(call, found)
    return found


def change_list(call: Call) -> Response:
    body = columns.without_annotations(call.request.json_object())
    for name in body.keys() - {"displayName", "description"}:
        raise errors.invalid_request(f"The list setting '{name}' cannot be set.")
    title = body.get("displayName", call.list.title)
    if not isinstance(title, str) or title.casefold() != call.list.title.casefold():
        title = _title(call, title)
    description = _description({"description": call.list.description, **body})
    with call.store.transaction():
        after = call.store.change_list(call.list, title=title, description=description)
    shown = call.shapes.list(call.site, after)
    return Response(body={"@odata.context": call.context("lists/$entity"), **shown})


def delete_list(call: Call) -> Response:
    with call.store.transaction():
        call.store.delete_list(call.list.id)
    return Response(HTTPStatus.NO_CONTENT)


# Columns


def get_columns(call: Call) -> Response:
    call.options.allow(("$select", "$top"))
    context = call.context(f"lists('{call.list.id}')/columns")
    return Response(body={"@odata.context": context, "value": _columns(call.list, call.options)})


def _columns(target: List, options: Options) -> list[dict[str, Any]]:
    with_hidden = options.select is not None and "hidden" in options.select
    shown = [column.shown() for column in target.columns if with_hidden or not column.hidden]
    return [shapes.select(shape, options) for shape in shown[: options.top]]


def get_column(call: Call) -> Response:
    call.options.allow(("$select",))
    return _column_answer(call, call.column, HTTPStatus.OK)


def _column_answer(call: Call, column: Column, status: HTTPStatus) -> Response:
    context = call.context(f"lists('{call.list.id}')/columns/$entity")
    return Response(status, {"@odata.context": context, **shapes.select(column.shown(), call.options)})


def create_column(call: Call) -> Response:
    column = columns.from_body(call.request.json_object())
    _check_name(column, [other.name for other in call.list.own_columns])
    _check_lookup(call, column)
    _check_index_count(call, [*call.list.own_columns, column])
    with call.store.transaction():
        call.store.add_column(call.list, column)
    return _column_answer(call, column, HTTPStatus.CREATED)


def change_column(call: Call) -> Response:
    if call.column.read_only:
        raise errors.invalid_request(f"The column '{call.column.name}' is read-only")
    after = columns.changed(call.column, call.request.json_object())
    others = [column for column in call.list.own_columns if column.id != after.id]
    _check_index_count(call, [*others, after])
    with call.store.transaction():
        if (after.indexed, after.unique) != (call.column.indexed, call.column.unique):
            _check_indexable(call)
            call.items.reindex(call.list, after)
        call.store.change_column(call.list, after)
    return _column_answer(call, after, HTTPStatus.OK)


def delete_column(call: Call) -> Response:
    if call.column.built_in:
        raise errors.invalid_request(f"The column '{call.column.name}' cannot be deleted")
    with call.store.transaction():
        call.store.delete_column(call.list, call.column)
    return Response(HTTPStatus.NO_CONTENT)


def _check_name(column: Column, taken: list[str]) -> None:
    names = {name.casefold() for name in taken} | columns.SYSTEM_NAMES
    if column.name.casefold() in names:
        raise errors.name_exists(f"A column named '{column.name}' already exists in the list.")


def _check_lookup(call: Call, column: Column) -> None:
    if not isinstance(column.facet, Lookup):
        return
    other = call.store.find_list(call.site.id, column.facet.list_id)
    if other is None or other.id != column.facet.list_id:
        raise errors.invalid_request(f"The list that column '{column.name}' looks up does not exist.")


def _check_index_count(call: Call, own_columns: list[Column]) -> None:
    if sum(column.indexed for column in own_columns) > call.store.limits.indexed_columns:
        raise errors.invalid_request(
            f"A list can have at most {call.store.limits.indexed_columns} indexed columns."
        )


def _check_indexable(call: Call) -> None:
    """Refuse a new index on a list that is already over the view threshold."""
    threshold = call.store.limits.view_threshold
    if call.items.count(call.list.id, threshold + 1) > threshold:
        raise errors.too_many_resources()
