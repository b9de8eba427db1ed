"""Sites, lists and columns, kept in SQLite.

Calls are synchronous and made on the event loop: each takes well under a millisecond, and one writer needs no locks.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from sandbox.graph import columns, schema
from sandbox.graph.columns import SYSTEM_COLUMNS, Column

USERS_LIST, USERS_TEMPLATE = "User Information List", "userInformation"


@dataclass(frozen=True)
class Limits:
    """SharePoint's numbers; tests make some of them small."""

    view_threshold: int = 5000
    indexed_columns: int = 20
    lookups_in_a_query: int = 12
    page: int = 200
    largest_page: int = 1000


@dataclass(frozen=True)
class Site:
    id: str
    host: str
    path: str
    title: str
    created: str


@dataclass(frozen=True)
class List:
    """A list; `by_key` finds a column by the key under which its value travels."""

    id: str
    site_id: str
    name: str
    title: str
    description: str
    template: str
    hidden: bool
    version: int
    created: str
    modified: str
    created_by: dict[str, Any]
    own_columns: tuple[Column, ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (*self.own_columns, *SYSTEM_COLUMNS)

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def indexed(self) -> tuple[Column, ...]:
        return tuple(column for column in self.own_columns if column.indexed)

    @property
    def etag(self) -> str:
        return f"{self.id},{self.version}"

    @property
    def content_type_id(self) -> str:
        return "0x0100" + uuid5(NAMESPACE_URL, self.id).hex.upper()


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """The database and the lists in it. Lists are remembered until something about them changes."""

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.connection = schema.connect(path)
        self._lists: dict[str, List] = {}

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do one request's writes, all or none; what was remembered of undone ones is forgotten."""
        try:
            with schema.transaction(self.connection):
                yield
        except BaseException:
            self._lists.clear()
            raise

    def _forget(self, list_id: str) -> None:
        self._lists.pop(list_id, None)

    # Sites

    def ensure_site(self, host: str, path: str, title: str) -> Site:
        """Return the site of this address, making it at the first start."""
        found = self.site_at(host, path)
        if found is None:
            site_id = (
                f"{host},{uuid5(NAMESPACE_URL, f'{host}{path}')},{uuid5(NAMESPACE_URL, f'{host}{path}/web')}"
            )
            self.connection.execute(
                "INSERT INTO site VALUES (?, ?, ?, ?, ?)", (site_id, host, path, title, now())
            )
            found = self.site(site_id)
        if found is None:
            raise LookupError("The site was not kept.")
        return found

    def site(self, site_id: str) -> Site | None:
        row = self.connection.execute("SELECT * FROM site WHERE id = ?", (site_id.lower(),)).fetchone()
        return Site(**row) if row else None

    def site_at(self, host: str, path: str) -> Site | None:
        row = self.connection.execute(
            "SELECT * FROM site WHERE lower(host) = ? AND lower(path) = ?", (host.lower(), path.lower())
        ).fetchone()
        return Site(**row) if row else None

    # Lists

    def lists(self, site_id: str) -> list[List]:
        rows = self.connection.execute(
            "SELECT id FROM sp_list WHERE site_id = ? ORDER BY title_key", (site_id,)
        )
        return [self._list(row["id"]) for row in rows.fetchall()]

    def find_list(self, site_id: str, name: str) -> List | None:
        """Find a list by its id, its title or its name in the address."""
        known = self._lists.get(name)
        if known is not None and known.site_id == site_id:
            return known
        key = name.casefold()
        row = self.connection.execute(
            "SELECT id FROM sp_list WHERE site_id = ? AND (id = ? OR title_key = ? OR lower(name) = ?)",
            (site_id, key, key, key),
        ).fetchone()
        return self._list(row["id"]) if row else None

    def users_list_id(self) -> str:
        """Return the id of the hidden list that person columns refer to."""
        query = "SELECT id FROM sp_list WHERE template = ?"
        found: str = only_row(self.connection, query, (USERS_TEMPLATE,))
        return found

    def title_taken(self, site_id: str, title: str) -> bool:
        query = "SELECT 1 FROM sp_list WHERE site_id = ? AND title_key = ?"
        return self.connection.execute(query, (site_id, title.casefold())).fetchone() is not None

    def _list(self, list_id: str) -> List:
        known = self._lists.get(list_id)
        if known is None:
            known = self._lists[list_id] = self._read_list(list_id)
        return known

    def _read_list(self, list_id: str) -> List:
        row = self.connection.execute("SELECT * FROM sp_list WHERE id = ?", (list_id,)).fetchone()
        kept = self.connection.execute(
            "SELECT definition FROM sp_column WHERE list_id = ? ORDER BY position", (list_id,)
        )
        return List(
            id=row["id"],
            site_id=row["site_id"],
            name=row["name"],
            title=row["title"],
            description=row["description"],
            template=row["template"],
            hidden=bool(row["hidden"]),
            version=row["version"],
            created=row["created"],
            modified=row["modified"],
            created_by=json.loads(row["created_by"]),
            own_columns=tuple(Column.from_stored(json.loads(column["definition"])) for column in kept),
        )

    def add_list(
        self,
        site_id: str,
        title: str,
        own_columns: Iterable[Column],
        *,
        by: dict[str, Any],
        description: str = "",
        template: str = "genericList",
        hidden: bool = False,
    ) -> List:
        list_id, at = str(uuid4()), now()
        self.connection.execute(
            "INSERT INTO sp_list VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
            (
                list_id,
                site_id,
                self._free_name(site_id, title),
                title,
                title.casefold(),
                description,
                template,
                hidden,
                at,
                at,
                json.dumps(by),
            ),
        )
        for column in (columns.title_column(list_id), *own_columns):
            self._insert_column(list_id, column)
        return self._list(list_id)

    def _free_name(self, site_id: str, title: str) -> str:
        """Return the list's name in addresses: its first title without what an address cannot hold."""
        name = (
            "".join(character for character in title if character not in '"*:<>?/\\|#%&{}~').strip() or "List"
        )
        taken = {
            row["name"].casefold()
            for row in self.connection.execute("SELECT name FROM sp_list WHERE site_id = ?", (site_id,))
        }
        candidates = (name, *(f"{name}{number}" for number in range(1, len(taken) + 2)))
        return next(candidate for candidate in candidates if candidate.casefold() not in taken)

    def change_list(self, target: List, *, title: str, description: str) -> List:
        self.connection.execute(
            "UPDATE sp_list SET title = ?, title_key = ?, description = ? WHERE id = ?",
            (title, title.casefold(), description, target.id),
        )
        self._touch(target.id)
        return self._list(target.id)

    def delete_list(self, list_id: str) -> None:
        self.connection.execute("DELETE FROM sp_list WHERE id = ?", (list_id,))
        self._forget(list_id)

    def _touch(self, list_id: str) -> None:
        self.connection.execute(
            "UPDATE sp_list SET version = version + 1, modified = ? WHERE id = ?", (now(), list_id)
        )
        self._forget(list_id)

    # Columns

    def add_column(self, target: List, column: Column) -> None:
        self._insert_column(target.id, column)
        self._touch(target.id)

    def _insert_column(self, list_id: str, column: Column) -> None:
        self.connection.execute(
            "INSERT INTO sp_column VALUES (?, ?, "
            "(SELECT coalesce(max(position), 0) + 1 FROM sp_column WHERE list_id = ?), ?, ?, ?)",
            (
                column.id,
                list_id,
                list_id,
                column.name,
                column.name.casefold(),
                json.dumps(column.stored()),
            ),
        )

    def change_column(self, target: List, column: Column) -> None:
        self.connection.execute(
            "UPDATE sp_column SET definition = ? WHERE list_id = ? AND id = ?",
            (json.dumps(column.stored()), target.id, column.id),
        )
        self._touch(target.id)

    def delete_column(self, target: List, column: Column) -> None:
        values = (target.id, column.name)
        self.connection.execute("DELETE FROM sp_column WHERE list_id = ? AND name = ?", values)
        self.connection.execute("DELETE FROM indexed_value WHERE list_id = ? AND column_name = ?", values)
        self._touch(target.id)


def only_row(connection: sqlite3.Connection, query: str, values: tuple[Any, ...]) -> Any:
    """Return the one value of a query that always has one."""
    return connection.execute(query, values).fetchone()[0]
