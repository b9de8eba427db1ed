"""How serious a case is: what follows from the answers to the two instruments. Rules only; nothing is kept here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from osara_store.instruments import (
    NOT_KNOWN,
    YES,
    Band,
    Questionnaire,
    StructuredJudgement,
    higher,
)

SHORTEST_REASON: Final = 10  # characters; less than that explains nothing


class UnknownAnswer(ValueError):
    """An instrument was given an answer that it does not have. What was answered is never in the message."""


class RiskFault(StrEnum):
    """What a person still has to put right."""

    BAND_MISSING = "band_missing"
    REASON_SHORT = "reason_short"


class RiskRefused(ValueError):
    """Something is missing that this way of assessing a risk needs."""

    def __init__(self, faults: tuple[RiskFault, ...]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class QuestionnaireResult:
    """What a questionnaire came to.

    `not_known` names the questions and flags without an answer, and `always_high` the flags answered with yes.
    `because` names whatever asks for a higher band than the score does.
    """

    score: int
    band: Band
    not_known: tuple[str, ...]
    because: tuple[str, ...]
    always_high: tuple[str, ...]


@dataclass(frozen=True)
class JudgementResult:
    """A chosen band with its reason, and what was noted at each prompt."""

    band: Band
    rationale: str
    notes: Mapping[str, str]


def assess_questionnaire(questionnaire: Questionnaire, answers: Mapping[str, str]) -> QuestionnaireResult:
    """Score the answers, by the id of the question or flag, and find the band.

    What has no answer, or an empty one, counts as not known, which is never nothing. A flag takes YES, NO or NOT_KNOWN.

    Raises:
        UnknownAnswer: there is no such question or flag, or it has no such answer.
    """
    given = _complete(questionnaire, answers)
    score = sum(question.points[given[question.id]] for question in questionnaire.questions)
    by_score = band_of(questionnaire, score)
    floors = {item.id: item.floor(given[item.id]) for item in questionnaire.everything_asked}
    return QuestionnaireResult(
        score=score,
        band=higher(by_score, *floors.values()),
        not_known=tuple(asked for asked, answer in given.items() if answer == NOT_KNOWN),
        because=tuple(asked for asked, floor in floors.items() if floor.rank > by_score.rank),
        always_high=tuple(flag.id for flag in questionnaire.flags if given[flag.id] == YES),
    )


def band_of(questionnaire: Questionnaire, score: int) -> Band:
    if score >= questionnaire.high_from:
        return Band.HIGH
    return Band.MEDIUM if score >= questionnaire.medium_from else Band.STANDARD


def dangers(questionnaire: Questionnaire, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The flags answered with yes or not known: the safeguarding message comes before anything else."""
    return tuple(flag.id for flag in questionnaire.flags if answers.get(flag.id) in {YES, NOT_KNOWN})


def judgement_faults(band: str, rationale: str) -> tuple[RiskFault, ...]:
    """What a structured judgement, or an override, still needs: a band and a reason that explains it."""
    faults = []
    if band not in set(Band):
        faults.append(RiskFault.BAND_MISSING)
    if len(rationale.strip()) < SHORTEST_REASON:
        faults.append(RiskFault.REASON_SHORT)
    return tuple(faults)


def assess_judgement(
    judgement: StructuredJudgement, *, band: str, rationale: str, notes: Mapping[str, str]
) -> JudgementResult:
    """Take the chosen band, with what was noted by the id of each prompt. Notes may be left out.

    Raises:
        RiskRefused: there is no band, or the rationale is too short.
        UnknownAnswer: a note belongs to no prompt.
    """
    if faults := judgement_faults(band, rationale):
        raise RiskRefused(faults)
    _refuse_unknown(notes, {prompt.id for prompt in judgement.prompts})
    return JudgementResult(Band(band), rationale.strip(), dict(notes))


def combined(questionnaire: Band | None, judgement: Band | None, override: Band | None = None) -> Band | None:
    """The band of a case: the higher of the two unless somebody overrode it; None before any assessment."""
    known = [band for band in (questionnaire, judgement) if band is not None]
    return override or (higher(*known) if known else None)


def _complete(questionnaire: Questionnaire, answers: Mapping[str, str]) -> Mapping[str, str]:
    """An answer to everything asked, in the order in which it is asked."""
    _refuse_unknown(answers, [item.id for item in questionnaire.everything_asked])
    given = {item.id: answers.get(item.id) or NOT_KNOWN for item in questionnaire.everything_asked}
    for item in questionnaire.everything_asked:
        if not item.takes(given[item.id]):
            raise UnknownAnswer(f"{item.id!r} has no such answer")
    return given


def _refuse_unknown(answered: Iterable[str], asked: Collection[str]) -> None:
    for item in answered:
        if item not in asked:
            raise UnknownAnswer(f"{item!r} is not asked here")
