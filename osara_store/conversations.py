"""Where the bot can reach a hub's channel and a person, and which of its messages stand there already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from osara_store.schema import conversations, posted_messages
from osara_store.statements import PerDatabase


@dataclass(frozen=True)
class Conversation:
    """How to reach a hub's channel or a person. A person we have not written to yet has no conversation id."""

    key: str
    tenant: str
    service_url: str
    conversation_id: str | None
    user_id: str | None
    bot_id: str
    team_id: str | None
    unreachable_since: datetime | None
    unreachable_why: str | None


@dataclass(frozen=True)
class Posted:
    conversation_id: str
    service_url: str
    activity_id: str


_ADDRESS = ("tenant", "service_url", "conversation_id", "user_id", "bot_id", "team_id")


def _remember(insert: Any) -> Any:
    # Hearing from somebody also shows that they can be reached again. What is unchanged is not written again.
    new: dict[str, Any] = {
        name: sa.func.coalesce(insert.excluded[name], conversations.c[name]) for name in _ADDRESS
    }
    new |= {"unreachable_since": sa.null(), "unreachable_why": sa.null()}
    changed = sa.or_(*(conversations.c[name].is_distinct_from(value) for name, value in new.items()))
    return insert.on_conflict_do_update(
        index_elements=["key"], set_={**new, "updated_at": insert.excluded.updated_at}, where=changed
    )


_REMEMBER = PerDatabase(conversations, _remember)
_FIND = sa.select(*(conversations.c[name] for name in Conversation.__dataclass_fields__)).where(
    conversations.c.key == sa.bindparam("wanted")
)
_USER_IDS = sa.select(conversations.c.key, conversations.c.user_id).where(
    conversations.c.key.in_(sa.bindparam("keys", expanding=True))
)
_REACHABLE = sa.select(conversations.c.key).where(
    conversations.c.key.in_(sa.bindparam("keys", expanding=True)), conversations.c.unreachable_since.is_(None)
)
_BY_USER_ID = (
    sa.select(conversations.c.key, conversations.c.tenant)
    .where(conversations.c.user_id.in_(sa.bindparam("user_ids", expanding=True)))
    .order_by(conversations.c.key)
)
_MARK = (
    sa.update(conversations)
    .where(conversations.c.key == sa.bindparam("marked"))
    .values(
        unreachable_since=sa.bindparam("since", type_=conversations.c.unreachable_since.type),
        unreachable_why=sa.bindparam("why"),
        updated_at=sa.bindparam("now", type_=conversations.c.updated_at.type),
    )
)
_NOTE_CHAT = (
    sa.update(conversations)
    .where(conversations.c.key == sa.bindparam("marked"))
    .values(
        conversation_id=sa.bindparam("chat"),
        updated_at=sa.bindparam("now", type_=conversations.c.updated_at.type),
    )
)
_NOTE_POSTED = PerDatabase(
    posted_messages,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            name: insert.excluded[name] for name in ("conversation_id", "service_url", "activity_id", "at")
        },
    ),
)
_POSTED = sa.select(
    posted_messages.c.conversation_id, posted_messages.c.service_url, posted_messages.c.activity_id
).where(posted_messages.c.key == sa.bindparam("wanted"))
_RENAME_POSTED = (
    sa.update(posted_messages)
    .where(posted_messages.c.key == sa.bindparam("wanted"))
    .values(key=sa.bindparam("new_key"))
)
_FORGET_OLD = sa.delete(posted_messages).where(
    posted_messages.c.key.startswith(sa.bindparam("prefix")),
    posted_messages.c.at < sa.bindparam("before", type_=posted_messages.c.at.type),
)
_FORGET_POSTED = sa.delete(posted_messages).where(posted_messages.c.key == sa.bindparam("wanted"))


def channel_key(hub_id: str) -> str:
    return f"hub:{hub_id}"


def person_key(tenant: str, object_id: str) -> str:
    return f"person:{tenant}:{object_id}"


def remember_channel(
    tx: sa.Connection,
    *,
    hub_id: str,
    tenant: str,
    service_url: str,
    conversation_id: str,
    bot_id: str,
    team_id: str,
    now: datetime,
) -> None:
    row = {
        "key": channel_key(hub_id),
        "tenant": tenant,
        "service_url": service_url,
        "conversation_id": conversation_id,
        "user_id": None,
        "bot_id": bot_id,
        "team_id": team_id,
        "updated_at": now,
    }
    tx.execute(_REMEMBER.on(tx), row)


def remember_person(
    tx: sa.Connection,
    *,
    tenant: str,
    object_id: str,
    service_url: str,
    user_id: str,
    conversation_id: str | None,
    bot_id: str,
    now: datetime,
) -> None:
    """Remember how to reach a person; a chat known from before is kept where none is given."""
    row = {
        "key": person_key(tenant, object_id),
        "tenant": tenant,
        "service_url": service_url,
        "conversation_id": conversation_id,
        "user_id": user_id,
        "bot_id": bot_id,
        "team_id": None,
        "updated_at": now,
    }
    tx.execute(_REMEMBER.on(tx), row)


def note_chat(tx: sa.Connection, key: str, conversation_id: str, now: datetime) -> None:
    """The bot's own chat with somebody, made for the first message to them."""
    tx.execute(_NOTE_CHAT, {"marked": key, "chat": conversation_id, "now": now})


def channel(connection: sa.Connection, hub_id: str) -> Conversation | None:
    return _find(connection, channel_key(hub_id))


def person(connection: sa.Connection, tenant: str, object_id: str) -> Conversation | None:
    return _find(connection, person_key(tenant, object_id))


def user_ids(connection: sa.Connection, people: Iterable[tuple[str, str]]) -> list[str]:
    """The Teams user ids of those whom we have met, in the order given."""
    keys = [person_key(tenant, object_id) for tenant, object_id in people]
    found = {row.key: row.user_id for row in connection.execute(_USER_IDS, {"keys": keys})}
    return [found[key] for key in keys if found.get(key)]


def reachable(connection: sa.Connection, people: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of them whom we have met and whom nothing keeps from being written to."""
    keys = {person_key(*each): each for each in people}
    return {keys[key] for key in connection.scalars(_REACHABLE, {"keys": list(keys)})}


def people_called(connection: sa.Connection, user_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Tenant and object id of those whom we have met under these Teams user ids."""
    rows = connection.execute(_BY_USER_ID, {"user_ids": list(user_ids)})
    return [(tenant, key.removeprefix(person_key(tenant, ""))) for key, tenant in rows]


def _find(connection: sa.Connection, key: str) -> Conversation | None:
    row = connection.execute(_FIND, {"wanted": key}).one_or_none()
    return None if row is None else Conversation(*row)


def mark_unreachable(tx: sa.Connection, key: str, why: str, now: datetime) -> None:
    tx.execute(_MARK, {"marked": key, "since": now, "why": why, "now": now})


def posted(connection: sa.Connection, key: str) -> Posted | None:
    """The message that stands under this key, to be updated in place."""
    row = connection.execute(_POSTED, {"wanted": key}).one_or_none()
    return None if row is None else Posted(*row)


def note_posted(
    tx: sa.Connection, key: str, *, conversation_id: str, service_url: str, activity_id: str, now: datetime
) -> None:
    row = {
        "key": key,
        "conversation_id": conversation_id,
        "service_url": service_url,
        "activity_id": activity_id,
        "at": now,
    }
    tx.execute(_NOTE_POSTED.on(tx), row)


def rename_posted(tx: sa.Connection, key: str, new_key: str) -> None:
    """The message that stands under this key stands under another from now on."""
    tx.execute(_RENAME_POSTED, {"wanted": key, "new_key": new_key})


def forget_posted(tx: sa.Connection, key: str) -> None:
    """The message is gone, so the next one is posted anew."""
    tx.execute(_FORGET_POSTED, {"wanted": key})


def forget_posted_before(tx: sa.Connection, prefix: str, before: datetime) -> None:
    """Messages under keys that begin so are not updated any more once they are as old as that."""
    tx.execute(_FORGET_OLD, {"prefix": prefix, "before": before})
