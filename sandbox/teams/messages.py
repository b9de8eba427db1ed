"""The messages of every conversation."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BOT = "bot"
"""The sender of the bot's messages, where a person's messages have the person's object id."""


@dataclass(frozen=True)
class Message:
    """A message as posted. `root` is the first message of its thread."""

    id: int
    conversation: str
    root: int
    sender: str
    content: dict[str, Any]
    at: datetime
    edited_at: datetime | None = None

    @property
    def by_bot(self) -> bool:
        return self.sender == BOT

    @property
    def changed_at(self) -> datetime:
        return self.edited_at or self.at

    @property
    def text(self) -> str:
        return str(self.content.get("text") or "")

    @property
    def card(self) -> dict[str, Any] | None:
        attachments = self.content.get("attachments") or []
        return attachments[0]["content"] if attachments else None


@dataclass(frozen=True)
class Counts:
    """What the bot did in one conversation."""

    conversation: str
    sent: int
    edited: int
    deleted: int


class Messages:
    """Keeps messages in order; ids rise even when many are posted in one millisecond or the clock steps back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last = connection.execute("select max(id) from message").fetchone()[0] or 0

    def next_id(self) -> int:
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        return self._last

    def add(
        self, conversation: str, sender: str, content: dict[str, Any], *, root: int | None = None
    ) -> Message:
        """Post a message; without `root` it begins a thread."""
        id_ = self.next_id()
        now = datetime.now(UTC)
        return self._insert(Message(id_, conversation, root or id_, sender, content, now))

    def add_past(self, conversation: str, sender: str, content: dict[str, Any], at: datetime) -> Message:
        """Put a message where it would stand had it been posted at `at`, before anything else was."""
        id_ = int(at.timestamp() * 1000)
        return self._insert(Message(id_, conversation, id_, sender, content, at))

    def _insert(self, message: Message) -> Message:
        self._connection.execute(
            "insert into message (id, conversation, root, sender, content, at) values (?, ?, ?, ?, ?, ?)",
            (
                message.id,
                message.conversation,
                message.root,
                message.sender,
                json.dumps(message.content),
                message.at.isoformat(),
            ),
        )
        return message

    def is_empty(self) -> bool:
        return self._last == 0

    def find(self, conversation: str, id_: int) -> Message | None:
        row = self._connection.execute(
            "select * from message where id = ? and conversation = ? and deleted = 0", (id_, conversation)
        ).fetchone()
        return _message(row) if row else None

    def in_conversation(self, conversation: str) -> list[Message]:
        rows = self._connection.execute(
            "select * from message where conversation = ? and deleted = 0 order by id", (conversation,)
        )
        return [_message(row) for row in rows]

    def edit(self, message: Message, content: dict[str, Any]) -> None:
        """Replace the content for everybody; what single people saw instead is gone."""
        self._connection.execute(
            "update message set content = ?, edited_at = ?, edits = edits + 1 where id = ?",
            (json.dumps(content), datetime.now(UTC).isoformat(), message.id),
        )
        self._connection.execute("delete from shown where message = ?", (message.id,))

    def delete(self, message: Message) -> None:
        self._connection.execute("update message set deleted = 1 where id = ?", (message.id,))

    def counts(self) -> list[Counts]:
        rows = self._connection.execute(
            "select conversation, count(*) as sent, sum(edits) as edited, sum(deleted) as deleted"
            " from message where sender = ? group by conversation order by conversation",
            (BOT,),
        )
        return [Counts(**dict(row)) for row in rows]


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        conversation=row["conversation"],
        root=row["root"],
        sender=row["sender"],
        content=json.loads(row["content"]),
        at=datetime.fromisoformat(row["at"]),
        edited_at=datetime.fromisoformat(row["edited_at"]) if row["edited_at"] else None,
    )
