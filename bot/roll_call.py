"""Tells the database that this replica lives, so that an upgrade can be finished once no older one does.

One that stood still for so long that it was taken for dead may find itself too old when it comes back: then it stops.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable

from bot.logs import where_it_failed
from osara_store import replicas
from osara_store.clock import Clock
from osara_store.database import Database
from osara_store.errors import DatabaseTooNew

log = logging.getLogger(__name__)


def end_this_process() -> None:
    """As whoever looks after the service would: what is being sent is finished first."""
    signal.raise_signal(signal.SIGTERM)


class RollCall:
    """Calls every twenty seconds, and takes its leave at the end; one that is killed falls silent instead."""

    def __init__(self, database: Database, clock: Clock, stop: Callable[[], None] = end_this_process) -> None:
        self._database, self._clock, self._stop = database, clock, stop
        self._name = f"{socket.gethostname()}, process {os.getpid()}"

    async def run(self) -> None:
        try:
            while True:
                if not await self._call():
                    self._stop()
                    return
                await asyncio.sleep(replicas.CALL_SECONDS)
        finally:
            await self._leave()

    async def _call(self) -> bool:
        """Whether this replica may go on."""
        try:
            await self._database.write(lambda tx: replicas.call(tx, self._name, self._clock.now()))
        except DatabaseTooNew:
            log.error("a newer version has finished its upgrade of the database: this one stops")
            return False
        except Exception as fault:  # noqa: BLE001 a database that is away for a moment is called again
            log.error("the roll call was not heard: %s", where_it_failed(fault))
        return True

    async def _leave(self) -> None:
        try:
            await self._database.write(lambda tx: replicas.leave(tx, self._name))
        except Exception as fault:  # noqa: BLE001 then it is taken for dead after a while
            log.error("leave was not taken: %s", where_it_failed(fault))
