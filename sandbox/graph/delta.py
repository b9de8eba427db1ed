"""Delta: what changed in a list since a token, the latest state of each item.

Every write takes the next number of one counter, and a token is a place in that order. An item that changes while a
client pages through the list simply comes again at its new place.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sandbox.faults import Kind, Rule
from sandbox.graph import errors, paging
from sandbox.graph.items import Item, Items
from sandbox.graph.store import List
from sandbox.graph.wire import Request

LATEST = "latest"
RESYNC = {
    Kind.RESYNC_APPLY: "resyncChangesApplyDifferences",
    Kind.RESYNC_UPLOAD: "resyncChangesUploadDifferences",
}
FAULTS = frozenset({*RESYNC, Kind.DELTA_ERROR_ELEMENT})
FORMAT = "3"


@dataclass(frozen=True)
class Token:
    """A place in the order of changes; deletions up to `quiet_until` were before the enumeration began."""

    list_id: str
    after: int
    quiet_until: int

    def encoded(self) -> str:
        return paging.encode_token(f"{FORMAT};{self.list_id};{self.after};{self.quiet_until}")

    @classmethod
    def read(cls, text: str, target: List, items: Items) -> Token:
        """Read a token of this list; an empty one starts an enumeration, `latest` skips it."""
        if not text:
            return cls(target.id, 0, items.last_change())
        if text == LATEST:
            return cls(target.id, items.last_change(), 0)
        match paging.decode_token(text).split(";"):
            case [version, list_id, after, quiet] if (
                version == FORMAT and after.isdigit() and quiet.isdigit()
            ):
                if list_id != target.id:
                    raise errors.invalid_request("The token belongs to another list.")
                return cls(list_id, int(after), int(quiet))
        raise errors.invalid_request("The value of 'token' is not valid.")


def _counts(*texts: str) -> bool:
    return all(paging.COUNT.fullmatch(text) for text in texts)


def changes(token: Token, items: Items, size: int) -> tuple[list[Item], Token, bool]:
    """Return one page of changed items, where the next begins, and whether there is a next."""
    found = items.select(
        "SELECT * FROM item WHERE list_id = ? AND changed > ? AND NOT (deleted AND changed <= ?) "
        "ORDER BY changed LIMIT ?",
        (token.list_id, token.after, token.quiet_until, size + 1),
    )
    page = found[:size]
    reached = page[-1].changed if page else token.after
    if len(found) > size:
        return page, Token(token.list_id, reached, token.quiet_until), True
    return page, Token(token.list_id, max(reached, token.quiet_until), 0), False


def links(request: Request, after: Token, *, more: bool) -> dict[str, str]:
    name = "@odata.nextLink" if more else "@odata.deltaLink"
    return {name: paging.link(_plain(request), token=after.encoded())}


def _plain(request: Request) -> Request:
    """Return the request as if it had been spelled `.../delta`, so that links need no brackets."""
    path = "/".join([*request.path.split("/")[:-1], "delta"])
    return Request(
        request.method, request.root, path, request.segments, request.query, request.headers, request.app
    )


def resync(rule: Rule, request: Request) -> errors.Problem:
    """Answer that the token is too old: 410, with the address of a fresh enumeration."""
    fresh = paging.link(_plain(request), token="")
    return errors.Problem(
        HTTPStatus.GONE,
        RESYNC[rule.kind],
        "Resync required. Replace any local items with the server's version (including deletes).",
        inner="resyncRequired",
        headers={"Location": fresh, **rule.headers},
    )


def broken_page(context: str) -> dict[str, Any]:
    """Return the page of a known fault of the service: 200, with an error where the first item should be."""
    error = {"code": "InternalServerError", "message": "Cannot write a deleted resource in this context."}
    return {"@odata.context": context, "value": [{"error": error}]}
