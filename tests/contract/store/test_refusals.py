from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import refusals
from osara_store.directory import Actor
from osara_store.policy import Reason
from osara_store.schema import audit, outbox

from .conftest import Store
from .world import ALL, AMY, DIRECTORY, HELEN, MARK, NOON, SUE


def refused(tx: sa.Connection, who: Actor = MARK, reason: str = Reason.NO_AGREEMENT, now: datetime = NOON):
    refusals.note(tx, directory=DIRECTORY, actor=who, hub=ALL, reason=reason, now=now)


def told(store: Store) -> list[tuple[str, str, str]]:
    rows = [row["payload"] for row in store.rows(outbox)]
    return [(row["agency_id"], row["on"], row["person"]) for row in rows]


def test_the_manager_is_told_once_for_each_agency_and_day(store: Store):
    with store.begin() as tx:
        for hours in (0, 1, 2):
            refused(tx, now=NOON + timedelta(hours=hours))
        refused(tx, AMY, Reason.AGREEMENT_OUT_OF_DATE)
        refused(tx, now=NOON + timedelta(days=1))

    assert told(store) == [
        ("unsigned", "2026-03-02", HELEN.object_id),
        ("college", "2026-03-02", HELEN.object_id),
        ("unsigned", "2026-03-03", HELEN.object_id),
    ]


def test_the_day_is_that_of_the_hub(store: Store):
    late = datetime.fromisoformat("2026-06-30T23:30:00+00:00")
    with store.begin() as tx:
        refused(tx, now=late)

    assert [on for _, on, _ in told(store)] == [date(2026, 7, 1).isoformat()]


def test_every_refusal_is_written_down_with_who_was_refused(store: Store):
    with store.begin() as tx:
        refused(tx)
        refused(tx)

    rows = [(row["action"], row["person"], row["agency_id"], row["case_id"]) for row in store.rows(audit)]
    assert rows == [("agreement.refused", MARK.object_id, "unsigned", None)] * 2


@pytest.mark.parametrize("reason", [Reason.NOT_YOUR_PART, Reason.RESTRICTED, Reason.NOT_THIS_HUB])
def test_no_other_refusal_concerns_the_manager(store: Store, reason: Reason):
    with store.begin() as tx:
        refused(tx, SUE, reason)

    assert (store.rows(outbox), store.rows(audit)) == ([], [])
