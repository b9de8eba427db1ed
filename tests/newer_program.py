"""`python -m bot` as a version after this one: it has two more scripts, one for the start and one that waits for the end."""

import os
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config

from osara_store import migrations
from osara_store.migrations import run

NEXT, LAST = (f"{int(migrations.HEAD) + more:04}" for more in (1, 2))

ADDING = f'''"""A column and a table that the version before knows nothing of."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{migrations.HEAD}"


def upgrade() -> None:
    op.add_column("cases", sa.Column("later", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table("later", sa.Column("x", sa.Integer(), primary_key=True))
'''

ENDING = f'''"""AFTER: takes away what was kept for the version before."""

from alembic import op

revision = "{LAST}"
down_revision = "{NEXT}"


def upgrade() -> None:
    op.drop_table("later")
    op.execute("UPDATE compatibility SET oldest = '{LAST}'")
'''


def with_more_scripts(folder: Path) -> None:
    (folder / f"{NEXT}_adding.py").write_text(ADDING)
    (folder / f"{LAST}_ending.py").write_text(ENDING)
    own, of_this_version = Path(run.__file__).parent / "versions", run.configuration

    def configuration(connection: sa.Connection) -> Config:
        config = of_this_version(connection)
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", os.pathsep.join(map(str, (own, folder))))
        return config

    run.configuration = configuration
    for name, value in {"HEAD": LAST, "BEFORE": NEXT, "AFTER": (*migrations.AFTER, LAST)}.items():
        setattr(migrations, name, value)


if __name__ == "__main__":
    from bot.__main__ import main

    with tempfile.TemporaryDirectory() as scripts:
        with_more_scripts(Path(scripts))
        sys.exit(main())
