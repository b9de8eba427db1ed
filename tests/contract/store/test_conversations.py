from datetime import timedelta

from osara_store import conversations
from osara_store.conversations import Posted
from osara_store.schema import conversations as table

from .conftest import Store
from .world import NOON, PRIYA, TENANT

LATER = NOON + timedelta(hours=1)
CHANNEL = {
    "hub_id": "ALL",
    "tenant": TENANT,
    "service_url": "https://smba.example/uk/",
    "conversation_id": "19:referrals@thread.tacv2",
    "bot_id": "28:bot",
    "team_id": "19:team@thread.tacv2",
}
PERSON = {
    "tenant": TENANT,
    "object_id": PRIYA.object_id,
    "service_url": "https://smba.example/uk/",
    "user_id": "29:priya",
    "conversation_id": "a:chat",
    "bot_id": "28:bot",
}


def test_a_channel_is_remembered(store: Store):
    with store.begin() as tx:
        assert conversations.channel(tx, "ALL") is None
        conversations.remember_channel(tx, **CHANNEL, now=NOON)
        found = conversations.channel(tx, "ALL")

    assert found is not None
    assert (found.key, found.conversation_id, found.team_id) == (
        "hub:ALL",
        "19:referrals@thread.tacv2",
        "19:team@thread.tacv2",
    )


def test_a_persons_chat_is_kept_when_they_are_met_elsewhere(store: Store):
    with store.begin() as tx:
        conversations.remember_person(tx, **PERSON, now=NOON)
        elsewhere = {**PERSON, "conversation_id": None, "service_url": "https://smba.example/emea/"}
        conversations.remember_person(tx, **elsewhere, now=LATER)
        found = conversations.person(tx, TENANT, PRIYA.object_id)

    assert found is not None
    assert (found.conversation_id, found.user_id) == ("a:chat", "29:priya")
    assert found.service_url == "https://smba.example/emea/"


def test_a_person_met_in_a_channel_has_no_chat_yet(store: Store):
    with store.begin() as tx:
        conversations.remember_person(tx, **{**PERSON, "conversation_id": None}, now=NOON)
        found = conversations.person(tx, TENANT, PRIYA.object_id)

    assert found is not None
    assert found.conversation_id is None


def test_the_chat_made_for_the_first_message_is_remembered(store: Store):
    key = conversations.person_key(TENANT, PRIYA.object_id)
    with store.begin() as tx:
        conversations.remember_person(tx, **{**PERSON, "conversation_id": None}, now=NOON)
        conversations.note_chat(tx, key, "a:new", LATER)
        found = conversations.person(tx, TENANT, PRIYA.object_id)

    assert found is not None
    assert (found.key, found.conversation_id) == (key, "a:new")


def test_what_is_known_already_is_not_written_again(store: Store):
    with store.begin() as tx:
        for now in (NOON, LATER):
            conversations.remember_channel(tx, **CHANNEL, now=now)
            conversations.remember_person(tx, **PERSON, now=now)

    assert {row["updated_at"] for row in store.rows(table)} == {NOON}


def test_an_unreachable_person_is_reachable_again_when_marked_so_or_heard_from(store: Store):
    key = conversations.person_key(TENANT, PRIYA.object_id)

    def why() -> str | None:
        found = conversations.person(tx, TENANT, PRIYA.object_id)
        assert found is not None
        assert (found.unreachable_since is None) == (found.unreachable_why is None)
        return found.unreachable_why

    with store.begin() as tx:
        conversations.remember_person(tx, **PERSON, now=NOON)
        conversations.mark_unreachable(tx, key, "app not installed", NOON)
        assert why() == "app not installed"
        conversations.remember_person(tx, **PERSON, now=LATER)
        assert why() is None


def test_the_newest_posted_message_is_the_one_to_update(store: Store):
    where = {"conversation_id": "a:chat", "service_url": "https://smba.example/uk/"}
    with store.begin() as tx:
        assert conversations.posted(tx, "channel:1") is None
        conversations.note_posted(tx, "channel:1", **where, activity_id="1", now=NOON)
        conversations.note_posted(tx, "channel:1", **where, activity_id="2", now=LATER)
        conversations.note_posted(tx, "channel:2", **where, activity_id="3", now=LATER)
        assert conversations.posted(tx, "channel:1") == Posted(**where, activity_id="2")
        conversations.forget_posted(tx, "channel:1")
        assert conversations.posted(tx, "channel:1") is None
        assert conversations.posted(tx, "channel:2") is not None


def test_old_messages_of_a_kind_are_forgotten_and_no_others(store: Store):
    with store.begin() as tx:
        for key, at in (("digest:1", NOON), ("digest:2", NOON + timedelta(days=3)), ("task:1", NOON)):
            where = {"conversation_id": "a", "service_url": "https://teams.example/", "activity_id": "1"}
            conversations.note_posted(tx, key, **where, now=at)
        conversations.forget_posted_before(tx, "digest:", NOON + timedelta(days=1))
        assert [conversations.posted(tx, key) is None for key in ("digest:1", "digest:2", "task:1")] == [
            True,
            False,
            False,
        ]
