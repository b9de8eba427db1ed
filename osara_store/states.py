"""The states of a case and the moves between them: the one table that says what may follow what. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from osara_store.errors import Impossible
from osara_store.schema import CaseState, Stage

S = CaseState


class Move(StrEnum):
    """What takes a case from one state to another."""

    TRIAGE = "triage"
    RETURN = "return"  # to the referrer, who is asked for more
    RESUBMIT = "resubmit"
    SIGNPOST = "signpost"  # somebody else can help better
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


BEING_WORKED: Final = frozenset({S.TRIAGED, S.SHARING, S.SCANNING, S.ANALYSIS, S.RESPONSE, S.ASSESSMENT})
OPEN: Final = BEING_WORKED | {S.SUBMITTED, S.RETURNED, S.CLOSURE_PROPOSED}
ENDED: Final = frozenset(S) - OPEN


@dataclass(frozen=True)
class Transition:
    """From any of these states to that one. None as an end: which one is said with the move."""

    start: frozenset[CaseState]
    end: CaseState | None
    needs_reason: bool = False


def _from(*states: CaseState) -> frozenset[CaseState]:
    return frozenset(states)


_NEW = _from(S.SUBMITTED, S.TRIAGED)
TRANSITIONS: Final[Mapping[Move, Transition]] = {
    Move.TRIAGE: Transition(_from(S.SUBMITTED), S.TRIAGED),
    Move.RETURN: Transition(_NEW, S.RETURNED, needs_reason=True),
    Move.RESUBMIT: Transition(_from(S.RETURNED), S.SUBMITTED, needs_reason=True),
    Move.SIGNPOST: Transition(_NEW | {S.SHARING}, S.SIGNPOSTED, needs_reason=True),
    Move.WITHDRAW: Transition(_NEW | {S.RETURNED, S.SHARING, S.SCANNING}, S.WITHDRAWN, needs_reason=True),
    Move.SHARE: Transition(_from(S.TRIAGED), S.SHARING, needs_reason=True),
    Move.SCAN: Transition(_from(S.TRIAGED, S.SHARING), S.SCANNING),
    Move.ANALYSE: Transition(_from(S.SCANNING), S.ANALYSIS),
    Move.RESPOND: Transition(_from(S.ANALYSIS), S.RESPONSE),
    Move.ASSESS: Transition(_from(S.RESPONSE), S.ASSESSMENT),
    Move.RERUN: Transition(_from(S.ASSESSMENT), None, needs_reason=True),
    Move.PROPOSE_CLOSURE: Transition(_from(S.ASSESSMENT), S.CLOSURE_PROPOSED),
    Move.REFUSE_CLOSURE: Transition(_from(S.CLOSURE_PROPOSED), S.ASSESSMENT, needs_reason=True),
    Move.CLOSE: Transition(_from(S.CLOSURE_PROPOSED), S.CLOSED),
    Move.MERGE: Transition(OPEN, S.MERGED, needs_reason=True),
    Move.VOID: Transition(frozenset(S) - {S.VOIDED, S.MERGED, S.TRANSFERRED}, S.VOIDED, needs_reason=True),
    Move.TRANSFER: Transition(OPEN, S.TRANSFERRED, needs_reason=True),
}

# Where a new cycle begins. The objective has no state of its own: it is settled while the case is being scanned.
RERUN_TO: Final[Mapping[Stage, CaseState]] = {
    Stage.OBJECTIVE: S.SCANNING,
    Stage.SCANNING: S.SCANNING,
    Stage.ANALYSIS: S.ANALYSIS,
    Stage.RESPONSE: S.RESPONSE,
}

# What has to be complete before the move may be made.
GATES: Final[Mapping[Move, tuple[Stage, ...]]] = {
    Move.ANALYSE: (Stage.OBJECTIVE, Stage.SCANNING),
    Move.RESPOND: (Stage.ANALYSIS,),
    Move.ASSESS: (Stage.RESPONSE,),
    Move.RERUN: (Stage.ASSESSMENT,),
    Move.PROPOSE_CLOSURE: (Stage.ASSESSMENT,),
}


def possible(state: CaseState) -> tuple[Move, ...]:
    """The moves that lead on from here, in the order of the table."""
    return tuple(move for move, transition in TRANSITIONS.items() if state in transition.start)


def after(state: CaseState, move: Move, stage: Stage | None = None) -> CaseState:
    """Where the move leads; a re-run names its stage.

    Raises:
        Impossible: the move does not start here, or a re-run names no stage that can be run again.
    """
    transition = TRANSITIONS[move]
    if state not in transition.start:
        raise Impossible(state, move)
    if transition.end is not None:
        return transition.end
    if stage is None or stage not in RERUN_TO:
        raise Impossible(state, move)
    return RERUN_TO[stage]
