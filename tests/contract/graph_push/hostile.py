"""A Graph that tries to lead its caller astray, and the place where it wants the caller to go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from graph_sync.lists import CASE_LISTS

SITE_ID = "localhost,1,2"
LIST_IDS = {definition.name: str(number) for number, definition in enumerate(CASE_LISTS, 11)}


@dataclass
class Trap:
    """Notes whoever comes."""

    visits: list[str] = field(default_factory=list)

    async def visit(self, request: web.Request) -> web.Response:
        self.visits.append(f"{request.method} {request.path} {request.headers.get('Authorization', '')}")
        return web.json_response({"value": []})


@dataclass
class Hostile:
    """Knows the site and its lists; a question for items is answered with a way out of here."""

    elsewhere: str
    way: str

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/v1.0")
        if path.startswith("/sites/localhost:"):
            return web.json_response({"id": SITE_ID})
        if path.endswith("/lists"):
            lists = [{"id": list_id, "displayName": name} for name, list_id in LIST_IDS.items()]
            return web.json_response({"value": lists})
        if self.way == "redirect":
            return web.Response(status=307, headers={"Location": f"{self.elsewhere}/v1.0{path}"})
        if path.endswith("/$batch"):
            parts = [self._part(part) for part in (await request.json())["requests"]]
            return web.json_response({"responses": parts})
        return web.json_response(self._page(path))

    def _part(self, part: dict[str, str]) -> dict[str, object]:
        return {"id": part["id"], "status": 200, "body": self._page(part["url"])}

    def _page(self, path: str) -> dict[str, object]:
        return {"value": [], "@odata.nextLink": f"{self.elsewhere}/v1.0{path}?$skiptoken=x"}


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
