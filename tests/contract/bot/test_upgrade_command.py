"""`python -m bot upgrade`, and the roll call by which it knows who runs."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.roll_call import RollCall
from osara_store import migrations, replicas
from osara_store.clock import SystemClock
from osara_store.database import Database, upgrade
from osara_store.errors import DatabaseClosed
from tests.contract.bot.test_starting import said_by
from tests.running import until

OLDER = f"{int(migrations.HEAD) - 1:04}"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A folder with a database as a start of this version leaves it while older replicas run."""
    file = tmp_path / "hub.db"
    upgrade(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [OLDER])
    return tmp_path


async def test_it_tells_how_far_it_is_and_changes_nothing(older: Path) -> None:
    for _ in range(2):
        status, out, _ = await said_by(older, {}, "upgrade")
        assert status == 0
        assert out.splitlines() == [
            f"This program knows the schema up to {migrations.HEAD}; the database is at {OLDER}.",
            "Not finished. Once no older replica runs: python -m bot upgrade --finish",
        ]


async def test_of_a_database_that_was_never_made_it_says_so(tmp_path: Path) -> None:
    status, out, _ = await said_by(tmp_path, {}, "upgrade")
    assert status == 0
    assert "the database is at nothing yet" in out


async def test_it_finishes_once_and_says_so_again(older: Path) -> None:
    for _ in range(2):
        assert (await said_by(older, {}, "upgrade", "--finish"))[:2] == (0, "The upgrade is finished.\n")
    assert "Finished." in (await said_by(older, {}, "upgrade"))[1]


async def test_on_sqlite_it_does_not_finish_beside_a_running_bot(older: Path) -> None:
    running = Database.open(f"sqlite:///{older / 'hub.db'}", exclusive=True)
    status, _, errors = await said_by(older, {}, "upgrade", "--finish")
    await running.close()
    assert status == 2
    assert "Another process" in errors


async def test_a_database_that_cannot_be_had_is_one_plain_line_without_a_password(tmp_path: Path) -> None:
    url = "postgresql://hub:secret@127.0.0.1:1/hub"
    status, _, errors = await said_by(tmp_path, {"HUB_DATABASE_URL": url}, "upgrade", "--finish")
    assert status == 2
    assert "cannot be opened" in errors
    assert "secret" not in errors


# --- the roll call ----------------------------------------------------------------------------------------------------


async def names(database: Database) -> list[str]:
    living = await database.read(lambda tx: replicas.living(tx, datetime.now(UTC)))
    assert all(each.knows == migrations.HEAD for each in living)
    return [each.name for each in living]


async def test_a_replica_is_on_the_list_while_it_runs_and_off_it_when_it_stops(database: Database) -> None:
    task = asyncio.create_task(RollCall(database, SystemClock()).run())
    assert len(await until(lambda: names(database), 10, "its call")) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await names(database) == []


async def test_a_database_that_is_away_does_not_end_the_calling(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "CALL_SECONDS", 0.01)
    honest, failures = database.write, iter(range(3))

    async def write(work):
        if next(failures, None) is not None:
            raise DatabaseClosed
        return await honest(work)

    monkeypatch.setattr(database, "write", write)
    task = asyncio.create_task(RollCall(database, SystemClock()).run())
    assert await until(lambda: names(database), 10, "its fourth call")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
