"""Items of a list and their versions, kept in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sandbox.graph import errors
from sandbox.graph.columns import Column
from sandbox.graph.store import List, Store, now, only_row
from sandbox.graph.values import index_key


@dataclass(frozen=True)
class Item:
    """An item as it is, or as one of its earlier versions was."""

    id: int
    guid: str
    version: int
    fields: dict[str, Any]
    created: str
    modified: str
    created_by: dict[str, Any]
    modified_by: dict[str, Any]
    changed: int
    deleted: bool

    @property
    def etag(self) -> str:
        return f'"{self.guid},{self.version}"'

    @property
    def version_name(self) -> str:
        return f"{self.version}.0"

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Item:
        return cls(
            id=row["id"],
            guid=row["guid"],
            version=row["version"],
            fields=json.loads(row["fields"]),
            created=row["created"],
            modified=row["modified"],
            created_by=json.loads(row["created_by"]),
            modified_by=json.loads(row["modified_by"]),
            changed=row["changed"],
            deleted=bool(row["deleted"]),
        )


class Items:
    """Reading and writing items; writes belong inside `Store.transaction()`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection = store.connection

    # Reading

    def get(self, list_id: str, item_id: int) -> Item | None:
        row = self._connection.execute(
            "SELECT * FROM item WHERE list_id = ? AND id = ? AND NOT deleted", (list_id, item_id)
        ).fetchone()
        return Item.from_row(row) if row else None

    def exists(self, list_id: str, item_id: int) -> bool:
        query = "SELECT 1 FROM item WHERE list_id = ? AND id = ? AND NOT deleted"
        return self._connection.execute(query, (list_id, item_id)).fetchone() is not None

    def select(self, query: str, values: Iterable[Any]) -> list[Item]:
        return [Item.from_row(row) for row in self._connection.execute(query, tuple(values))]

    def select_placed(self, query: str, values: Iterable[Any]) -> list[tuple[Item, Any]]:
        """Return items with the value that decides their place in the order."""
        return [(Item.from_row(row), row["place"]) for row in self._connection.execute(query, tuple(values))]

    def count(self, list_id: str, at_most: int) -> int:
        return self.count_where("item.list_id = ? AND NOT item.deleted", [list_id], at_most)

    def count_where(self, where: str, values: Iterable[Any], at_most: int) -> int:
        query = f"SELECT count(*) FROM (SELECT 1 FROM item WHERE {where} LIMIT ?)"  # noqa: S608 - made of our own clauses
        count: int = only_row(self._connection, query, (*values, at_most))
        return count

    def last_modified(self, target: List) -> str:
        row = self._connection.execute(
            "SELECT modified FROM item WHERE list_id = ? ORDER BY changed DESC LIMIT 1", (target.id,)
        ).fetchone()
        return max(target.modified, row["modified"]) if row else target.modified

    def last_change(self) -> int:
        last: int = only_row(self._connection, "SELECT coalesce(max(changed), 0) FROM item", ())
        return last

    # Writing

    def add(self, target: List, fields: Mapping[str, Any], by: Mapping[str, Any]) -> Item:
        item_id: int = only_row(
            self._connection, "SELECT coalesce(max(id), 0) + 1 FROM item WHERE list_id = ?", (target.id,)
        )
        defaults = {
            column.name: column.default for column in target.own_columns if column.default is not None
        }
        kept = _without_nothing({**defaults, **fields})
        at = now()
        item = Item(
            item_id, str(uuid4()), 1, kept, at, at, dict(by), dict(by), self.last_change() + 1, deleted=False
        )
        self._connection.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                target.id,
                item.id,
                item.guid,
                item.version,
                _dump(kept),
                at,
                at,
                _dump(by),
                _dump(by),
                item.changed,
            ),
        )
        self._index(target, item, target.indexed)
        return item

    def change(self, target: List, item: Item, changes: Mapping[str, Any], by: Mapping[str, Any]) -> Item:
        """Merge the changes into the item; every update makes a version, even one that changes nothing."""
        return self.replace(target, item, {**item.fields, **changes}, by)

    def replace(self, target: List, item: Item, fields: Mapping[str, Any], by: Mapping[str, Any]) -> Item:
        self._keep_version(target, item)
        kept = _without_nothing(fields)
        self._connection.execute(
            "UPDATE item SET version = version + 1, fields = ?, modified = ?, modified_by = ?, changed = ? "
            "WHERE list_id = ? AND id = ?",
            (_dump(kept), now(), _dump(by), self.last_change() + 1, target.id, item.id),
        )
        after = self.get(target.id, item.id)
        if after is None:
            raise errors.not_found()
        differing = tuple(c for c in target.indexed if kept.get(c.name) != item.fields.get(c.name))
        self._unindex(target, item, differing)
        self._index(target, after, differing)
        return after

    def delete(self, target: List, item: Item, by: Mapping[str, Any]) -> None:
        """Leave only the mark that delta needs in order to tell of the deletion."""
        self._connection.execute(
            "UPDATE item SET deleted = 1, fields = '{}', modified = ?, modified_by = ?, changed = ? "
            "WHERE list_id = ? AND id = ?",
            (now(), _dump(by), self.last_change() + 1, target.id, item.id),
        )
        for table in ("item_version", "indexed_value"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE list_id = ? AND item_id = ?",  # noqa: S608 - two fixed names
                (target.id, item.id),
            )

    # Versions

    def _keep_version(self, target: List, item: Item) -> None:
        self._connection.execute(
            "INSERT INTO item_version VALUES (?, ?, ?, ?, ?, ?)",
            (target.id, item.id, item.version, _dump(item.fields), item.modified, _dump(item.modified_by)),
        )

    def versions(self, target: List, item: Item) -> list[Item]:
        """Return all versions, newest first."""
        rows = self._connection.execute(
            "SELECT * FROM item_version WHERE list_id = ? AND item_id = ? ORDER BY version DESC",
            (target.id, item.id),
        )
        return [item, *(_earlier(item, row) for row in rows)]

    # The index of values

    def reindex(self, target: List, column: Column) -> None:
        """Index a column of a list that may already have items."""
        values = (target.id, column.name)
        self._connection.execute("DELETE FROM indexed_value WHERE list_id = ? AND column_name = ?", values)
        if column.indexed:
            for item in self.select("SELECT * FROM item WHERE list_id = ? AND NOT deleted", (target.id,)):
                self._index(target, item, (column,))

    def _unindex(self, target: List, item: Item, columns: Iterable[Column]) -> None:
        self._connection.executemany(
            "DELETE FROM indexed_value WHERE list_id = ? AND item_id = ? AND column_name = ?",
            [(target.id, item.id, column.name) for column in columns],
        )

    def _index(self, target: List, item: Item, columns: Iterable[Column]) -> None:
        with_value = [column for column in columns if column.name in item.fields]
        for column in with_value:
            self._check_unique(target, column, item)
        self._connection.executemany(
            "INSERT INTO indexed_value VALUES (?, ?, ?, ?)",
            [(target.id, c.name, index_key(item.fields[c.name]), item.id) for c in with_value],
        )

    def _check_unique(self, target: List, column: Column, item: Item) -> None:
        if not column.unique:
            return
        taken = self._connection.execute(
            "SELECT 1 FROM indexed_value WHERE list_id = ? AND column_name = ? AND value = ? AND item_id <> ?",
            (target.id, column.name, index_key(item.fields[column.name]), item.id),
        ).fetchone()
        if taken is not None:
            raise errors.duplicate_value()


def _earlier(item: Item, row: sqlite3.Row) -> Item:
    return Item(
        id=item.id,
        guid=item.guid,
        version=row["version"],
        fields=json.loads(row["fields"]),
        created=item.created,
        modified=row["modified"],
        created_by=item.created_by,
        modified_by=json.loads(row["modified_by"]),
        changed=item.changed,
        deleted=False,
    )


def _without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Drop empty values: a column set to null is absent from then on."""
    return {name: value for name, value in fields.items() if value is not None}


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
