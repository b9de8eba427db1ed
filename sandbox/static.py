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
    wanted = _inside_page(request.match_info["path"])
    if wanted is None or not wanted.is_file():
        raise web.HTTPNotFound(text="There is no such page in the sandbox.\n")
    return web.FileResponse(wanted, headers=FRESH)


def _inside_page(path: str) -> Path | None:
    """Return a file's place, or None for one outside the page's folder or with a name that no file can have."""
    try:
        wanted = (PAGE / path).resolve()
    except ValueError:
        return None
    return wanted if wanted.is_relative_to(PAGE.resolve()) else None
