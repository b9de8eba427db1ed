"""Engines for the two databases, set up so that a committed row survives a power cut."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from osara_store.errors import DatabaseNotSupported

_BUSY_MILLISECONDS = 10_000
_DURABLE = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_MILLISECONDS}", "foreign_keys=ON")


def parse(url: str) -> sa.URL:
    """The address with the driver we use, or DatabaseNotSupported."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        # Without the cause: it repeats the address, which may hold a password.
        raise DatabaseNotSupported("The database address is not one such as sqlite:///data/hub.db.") from None
    backend = parsed.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite")
    raise DatabaseNotSupported


def is_sqlite(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite"


def file_of(url: sa.URL) -> Path:
    """The file of a SQLite address."""
    return Path(url.database or "")


def engine_for(url: sa.URL, *, read_only: bool = False, connections: int = 5) -> sa.Engine:
    """Parameters never appear in this engine's errors or logs: they are people's names and what was said of them."""
    if is_sqlite(url):
        return _sqlite(url, read_only=read_only, connections=connections)
    return _postgresql(url, read_only=read_only, connections=connections)


def _sqlite(url: sa.URL, *, read_only: bool, connections: int) -> sa.Engine:
    file_of(url).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(url, hide_parameters=True, pool_size=connections)
    pragmas = (*_DURABLE, "query_only=ON") if read_only else _DURABLE
    # A writer that starts as a reader can be refused half-way through, so it asks for the write lock at once.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own idea of when to begin is not ours
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: sa.URL, *, read_only: bool, connections: int) -> sa.Engine:
    access = {"options": "-c default_transaction_read_only=on"} if read_only else {}
    return sa.create_engine(
        url, hide_parameters=True, pool_size=connections, pool_pre_ping=True, connect_args=access
    )
