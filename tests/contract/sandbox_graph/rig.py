"""A sandbox of identity and Graph on loopback, and small helpers to speak to it in plain HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import ClientSession, web
from yarl import URL

from sandbox import certificates
from sandbox.faults import Faults
from sandbox.graph import GRAPH, MOUNT, Limits, graph_app
from sandbox.graph.app import Graph
from sandbox.graph.outlook.views import Views
from sandbox.identity import Identity
from sandbox.login import GRAPH as GRAPH_AUDIENCE

TENANT_ID = "10000000-0000-4000-8000-000000000001"
APP_ID = "20000000-0000-4000-8000-000000000001"
SECRET = "an-invented-secret"
SITE_BY_PATH = "/sites/localhost:/sites/hubs"
PRIYA, TOM, HUB = "priya.raman@hubs.example", "tom.airey@hubs.example", "hub.all@hubs.example"


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    upn: str


@dataclass(frozen=True)
class Account:
    id: str
    name: str
    address: str
    is_shared: bool = False


@dataclass(frozen=True)
class Tenant:
    people: dict[str, Person] = field(
        default_factory=lambda: {
            "1": Person("1", "Priya Raman", PRIYA),
            "2": Person("2", "Tom Airey", TOM),
        }
    )

    @property
    def mailboxes(self) -> tuple[Account, ...]:
        own = (Account(one.id, one.name, one.upn) for one in self.people.values())
        return (*own, Account("h", "Allerdale Local Focus Hub", HUB, is_shared=True))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])

    @property
    def inner(self) -> str | None:
        code = self.body["error"]["innerError"].get("code")
        return None if code is None else str(code)

    @property
    def value(self) -> list[Any]:
        assert self.status == 200, self.body
        return list(self.body["value"])


@dataclass
class Sandbox:
    """The running services and a client that is allowed to use Graph."""

    base: str
    login: str
    identity: Identity
    faults: Faults
    graph: Graph
    session: ClientSession
    certificate: certificates.Certificate

    @property
    def root(self) -> str:
        return f"{self.base}{MOUNT}"

    @property
    def site(self) -> str:
        return f"/sites/{self.graph.site.id.replace(',', '%2C')}"

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Answer:
        """Ask Graph; a path may be a whole link as Graph gave it."""
        url = path if path.startswith("http") else f"{self.root}{path}"
        bearer = self.identity.app_token(GRAPH_AUDIENCE) if token is None else token
        given = {"Authorization": f"Bearer {bearer}", **(headers or {})}
        async with self.session.request(method, _encoded(url), json=body, headers=given) as response:
            is_json = response.content_type == "application/json"
            return Answer(response.status, response.headers, await response.json() if is_json else None)

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.session.request(method, f"{self.base}/control{path}", json=body) as response:
            return await response.json() if response.content_type == "application/json" else None

    async def fault(self, kind: str, **settings: Any) -> None:
        await self.control("POST", "/faults", {"target": "graph", "kind": kind, **settings})

    async def mailbox(self, address: str) -> Any:
        """Look into a mailbox, as the page does."""
        async with self.session.get(f"{self.base}/client/mailboxes/{address}") as response:
            return await response.json()

    async def book(self, mailbox: str, **properties: Any) -> Answer:
        """Make an event of an hour, at ten on a Tuesday in winter unless told otherwise."""
        body = {"subject": "ALL-2026-0001", "start": at("10:00"), "end": at("11:00"), **properties}
        return await self.ask("POST", f"/users/{mailbox}/events", body)

    async def booked(self, mailbox: str, **properties: Any) -> dict[str, Any]:
        answer = await self.book(mailbox, **properties)
        assert answer.status == 201, answer.body
        return dict(answer.body)

    async def make_list(self, name: str, *columns: dict[str, Any]) -> ListOf:
        answer = await self.ask("POST", f"{self.site}/lists", {"displayName": name, "columns": columns})
        assert answer.status == 201, answer.body
        return ListOf(self, answer.body["id"], f"{self.site}/lists/{answer.body['id']}")


@dataclass(frozen=True)
class ListOf:
    """A list in the sandbox, by its own address."""

    sandbox: Sandbox
    id: str
    path: str

    async def add(self, **fields: Any) -> Answer:
        return await self.sandbox.ask("POST", f"{self.path}/items", {"fields": fields})

    async def added(self, **fields: Any) -> dict[str, Any]:
        answer = await self.add(**fields)
        assert answer.status == 201, answer.body
        return dict(answer.body)

    async def change(self, item_id: str, **fields: Any) -> Answer:
        return await self.sandbox.ask("PATCH", f"{self.path}/items/{item_id}/fields", fields)

    async def remove(self, item_id: str) -> Answer:
        return await self.sandbox.ask("DELETE", f"{self.path}/items/{item_id}")

    async def item(self, item_id: str) -> dict[str, Any]:
        answer = await self.sandbox.get(f"{self.path}/items/{item_id}?$expand=fields")
        assert answer.status == 200, answer.body
        return dict(answer.body)

    async def items(self, query: str = "$expand=fields", **headers: str) -> Answer:
        return await self.sandbox.get(f"{self.path}/items?{query}", headers=headers)

    async def titles(self, query: str, **headers: str) -> list[str]:
        answer = await self.items(f"{query}&$expand=fields($select=Title)", **headers)
        return [item["fields"]["Title"] for item in answer.value]


TUESDAY = "2026-11-03"


def at(time: str, zone: str = "UTC", day: str = TUESDAY) -> dict[str, str]:
    """A dateTimeTimeZone."""
    return {"dateTime": f"{day}T{time}:00", "timeZone": zone}


def asked(*addresses: str) -> list[dict[str, Any]]:
    """Attendees."""
    return [{"emailAddress": {"address": address}, "type": "required"} for address in addresses]


def text(name: str, **settings: Any) -> dict[str, Any]:
    return {"name": name, "text": {}, **settings}


def _encoded(url: str) -> URL:
    """Encode what a path cannot hold and leave what is encoded already."""
    return URL(quote(url, safe="%/:?$&=(),;'@+"), encoded=True)


@asynccontextmanager
async def running(data: Path, *, limits: Limits | None = None) -> AsyncIterator[Sandbox]:
    """Start identity and Graph on free ports; the data outlives them."""
    certificate = certificates.ensure(data)
    identity = Identity(data, TENANT_ID, APP_ID, SECRET, "http://127.0.0.1:0")
    faults = Faults(seed=7)
    graph = graph_app(data / "graph.sqlite", identity, faults, Tenant(), limits=limits)
    app = web.Application()
    app.add_subapp(MOUNT, graph)
    app.add_subapp("/botframework", identity.openid_routes())
    app.add_routes([*identity.control_routes(), *faults.control_routes()])
    app.add_routes(Views(graph[GRAPH].outlook).routes())
    login = identity.login_routes(faults)
    async with (
        _listening(app) as base,
        _listening(login, certificate) as login_base,
        ClientSession() as session,
    ):
        identity.base_url = base
        yield Sandbox(base, login_base, identity, faults, graph[GRAPH], session, certificate)


@asynccontextmanager
async def _listening(
    app: web.Application, certificate: certificates.Certificate | None = None
) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    context = certificate.server_context() if certificate else None
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    port = runner.addresses[0][1]
    yield f"https://localhost:{port}" if certificate else f"http://127.0.0.1:{port}"
    await runner.cleanup()
