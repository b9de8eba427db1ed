"""`python -m bot audit`: whether the record of who did what is whole, and what it says of one case.

Rows hold ids only; names come from the hubs file. It only reads, and works beside the running bot.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from bot.hubs_file import read_hubs_file
from bot.settings import Settings
from bot.wiring import open_database
from osara_store import audit_trail, viewing
from osara_store.audit_trail import Row, Verdict
from osara_store.database import Database
from osara_store.directory import Directory

THE_PROGRAM = "the program itself"


async def run_audit_command(settings: Settings, asked: argparse.Namespace) -> int:
    database = open_database(settings.database_url, exclusive=False)
    try:
        if asked.word == "verify":
            return _tell(await database.read(audit_trail.verify))
        directory = read_hubs_file(settings.config)
        return await _list(database, directory, asked.reference.strip().upper(), asked.limit)
    finally:
        await database.close()


def _tell(verdict: Verdict) -> int:
    broken = verdict.broken
    if broken:
        print(f"BROKEN: row {broken.n} of hub {broken.hub_id}: {broken.why}.")  # noqa: T201 the command's output
        return 1
    print(f"{_count(verdict.rows, 'row')} of {_count(verdict.hubs, 'hub')}: unbroken.")  # noqa: T201
    return 0


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


async def _list(database: Database, directory: Directory, reference: str, limit: int) -> int:
    rows = await database.read(lambda tx: _rows(tx, reference, limit + 1))
    if rows is None:
        print(f"There is no case {reference}.")  # noqa: T201
        return 1
    if len(rows) > limit:
        print(f"The newest {limit:,}; --limit shows more.")  # noqa: T201
    for row in reversed(rows[:limit]):
        print(_line(row, directory))  # noqa: T201
    return 0


def _rows(tx: Connection, reference: str, most: int) -> list[Row] | None:
    """None where there is no such case. Of a merged one, what was done to it before."""
    case = viewing.find_as_written(tx, reference)
    return list(audit_trail.of_case(tx, case, most)) if case else None


def _line(row: Row, directory: Directory) -> str:
    return "  ".join((f"{row.n:>8}", _time(row.at), f"{row.action:<24}", *_who(row, directory), _detail(row)))


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _who(row: Row, directory: Directory) -> Iterator[str]:
    """Name and agency as the hubs file has them now, then the ids that the row holds."""
    if not row.person:
        yield THE_PROGRAM
        return
    known = directory.actor(row.tenant, row.person)
    agency = directory.agency(row.agency_id)
    yield f"{known.name if known else '(not in the hubs file)'}, {agency.name if agency else row.agency_id}"
    yield f"{row.tenant}/{row.person}"


def _detail(row: Row) -> str:
    """The rest of what the row says; the reference is known already."""
    detail = {name: value for name, value in json.loads(row.detail).items() if name != "reference"}
    return json.dumps(detail, ensure_ascii=False) if detail else ""
