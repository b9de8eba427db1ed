"""The outbox beside a model of it, a plain list, under any order of events that hypothesis can think of."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from osara_store import outbox
from osara_store.outbox import Envelope, Failed, Message, Refused, Sent, TryLater, Unfinished, Unreachable
from osara_store.pacing import TEAMS
from osara_store.schema import destinations, recent_requests
from osara_store.schema import outbox as table

from .conftest import Store
from .world import NOON

STORE = settings.get_profile("store")
LEASE = timedelta(seconds=60)
PLACES = st.sampled_from(["graph", "teams/hub:ALL", "teams/person:1"])
SERVICES = st.sampled_from(["graph", "teams"])
SECONDS = st.integers(1, 100).map(lambda n: timedelta(seconds=n))


@dataclass
class Expected:
    """What we think of one row."""

    id: int
    key: str
    lane: str
    destination: str
    due_at: datetime
    state: str = "waiting"
    attempts: int = 0
    lease: str | None = None
    finished_at: datetime | None = None


@dataclass
class Request:
    """One to Teams, and when it ends."""

    place: str
    end: datetime


class OutboxMachine(RuleBasedStateMachine):
    store: Store

    @initialize()
    def start_empty(self):
        self.now = NOON
        self.rng = random.Random(3)
        self.rows: list[Expected] = []
        self.closed: dict[str, datetime] = {}
        self.claimed: list[Message] = []
        self.sent_order: dict[str, list[int]] = {}
        self.requests: dict[tuple[int, str], Request] = {}
        with self.store.begin() as tx:
            tx.execute(table.delete())
            tx.execute(destinations.delete())
            tx.execute(recent_requests.delete())

    def row(self, row_id: int) -> Expected:
        return next(row for row in self.rows if row.id == row_id)

    @rule(destination=PLACES, lane=st.sampled_from("abc"), key=st.integers(0, 12))
    def put(self, destination: str, lane: str, key: int):
        lane = f"{destination}:{lane}"
        with self.store.begin() as tx:
            outbox.put(tx, [Envelope(f"{lane}:{key}", lane, destination, "kind", {})], self.now)
            newest = outbox.list_rows(tx)[-1]
        if all(row.key != f"{lane}:{key}" for row in self.rows):
            self.rows.append(Expected(newest.id, f"{lane}:{key}", lane, destination, self.now))

    def is_open(self, name: str) -> bool:
        return self.closed.get(name, self.now) <= self.now

    def claimable(self, service: str) -> list[Expected]:
        heads: dict[str, Expected] = {}
        for row in self.rows:
            if row.destination.startswith(service) and row.state == "waiting":
                heads.setdefault(row.lane, row)
        due = (row for row in heads.values() if row.due_at <= self.now)
        free = (row for row in due if self.is_open(service) and self.is_open(row.destination))
        found = sorted(free, key=lambda row: (row.due_at, row.id))
        return found if service == "graph" else self.in_pace(found)

    def in_pace(self, rows: list[Expected]) -> list[Expected]:
        """One for each place that has a token and nothing under way. There are too few places to try the tenant's limit."""
        first: dict[str, Expected] = {}
        for row in rows:
            if self.has_token(row.destination):
                first.setdefault(row.destination, row)
        return list(first.values())

    def has_token(self, place: str) -> bool:
        ends = [request.end for request in self.requests.values() if request.place == place]
        counts = (
            (sum(end > self.now - window.span for end in ends), window.most) for window in TEAMS.each_place
        )
        return all(end <= self.now for end in ends) and all(used < most for used, most in counts)

    @rule(service=SERVICES, limit=st.integers(1, 4))
    def claim(self, service: str, limit: int):
        with self.store.begin() as tx:
            messages = outbox.claim(tx, service, limit, self.now, LEASE)
        expected = self.claimable(service)[:limit]
        assert [message.id for message in messages] == sorted(row.id for row in expected)
        for message in messages:
            row = self.row(message.id)
            row.attempts += 1
            row.due_at, row.lease = self.now + LEASE, message.lease
            if service == "teams":
                self.requests[message.id, message.lease] = Request(message.destination, self.now + LEASE)
            assert message.attempts == row.attempts
        self.claimed += messages

    def request_ends(self, message: Message, end: datetime):
        if request := self.requests.get((message.id, message.lease)):
            request.end = end

    def is_ours(self, message: Message) -> bool:
        row = next((row for row in self.rows if row.id == message.id), None)
        return row is not None and row.state == "waiting" and row.lease == message.lease

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def renew(self, data: st.DataObject):
        message = data.draw(st.sampled_from(self.claimed))
        with self.store.begin() as tx:
            renewed = outbox.renew(tx, message, self.now, LEASE)
        assert renewed == self.is_ours(message)
        self.request_ends(message, self.now + LEASE)
        if renewed:
            self.row(message.id).due_at = self.now + LEASE

    @precondition(lambda self: self.claimed)
    @rule(
        data=st.data(),
        outcome=st.one_of(
            st.sampled_from(
                [Sent(), Refused("no"), Failed("odd answer"), Unreachable("no"), Unfinished("half")]
            ),
            SECONDS.map(TryLater),
        ),
    )
    def settle(self, data: st.DataObject, outcome: outbox.Outcome):
        """Also by workers whose lease ran out long ago, and more than once."""
        message = data.draw(st.sampled_from(self.claimed))
        with self.store.begin() as tx:
            settled = outbox.settle(tx, message, outcome, self.now, self.rng)
            due_at = {row.id: row.due_at for row in outbox.list_rows(tx)}
        assert settled == self.is_ours(message)
        self.request_ends(message, self.now)
        if isinstance(outcome, TryLater):
            self.close(message.destination, self.now + outcome.after)
        if not settled:
            return
        row = self.row(message.id)
        row.lease, row.due_at = None, due_at[row.id]
        match outcome:
            case Sent():
                row.state, row.finished_at = "sent", self.now
                self.sent_order.setdefault(row.lane, []).append(row.id)
            case Refused():
                row.state = "dead"
            case Unreachable():
                row.state = "held"
            case Unfinished():
                assert row.due_at == self.now
            case TryLater(after):
                row.attempts -= 1
                assert row.due_at == self.now + after
            case Failed():
                assert self.now < row.due_at <= self.now + outbox.LONGEST_WAIT

    def close(self, destination: str, until: datetime):
        self.closed[destination] = max(until, self.closed.get(destination, until))

    @rule(destination=PLACES | SERVICES, wait=SECONDS)
    def close_destination(self, destination: str, wait: timedelta):
        with self.store.begin() as tx:
            outbox.close_destination(tx, destination, self.now + wait)
        self.close(destination, self.now + wait)

    @rule(wait=SECONDS)
    def let_time_pass(self, wait: timedelta):
        self.now += wait

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def requeue(self, data: st.DataObject):
        row = data.draw(st.sampled_from(self.rows))
        with self.store.begin() as tx:
            done = outbox.requeue(tx, row.id, self.now)
        assert done == (row.state in {"held", "dead", "discarded"})
        if done:
            row.state, row.attempts, row.due_at, row.lease = "waiting", 0, self.now, None
            # It has its old place in the lane, so what was sent meanwhile no longer tells the order.
            self.sent_order.pop(row.lane, None)

    @rule(destination=PLACES)
    def requeue_to(self, destination: str):
        with self.store.begin() as tx:
            outbox.requeue_to(tx, destination, self.now)
        for row in self.rows:
            if row.destination == destination and row.state == "held":
                row.state, row.attempts, row.due_at, row.lease = "waiting", 0, self.now, None
                self.sent_order.pop(row.lane, None)

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def discard(self, data: st.DataObject):
        row = data.draw(st.sampled_from(self.rows))
        with self.store.begin() as tx:
            done = outbox.discard(tx, row.id, "by hand", self.now)
        assert done == (row.state in {"waiting", "held", "dead"})
        if done:
            row.state, row.lease, row.finished_at = "discarded", None, self.now

    @rule(ago=st.integers(0, 100))
    def purge(self, ago: int):
        before = self.now - timedelta(seconds=ago)
        with self.store.begin() as tx:
            outbox.purge(tx, before)
        self.rows = [
            row
            for row in self.rows
            if row.state not in {"sent", "discarded"} or row.finished_at is None or row.finished_at >= before
        ]

    @invariant()
    def every_row_is_as_expected(self):
        with self.store.begin() as tx:
            rows = outbox.list_rows(tx, limit=1000)
        assert [(row.id, row.key, row.state, row.attempts) for row in rows] == [
            (row.id, row.key, row.state, row.attempts) for row in self.rows
        ]

    @invariant()
    def each_lane_was_sent_in_order(self):
        for ids in self.sent_order.values():
            assert ids == sorted(ids)


def test_the_outbox_keeps_its_promises_in_any_order_of_events(store: Store):
    machine = type("Machine", (OutboxMachine,), {"store": store})
    run_state_machine_as_test(machine, settings=settings(STORE, max_examples=40, stateful_step_count=40))
