"""What must be true before a case may be closed, and the lead agency's word on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing
from osara_store.assessing import is_assessment
from osara_store.case_file import CaseFile, CaseMove
from osara_store.contributing import enter
from osara_store.directory import Actor, Hub
from osara_store.policy import Action
from osara_store.schema import CaseState, Stage

ENTRY: Final = "closure_agreed"  # the kind of entry with which the lead agency agrees
_AGREED: Final = "The lead agency agrees that the case is closed."


@dataclass(frozen=True)
class Checklist:
    """Each item by its id, in the order in which people go through it, and whether it is done."""

    items: tuple[tuple[str, bool], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(item for item, done in self.items if not done)


def checklist(file: CaseFile) -> Checklist:
    """How the present cycle stands against what closing needs; the manager's approval is the closing itself."""
    return Checklist(
        (
            ("measure_reported", bool(file.answer("measure_value").strip())),
            ("tasks_closed", all(task.is_settled for task in file.tasks)),
            ("complainant_contacted", bool(file.answer("complainant_contacted"))),
            ("risk_reassessed", _risk_reassessed(file)),
            ("lead_agrees", lead_agrees(file)),
            ("outcome", bool(file.answer("outcome"))),
            ("closing_summary", bool(file.answer("closing_summary").strip())),
        )
    )


def lead_agrees(file: CaseFile) -> bool:
    """Whether the agency that leads now agrees to the proposal that stands: it made it, or it said so since."""
    proposal = _last_move_to(file, CaseState.CLOSURE_PROPOSED)
    if proposal is None or file.case.state is not CaseState.CLOSURE_PROPOSED:
        return False
    lead = file.case.lead_agency_id
    agreed = {entry.agency_id for entry in file.entries if entry.kind == ENTRY and entry.at >= proposal.by.at}
    return lead in {proposal.by.author_agency_id} | agreed


def agree(tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, seen: int, now: datetime) -> CaseFile:
    """Say for the lead agency that the case may be closed; once more changes nothing.

    Raises:
        Stale: the case has moved since it was `seen`, so this may be another proposal.
    """
    held = changing.hold(
        tx, actor=actor, hub=hub, case_id=case_id, action=Action.AGREE_CLOSURE, now=now, seen=seen
    )
    if lead_agrees(held.file):
        return held.file
    enter(held, Stage.ASSESSMENT, ENTRY, _AGREED)
    return held.finish("case.closure_agreed", {}, receipts=False, channel=False)


def _risk_reassessed(file: CaseFile) -> bool:
    """Whether the risk was assessed since the case last came to its assessment; to override it is not to assess it."""
    came = _last_move_to(file, CaseState.ASSESSMENT)
    if came is None:
        return False
    return any(is_assessment(risk) and risk.by.at >= came.by.at for risk in file.risks)


def _last_move_to(file: CaseFile, state: CaseState) -> CaseMove | None:
    return next((move for move in reversed(file.moves) if move.end is state), None)
