"""Teams' limits: nothing is claimed that Teams would refuse, and what it would take is not held back for long.

The judge is the sandbox's own count of requests, on a clock that the tests move.
"""

import asyncio
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from osara_store import engines, outbox, pacing
from osara_store.database import Database, upgrade
from osara_store.migrations.run import configuration
from osara_store.outbox import Envelope, Failed, Message, Sent, TryLater
from osara_store.schema import MessageState, recent_requests
from sandbox.teams.limits import SEND_WINDOWS, TENANT_WINDOWS, Limits
from sandbox.teams.rates import Rates

from .conftest import Store
from .world import NOON

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
HUB = "teams/hub:ALL"


def put(tx: sa.Connection, count: int, *places: str) -> None:
    """So many messages to each of the places, every one in a lane of its own."""
    keys = (f"{place} {n}" for n in range(count) for place in places)
    outbox.put(tx, [Envelope(key, key, key.rpartition(" ")[0], "card.receipt", {}) for key in keys], NOON)


def claim(tx: sa.Connection, now: datetime = NOON, limit: int = 1000) -> list[Message]:
    return outbox.claim(tx, "teams", limit, now, LEASE)


def settle(tx: sa.Connection, message: Message, now: datetime, outcome: outbox.Outcome | None = None) -> None:
    assert outbox.settle(tx, message, outcome or Sent(), now, random.Random(1))


def send_one(tx: sa.Connection, now: datetime) -> bool:
    """Claim and send what may go at this moment; false if nothing may."""
    messages = claim(tx, now, 1)
    for message in messages:
        settle(tx, message, now)
    return bool(messages)


def people(count: int) -> list[str]:
    return [f"teams/person:t:{n:03d}" for n in range(count)]


# --- one rule at a time ----------------------------------------------------------------------------------------------


def test_the_pace_is_the_one_that_the_sandbox_enforces():
    windows = [(window.most, window.span.total_seconds()) for window in pacing.TEAMS.each_place]
    assert windows == list(SEND_WINDOWS)
    assert (pacing.TEAMS.altogether.most, pacing.TEAMS.altogether.span) == (50, SECOND)
    assert TENANT_WINDOWS == ((50, 1.0),)


def test_a_place_has_one_message_under_way_at_a_time(store: Store):
    """Two writes to one conversation at once are refused, and a claim brings one token."""
    with store.begin() as tx:
        put(tx, 2, HUB, "teams/person:1")
        first, other = claim(tx)
        assert {first.destination, other.destination} == {HUB, "teams/person:1"}
        assert claim(tx) == []
        settle(tx, first, NOON)
        assert [message.destination for message in claim(tx)] == [first.destination]


def test_of_a_place_the_oldest_goes_first_and_of_all_places_the_oldest_few(store: Store):
    with store.begin() as tx:
        put(tx, 2, "teams/c", "teams/b", "teams/a")
        assert [message.key for message in claim(tx, limit=2)] == ["teams/c 0", "teams/b 0"]


def test_seven_go_at_once_one_more_in_the_second_second(store: Store):
    with store.begin() as tx:
        put(tx, 20, HUB)
        assert [send_one(tx, NOON) for _ in range(8)] == [True] * 7 + [False]
        assert not send_one(tx, NOON + 0.999 * SECOND)
        assert [send_one(tx, NOON + SECOND) for _ in range(2)] == [True, False]
        assert not send_one(tx, NOON + 1.999 * SECOND)
        assert send_one(tx, NOON + 2 * SECOND)


def test_a_request_counts_from_its_answer_not_from_its_claim(store: Store):
    """One that was long under way may have arrived only just before it was answered."""
    with store.begin() as tx:
        put(tx, 8, HUB)
        slow = claim(tx, NOON)
        assert not send_one(tx, NOON + 10 * SECOND)
        settle(tx, slow[0], NOON + 10 * SECOND)
        assert [send_one(tx, NOON + 10 * SECOND) for _ in range(7)] == [True] * 6 + [False]


def test_what_failed_or_was_put_off_has_used_its_token_all_the_same(store: Store):
    with store.begin() as tx:
        put(tx, 10, HUB)
        for _ in range(7):
            (message,) = claim(tx, NOON)
            settle(tx, message, NOON, Failed("HTTP 412"))
        assert claim(tx, NOON) == []


def test_being_asked_to_wait_counts_for_longer_than_any_window(store: Store):
    with store.begin() as tx:
        put(tx, 2, HUB)
        (message,) = claim(tx, NOON)
        settle(tx, message, NOON, TryLater(90 * SECOND))
        assert claim(tx, NOON + 89 * SECOND) == []
        assert len(claim(tx, NOON + 90 * SECOND)) == 1


def test_fifty_a_second_are_under_way_or_just_answered_whatever_their_places(store: Store):
    with store.begin() as tx:
        put(tx, 1, *people(60))
        first = claim(tx, NOON)
        assert len(first) == 50
        assert claim(tx, NOON + 30 * SECOND) == []
        for message in first[:3]:
            settle(tx, message, NOON + 30 * SECOND)
        assert claim(tx, NOON + 30.9 * SECOND) == []
        assert len(claim(tx, NOON + 31 * SECOND)) == 3


def test_eighteen_hundred_an_hour_and_no_more(store: Store):
    with store.begin() as tx:
        put(tx, 5, HUB)
        note_earlier(tx, [NOON - n * 1.9 * SECOND for n in range(20, 1817)])
        assert [send_one(tx, NOON + n * SECOND) for n in range(4)] == [True] * 3 + [False]
        next_token = NOON - 1816 * 1.9 * SECOND + HOUR
        assert not send_one(tx, next_token - SECOND)
        assert send_one(tx, next_token)


def note_earlier(tx: sa.Connection, times: list[datetime]) -> None:
    same = {"lease": "earlier", "service": "teams", "destination": HUB}
    rows = [{"message_id": -n, "at": at, **same} for n, at in enumerate(times, 1)]
    tx.execute(recent_requests.insert(), rows)


def test_graph_has_no_pace(store: Store):
    with store.begin() as tx:
        envelopes = [Envelope(f"push {n}", f"case {n}", "graph", "case.push", {}) for n in range(100)]
        outbox.put(tx, envelopes, NOON)
        assert len(outbox.claim(tx, "graph", 100, NOON, LEASE)) == 100
        assert tx.scalar(sa.select(sa.func.count()).select_from(recent_requests)) == 0


def test_the_next_opening_is_told_so_that_nobody_need_ask_all_the_time(store: Store):
    with store.begin() as tx:
        put(tx, 20, HUB)
        assert outbox.next_opening(tx, "teams", NOON) is None
        while send_one(tx, NOON):
            pass
        assert outbox.next_opening(tx, "teams", NOON) == NOON + SECOND
        assert outbox.next_opening(tx, "teams", NOON + SECOND) is None


def test_the_next_opening_of_the_whole_service_is_when_the_first_of_fifty_comes_back(store: Store):
    with store.begin() as tx:
        put(tx, 1, *people(60))
        for message in claim(tx, NOON):
            settle(tx, message, NOON + message.id * SECOND / 1000)
        first = NOON + SECOND / 1000
        assert outbox.next_opening(tx, "teams", NOON + SECOND / 2) == first + SECOND
        assert len(claim(tx, first + SECOND)) == 1


def test_requests_are_forgotten_when_they_no_longer_count(store: Store):
    with store.begin() as tx:
        put(tx, 2, HUB)
        assert send_one(tx, NOON)
        assert send_one(tx, NOON + 2 * SECOND)
        pacing.forget(tx, pacing.TEAMS, NOON + HOUR + SECOND)
    assert [row["at"] for row in store.rows(recent_requests)] == [NOON + 2 * SECOND]


# --- crashes ---------------------------------------------------------------------------------------------------------


def test_the_token_of_a_send_that_a_crash_cut_short_is_spent(store: Store):
    with store.begin() as tx:
        put(tx, 20, HUB)
        for _ in range(6):
            assert send_one(tx, NOON + LEASE - SECOND / 2)
        claim(tx, NOON + LEASE - SECOND / 2)  # and its worker dies
        assert claim(tx, NOON + LEASE) == []


def test_while_a_lost_send_may_still_be_under_way_nothing_else_goes_there(store: Store):
    with store.begin() as tx:
        put(tx, 2, HUB)
        claim(tx, NOON)
        assert claim(tx, NOON + LEASE - SECOND / 1000) == []
        assert len(claim(tx, NOON + LEASE)) == 1


def test_a_sole_user_goes_on_at_once_but_what_was_cut_short_counts(store: Store):
    with store.begin() as tx:
        put(tx, 20, HUB)
        for _ in range(6):
            assert send_one(tx, NOON)
        claim(tx, NOON)
        outbox.release_all(tx, NOON + SECOND / 2)
        assert claim(tx, NOON + SECOND / 2) == []
        assert len(claim(tx, NOON + SECOND)) == 1


def test_a_longer_lease_is_a_longer_time_under_way(store: Store):
    with store.begin() as tx:
        put(tx, 2, HUB)
        (message,) = claim(tx, NOON)
        assert outbox.renew(tx, message, NOON + LEASE - SECOND, LEASE)
        assert claim(tx, NOON + LEASE) == []


# --- all of it together ----------------------------------------------------------------------------------------------


@dataclass
class Run:
    """Loops that claim, send and settle on one database, in a time of its own; the judge counts what arrives, when it does.

    `seconds` gives how long a request takes to arrive, and its answer to come back.
    """

    store: Store
    seconds: Callable[[random.Random], float]
    rng: random.Random
    loops: int = 2
    parallel: int = 8
    now: float = 0
    arrived: Counter[str] = field(default_factory=Counter)
    events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    free: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.judge = Rates(Limits(), clock=lambda: self.now)
        self.numbers = itertools.count()
        self.free = [self.parallel] * self.loops

    def moment(self) -> datetime:
        return NOON + timedelta(seconds=self.now)

    def at(self, seconds: float, event: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.now + seconds, next(self.numbers), event))

    def until_all_is_sent(self) -> float:
        for loop in range(self.loops):
            self.poll(loop)
        while self.events and self.waiting():
            self.now, _, event = heapq.heappop(self.events)
            event()
        return self.now

    def waiting(self) -> int:
        with self.store.begin() as tx:
            return outbox.counts(tx).get(("teams", MessageState.WAITING), 0)

    def poll(self, loop: int) -> None:
        opening = self.look(loop)
        wait = (opening - self.moment()).total_seconds() if opening else 1
        self.at(min(max(wait, 0.1), 1), lambda: self.poll(loop))

    def look(self, loop: int) -> datetime | None:
        with self.store.begin() as tx:
            messages = claim(tx, self.moment(), self.free[loop])
            opening = outbox.next_opening(tx, "teams", self.moment())
        self.free[loop] -= len(messages)
        for message in messages:
            self.at(self.seconds(self.rng), lambda message=message: self.arrive(loop, message))
        return opening

    def arrive(self, loop: int, message: Message) -> None:
        self.judge.request()
        self.judge.send(message.destination)
        self.arrived[message.key] += 1
        self.at(self.seconds(self.rng), lambda: self.answer(loop, message))

    def answer(self, loop: int, message: Message) -> None:
        with self.store.begin() as tx:
            settle(tx, message, self.moment())
        self.free[loop] += 1
        self.at(0.1, lambda: self.look(loop))


def quick(rng: random.Random) -> float:
    return rng.uniform(0.001, 0.02)


def usual(rng: random.Random) -> float:
    return rng.uniform(0.05, 0.3)


def uneven(rng: random.Random) -> float:
    """Most at once, now and then one that takes almost as long as a send may."""
    return rng.choice([0.001, 0.001, 0.02, 0.3, 4.0, 19.0])


@pytest.mark.parametrize("seconds", [quick, usual, uneven])
def test_two_loops_send_all_of_it_once_and_nothing_that_teams_would_refuse(
    store: Store, seconds: Callable[[random.Random], float]
):
    with store.begin() as tx:
        put(tx, 75, HUB)
        put(tx, 5, *people(40))
    run = Run(store, seconds, random.Random(7))
    run.until_all_is_sent()
    assert len(run.arrived) == 275
    assert set(run.arrived.values()) == {1}


def test_a_place_gets_its_sixty_in_half_a_minute(store: Store):
    """Seven at once and eight in two seconds are taken as given, not evened out."""
    with store.begin() as tx:
        put(tx, 60, HUB)
    assert Run(store, quick, random.Random(7)).until_all_is_sent() < 20


def test_the_whole_service_gets_close_to_fifty_a_second(store: Store):
    with store.begin() as tx:
        put(tx, 4, *people(60))
    assert Run(store, quick, random.Random(7)).until_all_is_sent() < 240 / 50 * 1.25


async def test_replicas_that_claim_at_the_same_moment_share_the_tokens(url: str):
    one, other = Database.open(url), Database.open(url)
    await one.write(lambda tx: put(tx, 2, *people(80)))
    claims = await asyncio.gather(*(each.write(lambda tx: claim(tx, limit=9)) for each in [one, other] * 10))
    await one.close()
    await other.close()
    claimed = [message for messages in claims for message in messages]
    assert len(claimed) == 50
    assert len({message.destination for message in claimed}) == 50


# --- the version before ----------------------------------------------------------------------------------------------


@contextmanager
def begun(url: str) -> Iterator[sa.Connection]:
    engine = engines.engine_for(engines.parse(url))
    with engine.begin() as tx:
        yield tx
    engine.dispose()


def test_what_the_version_before_gave_up_as_unreachable_is_held(empty_url: str):
    why = [
        "Forbidden forbidden: BotNotInConversationRoster",
        "Rejected HTTP 413",
        "the person has never been met",
    ]
    with begun(empty_url) as tx:
        command.upgrade(configuration(tx), "0002")
        table = sa.Table("outbox", sa.MetaData(), autoload_with=tx)
        same = {"service": "teams", "destination": HUB, "kind": "k", "payload": {}, "state": "dead"}
        same |= {"due_at": 0, "attempts": 1, "created_at": 0, "finished_at": 0}
        tx.execute(table.insert(), [{"key": error, "lane": error, "error": error, **same} for error in why])
    upgrade(empty_url)
    with begun(empty_url) as tx:
        states = [row.state for row in outbox.list_rows(tx)]
    assert states == [MessageState.HELD, MessageState.DEAD, MessageState.HELD]
