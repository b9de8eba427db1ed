"""`python -m bot upgrade`: how far the upgrade of the database has come, and its last step."""

import argparse
from datetime import UTC, datetime

from bot.settings import Settings
from bot.wiring import database_faults
from osara_store import engines, migrations
from osara_store.database import Database
from osara_store.upgrading import Standing, finish, standing


async def run_upgrade_command(settings: Settings, asked: argparse.Namespace) -> int:
    """Tell how things stand; with --finish do what had to wait until no older replica runs."""
    url, now = settings.database_url, datetime.now(UTC)
    with database_faults():
        found = standing(url, now)
        if not asked.finish:
            _tell(found)
            return 0
        if found.pending:
            await _finish(url, now)
    print("The upgrade is finished.")  # noqa: T201 the command's output
    return 0


async def _finish(url: str, now: datetime) -> None:
    """On SQLite nobody else may hold the file meanwhile; on PostgreSQL the replicas are asked."""
    held = Database.open(url, exclusive=True) if engines.is_sqlite(engines.parse(url)) else None
    try:
        finish(url, now)
    finally:
        if held is not None:
            await held.close()


def _tell(found: Standing) -> None:
    at = found.revision or "nothing yet"
    print(f"This program knows the schema up to {migrations.HEAD}; the database is at {at}.")  # noqa: T201
    for replica in found.replicas:
        age = "this version" if replica.knows == migrations.HEAD else f"knows up to {replica.knows}"
        print(f"  running: {replica.name} ({age})")  # noqa: T201
    if found.pending:
        print("Not finished. Once no older replica runs: python -m bot upgrade --finish")  # noqa: T201
    else:
        print("Finished.")  # noqa: T201
