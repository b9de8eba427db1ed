"""What was asked and answered in a risk assessment, in lines that a person can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph_sync import words

if TYPE_CHECKING:
    from osara_store.case_file import RiskAssessment
    from osara_store.instruments import Question, Questionnaire, RiskSettings, StructuredJudgement


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, with the labels of its own answers by their ids."""

    text: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def told(self, answer: str) -> str:
        """The answer by its label; what has none is told word for word."""
        return self.labels.get(answer, answer)


def lines_of(risk: RiskAssessment, settings: RiskSettings | None) -> Iterator[str]:
    """Tell the answers in the order of asking, "question: answer"."""
    answers = {asked: str(answer) for asked, answer in risk.answers.items() if answer}
    known = _asked(risk, settings)
    rest = {
        asked: _Asked(words.readable(asked), words.RISK_ANSWER) for asked in answers if asked not in known
    }
    for question_id, question in (known | rest).items():
        if question_id in answers:
            yield f"{question.text}: {question.told(answers[question_id])}"


def _asked(risk: RiskAssessment, settings: RiskSettings | None) -> dict[str, _Asked]:
    """What the configuration asks, if it is the version that was used: another may mean other things by the same id."""
    if settings is None:
        return {}
    if risk.instrument == "questionnaire" and _is_version(risk, settings.questionnaire):
        return _of_questionnaire(settings.questionnaire)
    if risk.instrument == "judgement" and _is_version(risk, settings.judgement):
        return {prompt.id: _Asked(prompt.title) for prompt in settings.judgement.prompts}
    return {}


def _is_version(risk: RiskAssessment, instrument: Questionnaire | StructuredJudgement) -> bool:
    return risk.version == f"{instrument.id} {instrument.version}"


def _of_questionnaire(questionnaire: Questionnaire) -> dict[str, _Asked]:
    questions = {
        question.id: _Asked(question.text, words.RISK_ANSWER | _labels(question))
        for question in questionnaire.questions
    }
    return questions | {flag.id: _Asked(flag.text, words.RISK_ANSWER) for flag in questionnaire.flags}


def _labels(question: Question) -> dict[str, str]:
    return {answer.id: answer.label for answer in question.answers}
