"""A questionnaire as it is asked: its dangers first, every question with "not known", in as few pages as a card can hold."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from cards import texts_risk
from osara_store.instruments import NO, NOT_KNOWN, YES, Flag, Question, Questionnaire

# What the ids of the inputs begin with, so that no question can bear the name of something else on the card.
ANSWER: Final = "answer-"
NOTE: Final = "note-"

# Bytes of questions on one page. The rest of the card is for its frame, faults and the answers of the pages before.
_MOST_ON_A_PAGE: Final = 15_000
_FRAME_OF_AN_ANSWER: Final = 30
_FRAME_OF_A_QUESTION: Final = 200

Asked = Question | Flag


def offered(item: Asked) -> Mapping[str, str]:
    """Every answer that may be given, by its id."""
    if isinstance(item, Flag):
        return {YES: texts_risk.YES, NO: texts_risk.NO, NOT_KNOWN: texts_risk.NOT_KNOWN}
    return {**{answer.id: answer.label for answer in item.answers}, NOT_KNOWN: texts_risk.NOT_KNOWN}


def pages(questionnaire: Questionnaire) -> tuple[tuple[Asked, ...], ...]:
    """All that is asked, page by page, the dangers before the questions."""
    found: list[list[Asked]] = [[]]
    size = 0
    asked: tuple[Asked, ...] = (*questionnaire.flags, *questionnaire.questions)
    for item in asked:
        size += _size(item)
        if found[-1] and size > _MOST_ON_A_PAGE:
            found.append([])
            size = _size(item)
        found[-1].append(item)
    return tuple(map(tuple, found))


@lru_cache(maxsize=1024)
def _bytes_of(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())


def _size(item: Asked) -> int:
    answers = sum(
        _bytes_of(value) + _bytes_of(title) + _FRAME_OF_AN_ANSWER for value, title in offered(item).items()
    )
    return _bytes_of(item.text) + answers + _FRAME_OF_A_QUESTION
