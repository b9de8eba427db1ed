"""The schema's history. Alembic runs it; `HEAD` lets a start that has nothing to do leave Alembic out."""

HEAD = "0006"
