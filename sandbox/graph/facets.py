"""The kinds of column: each facet with its settings and their defaults, as Graph shows them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from sandbox.graph import errors

SINGLE_LINE_LIMIT = 255
MULTIPLE_LINES_LIMIT = 63_999


class Facet(BaseModel):
    """One type of column."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, validate_by_name=True, frozen=True, strict=True
    )

    is_lookup: ClassVar[bool] = False
    shown: ClassVar[bool] = True

    @property
    def multiple(self) -> bool:
        return False

    @property
    def can_be_indexed(self) -> bool:
        return not self.multiple

    @property
    def can_be_unique(self) -> bool:
        return self.can_be_indexed


class Text(Facet):
    allow_multiple_lines: bool = False
    append_changes_to_existing_text: bool = False
    lines_for_editing: int = 0
    max_length: int | None = Field(default=None, ge=1, le=SINGLE_LINE_LIMIT)
    text_type: Literal["plain", "richText"] = "plain"

    @property
    def can_be_indexed(self) -> bool:
        return not self.allow_multiple_lines

    @property
    def longest(self) -> int:
        return MULTIPLE_LINES_LIMIT if self.allow_multiple_lines else self.max_length or SINGLE_LINE_LIMIT


class Choice(Facet):
    allow_text_entry: bool = False
    choices: list[str] = Field(default_factory=list)
    display_as: Literal["checkBoxes", "dropDownMenu", "radioButtons"] = "dropDownMenu"

    @property
    def multiple(self) -> bool:
        return self.display_as == "checkBoxes"


class DateTime(Facet):
    display_as: Literal["default", "friendly", "standard"] = "default"
    format: Literal["dateOnly", "dateTime"] = "dateOnly"


class Number(Facet):
    decimal_places: Literal["automatic", "none", "one", "two", "three", "four", "five"] = "automatic"
    display_as: Literal["number", "percentage"] = "number"
    maximum: float | None = None
    minimum: float | None = None


class Currency(Facet):
    locale: str = "en-gb"


class Boolean(Facet):
    @property
    def can_be_unique(self) -> bool:
        return False


class Lookup(Facet):
    is_lookup: ClassVar[bool] = True

    allow_multiple_values: bool = False
    allow_unlimited_length: bool = False
    column_name: str = "Title"
    list_id: str

    @property
    def multiple(self) -> bool:
        return self.allow_multiple_values


class PersonOrGroup(Facet):
    is_lookup: ClassVar[bool] = True

    allow_multiple_selection: bool = False
    choose_from_type: Literal["peopleAndGroups", "peopleOnly"] = "peopleOnly"
    display_as: str = "nameWithPresence"

    @property
    def multiple(self) -> bool:
        return self.allow_multiple_selection


class HyperlinkOrPicture(Facet):
    shown: ClassVar[bool] = False

    is_picture: bool = False

    @property
    def can_be_indexed(self) -> bool:
        return False


KINDS: dict[str, type[Facet]] = {
    "text": Text,
    "choice": Choice,
    "dateTime": DateTime,
    "number": Number,
    "currency": Currency,
    "boolean": Boolean,
    "lookup": Lookup,
    "personOrGroup": PersonOrGroup,
    "hyperlinkOrPicture": HyperlinkOrPicture,
}
OTHER_KINDS = frozenset({"calculated", "contentApprovalStatus", "geolocation", "term", "thumbnail"})


def named_in(body: dict[str, Any]) -> list[str]:
    """Return the kinds of column that a body asks for."""
    return [name for name in body if name in KINDS or name in OTHER_KINDS]


def read(body: dict[str, Any]) -> tuple[str, Facet]:
    """Return the one facet of a column definition."""
    asked = named_in(body)
    if len(asked) != 1:
        raise errors.invalid_request("A column definition must have exactly one type facet.")
    name = asked[0]
    if name in OTHER_KINDS:
        raise errors.not_supported(f"A column of type '{name}'")
    return name, parse(name, body[name])


def parse(name: str, settings: Any) -> Facet:
    try:
        return KINDS[name].model_validate(settings, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(part) for part in (name, *first["loc"]))
        raise errors.invalid_request(f"The column's '{where}' is not valid: {first['msg']}") from error
