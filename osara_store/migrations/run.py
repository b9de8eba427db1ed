"""Alembic, run from wherever the package lies."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def configuration(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def to(connection: sa.Connection, revision: str) -> None:
    """Apply what is missing up to this script, within the caller's transaction."""
    command.upgrade(configuration(connection), revision)
