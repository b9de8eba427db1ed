"""The page's files, served as they are."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).with_name("page")
LIBRARIES = PAGE / "node_modules"
INCOMPLETE = (
    "The page's JavaScript libraries are not installed yet. Run `make setup` (or `npm ci` in the folder sandbox/page)"
    " and open this address again. The sandbox itself is running.\n"
)
FRESH = {"Cache-Control": "no-cache"}


def page_routes() -> list[web.RouteDef]:
    """Serve the page; these routes match any path, so they come last."""
    return [web.get("/", _index), web.get("/{path:.+}", _file)]


async def _index(_: web.Request) -> web.StreamResponse:
    if not ((PAGE / "index.html").is_file() and LIBRARIES.is_dir()):
        return web.Response(text=INCOMPLETE, status=503)
    return web.FileResponse(PAGE / "index.html", headers=FRESH)


async def _file(request: web.Request) -> web.StreamResponse:
    wanted = (PAGE / request.match_info["path"]).resolve()
    if not (wanted.is_relative_to(PAGE.resolve()) and wanted.is_file()):
        raise web.HTTPNotFound(text="There is no such page in the sandbox.\n")
    return web.FileResponse(wanted, headers=FRESH)
