"""The stream of events to an open client, as Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from sandbox.teams.events import Events, Queue
from sandbox.tenant import Person

HEARTBEAT_SECONDS = 15
CLOSED = b""


async def stream(request: web.Request, events: Events, person: Person) -> web.StreamResponse:
    """Send events until the client goes away or the sandbox closes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    with events.listening(person.id) as queue, suppress(ConnectionResetError):
        await response.prepare(request)
        await response.write(b": open\n\n")
        while line := await _next_line(queue):
            await response.write(line)
    return response


async def _next_line(queue: Queue) -> bytes:
    """Return the next event, or a comment now and then, so that a client that went away is noticed."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            event = await queue.get()
    except TimeoutError:
        return b": still here\n\n"
    return CLOSED if event is None else f"data: {json.dumps(event)}\n\n".encode()
