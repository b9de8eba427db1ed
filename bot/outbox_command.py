"""`python -m bot outbox`: what waits for Graph and Teams, for whoever looks after the service.

Rows hold ids only, so the listing may be pasted into a ticket. It works beside the running bot.
"""

import argparse
from datetime import datetime

from sqlalchemy import Connection

from bot.settings import Settings
from bot.wiring import open_database
from osara_store import outbox
from osara_store.clock import SystemClock
from osara_store.database import Database
from osara_store.outbox import Row
from osara_store.schema import MessageState

_OPEN = [MessageState.DEAD, MessageState.HELD, MessageState.WAITING]


async def run_outbox_command(settings: Settings, asked: argparse.Namespace) -> int:
    database = open_database(settings.database_url, exclusive=False)
    try:
        return await _run(database, asked, SystemClock().now())
    finally:
        await database.close()


async def _run(database: Database, asked: argparse.Namespace, now: datetime) -> int:
    match asked.word:
        case "list":
            return await _list(database, asked)
        case "requeue":
            found = await database.write(lambda tx: outbox.requeue(tx, asked.id, now))
            return _say(
                found, f"Message {asked.id} will be tried again.", f"No held or given-up message {asked.id}."
            )
        case _:
            found = await database.write(lambda tx: outbox.discard(tx, asked.id, asked.reason, now))
            return _say(found, f"Message {asked.id} is discarded.", f"No open message {asked.id}.")


async def _list(database: Database, asked: argparse.Namespace) -> int:
    states = [MessageState(asked.state)] if asked.state else _OPEN
    rows = await database.read(lambda tx: _rows(tx, states, asked.limit))
    for row in rows:
        print(_line(row))  # noqa: T201 this is the command's output
    if not rows:
        print("Nothing there.")  # noqa: T201
    return 0


def _rows(connection: Connection, states: list[MessageState], limit: int) -> list[Row]:
    return [row for state in states for row in outbox.list_rows(connection, state, limit)]


def _line(row: Row) -> str:
    due = row.due_at.isoformat(timespec="seconds")
    why = f"  {row.error}" if row.error else ""
    return (
        f"{row.id:>8}  {row.state:<9}  {row.kind:<13}  {row.lane:<28}  due {due}  tries {row.attempts}{why}"
    )


def _say(found: bool, good: str, bad: str) -> int:
    print(good if found else bad)  # noqa: T201
    return 0 if found else 1
