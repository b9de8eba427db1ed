"""The HTTP entry: the channel's endpoint, and what an operator's probes ask."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.logs import where_it_failed
from osara_store.clock import SettableClock

log = logging.getLogger(__name__)

LARGEST_REQUEST = 1024 * 1024
Probe = Callable[[], Awaitable[bool]]
Endpoint = Callable[[web.Request], Awaitable[web.Response]]


def application(
    messages: Endpoint, probes: Mapping[str, Probe], metrics: Callable[[], Awaitable[str]]
) -> web.Application:
    """The routes. `probes` are named checks of what the bot leans on."""
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[plain_errors])
    app.router.add_post("/api/messages", messages)
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _ready(probes))
    app.router.add_get("/metrics", _metrics(metrics))
    return app


def add_settable_clock(
    app: web.Application,
    clock: SettableClock,
    moved: Callable[[], None],
    standing_still: Callable[[], AbstractAsyncContextManager[None]] = contextlib.nullcontext,
) -> None:
    """The demo's and the tests' way to travel in time; only wired behind the loud switch.

    The clock is moved while everything stands still, and then told to have `moved`.
    """

    async def show_clock(_request: web.Request) -> web.Response:
        return web.json_response({"now": clock.now().isoformat()})

    async def set_clock(request: web.Request) -> web.Response:
        try:
            body: Any = await request.json()
            moment = datetime.fromisoformat(body["now"])
            async with standing_still():
                clock.set(moment)
        except (ValueError, TypeError, KeyError):
            return web.json_response({"error": 'Send {"now": "<ISO time with zone>"}.'}, status=400)
        moved()
        return await show_clock(request)

    app.router.add_get("/dev/clock", show_clock)
    app.router.add_post("/dev/clock", set_clock)


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


def _ready(probes: Mapping[str, Probe]) -> Endpoint:
    async def ready(_request: web.Request) -> web.Response:
        found = {name: await probe() for name, probe in probes.items()}
        body = {name: "reachable" if good else "unreachable" for name, good in found.items()}
        return web.json_response(body, status=200 if all(found.values()) else 503)

    return ready


def _metrics(metrics: Callable[[], Awaitable[str]]) -> Endpoint:
    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=await metrics(), headers={"Content-Type": "text/plain; version=0.0.4"})

    return show


@web.middleware
async def plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every error as JSON with a sentence; what went wrong inside is logged by its place, never by what it says."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        if refusal.status < 400:  # noqa: PLR2004 redirects are no errors
            raise
        return _error(refusal.status, refusal.reason, _kept(refusal))
    except Exception as fault:  # noqa: BLE001 aiohttp would log the message, which may hold what a person typed
        log.error("%s failed: %s", request.path, where_it_failed(fault))
        return _error(500, "This failed inside. Please try again.", {})


def _error(status: int, sentence: str, headers: dict[str, str]) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers=headers)


def _kept(refusal: web.HTTPException) -> dict[str, str]:
    return {"Allow": refusal.headers["Allow"]} if "Allow" in refusal.headers else {}
