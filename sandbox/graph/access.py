"""Who may do what: an app-only token for Graph, and the application roles in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.graph import errors
from sandbox.identity import InvalidTokenError
from sandbox.login import GRAPH

MANAGERS = frozenset({"Sites.Manage.All", "Sites.FullControl.All"})
WRITERS = MANAGERS | {"Sites.ReadWrite.All"}
READERS = WRITERS | {"Sites.Read.All"}


class Verifier(Protocol):
    def verify_app_token(self, token: str, audience: str) -> dict[str, Any]: ...


def authenticate(identity: Verifier, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the claims of the caller's token."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if not token or scheme.casefold() != "bearer":
        raise errors.unauthenticated("Access token is empty.")
    try:
        return identity.verify_app_token(token.strip(), GRAPH)
    except InvalidTokenError as error:
        raise errors.unauthenticated(f"Access token validation failure. {error}") from error


def authorise(claims: Mapping[str, Any], need: frozenset[str]) -> None:
    """Let nobody pass who holds none of these roles."""
    if need.isdisjoint(claims.get("roles", ())):
        raise errors.access_denied()
