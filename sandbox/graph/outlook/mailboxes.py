"""Who has a mailbox here, and what an administrator has set for it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

Kind = Literal["user", "shared"]

TABLES = """
CREATE TABLE IF NOT EXISTS mailbox (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    has_teams INTEGER NOT NULL DEFAULT 1,
    open_to_apps INTEGER NOT NULL DEFAULT 1,
    hours TEXT NOT NULL
);
"""


class Account(Protocol):
    """Somebody or something of the tenant with a mailbox: a person, or a hub."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def is_shared(self) -> bool: ...


@dataclass(frozen=True)
class WorkingHours:
    """When somebody works, by the clock of `zone`, as set in Outlook."""

    days: tuple[str, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    start: str = "09:00"
    end: str = "17:00"
    zone: str = "GMT Standard Time"


@dataclass(frozen=True)
class Mailbox:
    """A mailbox; without Teams its meetings get no link, and closed to apps it is out of an access policy's scope."""

    id: str
    address: str
    name: str
    kind: Kind
    has_teams: bool
    open_to_apps: bool
    hours: WorkingHours

    @property
    def email(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


class Mailboxes:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(TABLES)

    def ensure(self, accounts: Iterable[Account]) -> None:
        """Give a mailbox to everybody who has none; what was set for the others stays."""
        for account in accounts:
            kind: Kind = "shared" if account.is_shared else "user"
            values = (account.id, account.address, account.address.casefold(), account.name, kind)
            self._connection.execute(
                "INSERT INTO mailbox (id, address, address_key, name, kind, hours) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                (*values, json.dumps(asdict(WorkingHours()))),
            )

    def all(self) -> list[Mailbox]:
        rows = self._connection.execute("SELECT * FROM mailbox ORDER BY kind, address_key")
        return [_mailbox(row) for row in rows.fetchall()]

    def find(self, name: str) -> Mailbox | None:
        """Find a mailbox by its owner's id or by its address."""
        key = name.casefold()
        row = self._connection.execute(
            "SELECT * FROM mailbox WHERE id = ? OR address_key = ?", (key, key)
        ).fetchone()
        return _mailbox(row) if row else None

    def change(self, mailbox: Mailbox) -> None:
        """Keep what an administrator has set."""
        self._connection.execute(
            "UPDATE mailbox SET has_teams = ?, open_to_apps = ?, hours = ? WHERE id = ?",
            (mailbox.has_teams, mailbox.open_to_apps, json.dumps(asdict(mailbox.hours)), mailbox.id),
        )


def _mailbox(row: sqlite3.Row) -> Mailbox:
    hours = json.loads(row["hours"])
    return Mailbox(
        id=row["id"],
        address=row["address"],
        name=row["name"],
        kind=row["kind"],
        has_teams=bool(row["has_teams"]),
        open_to_apps=bool(row["open_to_apps"]),
        hours=WorkingHours(**{**hours, "days": tuple(hours["days"])}),
    )
