"""Faults on request, and a record of what was asked: how tests make the sandbox behave like a bad day.

A rule names a target (graph, teams or login), a kind, and optionally a pattern searched in "METHOD /path".
Graph's `$batch` asks for every part on its own, so that one part may be throttled while its neighbours pass.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

Target = Literal["graph", "teams", "login"]
Refusal = Callable[[HTTPStatus, str], web.Response]
REMEMBERED_REQUESTS = 5000
NO_ANSWER = 0

AUTHORISED = web.RequestKey("authorised", bool)
"""Set by a service once it has accepted the caller's token; the record of requests shows it."""


class Kind(StrEnum):
    THROTTLE = "throttle"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"
    HOLD_ANSWER = "hold_answer"
    DOWN = "down"
    RESYNC_APPLY = "resync_apply"
    RESYNC_UPLOAD = "resync_upload"
    DELTA_ERROR_ELEMENT = "delta_error_element"


REFUSALS = {
    Kind.THROTTLE: (HTTPStatus.TOO_MANY_REQUESTS, "The request has been throttled"),
    Kind.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "The service is temporarily unavailable"),
}
ON_THE_WIRE = frozenset({Kind.SLOW, Kind.HOLD_ANSWER, Kind.DOWN})
EVERYWHERE = ON_THE_WIRE | REFUSALS.keys()


class Rule(BaseModel):
    """One fault that is switched on."""

    model_config = ConfigDict(extra="forbid")

    target: Target
    kind: Kind
    probability: float = Field(default=1.0, ge=0, le=1)
    seconds: float = Field(default=0, ge=0)
    retry_after: int | None = Field(default=2, ge=0)
    match: str | None = None
    times: int | None = Field(default=None, ge=1)
    used: int = Field(default=0, ge=0)

    @field_validator("match")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    def fits(self, target: Target, line: str) -> bool:
        spent = self.times is not None and self.used >= self.times
        return self.target == target and not spent and re.search(self.match or "", line) is not None

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class ConnectionDropped(Exception):
    """The fault "down": whoever serves the request must close the connection without an answer."""


@dataclass
class Record:
    """What was asked of one target."""

    recent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_REQUESTS))
    total: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_method: Counter[str] = field(default_factory=Counter)

    def add(self, entry: dict[str, Any]) -> None:
        self.recent.append(entry)
        self.total += 1
        self.by_status[str(entry["status"])] += 1
        self.by_method[entry["method"]] += 1


class Faults:
    """The rules that are switched on, and the requests seen, of all three services."""

    def __init__(self, seed: int | None = None) -> None:
        self.rules: list[Rule] = []
        self._records: dict[Target, Record] = {"graph": Record(), "teams": Record(), "login": Record()}
        self._random = random.Random(seed)  # noqa: S311 - decides which request fails, keeps no secret

    def pick(
        self, target: Target, line: str, kinds: Collection[Kind], *, only_matched: Collection[Kind] = ()
    ) -> Rule | None:
        """Return the first rule of these kinds that strikes "METHOD /path", and count its use.

        A kind in `only_matched` strikes only when its rule names a pattern.
        """
        for rule in self.rules:
            named = rule.match is not None or rule.kind not in only_matched
            if rule.kind in kinds and named and rule.fits(target, line) and self._strikes(rule):
                rule.used += 1
                return rule
        return None

    def _strikes(self, rule: Rule) -> bool:
        return self._random.random() < rule.probability

    def middleware(
        self,
        target: Target,
        refuse: Refusal | None = None,
        *,
        only_matched: Callable[[web.Request], Collection[Kind]] = lambda _: (),
    ) -> Middleware:
        """Make the middleware of one service: its faults and its record of requests.

        `refuse` makes the body of a 429 or 503 in the service's own shape.
        """

        @web.middleware
        async def with_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
            started = datetime.now(UTC)
            status = 500
            try:
                rule = self.pick(target, _line(request), EVERYWHERE, only_matched=only_matched(request))
                response = await _serve(rule, refuse or plain_refusal, lambda: handler(request))
                status = response.status
            except web.HTTPException as answer:
                status = answer.status
                raise
            except ConnectionDropped:
                status = NO_ANSWER
                return _drop(request)
            finally:
                self.note(target, _entry(request, status, started))
            return response

        return with_faults

    def note(self, target: Target, entry: dict[str, Any]) -> None:
        self._records[target].add(entry)

    def control_routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/faults", self._add),
            web.get("/control/faults", self._list),
            web.delete("/control/faults", self._clear),
            web.get("/control/requests", self._requests),
            web.delete("/control/requests", self._forget_requests),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        try:
            rule = Rule.model_validate_json(await request.read())
        except ValidationError as error:
            return web.json_response({"error": _first_complaint(error)}, status=400)
        self.rules.append(rule)
        return web.json_response(rule.model_dump(mode="json"), status=201)

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response({"faults": [rule.model_dump(mode="json") for rule in self.rules]})

    async def _clear(self, request: web.Request) -> web.Response:
        target = request.query.get("target")
        self.rules = [rule for rule in self.rules if target is not None and rule.target != target]
        return web.json_response({"faults": [rule.model_dump(mode="json") for rule in self.rules]})

    async def _requests(self, request: web.Request) -> web.Response:
        record = self._record(request.query.get("target", ""))
        if record is None:
            return web.json_response({"error": "target must be graph, teams or login"}, status=400)
        totals = {"all": record.total, "status": record.by_status, "method": record.by_method}
        return web.json_response({"requests": list(record.recent), "totals": totals})

    async def _forget_requests(self, request: web.Request) -> web.Response:
        chosen = request.query.get("target")
        for target in self._records:
            if chosen in (None, target):
                self._records[target] = Record()
        return web.Response(status=204)

    def _record(self, target: str) -> Record | None:
        return next((record for name, record in self._records.items() if name == target), None)


async def _serve(
    rule: Rule | None, refuse: Refusal, proceed: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if rule is None:
        return await proceed()
    if rule.kind in REFUSALS:
        answer = refuse(*REFUSALS[rule.kind])
        answer.headers.update(rule.headers)
        return answer
    await before(rule)
    response = await proceed()
    await after(rule)
    return response


async def before(rule: Rule) -> None:
    """Do what a fault does before the request is carried out."""
    if rule.kind is Kind.DOWN:
        raise ConnectionDropped
    if rule.kind is Kind.SLOW:
        await asyncio.sleep(rule.seconds)


async def after(rule: Rule) -> None:
    """Do what a fault does once the request is carried out and before it is answered."""
    if rule.kind is Kind.HOLD_ANSWER:
        await asyncio.sleep(rule.seconds)


def plain_refusal(status: HTTPStatus, message: str) -> web.Response:
    code = "TooManyRequests" if status is HTTPStatus.TOO_MANY_REQUESTS else "ServiceUnavailable"
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def _line(request: web.Request) -> str:
    return f"{request.method} {request.path}"


def _drop(request: web.Request) -> web.Response:
    """Close the connection; the answer returned has nowhere to go."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def _entry(request: web.Request, status: int, started: datetime) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query_string,
        "status": status,
        "at": started.isoformat(),
        "seconds": round(time.time() - started.timestamp(), 6),
        "client_request_id": request.headers.get("client-request-id"),
        "user_agent": request.headers.get("User-Agent"),
        "authorised": request.get(AUTHORISED, False),
    }


def _first_complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
