"""What a handler of one operation on a mailbox gets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlsplit

from sandbox.graph import schema
from sandbox.graph.outlook import problems
from sandbox.graph.outlook.calendar import Calendar, Event, token_of
from sandbox.graph.outlook.mailboxes import Mailbox, Mailboxes
from sandbox.graph.outlook.meetings import Meetings
from sandbox.graph.outlook.post import Post
from sandbox.graph.outlook.preferences import Preferences
from sandbox.graph.query import Options
from sandbox.graph.wire import Request


class Outlook:
    """The state behind all calls: mailboxes, calendars and messages of the tenant."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.mailboxes = Mailboxes(connection)
        self.calendar = Calendar(connection)
        self.post = Post(connection, self.mailboxes)
        self.meetings = Meetings(self.mailboxes, self.calendar, self.post)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do one request's writes, all or none."""
        with schema.transaction(self._connection):
            yield


@dataclass(frozen=True)
class MailboxCall:
    """One operation on a mailbox, or on what `place` names in it."""

    outlook: Outlook
    request: Request
    options: Options
    mailbox: Mailbox
    place: Mapping[str, str]

    @cached_property
    def preferences(self) -> Preferences:
        return Preferences.read(self.request.headers.getall("Prefer", []))

    @cached_property
    def event(self) -> Event:
        token = token_of(self.place["event"])
        if token is None:
            raise problems.malformed_id()
        found = self.outlook.calendar.find(self.mailbox.id, token)
        if found is None:
            raise problems.item_not_found()
        return found

    @property
    def web_root(self) -> str:
        """Where a browser finds the tenant."""
        parts = urlsplit(self.request.root)
        return f"{parts.scheme}://{parts.netloc}"

    def context(self, tail: str) -> str:
        return f"{self.request.root}/$metadata#users('{quote(self.mailbox.id)}')/{tail}"

    def check_unchanged(self) -> None:
        """Hold the event against `If-Match`; without that header the last writer wins."""
        given = self.request.headers.get("If-Match", "*").strip()
        if given not in ("*", self.event.etag, f'"{self.event.change_key}"'):
            raise problems.change_key_differs()
