"""Messages in mailboxes: what was sent, and what came of meetings. Nobody reads them but the page and tests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sandbox.graph.outlook.mailboxes import Mailbox, Mailboxes

Folder = Literal["inbox", "sentitems"]
Kind = Literal["message", "meetingRequest", "meetingUpdate", "meetingCancelled"]

TABLES = """
CREATE TABLE IF NOT EXISTS message (
    n INTEGER PRIMARY KEY,
    mailbox TEXT NOT NULL REFERENCES mailbox,
    folder TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_mailbox ON message (mailbox, n);
"""


@dataclass(frozen=True)
class Letter:
    """What is sent, and to whom."""

    subject: str
    content: str
    to: tuple[str, ...]
    kind: Kind = "message"
    content_type: str = "text"


@dataclass(frozen=True)
class Message(Letter):
    """A letter as it lies in a mailbox."""

    folder: Folder = "inbox"
    sender: str = ""
    at: str = ""


class Post:
    def __init__(self, connection: sqlite3.Connection, mailboxes: Mailboxes) -> None:
        self._connection = connection
        self._mailboxes = mailboxes
        connection.executescript(TABLES)

    def send(self, sender: Mailbox, letter: Letter, *, keep: bool = True) -> None:
        """Deliver to everybody who has a mailbox here; what goes elsewhere is seen in Sent Items only."""
        if keep:
            self._put(sender, "sentitems", sender, letter)
        for mailbox in self._here(letter.to):
            self._put(mailbox, "inbox", sender, letter)

    def _here(self, addresses: Iterable[str]) -> list[Mailbox]:
        found = [self._mailboxes.find(address) for address in dict.fromkeys(addresses)]
        return [mailbox for mailbox in found if mailbox is not None]

    def _put(self, mailbox: Mailbox, folder: Folder, sender: Mailbox, letter: Letter) -> None:
        self._connection.execute(
            "INSERT INTO message (mailbox, folder, kind, sender, recipients, subject, content_type, content, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(mailbox.id, folder, letter.kind, sender.address, json.dumps(letter.to)),
                *(letter.subject, letter.content_type, letter.content, _now()),
            ),
        )

    def of_mailbox(self, mailbox: Mailbox) -> list[Message]:
        """Return what lies in a mailbox, newest first."""
        rows = self._connection.execute(
            "SELECT * FROM message WHERE mailbox = ? ORDER BY n DESC", (mailbox.id,)
        )
        return [_message(row) for row in rows.fetchall()]


def _message(row: sqlite3.Row) -> Message:
    return Message(
        subject=row["subject"],
        content=row["content"],
        to=tuple(json.loads(row["recipients"])),
        kind=row["kind"],
        content_type=row["content_type"],
        folder=row["folder"],
        sender=row["sender"],
        at=row["at"],
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
