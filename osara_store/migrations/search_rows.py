"""What each case is searched by, for cases that have none of it yet.

Names tables and columns as the scripts left them, so that a later change of the schema changes nothing here.
"""

from collections import defaultdict

import sqlalchemy as sa

from osara_store import search_text

_CASES = sa.table(
    "cases", *map(sa.column, ("id", "reference", "hub_id", "category", "where", "own_reference"))
)
_PEOPLE = sa.table("case_people", *map(sa.column, ("case_id", "n", "description")))
_ENTRIES = sa.table("entries", *map(sa.column, ("case_id", "n", "kind", "text")))
_SEARCH = sa.table("case_search", *map(sa.column, ("case_id", "hub_id", "category", "text")))
_MISSING = sa.select(_CASES).where(_CASES.c.id.not_in(sa.select(_SEARCH.c.case_id)))
_SAID = sa.union_all(
    sa.select(_PEOPLE.c.case_id, _PEOPLE.c.description),
    sa.select(_ENTRIES.c.case_id, _ENTRIES.c.text).where(_ENTRIES.c.kind.in_(["where", "own_reference"])),
)


def add_missing(connection: sa.Connection) -> None:
    """Draw what the cases without a search row are searched by."""
    missing = connection.execute(_MISSING).all()
    if not missing:
        return
    said = defaultdict(list)
    for case_id, text in connection.execute(_SAID):
        said[case_id].append(text)
    rows = [
        {
            "case_id": case.id,
            "hub_id": case.hub_id,
            "category": case.category,
            "text": search_text.drawn([case.reference, case.own_reference, case.where, *said[case.id]]),
        }
        for case in missing
    ]
    connection.execute(_SEARCH.insert(), rows)
