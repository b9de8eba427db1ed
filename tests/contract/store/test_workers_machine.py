"""Several workers at one outbox, seen from outside: what reaches Teams and Graph, in which order, how fast, how often.

`test_outbox_machine` compares every row with a model. Here nothing is known of how the outbox decides: workers take
messages, send them, stall, die and come back, and only what arrives is judged, the pace of it by the sandbox's own count.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from osara_store import engines, outbox
from osara_store.outbox import Envelope, Failed, Message, Refused, Sent, TryLater, Unreachable
from osara_store.schema import MessageState, destinations, recent_requests
from osara_store.schema import outbox as table
from sandbox.teams.limits import Limits
from sandbox.teams.rates import Rates

from .conftest import Store
from .world import NOON

STORE = settings.get_profile("store")
LEASE = timedelta(seconds=60)
SEND_TIMEOUT = 0.8 * LEASE  # a worker gives up on an answer before its lease ends
TEAMS = [f"teams/person:{n}" for n in range(9)] + ["teams/hub:ALL"]
PLACES = ["graph", *TEAMS]
WORKERS = st.integers(0, 2)
SERVICES = st.sampled_from(["graph", "teams"])
SECONDS = st.integers(1, 100).map(lambda n: timedelta(seconds=n))
AT_LAST = timedelta(hours=2)  # longer than any pause or back-off


@dataclass
class Put:
    """One message, and what the people behind it may expect."""

    id: int
    lane: str
    place: str
    ended: MessageState | None = None
    requeued: bool = False  # then it has its old place in the lane again, behind what went meanwhile
    holder: str | None = None  # the lease of whoever claimed it last
    claims: int = 0
    arrivals: int = 0


@dataclass
class InHand:
    message: Message
    claimed_at: datetime
    has_arrived: bool = False


@dataclass
class Worker:
    hand: list[InHand] = field(default_factory=list)


class WorkersMachine(RuleBasedStateMachine):
    store: Store

    @initialize()
    def start_empty(self):
        self.now, self.true_time = NOON, NOON
        self.rng = random.Random(7)
        self.workers = [Worker() for _ in range(3)]
        self.put: dict[int, Put] = {}
        self.arrived: defaultdict[str, list[int]] = defaultdict(list)
        self.closed: dict[str, datetime] = {}
        self.rates = Rates(Limits(), self.true_seconds)
        self.keys = 0
        with self.store.begin() as tx:
            for each in (table, destinations, recent_requests):
                tx.execute(each.delete())

    def true_seconds(self) -> float:
        return (self.true_time - NOON).total_seconds()

    # --- what people do -----------------------------------------------------------------------------------------------

    @rule(place=st.sampled_from(PLACES), lane=st.integers(0, 1), count=st.integers(1, 4))
    def somebody_presses(self, place: str, lane: int, count: int):
        self.writes([(place, lane)] * count)

    @rule()
    def everybody_is_told_something(self):
        self.writes([(place, lane) for place in TEAMS for lane in range(6)])

    def writes(self, messages: list[tuple[str, int]]):
        envelopes = []
        for place, lane in messages:
            self.keys += 1
            envelopes.append(Envelope(f"{self.keys}", f"{place} {lane}", place, "kind", {}))
        with self.store.begin() as tx:
            outbox.put(tx, envelopes, self.now)
            outbox.put(tx, envelopes[:1], self.now)  # pressed twice
            rows = outbox.list_rows(tx, limit=100_000)
        self.put |= {row.id: Put(row.id, row.lane, row.destination) for row in rows if row.id not in self.put}
        assert len(self.put) == self.keys

    # --- what workers do ----------------------------------------------------------------------------------------------

    @rule(worker=WORKERS, service=SERVICES, limit=st.integers(1, 5))
    def claims(self, worker: int, service: str, limit: int):
        self.claim(self.workers[worker], service, limit)

    def claim(self, worker: Worker, service: str, limit: int) -> list[InHand]:
        with self.store.begin() as tx:
            messages = outbox.claim(tx, service, limit, self.now, LEASE)
        taken = [InHand(message, self.now) for message in messages]
        for each in taken:
            self.judge_claim(each.message)
        worker.hand += taken
        return taken

    def judge_claim(self, message: Message):
        row = self.put[message.id]
        assert row.ended is None, "nobody claims what has ended"
        older = [each for each in self.put.values() if each.lane == row.lane and each.id < row.id]
        assert all(each.ended for each in older), "only the oldest of a lane may go"
        for name in (row.place, outbox.service_of(row.place)):
            assert self.closed.get(name, self.now) <= self.now, "nothing is claimed for a closed destination"
        for other in self.all_in_hand():
            is_live = self.now < other.claimed_at + LEASE
            same = other.message.id == row.id
            same_place = row.place in TEAMS and other.message.destination == row.place
            current = self.put[other.message.id].holder == other.message.lease
            assert not (is_live and current and (same or same_place)), (
                "one worker at a message and at a place"
            )
        row.holder, row.claims = message.lease, row.claims + 1

    def all_in_hand(self) -> list[InHand]:
        return [each for worker in self.workers for each in worker.hand]

    @precondition(lambda self: self.all_in_hand())
    @rule(data=st.data())
    def a_request_arrives(self, data: st.DataObject):
        """At any moment before its worker gives up on it."""
        each = data.draw(st.sampled_from(self.all_in_hand()))
        assume(not each.has_arrived and self.now < each.claimed_at + SEND_TIMEOUT)
        self.arrive(each)

    def arrive(self, each: InHand):
        row = self.put[each.message.id]
        if row.holder == each.message.lease:
            assert row.ended is None, "what has ended does not come again"
        if row.place in TEAMS:
            self.rates.request()  # raises where Teams would refuse
            self.rates.send(row.place)
        each.has_arrived = True
        row.arrivals += 1
        assert row.arrivals <= row.claims
        if not row.requeued:
            ids = [row_id for row_id in self.arrived[row.lane] if not self.put[row_id].requeued]
            assert all(before <= row.id for before in ids), "a lane arrives in order"
            self.arrived[row.lane].append(row.id)

    @precondition(lambda self: self.all_in_hand())
    @rule(
        data=st.data(),
        how=st.one_of(
            st.sampled_from([Refused("no"), Failed("silence"), Unreachable("no")]), SECONDS.map(TryLater)
        ),
    )
    def a_worker_hears_no_good_news(self, data: st.DataObject, how: outbox.Outcome):
        """Also long after its lease has ended. Silence may hide that the message arrived; a refusal does not."""
        worker = data.draw(st.sampled_from([each for each in self.workers if each.hand]))
        each = data.draw(st.sampled_from(worker.hand))
        assume(isinstance(how, Failed) or not each.has_arrived)
        worker.hand.remove(each)
        self.settle(each.message, how)

    @precondition(lambda self: any(each.has_arrived for each in self.all_in_hand()))
    @rule(data=st.data())
    def a_worker_hears_that_it_arrived(self, data: st.DataObject):
        workers = [each for each in self.workers if any(one.has_arrived for one in each.hand)]
        worker = data.draw(st.sampled_from(workers))
        each = data.draw(st.sampled_from([one for one in worker.hand if one.has_arrived]))
        worker.hand.remove(each)
        self.settle(each.message, Sent())

    def settle(self, message: Message, outcome: outbox.Outcome):
        row = self.put[message.id]
        is_ours = row.ended is None and row.holder == message.lease
        with self.store.begin() as tx:
            assert outbox.settle(tx, message, outcome, self.now, self.rng) == is_ours
        if isinstance(outcome, TryLater):
            self.note_closed(message.destination, self.now + outcome.after)
        if is_ours:
            row.holder = None
            match outcome:
                case Sent():
                    row.ended = MessageState.SENT
                case Refused():
                    row.ended = MessageState.DEAD
                case Unreachable():
                    row.ended = MessageState.HELD

    @precondition(lambda self: self.all_in_hand())
    @rule(data=st.data(), outcome=st.sampled_from([Sent(), Refused("no"), Failed("silence")]))
    def a_worker_wakes_after_its_lease(self, data: st.DataObject, outcome: outbox.Outcome):
        """Another has taken over by then, perhaps even finished: what the first has to say counts for nothing."""
        sleeper = data.draw(st.sampled_from([each for each in self.workers if each.hand]))
        other = next(each for each in self.workers if each is not sleeper)
        late = data.draw(st.sampled_from(sleeper.hand))
        assume(late.has_arrived or not isinstance(outcome, Sent))
        sleeper.hand.remove(late)
        self.let_time_pass(LEASE)
        self.claim(other, outbox.service_of(late.message.destination), 50)
        self.settle(late.message, outcome)

    @precondition(lambda self: self.all_in_hand())
    @rule(data=st.data())
    def a_worker_asks_for_more_time(self, data: st.DataObject):
        each = data.draw(st.sampled_from(self.all_in_hand()))
        row = self.put[each.message.id]
        is_ours = row.ended is None and row.holder == each.message.lease
        assume(not each.has_arrived)
        with self.store.begin() as tx:
            assert outbox.renew(tx, each.message, self.now, LEASE) == is_ours
        if is_ours:
            each.claimed_at = self.now

    @rule(worker=WORKERS)
    def a_worker_dies(self, worker: int):
        self.workers[worker].hand.clear()

    @rule(
        worker=WORKERS,
        service=SERVICES,
        rounds=st.sampled_from([1, 5, 20]),
        step=st.sampled_from([0, 0, 30, 150, 300]),
    )
    def a_worker_works_on_quickly(self, worker: int, service: str, rounds: int, step: int):
        for _ in range(rounds):
            self.work_on(self.workers[worker], service, timedelta(milliseconds=step))

    def work_on(self, worker: Worker, service: str, step: timedelta):
        """As fast as it is let: whatever it gets arrives and is noted within the same moment."""
        for each in self.claim(worker, service, 50):
            self.arrive(each)
            worker.hand.remove(each)
            self.settle(each.message, Sent())
        self.let_time_pass(step)

    # --- time, closed doors, and whoever looks after the outbox -------------------------------------------------------

    @rule(wait=SECONDS)
    def time_passes(self, wait: timedelta):
        self.let_time_pass(wait)

    def let_time_pass(self, wait: timedelta):
        self.now, self.true_time = self.now + wait, self.true_time + wait

    @rule(back=st.integers(1, 10))
    def the_clocks_are_put_back(self, back: int):
        """By a time server. Whatever it makes of leases and windows, none of the rules may suffer."""
        self.now -= timedelta(seconds=back)
        for each in self.all_in_hand():  # their own time-out runs on
            each.claimed_at -= timedelta(seconds=back)

    @rule(name=st.sampled_from([*PLACES, "teams"]), wait=SECONDS)
    def a_destination_asks_for_a_pause(self, name: str, wait: timedelta):
        with self.store.begin() as tx:
            outbox.close_destination(tx, name, self.now + wait)
        self.note_closed(name, self.now + wait)

    def note_closed(self, name: str, until: datetime):
        self.closed[name] = max(until, self.closed.get(name, until))

    @precondition(lambda self: self.put)
    @rule(data=st.data())
    def somebody_requeues(self, data: st.DataObject):
        row = data.draw(st.sampled_from(list(self.put.values())))
        with self.store.begin() as tx:
            done = outbox.requeue(tx, row.id, self.now)
        assert done == (row.ended in {MessageState.HELD, MessageState.DEAD, MessageState.DISCARDED})
        if done:
            row.ended, row.holder, row.requeued = None, None, True

    @rule(place=st.sampled_from(TEAMS))
    def the_app_is_installed(self, place: str):
        with self.store.begin() as tx:
            outbox.requeue_to(tx, place, self.now)
        for row in self.put.values():
            if row.place == place and row.ended is MessageState.HELD:
                row.ended, row.holder, row.requeued = None, None, True

    @precondition(lambda self: self.put)
    @rule(data=st.data())
    def somebody_discards(self, data: st.DataObject):
        row = data.draw(st.sampled_from(list(self.put.values())))
        with self.store.begin() as tx:
            done = outbox.discard(tx, row.id, "by hand", self.now)
        assert done == (row.ended in {None, MessageState.HELD, MessageState.DEAD})
        if done:
            row.ended, row.holder = MessageState.DISCARDED, None

    # --- and in the end -----------------------------------------------------------------------------------------------

    def teardown(self):
        """All workers are gone, everything is open again: one new worker brings all the rest."""
        if not hasattr(self, "put"):
            return
        self.workers = [Worker()]
        for place in TEAMS:
            self.the_app_is_installed(place)
        self.let_time_pass(AT_LAST)
        for _ in range(2000):
            if all(row.ended for row in self.put.values()):
                break
            for service in ("graph", "teams"):
                self.work_on(self.workers[0], service, timedelta(seconds=0.25))
        with self.store.begin() as tx:
            rows = outbox.list_rows(tx, limit=100_000)
        assert {row.id: row.state for row in rows} == {row.id: row.ended for row in self.put.values()}
        assert set(Counter(row.key for row in rows).values()) <= {1}
        sent = [row for row in self.put.values() if row.ended is MessageState.SENT]
        assert all(row.arrivals for row in sent), "what counts as sent has arrived"
        assert all(row.ended for row in self.put.values()), "nothing is left behind"


def test_whatever_workers_do_messages_arrive_in_order_in_pace_and_never_get_lost(store: Store, url: str):
    machine = type("Machine", (WorkersMachine,), {"store": store})
    examples = 30 if engines.is_sqlite(engines.parse(url)) else 10
    run_state_machine_as_test(
        machine, settings=settings(STORE, max_examples=examples, stateful_step_count=40)
    )
