"""May this person do this? The one place that answers, for every command, query, card and export.

A case is looked at with its state, its lead and, where it is restricted, the list of those who may open it. What somebody
is to a case (`Capacity`) follows from the directory and the case alone, never from what a card sent back.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from osara_store.directory import Actor, Hub, Role
from osara_store.schema import CaseState
from osara_store.states import BEING_WORKED, ENDED, OPEN, TRANSITIONS, Move


class Action(StrEnum):
    """The first are asked of a hub; the others of a case. The moves of a case are actions of the same name."""

    OPEN_HUB_CARD = "open_hub_card"
    REFER = "refer"
    JOIN = "join"
    SEE_OWN_CASES = "see_own_cases"
    SEE_OWN_WORK = "see_own_work"
    SEARCH = "search"
    SEE_RETENTION = "see_retention"
    SET_HUB = "set_hub"
    BE_AWAY = "be_away"
    SET_ABSENCE = "set_absence"
    SEE_COVER = "see_cover"

    READ_CASE = "read_case"
    WRITE_NOTE = "write_note"
    ADD_PERSON = "add_person"
    MARK_PERSON = "mark_person"
    ASSESS_RISK = "assess_risk"
    OVERRIDE_RISK = "override_risk"
    MEET_CLOCK = "meet_clock"
    COMPLETE_REVIEW = "complete_review"
    ASK_PARTNERS = "ask_partners"
    ANSWER_REQUEST = "answer_request"
    ARRANGE_MEETING = "arrange_meeting"
    RUN_MEETING = "run_meeting"
    WRITE_STAGE = "write_stage"
    ADD_TASK = "add_task"
    RECORD_TASK = "record_task"
    RECORD_OWN_TASK = "record_own_task"
    POINT_OUTSIDE = "point_outside"
    CHASE = "chase"
    CHASE_OWN = "chase_own"
    WRITE_CLOSURE = "write_closure"
    AGREE_CLOSURE = "agree_closure"
    CHANGE_LEAD = "change_lead"
    RELATE = "relate"
    RESTRICT = "restrict"
    EXPLAIN_CASE_REVIEW = "explain_case_review"
    HOLD_LEGALLY = "hold_legally"
    DECIDE_RETENTION = "decide_retention"
    HAND_OVER = "hand_over"

    TRIAGE = "triage"
    RETURN = "return"
    RESUBMIT = "resubmit"
    SIGNPOST = "signpost"
    WITHDRAW = "withdraw"
    SHARE = "share"
    SCAN = "scan"
    ANALYSE = "analyse"
    RESPOND = "respond"
    ASSESS = "assess"
    RERUN = "rerun"
    PROPOSE_CLOSURE = "propose_closure"
    REFUSE_CLOSURE = "refuse_closure"
    CLOSE = "close"
    MERGE = "merge"
    VOID = "void"
    TRANSFER = "transfer"


class Reason(StrEnum):
    """Keys of the texts that explain a ruling."""

    ALLOWED = "allowed"
    NOT_THIS_HUB = "not_this_hub"
    NO_AGREEMENT = "no_agreement"
    AGREEMENT_OUT_OF_DATE = "agreement_out_of_date"
    CASE_OF_ANOTHER_HUB = "case_of_another_hub"
    RESTRICTED = "restricted"
    NOT_YOUR_PART = "not_your_part"
    NOT_NOW = "not_now"


class Capacity(StrEnum):
    """What somebody is to a case. Everybody of the hub is a partner; some are more."""

    PARTNER = "partner"
    REFERRER = "referrer"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    INSPECTOR = "inspector"


@dataclass(frozen=True)
class Ruling:
    allowed: bool
    reason: str


class Facts(Protocol):
    """As much of a case as the rules look at."""

    @property
    def hub_id(self) -> str: ...
    @property
    def state(self) -> CaseState: ...
    @property
    def agency_id(self) -> str: ...
    @property
    def lead_agency_id(self) -> str: ...
    @property
    def restricted(self) -> bool: ...


Listed = Collection[tuple[str, str]]  # tenant and object id of everybody who may open a restricted case


@dataclass(frozen=True)
class _Question:
    actor: Actor
    hub: Hub
    case: Facts | None
    listed: Listed
    on: date


_Rule = Callable[[_Question], Reason | None]


def _serves_the_hub(question: _Question) -> Reason | None:
    return None if question.actor.role_in(question.hub) else Reason.NOT_THIS_HUB


def _agreement_in_date(question: _Question) -> Reason | None:
    agency = question.actor.agency
    if agency.may_receive(question.on):
        return None
    return Reason.NO_AGREEMENT if agency.agreement is None else Reason.AGREEMENT_OUT_OF_DATE


def _agreement_in_date_or_own_referral(question: _Question) -> Reason | None:
    """What referrers do to their own referral shows them nothing of the case, so they need no agreement for it."""
    if question.case and Capacity.REFERRER in capacities(question.actor, question.hub, question.case):
        return None
    return _agreement_in_date(question)


def _case_is_of_the_hub(question: _Question) -> Reason | None:
    case = question.case
    return None if case is None or case.hub_id == question.hub.id else Reason.CASE_OF_ANOTHER_HUB


def _on_the_list(question: _Question) -> Reason | None:
    case, actor = question.case, question.actor
    if case is None or not case.restricted or (actor.tenant, actor.object_id) in question.listed:
        return None
    return Reason.RESTRICTED


def _manages(question: _Question) -> Reason | None:
    return None if question.actor.role_in(question.hub) is Role.MANAGER else Reason.NOT_YOUR_PART


# Anybody who serves the hub may ask it for help and tell it of a matter; to be shown anything of a case, even that it is
# there to be joined, an agency needs a signed agreement that is in date.
_SHOWN: Final = (_serves_the_hub, _agreement_in_date, _case_is_of_the_hub, _on_the_list)
_OF_A_HUB: Final[Mapping[Action, tuple[_Rule, ...]]] = {
    Action.OPEN_HUB_CARD: (_serves_the_hub,),
    Action.REFER: (_serves_the_hub,),
    Action.JOIN: _SHOWN,
    Action.SEE_OWN_CASES: _SHOWN,
    Action.SEE_OWN_WORK: _SHOWN,
    Action.SEARCH: _SHOWN,
    Action.SEE_RETENTION: (*_SHOWN, _manages),
    Action.SET_HUB: (_serves_the_hub, _manages),  # shows nothing of any case
    Action.BE_AWAY: (_serves_the_hub,),
    Action.SET_ABSENCE: (*_SHOWN, _manages),  # of somebody else
    Action.SEE_COVER: (*_SHOWN, _manages),
}


@dataclass(frozen=True)
class _Permit:
    """These capacities may, while the case is in one of these states."""

    capacities: frozenset[Capacity]
    states: frozenset[CaseState]


_C = Capacity
_ALL: Final = frozenset(CaseState)
_EVERYBODY: Final = frozenset({_C.PARTNER})
# The manager stands in for the coordinator: a hub of two must not stand still when one of them is away.
_RUNNING: Final = frozenset({_C.COORDINATOR, _C.MANAGER})
_WORKING: Final = _RUNNING | {_C.LEAD}
_OVERSEEING: Final = _RUNNING | {_C.INSPECTOR}
_MANAGER: Final = frozenset({_C.MANAGER})
_TO_THE_END: Final = BEING_WORKED | {CaseState.CLOSURE_PROPOSED}
_BEFORE_CLOSING: Final = _TO_THE_END | {CaseState.SUBMITTED}
# While it is found out what there is; whoever is asked may answer for as long as the case is worked.
_FINDING_OUT: Final = frozenset(
    {CaseState.TRIAGED, CaseState.SHARING, CaseState.SCANNING, CaseState.ANALYSIS}
)
# Once the partners are asked, there is something to meet about.
_MEETING: Final = BEING_WORKED - {CaseState.TRIAGED}
_CHECKING: Final = frozenset({CaseState.ASSESSMENT, CaseState.CLOSURE_PROPOSED})


def _permit(capacities: frozenset[Capacity], states: frozenset[CaseState]) -> tuple[_Permit, ...]:
    return (_Permit(capacities, states),)


def _move(move: Move, capacities: frozenset[Capacity]) -> tuple[_Permit, ...]:
    return _permit(capacities, TRANSITIONS[move].start)


_PERMITS: Final[Mapping[Action, tuple[_Permit, ...]]] = {
    # What was voided was a mistake: it is no longer for everybody to read.
    Action.READ_CASE: (
        _Permit(_EVERYBODY, _ALL - {CaseState.VOIDED}),
        _Permit(_OVERSEEING, frozenset({CaseState.VOIDED})),
    ),
    Action.WRITE_NOTE: _permit(_EVERYBODY, OPEN),
    Action.ADD_PERSON: _permit(_EVERYBODY, OPEN),
    Action.MARK_PERSON: _permit(_WORKING, OPEN),
    Action.ASSESS_RISK: (_Permit(_RUNNING, _BEFORE_CLOSING), _Permit(frozenset({_C.LEAD}), _TO_THE_END)),
    Action.OVERRIDE_RISK: _permit(_RUNNING, _BEFORE_CLOSING),
    Action.MEET_CLOCK: _permit(_WORKING, _BEFORE_CLOSING),
    Action.COMPLETE_REVIEW: _permit(frozenset({_C.LEAD, _C.MANAGER}), _TO_THE_END),
    Action.ASK_PARTNERS: _permit(_RUNNING, _FINDING_OUT),
    # Which agency was asked is for `requests` to look at.
    Action.ANSWER_REQUEST: _permit(_EVERYBODY, _TO_THE_END),
    Action.ARRANGE_MEETING: _permit(_WORKING, _MEETING),
    # One that was arranged before closure was proposed is still held, moved or called off.
    Action.RUN_MEETING: _permit(_WORKING, _MEETING | {CaseState.CLOSURE_PROPOSED}),
    Action.WRITE_STAGE: _permit(_WORKING, BEING_WORKED),
    Action.ADD_TASK: _permit(_WORKING, BEING_WORKED),
    Action.RECORD_TASK: _permit(_WORKING, _TO_THE_END),
    Action.RECORD_OWN_TASK: _permit(_EVERYBODY, _TO_THE_END),
    Action.POINT_OUTSIDE: _permit(_WORKING, BEING_WORKED),
    Action.CHASE: _permit(_WORKING, _TO_THE_END),
    Action.CHASE_OWN: _permit(_EVERYBODY, _TO_THE_END),
    Action.WRITE_CLOSURE: _permit(_WORKING, _CHECKING),
    Action.AGREE_CLOSURE: _permit(frozenset({_C.LEAD}), frozenset({CaseState.CLOSURE_PROPOSED})),
    Action.CHANGE_LEAD: _permit(_RUNNING, OPEN),
    Action.RELATE: _permit(_WORKING, OPEN | {CaseState.CLOSED}),
    Action.RESTRICT: _permit(_RUNNING, _ALL),
    Action.EXPLAIN_CASE_REVIEW: _permit(_WORKING, OPEN),
    Action.HOLD_LEGALLY: _permit(_MANAGER, _ALL),
    Action.DECIDE_RETENTION: _permit(_MANAGER, ENDED),
    Action.HAND_OVER: _permit(_MANAGER, OPEN),
    Action.TRIAGE: _move(Move.TRIAGE, _RUNNING),
    Action.RETURN: _move(Move.RETURN, _RUNNING),
    Action.RESUBMIT: _move(Move.RESUBMIT, frozenset({_C.REFERRER})),
    Action.SIGNPOST: _move(Move.SIGNPOST, _RUNNING),
    Action.WITHDRAW: _move(Move.WITHDRAW, frozenset({_C.REFERRER, _C.MANAGER})),
    Action.SHARE: _move(Move.SHARE, _RUNNING),
    Action.SCAN: _move(Move.SCAN, _RUNNING),
    Action.ANALYSE: _move(Move.ANALYSE, _WORKING),
    Action.RESPOND: _move(Move.RESPOND, _WORKING),
    Action.ASSESS: _move(Move.ASSESS, _WORKING),
    Action.RERUN: _move(Move.RERUN, _WORKING),
    Action.PROPOSE_CLOSURE: _move(Move.PROPOSE_CLOSURE, frozenset({_C.LEAD, _C.MANAGER})),
    Action.REFUSE_CLOSURE: _move(Move.REFUSE_CLOSURE, _MANAGER),
    Action.CLOSE: _move(Move.CLOSE, _MANAGER),
    Action.MERGE: _move(Move.MERGE, _MANAGER),
    Action.VOID: _move(Move.VOID, _MANAGER),
    Action.TRANSFER: _move(Move.TRANSFER, _MANAGER),
}
_OF_THE_REFERRER: Final = frozenset({Action.RESUBMIT, Action.WITHDRAW})
CASE_ACTIONS: Final = tuple(_PERMITS)


def may(
    actor: Actor,
    action: Action,
    hub: Hub,
    *,
    case: Facts | None = None,
    listed: Listed = (),
    on: date,
) -> Ruling:
    """Say whether the actor may do this in the hub (and to the case) on that day, and why not.

    `listed` are those who may open the case where it is restricted; an action of a case needs the case.
    """
    question = _Question(actor, hub, case, listed, on)
    for rule in _rules_of(action):
        reason = rule(question)
        if reason is not None:
            return Ruling(allowed=False, reason=reason)
    return Ruling(allowed=True, reason=Reason.ALLOWED)


def capacities(actor: Actor, hub: Hub, case: Facts) -> frozenset[Capacity]:
    """All that the actor is to the case; nothing for somebody whose agency does not serve its hub."""
    role = actor.role_in(hub)
    if role is None or case.hub_id != hub.id:
        return frozenset()
    found = {_C.PARTNER, Capacity(role)}
    if actor.agency.id == case.agency_id:
        found.add(_C.REFERRER)
    if actor.agency.id == case.lead_agency_id:
        found.add(_C.LEAD)
    return frozenset(found)


def _rules_of(action: Action) -> tuple[_Rule, ...]:
    if action in _OF_A_HUB:
        return _OF_A_HUB[action]
    agreement = _agreement_in_date_or_own_referral if action in _OF_THE_REFERRER else _agreement_in_date
    return (_serves_the_hub, agreement, _case_is_of_the_hub, _on_the_list, _permitted(_PERMITS[action]))


def _permitted(permits: tuple[_Permit, ...]) -> _Rule:
    def rule(question: _Question) -> Reason | None:
        if question.case is None:
            return Reason.NOT_YOUR_PART
        own = capacities(question.actor, question.hub, question.case)
        fitting = [permit for permit in permits if permit.capacities & own]
        if not fitting:
            return Reason.NOT_YOUR_PART
        in_time = any(question.case.state in permit.states for permit in fitting)
        return None if in_time else Reason.NOT_NOW

    return rule
