"""`python -m bot schedule`: what will happen because a date comes and what did, for whoever looks after the service.

Subjects are ids only, so the listing may be pasted into a ticket. It works beside the running bot.
"""

import argparse
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.settings import Settings
from bot.wiring import open_database
from osara_store import schedule
from osara_store.schedule import Planned, Ran


async def run_schedule_command(settings: Settings, asked: argparse.Namespace) -> int:
    """Print both lists. Status 0, also where there is nothing to print."""
    database = open_database(settings.database_url, exclusive=False)
    try:
        due, ran = await database.read(lambda tx: _rows(tx, asked.limit))
    finally:
        await database.close()
    _show("Due, the next first:", [_due_line(row) for row in due], "Nothing is planned.")
    _show("Ran, the newest first:", [_ran_line(row) for row in ran], "Nothing has run yet.")
    return 0


def _rows(connection: Connection, limit: int) -> tuple[list[Planned], list[Ran]]:
    """Both as they are at one moment."""
    return schedule.due_rows(connection, limit), schedule.ran_rows(connection, limit)


def _show(title: str, lines: Sequence[str], otherwise: str) -> None:
    print(title)  # noqa: T201 this is the command's output
    for line in lines or [otherwise]:
        print(f"  {line}")  # noqa: T201


def _due_line(row: Planned) -> str:
    line = f"{_time(row.due_at)}  {row.occasion:<9}  {row.subject}"
    if not row.attempts:
        return line
    return f"{line}  failed {row.attempts}, again {_time(row.next_try_at)}  {row.error}"


def _ran_line(row: Ran) -> str:
    wrote = "1 message" if row.messages == 1 else f"{row.messages} messages"
    return f"{_time(row.ran_at)}  {row.occasion:<9}  {row.subject}  due {_time(row.due_at)}  {wrote}"


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
