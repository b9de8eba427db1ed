"""Bring a database to the newest schema."""

import sqlalchemy as sa

from osara_store import engines
from osara_store.migrations import HEAD

# Any number, as long as nothing else uses it: replicas that start together upgrade one after another.
_UPGRADE_LOCK = sa.text("SELECT pg_advisory_xact_lock(7305114120265)")


def upgrade(url: str) -> None:
    """Bring the database at this address up to date, all or nothing; quick where there is nothing to do."""
    engine = engines.engine_for(engines.parse(url), connections=1)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_UPGRADE_LOCK)
            if _revision(connection) != HEAD:
                _migrate(connection)
    finally:
        engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _migrate(connection: sa.Connection) -> None:
    # Imported here because Alembic takes longer to import than all of the rest, and most starts need none of it.
    from osara_store.migrations.run import to_head  # noqa: PLC0415

    to_head(connection)
