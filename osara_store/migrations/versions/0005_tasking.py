"""Tasks that are accepted, declined and counted; who was sent a card about one; outside organisations pointed to.

Everything is added and every new column has a default, so that a replica of the version before goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite counts up INTEGER keys only.
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("accepted_at", sa.BigInteger(), nullable=True))
    op.add_column("tasks", sa.Column("numbers", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    for name in ("suggested_agency_id", "suggested_owner"):
        op.add_column("tasks", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "task_cards",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_task_cards_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", "tenant", "person", name="pk_task_cards"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signposts",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chaser_agency_id", sa.Text(), nullable=False),
        sa.Column("chaser", sa.Text(), nullable=False),
        sa.Column("chase_on", sa.Date(), nullable=False),
        sa.Column("chased_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_signposts_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_signposts"),
    )
