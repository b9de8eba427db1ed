"""What waits in the outbox to be said: ids, and nothing of what was typed."""

import json

import pytest

from bot.replies import Reply, reply_to, turn_of
from bot.turn import Kind, read_turn
from cards.verbs import Surface
from tests.unit.bot.activities import Activity, mentioned, typed


@pytest.mark.parametrize(
    "activity", [typed("Jane Roe of 12 High Street"), mentioned("<at>Hub</at> Jane Roe")]
)
def test_the_row_of_a_reply_holds_nothing_that_was_typed_and_no_name(activity: Activity) -> None:
    envelope = reply_to(read_turn(activity), Reply.MENU)
    written = json.dumps([envelope.key, envelope.lane, envelope.destination, dict(envelope.payload)])
    assert "Jane Roe" not in written
    assert "Priya" not in written


def test_the_reply_knows_who_asked_and_where_to_answer() -> None:
    turn = read_turn(typed("help"))
    again = turn_of(json.loads(json.dumps(dict(reply_to(turn, Reply.HELP).payload))))
    for name in ("tenant", "person_id", "conversation_id", "conversation_type", "service_url"):
        assert getattr(again, name) == getattr(turn, name)
    assert (again.kind, again.surface) == (Kind.MESSAGE, Surface.CHAT)


def test_the_same_message_delivered_twice_gets_one_reply() -> None:
    first, second = (reply_to(read_turn(typed("help")), Reply.HELP) for _ in range(2))
    other = reply_to(read_turn(typed("help") | {"id": "f:99"}), Reply.HELP)
    assert first.key == second.key
    assert first.key != other.key


def test_answers_in_one_conversation_keep_their_order() -> None:
    first = reply_to(read_turn(typed("refer")), Reply.REFER)
    second = reply_to(read_turn(typed("help") | {"id": "f:99"}), Reply.HELP)
    elsewhere = reply_to(read_turn(mentioned("<at>Hub</at> help")), Reply.HELP)
    assert first.lane == second.lane
    assert first.lane != elsewhere.lane
