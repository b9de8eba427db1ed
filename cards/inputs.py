"""One input of a form, read forgivingly: what people write for a number or a day is put into one shape.

An input that is absent was left empty: Teams does not send those. Whether it may be empty is not decided here.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from cards import dates, forms, texts, texts_stages


@dataclass(frozen=True)
class Read:
    """What an input held, tidied; where it cannot be taken, as it was typed, with a sentence that says why."""

    value: str
    fault: str = ""


# Tabs and line ends are all that a text needs of these.
_CONTROL_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NUMBER: Final = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?", re.ASCII)
_WORDS_FOR_ZERO: Final = frozenset({"zero", "nil", "none"})
_DAY: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./,-]+(\d{4}|\d{2})", re.ASCII
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
# More than any number or day has: whoever writes a sentence is told what is wanted, not that it is too long.
_MOST_TYPED: Final = 200


def text(given: object, most: int) -> Read:
    """Several lines; a line may end in any of the ways that programs end it."""
    if given is None:
        return Read("")
    if not isinstance(given, str):
        return Read("", texts.NOT_TEXT)
    typed = forms.storable(given)
    tidy = "\n".join(typed.splitlines()).strip()
    if typed != given or _CONTROL_CHARACTER.search(tidy):
        return Read(typed, texts.CANNOT_BE_SHOWN)
    if len(tidy) > most:
        return Read(tidy, texts.too_long(most, len(tidy)))
    return Read(tidy)


def line(given: object, most: int) -> Read:
    """One line; what was pasted in several is joined."""
    read = text(given, most)
    return read if read.fault else Read(" ".join(read.value.split()))


def choice(given: object, choices: Collection[str]) -> Read:
    """One of the choices, or none."""
    read = line(given, max(map(len, choices)))
    if read.value and read.value not in choices:
        return Read(read.value, texts.NO_LONGER_A_CHOICE)
    return read


def number(given: object, most: int) -> Read:
    """A number as plain digits: "£1,200.50", "40 %" and "nil" are understood."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = str(given)
    read = line(given, _MOST_TYPED)
    if read.fault or not read.value:
        return read
    found = _digits(read.value)
    if found is None or len(found) > most:
        return Read(read.value, texts_stages.NOT_A_NUMBER)
    return Read(found)


def day(given: object) -> Read:
    """A day as YYYY-MM-DD: "30/9/2026", "30.09.26" and "30th September 2026" are understood, the day always first."""
    read = line(given, _MOST_TYPED)
    if read.fault or not read.value:
        return read
    found = _date(read.value)
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return Read(read.value, texts_stages.NOT_A_DAY)
    return Read(found.isoformat())


# --- pieces ----------------------------------------------------------------------------------------------------------


def _digits(typed: str) -> str | None:
    plain = re.sub(r"[\s£%]", "", typed).removesuffix(".")
    if plain.lower() in _WORDS_FOR_ZERO:
        return "0"
    if not _NUMBER.fullmatch(plain) or not any(character.isdigit() for character in plain):
        return None
    # Adding zero makes 0 of -0.
    return f"{Decimal(plain.replace(',', '')) + 0:f}"


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        pass
    written = _DAY.fullmatch(typed.lower())
    if written is None:
        return None
    day_of_month, month, year = written.groups()
    try:
        return date(_full_year(year), _month(month), int(day_of_month))
    except ValueError:
        return None


def _full_year(year: str) -> int:
    return int(year) if len(year) == len("2026") else 2000 + int(year)


def _month(month: str) -> int:
    """The number of a month, which may be written out or begun: sep, sept, september. No month is 0."""
    if month.isdigit():
        return int(month)
    return next((n for n, name in enumerate(dates.MONTHS, 1) if name.lower().startswith(month)), 0)
