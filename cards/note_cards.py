"""A note: the way in which anybody of the hub adds to a case."""

from collections.abc import Mapping
from typing import Final

from cards import case_fields, parts, texts_case, verbs
from cards.case_forms import MOST_NOTE
from cards.case_view import CaseView, Typed, top
from cards.elements import Strict
from cards.parts import CardJson
from osara_store.schema import CaseState, Stage

# What a note is most likely about, from where the case stands.
_LIKELY: Final[Mapping[CaseState, Stage]] = {
    CaseState.ANALYSIS: Stage.ANALYSIS,
    CaseState.RESPONSE: Stage.RESPONSE,
    CaseState.ASSESSMENT: Stage.ASSESSMENT,
    CaseState.CLOSURE_PROPOSED: Stage.ASSESSMENT,
}


def note(view: CaseView, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or _fresh(view), lambda form: _note(view, form))


def _fresh(view: CaseView) -> Typed:
    return Typed({"stage": _LIKELY.get(view.case.state, Stage.SCANNING)}, {})


def _note(view: CaseView, typed: Typed) -> CardJson:
    body: list[Strict] = [
        *top(view, texts_case.NOTE_TITLE),
        parts.paragraph(texts_case.NOTE_WHY, "Medium"),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed,
            "text",
            texts_case.NOTE_TEXT,
            most=MOST_NOTE,
            lines=True,
            example=texts_case.NOTE_EXAMPLE,
        ),
        *case_fields.choice(typed, "grade", texts_case.NOTE_GRADE, texts_case.GRADES),
        *case_fields.choice(typed, "stage", texts_case.NOTE_STAGE, texts_case.NOTE_STAGES),
    ]
    save = view.button(texts_case.SAVE, verbs.NOTE_SAVE, main=True)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.CASE_OPEN)])
