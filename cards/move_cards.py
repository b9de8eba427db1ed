"""Moving a case on: what a move means, what it needs, and the form that makes it."""

from collections.abc import Mapping, Sequence
from typing import Final

from cards import case_fields, parts, texts_moves, verbs, words
from cards.case_view import CaseView, Typed, top
from cards.elements import Action, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store.policy import Action as CaseAction
from osara_store.schema import Stage
from osara_store.stages import STAGE_OF, Part
from osara_store.states import GATES, RERUN_TO, TRANSITIONS, Move

MOST_REASON: Final = 1000
MOST_REFERENCE: Final = 30


def move_form(
    view: CaseView,
    move: Move,
    missing: Mapping[str, str],
    typed: Typed | None = None,
    stage: Stage | None = None,
) -> CardJson:
    """What the move means and, where nothing is missing, the button that makes it.

    `missing` are the sentences for what has to be there first, by their ids.
    """
    typed = typed or Typed.nothing()
    body = top(view, title_of(move, stage))
    body += [parts.paragraph(texts_moves.MEANS[move], "Medium"), *case_fields.check_these(typed)]
    if missing:
        return parts.card([*body, *_missing(missing)], [*_to_what_is_missing(view, move), view.back()])
    body += _inputs(view, move, typed)
    about = {"stage": str(stage)} if stage else {}
    go = view.button(title_of(move, stage), verbs.MOVE_DO, main=True, move=str(move), **about)
    return parts.card(body, [go, case_fields.back_without_saving(view, verbs.CASE_OPEN)])


def title_of(move: Move, stage: Stage | None = None) -> str:
    return texts_moves.RERUN_STAGE[stage] if stage in RERUN_TO and stage else words.MOVE[move]


def _missing(missing: Mapping[str, str]) -> list[Strict]:
    lines = [parts.paragraph(f"○ {as_typed(sentence)}", "Small") for sentence in missing.values()]
    return [
        parts.notice(parts.paragraph(f"**{texts_moves.STILL_MISSING}**"), *lines, style="warning"),
        parts.quiet(texts_moves.THEN_MISSING, "Small"),
    ]


def _to_what_is_missing(view: CaseView, move: Move) -> list[Action]:
    """A button to each stage that has to be complete first, or to the checklist and the risk check."""
    if move is Move.TRIAGE:
        return [view.button(texts_moves.OPEN_THE_PAGE, verbs.RISK_OPEN, main=True)]
    if move in {Move.PROPOSE_CLOSURE, Move.CLOSE}:
        return [view.button(texts_moves.CLOSURE_TITLE, verbs.CLOSURE_OPEN, main=True)]
    return [
        view.button(words.STAGE[stage], verbs.STAGE_OPEN, name=f"open-{stage}", part=_first_part(stage))
        for stage in GATES.get(move, ())
    ]


def _first_part(stage: Stage) -> str:
    return next(str(part) for part, its_stage in STAGE_OF.items() if its_stage is stage)


def _inputs(view: CaseView, move: Move, typed: Typed) -> list[Strict]:
    found: list[Strict] = []
    if move is Move.MERGE:
        found += case_fields.text(
            typed, "into", texts_moves.INTO, most=MOST_REFERENCE, example=texts_moves.INTO_EXAMPLE
        )
    if move is Move.TRANSFER:
        hubs = {hub.id: hub.name for hub in view.directory.hubs if hub.id != view.hub.id}
        found += case_fields.choice(typed, "to_hub", texts_moves.TO_HUB, hubs)
    if TRANSITIONS[move].needs_reason:
        found += case_fields.text(
            typed,
            "reason",
            texts_moves.REASON[move],
            most=MOST_REASON,
            lines=True,
            example=texts_moves.REASON_EXAMPLE.get(move, ""),
        )
    return found


# --- closing ---------------------------------------------------------------------------------------------------------


def closure(view: CaseView, items: Sequence[tuple[str, bool]], *, agreed: bool) -> CardJson:
    """The checklist, with the way to whatever is still open, and the decision for whoever may take it."""
    body = top(view, texts_moves.CLOSURE_TITLE)
    body.append(parts.paragraph(texts_moves.CLOSURE_WHY, "Medium"))
    body += [
        parts.paragraph(texts_moves.checklist_line(texts_moves.CHECKLIST[name], done=done), "Small")
        for name, done in items
    ]
    return parts.card(body, [*_closure_buttons(view, agreed=agreed), view.back()])


def _closure_buttons(view: CaseView, *, agreed: bool) -> list[Action]:
    can, found = view.can, []
    if CaseAction.WRITE_CLOSURE in can:
        page = view.button(texts_moves.CLOSURE_FILL_IN, verbs.STAGE_OPEN, part=str(Part.CLOSURE))
        found.append(page)
    if CaseAction.AGREE_CLOSURE in can and not agreed:
        found.append(view.button(texts_moves.CLOSURE_AGREE, verbs.CLOSURE_AGREE, main=True))
    for move in (Move.PROPOSE_CLOSURE, Move.CLOSE, Move.REFUSE_CLOSURE):
        if CaseAction(move) in can:
            main = move is not Move.REFUSE_CLOSURE
            found.append(
                view.button(words.MOVE[move], verbs.MOVE_OPEN, name=f"open-{move}", main=main, move=str(move))
            )
    return found
