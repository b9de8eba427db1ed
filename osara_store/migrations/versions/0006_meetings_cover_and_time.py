"""Case meetings, cover, settings made on cards, the schedule, reminders and monthly reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite counts up INTEGER keys only.
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("information_requests", sa.Column("callers", sa.JSON(), nullable=True))
    op.add_column("information_requests", sa.Column("heard_at", sa.BigInteger(), nullable=True))
    op.add_column("information_requests", sa.Column("heard_by", sa.Text(), nullable=True))
    op.create_table(
        "absences",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_tenant", sa.Text(), nullable=False),
        sa.Column("deputy_id", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "first_day", name="pk_absences"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "known_people",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gone_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "person", "agency_id", name="pk_known_people"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "handovers",
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("successor_tenant", sa.Text(), nullable=False),
        sa.Column("successor_id", sa.Text(), nullable=False),
        sa.Column("with_lists", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hub_id", "tenant", "person", "agency_id", name="pk_handovers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hub_settings",
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hub_id", "name", name="pk_hub_settings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "nudges",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "subject", "step", name="pk_nudges"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_nudges_run", "nudges", ["tenant", "person", "run_at"], unique=False)
    op.create_table(
        "person_settings",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "name", name="pk_person_settings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule",
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("occasion", "subject", name="pk_schedule"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_schedule_due", "schedule", ["next_try_at"], unique=False)
    op.create_table(
        "schedule_runs",
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("ran_at", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("occasion", "subject", "due_at", name="pk_schedule_runs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_schedule_runs_ran", "schedule_runs", ["ran_at"], unique=False)
    op.create_table(
        "meeting_people",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("attendance", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_meeting_people_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", "tenant", "person", name="pk_meeting_people"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meetings",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("bookings", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("join_url", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_meetings_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_meetings"),
    )
    op.create_table(
        "review_rhythms",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("later", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_review_rhythms_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_review_rhythms"),
    )
    op.create_index("ix_review_rhythms_hub", "review_rhythms", ["hub_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=False),
        sa.Column("prompted_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("done_tenant", sa.Text(), nullable=False),
        sa.Column("done_id", sa.Text(), nullable=False),
        sa.Column("done_name", sa.Text(), nullable=False),
        sa.Column("done_agency_id", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reviews_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_reviews"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_reviews_due",
        "reviews",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index("ix_reviews_day", "reviews", ["due_on"], unique=False)
    op.create_table(
        "review_prompts",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_review_prompts_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", "tenant", "person", name="pk_review_prompts"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_review_prompts_message",
        "review_prompts",
        ["tenant", "person", "hub_id", "day"],
        unique=False,
    )
