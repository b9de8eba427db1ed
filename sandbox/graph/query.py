"""OData's query options: `$select`, `$expand` with its nested options, `$top`, `$filter`, `$orderby`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sandbox.graph import errors

KNOWN = frozenset({"$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$skiptoken"})
UNPREFIXED = frozenset(
    {"select", "expand", "filter", "orderby", "top", "skip", "count", "search", "skiptoken"}
)


@dataclass(frozen=True)
class Options:
    """The options of one request, or those in the brackets of one expanded property."""

    given: Mapping[str, str] = field(default_factory=dict)
    select: tuple[str, ...] | None = None
    expand: Mapping[str, Options] = field(default_factory=dict)
    top: int | None = None

    def __getitem__(self, name: str) -> str | None:
        return self.given.get(name)

    def allow(self, options: Collection[str], *, expand: Collection[str] = ()) -> None:
        """Refuse what this resource does not offer."""
        for name in self.given:
            if name not in options:
                raise errors.invalid_request(f"The query option '{name}' is not supported on this resource.")
        for name in self.expand:
            if name not in expand:
                raise errors.bad_request(f"Parsing OData Select and Expand failed: cannot expand '{name}'.")

    def wants(self, name: str) -> bool:
        return self.select is None or name in self.select


def parse(pairs: Collection[tuple[str, str]], *, extra: Collection[str] = ()) -> Options:
    """Read the options of a URL; `extra` names parameters without `$` that the resource has, such as `token`."""
    given: dict[str, str] = {}
    for name, value in pairs:
        _check_name(name, extra)
        if name in given:
            raise errors.bad_request(f"Query option '{name}' was specified more than once.")
        if name.startswith("$") or name in extra:
            given[name] = value
    return _options(given)


def _check_name(name: str, extra: Collection[str]) -> None:
    if name in UNPREFIXED and name not in extra:
        raise errors.bad_argument(f"The query option '{name}' must be written '${name}'.")
    if name.startswith("$") and name not in KNOWN:
        raise errors.invalid_request(f"The query option '{name}' is not supported on this resource.")


def _options(given: Mapping[str, str]) -> Options:
    return Options(
        given=given,
        select=_names(given["$select"]) if "$select" in given else None,
        expand=dict(_expanded(part) for part in split(given.get("$expand", ""), ",")),
        top=_top(given["$top"]) if "$top" in given else None,
    )


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise errors.bad_request("Parsing OData Select and Expand failed: an empty name in '$select'.")
    return names


def _top(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise errors.invalid_request(f"The value '{text}' of '$top' is not a positive number.")
    return int(text)


def _expanded(part: str) -> tuple[str, Options]:
    name, bracket, inside = part.partition("(")
    if bracket and not inside.endswith(")"):
        raise errors.bad_request("Parsing OData Select and Expand failed: a bracket is not closed.")
    pairs = [_nested(option) for option in split(inside[:-1], ";")]
    return name.strip(), parse(pairs)


def _nested(option: str) -> tuple[str, str]:
    name, equals, value = option.partition("=")
    if not equals:
        raise errors.bad_request(f"Parsing OData Select and Expand failed: '{option}' is not an option.")
    return name.strip(), value.strip()


def split(text: str, separator: str) -> Iterator[str]:
    """Split at separators outside brackets and quotes; nothing at all comes from an empty text."""
    depth, quoted, start = 0, False, 0
    for at, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if character == separator and depth == 0:
                yield text[start:at].strip()
                start = at + 1
    if text.strip():
        yield text[start:].strip()
