"""The Graph of the sandbox as an aiohttp application: tokens, headers, JSON, errors and faults around the operations."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import faults as fault_rules
from sandbox.faults import AUTHORISED, REFUSALS, Faults, Kind, Rule
from sandbox.graph import access, batch, errors, people, routes
from sandbox.graph.batch import Part
from sandbox.graph.calls import Services
from sandbox.graph.items import Items
from sandbox.graph.outlook.calls import Outlook
from sandbox.graph.outlook.mailboxes import Account
from sandbox.graph.people import Person
from sandbox.graph.store import Limits, Store
from sandbox.graph.wire import CONTENT_TYPE, JsonObject, Request, Response, decode, encode
from sandbox.identity import Identity

MOUNT = "/graph/v1.0"
SITE_HOST, SITE_PATH, SITE_TITLE = "localhost", "/sites/hubs", "Local Focus Hubs"
APP_NAME = "Local Focus Hub"
LARGEST_BODY = 8 * 1024 * 1024
DIAGNOSTIC = json.dumps(
    {
        "ServerInfo": {
            "DataCenter": "Sandbox",
            "Slice": "E",
            "Ring": "5",
            "ScaleUnit": "000",
            "RoleInstance": "LOCAL",
        }
    }
)
WRITES = frozenset({"POST", "PATCH", "DELETE"})
log = logging.getLogger(__name__)


class Tenant(Protocol):
    """What Graph needs to know of the tenant: who is in it, by object id, and who and what has a mailbox."""

    @property
    def people(self) -> Mapping[str, Person]: ...
    @property
    def mailboxes(self) -> Sequence[Account]: ...


class Graph:
    """One Graph: its state, and the way a request takes through it."""

    def __init__(self, store: Store, identity: Identity, faults: Faults, tenant: Tenant) -> None:
        self.store = store
        self.items = Items(store)
        self.identity = identity
        self.faults = faults
        self.site = store.ensure_site(SITE_HOST, SITE_PATH, SITE_TITLE)
        self.outlook = Outlook(store.connection)
        self.outlook.mailboxes.ensure(tenant.mailboxes)
        self.services = Services(store, self.items, self.outlook, faults, identity.base_url)
        self._app_lookup_id = people.ensure(
            store, self.items, self.site, (identity.app_id, APP_NAME), tenant.people.values()
        )
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after every write to a list that was carried out."""
        self._listeners.append(listener)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request."""
        ids = _Ids(request.headers.get("client-request-id"))
        try:
            claims = access.authenticate(self.identity, request.headers)
            request[AUTHORISED] = True
            asked = self._asked(request, await _json_body(request), claims)
            response = await self._respond(asked, claims, ids)
        except errors.Problem as problem:
            response = _refusal(problem, ids)
        return ids.web_response(response)

    def _asked(self, request: web.Request, body: Any, claims: Mapping[str, Any]) -> Request:
        root = f"{request.url.origin()}{MOUNT}"
        url = request.raw_path.removeprefix(MOUNT)
        return Request.from_url(
            request.method, root, url, headers=request.headers, app=self._writer(claims), body=body
        )

    def _writer(self, claims: Mapping[str, Any]) -> JsonObject:
        return {
            "id": claims.get("appid", ""),
            "displayName": claims.get("app_displayname", APP_NAME),
            "lookupId": self._app_lookup_id,
        }

    async def _respond(self, asked: Request, claims: Mapping[str, Any], ids: _Ids) -> Response:
        if asked.segments != ("$batch",):
            return self._carry_out(asked, claims)
        if asked.method != "POST":
            raise errors.not_allowed(asked.method)
        parts = batch.read(asked.json_object())
        answers = await batch.run(parts, lambda part: self._run_part(part, asked, claims, ids))
        # The order of answers means nothing at Microsoft, so that nobody here may lean on it.
        random.shuffle(answers)
        return Response(body={"responses": answers})

    def _carry_out(self, asked: Request, claims: Mapping[str, Any]) -> Response:
        response = routes.answer(self.services, asked, claims)
        if asked.method in WRITES and asked.segments[0] == "sites":
            for listener in self._listeners:
                listener()
        return response

    # Parts of a batch

    async def _run_part(self, part: Part, whole: Request, claims: Mapping[str, Any], ids: _Ids) -> Response:
        started = datetime.now(UTC)
        asked = Request.from_url(
            part.method,
            whole.root,
            "/" + part.url.lstrip("/"),
            headers=part.headers,
            app=whole.app,
            body=part.body,
        )
        line = f"{part.method} {asked.full_path}"
        rule = self.faults.pick("graph", line, fault_rules.EVERYWHERE, only_matched=fault_rules.ON_THE_WIRE)
        try:
            response = await self._with_fault(rule, asked, claims)
        except errors.Problem as problem:
            response = _refusal(problem, ids)
        self.faults.note("graph", _part_entry(asked, whole, response, started))
        return response

    async def _with_fault(self, rule: Rule | None, asked: Request, claims: Mapping[str, Any]) -> Response:
        if rule is None:
            return self._carry_out(asked, claims)
        if rule.kind in REFUSALS:
            raise _fault(*REFUSALS[rule.kind], headers=rule.headers)
        await fault_rules.before(rule)
        response = self._carry_out(asked, claims)
        await fault_rules.after(rule)
        return response


class _Ids:
    """The ids under which a request can be found again; every answer carries them."""

    def __init__(self, from_client: str | None) -> None:
        self.request_id = str(uuid4())
        self.client_request_id = from_client or self.request_id

    def web_response(self, response: Response) -> web.Response:
        headers = {
            "request-id": self.request_id,
            "client-request-id": self.client_request_id,
            "x-ms-ags-diagnostic": DIAGNOSTIC,
            "OData-Version": "4.0",
            "Cache-Control": "no-store",
            **response.headers,
        }
        if response.body is None:
            return web.Response(status=response.status, headers=headers)
        headers["Content-Type"] = CONTENT_TYPE
        return web.Response(status=response.status, headers=headers, body=encode(response.body))


def _refusal(problem: errors.Problem, ids: _Ids) -> Response:
    return Response(problem.status, problem.body(ids.request_id, ids.client_request_id), problem.headers)


def _fault(status: HTTPStatus, message: str, *, headers: Mapping[str, str] | None = None) -> errors.Problem:
    throttled = status is HTTPStatus.TOO_MANY_REQUESTS
    code, inner = ("activityLimitReached", "throttledRequest") if throttled else ("serviceNotAvailable", None)
    return errors.Problem(status, code, message, inner=inner, headers=headers)


def _fault_answer(status: HTTPStatus, message: str) -> web.Response:
    return _alone(_fault(status, message))


def _alone(problem: errors.Problem) -> web.Response:
    """Answer a request that never came to have ids of its own."""
    ids = _Ids(None)
    return ids.web_response(_refusal(problem, ids))


async def _json_body(request: web.Request) -> Any:
    raw = await request.read()
    if not raw:
        return None
    if request.content_type != "application/json":
        raise errors.Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "invalidRequest", "The content type must be application/json."
        )
    return decode(raw)


def _only_matched(request: web.Request) -> Collection[Kind]:
    """Leave a batch itself alone where a fault without a pattern strikes its parts one by one."""
    return REFUSALS.keys() if request.path.endswith("/$batch") else ()


def _part_entry(asked: Request, whole: Request, response: Response, started: datetime) -> dict[str, Any]:
    return {
        "method": asked.method,
        "path": asked.full_path,
        "query": "&".join(f"{name}={value}" for name, value in asked.query),
        "status": int(response.status),
        "at": started.isoformat(),
        "seconds": (datetime.now(UTC) - started).total_seconds(),
        "client_request_id": whole.headers.get("client-request-id"),
        "user_agent": whole.headers.get("User-Agent"),
        "authorised": True,
        "batch": True,
    }


@web.middleware
async def _always_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer in Graph's shape also where aiohttp or a mistake of ours would answer in another."""
    try:
        return await handler(request)
    except fault_rules.ConnectionDropped:
        raise
    except web.HTTPException as answer:
        return _alone(errors.Problem(HTTPStatus(answer.status), "invalidRequest", answer.reason))
    except Exception:
        log.exception("The sandbox's Graph failed on %s %s", request.method, request.path)
        return _alone(
            errors.Problem(
                HTTPStatus.INTERNAL_SERVER_ERROR, "generalException", "An internal error occurred."
            )
        )


GRAPH = web.AppKey("graph", Graph)


def graph_app(
    db_path: Path, identity: Identity, faults: Faults, tenant: Tenant, *, limits: Limits | None = None
) -> web.Application:
    """Make the application to be mounted at /graph/v1.0; `app[GRAPH]` is its state."""
    app = web.Application(
        middlewares=[faults.middleware("graph", _fault_answer, only_matched=_only_matched), _always_json],
        client_max_size=LARGEST_BODY,
    )
    store = Store(db_path, limits)
    graph = Graph(store, identity, faults, tenant)
    app[GRAPH] = graph
    app.router.add_route("*", "/{path:.*}", graph.serve)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        store.close()

    app.cleanup_ctx.append(closing)
    return app
