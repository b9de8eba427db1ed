"""A case on its whole way: every step by a command, at a clock that goes on, as the people of a hub would take it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from osara_store import answers, assessing, closing, moves, tasks
from osara_store.case_file import Case, CaseFile, case_file
from osara_store.directory import Actor, Hub
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.stages import Part
from osara_store.states import TRANSITIONS, Move
from osara_store.tasks import NewTask

from .world import ALL, DIRECTORY, HELEN, NOON, PRIYA, TOM, submitted

# As little as every stage can do with.
NEEDED: Final[Mapping[Part, Mapping[str, str]]] = {
    Part.OBJECTIVE: {
        "measure": "Calls about noise in a week",
        "baseline": "6",
        "target": "1",
        "target_date": "2026-09-01",
    },
    Part.SCANNING: {
        "statement": "Loud music at night.",
        "sources": "Calls to police\nThe neighbours' diary",
        "how_often": "Five nights in seven",
        "repeat_check": "repeat_place",
    },
    Part.TRIANGLE: {
        "victim_features": "Next door, thin walls",
        "offender_not_applicable": "Nobody is known yet",
        "location_features": "A shared back yard",
    },
    Part.HYPOTHESIS: {"hypothesis": "The yard fills after the pub closes."},
    Part.EQUALITY: {
        "equality_characteristic": "None is known; his landlord was asked.",
        "equality_link": "None",
        "less_drastic_tried": "Two visits and a letter",
        "equality_proportionate": "Six homes lose their sleep",
        "equality_decided_by": "The hub manager, 2 March",
    },
    Part.ASSESSMENT: {"measure_value": "1", "decision": "propose_closure"},
    Part.CLOSURE: {
        "complainant_contacted": "yes",
        "outcome": "solved",
        "closing_summary": "Quiet since the gate is locked.",
    },
}
ON_THE_WAY: Final = (
    Move.TRIAGE,
    Move.SHARE,
    Move.SCAN,
    Move.ANALYSE,
    Move.RESPOND,
    Move.ASSESS,
    Move.PROPOSE_CLOSURE,
    Move.CLOSE,
)


def task(**changes: Any) -> NewTask:
    planned = {
        "intervention": "A lock on the yard gate",
        "side": "location",
        "agency_id": "homes",
        "owner": "Sue Bell",
        "due_on": date(2026, 4, 1),
        "power": "",
        "rationale": "",
        "proportionality": "",
        "term": "quick",
    }
    return NewTask(**{**planned, **changes})


class Walk:
    """A case that Priya's agency leads; Helen, the manager, takes the steps unless somebody else is named."""

    def __init__(self, tx: sa.Connection, now: datetime = NOON, hub: Hub = ALL, **submission: Any) -> None:
        self.tx, self.hub, self.now = tx, hub, now
        self.id = submitted(tx, now=now, **submission).case.id

    @property
    def file(self) -> CaseFile:
        return case_file(self.tx, self.id)

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def by(self) -> dict[str, Any]:
        """What every command takes besides the actor."""
        return {"tx": self.tx, "hub": self.hub, "case_id": self.id, "now": self.now}

    def wait(self, **time: float) -> None:
        self.now += timedelta(**(time or {"hours": 1}))

    def move(
        self, move: Move, who: Actor = HELEN, *, reason: str = "It is time.", stage: Stage | None = None
    ) -> CaseFile:
        self.wait()
        seen = self.case.moves
        return moves.move(
            **self.by, directory=DIRECTORY, actor=who, move=move, seen=seen, reason=reason, stage=stage
        )

    def fill(self, *parts: Part, who: Actor = HELEN, **changes: str) -> None:
        """Answer what a part needs, or what is named here instead."""
        self.wait()
        for part in parts:
            answers.save(
                **self.by,
                actor=who,
                part=part,
                cycle=self.case.cycle,
                typed={**NEEDED[part], **changes},
                versions={each.field: each.n for each in self.file.answers if each.cycle == self.case.cycle},
            )

    def assess(self, who: Actor = TOM, band: str = "standard", notes: str = "Nobody was hurt") -> CaseFile:
        self.wait()
        return assessing.assess(
            **self.by,
            directory=DIRECTORY,
            actor=who,
            instrument="judgement",
            answers={"harm": notes},
            band=band,
            reason="Nobody is in danger from it.",
        )

    def plan(self, **changes: Any) -> int:
        """Add a task and say its number."""
        self.wait()
        return tasks.add(**self.by, directory=DIRECTORY, actor=HELEN, task=task(**changes)).tasks[-1].n

    def finish_tasks(self) -> None:
        self.wait()
        for each in self.file.tasks:
            if each.state is TaskState.OPEN:
                tasks.record(
                    **self.by,
                    actor=HELEN,
                    n=each.n,
                    version=each.version,
                    state=TaskState.DONE,
                    outcome="The lock is fitted.",
                )

    def prepare(self, move: Move) -> None:
        """Do what has to be there before the move."""
        if move is Move.TRIAGE:
            self.assess()
        elif move is Move.ANALYSE:
            self.fill(Part.OBJECTIVE, Part.SCANNING)
        elif move is Move.RESPOND:
            self.fill(Part.TRIANGLE, Part.HYPOTHESIS)
        elif move is Move.ASSESS:
            self.plan()
            self.plan(agency_id="police", owner="Tom Airey", side="offender")
        elif move in {Move.RERUN, Move.PROPOSE_CLOSURE}:
            self.finish_tasks()
            self.fill(Part.ASSESSMENT)
        elif move is Move.CLOSE:
            self.fill(Part.CLOSURE)
            self.assess()
            if not closing.lead_agrees(self.file):
                closing.agree(**self.by, actor=PRIYA, seen=self.case.moves)

    def step(self, move: Move, who: Actor = HELEN, **named: Any) -> CaseFile:
        self.prepare(move)
        return self.move(move, who, **named)

    def to(self, state: CaseState) -> "Walk":
        """On from here, by the usual way."""
        for move in ON_THE_WAY:
            if self.case.state is state:
                return self
            if self.case.state in TRANSITIONS[move].start:
                self.step(move)
        assert self.case.state is state
        return self
