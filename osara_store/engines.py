"""Engines for the two databases, set up so that a committed row survives a power cut."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from osara_store.errors import DatabaseNotSupported, DatabaseUnreachable

_BUSY_MILLISECONDS = 10_000
# The time-out first: the others may have to wait for another process.
_DURABLE = (f"busy_timeout={_BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def parse(url: str) -> sa.URL:
    """The address with the driver we use, or DatabaseNotSupported."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # ValueError: a port that is no number
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
    """An engine that has connected once, so that a wrong address is told of now and not at the first referral.

    Parameters never appear in its errors or logs: they are people's names and what was said of them.
    """
    try:
        build = _sqlite if is_sqlite(url) else _postgresql
        engine = build(url, read_only=read_only, connections=connections)
        engine.connect().close()
    except (OSError, sa.exc.DBAPIError) as error:
        # Without the cause: a driver may repeat the address with its password.
        raise DatabaseUnreachable(f"{url.render_as_string()} cannot be opened: {_reason(error)}") from None
    return engine


def _reason(error: OSError | sa.exc.DBAPIError) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror} ({error.filename})"
    return str(error.orig).partition("\n")[0]


def _sqlite(url: sa.URL, *, read_only: bool, connections: int) -> sa.Engine:
    _make_private(file_of(url))
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


def _make_private(file: Path) -> None:
    """Have the file made, if it is not there, so that only its owner can read it and what SQLite puts beside it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)


def _postgresql(url: sa.URL, *, read_only: bool, connections: int) -> sa.Engine:
    access = {"options": "-c default_transaction_read_only=on"} if read_only else {}
    return sa.create_engine(
        url, hide_parameters=True, pool_size=connections, pool_pre_ping=True, connect_args=access
    )
