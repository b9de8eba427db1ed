"""Saying that what a clock waits for has happened, so that it stops."""

from collections.abc import Mapping

from cards import case_due, case_fields, parts, texts_case, texts_risk, verbs, words
from cards.case_forms import MOST_WHY
from cards.case_view import CaseView, Typed, top
from cards.elements import Strict
from cards.parts import CardJson
from osara_store.clock_rules import ClockKind


def stoppable(view: CaseView) -> Mapping[str, str]:
    """The clocks that somebody can stop, by kind, soonest first. Only an assessment stops the risk check."""
    return {
        clock.kind: texts_risk.CLOCK_DONE.get(clock.kind, words.CLOCK.get(clock.kind, clock.kind))
        for clock in case_due.running(view)
        if clock.kind != ClockKind.RISK_CHECK
    }


def clock(view: CaseView, typed: Typed | None = None) -> CardJson:
    """The form; the clock that is due first is chosen already."""
    running = stoppable(view)
    first = Typed({"clock": next(iter(running), "")}, {})
    return case_fields.form(typed or first, lambda form: _clock(view, running, form))


def _clock(view: CaseView, running: Mapping[str, str], typed: Typed) -> CardJson:
    back = case_fields.back_without_saving(view, verbs.CASE_OPEN)
    head = top(view, texts_risk.CLOCK_TITLE)
    if not running:
        return parts.card([*head, parts.paragraph(texts_risk.NO_CLOCK, "Medium")], [back])
    body: list[Strict] = [
        *head,
        *case_fields.check_these(typed),
        *case_fields.question(typed, "clock", texts_risk.CLOCK_WHICH, running),
        *case_fields.text(
            typed,
            "note",
            texts_risk.CLOCK_NOTE,
            most=MOST_WHY,
            lines=True,
            example=texts_risk.CLOCK_EXAMPLE,
        ),
    ]
    return parts.card(body, [view.button(texts_case.SAVE, verbs.CLOCK_MET, main=True), back])
