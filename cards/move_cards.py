"""Moving a case on: what a move means, what it needs, and the form that makes it."""

from collections.abc import Mapping, Sequence
from typing import Final

from cards import case_fields, case_pieces, dates, parts, still_missing, texts_moves, verbs, words
from cards.case_view import CaseView, Typed, top
from cards.elements import Action, Column, ColumnSet, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.still_missing import Place
from osara_store.months import months_after
from osara_store.policy import Action as CaseAction
from osara_store.schema import CaseState, Stage
from osara_store.stages import Part
from osara_store.states import ENDED, RERUN_TO, TRANSITIONS, Move

MOST_REASON: Final = 1000
MOST_REFERENCE: Final = 30
_MONTHS_A_YEAR: Final = 12


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
    if missing:
        return _not_yet(view, move, missing, stage)
    return case_fields.form(typed or Typed.nothing(), lambda form: _form(view, move, form, stage))


def title_of(move: Move, stage: Stage | None = None) -> str:
    return texts_moves.RERUN_STAGE[stage] if stage in RERUN_TO and stage else words.MOVE[move]


def _form(view: CaseView, move: Move, typed: Typed, stage: Stage | None) -> CardJson:
    title, inputs = title_of(move, stage), _inputs(view, move, typed)
    body = [
        *_meaning(view, move, title),
        *case_fields.check_these(typed),
        *inputs,
    ]
    about = {"stage": str(stage)} if stage else {}
    go = view.button(title, verbs.MOVE_DO, main=True, move=str(move), **about)
    back = case_fields.back_without_saving(view, verbs.CASE_OPEN) if inputs else view.back()
    return parts.card(body, [go, back])


def _meaning(view: CaseView, move: Move, title: str) -> list[Strict]:
    body = [*top(view, title), parts.paragraph(texts_moves.MEANS[move], "Medium")]
    if move is Move.CLOSE:
        body.append(parts.paragraph(_after_closing(view), "Small"))
    if move is Move.RESUBMIT:
        body += _question(view)
    if TRANSITIONS[move].end in ENDED:
        body.append(parts.notice(parts.paragraph(texts_moves.FOR_GOOD), style="warning"))
    return body


def _after_closing(view: CaseView) -> str:
    """The days that closing would set."""
    rules = view.directory.retention_of(view.hub)
    watched = months_after(view.today, rules.watch_months)
    review = view.case.retention_on or months_after(view.today, _MONTHS_A_YEAR * rules.retention_years)
    return texts_moves.after_closing(dates.day(watched), dates.day(review))


def _question(view: CaseView) -> list[Strict]:
    """What the referrer was asked when the case was returned, so that the answer can be to the point."""
    returned = next((each for each in reversed(view.file.moves) if each.end is CaseState.RETURNED), None)
    if returned is None or not returned.reason:
        return []
    return [parts.notice(parts.paragraph(texts_moves.they_ask(as_typed(returned.reason))))]


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
        found += reason(typed, texts_moves.REASON[move], texts_moves.REASON_EXAMPLE[move])
    return found


def reason(typed: Typed, label: str, example: str) -> list[Strict]:
    """Why something is done that somebody may ask about later."""
    return case_fields.text(typed, "reason", label, most=MOST_REASON, lines=True, example=example)


# --- what has to be there first --------------------------------------------------------------------------------------


def _not_yet(view: CaseView, move: Move, missing: Mapping[str, str], stage: Stage | None) -> CardJson:
    if move is Move.CLOSE:
        lines = [parts.paragraph(f"○ {as_typed(sentence)}", "Small") for sentence in missing.values()]
        ways = [view.button(texts_moves.CLOSURE_TITLE, verbs.CLOSURE_OPEN, main=True)]
    else:
        lines = [
            parts.paragraph(f"○ **{place.title}:** {as_typed(', '.join(sentences))}", "Small")
            for place, sentences in _by_place(missing).items()
        ]
        ways = _ways(view, missing)
    body = [
        *_meaning(view, move, title_of(move, stage)),
        parts.notice(parts.paragraph(f"**{texts_moves.STILL_MISSING}**"), *lines, style="warning"),
        parts.quiet(texts_moves.THEN_MISSING, "Small"),
    ]
    return parts.card(body, [*ways, view.back()])


def _by_place(missing: Mapping[str, str]) -> Mapping[Place, list[str]]:
    found: dict[Place, list[str]] = {}
    for name, sentence in missing.items():
        found.setdefault(still_missing.places_of(name)[0], []).append(sentence)
    return found


def _ways(view: CaseView, missing: Mapping[str, str]) -> list[Action]:
    """A button to each place where something is missing; the first of them is the next thing to do."""
    places = dict.fromkeys(place for name in missing for place in still_missing.places_of(name))
    return [
        place.button(view, main=number == 0)
        for number, place in enumerate(each for each in places if each.is_open_to(view))
    ]


# --- closing ---------------------------------------------------------------------------------------------------------

_CLOSING_PAGE: Final = still_missing.page(Part.CLOSURE)


def closure(view: CaseView, items: Sequence[tuple[str, bool]], *, agreed: bool) -> CardJson:
    """The checklist, with the way to whatever is still open, and the decision for whoever may take it."""
    complete = all(done for _, done in items)
    body = [
        *top(view, texts_moves.CLOSURE_TITLE),
        parts.paragraph(texts_moves.CLOSURE_WHY, "Medium"),
        *(_item(view, name, done=done) for name, done in items),
        *_what_next(view, complete=complete),
    ]
    return parts.card(body, [*_closure_buttons(view, agreed=agreed, complete=complete), view.back()])


def _item(view: CaseView, name: str, *, done: bool) -> Strict:
    """A line of the checklist; beside what is open, the button to where it can be done."""
    said = texts_moves.CHECKLIST[name]
    if name == "lead_agrees" and view.case.lead_agency_id:
        said = texts_moves.agreed_by(as_typed(view.agency(view.case.lead_agency_id)))
    line = parts.paragraph(texts_moves.checklist_line(said, done=done), "Small")
    places = [] if done else [place for place in still_missing.places_of(name) if place.is_open_to(view)]
    if not places:
        return line
    button = places[0].button(view, title=texts_moves.GO_THERE, name=f"to-{name}")
    button.tooltip = texts_moves.go_to(texts_moves.CHECKLIST[name])
    return ColumnSet(
        columns=[
            Column(items=[line], width="stretch", verticalContentAlignment="Center"),
            Column(items=[case_pieces.buttons(button)], width="auto"),
        ],
        spacing="Small",
    )


def _what_next(view: CaseView, *, complete: bool) -> list[Strict]:
    if complete:
        return []
    if CaseAction.PROPOSE_CLOSURE in view.can:
        return [parts.quiet(texts_moves.PROPOSE_EARLY, "Medium")]
    return [parts.quiet(texts_moves.CLOSE_LATER, "Medium")] if CaseAction.CLOSE in view.can else []


def _closure_buttons(view: CaseView, *, agreed: bool, complete: bool) -> list[Action]:
    found = []
    if CaseAction.AGREE_CLOSURE in view.can and not agreed:
        found.append(view.button(texts_moves.CLOSURE_AGREE, verbs.CLOSURE_AGREE, main=True))
    offered = {
        Move.PROPOSE_CLOSURE: CaseAction.PROPOSE_CLOSURE in view.can,
        Move.CLOSE: CaseAction.CLOSE in view.can and complete,
        Move.REFUSE_CLOSURE: CaseAction.REFUSE_CLOSURE in view.can,
    }
    found += [_decision(view, move) for move, is_offered in offered.items() if is_offered]
    if _CLOSING_PAGE.is_open_to(view):
        page = _CLOSING_PAGE.button(view, title=texts_moves.CLOSURE_PAGE, name=verbs.STAGE_OPEN)
        found.append(page)
    return found


def _decision(view: CaseView, move: Move) -> Action:
    main = move is not Move.REFUSE_CLOSURE
    return view.button(words.MOVE[move], verbs.MOVE_OPEN, name=f"open-{move}", main=main, move=str(move))
