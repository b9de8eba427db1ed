"""The SQLite file behind the Teams side: what must be the same after a restart."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA = """
create table if not exists message (
    id integer primary key,          -- milliseconds since 1970, always rising, as in Teams
    conversation text not null,
    root integer not null,           -- the thread's first message; its own id when it is the first
    sender text not null,            -- a person's object id, or 'bot'
    content text not null,           -- the activity as posted, JSON
    at text not null,
    edited_at text,
    edits integer not null default 0,
    deleted integer not null default 0
) strict;
create index if not exists message_by_conversation on message (conversation, id);

create table if not exists shown (   -- what one person sees instead of a message's card
    message integer not null,
    person text not null,
    card text,                       -- null: the card itself, refreshed without a new one
    at text not null,
    primary key (message, person)
) strict, without rowid;

create table if not exists dialog (
    id text primary key,
    person text not null,
    conversation text not null,
    root integer,
    message integer,                 -- the message whose card or menu opened it
    opened_by text not null,         -- JSON: how it was opened
    content text not null            -- JSON: title, card, height, width
) strict;

create table if not exists installed (
    place text primary key,          -- a team's id or a person's object id
    by_person text not null,
    at text not null
) strict;

create table if not exists roster_change (
    team text not null,
    person text not null,
    present integer not null,
    primary key (team, person)
) strict, without rowid;

create table if not exists channel (
    id text primary key,
    name text not null,
    team text not null,
    kind text not null
) strict;
"""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the file, making it when there is none. Every statement commits by itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.executescript(SCHEMA)
    return connection
