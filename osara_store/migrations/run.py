"""Alembic, run from wherever the package lies."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from osara_store.errors import DatabaseTooNew


def configuration(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def to_head(connection: sa.Connection) -> None:
    """Apply what is missing, within the caller's transaction."""
    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise DatabaseTooNew from error
