"""What SharePoint held when we last wrote there: the base against which later changes on either side are merged."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from osara_store import outbox, outgoing
from osara_store.case_file import Case, CaseFile, case_of, fill
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
_FORGET = sa.delete(synced_items).where(
    synced_items.c.list == sa.bindparam("of_list"), synced_items.c.key == sa.bindparam("of_key")
)
_FORGET_CONFLICTS = sa.delete(sync_conflicts).where(
    sa.or_(
        sync_conflicts.c.key == sa.bindparam("reference"),
        sync_conflicts.c.key.startswith(sa.bindparam("of_case"), autoescape=False),
    )
)
_FIRST_SYNC = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("this_case"), cases.c.synced_at.is_(None))
    .values(synced_at=sa.bindparam("now", type_=Instant), web_url=sa.bindparam("address"))
    .returning(*cases.c)
)
_MOVED = (
    sa.update(cases)
    .where(
        cases.c.id == sa.bindparam("this_case"),
        cases.c.web_url.is_distinct_from(sa.bindparam("address", type_=sa.Text)),
    )
    .values(web_url=sa.bindparam("address", type_=sa.Text))
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


def forget_synced(tx: sa.Connection, items: Iterable[tuple[str, str]]) -> None:
    """These items, by list and key, are no longer in SharePoint."""
    rows = [{"of_list": list_name, "of_key": key} for list_name, key in items]
    if rows:
        tx.execute(_FORGET, rows)


def forget_conflicts(tx: sa.Connection, reference: str) -> None:
    """A case's texts are erased, so those that were kept of its conflicts go, too."""
    tx.execute(_FORGET_CONFLICTS, {"reference": reference, "of_case": f"{reference}-"})


def case_synced(tx: sa.Connection, case_id: int, web_url: str, now: datetime) -> None:
    """The case now stands in SharePoint, at this address.

    Everybody's receipt is sent again to say so: the first time, and whenever the case can be read elsewhere than before.
    """
    place = {"this_case": case_id, "address": web_url}
    first = tx.execute(_FIRST_SYNC, {**place, "now": now}).one_or_none()
    if first is not None:
        _tell(tx, fill(tx, Case(*first)), "synced", now)
        return
    moved = tx.execute(_MOVED, place).one_or_none()
    if moved is not None:
        file = fill(tx, Case(*moved))
        _tell(tx, file, f"synced:{web_url}", now)
        _push_neighbours(tx, file, web_url, now)


def _tell(tx: sa.Connection, file: CaseFile, occasion: str, now: datetime) -> None:
    readers = [(file.case.referrer_tenant, file.case.referrer_id)]
    readers += [(contributor.tenant, contributor.person) for contributor in file.contributors]
    outbox.put(tx, [outgoing.receipt(file.case, tenant, person, occasion) for tenant, person in readers], now)


def _push_neighbours(tx: sa.Connection, file: CaseFile, web_url: str, now: datetime) -> None:
    """Cases that are tied to this one name it in their rows, or must not any more."""
    pushes = [outgoing.push(case_of(tx, link.other_id)) for link in file.links]
    outbox.put(tx, [replace(push, key=f"{push.key}:beside:{web_url}") for push in pushes], now)
