"""What waits in the outbox to be said: ids, and nothing of what was typed."""

import json

import pytest

from bot.replies import Reply, reply_to, turn_of
from bot.turn import Kind, read_turn
from cards.verbs import Surface
from osara_store.outbox import service_of
from osara_store.outgoing import to_hub, to_person
from tests.unit.bot.activities import PRIYA, TENANT, Activity, mentioned, typed


@pytest.mark.parametrize(
    "activity", [typed("Jane Roe of 12 High Street"), mentioned("<at>Hub</at> Jane Roe")]
)
def test_the_row_of_a_reply_holds_nothing_that_was_typed_and_no_name(activity: Activity) -> None:
    envelope = reply_to(read_turn(activity), Reply.MENU, "ALL")
    written = json.dumps([envelope.key, envelope.lane, envelope.destination, dict(envelope.payload)])
    assert "Jane Roe" not in written
    assert "Priya" not in written


def test_the_reply_knows_who_asked_and_where_to_answer() -> None:
    turn = read_turn(typed("help"))
    again = turn_of(json.loads(json.dumps(dict(reply_to(turn, Reply.HELP, None).payload))))
    for name in ("tenant", "person_id", "conversation_id", "conversation_type", "service_url"):
        assert getattr(again, name) == getattr(turn, name)
    assert (again.kind, again.surface) == (Kind.MESSAGE, Surface.CHAT)


def test_the_same_message_delivered_twice_gets_one_reply() -> None:
    first, second = (reply_to(read_turn(typed("help")), Reply.HELP, None) for _ in range(2))
    other = reply_to(read_turn(typed("help") | {"id": "f:99"}), Reply.HELP, None)
    assert first.key == second.key
    assert first.key != other.key


def test_answers_in_one_conversation_keep_their_order() -> None:
    first = reply_to(read_turn(typed("refer")), Reply.REFER, None)
    second = reply_to(read_turn(typed("help") | {"id": "f:99"}), Reply.HELP, None)
    elsewhere = reply_to(read_turn(mentioned("<at>Hub</at> help")), Reply.HELP, "ALL")
    assert first.lane == second.lane
    assert first.lane != elsewhere.lane


def test_a_reply_is_throttled_together_with_everything_else_that_goes_there() -> None:
    """Teams limits each conversation; a receipt and a reply in the same chat share that limit."""
    in_chat = reply_to(read_turn(typed("help")), Reply.HELP, None)
    in_hub = reply_to(read_turn(mentioned("<at>Hub</at> help")), Reply.HELP, "ALL")
    elsewhere = reply_to(read_turn(mentioned("<at>Hub</at> help")), Reply.HELP, None)
    assert in_chat.destination == to_person(TENANT, PRIYA)
    assert in_hub.destination == to_hub("ALL")
    assert {"teams"} == {service_of(row.destination) for row in (in_chat, in_hub, elsewhere)}
