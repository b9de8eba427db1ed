"""The outbox, rule by rule. `test_outbox_machine` tries them all against each other."""

import asyncio
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import engines, outbox
from osara_store.database import Database
from osara_store.outbox import Envelope, Failed, Message, Refused, Sent, TryLater, Unfinished, Unreachable
from osara_store.schema import MessageState
from osara_store.schema import outbox as table

from .conftest import Store
from .world import NOON, TooLateError, fail_after

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


def letter(key: str, lane: str = "", destination: str = "graph") -> Envelope:
    return Envelope(key, lane or f"lane of {key}", destination, "case.push", {"case_id": 7})


def put(tx: sa.Connection, *envelopes: Envelope, now=NOON) -> None:
    outbox.put(tx, envelopes, now)


def claim(tx: sa.Connection, now=NOON, limit: int = 20, service: str = "graph") -> list[Message]:
    return outbox.claim(tx, service, limit, now, LEASE)


def keys(messages: list[Message]) -> list[str]:
    return [message.key for message in messages]


def settle(tx: sa.Connection, message: Message, outcome: outbox.Outcome, now=NOON) -> bool:
    return outbox.settle(tx, message, outcome, now, random.Random(1))


def test_the_same_key_twice_is_one_row(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"), letter("b"), letter("a"))
        put(tx, letter("b"))

        assert [row.key for row in outbox.list_rows(tx)] == ["a", "b"]


def test_a_message_put_in_a_transaction_that_fails_was_never_put(store: Store):
    with pytest.raises(TooLateError), store.begin() as tx:
        fail_after(put, tx, letter("a"))
    assert store.count(table) == 0


def test_only_the_oldest_of_a_lane_is_claimed(store: Store):
    with store.begin() as tx:
        put(tx, letter("a1", "a"), letter("a2", "a"), letter("b1", "b"))
        first, b1 = claim(tx)
        assert keys([first, b1]) == ["a1", "b1"]
        assert claim(tx) == []
        settle(tx, first, Sent())
        assert keys(claim(tx)) == ["a2"]


def test_the_oldest_keeps_its_lane_back_even_while_it_waits_for_another_try(store: Store):
    with store.begin() as tx:
        put(tx, letter("a1", "a"), letter("a2", "a"))
        (first,) = claim(tx)
        settle(tx, first, Failed("odd answer"))

        assert claim(tx) == []
        assert keys(claim(tx, NOON + 5 * SECOND)) == ["a1"]


def test_a_claim_is_no_larger_than_asked_and_takes_the_oldest(store: Store):
    with store.begin() as tx:
        put(tx, *(letter(f"m{n}") for n in range(5)))

        assert keys(claim(tx, limit=2)) == ["m0", "m1"]
        assert keys(claim(tx, limit=20)) == ["m2", "m3", "m4"]


def test_one_service_never_holds_back_another(store: Store):
    with store.begin() as tx:
        put(tx, letter("g"), letter("t", destination="teams"))
        outbox.close_destination(tx, "graph", NOON + LEASE)

        assert claim(tx) == []
        assert keys(claim(tx, service="teams")) == ["t"]


def test_a_closed_place_holds_back_nothing_that_goes_elsewhere_in_the_service(store: Store):
    with store.begin() as tx:
        put(tx, letter("h", destination="teams/hub:ALL"), letter("p", destination="teams/person:1"))
        outbox.close_destination(tx, "teams/hub:ALL", NOON + LEASE)

        assert keys(claim(tx, service="teams")) == ["p"]
        assert keys(claim(tx, NOON + LEASE, service="teams")) == ["h", "p"]


def test_a_closed_service_holds_back_every_place_in_it(store: Store):
    with store.begin() as tx:
        put(tx, letter("h", destination="teams/hub:ALL"), letter("p", destination="teams/person:1"))
        outbox.close_destination(tx, "teams", NOON + LEASE)

        assert claim(tx, service="teams") == []
        assert keys(claim(tx, NOON + LEASE, service="teams")) == ["h", "p"]


def test_a_message_carries_what_was_put(store: Store):
    with store.begin() as tx:
        put(tx, Envelope("k", "l", "teams", "card.receipt", {"case_id": 7, "person": "p"}))
        (message,) = claim(tx, service="teams")

    assert (message.key, message.lane, message.destination, message.kind) == (
        "k",
        "l",
        "teams",
        "card.receipt",
    )
    assert (message.payload, message.attempts) == ({"case_id": 7, "person": "p"}, 1)


def test_the_row_of_a_worker_that_died_is_due_again_when_its_lease_ends(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"))
        claim(tx)

        assert claim(tx, NOON + LEASE - SECOND) == []
        (again,) = claim(tx, NOON + LEASE)
    assert (again.key, again.attempts) == ("a", 2)


def test_a_sole_user_need_not_wait_for_the_leases_of_a_worker_that_died(store: Store):
    with store.begin() as tx:
        put(tx, letter("leased"), letter("failed"))
        leased, failed = claim(tx)
        settle(tx, failed, Failed("odd answer"))
        outbox.release_all(tx, NOON)

        assert keys(claim(tx)) == ["leased"]
        assert not settle(tx, leased, Sent())


def test_a_worker_that_comes_late_settles_nothing(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"))
        (late,) = claim(tx)
        (current,) = claim(tx, NOON + LEASE)

        assert not settle(tx, late, Refused("no"))
        assert not outbox.renew(tx, late, NOON + LEASE, LEASE)
        assert settle(tx, current, Sent())
        assert not settle(tx, current, Sent())
        assert [row.state for row in outbox.list_rows(tx)] == ["sent"]


def test_a_renewed_lease_ends_later(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"))
        (message,) = claim(tx)

        assert outbox.renew(tx, message, NOON + LEASE - SECOND, LEASE)
        assert claim(tx, NOON + LEASE) == []
        assert settle(tx, message, Sent(), NOON + LEASE)


def test_being_asked_to_wait_closes_the_destination_for_every_lane_and_costs_no_attempt(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"), letter("b"))
        (a,) = claim(tx, limit=1)
        settle(tx, a, TryLater(30 * SECOND))

        assert claim(tx, NOON + 29 * SECOND) == []
        assert [(m.key, m.attempts) for m in claim(tx, NOON + 31 * SECOND)] == [("a", 1), ("b", 1)]


def test_a_closed_destination_is_never_opened_early_by_a_shorter_wait(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"))
        outbox.close_destination(tx, "graph", NOON + 60 * SECOND)
        outbox.close_destination(tx, "graph", NOON + 5 * SECOND)

        assert claim(tx, NOON + 59 * SECOND) == []
        assert keys(claim(tx, NOON + 60 * SECOND)) == ["a"]


def test_a_refused_message_is_dead_and_lets_its_lane_go_on(store: Store):
    with store.begin() as tx:
        put(tx, letter("a1", "a"), letter("a2", "a"))
        (first,) = claim(tx)
        settle(tx, first, Refused("the list has no such column"))

        assert keys(claim(tx)) == ["a2"]
        (dead,) = outbox.list_rows(tx, MessageState.DEAD)
    assert (dead.key, dead.error) == ("a1", "the list has no such column")


def test_failures_wait_longer_each_time_up_to_a_limit_and_end_in_a_dead_row(store: Store):
    waits, now = [], NOON
    with store.begin() as tx:
        put(tx, letter("a"))
        while messages := claim(tx, now):
            settle(tx, messages[0], Failed("odd answer"), now)
            (row,) = outbox.list_rows(tx)
            waits.append(row.due_at - now)
            now = row.due_at

    assert row.state == MessageState.DEAD
    assert (row.attempts, row.error) == (outbox.MOST_ATTEMPTS, "odd answer")
    for attempt, wait in enumerate(waits[:-1], 1):
        whole = min(2**attempt * SECOND, outbox.LONGEST_WAIT)
        assert whole / 2 <= wait <= whole
    assert len(waits) == outbox.MOST_ATTEMPTS


def test_what_failed_together_does_not_return_together(store: Store):
    rng = random.Random(7)
    with store.begin() as tx:
        put(tx, *(letter(f"m{n}") for n in range(10)))
        for message in claim(tx):
            outbox.settle(tx, message, Failed("odd answer"), NOON, rng)

        assert len({row.due_at for row in outbox.list_rows(tx)}) == 10


def test_a_dead_row_that_is_requeued_starts_afresh(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"))
        (message,) = claim(tx)
        settle(tx, message, Refused("no"))

        assert outbox.requeue(tx, message.id, NOON + SECOND)
        assert not outbox.requeue(tx, message.id, NOON + SECOND)
        (again,) = claim(tx, NOON + SECOND)
    assert again.attempts == 1


def test_what_could_not_reach_a_place_is_held_until_the_app_is_there_and_then_goes_in_order(store: Store):
    with store.begin() as tx:
        put(tx, *(letter(key, "lane", "teams/person:1") for key in ("p1", "p2")))
        put(tx, letter("h", destination="teams/hub:ALL"), letter("r", destination="teams/person:1"))
        for outcome in (Unreachable("Forbidden"), Unreachable("Forbidden"), Refused("too big")):
            for message in claim(tx, service="teams"):
                settle(tx, message, Unreachable("Forbidden") if message.key == "h" else outcome)
        held = outbox.list_rows(tx, MessageState.HELD)
        assert [(row.key, row.error) for row in held] == [(key, "Forbidden") for key in ("p1", "p2", "h")]
        outbox.requeue_to(tx, "teams/person:1", NOON + SECOND)

        (first,) = claim(tx, NOON + SECOND, service="teams")
        assert (first.key, first.attempts) == ("p1", 1)
        settle(tx, first, Sent(), NOON + SECOND)
        assert keys(claim(tx, NOON + SECOND, service="teams")) == ["p2"]
        assert [row.key for row in outbox.list_rows(tx, MessageState.DEAD)] == ["r"]


def test_a_held_row_holds_nothing_up_is_nothing_that_waits_and_is_kept(store: Store):
    with store.begin() as tx:
        put(tx, letter("a1", "a"), letter("a2", "a"))
        settle(tx, claim(tx)[0], Unreachable("Forbidden"))
        (behind,) = claim(tx)
        assert behind.key == "a2"
        settle(tx, behind, Sent())

        outbox.purge(tx, NOON + LEASE)
        assert outbox.oldest_age(tx, NOON + LEASE) == {}
        (row,) = outbox.list_rows(tx)
        assert outbox.requeue(tx, row.id, NOON)
        settle(tx, claim(tx)[0], Unreachable("Forbidden"))
        assert outbox.discard(tx, row.id, "they left", NOON)


def test_what_takes_several_requests_goes_on_with_the_next_claim(store: Store):
    with store.begin() as tx:
        put(tx, letter("a1", "a"), letter("a2", "a"))
        (first,) = claim(tx)
        settle(tx, first, Unfinished("the chat comes first"))
        (again,) = claim(tx)
    assert (again.key, again.attempts) == ("a1", 2)


def test_what_never_comes_to_an_end_is_given_up_in_the_end(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"))
        for _ in range(outbox.MOST_ATTEMPTS):
            settle(tx, claim(tx)[0], Unfinished("the chat comes first"))
        (row,) = outbox.list_rows(tx)
    assert (row.state, row.error) == (MessageState.DEAD, "the chat comes first")


def test_a_discarded_row_is_not_sent_and_frees_its_lane(store: Store):
    with store.begin() as tx:
        put(tx, letter("a1", "a"), letter("a2", "a"))
        (first,) = claim(tx)

        assert outbox.discard(tx, first.id, "sent by hand", NOON)
        assert not outbox.discard(tx, first.id, "again", NOON)
        assert not settle(tx, first, Sent())
        assert keys(claim(tx)) == ["a2"]
        (row,) = outbox.list_rows(tx, MessageState.DISCARDED)
    assert row.error == "sent by hand"


def test_the_age_is_that_of_the_oldest_waiting_message_of_each_service(store: Store):
    with store.begin() as tx:
        assert outbox.oldest_age(tx, NOON) == {}
        put(tx, letter("a"), now=NOON)
        put(tx, letter("b"), now=NOON + 10 * SECOND)
        put(tx, letter("t", destination="teams/hub:ALL"), now=NOON + 20 * SECOND)
        now = NOON + 60 * SECOND
        assert outbox.oldest_age(tx, now) == {"graph": 60 * SECOND, "teams": 40 * SECOND}
        settle(tx, claim(tx, now, limit=1)[0], Sent())
        assert outbox.oldest_age(tx, now) == {"graph": 50 * SECOND, "teams": 40 * SECOND}


def test_messages_are_counted_by_service_and_state(store: Store):
    with store.begin() as tx:
        put(tx, letter("a"), letter("b"), letter("c"), letter("t", destination="teams/hub:ALL"))
        a, b, _ = claim(tx)
        settle(tx, a, Sent())
        settle(tx, b, Refused("no"))

        assert outbox.counts(tx) == {
            ("graph", "sent"): 1,
            ("graph", "dead"): 1,
            ("graph", "waiting"): 1,
            ("teams", "waiting"): 1,
        }


def test_purging_forgets_what_was_sent_or_discarded_long_ago_and_nothing_else(store: Store):
    with store.begin() as tx:
        put(tx, *(letter(key) for key in ("sent", "discarded", "dead", "waiting", "sent lately")))
        sent, discarded, dead, _, lately = claim(tx)
        settle(tx, sent, Sent())
        outbox.discard(tx, discarded.id, "not needed", NOON)
        settle(tx, dead, Refused("no"))
        settle(tx, lately, Sent(), NOON + LEASE)

        outbox.purge(tx, NOON + SECOND)

        assert [row.key for row in outbox.list_rows(tx)] == ["dead", "waiting", "sent lately"]


async def test_workers_claiming_at_once_never_get_the_same_message(database: Database):
    await database.write(lambda tx: put(tx, *(letter(f"m{n}") for n in range(60))))

    claims = await asyncio.gather(*(database.write(lambda tx: claim(tx, limit=7)) for _ in range(12)))

    claimed = [message.key for messages in claims for message in messages]
    assert len(claimed) == len(set(claimed))
    rest = await database.write(lambda tx: claim(tx, limit=60))
    assert sorted([*claimed, *keys(rest)]) == sorted(f"m{n}" for n in range(60))


@pytest.mark.parametrize(
    ("statement", "indices"),
    [
        (outbox._CLAIM, {"ix_outbox_due", "ix_outbox_lane"}),
        (outbox._CLAIM_IN_PACE, {"ix_outbox_place", "ix_outbox_lane", "ix_recent_requests_service"}),
    ],
    ids=["graph", "teams"],
)
def test_claiming_from_a_long_outbox_reads_only_what_waits(
    sqlite_url: str, statement: sa.Executable, indices: set[str]
):
    engine = engines.engine_for(engines.parse(sqlite_url))
    with engine.begin() as tx:
        compiled = statement.compile(tx)
        values = {"to": "graph", "now": 0, "most": 20, "until": 1, "token": "t"}
        terms = tuple(values.get(name, 1) for name in compiled.positiontup)
        plan = str(tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", terms).all())
    engine.dispose()

    assert {index for index in indices if index in plan} == indices
    for table_name in ("outbox", "older", "waiting", "later", "first", "recent_requests"):
        assert f"SCAN {table_name}" not in plan
