"""Three versions of an item, one result: what we wrote last, what we want now, what SharePoint shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_sync.lists import ListDefinition

Fields = Mapping[str, Any]
Base = Mapping[str, str]
"""Fingerprints of the values at the last time both sides agreed, by field. After an update whose answer was lost there
are several to a field, with spaces between: SharePoint may hold any of them."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Both sides changed one field. Neither value is lost: theirs stays in SharePoint, ours in the case file."""

    field: str
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """`theirs` names the fields that only they changed: nowhere but in SharePoint is it known what stands there."""

    write: dict[str, Any] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)


def fingerprints(definition: ListDefinition, fields: Fields) -> dict[str, str]:
    return {name: definition.by_name[name].fingerprint(value) for name, value in fields.items()}


def in_doubt(definition: ListDefinition, before: Base, after: Base, names: Iterable[str]) -> dict[str, str]:
    """Return the base to note before some fields are updated: until the answer is there, old and new are possible."""
    possible = {name: _possible(definition, before, name) | {after[name]} for name in names}
    return {**after, **{name: " ".join(sorted(prints)) for name, prints in possible.items()}}


def changed(definition: ListDefinition, ours: Fields, base: Base) -> dict[str, Any]:
    """Return the fields of ours that differ from what was last agreed, or may differ."""
    columns = definition.by_name
    differing = {
        name: (value, our_print)
        for name, value in ours.items()
        if base.get(name) != (our_print := columns[name].fingerprint(value))
    }
    return {
        name: value
        for name, (value, our_print) in differing.items()
        if _possible(definition, base, name) != {our_print}
    }


def merge(definition: ListDefinition, ours: Fields, base: Base, theirs: Fields) -> Merged:
    """Merge field by field.

    What only they changed is left alone and so is its base: the pull will still see it as their change. A clash is
    noted once: ours becomes the base, so that the next push does not fight over it again.
    """
    result = Merged()
    for name, value in ours.items():
        column = definition.by_name[name]
        our_print, their_print = column.fingerprint(value), column.fingerprint(theirs.get(name))
        agreed = _possible(definition, base, name)
        result.base[name] = our_print
        if their_print == our_print:
            continue
        if agreed == {our_print}:
            result.theirs.append(name)
        elif their_print in agreed:
            result.write[name] = value
        else:
            result.clashes.append(Clash(name, value, theirs.get(name)))
    return result


def overwritten(definition: ListDefinition, ours: Fields, theirs: Fields) -> Merged:
    """Ours takes the place of whatever SharePoint shows: nothing of it is to be kept, anywhere."""
    columns = definition.by_name
    write = {name: value for name, value in ours.items() if not columns[name].same(value, theirs.get(name))}
    return Merged(write, fingerprints(definition, ours))


def edits(definition: ListDefinition, ours: Fields, base: Base, theirs: Fields) -> list[Clash]:
    """Return what somebody else has made of an item since both sides agreed, and we have not."""
    found = []
    for name, value in ours.items():
        column = definition.by_name[name]
        their_print = column.fingerprint(theirs.get(name))
        if their_print not in _possible(definition, base, name) | {column.fingerprint(value)}:
            found.append(Clash(name, value, theirs.get(name)))
    return found


def is_ours_changed(definition: ListDefinition, base: Base, edit: Clash) -> bool:
    """Tell whether we, too, have changed what somebody else edited."""
    return definition.by_name[edit.field].fingerprint(edit.ours) not in _possible(
        definition, base, edit.field
    )


def _possible(definition: ListDefinition, base: Base, name: str) -> set[str]:
    """Return what SharePoint may hold of a field unless somebody else changed it; one unknown so far was empty."""
    return set(base.get(name, definition.by_name[name].fingerprint(None)).split())
