"""Who did what, in a chain: each row's hash covers the row before it, so a change anywhere shows."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from osara_store.directory import Actor
from osara_store.schema import audit, audit_heads, time_of
from osara_store.statements import PerDatabase


@dataclass(frozen=True)
class Broken:
    """The first row that does not fit its chain."""

    hub_id: str
    n: int
    why: str


# Counting up first also makes others wait their turn for this hub's chain.
_NEXT = PerDatabase(
    audit_heads,
    lambda insert: (
        insert.values(n=1, hash="")
        .on_conflict_do_update(index_elements=["hub_id"], set_={"n": audit_heads.c.n + 1})
        .returning(audit_heads.c.n, audit_heads.c.hash)
    ),
)
_ADD = sa.insert(audit)
_MOVE_HEAD = (
    sa.update(audit_heads)
    .where(audit_heads.c.hub_id == sa.bindparam("hub"))
    .values(hash=sa.bindparam("newest"))
)
# Times as they are kept: one that somebody made no time at all is found when its row is checked, not when it is fetched.
_CHAINS = (
    sa.select(*(column for column in audit.c if column is not audit.c.at))
    .add_columns(sa.type_coerce(audit.c.at, sa.BigInteger).label("microseconds"))
    .order_by(audit.c.hub_id, audit.c.n)
    .execution_options(yield_per=500)
)
_HEADS = sa.select(audit_heads)


def record(
    tx: sa.Connection,
    *,
    hub_id: str,
    actor: Actor | None,
    action: str,
    case_id: int | None,
    detail: Mapping[str, object],
    now: datetime,
) -> None:
    """Add a row in the caller's transaction. The detail holds ids and names of fields only, never what they say.

    No actor means the program itself.
    """
    n, previous = tx.execute(_NEXT.on(tx), {"hub_id": hub_id}).one()
    row = {
        "hub_id": hub_id,
        "n": n,
        "at": now,
        "tenant": actor.tenant if actor else "",
        "person": actor.object_id if actor else "",
        "agency_id": actor.agency.id if actor else "",
        "action": action,
        "case_id": case_id,
        "detail": _canonical(detail),
    }
    newest = _hash(previous, row)
    tx.execute(_ADD, {**row, "hash": newest})
    tx.execute(_MOVE_HEAD, {"hub": hub_id, "newest": newest})


def verify(connection: sa.Connection) -> Broken | None:
    """Walk every hub's chain; None means that nothing was changed, taken out, put in or cut off."""
    heads = {hub_id: (n, newest) for hub_id, n, newest in connection.execute(_HEADS)}
    rows = connection.execute(_CHAINS).mappings()
    for hub_id, chain in groupby(rows, key=lambda row: str(row["hub_id"])):
        broken = _verify_chain(hub_id, chain, heads.pop(hub_id, (0, "")))
        if broken:
            return broken
    return next((Broken(hub_id, 1, "every row is missing") for hub_id in heads), None)


def _verify_chain(hub_id: str, rows: Iterator[sa.RowMapping], head: tuple[int, str]) -> Broken | None:
    n, newest = 0, ""
    for row in rows:
        n += 1
        if row["n"] != n:
            return Broken(hub_id, n, "a row is missing")
        expected = _hash_of_kept(newest, row)
        if expected is None or row["hash"] != expected:
            return Broken(hub_id, n, "the row was changed")
        newest = expected
    return None if (n, newest) == head else Broken(hub_id, n + 1, "the end of the chain is not where it was")


def _hash_of_kept(previous: str, row: sa.RowMapping) -> str | None:
    """None where the row holds something that this program never writes."""
    try:
        return _hash(previous, {**row, "at": time_of(row["microseconds"])})
    except (TypeError, ValueError, OverflowError):
        return None


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _hash(previous: str, row: Mapping[str, Any]) -> str:
    covered = [
        previous,
        row["hub_id"],
        row["n"],
        row["at"].isoformat(timespec="microseconds"),
        row["tenant"],
        row["person"],
        row["agency_id"],
        row["action"],
        row["case_id"],
        row["detail"],
    ]
    return hashlib.sha256(_canonical(covered).encode()).hexdigest()
