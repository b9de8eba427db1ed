"""Events as mailboxes keep them: one row in each calendar that a meeting stands in, held together by its iCalUId."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sandbox.graph.outlook.zones import Moment
from sandbox.graph.wire import JsonObject

TABLES = """
CREATE TABLE IF NOT EXISTS event (
    token TEXT PRIMARY KEY,
    mailbox TEXT NOT NULL REFERENCES mailbox,
    uid TEXT NOT NULL,
    starts TEXT NOT NULL,
    start_zone TEXT NOT NULL,
    ends TEXT NOT NULL,
    end_zone TEXT NOT NULL,
    change_key TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    is_organizer INTEGER NOT NULL,
    transaction_id TEXT,
    asked TEXT NOT NULL,
    content TEXT NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS event_starts ON event (mailbox, starts);
CREATE INDEX IF NOT EXISTS event_uid ON event (uid);
CREATE UNIQUE INDEX IF NOT EXISTS event_transaction ON event (mailbox, transaction_id) WHERE NOT gone;
"""
USUAL_ID, LASTING_ID, ID_END = "AAMkAD", "AAkALg", "="
UID_START = "040000008200E00074C5B7101A82E0080000000000000000000000000000000010000000"


@dataclass(frozen=True)
class Event:
    """An event in one calendar; `asked` is the request that made it, by which a repeated one is known."""

    token: str
    mailbox: str
    uid: str
    start: Moment
    end: Moment
    content: JsonObject
    is_organizer: bool = True
    transaction_id: str | None = None
    asked: str = ""
    change_key: str = ""
    created: str = ""
    modified: str = ""

    @property
    def id(self) -> str:
        return f"{USUAL_ID}{self.token}{ID_END}"

    @property
    def lasting_id(self) -> str:
        return f"{LASTING_ID}{self.token}{ID_END}"

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def is_cancelled(self) -> bool:
        return bool(self.content["isCancelled"])

    @property
    def attendees(self) -> list[str]:
        """The addresses of who is asked to come."""
        return [attendee["emailAddress"]["address"] for attendee in self.content["attendees"]]


def token_of(event_id: str) -> str | None:
    """Return what both kinds of id have in common, or None for what is no id of ours."""
    for start in (USUAL_ID, LASTING_ID):
        if event_id.startswith(start) and event_id.endswith(ID_END):
            return event_id[len(start) : -len(ID_END)]
    return None


class Calendar:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(TABLES)

    def add(self, event: Event) -> Event:
        """Put a new event into its mailbox's calendar."""
        now = _now()
        made = replace(event, change_key=_change_key(), created=now, modified=now)
        self._connection.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                *(made.token, made.mailbox, made.uid),
                *(_instant(made.start), made.start.zone, _instant(made.end), made.end.zone),
                *(made.change_key, made.created, made.modified),
                *(made.is_organizer, made.transaction_id, made.asked, json.dumps(made.content)),
            ),
        )
        return made

    def change(self, event: Event) -> Event:
        """Keep an event as it is now; its change key is a new one."""
        made = replace(event, change_key=_change_key(), modified=_now())
        self._connection.execute(
            "UPDATE event SET starts = ?, start_zone = ?, ends = ?, end_zone = ?, change_key = ?, modified = ?, "
            "content = ? WHERE token = ?",
            (
                *(_instant(made.start), made.start.zone, _instant(made.end), made.end.zone),
                *(made.change_key, made.modified, json.dumps(made.content), made.token),
            ),
        )
        return made

    def remove(self, event: Event) -> None:
        """Put an event into Deleted Items, where nobody looks for it."""
        self._connection.execute("UPDATE event SET gone = 1 WHERE token = ?", (event.token,))

    def find(self, mailbox: str, token: str) -> Event | None:
        found = self._select("mailbox = ? AND token = ?", mailbox, token)
        return found[0] if found else None

    def of_transaction(self, mailbox: str, transaction_id: str) -> Event | None:
        found = self._select("mailbox = ? AND transaction_id = ?", mailbox, transaction_id)
        return found[0] if found else None

    def of_mailbox(self, mailbox: str) -> list[Event]:
        return self._select("mailbox = ?", mailbox)

    def between(self, mailbox: str, start: datetime, end: datetime) -> list[Event]:
        """Find what overlaps a time, earliest first."""
        return self._select("mailbox = ? AND starts < ? AND ends > ?", mailbox, _text(end), _text(start))

    def copies(self, event: Event) -> list[Event]:
        """Find the same meeting in the calendars of those who are asked to come."""
        return self._select("uid = ? AND NOT is_organizer", event.uid)

    def _select(self, where: str, *values: Any) -> list[Event]:
        rows = self._connection.execute(
            f"SELECT * FROM event WHERE NOT gone AND {where} ORDER BY starts, rowid",  # noqa: S608 - our own words
            values,
        )
        return [_event(row) for row in rows.fetchall()]


def _event(row: sqlite3.Row) -> Event:
    return Event(
        token=row["token"],
        mailbox=row["mailbox"],
        uid=row["uid"],
        start=Moment(_datetime(row["starts"]), row["start_zone"]),
        end=Moment(_datetime(row["ends"]), row["end_zone"]),
        content=json.loads(row["content"]),
        is_organizer=bool(row["is_organizer"]),
        transaction_id=row["transaction_id"],
        asked=row["asked"],
        change_key=row["change_key"],
        created=row["created"],
        modified=row["modified"],
    )


def new_token() -> str:
    return secrets.token_urlsafe(33)


def new_uid() -> str:
    return UID_START + secrets.token_hex(16).upper()


def _change_key() -> str:
    return base64.b64encode(secrets.token_bytes(22)).decode()


def _instant(moment: Moment) -> str:
    return _text(moment.at)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _datetime(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
