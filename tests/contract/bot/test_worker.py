"""The outbox is worked: in order within a lane, side by side across lanes, whatever goes wrong with one message."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.worker import KEEP_SENT
from osara_store import outbox
from osara_store.database import Database
from osara_store.outbox import Failed, Message, Outcome, Refused, Sent, TryLater
from osara_store.schema import MessageState
from tests.contract.bot.outbox_rig import Outbox, Recorder, envelopes, stop
from tests.running import until

HOUR = timedelta(hours=1)
SECRET = "Jane Roe of 12 High Street"


@pytest.fixture
def post(database: Database) -> Outbox:
    return Outbox(database)


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
    await post.put(*envelopes("a", 12))
    async with post.worked_by(teams):
        await post.settled()
    assert teams.delivered == [f"a/{n}" for n in range(12)]
    assert teams.most_under_way == 1


async def test_lanes_go_side_by_side_each_in_its_own_order(post: Outbox) -> None:
    teams = Recorder(seconds=0.01, parallel=4)
    lanes = [f"lane {letter}" for letter in "abcdefgh"]
    for lane in lanes:
        await post.put(*envelopes(lane, 4))
    async with post.worked_by(teams):
        await post.settled()
    assert teams.most_under_way == 4
    assert len(teams.delivered) == 32
    for lane in lanes:
        assert teams.in_lane(lane) == [f"{lane}/{n}" for n in range(4)]


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
        await until(lambda: all_of(teams, 3), 5, "messages to Teams")
        assert graph.delivered == []
        graph.gate.set()
        await post.settled()


async def all_of(recorder: Recorder, count: int) -> bool:
    return len(recorder.delivered) == count


async def begun(recorder: Recorder, count: int) -> bool:
    return len(recorder.begun) == count


async def test_each_place_of_a_service_is_worked_by_that_service(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await post.put(*envelopes("hub", 1, "teams/hub:ALL"), *envelopes("case", 1, "graph"))
        await until(lambda: all_of(teams, 1), 5, "the message to Teams")
        await asyncio.sleep(0.05)
    assert teams.delivered == ["hub/0"]


async def test_the_bell_is_heard_at_once(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await post.put(*envelopes("a", 1))
        await until(lambda: all_of(teams, 1), 5, "the message")
        assert time.perf_counter() - began < 0.5


async def test_a_row_of_another_process_is_found_without_a_bell(post: Outbox) -> None:
    teams = Recorder()
    async with post.worked_by(teams):
        await asyncio.sleep(0.1)
        await post.database.write(lambda tx: outbox.put(tx, envelopes("a", 1), post.clock.now()))
        await until(lambda: all_of(teams, 1), 5, "the message")


# --- what becomes of a message ---------------------------------------------------------------------------------------


def raise_a_secret(_message: Message) -> Outcome:
    raise ValueError(SECRET)


async def test_a_fault_in_a_delivery_fails_that_message_and_the_work_goes_on(
    post: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    def outcome(message: Message) -> Outcome:
        return raise_a_secret(message) if message.key == "bad/0" else Sent()

    teams = Recorder(outcome=outcome)
    async with post.worked_by(teams):
        await post.put(*envelopes("bad", 1), *envelopes("good", 5))
        await until(lambda: all_of(teams, 5), 5, "the good messages")
    row = (await post.rows())["bad/0"]
    assert (row.state, row.attempts, row.error) == (MessageState.WAITING, 1, "ValueError")
    assert row.due_at > post.clock.now() - timedelta(seconds=5)
    assert SECRET not in caplog.text
    assert "ValueError at" in caplog.text


async def test_a_message_that_failed_is_tried_again_and_holds_its_lane_meanwhile(post: Outbox) -> None:
    teams = Recorder(outcome=lambda message: Failed("HTTP 502") if message.attempts < 3 else Sent())
    async with post.worked_by(teams):
        await post.put(*envelopes("a", 2))
        for tries in (1, 2):
            await until(lambda tries=tries: all_of(teams, tries), 5, "a try")
            await settle_down()
            assert (await post.rows())["a/0"].error == "HTTP 502"
            await post.pass_time(HOUR)
        await until(lambda: tried_until_sent(teams), 10, "the fourth delivery", )
    assert teams.delivered[:3] == ["a/0"] * 3
