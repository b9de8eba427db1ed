"""Reading from the store what a push needs, and noting there what it learnt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from graph_sync import decisions
from graph_sync.lists import TWIN
from graph_sync.mapping import case_items
from graph_sync.notebook import Known, Notes, Work
from osara_store import sync_state
from osara_store.case_file import case_file
from osara_store.errors import CaseNotFound
from osara_store.sync_state import SyncedItem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from graph_sync.items import DesiredItem
    from graph_sync.session import Story
    from osara_store.case_file import Case, CaseFile
    from osara_store.directory import Directory


def load(connection: Connection, case_ids: Iterable[int], directory: Directory) -> list[Work]:
    """Read some cases; those that are not there are left out."""
    files = _files(connection, case_ids)
    decided = decisions.of_cases(connection, files)
    desired = {
        case_id: case_items(file, directory, decided.get(case_id, ())) for case_id, file in files.items()
    }
    known = _known(connection, (item for items in desired.values() for item in items))
    return [work_of(files[case_id].case, items, known) for case_id, items in desired.items()]


def _files(connection: Connection, case_ids: Iterable[int]) -> dict[int, CaseFile]:
    files = {}
    for case_id in case_ids:
        try:
            files[case_id] = case_file(connection, case_id)
        except CaseNotFound:
            continue
    return files


def _known(connection: Connection, items: Iterable[DesiredItem]) -> dict[tuple[str, str], Known]:
    """What is noted of the items, in the lists where they belong and in those where they may have stood before."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        keys[item.list.name].append(item.key)
        keys[TWIN[item.list.name]].append(item.key)
    return {
        (name, key): Known(row.item_id, row.etag, row.fields)
        for name, wanted in keys.items()
        for key, row in sync_state.synced(connection, name, wanted).items()
    }


def work_of(case: Case, desired: list[DesiredItem], known: Notes) -> Work:
    """Sort what is known, perhaps of other cases too, into what belongs and what was left behind."""
    there = {place: known[place] for item in desired if (place := (item.list.name, item.key)) in known}
    left = {place: known[place] for item in desired if (place := (TWIN[item.list.name], item.key)) in known}
    return Work(
        case.id,
        desired,
        there,
        left,
        looks_back=not left and case.version > 1 and not _is_made(desired[0], there),
        is_first=case.synced_at is None,
        is_erased=case.erased_at is not None,
    )


def _is_made(item: DesiredItem, known: Notes) -> bool:
    noted = known.get((item.list.name, item.key))
    return noted is not None and bool(noted.item_id)


def note(tx: Connection, stories: Iterable[Story], now: datetime) -> None:
    """Note what Graph answered, and what is about to be asked of it; people hear of a case's first arrival."""
    for story in stories:
        sync_state.note_synced(tx, [_synced_item(item, known) for item, known in story.news.items], now)
        sync_state.forget_synced(tx, story.news.gone)
        for item, clash in story.news.clashes:
            sync_state.note_conflict(tx, item.list.name, item.key, clash.field, clash.ours, clash.theirs, now)
        if story.web_url:
            sync_state.case_synced(tx, story.case_id, story.web_url, now)
        if story.erased:
            sync_state.forget_conflicts(tx, story.erased)


def _synced_item(item: DesiredItem, known: Known) -> SyncedItem:
    return SyncedItem(item.list.name, item.key, known.item_id, known.etag, dict(known.base))
