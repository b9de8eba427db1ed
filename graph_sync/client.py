"""JSON in and JSON out over msgraph-sdk, one call at a time or twenty in a $batch."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from graph_sync.errors import BadRequest, ForeignAddress
from graph_sync.wire import Answer, Json, Request, next_page

if TYPE_CHECKING:
    import httpx
    from azure.core.credentials_async import AsyncTokenCredential
    from msgraph.graph_service_client import GraphServiceClient

    from graph_sync.sdk import Connection

PUBLIC_GRAPH: Final = "https://graph.microsoft.com/v1.0"
BATCH_LIMIT: Final = 20
# A part of a batch that got no answer may or may not have been done.
UNANSWERED: Final = Answer(408)


class GraphClient:
    """Speaks to one Graph. The credential stays its owner's to close."""

    def __init__(
        self, credential: AsyncTokenCredential, base_url: str = PUBLIC_GRAPH, *, timeout: float = 25.0
    ) -> None:
        """Remember how to connect; nothing is loaded or sent before the first call.

        Args:
            credential: gives the tokens; they are sent to the host of `base_url` only.
            base_url: Graph's address with its version.
            timeout: seconds for one call, signing in included.
        """
        self._credential = credential
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()

    async def builders(self) -> GraphServiceClient:
        """Give the SDK's request builders for this Graph."""
        return (await self._connect()).builders

    async def call(self, request: Request) -> Json:
        """Send one request and return the body of its success, or raise what was wrong."""
        return (await self.send(request)).expect()

    async def send(self, request: Request) -> Answer:
        """Send one request; an answer of any status is an answer, silence is `Unavailable`."""
        self._check_own(request.url)
        headers = {"Accept": "application/json", "client-request-id": str(uuid4()), **request.headers}
        content = None if request.body is None else json.dumps(request.body).encode()
        connection = await self._connect()
        return _answer(await connection.send(request.method, request.url, headers, content))

    async def send_all(self, requests: Sequence[Request]) -> list[Answer]:
        """Send many independent requests, twenty at a time; the answers keep their order."""
        chunks = [requests[start : start + BATCH_LIMIT] for start in range(0, len(requests), BATCH_LIMIT)]
        return [answer for chunk in chunks for answer in await self._send_chunk(chunk)]

    async def collect(self, request: Request) -> list[Json]:
        """Read a whole collection, page by page."""
        rows: list[Json] = []
        following: Request | None = request
        while following:
            page = await self.call(following)
            rows += page.get("value", [])
            following = next_page(page)
        return rows

    async def get(self, path: str) -> Json:
        """Read what stands at a path below Graph's base address."""
        return await self.call(Request("GET", f"{self._base_url}{path}"))

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()

    async def _connect(self) -> Connection:
        async with self._opening:
            if self._connection is None:
                # Loading the SDK takes 150 ms and more: not on the event loop, where people wait for answers.
                self._connection = await asyncio.to_thread(self._open)
            return self._connection

    def _open(self) -> Connection:
        from graph_sync.sdk import Connection  # noqa: PLC0415 - see above; nothing of the SDK before first use

        return Connection(self._credential, self._base_url, self._timeout)

    def owns(self, url: str) -> bool:
        """Tell whether a link stays with this Graph: only there may the token and the case file go."""
        return url.startswith(f"{self._base_url}/")

    def _check_own(self, url: str) -> None:
        if not self.owns(url):
            raise ForeignAddress("a link leads away from Graph's own address")

    async def _send_chunk(self, chunk: Sequence[Request]) -> list[Answer]:
        if len(chunk) == 1:
            return [await self.send(chunk[0])]
        try:
            whole = await self.call(Request("POST", f"{self._base_url}/$batch", self._batch(chunk)))
        except BadRequest:
            # Refused as a whole, it does not say for whose sake: each for itself, so that one spoils no other.
            return [await self.send(request) for request in chunk]
        return _parts(whole, len(chunk))

    def _batch(self, chunk: Sequence[Request]) -> Json:
        return {"requests": [self._part(str(place), request) for place, request in enumerate(chunk)]}

    def _part(self, part_id: str, request: Request) -> Json:
        self._check_own(request.url)
        part: Json = {"id": part_id, "method": request.method, "url": request.url[len(self._base_url) :]}
        if request.headers:
            part["headers"] = request.headers
        if request.body is not None:
            part["body"] = request.body
        return part


def _answer(response: httpx.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, _body(headers, response.content))


def _body(headers: dict[str, str], content: bytes) -> Any:
    """Read JSON; a gateway's page of HTML counts as no body."""
    if "json" not in headers.get("content-type", ""):
        return None
    try:
        return json.loads(content)
    except ValueError:
        return None


def _parts(whole: Json, count: int) -> list[Answer]:
    parts = {str(part.get("id")): _part_answer(part) for part in whole.get("responses", [])}
    return [parts.get(str(place), UNANSWERED) for place in range(count)]


def _part_answer(part: Json) -> Answer:
    headers = {str(name).lower(): str(value) for name, value in (part.get("headers") or {}).items()}
    return Answer(int(part.get("status", UNANSWERED.status)), headers, part.get("body"))
