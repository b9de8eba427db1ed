"""An upgrade while replicas of the version before go on working: what a start may do, and what waits for the end."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from osara_store import migrations, replicas
from osara_store.database import upgrade
from osara_store.errors import DatabaseTooNew, OlderReplicas, UpgradeUnfinished
from osara_store.migrations.run import configuration
from osara_store.schema import metadata
from osara_store.upgrading import finish, standing

from .test_upgrade import a_case_of_the_first_version, inspecting
from .world import NOON

NUMBERS = [f"{number:04}" for number in range(1, int(migrations.HEAD) + 1)]
BEFORE = [number for number in NUMBERS if number not in migrations.AFTER]

# What a script may say to a database that an older program is writing to. SQLite's batch mode would say DROP and RENAME.
ADDS = re.compile(
    r"""\s*(
        CREATE\ TABLE\ (?!IF) | CREATE\ INDEX\ | CREATE\ TRIGGER\ | CREATE\ FUNCTION\ |
        ALTER\ TABLE\ \w+\ ADD\ COLUMN\ |
        INSERT\ | UPDATE\ | SELECT\ | PRAGMA\ | WITH\ |
        DELETE\ FROM\ alembic_version
    )""",
    re.VERBOSE | re.DOTALL,
)


def at(url: str, revision: str) -> None:
    """Bring the database to this script, as a program that knew no more would have."""
    inspecting(url, lambda tx: command.upgrade(configuration(tx), revision))


def revision_of(url: str) -> str:
    return str(
        inspecting(url, lambda tx: tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    )


def oldest_of(url: str) -> str:
    return str(
        inspecting(url, lambda tx: tx.exec_driver_sql("SELECT oldest FROM compatibility").scalar_one())
    )


def calls(url: str, name: str, knows: str = migrations.HEAD, ago: timedelta = timedelta()) -> None:
    inspecting(url, lambda tx: replicas.call(tx, name, NOON - ago))
    inspecting(
        url,
        lambda tx: tx.execute(
            sa.text("UPDATE replicas SET knows = :k WHERE name = :n"), {"k": knows, "n": name}
        ),
    )


# --- the two sorts of scripts -----------------------------------------------------------------------------------------


def test_every_script_says_of_which_sort_it_is(sqlite_url: str):
    def scripts(connection: sa.Connection) -> dict[str, str]:
        directory = ScriptDirectory.from_config(configuration(connection))
        return {script.revision: script.doc for script in directory.walk_revisions()}

    found = inspecting(sqlite_url, scripts)
    assert sorted(found) == NUMBERS
    assert {number for number, doc in found.items() if doc.startswith("AFTER:")} == set(migrations.AFTER)
    assert BEFORE[-1] == migrations.BEFORE


def told(url: str, revision: str) -> list[str]:
    """Every statement of one script, as the database is told it."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    def work(connection: sa.Connection) -> None:
        sa.event.listen(connection, "before_cursor_execute", note)
        command.upgrade(configuration(connection), revision)

    inspecting(url, work)
    return statements


@pytest.mark.parametrize("number", BEFORE[1:])
def test_a_script_for_the_start_only_adds(empty_url: str, number: str):
    at(empty_url, f"{int(number) - 1:04}")
    for statement in told(empty_url, number):
        assert ADDS.match(statement), statement


@pytest.mark.parametrize("number", BEFORE[1:])
def test_what_a_script_adds_to_a_table_binds_nobody_who_does_not_know_of_it(empty_url: str, number: str):
    """No new column that must be given, no new rule on an old table that an old row could break."""
    at(empty_url, f"{int(number) - 1:04}")
    before = inspecting(empty_url, reflected)
    at(empty_url, number)
    after = inspecting(empty_url, reflected)
    for name, table in before.tables.items():
        known, now = set(table.c.keys()), after.tables[name]
        assert known <= set(now.c.keys())
        added = [column for column in now.c if column.name not in known]
        assert all(column.nullable or column.server_default is not None for column in added)
        assert unique(now) == unique(table)


def reflected(connection: sa.Connection) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(connection)
    found.remove(found.tables["alembic_version"])
    return found


def unique(table: sa.Table) -> set[tuple[str, ...]]:
    rules = [
        each for each in table.constraints if isinstance(each, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    ]
    indices = [index for index in table.indexes if index.unique]
    return {tuple(sorted(column.name for column in each.columns)) for each in [*rules, *indices]}


@pytest.mark.parametrize("number", BEFORE[:-1])
def test_a_program_of_any_version_before_goes_on_writing_what_it_knows(empty_url: str, number: str):
    """One row into each of its tables, naming its own columns only, once a start of today has upgraded the database."""
    at(empty_url, number)
    known = inspecting(empty_url, reflected)
    upgrade(empty_url)
    assert revision_of(empty_url) == migrations.BEFORE

    def write(connection: sa.Connection) -> None:
        for table in known.sorted_tables:
            if table.name != "compatibility":
                connection.execute(table.insert(), {column.name: made_up(column) for column in table.c})
                assert connection.execute(sa.select(*table.c)).one()

    inspecting(empty_url, write)


def made_up(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON):
        return {}
    values: dict[type, Any] = {int: 1, str: "x", bool: False, date: date(2026, 3, 2)}
    return values[column.type.python_type]


# --- a start, and the end ---------------------------------------------------------------------------------------------


def test_a_start_on_a_database_in_use_leaves_the_last_step_to_finish(empty_url: str):
    at(empty_url, "0006")
    assert not upgrade(empty_url)
    assert (revision_of(empty_url), oldest_of(empty_url)) == (migrations.BEFORE, "0007")
    assert not upgrade(empty_url)

    finish(empty_url, NOON)
    assert (revision_of(empty_url), oldest_of(empty_url)) == (migrations.HEAD, migrations.AFTER[-1])
    assert upgrade(empty_url)


def test_who_is_alone_or_starts_with_nothing_gets_everything_at_once(empty_url: str):
    at(empty_url, "0005")
    assert upgrade(empty_url, alone=True)
    assert revision_of(empty_url) == migrations.HEAD


def test_an_upgrade_is_not_finished_while_an_older_replica_lives(empty_url: str):
    at(empty_url, "0006")
    upgrade(empty_url)
    calls(empty_url, "the old one", knows="0007")
    calls(empty_url, "the new one")
    with pytest.raises(OlderReplicas, match="the old one\\. Stop"):
        finish(empty_url, NOON)
    assert standing(empty_url, NOON).pending

    calls(empty_url, "the old one", knows="0007", ago=replicas.SILENCE)  # killed two minutes ago
    finish(empty_url, NOON)
    assert not standing(empty_url, NOON).pending


def test_a_replica_that_stops_is_off_the_list_at_once(url: str):
    calls(url, "one")
    calls(url, "other")
    inspecting(url, lambda tx: replicas.leave(tx, "one"))
    assert [each.name for each in standing(url, NOON).replicas] == ["other"]


def test_an_older_program_may_start_as_long_as_the_newer_has_only_added(url: str):
    """A replica of the version before that is restarted, or rolled back to, in the middle of a rolling upgrade."""
    inspecting(url, lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    assert upgrade(url)
    finish(url, NOON)
    assert revision_of(url) == "9999"

    inspecting(url, lambda tx: tx.exec_driver_sql("UPDATE compatibility SET oldest = '9999'"))
    for start in (upgrade, lambda address: finish(address, NOON)):
        with pytest.raises(DatabaseTooNew):
            start(url)


def test_a_replica_that_was_not_heard_of_when_a_newer_one_finished_is_told_at_its_next_call(url: str):
    calls(url, "one")
    inspecting(url, lambda tx: tx.exec_driver_sql("UPDATE compatibility SET oldest = '9999'"))
    with pytest.raises(DatabaseTooNew):
        calls(url, "one")


@pytest.fixture
def the_version_after_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has one more script for the start, behind the one that waits to be finished."""
    monkeypatch.setattr(migrations, "HEAD", "0009")
    monkeypatch.setattr(migrations, "BEFORE", "0009")
    monkeypatch.setattr(migrations, "AFTER", ("0008",))


def test_an_upgrade_does_not_begin_before_the_one_before_is_finished(
    empty_url: str, the_version_after_next: None
):
    at(empty_url, "0007")
    with pytest.raises(UpgradeUnfinished, match="--finish"):
        upgrade(empty_url)
    assert revision_of(empty_url) == "0007"


# --- what waits for the end -------------------------------------------------------------------------------------------


def test_finishing_completes_what_a_replica_of_the_first_version_wrote_meanwhile(empty_url: str):
    at(empty_url, "0001")
    upgrade(empty_url)
    inspecting(empty_url, a_case_of_the_first_version)
    assert inspecting(empty_url, lambda tx: tx.execute(sa.select(metadata.tables["case_search"])).all()) == []

    finish(empty_url, NOON)
    searched = inspecting(empty_url, lambda tx: tx.execute(sa.select(metadata.tables["case_search"])).one())
    assert "zoe roe, next door" in searched.text
    lead = sa.select(metadata.tables["cases"].c.lead_agency_id)
    assert inspecting(empty_url, lambda tx: tx.execute(lead).scalar_one()) == "a agency_id"


def test_finishing_takes_up_what_an_older_replica_had_given_up_meanwhile(empty_url: str):
    at(empty_url, "0002")
    upgrade(empty_url)
    row = {
        "key": "k",
        "lane": "l",
        "service": "teams",
        "destination": "teams/person:t:p",
        "kind": "card.receipt",
    }
    row |= {
        "payload": {},
        "state": "dead",
        "due_at": NOON,
        "attempts": 1,
        "created_at": NOON,
        "finished_at": NOON,
    }
    outbox = metadata.tables["outbox"]
    inspecting(empty_url, lambda tx: tx.execute(outbox.insert(), row | {"error": "Forbidden NotInstalled"}))
    inspecting(empty_url, lambda tx: tx.execute(outbox.insert(), row | {"key": "other", "error": "HTTP 400"}))

    finish(empty_url, NOON)
    states = sa.select(outbox.c.key, outbox.c.state).order_by(outbox.c.id)
    assert [tuple(each) for each in inspecting(empty_url, lambda tx: tx.execute(states).all())] == [
        ("k", "held"),
        ("other", "dead"),
    ]
