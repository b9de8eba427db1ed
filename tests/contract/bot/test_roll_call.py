"""A replica that finds itself too old for its database stops; one whose database is away goes on."""

import asyncio
import contextlib

from sqlalchemy import Connection

from bot.roll_call import RollCall
from osara_store import replicas
from osara_store.clock import SystemClock
from osara_store.database import Database
from tests.running import until


async def test_a_replica_stops_once_a_newer_version_has_finished_its_upgrade(database: Database) -> None:
    stopped = asyncio.Event()

    def finished_by_a_newer_one(tx: Connection) -> None:
        tx.exec_driver_sql("UPDATE compatibility SET oldest = '9999'")

    await database.write(finished_by_a_newer_one)
    await asyncio.wait_for(RollCall(database, SystemClock(), stopped.set).run(), 10)

    assert stopped.is_set()


async def test_a_replica_that_is_new_enough_is_on_the_list_and_goes_on(database: Database) -> None:
    stopped, clock = asyncio.Event(), SystemClock()
    calling = asyncio.create_task(RollCall(database, clock, stopped.set).run())

    async def is_listed() -> bool:
        return bool(await database.read(lambda tx: replicas.living(tx, clock.now())))

    await until(is_listed, 10, "its first call")
    assert not calling.done()
    calling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await calling
    assert not stopped.is_set()
    assert not await is_listed()
