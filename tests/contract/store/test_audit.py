from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from osara_store import audit
from osara_store.audit import Broken
from osara_store.schema import audit as audit_table
from osara_store.schema import audit_heads

from .conftest import Store
from .world import NOON, PRIYA, TOM, TooLateError, fail_after

STORE = settings.get_profile("store")
PER_HUB = 6


def fill(tx: sa.Connection, per_hub: int = PER_HUB) -> None:
    for n in range(per_hub):
        for hub_id, someone in (("ALL", PRIYA), ("CAR", TOM)):
            audit.record(
                tx,
                hub_id=hub_id,
                actor=someone if n else None,
                action="case.viewed",
                case_id=n or None,
                detail={"fields": ["what", "where"], "é": n},
                now=NOON + timedelta(microseconds=n),
            )


def unlock(tx: sa.Connection) -> None:
    """Do what somebody with the database in their hands can do."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_update")
        tx.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_delete")
    else:
        tx.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")


def test_an_untouched_chain_holds(store: Store):
    with store.begin() as tx:
        assert audit.verify(tx) is None
        fill(tx)
        assert audit.verify(tx) is None


@settings(STORE)
@given(data=st.data())
def test_any_change_to_any_row_shows_at_that_row(store: Store, data):
    hub_id = data.draw(st.sampled_from(["ALL", "CAR"]))
    n = data.draw(st.integers(1, PER_HUB))
    column = data.draw(
        st.sampled_from(["at", "tenant", "person", "agency_id", "action", "case_id", "detail", "hash"])
    )
    row = sa.and_(audit_table.c.hub_id == hub_id, audit_table.c.n == n)
    with store.begin() as tx:
        unlock(tx)
        tx.execute(sa.delete(audit_table))
        tx.execute(sa.delete(audit_heads))
        fill(tx)
        value = {"at": NOON - timedelta(days=1), "case_id": 77}.get(column, "altered")
        tx.execute(sa.update(audit_table).where(row).values({column: value}))

        assert audit.verify(tx) == Broken(hub_id, n, "the row was changed")


@pytest.mark.parametrize("n", [1, 3, PER_HUB])
def test_a_row_taken_out_shows(store: Store, n):
    with store.begin() as tx:
        fill(tx)
        unlock(tx)
        tx.execute(sa.delete(audit_table).where(audit_table.c.hub_id == "CAR", audit_table.c.n == n))
        broken = audit.verify(tx)

    assert broken is not None
    assert (broken.hub_id, broken.n) == ("CAR", n)


def test_rows_moved_up_after_one_was_taken_out_show(store: Store):
    with store.begin() as tx:
        fill(tx)
        unlock(tx)
        of_carlisle = audit_table.c.hub_id == "CAR"
        tx.execute(sa.delete(audit_table).where(of_carlisle, audit_table.c.n == 2))
        for n in range(3, PER_HUB + 1):
            tx.execute(sa.update(audit_table).where(of_carlisle, audit_table.c.n == n).values(n=n - 1))

        assert audit.verify(tx) == Broken("CAR", 2, "the row was changed")


def test_a_row_put_in_shows(store: Store):
    with store.begin() as tx:
        fill(tx)
        row = dict(store_row(tx, "ALL", PER_HUB))
        tx.execute(sa.insert(audit_table).values({**row, "n": PER_HUB + 1}))
        broken = audit.verify(tx)

    assert broken is not None
    assert (broken.hub_id, broken.n) == ("ALL", PER_HUB + 1)


def store_row(tx: sa.Connection, hub_id: str, n: int) -> sa.RowMapping:
    wanted = sa.select(audit_table).where(audit_table.c.hub_id == hub_id, audit_table.c.n == n)
    return tx.execute(wanted).mappings().one()


def test_a_whole_chain_taken_out_shows(store: Store):
    with store.begin() as tx:
        fill(tx)
        unlock(tx)
        tx.execute(sa.delete(audit_table).where(audit_table.c.hub_id == "CAR"))

        assert audit.verify(tx) == Broken("CAR", 1, "every row is missing")


@pytest.mark.parametrize("change", [sa.update(audit_table).values(action="altered"), sa.delete(audit_table)])
def test_the_database_itself_refuses_to_change_the_audit(store: Store, change):
    with store.begin() as tx:
        fill(tx)
    with pytest.raises(sa.exc.DBAPIError, match="rows of audit are never changed"), store.begin() as tx:
        tx.execute(change)
    assert store.count(audit_table) == 2 * PER_HUB


def test_a_write_that_fails_leaves_the_chain_whole(store: Store):
    with store.begin() as tx:
        fill(tx)
    with pytest.raises(TooLateError), store.begin() as tx:
        fail_after(fill, tx)
    with store.begin() as tx:
        fill(tx, 1)
        assert audit.verify(tx) is None
    assert store.count(audit_table) == 2 * (PER_HUB + 1)
