"""The sandbox's SharePoint in SQLite: tables, connection, transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS site (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    UNIQUE (host, path)
);
CREATE TABLE IF NOT EXISTS sp_list (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    description TEXT NOT NULL,
    template TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (site_id, title_key)
);
CREATE TABLE IF NOT EXISTS sp_column (
    id TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES sp_list ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (list_id, name_key)
);
CREATE TABLE IF NOT EXISTS item (
    list_id TEXT NOT NULL REFERENCES sp_list ON DELETE CASCADE,
    id INTEGER NOT NULL,
    guid TEXT NOT NULL,
    version INTEGER NOT NULL,
    fields TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    created_by TEXT NOT NULL,
    modified_by TEXT NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (list_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS item_changed ON item (changed);
CREATE UNIQUE INDEX IF NOT EXISTS item_list_changed ON item (list_id, changed);
CREATE TABLE IF NOT EXISTS item_version (
    list_id TEXT NOT NULL,
    item_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    fields TEXT NOT NULL,
    modified TEXT NOT NULL,
    modified_by TEXT NOT NULL,
    PRIMARY KEY (list_id, item_id, version),
    FOREIGN KEY (list_id, item_id) REFERENCES item ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS indexed_value (
    list_id TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value NOT NULL,
    item_id INTEGER NOT NULL,
    PRIMARY KEY (list_id, column_name, value, item_id),
    FOREIGN KEY (list_id, item_id) REFERENCES item ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS indexed_value_item ON indexed_value (list_id, item_id);
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database. A killed sandbox loses no answered write: what was committed is in the log file.

    `synchronous=NORMAL` gives up only what a power cut could take, which a sandbox may.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    connection.row_factory = sqlite3.Row
    connection.create_function("casefold", 1, _casefold, deterministic=True)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=5000")
    connection.executescript(TABLES)
    return connection


def _casefold(value: str | float | None) -> str | float | None:
    return value.casefold() if isinstance(value, str) else value


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do one request's writes, all or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
