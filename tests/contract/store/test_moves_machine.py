"""Anybody presses anything, in any order: a case goes only where the written tables lead, and nothing of it is lost."""

from collections.abc import Iterator, Mapping

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from osara_store import moves, notes
from osara_store.case_file import CaseFile
from osara_store.directory import Actor
from osara_store.errors import Impossible, Incomplete, NotAllowed, Stale, StoreError
from osara_store.policy import Action, Capacity
from osara_store.schema import CaseState, Stage
from osara_store.states import ENDED, TRANSITIONS, Move
from tests.unit.osara_store.test_policy import expected
from tests.unit.osara_store.test_states import LEADS, RERUNS

from .conftest import Store
from .walking import ON_THE_WAY, Walk
from .world import ALL, DIRECTORY, HELEN, IAN, MARK, NORA, PRIYA, RUTH, SUE, TOM

STORE = settings.get_profile("store")
# What each of them is to the case; None for those who may not even see it.
WAYS: Mapping[str, tuple[Capacity, ...] | None] = {
    PRIYA.name: (Capacity.REFERRER, Capacity.LEAD),
    SUE.name: (Capacity.REFERRER, Capacity.LEAD),
    TOM.name: (Capacity.COORDINATOR,),
    HELEN.name: (Capacity.MANAGER,),
    RUTH.name: (Capacity.INSPECTOR,),
    IAN.name: (),
    MARK.name: None,
    NORA.name: None,
}
# Twice those who can do something, so that a case gets somewhere.
PEOPLE = st.sampled_from([PRIYA, SUE, TOM, HELEN, HELEN, RUTH, IAN, MARK, NORA])
STARTS = [end for move in ON_THE_WAY if (end := TRANSITIONS[move].end)]
MOVES = st.sampled_from([move for move in Move if move not in {Move.MERGE, Move.TRANSFER}])
STAGES = st.sampled_from([None, *Stage])
REASONS = st.sampled_from(["", " ", "It is time.", "It is time."])
BEHIND = st.sampled_from([0, 0, 0, 0, 1])


def texts_of(file: CaseFile) -> Iterator[tuple[str, str]]:
    """All that anybody wrote."""
    yield from ((f"{answer.cycle} {answer.field}", answer.text) for answer in file.answers)
    yield from ((f"entry {entry.n}", entry.text) for entry in file.entries)
    yield from ((f"move {move.n}", move.reason) for move in file.moves)
    yield from ((f"risk {risk.n}", risk.reason) for risk in file.risks)


class MovesMachine(RuleBasedStateMachine):
    store: Store

    @initialize(state=st.sampled_from(STARTS))
    def refer(self, state: CaseState):
        """A case that has come some of its way already: without that, hardly any would ever see its end."""
        with self.store.begin() as tx:
            self.walk = Walk(tx).to(state)
            self.file = self.walk.file
        self.state, self.cycle, self.written = state, 1, set()

    def look(self) -> None:
        with self.store.begin() as tx:
            self.walk.tx = tx
            self.file = self.walk.file

    @rule(move=st.sampled_from([*ON_THE_WAY, Move.RERUN]))
    def prepare(self, move: Move):
        """Helen and Tom do what the move needs, where it could come next."""
        if self.state in TRANSITIONS[move].start:
            with self.store.begin() as tx:
                self.walk.tx = tx
                self.walk.prepare(move)
        self.look()

    @rule(stage=st.sampled_from([*RERUNS]), onward=st.booleans())
    def go_on(self, stage: Stage, onward: bool):
        """The next step as it is meant to be."""
        again = Move.RERUN if self.state is CaseState.ASSESSMENT and not onward else None
        step = again or next((move for move in ON_THE_WAY if self.state in TRANSITIONS[move].start), None)
        if step is None:
            return
        with self.store.begin() as tx:
            self.walk.tx = tx
            self.file = self.walk.step(step, stage=stage if step is Move.RERUN else None)
        self.state = RERUNS[stage] if step is Move.RERUN else TRANSITIONS[step].end
        self.cycle += step is Move.RERUN

    @rule(move=MOVES, person=PEOPLE, stage=STAGES, reason=REASONS, behind=BEHIND)
    def press(self, move: Move, person: Actor, stage: Stage | None, reason: str, behind: int):
        refusal = self.refusal_of(move, person, stage, reason, behind)
        before = self.file
        self.look()
        if (
            self.is_allowed(before, move, person)
            and not behind
            and self.is_whole(before, move, stage, reason)
        ):
            assert refusal is None
            self.state = (
                RERUNS[stage] if move is Move.RERUN and stage else CaseState(LEADS[self.state][move][0])
            )
            self.cycle += move is Move.RERUN
        else:
            assert refusal is not None
            assert self.file == before

    def refusal_of(
        self, move: Move, person: Actor, stage: Stage | None, reason: str, behind: int
    ) -> StoreError | None:
        self.walk.wait()
        try:
            with self.store.begin() as tx:
                moves.move(
                    tx,
                    directory=DIRECTORY,
                    actor=person,
                    hub=ALL,
                    case_id=self.walk.id,
                    move=move,
                    seen=self.file.case.moves - behind,
                    reason=reason,
                    now=self.walk.now,
                    stage=stage,
                )
        except (Impossible, Incomplete, NotAllowed, Stale) as refusal:
            return refusal
        return None

    def is_allowed(self, before: CaseFile, move: Move, person: Actor) -> bool:
        ways = WAYS[person.name]
        return ways is not None and expected(Action(move), before.case.state, *ways).allowed

    def is_whole(self, before: CaseFile, move: Move, stage: Stage | None, reason: str) -> bool:
        explained = bool(reason.strip()) or not LEADS[self.state].get(move, ("", False))[1]
        led = move in LEADS[self.state] and (move is not Move.RERUN or stage in RERUNS)
        return led and explained and not moves.missing(before, move, DIRECTORY.is_enforcement)

    @rule(person=PEOPLE)
    def write(self, person: Actor):
        self.walk.wait()
        text = f"Seen at {self.walk.now:%H:%M on the %d.}"
        try:
            with self.store.begin() as tx:
                notes.write(
                    tx,
                    actor=person,
                    hub=ALL,
                    case_id=self.walk.id,
                    stage=Stage.SCANNING,
                    text=text,
                    grade="",
                    now=self.walk.now,
                )
        except NotAllowed:
            assert WAYS[person.name] is None or self.state in ENDED
        self.look()

    @invariant()
    def the_case_stands_where_its_moves_led(self):
        case, made = self.file.case, self.file.moves
        assert (case.state, case.cycle, case.moves) == (self.state, self.cycle, len(made))
        ends = [CaseState.SUBMITTED, *(each.end for each in made)]
        assert [each.start for each in made] == ends[:-1]
        assert ends[-1] is case.state

    @invariant()
    def nothing_that_was_written_is_lost(self):
        now = set(texts_of(self.file))
        assert self.written <= now
        self.written = now

    @invariant()
    def what_has_ended_waits_for_nothing_but_its_review(self):
        case, is_over = self.file.case, self.state in ENDED
        assert (case.retention_on is not None) == is_over
        assert (case.closed_at is not None) == any(move.end is CaseState.CLOSED for move in self.file.moves)
        if is_over or self.state is CaseState.RETURNED:
            assert not any(clock.is_running for clock in self.file.clocks)


def test_no_order_of_presses_by_anybody_leads_a_case_astray(store: Store):
    machine = type("Machine", (MovesMachine,), {"store": store})
    run_state_machine_as_test(machine, settings=settings(STORE, max_examples=20, stateful_step_count=30))
