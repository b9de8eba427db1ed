"""The overview of a case: where it stands, what is due, who leads, and the one thing to do next."""

from collections.abc import Iterator, Mapping
from typing import Final

from cards import (
    asking_cards,
    case_due,
    case_fields,
    case_pieces,
    dates,
    meeting_cards,
    next_steps,
    parts,
    review_cards,
    texts_asking,
    texts_case,
    texts_progress,
    texts_reviews,
    texts_risk,
    texts_stages,
    verbs,
    words,
)
from cards.case_view import CaseView, Typed, top
from cards.elements import Action as Button
from cards.elements import Column, ColumnSet, OpenUrlAction, Strict, TextBlock
from cards.escape import as_typed
from cards.next_steps import Step
from cards.parts import CardJson
from cards.risk_pages import ANSWER
from osara_store import completeness
from osara_store.case_reviews import ReviewPrompt
from osara_store.completeness import Completeness
from osara_store.policy import Action
from osara_store.schema import CaseState, LinkKind, Stage
from osara_store.stages import FIELD, Part, Sort, parts_of
from osara_store.states import ENDED, Move


def overview(view: CaseView, prompt: ReviewPrompt | None = None) -> CardJson:
    """What is to be known first comes first; then the stages, and everything else in small groups."""
    step = next_steps.next_step(view)
    body: list[Strict] = [
        *top(view, view.category),
        *_danger(view),
        *_what(view),
        *_standing(view),
        *_facts(view),
        *_due(view),
        *_next(view, step),
        *review_cards.panel(view),
        *asking_cards.panel(view),
        *_review(view, prompt),
        *_asides(view),
        *_stages(view),
        *_groups(view),
    ]
    return parts.card(body)


# --- what it is ------------------------------------------------------------------------------------------------------

_ENOUGH_TO_KNOW_IT_BY: Final = 240


def _danger(view: CaseView) -> list[Strict]:
    """What a referrer said of danger, until somebody has assessed it."""
    if view.file.risks or view.case.danger not in texts_case.DANGER or view.case.state in ENDED:
        return []
    return [parts.notice(parts.paragraph(texts_case.DANGER[view.case.danger]), style="attention")]


def _what(view: CaseView) -> list[Strict]:
    """Where it is and how it began, to know the case by; the whole text is in the file."""
    where, said = as_typed(view.case.where), " ".join(_statement(view).split())
    found: list[Strict] = [parts.paragraph(where, "Small")] if where else []
    return [*found, parts.quiet(as_typed(texts_stages.cut(said, _ENOUGH_TO_KNOW_IT_BY)))] if said else found


def _statement(view: CaseView) -> str:
    reported = (entry.text for entry in view.file.entries if entry.kind == "statement")
    return view.file.answer("statement") or next(reported, "")


# --- where it stands -------------------------------------------------------------------------------------------------


def _standing(view: CaseView) -> list[Strict]:
    """Dots and words for how far it has come, and whatever makes this case another one than usual."""
    case = view.case
    notices = {
        texts_case.RESTRICTED: case.restricted,
        texts_case.ON_HOLD: case.legal_hold,
        texts_case.ERASED: case.erased_at is not None,
    }
    told: list[Strict] = [
        parts.notice(parts.paragraph(sentence), style="warning")
        for sentence, holds in notices.items()
        if holds
    ]
    return [*told, *_progress(view), *_why(view)]


def _progress(view: CaseView) -> list[Strict]:
    case = view.case
    if case.state is CaseState.CLOSED and case.closed_at:
        day = dates.day(view.hub.today(case.closed_at))
        return [parts.paragraph(texts_case.closed_on(day), "Medium")]
    step = texts_progress.step_of(case.state)
    if step is None:
        return [parts.paragraph(texts_case.STANDING[case.state], "Medium")]
    steps = len(texts_progress.STEPS)
    said = texts_case.step(step, steps, texts_case.STANDING[case.state])
    return [_dots(step, steps), parts.paragraph(said, "None")]


def _why(view: CaseView) -> list[Strict]:
    """The reason that was given for the last move, such as what the referrer is asked for."""
    reason = " ".join(view.file.moves[-1].reason.split()) if view.file.moves else ""
    if not reason:
        return []
    shown = as_typed(texts_stages.cut(reason, _ENOUGH_TO_KNOW_IT_BY))
    return [parts.paragraph(texts_case.labelled(texts_progress.FACT_WHY, shown), "Small")]


def _dots(step: int, steps: int) -> TextBlock:
    """The words below say the same: the dots are for the eye."""
    dots = [*["●"] * step, *["○"] * (steps - step)]
    return TextBlock(text=" ".join(dots), color="Accent", size="Large", wrap=True, spacing="Medium")


def _due(view: CaseView) -> list[Strict]:
    if view.case.state in ENDED:
        return []
    lines = case_due.lines(view)
    return [parts.small_heading(texts_case.DUE), *lines] if lines else []


def _next(view: CaseView, step: Step | None) -> list[Strict]:
    if step is None:
        return []
    title = parts.small_heading(texts_case.NEXT)
    return [
        case_pieces.panel(title, parts.paragraph(step.why, "Small"), case_pieces.buttons(step.button(view)))
    ]


def _facts(view: CaseView) -> list[Strict]:
    case = view.case
    lead = view.agency(case.lead_agency_id) if case.lead_agency_id else texts_case.NOBODY_LEADS
    if case.lead_agency_id == view.actor.agency.id:
        lead = texts_case.yours(lead)
    watched = dates.day(case.watch_until) if case.watch_until else ""
    rows = {
        texts_case.RISK: words.BAND[case.band],
        texts_case.LEAD: lead,
        texts_case.REFERRED: texts_case.referred(
            case.referrer_name, view.agency(case.agency_id), dates.day(view.hub.today(case.submitted_at))
        ),
        texts_reviews.TITLE: review_cards.fact(view),
        texts_case.CYCLE: texts_case.cycle(case.cycle) if case.cycle > 1 else "",
        texts_case.OPEN_TO: texts_case.people_on_the_list(len(view.file.access)) if case.restricted else "",
        texts_progress.FACT_OUTCOME: _outcome(view),
        texts_case.WATCHED: texts_case.watched(watched) if watched else "",
    }
    return [parts.facts(rows), *(parts.quiet(link, "Small") for link, _ in case_pieces.links(view))]


def _outcome(view: CaseView) -> str:
    """What came of it; told once the case is closed."""
    outcome = view.file.answer("outcome") if view.case.state is CaseState.CLOSED else ""
    return texts_progress.OUTCOME.get(outcome, outcome)


# --- what waits ------------------------------------------------------------------------------------------------------


def _review(view: CaseView, prompt: ReviewPrompt | None) -> list[Strict]:
    """The ASB Case Review, where a victim has reported often enough to hear of it."""
    if prompt is None or prompt.kind is None or view.case.state in ENDED:
        return []
    told: list[Strict] = [parts.paragraph(texts_case.REVIEW[prompt.kind].format(prompt.reports))]
    if prompt.explained_on:
        told.append(parts.quiet(texts_case.review_explained_on(dates.day(prompt.explained_on)), "Small"))
    if Action.EXPLAIN_CASE_REVIEW in view.can and prompt.explained_on != view.today:
        explained = view.button(texts_case.WE_EXPLAINED_IT, verbs.REVIEW_EXPLAINED)
        told.append(case_pieces.buttons(explained))
    return [case_pieces.panel(*told, style="warning")]


def _asides(view: CaseView) -> list[Strict]:
    """Texts that were written at the same time as another wait for somebody to choose."""
    asides = view.file.asides
    if not asides or view.case.state in ENDED:
        return []
    told: list[Strict] = [parts.paragraph(texts_case.asides(len(asides)))]
    if Action.WRITE_STAGE in view.can:
        told.append(case_pieces.buttons(case_pieces.choose_between(view, asides[0].field)))
    return [case_pieces.panel(*told, style="warning")]


# --- the stages ------------------------------------------------------------------------------------------------------

_NOW: Final[Mapping[CaseState, tuple[Stage, ...]]] = {
    CaseState.SCANNING: (Stage.OBJECTIVE, Stage.SCANNING),
    CaseState.ANALYSIS: (Stage.ANALYSIS,),
    CaseState.RESPONSE: (Stage.RESPONSE,),
    CaseState.ASSESSMENT: (Stage.ASSESSMENT,),
    CaseState.CLOSURE_PROPOSED: (Stage.ASSESSMENT,),
}


# Wide enough for the longest name on a button, so that what stands beside them is in line.
_WIDTH_OF_A_STAGE: Final = "128px"
_NOT_BEGUN: Final = frozenset({CaseState.SUBMITTED, CaseState.RETURNED})


def _stages(view: CaseView) -> list[Strict]:
    """How complete each is, and the way into it for who may write there."""
    if view.case.erased_at or view.case.state in _NOT_BEGUN:
        return []
    rows = [_stage(view, stage) for stage in Stage]
    return [parts.small_heading(texts_case.STAGES), *rows]


def _stage(view: CaseView, stage: Stage) -> Strict:
    found = completeness.of(view.file, stage, view.directory.is_enforcement)
    name = words.STAGE[stage]
    way_in: Strict = parts.paragraph(name)
    if Action.WRITE_STAGE in view.can:
        button = view.button(name, verbs.STAGE_OPEN, name=f"stage-{stage}", part=str(_part(stage, found)))
        way_in = case_pieces.buttons(button)
    said = texts_case.stage_progress(
        found.answered, found.of, len(found.missing), now=stage in _NOW.get(view.case.state, ())
    )
    return ColumnSet(
        columns=[
            Column(items=[way_in], width=_WIDTH_OF_A_STAGE, verticalContentAlignment="Center"),
            Column(items=[parts.paragraph(said)], width="stretch", verticalContentAlignment="Center"),
        ],
        spacing="Small",
    )


def _part(stage: Stage, found: Completeness) -> Part:
    """The page of the stage that has most need of somebody."""
    part = texts_stages.page_of(found.next_best) if found.next_best else None
    return part or parts_of(stage)[0]


# --- everything else -------------------------------------------------------------------------------------------------


def _groups(view: CaseView) -> list[Strict]:
    """Small groups of buttons, each only as far as this person may press them."""
    is_over = view.case.state in ENDED
    groups = {
        texts_case.DECIDE_TITLE: [list(_moves(view))],
        texts_case.WORK_TITLE: [] if is_over else [list(_work(view))],
        texts_case.READ_TITLE: [*([list(_work(view))] if is_over else []), list(_reading(view))],
    }
    found: list[Strict] = []
    for title, rows in groups.items():
        if any(rows):
            found += [parts.small_heading(title), *(case_pieces.buttons(*row) for row in rows)]
    return found


# Onwards first; asking the partners is more than a move and has its own button. Closing is behind its checklist, what is seldom needed behind "Manage", and to run a stage again is offered
# where the assessment says so.
_MOVES: Final = (
    *(Move.TRIAGE, Move.RESUBMIT, Move.SCAN, Move.ANALYSE, Move.RESPOND, Move.ASSESS),
    *(Move.RETURN, Move.SIGNPOST, Move.WITHDRAW),
)
_MANAGING: Final = frozenset(
    {
        Action.CHANGE_LEAD,
        Action.RELATE,
        Action.RESTRICT,
        Action.HOLD_LEGALLY,
        Action.MERGE,
        Action.VOID,
        Action.TRANSFER,
    }
)
_CLOSING: Final = frozenset(
    {Action.WRITE_CLOSURE, Action.AGREE_CLOSURE, Action.PROPOSE_CLOSURE, Action.CLOSE}
)


def _moves(view: CaseView) -> Iterator[Button]:
    if Action.ASK_PARTNERS in view.can:
        title = texts_asking.ASK_MORE if view.file.requests else texts_asking.ASK
        yield view.button(title, verbs.REQUEST_OPEN)
    for move in _MOVES:
        if Action(move) in view.can:
            yield view.button(words.MOVE[move], verbs.MOVE_OPEN, name=f"move-{move}", move=str(move))
    decided = next_steps.decided(view)
    if decided and decided.verb == verbs.MOVE_OPEN:
        yield view.button(decided.title, decided.verb, name="rerun", **decided.about)
    if view.can & _CLOSING:
        yield view.button(texts_case.CHECKLIST, verbs.CLOSURE_OPEN)
    if view.can & _MANAGING:
        yield view.button(texts_case.MANAGE, verbs.MANAGE_OPEN)


def _work(view: CaseView) -> Iterator[Button]:
    if Action.WRITE_NOTE in view.can:
        yield view.button(texts_case.ADD_NOTE, verbs.NOTE_OPEN)
    if (own := asking_cards.own_to_answer(view)) is not None:
        yield asking_cards.to_answer(view, own)
    yield from meeting_cards.buttons(view)
    still_open = sum(not task.is_settled for task in view.file.tasks)
    yield view.button(texts_case.tasks_button(still_open), verbs.TASKS_OPEN)
    yield view.button(texts_case.people_button(len(view.file.people)), verbs.PEOPLE_OPEN)
    yield view.button(texts_risk.RISK_TITLE, verbs.CASE_READ, name="risk", section="risk")


def _reading(view: CaseView) -> Iterator[Button]:
    yield view.button(texts_case.READ_ALL, verbs.CASE_READ, name="file", section="file")
    if view.file.requests and view.case.state in ENDED:
        yield asking_cards.to_tally(view)
    yield view.button(texts_case.READ_HISTORY, verbs.CASE_READ, name="history", section="history")
    for link in view.file.links:
        if link.kind is LinkKind.MERGED_INTO and not link.forward and not link.other_restricted:
            yield _as_it_was(view, link.other_reference)
    if view.case.cycle > 1:
        yield view.button(texts_case.READ_CYCLES, verbs.CASE_READ, name="cycles", section="cycles")
    yield view.button(texts_case.COPY, verbs.CASE_COPY)
    if view.case.web_url:
        yield OpenUrlAction(id="sharepoint", title=texts_progress.OPEN_IN_SHAREPOINT, url=view.case.web_url)


def _as_it_was(view: CaseView, reference: str) -> Button:
    """The file of a case that was merged into this one: its answers and its risk stand there and nowhere else."""
    return parts.button(
        view.surface,
        texts_case.read_as_it_was(reference),
        verbs.CASE_READ,
        name=f"old-{reference}",
        case=reference,
        section="file",
        as_written=True,
    )


# --- what could not be taken -----------------------------------------------------------------------------------------

# What a form sends besides texts: the choices in it, and what its buttons carry.
_NO_TEXTS: Final = frozenset(
    {
        *("instrument", "move", "part", "questions", "section", "field"),
        *("age_group", "agency", "agency_id", "band", "clock", "decision", "due_on", "grade", "people"),
        *("agencies", "reply", "risk_now"),
        *("minutes", "first_day", "last_day", "day", "time", "slot", "was"),
        *("power", "role", "side", "stage", "state", "term", "to_hub", "until"),
        *(name for name, asked in FIELD.items() if asked.sort is Sort.CHOICE and name != "decision"),
    }
)


def given_back(view: CaseView, typed: Mapping[str, str]) -> CardJson:
    """The case had moved on: what was written is shown once more, to be copied, and the way to the case as it is."""
    said = {
        name: text for name, text in typed.items() if name not in _NO_TEXTS and not name.startswith(ANSWER)
    }
    return case_fields.form(Typed(said, {}), lambda form: _given_back(view, form))


def _given_back(view: CaseView, typed: Typed) -> CardJson:
    body: list[Strict] = [
        *top(view, texts_case.GIVEN_BACK_TITLE),
        parts.paragraph(texts_case.GIVEN_BACK, "Medium"),
    ]
    for name, text in typed.values.items():
        label = texts_stages.LABELS.get(name, texts_case.TYPED_LABEL)
        body += case_fields.text(typed, name, label, most=len(text), lines=True)
    return parts.card(body, [case_fields.without_inputs(case_pieces.to_case(view, main=True))])
