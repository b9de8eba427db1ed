"""The outbox is worked: in order within a lane, side by side across lanes, whatever goes wrong with one message."""

import asyncio
import functools
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bot.worker import KEEP_SENT
from osara_store import outbox
from osara_store.outbox import Failed, Message, Outcome, Refused, Row, Sent, TryLater
from osara_store.schema import MessageState
from tests.contract.bot.outbox_rig import Outbox, Recorder, envelopes
from tests.running import until

HOUR = timedelta(hours=1)
SECRET = "Jane Roe of 12 High Street"


# --- order and concurrency -------------------------------------------------------------------------------------------


async def test_a_message_is_delivered_once_and_noted_as_sent(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await post.put(*envelopes("a", 1))
        await post.settled()
    assert teams.delivered == ["a/0"]
    assert await post.states() == {MessageState.SENT: 1}


async def test_messages_of_one_lane_go_one_after_another_in_order(post: Outbox) -> None:
    teams = Recorder(seconds=0.005, batch=5)
    await post.put(*envelopes("a", 6))
    async with post.worked_by(teams):
        await post.settled()
    assert teams.delivered == [f"a/{n}" for n in range(6)]
    assert teams.most_under_way == 1


async def test_lanes_go_side_by_side_each_in_its_own_order(post: Outbox) -> None:
    teams = Recorder(seconds=0.01, parallel=4)
    lanes = [f"lane {letter}" for letter in "abcdefgh"]
    for lane in lanes:
        await post.put(*envelopes(lane, 3))
    async with post.worked_by(teams):
        await post.settled()
    assert teams.most_under_way == 4
    assert len(teams.delivered) == 24
    for lane in lanes:
        assert teams.in_lane(lane) == [f"{lane}/{n}" for n in range(3)]


async def test_a_backlog_is_handed_over_in_batches_of_the_deliverys_size(post: Outbox) -> None:
    graph = Recorder(service="graph", batch=5, parallel=2)
    await post.put(*(envelope for n in range(23) for envelope in envelopes(f"case {n}", 1, "graph")))
    async with post.worked_by(graph):
        await post.settled()
    assert sum(graph.sizes) == 23
    assert max(graph.sizes) == 5
    assert graph.most_under_way <= 2


async def test_a_slow_graph_holds_no_message_to_teams_back(post: Outbox) -> None:
    graph, teams = Recorder(service="graph"), Recorder()
    graph.gate.clear()
    async with post.worked_by(graph, teams):
        await post.put(*envelopes("case", 1, "graph"), *envelopes("chat", 3))
        await teams.has_delivered(3)
        assert graph.delivered == []
        graph.gate.set()
        await post.settled()


async def test_each_place_of_a_service_is_worked_by_that_service(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await post.put(*envelopes("hub", 1, "teams/hub:ALL"), *envelopes("case", 1, "graph"))
        await post.until_row("hub/0", lambda row: row.state is MessageState.SENT)
    assert teams.delivered == ["hub/0"]


async def test_the_bell_is_heard_at_once(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await post.put(*envelopes("a", 1))
        await teams.has_delivered(1)
        assert time.perf_counter() - began < 0.5


async def test_a_row_that_nobody_rang_for_is_found_all_the_same(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await asyncio.sleep(0.1)
        await post.database.write(lambda tx: outbox.put(tx, envelopes("a", 1), post.clock.now()))
        await teams.has_delivered(1)


# --- what becomes of a message ---------------------------------------------------------------------------------------


def for_one(key: str, outcome: Callable[[Message], Outcome]) -> Callable[[Message], Outcome]:
    """This outcome for the message with the key; all others are sent."""
    return lambda message: outcome(message) if message.key == key else Sent()


def lose_a_name(_message: Message) -> Outcome:
    raise ValueError(SECRET)


async def test_a_fault_in_a_delivery_fails_that_message_and_the_work_goes_on(
    post: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    teams = Recorder(outcome=for_one("bad/0", lose_a_name))
    async with post.worked_by(teams):
        await post.put(*envelopes("bad", 1), *envelopes("good", 5))
        await teams.has_delivered(5)
        row = await post.until_row("bad/0", lambda row: row.error is not None)
    assert (row.state, row.attempts, row.error) == (MessageState.WAITING, 1, "ValueError")
    assert SECRET not in caplog.text
    assert "ValueError at" in caplog.text


async def test_a_message_that_failed_is_tried_again_and_holds_its_lane_meanwhile(post: Outbox) -> None:
    teams = Recorder(outcome=lambda message: Failed("HTTP 502") if message.attempts < 3 else Sent())
    async with post.worked_by(teams):
        await post.put(*envelopes("a", 1), *envelopes("b", 1))
        for tries in (1, 2):
            row = await post.until_row("a/0", functools.partial(has_failed, post, tries))
            assert row.error == "HTTP 502"
            await post.pass_time(HOUR)
        await post.settled()
    assert teams.in_lane("a") == ["a/0"] * 3


def has_failed(post: Outbox, tries: int, row: Row) -> bool:
    """Settled after so many tries, and due again sooner than a lease would end."""
    return row.attempts == tries and row.due_at < post.clock.now() + timedelta(seconds=30)


async def test_the_rest_of_a_lane_waits_for_the_message_that_failed(post: Outbox) -> None:
    teams = Recorder(outcome=for_one("a/0", lambda m: Failed("HTTP 502") if m.attempts == 1 else Sent()))
    async with post.worked_by(teams):
        await post.put(*envelopes("a", 3))
        await post.until_row("a/0", lambda row: row.error is not None)
        await post.pass_time(HOUR)
        await post.settled()
    assert teams.delivered == ["a/0", "a/0", "a/1", "a/2"]


async def test_a_message_that_nobody_will_take_is_dead_and_the_lane_goes_on(post: Outbox) -> None:
    teams = Recorder(outcome=for_one("a/0", lambda _: Refused("Forbidden")))
    async with post.worked_by(teams):
        await post.put(*envelopes("a", 2))
        await post.settled()
    row = await post.row("a/0")
    assert (row.state, row.error) == (MessageState.DEAD, "Forbidden")
    assert (await post.row("a/1")).state is MessageState.SENT


async def test_a_throttled_destination_rests_and_others_do_not(post: Outbox) -> None:
    teams = Recorder(outcome=for_one("hub/0", lambda m: TryLater(HOUR) if not tried(teams, m) else Sent()))
    await post.put(*envelopes("hub", 1, "teams/hub:ALL"))
    async with post.worked_by(teams):
        await post.until_row("hub/0", lambda row: row.error is not None)
        await post.put(*envelopes("same place", 1, "teams/hub:ALL"), *envelopes("chat", 1, "teams/chat"))
        await post.until_row("chat/0", lambda row: row.state is MessageState.SENT)
        assert "same place/0" not in teams.begun
        await post.pass_time(HOUR)
        await post.settled()
    assert teams.delivered.count("hub/0") == 2


def tried(recorder: Recorder, message: Message) -> bool:
    return message.key in recorder.delivered


async def test_a_delivery_that_takes_too_long_fails_before_its_lease_ends(post: Outbox) -> None:
    teams = Recorder()
    teams.gate.clear()
    async with post.worked_by(teams, lease=timedelta(seconds=0.5)):
        await post.put(*envelopes("a", 1))
        row = await post.until_row("a/0", lambda row: row.error is not None)
    assert row.error == "no answer in time"
    assert teams.under_way == 0


class Forgetful(Recorder):
    """A delivery with a fault: it gives too few outcomes."""

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        outcomes = await super().deliver(messages)
        return outcomes[1:]


async def test_a_delivery_that_forgets_an_outcome_loses_no_message(
    post: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    graph, teams = Forgetful(service="graph"), Recorder()
    async with post.worked_by(graph, teams):
        await post.put(*envelopes("case", 1, "graph"), *envelopes("chat", 1))
        await teams.has_delivered(1)
        await graph.has_delivered(1)
    assert (await post.row("case/0")).state is MessageState.WAITING
    assert "outcome of graph not noted" in caplog.text


# --- tidying up ------------------------------------------------------------------------------------------------------


async def test_old_messages_are_forgotten_but_never_those_that_wait_or_died(post: Outbox) -> None:
    await post.put(*(message for lane in ("sent", "dead", "waiting") for message in envelopes(lane, 1)))
    teams = Recorder(outcome=for_one("dead/0", lambda _: Refused("no")))
    async with post.worked_by(teams):
        await post.until_row("dead/0", lambda row: row.state is MessageState.DEAD)
        await post.settled()
    await post.pass_time(KEEP_SENT + HOUR)
    await post.put(*envelopes("new", 1))
    async with post.worked_by(Recorder()):
        await post.settled()
        await until(lambda: forgotten(post, "sent/0"), 5, "the tidying up")
    assert set(await post.rows()) == {"dead/0", "new/0"}


async def forgotten(post: Outbox, key: str) -> bool:
    return key not in await post.rows()
