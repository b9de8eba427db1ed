"""A request to Graph and its answer as plain data, whichever way they travel: alone or as a part of a $batch."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_sync.errors import (
    DEFAULT_WAIT,
    BadRequest,
    Conflict,
    Duplicate,
    GraphError,
    NotAllowed,
    NotFound,
    ServerFault,
    Throttled,
    Unavailable,
)

Json = dict[str, Any]

SHORTEST_WAIT = 1.0
LONGEST_WAIT = 86_400.0
PASSES_BY_ITSELF = frozenset({408, 409, 423, 424})
# Which status a duplicate value has is not documented, so the words decide; a list of the same name has a code, and so
# has an event whose transactionId was used before.
MAY_MEAN_DUPLICATE = frozenset({400, 409, 500})
DUPLICATE_WORDS = "duplicate values"
DUPLICATE_CODES = frozenset({"namealreadyexists", "errorduplicatetransactionid"})
CHANGED_CODE = "resourcemodified"


@dataclass(frozen=True, slots=True)
class Request:
    """One call: `url` is absolute, `if_match` makes the change conditional, `prefer` shapes the answer."""

    method: str
    url: str
    body: Json | None = None
    if_match: str | None = None
    prefer: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        content_type = None if self.body is None else "application/json"
        given = {"Content-Type": content_type, "If-Match": self.if_match, "Prefer": self.prefer}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def expect(self) -> Json:
        """Return the body of a success.

        Raises:
            GraphError: the answer is a refusal; the class tells which.
        """
        error = problem(self)
        if error:
            raise error
        return self.body if isinstance(self.body, dict) else {}

    def says(self, code: str) -> bool:
        """Whether a refusal carries this code, in small letters."""
        return code in _codes(self.body)


def next_page(page: Json) -> Request | None:
    """Return the request for what follows a page of a collection."""
    link = page.get("@odata.nextLink")
    return Request("GET", link) if link else None


def problem(answer: Answer) -> GraphError | None:
    """Say what a refusal means, or None for a success."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - the range of success is HTTP's own
        return None
    codes = list(_codes(answer.body))
    why = describe(answer, codes)
    if _is_duplicate(answer, codes):
        return Duplicate(why, status=status)
    if status == 412 or CHANGED_CODE in codes:  # noqa: PLR2004 - Precondition Failed
        return Conflict(why, status=status)
    # 502 and 504 come from the gateway: they tell of Graph, not of this item.
    busy = {429: Throttled, 502: Unavailable, 503: Unavailable, 504: Unavailable}.get(status)
    if busy:
        return busy(why, status=status, after=wait_of(answer.headers))
    return _kind_of(status)(why, status=status)


def _kind_of(status: int) -> type[GraphError]:
    if status in (404, 410):
        return NotFound
    if status in (401, 403):
        return NotAllowed
    if status >= 500 or status in PASSES_BY_ITSELF:  # noqa: PLR2004 - server errors start here
        return ServerFault
    return BadRequest


def describe(answer: Answer, codes: list[str]) -> str:
    """Sum up a refusal without any of its prose."""
    request_id = re.sub(r"[^0-9A-Za-z-]", "", answer.headers.get("request-id", ""))[:64]
    return " ".join(
        [f"Graph answered {answer.status}", *codes, *([f"(request {request_id})"] if request_id else [])]
    )


def wait_of(headers: Mapping[str, str]) -> float:
    """Return how many seconds Graph asks us to stay away: the longer of its two ways to say it."""
    said = [_seconds(headers, name) for name in ("retry-after", "ratelimit-reset")]
    return max((seconds for seconds in said if seconds is not None), default=DEFAULT_WAIT)


def _seconds(headers: Mapping[str, str], name: str) -> float | None:
    try:
        seconds = float(headers.get(name, ""))
    except ValueError:
        return None
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT) if math.isfinite(seconds) else None


def _is_duplicate(answer: Answer, codes: list[str]) -> bool:
    if answer.status not in MAY_MEAN_DUPLICATE:
        return False
    return not DUPLICATE_CODES.isdisjoint(codes) or DUPLICATE_WORDS in _message(answer.body).lower()


def _message(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("message", "")) if isinstance(error, dict) else ""


def _codes(body: Any) -> Iterator[str]:
    """Walk the nested error objects; codes are words, so anything else is cut away."""
    error = body.get("error") if isinstance(body, dict) else None
    while isinstance(error, dict):
        code = re.sub(r"[^0-9A-Za-z._-]", "", str(error.get("code", "")))[:60].lower()
        if code:
            yield code
        error = error.get("innerError", error.get("innererror"))
