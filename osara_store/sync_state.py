"""What SharePoint held when we last wrote there: the base against which later changes on either side are merged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from osara_store import outbox, outgoing
from osara_store.case_file import Case, fill
from osara_store.schema import Instant, cases, sync_conflicts, synced_items
from osara_store.statements import PerDatabase


@dataclass(frozen=True)
class SyncedItem:
    list: str
    key: str
    item_id: str
    etag: str
    fields: dict[str, Any]


_SYNCED = sa.select(*(synced_items.c[name] for name in SyncedItem.__dataclass_fields__)).where(
    synced_items.c.list == sa.bindparam("of_list"),
    synced_items.c.key.in_(sa.bindparam("keys", expanding=True)),
)
_NOTE = PerDatabase(
    synced_items,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["list", "key"],
        set_={name: insert.excluded[name] for name in ("item_id", "etag", "fields", "at")},
    ),
)
_NOTE_CONFLICT = sa.insert(sync_conflicts)
_FIRST_SYNC = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("this_case"), cases.c.synced_at.is_(None))
    .values(synced_at=sa.bindparam("now", type_=Instant), web_url=sa.bindparam("address"))
    .returning(*cases.c)
)


def synced(connection: sa.Connection, list_name: str, keys: Iterable[str]) -> dict[str, SyncedItem]:
    rows = connection.execute(_SYNCED, {"of_list": list_name, "keys": list(keys)})
    return {item.key: item for item in (SyncedItem(*row) for row in rows)}


def note_synced(tx: sa.Connection, items: Iterable[SyncedItem], now: datetime) -> None:
    rows = [
        {
            "list": item.list,
            "key": item.key,
            "item_id": item.item_id,
            "etag": item.etag,
            "fields": item.fields,
            "at": now,
        }
        for item in items
    ]
    if rows:
        tx.execute(_NOTE.on(tx), rows)


def note_conflict(
    tx: sa.Connection, list_name: str, key: str, field: str, ours: Any, theirs: Any, now: datetime
) -> None:
    """Both sides changed this field since the last write: keep both."""
    row = {"list": list_name, "key": key, "field": field, "ours": ours, "theirs": theirs, "at": now}
    tx.execute(_NOTE_CONFLICT, row)


def case_synced(tx: sa.Connection, case_id: int, web_url: str, now: datetime) -> None:
    """The case now stands in SharePoint. The first time, everybody's receipt is sent again to say so."""
    row = tx.execute(_FIRST_SYNC, {"this_case": case_id, "now": now, "address": web_url}).one_or_none()
    if row is not None:
        file = fill(tx, Case(*row))
        readers = [(file.case.referrer_tenant, file.case.referrer_id)]
        readers += [(contributor.tenant, contributor.person) for contributor in file.contributors]
        outbox.put(
            tx, [outgoing.receipt(file.case, tenant, person, "synced") for tenant, person in readers], now
        )
