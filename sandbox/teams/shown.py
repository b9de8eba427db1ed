"""What single people see: their own view of a card, and their open dialogs."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sandbox.teams.messages import Message
from sandbox.tenant import Person

Card = dict[str, Any]


@dataclass(frozen=True)
class View:
    """One person's state of a card. `card` is None while they see what everybody sees."""

    card: Card | None
    at: datetime


@dataclass(frozen=True)
class Command:
    """The message extension that opened a dialog."""

    id: str
    context: str
    payload: dict[str, Any] | None = None

    @property
    def value(self) -> dict[str, Any]:
        """The part of an invoke's value that names the command."""
        value: dict[str, Any] = {"commandId": self.id, "commandContext": self.context}
        return value | ({"messagePayload": self.payload} if self.payload else {})


@dataclass(frozen=True)
class Dialog:
    """An open dialog. `content` holds title, card, height and width."""

    id: str
    person: str
    conversation: str
    root: int | None
    message: int | None
    command: Command | None
    content: dict[str, Any]

    @property
    def card(self) -> Card:
        card: Card = self.content["card"]
        return card


def new_dialog_id() -> str:
    return uuid4().hex


class Shown:
    """Views and dialogs, kept across a restart as a client would keep them on screen."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def view(self, message: Message, person: Person) -> View | None:
        row = self._connection.execute(
            "select card, at from shown where message = ? and person = ?", (message.id, person.id)
        ).fetchone()
        if row is None:
            return None
        return View(json.loads(row["card"]) if row["card"] else None, datetime.fromisoformat(row["at"]))

    def card(self, message: Message, person: Person) -> Card | None:
        """Return the card of a message as this person sees it."""
        view = self.view(message, person)
        return (view.card if view else None) or message.card

    def set_view(self, message: Message, person: Person, card: Card | None) -> None:
        """Keep a card for one person; None notes that they asked and go on seeing the same."""
        self._connection.execute(
            "insert into shown (message, person, card, at) values (?, ?, ?, ?)"
            " on conflict (message, person) do update set card = coalesce(excluded.card, card), at = excluded.at",
            (message.id, person.id, json.dumps(card) if card else None, datetime.now(UTC).isoformat()),
        )

    def dialog(self, id_: str, person: Person) -> Dialog | None:
        row = self._connection.execute(
            "select * from dialog where id = ? and person = ?", (id_, person.id)
        ).fetchone()
        return _dialog(row) if row else None

    def open_dialog(self, dialog: Dialog) -> None:
        """Show a dialog, or the next page of one that is open."""
        command = dialog.command
        opened_by = (
            {"id": command.id, "context": command.context, "payload": command.payload} if command else {}
        )
        self._connection.execute(
            "insert or replace into dialog (id, person, conversation, root, message, opened_by, content)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                dialog.id,
                dialog.person,
                dialog.conversation,
                dialog.root,
                dialog.message,
                json.dumps(opened_by),
                json.dumps(dialog.content),
            ),
        )

    def close_dialog(self, id_: str) -> None:
        self._connection.execute("delete from dialog where id = ?", (id_,))


def _dialog(row: sqlite3.Row) -> Dialog:
    opened_by = json.loads(row["opened_by"])
    return Dialog(
        id=row["id"],
        person=row["person"],
        conversation=row["conversation"],
        root=row["root"],
        message=row["message"],
        command=Command(**opened_by) if opened_by else None,
        content=json.loads(row["content"]),
    )
