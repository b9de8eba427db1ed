"""The one door to the store: what a caller is told, and what is on disk when it is told."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from osara_store import engines
from osara_store.database import Database, upgrade
from osara_store.errors import (
    DatabaseClosed,
    DatabaseInUse,
    DatabaseNotSupported,
    DatabaseUnreachable,
    NotCommitted,
)
from osara_store.schema import case_numbers

from .conftest import Store


def count_up(tx: sa.Connection, hub_id: str = "ALL") -> str:
    tx.execute(sa.insert(case_numbers).values(hub_id=hub_id, year=2026, last=1))
    return hub_id


def hub_ids(tx: sa.Connection) -> list[str]:
    return sorted(tx.scalars(sa.select(case_numbers.c.hub_id)))


async def test_a_write_returns_what_the_work_returned_and_is_there_to_be_read(database: Database):
    assert await database.write(count_up) == "ALL"
    assert await database.read(hub_ids) == ["ALL"]


async def test_an_acknowledged_write_is_seen_by_every_other_connection(database: Database, store: Store):
    for n in range(20):
        await database.write(lambda tx, n=n: count_up(tx, f"H{n}"))
        assert store.count(case_numbers) == n + 1


async def test_a_write_that_fails_fails_alone_and_leaves_nothing(database: Database):
    def fail(tx: sa.Connection) -> None:
        count_up(tx, "BAD")
        raise ZeroDivisionError

    results = await asyncio.gather(
        *(database.write(fail if n % 3 == 1 else lambda tx, n=n: count_up(tx, f"H{n}")) for n in range(9)),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [str, ZeroDivisionError, str] * 3
    assert await database.read(hub_ids) == ["H0", "H2", "H3", "H5", "H6", "H8"]


async def test_a_statement_the_database_refuses_fails_alone_too(database: Database):
    results = await asyncio.gather(*(database.write(count_up) for _ in range(3)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "IntegrityError", "str"]
    assert await database.write(lambda tx: count_up(tx, "CAR")) == "CAR"


async def test_no_error_repeats_what_was_written(database: Database):
    def write_a_name(tx: sa.Connection) -> None:
        tx.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": "Jane Roe"})

    with pytest.raises(sa.exc.DBAPIError) as refused:
        await database.write(write_a_name)
    assert "Jane Roe" not in str(refused.value)


async def test_even_an_error_that_futures_refuse_to_carry_reaches_its_caller(database: Database):
    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.write(lambda tx: next(iter(())))
    assert await database.write(count_up) == "ALL"


class Hold:
    """Work that keeps the writer busy until it is let go, so that what comes meanwhile waits behind it."""

    def __init__(self) -> None:
        self._started, self._go_on = threading.Event(), threading.Event()

    def __call__(self, tx: sa.Connection) -> None:
        self._started.set()
        assert self._go_on.wait(10)

    async def is_holding(self) -> None:
        await asyncio.to_thread(self._started.wait, 10)

    def let_go(self) -> None:
        self._go_on.set()


async def test_a_commit_that_fails_fails_everybody_and_the_next_write_goes_through(sqlite_url: str):
    def break_the_commit(tx: sa.Connection) -> None:
        tx.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        tx.exec_driver_sql("INSERT INTO match_keys (hub_id, key, case_id) VALUES ('ALL', 'k', 404)")

    database, hold = Database.open(sqlite_url), Hold()
    first = asyncio.create_task(database.write(hold))
    await hold.is_holding()
    group = [asyncio.create_task(database.write(work)) for work in (count_up, break_the_commit, hub_ids)]
    await asyncio.sleep(0)
    hold.let_go()
    await first
    results = await asyncio.gather(*group, return_exceptions=True)

    assert [type(result) for result in results] == [NotCommitted] * 3
    assert await database.read(hub_ids) == []
    assert await database.write(count_up) == "ALL"
    await database.close()


async def test_writes_that_waited_together_are_committed_together(sqlite_url: str):
    database, hold = Database.open(sqlite_url), Hold()
    commits: list[sa.Connection] = []
    sa.event.listen(database._writer._engine, "commit", commits.append)
    first = asyncio.create_task(database.write(hold))
    await hold.is_holding()
    rest = [asyncio.create_task(database.write(lambda tx, n=n: count_up(tx, f"H{n}"))) for n in range(32)]
    await asyncio.sleep(0)
    hold.let_go()
    await asyncio.gather(first, *rest)

    assert len(await database.read(hub_ids)) == 32
    assert len(commits) == 2
    await database.close()


async def test_a_caller_that_is_cancelled_loses_neither_its_write_nor_anybody_elses(
    database: Database, store: Store
):
    hold = Hold()

    def slow(tx: sa.Connection) -> None:
        count_up(tx, "SLOW")
        hold(tx)

    running = asyncio.create_task(database.write(slow))
    await hold.is_holding()
    waiting = [asyncio.create_task(database.write(lambda tx, n=n: count_up(tx, f"H{n}"))) for n in range(12)]
    await asyncio.sleep(0)
    running.cancel()
    for task in waiting[:6]:
        task.cancel()
    hold.let_go()
    results = await asyncio.gather(running, *waiting, return_exceptions=True)
    assert await database.write(lambda tx: count_up(tx, "LAST")) == "LAST"
    await database.close()

    assert [isinstance(result, asyncio.CancelledError) for result in results] == [True] * 7 + [False] * 6
    kept = {row["hub_id"] for row in store.rows(case_numbers)}
    assert kept == {"SLOW", "LAST", *(f"H{n}" for n in range(12))}


async def test_a_write_that_fails_after_its_caller_had_gone_is_logged(database: Database, caplog):
    hold = Hold()

    def fail_late(tx: sa.Connection) -> None:
        hold(tx)
        raise ZeroDivisionError("about Jane Roe")

    task = asyncio.create_task(database.write(fail_late))
    await hold.is_holding()
    task.cancel()
    hold.let_go()
    await database.close()
    await asyncio.sleep(0)

    assert "ZeroDivisionError" in caplog.text
    assert "Jane Roe" not in caplog.text


async def test_closing_writes_what_was_handed_in_and_takes_nothing_more(url: str, store: Store):
    database = Database.open(url)
    writes = [asyncio.create_task(database.write(lambda tx, n=n: count_up(tx, f"H{n}"))) for n in range(10)]
    await asyncio.sleep(0)
    await database.close()

    assert len(await asyncio.gather(*writes)) == 10
    assert store.count(case_numbers) == 10
    with pytest.raises(DatabaseClosed):
        await database.write(count_up)
    with pytest.raises(DatabaseClosed):
        await database.read(hub_ids)


async def test_closing_twice_does_no_harm(url: str):
    database = Database.open(url, exclusive=True)
    await database.close()
    await database.close()


async def test_reading_goes_on_while_a_write_takes_its_time(database: Database):
    hold = Hold()
    slow = asyncio.create_task(database.write(hold))
    await hold.is_holding()

    assert await database.read(hub_ids) == []
    hold.let_go()
    await slow


async def test_a_reader_cannot_write(database: Database):
    with pytest.raises(sa.exc.DBAPIError, match="read"):
        await database.read(count_up)


async def test_two_event_loops_may_share_a_database(database: Database):
    def elsewhere() -> str:
        return asyncio.run(database.write(lambda tx: count_up(tx, "ELSE")))

    here, there = await asyncio.gather(database.write(count_up), asyncio.to_thread(elsewhere))

    assert (here, there) == ("ALL", "ELSE")


async def test_an_event_loop_that_ended_meanwhile_harms_no_other(database: Database, store: Store):
    async def hand_in_and_leave() -> None:
        leaving = asyncio.create_task(database.write(lambda tx: count_up(tx, "GONE")))
        await asyncio.sleep(0)
        assert not leaving.done()

    hold = Hold()
    holding = asyncio.create_task(database.write(hold))
    await hold.is_holding()
    await asyncio.to_thread(asyncio.run, hand_in_and_leave())
    hold.let_go()
    await holding
    assert await database.write(count_up) == "ALL"
    await database.close()

    assert {row["hub_id"] for row in store.rows(case_numbers)} == {"ALL", "GONE"}


async def test_sqlite_is_set_up_to_survive_a_power_cut(sqlite_url: str):
    database = Database.open(sqlite_url)

    def settings_of(tx: sa.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [tx.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await database.write(settings_of) == ["wal", 2, 1]
    await database.close()


async def test_a_second_process_is_told_plainly_that_the_database_is_in_use(sqlite_url: str):
    database = Database.open(sqlite_url, exclusive=True)
    with pytest.raises(DatabaseInUse) as refused:
        Database.open(sqlite_url, exclusive=True)
    await database.close()
    again = Database.open(sqlite_url, exclusive=True)
    await again.close()

    assert str(refused.value) == (
        f"Another process (number {os.getpid()}) is already using {engines.file_of(engines.parse(sqlite_url))}. "
        "Stop that one first, or give this one a database of its own."
    )


async def test_a_write_from_a_second_process_cannot_spoil_one_that_has_only_read_so_far(url: str):
    bot, command_line, hold = Database.open(url), Database.open(url), Hold()

    def read_then_write(tx: sa.Connection) -> list[str]:
        before = hub_ids(tx)
        hold(tx)
        count_up(tx, "BOT")
        return before

    slow = asyncio.create_task(bot.write(read_then_write))
    await hold.is_holding()
    quick = asyncio.create_task(command_line.write(lambda tx: count_up(tx, "LINE")))
    await asyncio.sleep(0.2)  # long enough for it to be written, were it not made to wait
    hold.let_go()

    assert (await slow, await quick) == ([], "LINE")
    assert await bot.read(hub_ids) == ["BOT", "LINE"]
    await bot.close()
    await command_line.close()


async def test_only_whoever_holds_a_sqlite_file_alone_is_its_sole_user(url: str):
    alone = Database.open(url, exclusive=True)
    beside = Database.open(url)

    assert (alone.is_sole_user, beside.is_sole_user) == (url.startswith("sqlite"), False)
    await alone.close()
    await beside.close()


async def test_looking_in_from_a_second_process_needs_no_lock(sqlite_url: str):
    first = Database.open(sqlite_url, exclusive=True)
    second = Database.open(sqlite_url)

    await second.write(count_up)
    assert await first.read(hub_ids) == ["ALL"]
    await second.close()
    await first.close()


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "mysql://hub@db/hub", "hub.db", ""])
def test_an_address_of_another_kind_is_refused_plainly(address: str):
    with pytest.raises(DatabaseNotSupported, match=r"SQLite|sqlite"):
        Database.open(address)


def test_a_faulty_address_does_not_give_its_password_away():
    with pytest.raises(DatabaseNotSupported) as refused:
        Database.open("postgresql//hub:secret@db/hub")
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


async def test_a_new_database_can_be_read_by_its_owner_only(tmp_path: Path):
    (tmp_path / "shared").mkdir(mode=0o755)
    for folder in ("shared", "not there yet"):
        file = tmp_path / folder / "hub.db"
        upgrade(f"sqlite:///{file}")
        database = Database.open(f"sqlite:///{file}")
        await database.write(count_up)

        assert {path.name for path in file.parent.iterdir()} == {"hub.db", "hub.db-wal", "hub.db-shm"}
        assert all(path.stat().st_mode & 0o077 == 0 for path in file.parent.iterdir())
        await database.close()


def test_a_database_that_cannot_be_opened_is_told_of_at_once_and_plainly(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("These are notes, and this is no database at all." * 9)
    addresses = {
        f"sqlite:///{tmp_path}/notes.txt": "file is not a database",
        f"sqlite:///{tmp_path}/notes.txt/hub.db": "File exists",
        f"postgresql://hub:secret@/hub?host={tmp_path}": "No such file or directory",
    }
    for address, reason in addresses.items():
        with pytest.raises(DatabaseUnreachable, match=f"cannot be opened: .*{reason}") as refused:
            Database.open(address)
        assert "secret" not in str(refused.value)


WRITERS = 8
WRITER = f"""
import asyncio, sys
import sqlalchemy as sa
from osara_store.database import Database, upgrade
from osara_store.numbers import next_reference
from tests.contract.store.world import ALL, NOON

async def main():
    database = Database.open(sys.argv[1])
    async def keep_writing():
        while True:
            print(await database.write(lambda tx: next_reference(tx, ALL, NOON)), flush=True)
    await asyncio.gather(*(keep_writing() for _ in range({WRITERS})))

asyncio.run(main())
"""


@pytest.mark.crash
def test_what_was_acknowledged_is_there_after_kill_9(url: str, store: Store):
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip()]
        threading.Thread(target=lambda: (time.sleep(0.3), process.send_signal(signal.SIGKILL))).start()
        told += [line.strip() for line in process.stdout]

    (row,) = store.rows(case_numbers)
    numbers = sorted(int(reference.rpartition("-")[2]) for reference in told if reference)
    assert len(set(numbers)) == len(numbers)
    assert row["last"] >= numbers[-1]
    # Eight write side by side: one that was committed may have been killed before it could say so.
    assert len(set(range(1, numbers[-1] + 1)) - set(numbers)) < WRITERS
