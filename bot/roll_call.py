"""Tells the database that this replica lives, so that an upgrade can be finished once no older one does."""

import asyncio
import logging
import os
import socket

from bot.logs import where_it_failed
from osara_store import replicas
from osara_store.clock import Clock
from osara_store.database import Database

log = logging.getLogger(__name__)


class RollCall:
    """Calls every twenty seconds, and takes its leave at the end; one that is killed falls silent instead."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._name = f"{socket.gethostname()}, process {os.getpid()}"

    async def run(self) -> None:
        try:
            while True:
                await self._call()
                await asyncio.sleep(replicas.CALL_SECONDS)
        finally:
            await self._leave()

    async def _call(self) -> None:
        try:
            await self._database.write(lambda tx: replicas.call(tx, self._name, self._clock.now()))
        except Exception as fault:  # noqa: BLE001 a database that is away for a moment is called again
            log.error("the roll call was not heard: %s", where_it_failed(fault))

    async def _leave(self) -> None:
        try:
            await self._database.write(lambda tx: replicas.leave(tx, self._name))
        except Exception as fault:  # noqa: BLE001 then it is taken for dead after a while
            log.error("leave was not taken: %s", where_it_failed(fault))
