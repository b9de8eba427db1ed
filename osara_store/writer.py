"""How writes reach the database, and how their callers hear of it.

SQLite takes one writer at a time and a commit costs a disk flush. So one thread writes, and commits together whatever
has gathered while the last flush ran. PostgreSQL does the same within itself: there, every write has its own
transaction on a thread of its own.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from osara_store.errors import DatabaseClosed, NotCommitted

T = TypeVar("T")
Work = Callable[[sa.Connection], T]

_log = logging.getLogger(__name__)

# A group is no larger than this, so that nobody waits long for the writes of others.
_LARGEST_GROUP = 64


def perform(work: Work[T], connection: sa.Connection) -> T:
    """Do the work. The one error that no future carries, so that its caller would wait for ever, becomes another."""
    try:
        return work(connection)
    except StopIteration as error:
        raise RuntimeError("the work raised StopIteration") from error


class Writer(Protocol):
    async def write(self, work: Work[T]) -> T: ...

    async def close(self) -> None: ...


@dataclass(eq=False)
class _Job:
    work: Work[Any]
    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None

    def loop(self) -> asyncio.AbstractEventLoop:
        return self.future.get_loop()


class GroupCommitWriter:
    """One thread; many jobs to a transaction, each in a savepoint of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="case-file-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Work[T]) -> T:
        if self._closed:
            raise DatabaseClosed
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, future))
        return await future

    async def close(self) -> None:
        """Write what has been handed in, then stop."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._engine.dispose()

    def _run(self) -> None:
        open_ended = True
        while open_ended:
            group, open_ended = self._gather()
            if group:
                self._commit(group)
                _report(group)

    def _gather(self) -> tuple[list[_Job], bool]:
        """Wait for a job, then take those that wait behind it; false once the queue's end was met."""
        group: list[_Job] = []
        try:
            job = self._jobs.get()
            while job is not None:
                group.append(job)
                if len(group) == _LARGEST_GROUP:
                    return group, True
                job = self._jobs.get_nowait()
        except queue.Empty:
            return group, True
        return group, False

    def _commit(self, group: list[_Job]) -> None:
        try:
            # Checked out anew each time: going back to the pool ends whatever a failed commit left open.
            with self._engine.begin() as tx:
                for job in group:
                    _attempt(job, tx)
        except Exception as error:  # noqa: BLE001 - handed to every caller of the group
            for job in group:
                job.error = NotCommitted()
                job.error.__cause__ = error


def _attempt(job: _Job, tx: sa.Connection) -> None:
    tx.exec_driver_sql("SAVEPOINT job")
    try:
        job.value = perform(job.work, tx)
    except BaseException as error:  # noqa: BLE001 - handed to the job's own caller; the thread must go on
        job.error = error
        tx.exec_driver_sql("ROLLBACK TO job")
    tx.exec_driver_sql("RELEASE job")


def _report(group: list[_Job]) -> None:
    for loop, jobs in groupby(group, key=_Job.loop):
        try:
            loop.call_soon_threadsafe(_resolve, list(jobs))
        except RuntimeError:
            _log.warning("An event loop ended before it could be told how its writes went.")


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            _tell_of_a_lost_error(job)
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)


def _tell_of_a_lost_error(job: _Job) -> None:
    if job.error is not None:
        _log.error("A write failed after its caller had gone: %s", type(job.error).__name__)


_TRIES = 4
_GIVEN_UP = frozenset({"40001", "40P01"})  # PostgreSQL's serialization failure and deadlock


class ThreadedWriter:
    """A transaction and a thread for each write: for a database that serves many writers at once."""

    def __init__(self, engine: sa.Engine, *, threads: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="case-file-writer")
        self._closed = False

    async def write(self, work: Work[T]) -> T:
        if self._closed:
            raise DatabaseClosed
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._threads.submit(self._commit, _Job(work, future))
        return await future

    async def close(self) -> None:
        """Write what has been handed in, then stop."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    def _commit(self, job: _Job) -> None:
        try:
            job.value = self._performed(job)
        except BaseException as error:  # noqa: BLE001 - handed to the job's own caller
            job.error = error
        _report([job])

    def _performed(self, job: _Job) -> Any:
        """The work's result. Two that waited for each other: the one that the database gave up is done once more."""
        for _ in range(_TRIES - 1):
            try:
                return self._once(job)
            except sa.exc.OperationalError as error:
                if getattr(error.orig, "sqlstate", "") not in _GIVEN_UP:
                    raise
        return self._once(job)

    def _once(self, job: _Job) -> Any:
        with self._engine.begin() as tx:
            return perform(job.work, tx)
