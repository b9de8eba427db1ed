"""The one asynchronous door to the store: hand in a function of a connection, get its result once it is committed."""

import asyncio
import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa

from osara_store import engines
from osara_store.errors import DatabaseClosed, DatabaseInUse
from osara_store.upgrading import upgrade
from osara_store.writer import GroupCommitWriter, ThreadedWriter, Work, Writer, perform

__all__ = ["Database", "upgrade"]

T = TypeVar("T")

_READERS = 4
_POSTGRESQL_WRITERS = 8


class Database:
    def __init__(self, writer: Writer, reading: sa.Engine, lock: "_Lock | None") -> None:
        self._writer = writer
        self._reading = reading
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="case-file-reader")
        self._lock = lock
        self._closed = False

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False) -> Self:
        """Open the database at this address; its tables are for `upgrade` to make.

        Exclusive keeps any second process from opening the same SQLite file so, until this one closes or dies.
        """
        address = engines.parse(url)
        reading = engines.engine_for(address, read_only=True, connections=_READERS)
        try:
            lock = _Lock(engines.file_of(address)) if exclusive and engines.is_sqlite(address) else None
        except DatabaseInUse:
            reading.dispose()
            raise
        return cls(_writer_for(address), reading, lock)

    @property
    def is_sole_user(self) -> bool:
        """Whether no other process can be working on this database."""
        return self._lock is not None

    async def write(self, work: Work[T]) -> T:
        """Run the work in a transaction; its result comes back once that is safely on disk.

        If the caller is cancelled meanwhile, the work is done all the same.
        """
        return await self._writer.write(work)

    async def read(self, work: Work[T]) -> T:
        """Run the work on a connection of its own, beside any writer."""
        if self._closed:
            raise DatabaseClosed
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Work[T]) -> T:
        with self._reading.connect() as connection:
            return perform(work, connection)

    async def close(self) -> None:
        """Finish what has been handed in, then let go of the database."""
        self._closed = True
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)
        self._reading.dispose()
        if self._lock is not None:
            self._lock.release()


def _writer_for(address: sa.URL) -> Writer:
    if engines.is_sqlite(address):
        return GroupCommitWriter(engines.engine_for(address))
    engine = engines.engine_for(address, connections=_POSTGRESQL_WRITERS)
    return ThreadedWriter(engine, threads=_POSTGRESQL_WRITERS)


class _Lock:
    """A lock file beside the database. The system drops the lock with the process, however that ends."""

    def __init__(self, database: Path) -> None:
        self._file = Path(f"{database}.lock").open("a+", encoding="ascii")  # noqa: SIM115 - held until released
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with self._file:
                self._file.seek(0)
                holder = self._file.read(20) or "unknown"
            raise DatabaseInUse(
                f"Another process (number {holder}) is already using {database}. Stop that one first, "
                "or give this one a database of its own."
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()
