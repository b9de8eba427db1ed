"""Reference numbers: ALL-2026-0001, without gaps or repeats within a hub and a year of that hub's calendar."""

from datetime import datetime

import sqlalchemy as sa

from osara_store.directory import Hub
from osara_store.schema import case_numbers
from osara_store.statements import PerDatabase

# Counted in the case's own transaction: a case that fails gives its number back, and others wait for the row.
_NEXT = PerDatabase(
    case_numbers,
    lambda insert: (
        insert.values(last=1)
        .on_conflict_do_update(index_elements=["hub_id", "year"], set_={"last": case_numbers.c.last + 1})
        .returning(case_numbers.c.last)
    ),
)


def next_reference(tx: sa.Connection, hub: Hub, now: datetime) -> str:
    year = hub.today(now).year
    number = tx.execute(_NEXT.on(tx), {"hub_id": hub.id, "year": year}).scalar_one()
    return f"{hub.id}-{year}-{number:04d}"
