"""The kinds of SharePoint column in use: how each is declared, and when two values of it are the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from graph_sync.wire import Json

FACETS: Final = frozenset(
    {
        "boolean", "calculated", "choice", "contentApprovalStatus", "currency", "dateTime", "geolocation",
        "hyperlinkOrPicture", "lookup", "number", "personOrGroup", "term", "text", "thumbnail",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A single line of text; the subclasses are the other kinds.

    `name` is the internal name: an English word that stays for ever. `title` is what people see and may rename.
    """

    name: str
    title: str
    indexed: bool = False
    unique: bool = False

    facet: ClassVar[str] = "text"
    settings: ClassVar[Json] = {"allowMultipleLines": False, "maxLength": 255}
    must: ClassVar[Json] = {"allowMultipleLines": False}

    def definition(self) -> Json:
        """Declare the column as Graph creates it; a unique column must be indexed from the start."""
        return {
            "name": self.name,
            "displayName": self.title,
            "indexed": self.indexed or self.unique,
            "enforceUniqueValues": self.unique,
            self.facet: self._settings(),
        }

    def _settings(self) -> Json:
        return dict(self.settings)

    def fault_of(self, existing: Json) -> str | None:
        """Say why a column of this name that the list has already cannot serve, if so.

        Graph leaves out facets it does not describe: a column without any is given the benefit of the doubt.
        """
        facets = FACETS & existing.keys()
        if not facets:
            return None
        if self.facet not in facets:
            return f"is of the type {', '.join(sorted(facets))} and should be {self.facet}"
        return self._fault_of(existing[self.facet])

    def _fault_of(self, settings: Json) -> str | None:
        wrong = [name for name, wanted in self.must.items() if settings.get(name, wanted) != wanted]
        told = (f"{name} set to {settings[name]!r} instead of {self.must[name]!r}" for name in wrong)
        return f"has {' and '.join(told)}" if wrong else None

    def repair_of(self, existing: Json) -> Json:
        """Return what has to change about a column that the list has already; empty if nothing."""
        wanted = {"indexed": self.indexed or self.unique, "enforceUniqueValues": self.unique}
        lacking = {name: True for name, needed in wanted.items() if needed and not existing.get(name)}
        # Uniqueness is only accepted together with the index it needs.
        return {"indexed": True, **lacking} if lacking else {}

    def normal(self, value: Any) -> Any:
        """Bring a value into the form in which ours and SharePoint's can be compared.

        SharePoint leaves out what is empty, and hands texts, times and numbers back a little differently.
        """
        return "" if value is None else str(value).replace("\r\n", "\n").strip()

    def same(self, one: Any, other: Any) -> bool:
        return bool(self.normal(one) == self.normal(other))

    def admits(self, value: Any) -> bool:
        """Tell whether the column takes a value that was read from another list's column of this kind."""
        del value
        return True

    def fingerprint(self, value: Any) -> str:
        """Stand in for a value where only its sameness matters: no second copy of what people wrote."""
        return hashlib.blake2b(str(self.normal(value)).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Lines(Column):
    """Several lines of plain text; rich text would come back wrapped in HTML."""

    settings: ClassVar[Json] = {"allowMultipleLines": True, "textType": "plain", "linesForEditing": 6}
    must: ClassVar[Json] = {"allowMultipleLines": True, "textType": "plain"}


@dataclass(frozen=True)
class Choice(Column):
    """One of a few words that belong to the field itself; what a hub configures is text."""

    choices: tuple[str, ...] = ()

    facet: ClassVar[str] = "choice"
    must: ClassVar[Json] = {}

    def _settings(self) -> Json:
        return {"allowTextEntry": False, "choices": list(self.choices), "displayAs": "dropDownMenu"}

    def repair_of(self, existing: Json) -> Json:
        settings = existing.get(self.facet, {})
        offered = list(settings.get("choices", []))
        missing = [choice for choice in self.choices if choice not in offered]
        more = {self.facet: {**settings, "choices": offered + missing}} if missing else {}
        return {**super().repair_of(existing), **more}

    def admits(self, value: Any) -> bool:
        """People may have added words to one list that another does not have."""
        return value is None or value in self.choices


@dataclass(frozen=True)
class Number(Column):
    facet: ClassVar[str] = "number"
    must: ClassVar[Json] = {}
    settings: ClassVar[Json] = {"decimalPlaces": "none"}

    def normal(self, value: Any) -> Any:
        return "" if value in (None, "") else float(value)


@dataclass(frozen=True)
class YesNo(Column):
    facet: ClassVar[str] = "boolean"
    must: ClassVar[Json] = {}
    settings: ClassVar[Json] = {}

    def normal(self, value: Any) -> Any:
        return bool(value)


@dataclass(frozen=True)
class Moment(Column):
    """A point in time; SharePoint keeps whole seconds."""

    facet: ClassVar[str] = "dateTime"
    must: ClassVar[Json] = {}
    settings: ClassVar[Json] = {"format": "dateTime", "displayAs": "standard"}

    def normal(self, value: Any) -> Any:
        return "" if value is None else str(value)[:19]


@dataclass(frozen=True)
class Day(Moment):
    """A date without a time of day."""

    settings: ClassVar[Json] = {"format": "dateOnly", "displayAs": "standard"}

    def normal(self, value: Any) -> Any:
        return "" if value is None else str(value)[:10]
