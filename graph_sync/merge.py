"""Three versions of an item, one result: what we wrote last, what we want now, what SharePoint shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_sync.lists import ListDefinition

Fields = Mapping[str, Any]
Base = Mapping[str, str]
"""Fingerprints of the values at the last time both sides agreed, by field."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Both sides changed one field. Neither value is lost: theirs stays in SharePoint, ours in the case file."""

    field: str
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    write: dict[str, Any] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def fingerprints(definition: ListDefinition, fields: Fields) -> dict[str, str]:
    return {name: definition.by_name[name].fingerprint(value) for name, value in fields.items()}


def changed(definition: ListDefinition, ours: Fields, base: Base) -> dict[str, Any]:
    """Return the fields of ours that differ from what was last agreed."""
    columns = definition.by_name
    return {name: value for name, value in ours.items() if base.get(name) != columns[name].fingerprint(value)}


def merge(definition: ListDefinition, ours: Fields, base: Base, theirs: Fields) -> Merged:
    """Merge field by field.

    What only they changed is left alone and so is its base: the pull will still see it as their change. A clash is
    noted once: ours becomes the base, so that the next push does not fight over it again.
    """
    result = Merged()
    for name, value in ours.items():
        column = definition.by_name[name]
        our_print, their_print = column.fingerprint(value), column.fingerprint(theirs.get(name))
        agreed = base.get(name, column.fingerprint(None))
        if our_print == agreed:
            result.base[name] = agreed
            continue
        result.base[name] = our_print
        if their_print == agreed:
            result.write[name] = value
        elif their_print != our_print:
            result.clashes.append(Clash(name, value, theirs.get(name)))
    return result
