"""AFTER: completes what replicas of earlier versions wrote while this one ran beside them.

They left new columns at their defaults, drew no search row, and gave up messages that are held today. None of them may
start again, or there would be more of it.
"""

import sqlalchemy as sa
from alembic import op

from osara_store.migrations.search_rows import add_missing

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE cases SET lead_agency_id = agency_id WHERE lead_agency_id = ''")
    add_missing(op.get_bind())
    op.execute(
        "UPDATE outbox SET state = 'held', finished_at = NULL WHERE state = 'dead' AND service = 'teams' AND ("
        "error LIKE 'Forbidden %' OR error IN ("
        "'the person has never been met', 'the app is not installed in the hub''s channel'))"
    )
    oldest = sa.table("compatibility", sa.column("oldest"))
    op.execute(oldest.update().values(oldest=revision))
