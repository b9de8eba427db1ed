"""Whatever happens on whatever days, each step of a reminder comes once to each person, and nothing of cases that ended."""

from collections import Counter
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from osara_store import digests
from osara_store.case_file import by_reference
from osara_store.nudges import Nudge
from osara_store.outbox import Kind
from osara_store.schema import CaseState, TaskState, audit, audit_heads, case_access, outbox
from osara_store.schema import tasks as task_table
from osara_store.states import OPEN

from .casework import set_case, worked
from .conftest import Store
from .digesting import HUBS, planned, run_all
from .test_pointers import add as point
from .test_requests import meet
from .test_tasks import LATER, add
from .world import AMY, HELEN, IAN, MARK, NOON, PRIYA, RUTH, SUE, TENANT, TOM

EVERYBODY = (PRIYA, TOM, SUE, MARK, AMY, HELEN, RUTH, IAN)
BANDS = ("standard", "medium", "high")

steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(min_value=1, max_value=40), st.integers(0, 23)),
    st.tuples(st.just("give"), st.sampled_from(BANDS), st.integers(min_value=1, max_value=30)),
    st.tuples(st.just("point"), st.sampled_from(BANDS), st.just(0)),
    st.tuples(st.just("put off"), st.integers(0, 5), st.integers(min_value=1, max_value=30)),
    st.tuples(st.just("settle"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("end"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("restrict"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("meet"), st.sampled_from(range(len(EVERYBODY))), st.just(0)),
    st.tuples(st.just("lose"), st.sampled_from(range(len(EVERYBODY))), st.just(0)),
)


class _World:
    """A hub on its way through the year: every step is a transaction of its own, as after a restart."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, LATER
        self.references: list[str] = []
        self.seen: Counter[tuple[str, str, str]] = Counter()
        self.digests = 0

    def do(self, doing: str, which: object, number: int) -> None:
        with self.store.begin() as tx:
            getattr(self, doing.replace(" ", "_"))(tx, which, number)
            planned(tx, self.now)
        if doing == "wait":
            self.looks()

    def wait(self, tx: sa.Connection, days: int, hours: int) -> None:
        self.now += timedelta(days=days, hours=hours)
        run_all(tx, self.now)
        run_all(tx, self.now)

    def give(self, tx: sa.Connection, band: str, days: int) -> None:
        file = add(tx, worked(tx, band=band))
        tx.execute(
            sa.update(task_table)
            .where(task_table.c.case_id == file.case.id)
            .values(due_on=self.now.date() + timedelta(days=days))
        )
        self.references.append(file.case.reference)

    def point(self, tx: sa.Connection, band: str, _: int) -> None:
        self.references.append(point(tx, worked(tx, band=band)).case.reference)

    def put_off(self, tx: sa.Connection, which: int, days: int) -> None:
        if case := self._case(tx, which):
            later = task_table.c.case_id == case.id
            tx.execute(
                sa.update(task_table).where(later).values(due_on=self.now.date() + timedelta(days=days))
            )

    def settle(self, tx: sa.Connection, which: int, _: int) -> None:
        if case := self._case(tx, which):
            own = task_table.c.case_id == case.id
            tx.execute(sa.update(task_table).where(own).values(state=TaskState.DONE))

    def end(self, tx: sa.Connection, which: int, _: int) -> None:
        if case := self._case(tx, which):
            set_case(tx, case.id, state=CaseState.CLOSED)

    def restrict(self, tx: sa.Connection, which: int, _: int) -> None:
        case = self._case(tx, which)
        if case and not case.restricted:
            set_case(tx, case.id, restricted=True)
            row = {"tenant": TENANT, "person": HELEN.object_id, "name": HELEN.name, "since": NOON}
            tx.execute(sa.insert(case_access), {"case_id": case.id, **row})

    def meet(self, tx: sa.Connection, which: int, _: int) -> None:
        meet(tx, EVERYBODY[which])

    def lose(self, tx: sa.Connection, which: int, _: int) -> None:
        meet(tx, EVERYBODY[which], unreachable=True)

    def _case(self, tx: sa.Connection, which: int):
        return by_reference(tx, self.references[which % len(self.references)]) if self.references else None

    def looks(self) -> None:
        """Everybody reads the digests that came since the last look."""
        with self.store.begin() as tx:
            mine = sa.select(outbox.c.payload).where(outbox.c.kind == Kind.DIGEST).order_by(outbox.c.id)
            payloads = list(tx.scalars(mine))[self.digests :]
            self.digests += len(payloads)
            assert len({payload["person"] for payload in payloads}) == len(payloads)  # one each
            for payload in payloads:
                self.reads(tx, payload)

    def reads(self, tx: sa.Connection, payload: dict[str, str]) -> None:
        actor = HUBS.actor(payload["tenant"], payload["person"])
        assert actor is not None
        found = digests.told_in(tx, HUBS, actor, datetime.fromisoformat(payload["run"]), self.now)
        for nudge in found:
            self.seen[payload["person"], *nudge.key] += 1
            self.is_for(tx, payload["person"], nudge)

    def is_for(self, tx: sa.Connection, person: str, nudge: Nudge) -> None:
        if not nudge.reference:  # whom nothing reaches, which is for the manager
            assert person == HELEN.object_id
            return
        case = by_reference(tx, nudge.reference)
        assert case is not None
        assert case.state in OPEN
        assert not case.restricted or person == HELEN.object_id
        assert person != MARK.object_id  # his agency has signed nothing


@settings(settings.get_profile("store"), max_examples=25)
@given(st.lists(steps, max_size=25))
def test_each_step_comes_once_to_each_person_and_nothing_of_what_has_ended(
    store: Store, doings: list[tuple[str, object, int]]
):
    world = _World(store)
    with store.begin() as tx:  # each example begins with an empty house
        for table in reversed(outbox.metadata.sorted_tables):
            if table not in {audit, audit_heads}:  # nobody empties those
                tx.execute(sa.delete(table))
    for doing in doings:
        world.do(*doing)

    assert [key for key, times in world.seen.items() if times > 1] == []


def test_the_days_that_are_travelled_do_tell_something(store: Store):
    world = _World(store)
    for doing in (("give", "high", 5), ("meet", 7, 0), ("wait", 1, 0), ("wait", 7, 0), ("wait", 14, 0)):
        world.do(*doing)

    assert {step for _, _, step in world.seen} == {"new", "overdue", "again"}
    assert world.now.date() == date(2026, 3, 24)
