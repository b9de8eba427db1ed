"""What every part of hubs.yaml has in common: ids, names, no key without a meaning, and faults that name their key."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]

Sector = Literal[
    "council", "police", "housing", "health", "fire", "probation", "education", "charity", "business"
]


class Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def laid_over(below: object, above: object) -> object:
    """`above`, with what it leaves out taken from `below`.

    Lists stand as they are. So does a questionnaire with questions of its own: points and thresholds belong together.
    """
    if not isinstance(below, Mapping) or not isinstance(above, Mapping) or "questions" in above:
        return above
    return {**below, **{key: laid_over(below.get(key), value) for key, value in above.items()}}


def over(below: Mapping[str, Any]) -> BeforeValidator:
    """For a section whose left-out keys are taken from here."""
    return BeforeValidator(lambda given: laid_over(below, given))


@dataclass(frozen=True)
class Fault:
    """What is wrong between several keys, told at the path of the one to change."""

    path: tuple[str | int, ...]
    value: object
    sentence: str


def refuse(setting: Setting, faults: Iterable[Fault]) -> None:
    """Raise every fault at once; nothing happens if there are none. For a validator of the setting to call."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError("hubs_file", "{sentence}", {"sentence": fault.sentence}),
            loc=fault.path,
            input=fault.value,
        )
        for fault in faults
    ]
    if details:
        raise ValidationError.from_exception_data(type(setting).__name__, details)


def used_twice(part: str, key: str, values: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value in seen:
            yield Fault((part, place, key), value, f"the {key} {value!r} is used twice in {part}")
        seen.add(value)
