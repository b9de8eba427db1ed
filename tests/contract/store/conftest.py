"""Every test of this directory runs on SQLite and on PostgreSQL."""

import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from osara_store import engines
from osara_store.database import Database, upgrade

from .postgresql import private_server

settings.register_profile(
    "store",
    max_examples=40,
    deadline=None,  # a disk flush takes as long as it takes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_numbers = itertools.count(1)
NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def _new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    home = tmp_path_factory.mktemp("store")
    template = home / "template.db"
    upgrade(f"sqlite:///{template}")

    def new() -> str:
        copy = home / f"a hub {next(_numbers)}.db"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    return new


@pytest.fixture(scope="session")
def _new_postgresql() -> Iterator[NewDatabase]:
    with private_server() as maintenance:
        administration = sa.create_engine(
            engines.parse(maintenance), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )

        def create(name: str, template: str) -> str:
            with administration.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
            return maintenance.replace("/postgres?", f"/{name}?")

        upgrade(create("hub_template", "template0"))
        yield lambda: create(f"hub_{next(_numbers)}", "hub_template")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a new database with all its tables."""
    new: NewDatabase = request.getfixturevalue(f"_new_{request.param}")
    return new()


@pytest.fixture
def sqlite_url(_new_sqlite: NewDatabase) -> str:
    return _new_sqlite()


@pytest.fixture
def empty_url(url: str, tmp_path: Path) -> str:
    """The address of a database without any table."""
    address = engines.parse(url)
    if engines.is_sqlite(address):
        return f"sqlite:///{tmp_path / 'an empty one.db'}"
    engine = engines.engine_for(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url


class Store:
    """Transactions without an event loop: what a job sees inside Database.write."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self) -> Any:
        return self._engine.begin()

    def rows(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
        with self._engine.begin() as connection:
            return list(connection.execute(sa.select(table).where(*conditions)).mappings())

    def count(self, table: sa.Table) -> int:
        return len(self.rows(table))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    engine = engines.engine_for(engines.parse(url))
    yield Store(engine)
    engine.dispose()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database.open(url)
    yield opened
    await opened.close()
