"""The OSARA case file: stages, risk, clocks, tasks, moves, links, access and retention.

Everything is added and every new column has a default, so that a replica of the version before goes on working.
"""

import sqlalchemy as sa
from alembic import op

from osara_store.migrations.search_rows import add_missing

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite counts up INTEGER keys only.
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_answers_case_id"),
        sa.PrimaryKeyConstraint("case_id", "cycle", "field", "n", name="pk_answers"),
    )
    op.create_table(
        "case_access",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_access_case_id"),
        sa.PrimaryKeyConstraint("case_id", "tenant", "person", name="pk_case_access"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_links",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("other_id", _BIG_ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_links_case_id"),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name="fk_case_links_other_id"),
        sa.PrimaryKeyConstraint("case_id", "other_id", "kind", name="pk_case_links"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_links_other", "case_links", ["other_id"], unique=False)
    op.create_table(
        "case_moves",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("start", sa.String(30), nullable=False),
        sa.Column("end", sa.String(30), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_moves_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_case_moves"),
    )
    op.create_table(
        "clocks",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("met_at", sa.BigInteger(), nullable=True),
        sa.Column("replaced_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clocks_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_clocks"),
    )
    op.create_table(
        "person_marks",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("person_n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("age_group", sa.String(30), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_person_marks_case_id"),
        sa.PrimaryKeyConstraint("case_id", "person_n", "n", name="pk_person_marks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention_decisions",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_retention_decisions_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_retention_decisions"),
    )
    op.create_table(
        "risk_assessments",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_risk_assessments_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_risk_assessments"),
    )
    op.create_table(
        "tasks",
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("intervention", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("power", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("proportionality", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_tenant", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_agency_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id"),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_tasks"),
    )
    op.create_table(
        "victim_reports",
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("case_id", _BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_victim_reports_case_id"),
        sa.PrimaryKeyConstraint("hub_id", "key", "draft_id", "case_id", name="pk_victim_reports"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_victim_reports_case", "victim_reports", ["case_id"], unique=False)
    op.create_table(
        "case_search",
        sa.Column("case_id", _BIG_ID, autoincrement=False, nullable=False),
        sa.Column("hub_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_search_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_search"),
    )
    op.add_column(
        "cases", sa.Column("lead_agency_id", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("cases", sa.Column("cycle", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("cases", sa.Column("moves", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("cases", sa.Column("band", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("cases", sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("closed_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("watch_until", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("retention_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("legal_hold", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_cases_hub_state", "cases", ["hub_id", "state"], unique=False)
    op.add_column("entries", sa.Column("cycle", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("entries", sa.Column("grade", sa.Text(), nullable=False, server_default=sa.text("''")))
    # The referring agency leads unless somebody says otherwise.
    op.execute("UPDATE cases SET lead_agency_id = agency_id")
    add_missing(op.get_bind())
