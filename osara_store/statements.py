"""INSERTs with ON CONFLICT, built once, at import, for both databases."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


class PerDatabase:
    """One INSERT built for each database, because SQLAlchemy has ON CONFLICT once per dialect."""

    def __init__(self, table: sa.Table, build: Callable[[Any], sa.Executable]) -> None:
        self._statements = {
            "sqlite": build(sqlite.insert(table)),
            "postgresql": build(postgresql.insert(table)),
        }

    def on(self, connection: sa.Connection) -> sa.Executable:
        return self._statements[connection.dialect.name]
