"""Reviewing whether a case is kept: the manager's queue, and one case's review."""

from collections.abc import Iterator, Sequence

from cards import (
    case_fields,
    case_pieces,
    dates,
    parts,
    texts,
    texts_case,
    texts_moves,
    texts_progress,
    verbs,
    words,
)
from cards.case_view import CaseView, Typed, top
from cards.elements import Container, Strict
from cards.escape import as_typed
from cards.move_cards import reason
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store.case_file import Case
from osara_store.directory import Hub
from osara_store.schema import LinkKind


def retention_queue(
    hub: Hub,
    cases: Sequence[Case],
    *,
    page: int,
    more: bool,
    out_of_sight: int,
    surface: Surface,
    marking: str,
    note: str = "",
) -> CardJson:
    """The cases of a hub that have reached their review date, oldest first; `out_of_sight` are due but not for this manager."""
    body: list[Strict] = [
        parts.heading(texts_moves.RETENTION_TITLE),
        parts.quiet(as_typed(texts.BETWEEN.join((hub.name, marking)))),
    ]
    if note:
        body.append(parts.notice(parts.paragraph(note), style="accent"))
    body.append(parts.paragraph(_says(cases, page), "Medium"))
    body += [_line(hub, case, surface) for case in cases]
    if out_of_sight:
        body.append(parts.notice(parts.paragraph(texts_moves.out_of_sight(out_of_sight))))
    turns = [
        parts.button(surface, title, verbs.RETENTION_LIST, name=name, hub=hub.id, page=to)
        for name, title, to, is_offered in (
            ("newer", texts_case.PREVIOUS_PAGE, page - 1, page > 0),
            ("older", texts_case.NEXT_PAGE, page + 1, more),
        )
        if is_offered
    ]
    return parts.card(body, turns)


def _says(cases: Sequence[Case], page: int) -> str:
    if cases:
        return texts_moves.RETENTION_WHY
    return texts_moves.RETENTION_NO_MORE if page else texts_moves.RETENTION_NONE


def _line(hub: Hub, case: Case, surface: Surface) -> Container:
    about = _ended(hub, case)
    if case.retention_on:
        about.append(texts_moves.review_since(dates.day(case.retention_on)))
    if case.legal_hold:
        about.append(texts_moves.ON_HOLD)
    review = parts.button(
        surface,
        texts_moves.RETENTION_OPEN,
        verbs.RETENTION_OPEN,
        name=f"review-{case.reference}",
        case=case.reference,
    )
    review.tooltip = f"{texts_moves.RETENTION_OPEN} {case.reference}"
    return case_pieces.block(
        parts.paragraph(f"**{as_typed(case.reference)}**"),
        parts.quiet(texts.BETWEEN.join(about)),
        case_pieces.buttons(review),
    )


def _ended(hub: Hub, case: Case) -> list[str]:
    """How and, where it is known, when it ended."""
    on = [dates.day(hub.today(case.closed_at))] if case.closed_at else []
    return [words.STATE[case.state], *on]


# --- one case --------------------------------------------------------------------------------------------------------


def retention_review(
    view: CaseView, *, concerns_child: bool, typed: Typed | None = None, confirm: bool = False
) -> CardJson:
    """One case's review. Erasing is asked about a second time."""
    ask = _sure if confirm else _review
    return case_fields.form(
        typed or Typed.nothing(), lambda form: ask(view, form, concerns_child=concerns_child)
    )


def _review(view: CaseView, typed: Typed, *, concerns_child: bool) -> CardJson:
    t = texts_moves
    choices = {"keep": t.RETENTION_KEEP}
    if _may_be_erased(view):
        choices["erase"] = t.RETENTION_ERASE
    body = [
        *top(view, t.RETENTION_TITLE),
        parts.facts(_facts(view)),
        *_warnings(view, concerns_child=concerns_child),
        *case_fields.check_these(typed),
        *case_fields.choice(typed, "decision", t.RETENTION_DECISION, choices),
        *case_fields.day(typed, "until", t.RETENTION_UNTIL),
        *reason(typed, t.RETENTION_REASON, t.RETENTION_EXAMPLE),
    ]
    decide = view.button(t.RETENTION_DECIDE, verbs.RETENTION_DECIDE, main=True, confirmed=False)
    read = case_fields.without_inputs(view.button(t.RETENTION_READ, verbs.CASE_OPEN))
    queue = view.button(texts.BACK, verbs.RETENTION_LIST, name="back", hub=view.hub.id)
    return parts.card(body, [decide, read, case_fields.without_inputs(queue)])


def _sure(view: CaseView, typed: Typed, *, concerns_child: bool) -> CardJson:
    """The last word before a case is erased; the reason can still be changed."""
    t = texts_moves
    body = [
        *top(view, t.RETENTION_SURE_TITLE),
        parts.notice(parts.paragraph(t.RETENTION_SURE), style="attention"),
        *([parts.notice(parts.paragraph(t.RETENTION_CHILD), style="warning")] if concerns_child else []),
        *case_fields.check_these(typed),
        *reason(typed, t.RETENTION_REASON, t.RETENTION_EXAMPLE),
    ]
    erase = view.button(t.RETENTION_CONFIRM, verbs.RETENTION_DECIDE, confirmed=True, decision="erase")
    erase.style = "destructive"
    back = view.button(t.RETENTION_NOT_YET, verbs.RETENTION_OPEN, name="back")
    return parts.card(body, [erase, case_fields.without_inputs(back)])


def _may_be_erased(view: CaseView) -> bool:
    return not view.case.legal_hold and _is_due(view)


def _is_due(view: CaseView) -> bool:
    review = view.case.retention_on
    return review is not None and review <= view.today


def _facts(view: CaseView) -> dict[str, str]:
    """What helps to decide, so that most cases need not be opened for it."""
    case = view.case
    return {
        texts.FACT_CATEGORY: view.category,
        texts_moves.RETENTION_FACT_ENDED: ", ".join(_ended(view.hub, case)),
        texts_progress.FACT_OUTCOME: _outcome(view),
        texts_progress.FACT_BAND: words.BAND[case.band],
        texts_moves.RETENTION_FACT_REVIEW: dates.day(case.retention_on) if case.retention_on else "",
    }


def _outcome(view: CaseView) -> str:
    """What came of it; what a case that never closed had written down is none."""
    outcome = view.file.answer("outcome") if view.case.closed_at else ""
    return texts_progress.OUTCOME.get(outcome, outcome)


def _warnings(view: CaseView, *, concerns_child: bool) -> Iterator[Strict]:
    came_back = any(link.kind is LinkKind.RE_REFERRAL_OF and not link.forward for link in view.file.links)
    told = {
        texts_moves.RETENTION_CHILD: concerns_child,
        texts_moves.RETENTION_CAME_BACK: came_back,
        texts_moves.RETENTION_HELD: view.case.legal_hold,
        texts_moves.RETENTION_EARLY: not _is_due(view),
    }
    for sentence, holds in told.items():
        if holds:
            yield parts.notice(parts.paragraph(sentence), style="warning")
