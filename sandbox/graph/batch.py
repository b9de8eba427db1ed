"""`$batch`: up to twenty requests in one, each answered, throttled and failed on its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sandbox.graph import errors
from sandbox.graph.wire import CONTENT_TYPE, Response

LARGEST = 20
METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
Run = Callable[["Part"], Awaitable[Response]]


@dataclass(frozen=True)
class Part:
    """One request of a batch."""

    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    depends_on: tuple[str, ...]


def read(body: Mapping[str, Any]) -> list[Part]:
    """Read a batch; anything malformed refuses it whole."""
    requests = body.get("requests")
    if not isinstance(requests, list) or not requests:
        raise errors.bad_request("Invalid batch payload format: 'requests' must be a non-empty array.")
    if len(requests) > LARGEST:
        raise errors.bad_request(f"Number of batch request steps exceeds the maximum value of {LARGEST}.")
    parts: list[Part] = []
    for one in requests:
        part = _part(one)
        _check_place(part, [earlier.id.casefold() for earlier in parts])
        parts.append(part)
    return parts


def _part(given: Any) -> Part:
    if not isinstance(given, dict):
        raise errors.bad_request("Invalid batch payload format: a request must be an object.")
    part = Part(
        id=_text(given, "id"),
        method=_text(given, "method").upper(),
        url=_text(given, "url"),
        headers=_headers(given.get("headers") or {}),
        body=given.get("body"),
        depends_on=_ids(given.get("dependsOn") or []),
    )
    _check(part)
    return part


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise errors.bad_request(f"Invalid batch payload format: every request needs a string '{name}'.")
    return value


def _headers(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise errors.bad_request("Invalid batch payload format: 'headers' must map names to strings.")
    return given


def _ids(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise errors.bad_request("Invalid batch payload format: 'dependsOn' must be an array of ids.")
    return tuple(one.casefold() for one in given)


def _check(part: Part) -> None:
    if part.method not in METHODS:
        raise errors.bad_request(f"Request {part.id} has the unknown method '{part.method}'.")
    if "://" in part.url.partition("?")[0]:
        raise errors.bad_request(f"The url of request {part.id} must be relative.")
    if part.url.lstrip("/").startswith("$batch"):
        raise errors.bad_request("A batch cannot contain another batch.")
    named = {name.casefold() for name in part.headers}
    if part.body is not None and "content-type" not in named:
        raise errors.bad_request(
            f"Write request id : {part.id} does not contain Content-Type header or body."
        )


def _check_place(part: Part, earlier: list[str]) -> None:
    if part.id.casefold() in earlier:
        raise errors.bad_request(f"Request id {part.id} is used more than once in the batch.")
    for needed in part.depends_on:
        if needed not in earlier:
            raise errors.bad_request(f"Request {part.id} depends on {needed}, which does not come before it.")


async def run(parts: list[Part], run_one: Run) -> list[dict[str, Any]]:
    """Carry out the parts in order, leaving out those whose prerequisite failed."""
    failed: set[str] = set()
    answers: list[dict[str, Any]] = []
    for part in parts:
        missing = failed.intersection(part.depends_on)
        response = _not_tried() if missing else await run_one(part)
        if response.status >= HTTPStatus.BAD_REQUEST:
            failed.add(part.id.casefold())
        answers.append(_answer(part, response))
    return answers


def _not_tried() -> Response:
    error = {"code": "FailedDependency", "message": "A request that this one depends on has failed."}
    return Response(HTTPStatus.FAILED_DEPENDENCY, {"error": error})


def _answer(part: Part, response: Response) -> dict[str, Any]:
    if response.body is None:
        return {"id": part.id, "status": response.status, "headers": dict(response.headers)}
    return {
        "id": part.id,
        "status": response.status,
        "headers": {"Content-Type": CONTENT_TYPE, **response.headers},
        "body": response.body,
    }
