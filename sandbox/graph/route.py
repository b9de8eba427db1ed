"""A path with places in it, and what to do for whoever names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.graph.wire import Response

_Call = TypeVar("_Call")


@dataclass(frozen=True)
class Route(Generic[_Call]):
    """An operation, and the roles of which a token must hold one."""

    method: str
    pattern: tuple[str, ...]
    handler: Callable[[_Call], Response]
    need: frozenset[str]

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """Return what the path names at the pattern's `{places}`, or None when it is another path."""
        if len(segments) != len(self.pattern):
            return None
        place: dict[str, str] = {}
        for wanted, segment in zip(self.pattern, segments, strict=True):
            if wanted.startswith("{"):
                place[wanted.strip("{}")] = segment
            elif wanted != segment:
                return None
        return place


def route(method: str, path: str, handler: Callable[[_Call], Response], need: frozenset[str]) -> Route[_Call]:
    return Route(method, tuple(path.split("/")) if path else (), handler, need)


def find(
    routes: Iterable[Route[_Call]], segments: tuple[str, ...]
) -> list[tuple[Route[_Call], dict[str, str]]]:
    """Return every operation on this path, with what the path names."""
    return [(one, place) for one in routes if (place := one.match(segments)) is not None]
