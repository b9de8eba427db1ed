"""The two instruments that say how serious a case is, as hubs.yaml gives them.

A questionnaire is put to a victim and counts points; a structured judgement is for places and a community's problems.
How they are applied is in `risk`.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from osara_store import built_in_settings
from osara_store.setting import Fault, Name, Setting, Slug, Text, over, refuse, used_twice

# What stands for an answer that nobody could give; no questionnaire may use it as an id of its own.
NOT_KNOWN: Final = "not_known"

# The two other answers to a flag.
YES: Final = "yes"
NO: Final = "no"


class Band(StrEnum):
    """How serious a case is. Compare by `rank`: as text, "standard" would come after "high"."""

    STANDARD = "standard"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK: Final[Mapping[Band, int]] = {band: rank for rank, band in enumerate(Band)}


def higher(*bands: Band) -> Band:
    return max(bands, key=lambda band: band.rank)


Points = Annotated[int, Field(strict=True, ge=0, le=100)]


class Choice(Setting):
    """One answer to a question. More points are a worse answer."""

    id: Slug
    label: Name
    points: Points = 0


class Question(Setting):
    """One question. `at_least`: an answer after which the band is no lower, whatever the score."""

    id: Slug
    text: Text
    answers: tuple[Choice, ...] = Field(min_length=2)
    at_least: dict[str, Band] = Field(default_factory=dict)
    not_known: Points = Field(default=None, validate_default=True)

    @field_validator("not_known", mode="before")
    @classmethod
    def _as_little_as_anything_counts(cls, given: object, info: ValidationInfo) -> object:
        """Left out, "not known" counts as the answer with the fewest points that counts at all."""
        if given is not None:
            return given
        return min((answer.points for answer in info.data.get("answers", ()) if answer.points), default=0)

    @model_validator(mode="after")
    def _worse_is_never_better(self) -> Self:
        refuse(self, _question_faults(self))
        return self

    @property
    def worst(self) -> int:
        return max(answer.points for answer in self.answers)

    def takes(self, answer: str) -> bool:
        return answer in self.points

    def floor(self, answer: str) -> Band:
        """The least band after this answer."""
        return self.at_least.get(answer, Band.STANDARD)

    @cached_property
    def points(self) -> Mapping[str, int]:
        """What each answer counts, "not known" among them."""
        return {NOT_KNOWN: self.not_known} | {answer.id: answer.points for answer in self.answers}


def _question_faults(question: Question) -> Iterator[Fault]:
    yield from used_twice("answers", "id", (answer.id for answer in question.answers))
    for place, choice in enumerate(question.answers):
        if choice.id == NOT_KNOWN:
            yield Fault(
                ("answers", place, "id"), choice.id, f"{NOT_KNOWN!r} is an answer to every question already"
            )
    for answer in question.at_least.keys() - question.points.keys():
        yield Fault(("at_least", answer), answer, f"there is no answer {answer!r} to this question")
    if question.not_known > question.worst:
        yield Fault(("not_known",), question.not_known, "not known counts more than the worst answer")
    if question.not_known == 0 < question.worst:
        yield Fault(("not_known",), 0, "not known may not count as nothing where other answers count")
    yield from _floor_faults(question)


def _floor_faults(question: Question) -> Iterator[Fault]:
    """A worse answer must not lead to a lower band than a better one."""
    points = question.points
    by_points = sorted(points, key=lambda answer: (points[answer], question.floor(answer).rank))
    for better, worse in pairwise(by_points):
        if question.floor(worse).rank < question.floor(better).rank:
            sentence = f"{worse!r} counts more than {better!r}, so its band must be at least as high"
            yield Fault(("at_least", worse), worse, sentence)


class Flag(Setting):
    """A danger: "yes" is always high. `not_known` is the least band while nobody can rule it out."""

    id: Slug
    text: Text
    not_known: Band = Band.MEDIUM

    def takes(self, answer: str) -> bool:
        return answer in {YES, NO, NOT_KNOWN}

    def floor(self, answer: str) -> Band:
        """The least band after this answer."""
        return {YES: Band.HIGH, NOT_KNOWN: self.not_known}.get(answer, Band.STANDARD)


class Questionnaire(Setting):
    """Questions put to a victim. Below `medium_from` points the band is standard, from `high_from` on it is high."""

    id: Slug
    version: Name
    questions: tuple[Question, ...] = Field(min_length=1)
    flags: tuple[Flag, ...]
    medium_from: Annotated[int, Field(strict=True, ge=1)]
    high_from: Annotated[int, Field(strict=True)]

    @property
    def everything_asked(self) -> tuple[Question | Flag, ...]:
        return (*self.questions, *self.flags)

    @property
    def highest(self) -> int:
        """The points of the worst answers together."""
        return sum(question.worst for question in self.questions)

    @model_validator(mode="after")
    def _every_total_has_one_band(self) -> Self:
        refuse(self, _questionnaire_faults(self))
        return self


def _questionnaire_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    asked = [question.id for question in questionnaire.questions]
    flagged = [flag.id for flag in questionnaire.flags]
    yield from used_twice("questions", "id", asked)
    yield from used_twice("flags", "id", flagged)
    for place, flag in enumerate(flagged):
        if flag in asked:
            yield Fault(("flags", place, "id"), flag, f"the id {flag!r} is used by a question too")
    medium, high = questionnaire.medium_from, questionnaire.high_from
    if high <= medium:
        yield Fault(("high_from",), high, f"high must begin above medium, which begins at {medium}")
    if high > questionnaire.highest:
        sentence = f"the worst answers make {questionnaire.highest}, so nothing could ever be high"
        yield Fault(("high_from",), high, sentence)


class Prompt(Setting):
    id: Slug
    title: Name
    text: Text


class StructuredJudgement(Setting):
    """What to think about before choosing a band for a place or a community's problem."""

    id: Slug
    version: Name
    prompts: tuple[Prompt, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_used_once(self) -> Self:
        refuse(self, used_twice("prompts", "id", (prompt.id for prompt in self.prompts)))
        return self


class RiskSettings(Setting):
    questionnaire: Annotated[Questionnaire, over(built_in_settings.QUESTIONNAIRE)] = (
        Questionnaire.model_validate(built_in_settings.QUESTIONNAIRE)
    )
    judgement: Annotated[StructuredJudgement, over(built_in_settings.JUDGEMENT)] = (
        StructuredJudgement.model_validate(built_in_settings.JUDGEMENT)
    )


def instrument_faults(sections: Iterable[tuple[tuple[str | int, ...], RiskSettings]]) -> Iterator[Fault]:
    """An id and version must name one instrument only, or nobody can tell later what an answer was given to."""
    seen: dict[tuple[str, str, str], Setting] = {}
    for path, risk in (((), RiskSettings()), *sections):
        for kind, found in (("questionnaire", risk.questionnaire), ("judgement", risk.judgement)):
            name = (kind, found.id, found.version)
            if seen.setdefault(name, found) != found:
                sentence = f"another {kind} is {found.id} {found.version} already; a changed one needs its own version"
                yield Fault((*path, kind, "version"), found.version, sentence)
