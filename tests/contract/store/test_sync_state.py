from datetime import timedelta

from osara_store import cases, outbox, sync_state
from osara_store.schema import sync_conflicts
from osara_store.sync_state import SyncedItem

from .conftest import Store
from .world import ALL, NOON, PRIYA, TOM, draft_of, referral, submitted

LATER = NOON + timedelta(minutes=1)


def item(key: str, etag: str = "1", **fields: object) -> SyncedItem:
    return SyncedItem("Cases", key, "17", etag, {"Category": "Noise", **fields})


def test_what_sharepoint_held_is_found_by_list_and_key(store: Store):
    first, second = item("ALL-2026-0001", People=3), item("ALL-2026-0002", Where=None)
    with store.begin() as tx:
        sync_state.note_synced(tx, [first, second], NOON)
        sync_state.note_synced(tx, [SyncedItem("People", "ALL-2026-0001", "4", "1", {})], NOON)

        found = sync_state.synced(tx, "Cases", ["ALL-2026-0001", "ALL-2026-0002", "ALL-2026-0003"])
        assert sync_state.synced(tx, "Cases", []) == {}

    assert found == {"ALL-2026-0001": first, "ALL-2026-0002": second}


def test_a_later_write_replaces_the_base_for_merging(store: Store):
    with store.begin() as tx:
        sync_state.note_synced(tx, [item("ALL-2026-0001")], NOON)
        sync_state.note_synced(tx, [item("ALL-2026-0001", etag="2", Category="Nuisance")], LATER)

        assert sync_state.synced(tx, "Cases", ["ALL-2026-0001"]) == {
            "ALL-2026-0001": item("ALL-2026-0001", etag="2", Category="Nuisance")
        }


def test_an_item_that_is_gone_is_forgotten_in_its_own_list_only(store: Store):
    with store.begin() as tx:
        sync_state.note_synced(tx, [item("ALL-2026-0001"), item("ALL-2026-0002")], NOON)
        sync_state.note_synced(tx, [SyncedItem("People", "ALL-2026-0001", "4", "1", {})], NOON)
        sync_state.forget_synced(tx, [("Cases", "ALL-2026-0001")])
        sync_state.forget_synced(tx, [])

        both = ["ALL-2026-0001", "ALL-2026-0002"]
        assert list(sync_state.synced(tx, "Cases", both)) == ["ALL-2026-0002"]
        assert list(sync_state.synced(tx, "People", both)) == ["ALL-2026-0001"]


def test_the_conflicts_of_one_case_can_be_forgotten(store: Store):
    with store.begin() as tx:
        for key in ("ALL-2026-0001", "ALL-2026-0001-E001", "ALL-2026-00012", "ALL-2026-0002-E001"):
            sync_state.note_conflict(tx, "Cases", key, "Where", "High St", None, NOON)
        sync_state.forget_conflicts(tx, "ALL-2026-0001")

    assert {row["key"] for row in store.rows(sync_conflicts)} == {"ALL-2026-00012", "ALL-2026-0002-E001"}


def test_both_sides_of_a_conflict_are_kept(store: Store):
    with store.begin() as tx:
        sync_state.note_conflict(tx, "Cases", "ALL-2026-0001", "Where", "High St", None, NOON)

    (row,) = store.rows(sync_conflicts)
    assert (row["field"], row["ours"], row["theirs"], row["at"]) == ("Where", "High St", None, NOON)


def test_the_first_sync_tells_everybody_who_has_a_receipt_and_so_does_a_new_address(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        cases.join(
            tx, actor=TOM, hub=ALL, draft_id=draft_of(tx, TOM), referral=referral(), case_id=None, now=NOON
        )
        before = len(outbox.list_rows(tx))
        sync_state.case_synced(tx, case.id, "https://sharepoint.example/1", LATER)
        first = outbox.list_rows(tx)[before:]
        sync_state.case_synced(tx, case.id, "https://sharepoint.example/1", LATER + timedelta(minutes=1))
        assert len(outbox.list_rows(tx)) == before + len(first)
        sync_state.case_synced(tx, case.id, "https://sharepoint.example/2", LATER + timedelta(minutes=1))
        second = outbox.list_rows(tx)[before + len(first) :]
        synced = cases.case_of(tx, case.id)

    for told in (first, second):
        assert [(row.kind, row.payload["person"]) for row in told] == [
            ("card.receipt", PRIYA.object_id),
            ("card.receipt", TOM.object_id),
        ]
    assert (synced.synced_at, synced.web_url) == (LATER, "https://sharepoint.example/2")
