"""Reading the audit chains: whether they are whole, and who did what to one case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from osara_store import audit
from osara_store.audit import Broken
from osara_store.case_file import Case
from osara_store.schema import audit as audit_rows
from osara_store.schema import audit_heads


@dataclass(frozen=True)
class Verdict:
    """How far the chains reach by their own word, and the first row that does not fit, if there is one."""

    rows: int
    hubs: int
    broken: Broken | None


@dataclass(frozen=True)
class Row:
    """Something that was done; `tenant` and `person` are empty where the program itself did it."""

    n: int
    at: datetime
    tenant: str
    person: str
    agency_id: str
    action: str
    detail: str  # JSON: ids and names of fields


# Others write while the chains are walked. SQLite shows one moment to a whole transaction; PostgreSQL has to be asked.
_ONE_MOMENT = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
_REACH = sa.select(sa.func.coalesce(sa.func.sum(audit_heads.c.n), 0), sa.func.count())
_OF_CASE = (
    sa.select(*(audit_rows.c[name] for name in Row.__dataclass_fields__))
    .where(
        audit_rows.c.hub_id == sa.bindparam("hub_id"),
        audit_rows.c.case_id == sa.bindparam("case_id"),
    )
    .order_by(audit_rows.c.n.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def verify(connection: sa.Connection) -> Verdict:
    """Walk every hub's chain as it is at one moment; the connection has read nothing before."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_MOMENT)
    rows, hubs = connection.execute(_REACH).one()
    return Verdict(int(rows), hubs, audit.verify(connection))  # PostgreSQL adds large numbers up to a Decimal


def of_case(connection: sa.Connection, case: Case, limit: int) -> Iterator[Row]:
    """The newest rows about the case, the newest first."""
    terms = {"hub_id": case.hub_id, "case_id": case.id, "most": limit}
    return (Row(*row) for row in connection.execute(_OF_CASE, terms))
