"""A case moves from one state to another: in one transaction, with all that goes with it.

Merging and transferring are moves as well; what they do besides is in `links`, which calls `record`.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import (
    case_clocks,
    changing,
    closing,
    completeness,
    meeting_messages,
    review_asking,
    states,
)
from osara_store.case_file import Answer, CaseFile, case_of
from osara_store.changing import Held
from osara_store.completeness import IsEnforcement
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Impossible, Incomplete, NotAllowed
from osara_store.months import months_after
from osara_store.policy import Action, Reason
from osara_store.schema import CaseState, Stage, answers, case_moves
from osara_store.stages import FIELD
from osara_store.states import ENDED, TRANSITIONS, Move

_ADD = sa.insert(case_moves)
_ADD_ANSWERS = sa.insert(answers)
_WITH_ANOTHER_CASE: Final = frozenset({Move.MERGE, Move.TRANSFER})
_MONTHS_A_YEAR: Final = 12
_CASE_ENDED: Final = "The case has ended."


def move(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    move: Move,
    seen: int,
    reason: str,
    now: datetime,
    stage: Stage | None = None,
) -> CaseFile:
    """Make this move; a re-run names the stage that it begins with.

    Raises:
        Stale: the case has made another move since it was `seen`.
        NotAllowed: the actor has no part in this move.
        Impossible: it does not lead on from where the case stands.
        Incomplete: what the move needs, by id: `reason`, or what completeness and closing checklist name.
    """
    if move in _WITH_ANOTHER_CASE:
        raise ValueError(f"{move} takes two cases")
    held = _hold(tx, actor=actor, hub=hub, case_id=case_id, move=move, seen=seen, now=now)
    end = states.after(held.case.state, move, stage)
    if lacks := (*_reason_missing(move, reason), *missing(held.file, move, directory.is_enforcement)):
        raise Incomplete(lacks)
    if move is Move.RERUN and stage:
        _carry_on(held, stage)
    record(held, directory, move, end, reason)
    detail = {"move": move, "from": held.case.state, "to": end}
    return held.finish("case.moved", detail, receipts=True, channel=True)


def missing(file: CaseFile, move: Move, is_enforcement: IsEnforcement) -> tuple[str, ...]:
    """What the case itself still lacks for this move, by the ids of completeness and of the closing checklist."""
    gaps = completeness.gate(file, move, is_enforcement)
    return gaps if move is not Move.CLOSE else (*gaps, *closing.checklist(file).missing)


def record(held: Held, directory: Directory, move: Move, end: CaseState, reason: str) -> None:
    """Write that a held case has made the move, and set what follows from where it led."""
    case = held.case
    cycle = case.cycle + (move is Move.RERUN)
    n = len(held.file.moves) + 1
    row = held.signed(n=n, move=move, start=case.state, end=end, cycle=cycle, reason=reason)
    held.tx.execute(_ADD, row)
    held.change(state=end, moves=case.moves + 1, cycle=cycle, **_ending(held, directory, end))
    if end in ENDED or end is CaseState.RETURNED:
        case_clocks.stop(held)
    if end in ENDED:
        meeting_messages.call_off(held, _CASE_ENDED)
    if move is Move.TRIAGE:
        review_asking.begin(held, directory)
    if move is Move.SCAN:
        case_clocks.asking_is_over(held)
    if move is Move.RESUBMIT:
        case_clocks.resume(held, directory.clocks_of(held.hub))


def _hold(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, move: Move, seen: int, now: datetime
) -> Held:
    """Hold the case for the move. Who might make it, only not from here, is told so in its own words."""
    try:
        return changing.hold(
            tx, actor=actor, hub=hub, case_id=case_id, action=Action(move), now=now, seen=seen
        )
    except NotAllowed as refusal:
        if refusal.reason != Reason.NOT_NOW:
            raise
        raise Impossible(case_of(tx, case_id).state, move) from refusal


def _reason_missing(move: Move, reason: str) -> tuple[str, ...]:
    return ("reason",) if TRANSITIONS[move].needs_reason and not reason.strip() else ()


def _ending(held: Held, directory: Directory, end: CaseState) -> dict[str, Any]:
    """What is set when a case ends: the day its keeping is reviewed and, once it is closed, how long it is watched.

    A day that was set before stays: voiding a closed case does not put its review off.
    """
    if end not in ENDED:
        return {}
    rules, today = directory.retention_of(held.hub), held.hub.today(held.now)
    review = held.case.retention_on or months_after(today, _MONTHS_A_YEAR * rules.retention_years)
    if end is not CaseState.CLOSED:
        return {"retention_on": review}
    watched = months_after(today, rules.watch_months)
    return {"retention_on": review, "closed_at": held.now, "watch_until": watched}


def _carry_on(held: Held, stage: Stage) -> None:
    """Take what stands in the stages before this one into the new cycle, by whom and when it was written kept.

    What waits beside an answer for somebody to choose goes with it.
    """
    earlier = set(list(Stage)[: list(Stage).index(stage)])
    fields = [field for field in FIELD.values() if field.stage in earlier]
    rows = [row for field in fields for row in _carried(held.file, field.name)]
    if rows:
        held.tx.execute(_ADD_ANSWERS, rows)


def _carried(file: CaseFile, field: str) -> Iterator[dict[str, Any]]:
    standing = file.standing.get((file.case.cycle, field))
    if standing is None:
        return
    waiting = (answer for answer in file.asides if answer.field == field)
    for n, answer in enumerate((standing, *waiting), 1):
        yield _in_next_cycle(file, answer, n)


def _in_next_cycle(file: CaseFile, answer: Answer, n: int) -> dict[str, Any]:
    return {
        "case_id": file.case.id,
        "cycle": file.case.cycle + 1,
        "field": answer.field,
        "n": n,
        "standing": answer.standing,
        "text": answer.text,
        **asdict(answer.by),
    }
