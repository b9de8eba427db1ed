"""One request to Graph and its answer, as plain values: the same for a call of its own and a part of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from multidict import CIMultiDict, CIMultiDictProxy

from sandbox.graph import errors

JsonObject = dict[str, Any]
CONTENT_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)


@dataclass(frozen=True)
class Request:
    """What is asked: the path split and decoded, the query in order, the JSON body if there is one."""

    method: str
    root: str
    path: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: CIMultiDictProxy[str]
    app: JsonObject
    body: Any = None

    @classmethod
    def from_url(
        cls,
        method: str,
        root: str,
        url: str,
        *,
        headers: Mapping[str, str],
        app: JsonObject,
        body: Any = None,
    ) -> Request:
        """Read a still encoded path and query, relative to `root`."""
        path, _, query = url.partition("?")
        segments = tuple(unquote(segment) for segment in path.split("/") if segment)
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        frozen = CIMultiDictProxy(CIMultiDict(headers))
        return cls(method, root, "/" + path.lstrip("/"), segments, pairs, frozen, app, body)

    @property
    def full_path(self) -> str:
        """The decoded path from the host on, as records and faults show it."""
        return f"{urlsplit(self.root).path}/{'/'.join(self.segments)}"

    def json_object(self) -> JsonObject:
        if isinstance(self.body, dict):
            return self.body
        raise errors.bad_request("The request body must be a JSON object.")

    def prefers(self, preference: str) -> bool:
        stated = ",".join(self.headers.getall("Prefer", []))
        return preference.casefold() in (part.strip().casefold() for part in stated.split(","))


@dataclass(frozen=True)
class Response:
    status: HTTPStatus = HTTPStatus.OK
    body: JsonObject | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def encode(body: JsonObject) -> bytes:
    return _dump(body).encode("utf-8", "replace")  # half a character (a lone surrogate) cannot be sent


def decode(raw: bytes) -> Any:
    """Read a body; refuse what Python's reader lets pass although it is no JSON or no text: NaN, half characters."""
    try:
        body = json.loads(raw)
        _dump(body).encode()
    except (ValueError, RecursionError) as error:
        raise errors.bad_request("Unable to read JSON request payload.") from error
    return body


def _dump(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
