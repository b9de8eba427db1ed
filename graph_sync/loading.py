"""Reading from the store what a push needs, and noting there what it learnt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from graph_sync.mapping import DesiredItem, case_items
from graph_sync.talk import Known
from osara_store import sync_state
from osara_store.cases import case_file
from osara_store.errors import CaseNotFound
from osara_store.sync_state import SyncedItem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from graph_sync.session import Story
    from osara_store.directory import Directory


@dataclass(frozen=True, slots=True)
class Work:
    """One case as it ought to be, beside what we know of it in SharePoint."""

    case_id: int
    desired: list[DesiredItem]
    known: Mapping[tuple[str, str], Known]
    is_first: bool


def load(connection: Connection, case_ids: Iterable[int], directory: Directory) -> list[Work]:
    """Read some cases; those that are not there are left out."""
    files = {}
    for case_id in case_ids:
        try:
            files[case_id] = case_file(connection, case_id)
        except CaseNotFound:
            continue
    desired = {case_id: case_items(file, directory) for case_id, file in files.items()}
    known = _known(connection, (item for items in desired.values() for item in items))
    return [
        Work(case_id, items, known, files[case_id].case.synced_at is None)
        for case_id, items in desired.items()
    ]


def _known(connection: Connection, items: Iterable[DesiredItem]) -> dict[tuple[str, str], Known]:
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        keys[item.list.name].append(item.key)
    return {
        (name, key): Known(row.item_id, row.etag, row.fields)
        for name, wanted in keys.items()
        for key, row in sync_state.synced(connection, name, wanted).items()
    }


def note(tx: Connection, stories: Iterable[Story], now: datetime) -> None:
    """Note what Graph answered, and what is about to be asked of it; people hear of a case's first arrival."""
    for story in stories:
        sync_state.note_synced(tx, [_synced_item(item, known) for item, known in story.news.items], now)
        for item, clash in story.news.clashes:
            sync_state.note_conflict(tx, item.list.name, item.key, clash.field, clash.ours, clash.theirs, now)
        if story.web_url:
            sync_state.case_synced(tx, story.case_id, story.web_url, now)


def _synced_item(item: DesiredItem, known: Known) -> SyncedItem:
    return SyncedItem(item.list.name, item.key, known.item_id, known.etag, dict(known.base))
