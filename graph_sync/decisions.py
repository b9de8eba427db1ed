"""What was decided about keeping case files, read for some cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from graph_sync.entry_items import Decision
from osara_store.case_file import By
from osara_store.schema import retention_decisions

if TYPE_CHECKING:
    from sqlalchemy import Connection

_columns = retention_decisions.c
_DECISIONS = (
    sa.select(
        _columns.case_id,
        _columns.n,
        _columns.decision,
        _columns.until,
        _columns.reason,
        *(_columns[name] for name in By.__dataclass_fields__),
    )
    .where(_columns.case_id.in_(sa.bindparam("case_ids", expanding=True)))
    .order_by(_columns.case_id, _columns.n)
)


def of_cases(connection: Connection, case_ids: Iterable[int]) -> dict[int, list[Decision]]:
    """The decisions by case, oldest first."""
    found: defaultdict[int, list[Decision]] = defaultdict(list)
    for case_id, n, decision, until, reason, *by in connection.execute(
        _DECISIONS, {"case_ids": list(case_ids)}
    ):
        found[case_id].append(Decision(n, decision, until, reason, By(*by)))
    return found
