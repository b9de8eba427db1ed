"""The whole tenant in one web application: Graph, Bot Connector, identity, the clients of people, and the page."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.bot_clock import BotClock
from sandbox.certificates import write_private
from sandbox.faults import Faults
from sandbox.graph import GRAPH, MOUNT, graph_app
from sandbox.graph import views as list_views
from sandbox.graph.outlook.views import Views as MailboxViews
from sandbox.identity import Identity
from sandbox.static import page_routes
from sandbox.teams.activities import Activities
from sandbox.teams.client import Client
from sandbox.teams.connector_app import connector_app
from sandbox.teams.control import Control
from sandbox.teams.database import open_database
from sandbox.teams.delivery import BotLine
from sandbox.teams.errors import Refusal
from sandbox.teams.installing import Installer
from sandbox.teams.seeds import seed
from sandbox.teams.world import World
from sandbox.tenant import Tenant

LARGEST_BODY = 8 * 1024 * 1024
LIST_ROWS = 5000
OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True)
class Sandbox:
    """The composed applications, one for each listener, and what the launcher needs of them."""

    http: web.Application
    https: web.Application
    app_secret: str
    installer: Installer
    clock: BotClock


async def compose(data: Path, tenant: Tenant, base: str, bot_urls: Sequence[str]) -> Sandbox:
    """Put the tenant together; everything it keeps is in `data`."""
    secret = _app_secret(data)
    identity = Identity(data, tenant.id, tenant.app_id, secret, base)
    faults = Faults()
    world = World.open(tenant, open_database(data / "teams.db"))
    seed(world)
    service_url = f"{base}/teams/"
    session = aiohttp.ClientSession()
    line = BotLine(identity, session, service_url, bot_urls)
    clock = BotClock(session, lambda: line.urls, data / "clock.json")
    client = Client(world, line, Activities(tenant, world.places, service_url))

    app = web.Application(middlewares=[_own_hosts_only, _refusals], client_max_size=LARGEST_BODY)
    graph = graph_app(data / "graph.db", identity, faults, tenant)
    app.add_subapp(MOUNT, graph)
    app.add_subapp("/teams", connector_app(world, identity, faults))
    app.add_subapp("/botframework", identity.openid_routes())
    app.add_routes(client.routes())
    app.add_routes(_list_routes(graph))
    app.add_routes(MailboxViews(graph[GRAPH].outlook).routes())
    app.add_routes(faults.control_routes())
    app.add_routes(identity.control_routes())
    app.add_routes(Control(world, line, client.installer).routes())
    app.add_routes(clock.routes())
    app.add_routes(page_routes())
    graph[GRAPH].on_change(world.events.lists_changed)
    _close_in_order(app, world, client, line)
    return Sandbox(app, identity.login_routes(faults), secret, client.installer, clock)


def _close_in_order(app: web.Application, world: World, client: Client, line: BotLine) -> None:
    async def end_streams(_: web.Application) -> None:
        world.events.close()

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await client.refresher.settle()
        await line.close()
        world.close()

    app.on_shutdown.append(end_streams)
    app.cleanup_ctx.append(closing)


def _app_secret(data: Path) -> str:
    """Return the registered app's secret, made at the first start."""
    path = data / "app-secret"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_private(path, secrets.token_urlsafe(32).encode())
    return path.read_text()


def _list_routes(graph: web.Application) -> list[web.RouteDef]:
    """Serve the SharePoint lists as a browser would show them."""

    async def lists(_: web.Request) -> web.Response:
        views = list_views.lists(graph[GRAPH])
        return web.json_response([view | {"title": view["name"], "count": view["items"]} for view in views])

    async def items(request: web.Request) -> web.Response:
        found = list_views.items(graph[GRAPH], request.match_info["name"], limit=LIST_ROWS)
        if found is None:
            raise Refusal("There is no such list.", status=HTTPStatus.NOT_FOUND)
        return web.json_response(found)

    return [web.get("/client/lists", lists), web.get("/client/lists/{name}/items", items)]


@web.middleware
async def _own_hosts_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only under this machine's own names, so that no web page elsewhere can reach in through DNS."""
    name, colon, port = request.host.rpartition(":")
    if (name if colon and port.isdigit() else request.host) not in OWN_HOSTS:
        raise web.HTTPMisdirectedRequest(text="The sandbox answers on this machine only.\n")
    return await handler(request)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response(refusal.body, status=refusal.status)
