"""Which operation a path and method name, in every spelling that the documentation and the SDKs use."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.graph import errors, item_calls, query, site_calls
from sandbox.graph.access import MANAGERS, READERS, WRITERS, authorise
from sandbox.graph.calls import Call, Services
from sandbox.graph.outlook import routes as outlook_routes
from sandbox.graph.route import Route, find, route
from sandbox.graph.store import Site, Store
from sandbox.graph.wire import Request, Response

DELTA = re.compile(r"(?:microsoft\.graph\.)?delta(?:\((?:token='(?P<token>[^']*)')?\))?")
SITE_ID = re.compile(r"[^,]+,[0-9a-fA-F-]{36},[0-9a-fA-F-]{36}")


ITEM = "lists/{list}/items/{item}"
ROUTES = (
    route("GET", "", site_calls.get_site, READERS),
    route("GET", "lists", site_calls.get_lists, READERS),
    route("POST", "lists", site_calls.create_list, MANAGERS),
    route("GET", "lists/{list}", site_calls.get_list, READERS),
    route("PATCH", "lists/{list}", site_calls.change_list, MANAGERS),
    route("DELETE", "lists/{list}", site_calls.delete_list, MANAGERS),
    route("GET", "lists/{list}/columns", site_calls.get_columns, READERS),
    route("POST", "lists/{list}/columns", site_calls.create_column, MANAGERS),
    route("GET", "lists/{list}/columns/{column}", site_calls.get_column, READERS),
    route("PATCH", "lists/{list}/columns/{column}", site_calls.change_column, MANAGERS),
    route("DELETE", "lists/{list}/columns/{column}", site_calls.delete_column, MANAGERS),
    route("GET", "lists/{list}/items", item_calls.get_items, READERS),
    route("POST", "lists/{list}/items", item_calls.create_item, WRITERS),
    route("GET", "lists/{list}/items/delta", item_calls.get_delta, READERS),
    route("GET", ITEM, item_calls.get_item, READERS),
    route("PATCH", ITEM, item_calls.change_item, WRITERS),
    route("DELETE", ITEM, item_calls.delete_item, WRITERS),
    route("GET", f"{ITEM}/fields", item_calls.get_fields, READERS),
    route("PATCH", f"{ITEM}/fields", item_calls.change_fields, WRITERS),
    route("GET", f"{ITEM}/versions", item_calls.get_versions, READERS),
    route("GET", f"{ITEM}/versions/{{version}}", item_calls.get_version, READERS),
    route("GET", f"{ITEM}/versions/{{version}}/fields", item_calls.get_version_fields, READERS),
    route("POST", f"{ITEM}/versions/{{version}}/restoreVersion", item_calls.restore_version, WRITERS),
)
OUTSIDE = frozenset({"subscriptions", "drives", "search", "planner"})
"""First segments that Graph has and the sandbox has not."""
WITHIN_SITE = frozenset(
    {
        "activities",
        "analytics",
        "columns",
        "contentTypes",
        "createLink",
        "documentSetVersions",
        "drive",
        "driveItem",
        "drives",
        "items",
        "onenote",
        "operations",
        "pages",
        "permissions",
        "sites",
        "sourceColumn",
        "subscriptions",
        "termStore",
        "$count",
    }
)
"""The same below a site, a list or an item."""


def answer(services: Services, request: Request, claims: Mapping[str, object]) -> Response:
    """Carry out one request."""
    if request.segments[:1] and request.segments[0] in outlook_routes.ROOTS:
        return outlook_routes.answer(services.outlook, request, claims)
    return _answer_of_site(services, request, claims)


def _answer_of_site(services: Services, request: Request, claims: Mapping[str, object]) -> Response:
    site, segments, place = _address(services.store, request.segments)
    found, named = _find(request.method, segments)
    authorise(claims, found.need)
    extra = ("token",) if found.handler is item_calls.get_delta else ()
    options = query.parse(request.query, extra=extra)
    call = Call(services, request, options, site, {**place, **named})
    if found.need is not READERS and "list" in named and call.list.hidden:
        raise errors.access_denied("The lists of the system cannot be changed.")
    return found.handler(call)


def _address(store: Store, segments: tuple[str, ...]) -> tuple[Site, tuple[str, ...], dict[str, str]]:
    if not segments or segments[0] != "sites":
        first = segments[0] if segments else ""
        raise errors.not_supported(f"'/{first}'") if first in OUTSIDE else errors.unknown_segment(first)
    if len(segments) == 1:
        raise errors.not_supported("Listing or searching sites")
    site, rest = _site(store, segments[1:])
    rest, place = _plain_delta(rest)
    return site, rest, place


def _site(store: Store, segments: tuple[str, ...]) -> tuple[Site, tuple[str, ...]]:
    """Read `host,guid,guid`, `host:/sites/name` or `host:/sites/name:`, and return what follows."""
    first = segments[0]
    if first.endswith(":"):
        path, rest = _server_relative(segments[1:])
        found = store.site_at(first.removesuffix(":"), path)
    elif SITE_ID.fullmatch(first) or first == "root":
        found, rest = store.site(first), segments[1:]
    else:
        raise errors.invalid_request("Invalid hostname for this tenancy")
    if found is None:
        raise errors.not_found("Requested site could not be found")
    return found, rest


def _server_relative(segments: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    for at, segment in enumerate(segments):
        if segment.endswith(":"):
            return "/" + "/".join(segments[: at + 1]).removesuffix(":"), segments[at + 1 :]
    return "/" + "/".join(segments), ()


def _plain_delta(segments: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Spell `delta()` and `delta(token='...')` as `delta`, with the token set aside."""
    found = DELTA.fullmatch(segments[-1]) if segments else None
    if found is None:
        return segments, {}
    token = found.group("token")
    return (*segments[:-1], "delta"), {} if token is None else {"token": token}


def _find(method: str, segments: tuple[str, ...]) -> tuple[Route[Call], dict[str, str]]:
    if segments[-1:] == ("$count",):
        raise _unknown(segments)
    fitting = find(ROUTES, segments)
    for found, place in fitting:
        if found.method == method:
            return found, place
    if fitting:
        raise errors.not_allowed(method)
    raise _unknown(segments)


def _unknown(segments: tuple[str, ...]) -> errors.Problem:
    """Tell what Graph has and we have not from what nobody has."""
    for segment in segments:
        if segment.partition("(")[0] in WITHIN_SITE and segment not in ("items", "columns"):
            return errors.not_supported(f"'{segment}'")
    if segments and segments[0] in ("items", "columns"):
        return errors.not_supported(f"'{segments[0]}' of a site")
    return errors.unknown_segment(segments[-1])
