"""The monthly review of a case: what changed is filled in, and a minute is enough for the rest.

The same form stands in a person's chat and in a dialog. Whoever draws it for a chat has asked the policy; a card that stands
where the case is over, or is not theirs any more, is emptied instead.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cards import (
    case_fields,
    case_pieces,
    dates,
    next_steps,
    parts,
    texts,
    texts_case,
    texts_reviews,
    verbs,
    words,
)
from cards.case_view import CaseView, Typed, top
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store import review_changes, reviews
from osara_store.assessing import Instrument, is_assessment
from osara_store.case_file import Case, Review
from osara_store.policy import Action
from osara_store.review_changes import Changes
from osara_store.reviews import MOST_COMMENT
from osara_store.schema import CaseState, ReviewDecision, ReviewState, RiskNow, Stage
from osara_store.stages import parts_of
from osara_store.states import ENDED, Move

# --- the form --------------------------------------------------------------------------------------------------------


def form(view: CaseView, n: int, due_on: date, typed: Typed | None = None) -> CardJson:
    """The n-th review, to be done."""
    return case_fields.form(typed or Typed.nothing(), lambda said: _form(view, n, due_on, said))


def _form(view: CaseView, n: int, due_on: date, typed: Typed) -> CardJson:
    facts = {
        texts_reviews.PROBLEM: view.category,
        texts_reviews.WHERE: view.case.where,
        texts_reviews.RISK: words.BAND[view.case.band],
        texts_reviews.LEAD: view.agency(view.case.lead_agency_id),
        texts_reviews.DUE: dates.day(due_on),
    }
    body: list[Strict] = [
        *top(view, texts_reviews.TITLE),
        parts.facts(facts),
        *_alone(view),
        *_what_changed(view),
        *case_fields.check_these(typed),
        *case_fields.question(typed, "risk_now", texts_reviews.RISK_NOW, texts_reviews.RISKS),
        *case_fields.text(
            typed, "comment", texts_reviews.COMMENT, most=MOST_COMMENT, example=texts_reviews.EXAMPLE
        ),
    ]
    return parts.card(body, [*_decisions(view, n), _to_case(view)])


def _alone(view: CaseView) -> list[Strict]:
    """Why a manager has nobody of the lead agency beside them."""
    lead = view.directory.agency(view.case.lead_agency_id)
    if lead is None or lead.may_receive(view.today):
        return []
    return [parts.notice(parts.paragraph(texts_reviews.ALONE), style="warning")]


def _decisions(view: CaseView, n: int) -> Iterator[Button]:
    for decision, title in texts_reviews.DECISIONS.items():
        is_proposed = view.case.state is CaseState.CLOSURE_PROPOSED
        if decision is ReviewDecision.PROPOSE and is_proposed:
            continue
        yield view.button(
            title,
            verbs.MONTHLY_SAVE,
            name=f"review-{decision}",
            main=decision is ReviewDecision.CONTINUE,
            n=n,
            decision=str(decision),
        )


def _to_case(view: CaseView) -> Button:
    """The case itself; what was typed here does not go along."""
    if view.surface is Surface.DIALOG:
        return case_fields.back_without_saving(view, verbs.CASE_OPEN)
    return case_fields.without_inputs(_way(view, texts_reviews.OPEN, verbs.CASE_OPEN))


def _way(view: CaseView, title: str, verb: str, *, main: bool = False, **about: Any) -> Button:
    """A button that leads on: to the next page of a dialog, or from a chat into one."""
    if view.surface is Surface.DIALOG:
        return view.button(title, verb, name=f"on-{verb}", main=main, **about)
    about = {"case": view.case.reference, "seen": view.case.moves, **about}
    return parts.case_opener(title, verb, name=f"on-{verb}", main=main, **about)


# --- what changed ----------------------------------------------------------------------------------------------------


def _what_changed(view: CaseView) -> list[Strict]:
    changes = review_changes.since_last_review(view.file, view.today)
    say = texts_reviews.since_accepted if changes.is_first else texts_reviews.since_last
    title = parts.small_heading(say(dates.day(view.hub.today(changes.since))))
    lines = [parts.paragraph(line, "Small") for line in _changes(changes)]
    if changes.tasks_overdue:
        lines.append(case_pieces.alarm(texts_reviews.overdue(changes.tasks_overdue)))
    return [title, *(lines or [parts.paragraph(texts_reviews.NOTHING, "Small")])]


def _changes(changes: Changes) -> Iterator[str]:
    if changes.moves:
        states = [changes.moves[0].start, *(move.end for move in changes.moves)]
        yield texts_reviews.moved(" → ".join(words.STATE[state] for state in states))
    if changes.band_before != changes.band_now:
        yield texts_reviews.band_changed(words.BAND[changes.band_before], words.BAND[changes.band_now])
    elif changes.assessments:
        yield texts_reviews.assessed(changes.assessments)
    if changes.tasks_done or changes.tasks_open:
        yield texts_reviews.tasks(changes.tasks_done, changes.tasks_open)
    if changes.replies or changes.replies_waiting:
        yield texts_reviews.replies(changes.replies, changes.replies_waiting)
    if changes.meetings:
        yield texts_reviews.meetings(changes.meetings)
    if changes.notes:
        yield texts_reviews.notes(changes.notes)


# --- what became of it -----------------------------------------------------------------------------------------------


def message(view: CaseView, review: Review) -> CardJson:
    """The review as it stands in one person's chat."""
    if over := why_empty(view.case, review, view.can):
        return emptied(view.case.reference, over)
    if review.state == ReviewState.DONE:
        return settled(view, review)
    return form(view, review.n, review.due_on)


def why_empty(case: Case, review: Review, can: Collection[Action]) -> str:
    """Why nothing of the case is shown any more in the chat of somebody who may do this to it, if so."""
    if case.state in ENDED:
        return texts_reviews.HAS_ENDED
    if Action.READ_CASE not in can:
        return texts_reviews.NOT_YOURS
    if review.state == ReviewState.LAPSED:
        return texts_reviews.LAPSED
    if review.state == ReviewState.DUE and Action.COMPLETE_REVIEW not in can:
        return texts_reviews.NOT_YOURS
    return ""


def emptied(reference: str, why: str) -> CardJson:
    return parts.card([parts.heading(reference), parts.paragraph(why, "Small")])


def settled(view: CaseView, review: Review, lost: str = "") -> CardJson:
    """Who decided what; for whoever did, the way on to what follows from it.

    `lost` is what somebody wrote who came second: it is given back.
    """
    at = review.done_at or view.now
    said = texts_reviews.done(
        review.decision,
        as_typed(review.done_name),
        as_typed(view.agency(review.done_agency_id)),
        dates.day(view.hub.today(at)),
    )
    told: list[Strict] = [parts.paragraph(said), parts.paragraph(texts_reviews.risk_was(review.risk), "None")]
    if review.comment:
        told.append(parts.paragraph(as_typed(review.comment), "Small"))
    body: list[Strict] = [*top(view, texts_reviews.TITLE), case_pieces.panel(*told), *_next(view)]
    if lost:
        body += [parts.quiet(texts_reviews.YOU_WROTE, "Medium"), parts.paragraph(as_typed(lost), "Small")]
    is_own = (review.done_tenant, review.done_id) == (view.actor.tenant, view.actor.object_id)
    ways = list(_ways_on(view, review)) if is_own else []
    body += [parts.paragraph(sentence, "Medium") for sentence in _hints(view, review) if is_own]
    return parts.card(body, [*ways, _way(view, texts_reviews.OPEN, verbs.CASE_OPEN)])


def _next(view: CaseView) -> list[Strict]:
    coming = reviews.current(view.file, view.directory, view.hub, view.now)
    if coming is None or coming.waits:
        return []
    return [parts.quiet(texts_reviews.next_on(dates.day(coming.due_on)), "Medium")]


def _hints(view: CaseView, review: Review) -> Iterator[str]:
    if review.risk != RiskNow.SAME and Action.ASSESS_RISK in view.can:
        yield texts_reviews.WHY_CHECK_RISK
    if review.decision == ReviewDecision.PROPOSE and _closing(view) is None:
        yield texts_reviews.NOT_FROM_HERE


def _ways_on(view: CaseView, review: Review) -> Iterator[Button]:
    """The most important first: the band has to be right before anything else."""
    if review.risk != RiskNow.SAME and Action.ASSESS_RISK in view.can:
        instrument = str(_instrument(view))
        yield _way(view, texts_reviews.CHECK_RISK, verbs.RISK_OPEN, main=True, instrument=instrument)
    match review.decision:
        case ReviewDecision.CHANGE:
            yield from _planning(view)
        case ReviewDecision.PROPOSE if closing := _closing(view):
            yield closing


def _instrument(view: CaseView) -> Instrument:
    """The one that was used last."""
    used = [each.instrument for each in view.file.risks if is_assessment(each)]
    return Instrument(used[-1]) if used else Instrument.QUESTIONNAIRE


def _closing(view: CaseView) -> Button | None:
    if Action.PROPOSE_CLOSURE in view.can:
        title = words.MOVE[Move.PROPOSE_CLOSURE]
        return _way(view, title, verbs.MOVE_OPEN, move=str(Move.PROPOSE_CLOSURE))
    if view.case.state is CaseState.CLOSURE_PROPOSED:
        return _way(view, texts_case.OPEN_CHECKLIST, verbs.CLOSURE_OPEN)
    return None


_STAGE_OF: Final = {
    CaseState.SCANNING: Stage.SCANNING,
    CaseState.ANALYSIS: Stage.ANALYSIS,
    CaseState.RESPONSE: Stage.RESPONSE,
    CaseState.ASSESSMENT: Stage.ASSESSMENT,
}


def _planning(view: CaseView) -> Iterator[Button]:
    """To run a stage again where the assessment says so; or else the stage at hand, and its tasks."""
    if Action.REFUSE_CLOSURE in view.can:
        title = words.MOVE[Move.REFUSE_CLOSURE]
        yield _way(view, title, verbs.MOVE_OPEN, move=str(Move.REFUSE_CLOSURE))
    decided = next_steps.decided(view)
    if decided and decided.about.get("move") == Move.RERUN:
        yield _way(view, decided.title, decided.verb, **decided.about)
    stage = _STAGE_OF.get(view.case.state)
    if stage and Action.WRITE_STAGE in view.can:
        title, part = texts_reviews.go_on_with(words.STAGE[stage]), str(parts_of(stage)[0])
        yield _way(view, title, verbs.STAGE_OPEN, part=part)
    if Action.ADD_TASK in view.can:
        yield _way(view, texts_reviews.CHANGE_TASKS, verbs.TASKS_OPEN)


# --- several in one message ------------------------------------------------------------------------------------------

MOST_LINES: Final = 12


@dataclass(frozen=True)
class ReviewLine:
    """One review among several; `over` says why it waits for this person no more, escaped, and is empty while it does."""

    reference: str
    n: int
    moves: int
    category: str
    band: str
    due_on: date
    over: str = ""
    is_shown: bool = True  # whether anything of the case may be shown

    @property
    def waits(self) -> bool:
        return not self.over


def several(lines: Sequence[ReviewLine], hub_name: str, marking: str) -> CardJson:
    """All that somebody is told of on one day in one message, what waits first."""
    ordered = sorted(lines, key=lambda line: (not line.waits, line.due_on, line.reference))
    waiting = sum(line.waits for line in lines)
    body: list[Strict] = [
        parts.heading(texts_reviews.TITLE_OF_SEVERAL),
        parts.quiet(as_typed(texts.BETWEEN.join((hub_name, marking)))),
        parts.paragraph(texts_reviews.waiting(waiting) if waiting else texts_reviews.NONE_LEFT, "Medium"),
        *(_line(line) for line in ordered[:MOST_LINES]),
    ]
    if len(ordered) > MOST_LINES:
        body.append(parts.quiet(texts_reviews.and_more(len(ordered) - MOST_LINES), "Medium"))
    return parts.card(body, [parts.my_work_opener()])


def _line(line: ReviewLine) -> Strict:
    name = parts.paragraph(f"**{as_typed(line.reference)}**")
    if line.over:
        return case_pieces.block(name, parts.quiet(line.over))
    about = texts.BETWEEN.join(filter(None, (line.category, words.BAND[line.band])))
    opening = parts.case_opener(
        texts_reviews.DO,
        verbs.MONTHLY_OPEN,
        name=f"review-{line.reference}",
        case=line.reference,
        seen=line.moves,
        n=line.n,
    )
    opening.tooltip = f"{texts_reviews.DO} {line.reference}"
    return case_pieces.block(
        name,
        parts.quiet(as_typed(about)),
        parts.paragraph(texts_reviews.line_due(dates.day(line.due_on)), "Small"),
        case_pieces.buttons(opening),
    )


# --- in the case -----------------------------------------------------------------------------------------------------


def fact(view: CaseView) -> str:
    """When the next review is due, or since when one waits; empty where there is none to come."""
    found = reviews.current(view.file, view.directory, view.hub, view.now)
    if found is None:
        return ""
    day = dates.day(found.due_on)
    return texts_reviews.fact_waits(day) if found.waits else texts_reviews.fact_next(day)


def panel(view: CaseView) -> list[Strict]:
    """The overview's way to the review, for whoever may do it now."""
    found = reviews.current(view.file, view.directory, view.hub, view.now)
    if found is None or not found.may_be_done or Action.COMPLETE_REVIEW not in view.can:
        return []
    day = dates.day(found.due_on)
    said = texts_reviews.waits_since(day) if found.waits else texts_reviews.may_be_done(day)
    opening = view.button(texts_reviews.DO, verbs.MONTHLY_OPEN, n=found.n)
    return [case_pieces.panel(parts.paragraph(said), case_pieces.buttons(opening))]
