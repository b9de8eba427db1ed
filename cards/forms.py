"""What came back from a form, made safe: every answer kept as typed, every fault told in one kind sentence.

The limits are those of `Referral`, which has the last word; a client's own checks only save the person a round trip.
An emptied input does not travel in Teams, so a field that is absent from its page was emptied.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from annotated_types import MaxLen, MinLen
from pydantic import StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from cards import texts
from cards.verbs import Page
from osara_store.directory import Directory
from osara_store.referral import MOST_PEOPLE, Referral

Values = dict[str, str]
Errors = dict[str, str]

PAGE_ONE: Final = ("danger", "what", "category", "where", "since", "frequency", "tried", "wanted")
PAGE_TWO: Final = ("affected", "involved", "equality", "equality_note", "sharing_basis", "own_reference")


@cache
def most_characters(field: str) -> int | None:
    """The most that `Referral` takes in this field; None for a choice."""
    found = [
        part.max_length
        for part in Referral.model_fields[field].metadata
        if isinstance(part, StringConstraints | MaxLen)
    ]
    return min((most for most in found if most is not None), default=None)


@cache
def least_characters(field: str) -> int:
    found = [
        part.min_length
        for part in Referral.model_fields[field].metadata
        if isinstance(part, StringConstraints | MinLen)
    ]
    return max((least for least in found if least is not None), default=0)


def read_page_one(inputs: Mapping[str, object], directory: Directory) -> tuple[Values, Errors]:
    """The first page's answers as typed, and what is wrong with them."""
    values, errors = _read(inputs, Page.ONE, PAGE_ONE)
    return values, {**_faults(values, PAGE_ONE), **_unknown_category(values, directory), **errors}


def read_page_two(inputs: Mapping[str, object]) -> tuple[Values, Errors]:
    """The second page's answers as typed, and what is wrong with them."""
    values, errors = _read(inputs, Page.TWO, PAGE_TWO)
    return values, {**_faults(values, PAGE_TWO), **errors}


def to_referral(values: Mapping[str, str], directory: Directory) -> Referral | Errors:
    """The referral that both pages make, or what is wrong with them, in the order of the form."""
    answers = {field: values.get(field, "") for field in (*PAGE_ONE, *PAGE_TWO)}
    errors = {**_faults(answers, (*PAGE_ONE, *PAGE_TWO)), **_unknown_category(answers, directory)}
    if not errors:
        return Referral.model_validate(answers)
    return {field: errors[field] for field in answers if field in errors}


def on_page_one(errors: Mapping[str, str]) -> bool:
    """Whether the first page is the one to go back to."""
    return any(field in errors for field in PAGE_ONE)


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(inputs: Mapping[str, object], page: Page, fields: tuple[str, ...]) -> tuple[Values, Errors]:
    """A button on a page without these inputs typed nothing: then nothing is read, and nothing emptied."""
    if inputs.get("page", page) != page:
        return {}, {}
    values: Values = {}
    errors: Errors = {}
    for field in fields:
        given = inputs.get(field) or ""
        values[field] = storable(given) if isinstance(given, str) else ""
        if values[field] != given:
            errors[field] = texts.CANNOT_BE_SHOWN if isinstance(given, str) else texts.NOT_TEXT
    return values, errors


def storable(text: str) -> str:
    """Half a character (a lone surrogate) and the character zero are in no text, and not every database takes them."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


# --- checking --------------------------------------------------------------------------------------------------------


def _unknown_category(values: Mapping[str, str], directory: Directory) -> Errors:
    category = values.get("category", "").strip()
    if not category or directory.category(category) is not None:
        return {}
    return {"category": texts.NO_LONGER_A_CHOICE}


def _faults(values: Mapping[str, str], fields: tuple[str, ...]) -> Errors:
    """One sentence for each of these fields that `Referral` would refuse."""
    if not values:
        return {}
    try:
        Referral.model_validate(dict(values))
    except ValidationError as refused:
        first = {str(fault["loc"][0]): fault for fault in reversed(refused.errors(include_url=False))}
        return {field: _sentence(field, first[field]) for field in fields if field in first}
    return {}


def _sentence(field: str, fault: ErrorDetails) -> str:
    typed = fault["input"].strip() if isinstance(fault["input"], str) else ""
    if not typed and field in texts.MISSING:
        return texts.MISSING[field]
    match fault["type"]:
        case "too_long" | "string_too_long":
            return texts.too_long(most_characters(field) or 0, len(typed))
        case "too_short" | "string_too_short":
            return texts.too_short(least_characters(field))
        case "enum":
            return texts.NO_LONGER_A_CHOICE
        case "too_many_people":
            return texts.too_many_people(MOST_PEOPLE)
        case _:
            return texts.CANNOT_BE_SHOWN
