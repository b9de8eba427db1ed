"""Managing a case: who leads, what it is linked to, who may open it, legal hold, and the retention reviews."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cards import case_fields, dates, parts, texts, texts_moves, verbs, words
from cards.case_view import CaseView, Typed, fault, top
from cards.elements import Action, ActionSet, Choice, ChoiceInput, Container, Strict
from cards.escape import as_typed
from cards.move_cards import MOST_REASON, MOST_REFERENCE
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store.case_file import Case
from osara_store.directory import Hub
from osara_store.policy import Action as CaseAction
from osara_store.states import Move

_DOORS: Final = (
    (CaseAction.CHANGE_LEAD, texts_moves.LEAD_TITLE, verbs.LEAD_OPEN),
    (CaseAction.RELATE, texts_moves.RELATE_TITLE, verbs.RELATE_OPEN),
    (CaseAction.RESTRICT, texts_moves.ACCESS_TITLE, verbs.ACCESS_OPEN),
    (CaseAction.HOLD_LEGALLY, texts_moves.HOLD_TITLE, verbs.HOLD_OPEN),
)
_ENDINGS: Final = (Move.MERGE, Move.TRANSFER, Move.VOID, Move.WITHDRAW)


def manage(view: CaseView) -> CardJson:
    """The doors to all that is seldom needed; only those that open for this person."""
    doors = [view.button(title, verb) for action, title, verb in _DOORS if action in view.can]
    endings = [
        view.button(words.MOVE[move], verbs.MOVE_OPEN, name=f"open-{move}", move=str(move))
        for move in _ENDINGS
        if CaseAction(move) in view.can
    ]
    rows: list[Strict] = [ActionSet(actions=[button], spacing="Small") for button in (*doors, *endings)]
    return parts.card([*top(view, texts_moves.MANAGE_TITLE), *rows], [view.back()])


def lead(view: CaseView, typed: Typed | None = None) -> CardJson:
    typed = typed or Typed({"agency": view.case.lead_agency_id}, {})
    offered = {agency_id: view.agency(agency_id) for agency_id in may_lead(view)}
    body = [
        *top(view, texts_moves.LEAD_TITLE),
        parts.paragraph(texts_moves.LEAD_WHY, "Medium"),
        *case_fields.choice(typed, "agency", texts_moves.LEAD_LABEL, offered),
    ]
    return parts.card(body, _save(view, verbs.LEAD_SAVE, was=view.case.lead_agency_id))


def may_lead(view: CaseView) -> list[str]:
    """The agencies of the hub whose people may read the case."""
    agencies = (view.directory.agency(agency_id) for agency_id in view.hub.agencies)
    return [agency.id for agency in agencies if agency and agency.may_receive(view.today)]


def relate(view: CaseView, typed: Typed | None = None) -> CardJson:
    typed = typed or Typed.nothing()
    body = [
        *top(view, texts_moves.RELATE_TITLE),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed,
            "other",
            texts_moves.RELATE_LABEL,
            most=MOST_REFERENCE,
            example=texts_moves.INTO_EXAMPLE,
        ),
        *_reason(typed, texts_moves.RELATE_REASON),
    ]
    return parts.card(body, _save(view, verbs.RELATE_SAVE))


def access(view: CaseView, offered: Mapping[str, str], typed: Typed) -> CardJson:
    """`offered` are the hub's people by "tenant:id"; `typed` holds those chosen, with commas between, under "people"."""
    body = [
        *top(view, texts_moves.ACCESS_TITLE),
        parts.paragraph(texts_moves.ACCESS_WHY, "Medium"),
        *case_fields.check_these(typed),
        _people(offered, typed),
        *fault(typed, "people"),
        *_reason(typed, texts_moves.ACCESS_REASON),
    ]
    buttons = [view.button(texts_moves.ACCESS_RESTRICT, verbs.ACCESS_SAVE, main=True, restricted=True)]
    if view.case.restricted:
        buttons.append(
            view.button(texts_moves.ACCESS_ALL, verbs.ACCESS_SAVE, name="unrestrict", restricted=False)
        )
    return parts.card(body, [*buttons, case_fields.back_without_saving(view, verbs.CASE_OPEN)])


def _people(offered: Mapping[str, str], typed: Typed) -> ChoiceInput:
    chosen = [each for each in typed.values.get("people", "").split(",") if each in offered]
    return ChoiceInput(
        id="people",
        label=texts_moves.ACCESS_LABEL,
        choices=[Choice(title=name, value=key) for key, name in offered.items()],
        value=",".join(chosen) or None,
        style="expanded",
        wrap=True,
        is_multi_select=True,
        spacing="Large",
    )


def hold(view: CaseView, typed: Typed | None = None) -> CardJson:
    held = view.case.legal_hold
    body = [
        *top(view, texts_moves.HOLD_TITLE),
        parts.paragraph(texts_moves.HOLD_WHY, "Medium"),
        *_reason(typed or Typed.nothing(), texts_moves.HOLD_REASON),
    ]
    title = texts_moves.HOLD_RELEASE if held else texts_moves.HOLD_PLACE
    go = view.button(title, verbs.HOLD_SAVE, main=True, on=not held)
    return parts.card(body, [go, case_fields.back_without_saving(view, verbs.CASE_OPEN)])


# --- retention -------------------------------------------------------------------------------------------------------


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
    body.append(parts.paragraph(texts_moves.RETENTION_WHY if cases else texts_moves.RETENTION_NONE, "Medium"))
    body += [_due_for_review(hub, case, surface) for case in cases]
    if out_of_sight:
        body.append(parts.notice(parts.paragraph(texts_moves.out_of_sight(out_of_sight))))
    turning = [("newer", texts.NEWER, page - 1)] if page else []
    turning += [("older", texts.OLDER, page + 1)] if more else []
    turns = [
        parts.button(surface, title, verbs.RETENTION_LIST, name=name, hub=hub.id, page=to)
        for name, title, to in turning
    ]
    return parts.card(body, turns)


def _due_for_review(hub: Hub, case: Case, surface: Surface) -> Container:
    closed = dates.day(hub.today(case.closed_at)) if case.closed_at else ""
    since = dates.day(case.retention_on) if case.retention_on else ""
    review = parts.button(
        surface,
        texts_moves.RETENTION_OPEN,
        verbs.RETENTION_OPEN,
        name=f"review-{case.reference}",
        case=case.reference,
    )
    return Container(
        items=[
            parts.paragraph(f"**{as_typed(case.reference)}**"),
            parts.quiet(texts_moves.retention_line(closed, since)),
            ActionSet(actions=[review], spacing="Small"),
        ],
        separator=True,
        spacing="Medium",
    )


def retention_review(
    view: CaseView, *, concerns_child: bool, typed: Typed | None = None, confirm: bool = False
) -> CardJson:
    """One case's review. Erasing is asked about a second time."""
    typed = typed or Typed.nothing()
    body = top(view, texts_moves.RETENTION_TITLE)
    warnings = [texts_moves.RETENTION_CHILD] * concerns_child + [
        texts_moves.RETENTION_HELD
    ] * view.case.legal_hold
    body += [parts.notice(parts.paragraph(sentence), style="warning") for sentence in warnings]
    if confirm:
        body.append(parts.notice(parts.paragraph(texts_moves.RETENTION_SURE), style="attention"))
    choices = {"keep": texts_moves.RETENTION_KEEP}
    if not view.case.legal_hold:
        choices["erase"] = texts_moves.RETENTION_ERASE
    body += [
        *case_fields.check_these(typed),
        *case_fields.choice(typed, "decision", texts_moves.RETENTION_DECISION, choices),
        *case_fields.day(typed, "until", texts_moves.RETENTION_UNTIL),
        *_reason(typed, texts_moves.RETENTION_REASON),
    ]
    title = texts_moves.RETENTION_CONFIRM if confirm else texts_moves.RETENTION_DECIDE
    decide = view.button(title, verbs.RETENTION_DECIDE, main=not confirm, confirmed=confirm)
    return parts.card(body, [decide, _back_to_queue(view)])


def _back_to_queue(view: CaseView) -> Action:
    back = view.button(texts.BACK, verbs.RETENTION_LIST, name="back", hub=view.hub.id)
    return case_fields.without_inputs(back)


# --- pieces ----------------------------------------------------------------------------------------------------------


def _reason(typed: Typed, label: str) -> list[Strict]:
    return case_fields.text(typed, "reason", label, most=MOST_REASON, lines=True)


def _save(view: CaseView, verb: str, **data: Any) -> list[Action]:
    save = view.button(texts_moves.SAVE, verb, main=True, **data)
    return [save, case_fields.back_without_saving(view, verbs.CASE_OPEN)]
