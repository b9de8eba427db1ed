"""Requests to Teams as long as they count against its limits, and messages held for places that cannot be reached.

Only a table and indices are added, so that a replica of the version before goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite counts up INTEGER keys only.
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = sa.text("state = 'waiting'")
_HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.create_table(
        "recent_requests",
        sa.Column("message_id", _BIG_ID, autoincrement=False, nullable=False),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "lease", name="pk_recent_requests"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recent_requests_service", "recent_requests", ["service", "at"], unique=False)
    op.create_index("ix_recent_requests_destination", "recent_requests", ["destination", "at"], unique=False)
    op.create_index(
        "ix_outbox_place",
        "outbox",
        ["service", "destination", "due_at", "id"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_outbox_held",
        "outbox",
        ["destination"],
        unique=False,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
    # The version before gave these up; they are sent once the app is installed where they go.
    op.execute(
        "UPDATE outbox SET state = 'held', finished_at = NULL WHERE state = 'dead' AND service = 'teams' AND ("
        "error LIKE 'Forbidden %' OR error IN ("
        "'the person has never been met', 'the app is not installed in the hub''s channel'))"
    )
