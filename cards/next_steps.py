"""The one thing that helps a case most now, for the person who looks at it and as far as they may do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cards import (
    asking_cards,
    case_due,
    clock_cards,
    dates,
    meeting_cards,
    task_cards,
    texts_asking,
    texts_case,
    texts_meetings,
    texts_moves,
    texts_stages,
    texts_tasking,
    verbs,
    words,
)
from cards.case_view import CaseView
from cards.elements import Action as Button
from cards.escape import as_typed
from osara_store import closing, completeness, meetings
from osara_store.case_file import Task
from osara_store.clock_rules import ClockKind
from osara_store.policy import Action
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.states import Move


@dataclass(frozen=True)
class Step:
    """What to do, why, and the button that leads there."""

    why: str
    title: str
    verb: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def button(self, view: CaseView) -> Button:
        return view.button(self.title, self.verb, name="next", main=True, **self.about)


_Rule = Callable[[CaseView], Step | None]


def next_step(view: CaseView) -> Step | None:
    """What is late or waits for this person before what the stage wants; nothing where they can only read."""
    return next((step for rule in _RULES if (step := rule(view))), None)


# --- what waits for this person --------------------------------------------------------------------------------------


def _own_request(view: CaseView) -> Step | None:
    """What one's own agency is asked, before anything else: others wait for it, and a tap is enough."""
    asked = asking_cards.own_to_answer(view)
    if asked is None or not asked.is_open:
        return None
    say = texts_asking.next_late_request if asked.due_at < view.now else texts_asking.next_request
    day = dates.day(view.hub.today(asked.due_at))
    why = say(as_typed(view.agency(asked.by.author_agency_id)), day)
    return Step(why, texts_asking.ANSWER, verbs.REQUEST_ANSWER_OPEN, {"n": asked.n})


def _own_task(view: CaseView) -> Step | None:
    """A task of one's own agency that is late; for who does not work the case, any that is open."""
    own = [task for task in task_cards.in_order(view) if _is_ours_to_do(view, task)]
    waiting = [
        task for task in own if task_cards.is_overdue(view, task) or Action.WRITE_STAGE not in view.can
    ]
    if not waiting:
        return None
    first = waiting[0]
    why = texts_case.next_own_task(
        first.n,
        as_typed(first.intervention),
        dates.day(first.due_on),
        overdue=task_cards.is_overdue(view, first),
    )
    return Step(why, texts_case.SAY_HOW_IT_WENT, verbs.TASK_RECORD_OPEN, {"n": first.n})


def _is_ours_to_do(view: CaseView, task: Task) -> bool:
    is_own = task.agency_id == view.actor.agency.id
    return is_own and task.state is TaskState.OPEN and task_cards.may_record(view, task)


def _declined_task(view: CaseView) -> Step | None:
    """What an agency cannot do waits for somebody who can."""
    declined = [task for task in task_cards.in_order(view) if task.state is TaskState.DECLINED]
    if not declined or Action.ADD_TASK not in view.can:
        return None
    first = declined[0]
    why = texts_tasking.next_declined(first.n, as_typed(view.agency(first.agency_id)))
    return Step(why, texts_tasking.FIND_SOMEBODY, verbs.TASK_REASSIGN_OPEN, {"n": first.n})


def _first_risk(view: CaseView) -> Step | None:
    if Action.ASSESS_RISK not in view.can or view.file.risks:
        return None
    return Step(texts_case.NEXT_RISK, texts_case.CHECK_RISK, verbs.CASE_READ, {"section": "risk"})


def _meeting_now(view: CaseView) -> Step | None:
    """People sit together: what is said there is written down while they do."""
    ahead = meetings.open_one(view.file)
    if ahead is None or not meeting_cards.is_now(view, ahead):
        return None
    return Step(texts_meetings.NEXT_NOW, texts_meetings.OPEN, verbs.MEETING_OPEN, {"n": ahead.n})


def _meeting_due(view: CaseView) -> Step | None:
    """The partners should have met before now: what helps is to meet, more than to stop the clock."""
    late = [clock.kind for clock in case_due.late(view)]
    if late[:1] != [ClockKind.MEETING] or meetings.open_one(view.file) or not meeting_cards.may_arrange(view):
        return None
    return Step(texts_meetings.NEXT_ARRANGE, texts_meetings.ARRANGE, verbs.MEETING_FORM)


def _late_clock(view: CaseView) -> Step | None:
    if Action.MEET_CLOCK not in view.can:
        return None
    late = [clock.kind for clock in case_due.late(view) if clock.kind in clock_cards.stoppable(view)]
    if not late:
        return None
    return Step(texts_case.next_clock(words.CLOCK[late[0]]), texts_case.WRITE_IT_DOWN, verbs.CLOCK_OPEN)


# --- what the state asks for -----------------------------------------------------------------------------------------


def _new(view: CaseView) -> Step | None:
    if view.case.state is CaseState.RETURNED and Action.RESUBMIT in view.can:
        return _move(texts_case.NEXT_RESUBMIT, Move.RESUBMIT)
    if Action.TRIAGE in view.can:
        return _move(texts_case.NEXT_ACCEPT, Move.TRIAGE)
    if Action.SHARE in view.can:
        return Step(texts_case.NEXT_SHARE, texts_asking.ASK, verbs.REQUEST_OPEN)
    return _move(texts_case.NEXT_SCAN, Move.SCAN) if Action.SCAN in view.can else None


# The stages that are worked on in a state, and the move that ends it.
_WORK: Final[Mapping[CaseState, tuple[tuple[Stage, ...], Move]]] = {
    CaseState.SCANNING: ((Stage.OBJECTIVE, Stage.SCANNING), Move.ANALYSE),
    CaseState.ANALYSIS: ((Stage.ANALYSIS,), Move.RESPOND),
    CaseState.RESPONSE: ((Stage.RESPONSE,), Move.ASSESS),
    CaseState.ASSESSMENT: ((Stage.ASSESSMENT,), Move.PROPOSE_CLOSURE),
}


def _stage(view: CaseView) -> Step | None:
    """The next thing that is missing; once nothing is, the move that leads on."""
    if view.case.state not in _WORK or Action.WRITE_STAGE not in view.can:
        return None
    stages, move = _WORK[view.case.state]
    is_enforcement = view.directory.is_enforcement
    missing = [each for stage in stages for each in completeness.of(view.file, stage, is_enforcement).missing]
    if missing:
        return _fill_in(missing[0])
    if move is Move.PROPOSE_CLOSURE:
        return decided(view)
    return _move(texts_case.NEXT_MOVE[move], move) if Action(move) in view.can else None


_ADDS_A_TASK: Final = frozenset({"no_actions", "two_agencies_or_reason", "not_only_enforcement"})


def _fill_in(missing: str) -> Step:
    why = texts_stages.next_best(missing)
    part = texts_stages.page_of(missing)
    if part is not None:
        return Step(why, texts_case.fill_in(texts_stages.PAGE[part]), verbs.STAGE_OPEN, {"part": str(part)})
    if missing in _ADDS_A_TASK:
        return Step(why, texts_case.ADD_TASK, verbs.TASK_OPEN)
    return Step(why, texts_case.OPEN_TASKS, verbs.TASKS_OPEN)


def decided(view: CaseView) -> Step | None:
    """What the assessment says should come next, for who may do it."""
    decision = view.file.answer("decision").removeprefix("rerun_")
    if decision == Move.PROPOSE_CLOSURE and Action.WRITE_CLOSURE in view.can:
        return Step(texts_case.NEXT_PROPOSE, texts_case.OPEN_CHECKLIST, verbs.CLOSURE_OPEN)
    if decision not in set(Stage) or Action.RERUN not in view.can:
        return None
    stage = Stage(decision)
    about = {"move": str(Move.RERUN), "stage": str(stage)}
    return Step(texts_case.NEXT_RERUN, texts_moves.RERUN_STAGE[stage], verbs.MOVE_OPEN, about)


def _closure(view: CaseView) -> Step | None:
    if view.case.state is not CaseState.CLOSURE_PROPOSED:
        return None
    agrees = Action.AGREE_CLOSURE in view.can and not closing.lead_agrees(view.file)
    if agrees or Action.CLOSE in view.can:
        return Step(texts_case.NEXT_CHECKLIST, texts_case.OPEN_CHECKLIST, verbs.CLOSURE_OPEN)
    return None


def _retention(view: CaseView) -> Step | None:
    on = view.case.retention_on
    if Action.DECIDE_RETENTION not in view.can or view.case.erased_at or on is None or on > view.today:
        return None
    return Step(texts_case.NEXT_RETENTION, texts_case.OPEN_RETENTION, verbs.RETENTION_OPEN)


def _note(view: CaseView) -> Step | None:
    if Action.WRITE_NOTE not in view.can:
        return None
    return Step(texts_case.NEXT_NOTE, texts_case.ADD_NOTE, verbs.NOTE_OPEN)


def _move(why: str, move: Move) -> Step:
    return Step(why, words.MOVE[move], verbs.MOVE_OPEN, {"move": str(move)})


_RULES: Final[tuple[_Rule, ...]] = (
    _meeting_now,
    _own_request,
    _own_task,
    _declined_task,
    _first_risk,
    _closure,
    _meeting_due,
    _late_clock,
    _new,
    _stage,
    _retention,
    _note,
)
