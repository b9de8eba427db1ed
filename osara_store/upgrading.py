"""Bring a database to the newest schema, also while replicas of the version before use it.

See `osara_store.migrations` for the two sorts of scripts. A start applies those that an older replica can live with; the
others are for `finish`, once none runs any more. A database that nobody can be using gets all of them at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from osara_store import engines, migrations, replicas
from osara_store.errors import DatabaseTooNew, OlderReplicas, UpgradeUnfinished
from osara_store.replicas import Replica

# Any number, as long as nothing else uses it: replicas that start together upgrade one after another.
_UPGRADE_LOCK = sa.text("SELECT pg_advisory_xact_lock(7305114120265)")


@dataclass(frozen=True)
class Standing:
    """How far the upgrade of a database has come: the script that it stands at, those yet to come, and who uses it."""

    revision: str | None
    pending: bool
    replicas: tuple[Replica, ...]


def upgrade(url: str, *, alone: bool = False) -> bool:
    """Bring the database at this address up to date, all or nothing; quick where there is nothing to do.

    Args:
        url: where it is.
        alone: nobody else can be using it, so that nothing has to wait for `finish`.

    Returns:
        Whether nothing is left for `finish`.

    Raises:
        DatabaseTooNew: a newer program has finished its upgrade.
        UpgradeUnfinished: the upgrade before this one was never finished.
    """
    with _transaction(url) as connection:
        revision = _revision(connection)
        if revision is not None and revision >= migrations.HEAD:
            _check_compatible(connection, revision)
        elif alone or revision is None:
            _migrate(connection, migrations.HEAD)
        else:
            _start(connection, revision)
            return False
        return True


def finish(url: str, now: datetime) -> None:
    """Apply what had to wait until no older program runs; from then on none can start.

    Raises:
        OlderReplicas: some still run.
        DatabaseTooNew: a newer program has finished its upgrade.
    """
    with _transaction(url) as connection:
        revision = _revision(connection)
        if revision is not None and revision >= migrations.HEAD:
            _check_compatible(connection, revision)
            return
        older = [each.name for each in _living(connection, now) if each.knows < migrations.HEAD]
        if older:
            raise OlderReplicas(older)
        _migrate(connection, migrations.HEAD)


def standing(url: str, now: datetime) -> Standing:
    """How far the upgrade has come, changing nothing."""
    with _transaction(url) as connection:
        revision = _revision(connection)
        return Standing(
            revision,
            pending=revision is None or revision < migrations.HEAD,
            replicas=tuple(_living(connection, now)),
        )


@contextmanager
def _transaction(url: str) -> Iterator[sa.Connection]:
    engine = engines.engine_for(engines.parse(url), connections=1)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_UPGRADE_LOCK)
            yield connection
    finally:
        engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _living(connection: sa.Connection, now: datetime) -> list[Replica]:
    return replicas.living(connection, now) if sa.inspect(connection).has_table("replicas") else []


def _check_compatible(connection: sa.Connection, revision: str) -> None:
    """If a newer program has been here: as long as it has only added, we go on beside it."""
    if revision > migrations.HEAD and replicas.oldest(connection) > migrations.HEAD:
        raise DatabaseTooNew


def _start(connection: sa.Connection, revision: str) -> None:
    """Scripts are in one line, so one that waits for `finish` holds up those of the version after."""
    if any(revision < waiting < migrations.BEFORE for waiting in migrations.AFTER):
        raise UpgradeUnfinished
    if revision < migrations.BEFORE:
        _migrate(connection, migrations.BEFORE)


def _migrate(connection: sa.Connection, revision: str) -> None:
    # Imported here because Alembic takes longer to import than all of the rest, and most starts need none of it.
    from osara_store.migrations.run import to  # noqa: PLC0415

    to(connection, revision)
