"""A referral as a partner gives it: checked, tidied, and otherwise word for word."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError


class Danger(StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Since(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEAR = "year"
    LONGER = "longer"


class Frequency(StrEnum):
    ONCE = "once"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"
    CONSTANT = "constant"


class Equality(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


class SharingBasis(StrEnum):
    CRIME_AND_DISORDER = "crime_and_disorder"
    SAFEGUARDING = "safeguarding"
    PUBLIC_TASK = "public_task"
    CONSENT = "consent"


_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _one_kind_of_line_break(text: object) -> object:
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def _without_control_characters(text: str) -> str:
    if _CONTROL_CHARACTER.search(text):
        raise ValueError("This holds a character that cannot be shown. Please type the text again.")
    return text


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


MOST_PEOPLE = 30


def _of_so_many_people(text: str) -> str:
    """One person a line; each becomes an item of the People list, so there is an end to them."""
    if sum(bool(line.strip()) for line in text.splitlines()) > MOST_PEOPLE:
        raise PydanticCustomError(
            "too_many_people", "Please name at most {most} people.", {"most": MOST_PEOPLE}
        )
    return text


_Plain = Annotated[
    str,
    BeforeValidator(_one_kind_of_line_break),
    StringConstraints(strip_whitespace=True),
    AfterValidator(_without_control_characters),
]


class Referral(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    danger: Danger
    what: Annotated[_Plain, StringConstraints(min_length=10, max_length=4000)]
    category: Annotated[_Plain, StringConstraints(min_length=1, max_length=60)]
    where: Annotated[_Plain, StringConstraints(min_length=3, max_length=300)]
    since: Since
    frequency: Frequency
    tried: Annotated[_Plain, StringConstraints(max_length=2000)] = ""
    wanted: Annotated[_Plain, StringConstraints(min_length=3, max_length=1000)]
    affected: Annotated[_Plain, StringConstraints(max_length=2000), AfterValidator(_of_so_many_people)] = ""
    involved: Annotated[_Plain, StringConstraints(max_length=2000), AfterValidator(_of_so_many_people)] = ""
    equality: Equality
    equality_note: Annotated[_Plain, StringConstraints(max_length=1000)] = ""
    sharing_basis: SharingBasis
    own_reference: Annotated[_Plain, StringConstraints(max_length=60), AfterValidator(_on_one_line)] = ""
