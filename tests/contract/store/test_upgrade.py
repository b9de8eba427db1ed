import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from osara_store import engines
from osara_store.database import upgrade
from osara_store.errors import DatabaseTooNew
from osara_store.migrations import HEAD
from osara_store.migrations.run import configuration
from osara_store.schema import metadata

from .world import submitted

ROOT = Path(__file__).resolve().parents[3]


def inspecting(url: str, look):
    engine = engines.engine_for(engines.parse(url))
    with engine.begin() as connection:
        found = look(connection)
    engine.dispose()
    return found


def test_the_scripts_make_exactly_the_tables_the_program_uses(empty_url: str):
    upgrade(empty_url)

    def differences(connection: sa.Connection):
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    assert inspecting(empty_url, differences) == []


def test_upgrading_again_changes_nothing_and_keeps_what_is_there(url: str):
    inspecting(url, submitted)
    upgrade(url)
    upgrade(url)

    assert inspecting(url, lambda tx: tx.exec_driver_sql("SELECT reference FROM cases").scalar_one()) == (
        "ALL-2026-0001"
    )


def test_the_newest_script_is_the_one_the_program_looks_for(sqlite_url: str):
    def head(connection: sa.Connection) -> str | None:
        return ScriptDirectory.from_config(configuration(connection)).get_current_head()

    assert inspecting(sqlite_url, head) == HEAD


def test_a_start_with_nothing_to_do_leaves_alembic_out(sqlite_url: str, tmp_path: Path):
    program = "import sys; from osara_store.database import upgrade; upgrade(sys.argv[1]); print('alembic' in sys.modules)"
    empty = f"sqlite:///{tmp_path}/new.db"

    def run(url: str) -> str:
        command = [sys.executable, "-c", program, url]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()

    assert [run(empty), run(empty), run(sqlite_url)] == ["True", "False", "False"]


def test_it_works_from_any_directory_and_with_spaces_in_the_path(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    upgrade("sqlite:///a hub's data/hub 100%.db")

    assert (tmp_path / "a hub's data" / "hub 100%.db").exists()


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(empty_url: str):
    # The last table that the script makes is already there, so it fails after making the others.
    inspecting(empty_url, lambda tx: tx.exec_driver_sql("CREATE TABLE match_keys (x INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(empty_url)

    assert inspecting(empty_url, lambda tx: sa.inspect(tx).get_table_names()) == ["match_keys"]


def test_a_database_that_a_newer_program_has_finished_is_left_alone(url: str):
    inspecting(url, lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    inspecting(url, lambda tx: tx.exec_driver_sql("UPDATE compatibility SET oldest = '9998'"))
    with pytest.raises(DatabaseTooNew, match="newer version"):
        upgrade(url)


REPLICA = """
import sys
import osara_store.migrations.run
from osara_store.database import upgrade
print("ready", flush=True)
upgrade(sys.argv[1])
"""


def test_a_replica_that_starts_during_an_upgrade_waits_for_it_and_finds_it_done(empty_url: str):
    about_to_commit, go_on = threading.Event(), threading.Event()

    def pause(connection: sa.Connection) -> None:
        about_to_commit.set()
        assert go_on.wait(30)

    sa.event.listen(sa.Engine, "commit", pause)
    first = threading.Thread(target=upgrade, args=(empty_url,))
    try:
        first.start()
        assert about_to_commit.wait(30)
        command = [sys.executable, "-c", REPLICA, empty_url]
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "ready\n"
            time.sleep(0.5)  # long enough for it to get as far as it can
            go_on.set()
            first.join(30)
    finally:
        go_on.set()
        sa.event.remove(sa.Engine, "commit", pause)

    assert second.returncode == 0
    assert inspecting(empty_url, submitted).case.reference == "ALL-2026-0001"


def first_tables(connection: sa.Connection) -> None:
    command.upgrade(configuration(connection), "0001")
    a_case_of_the_first_version(connection)


def a_case_of_the_first_version(connection: sa.Connection) -> None:
    """Written as that version wrote it, into whatever tables there are."""
    known = sa.MetaData()
    known.reflect(connection, only=["cases", "case_people", "entries"])
    words = ("reference", "category", "agency_id", "referrer_tenant", "referrer_id", "referrer_name")
    words += ("where", "own_reference", "equality_note", "since", "frequency", "danger", "sharing_basis")
    case = {word: f"a {word}" for word in words}
    case |= {"reference": "ALL-2026-0001", "hub_id": "ALL", "state": "submitted", "category": "noise"}
    case |= {"where": "12 High Street CA14 1AB", "equality": "no", "submitted_at": 0, "version": 1, "id": 1}
    connection.execute(known.tables["cases"].insert(), case)
    person = {"case_id": 1, "n": 1, "role": "affected", "description": "Zo\u00eb Roe, next door"}
    connection.execute(known.tables["case_people"].insert(), person)
    authors = {"agency_id": "homes", "author_name": "P", "at": 0, "author_tenant": "t", "author_id": "p"}
    entry = {"case_id": 1, "n": 1, "stage": "scanning", "kind": "where", "text": "The yard", **authors}
    connection.execute(known.tables["entries"].insert(), entry)


def test_cases_of_the_version_before_are_led_by_their_referrers_agency_and_can_be_searched(empty_url: str):
    inspecting(empty_url, first_tables)
    upgrade(empty_url)

    def kept(connection: sa.Connection):
        searched = connection.execute(sa.select(metadata.tables["case_search"])).one()
        return connection.execute(sa.select(metadata.tables["cases"].c.lead_agency_id)).scalar_one(), searched

    lead, searched = inspecting(empty_url, kept)
    assert lead == "a agency_id"
    assert (searched.case_id, searched.hub_id, searched.category) == (1, "ALL", "noise")
    assert set(searched.text.split("\n")) == {
        "all-2026-0001",
        "a own_reference",
        "12 high street ca14 1ab",
        "zoe roe, next door",
        "the yard",
        "ca141ab",
    }
