"""A case that is being worked: referred by Priya of the homes, who lead it. Tom coordinates; Ian is of another agency."""

from typing import Any

import sqlalchemy as sa

from osara_store.case_file import CaseFile, case_file
from osara_store.directory import Actor
from osara_store.schema import CaseState, audit, cases, outbox

from .conftest import Store
from .world import ALL, PRIYA, submitted


def worked(
    tx: sa.Connection, state: CaseState = CaseState.SCANNING, someone: Actor = PRIYA, **changes: Any
) -> CaseFile:
    case = submitted(tx, someone=someone).case
    set_case(tx, case.id, state=state, **changes)
    return case_file(tx, case.id)


def set_case(tx: sa.Connection, case_id: int, **values: Any) -> None:
    tx.execute(sa.update(cases).where(cases.c.id == case_id).values(**values))


def about(file: CaseFile, someone: Actor) -> dict[str, Any]:
    """The arguments that every command takes."""
    return {"actor": someone, "hub": ALL, "case_id": file.case.id}


def audited(store: Store) -> list[tuple[str, str]]:
    """The newest of the audit chain, without what is the same in every row."""
    return [(row["action"], row["detail"]) for row in store.rows(audit)]


def messages(store: Store) -> list[tuple[str, dict[str, Any]]]:
    return [(row["kind"], row["payload"]) for row in store.rows(outbox)]
