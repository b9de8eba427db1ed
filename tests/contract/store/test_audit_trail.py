"""Reading the audit chains, and the commands that do so, on both databases."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.__main__ import main
from osara_store import audit, audit_trail, engines
from osara_store.audit import Broken
from osara_store.audit_trail import Verdict
from osara_store.schema import audit as audit_table
from tests.unit.bot.environment import good_environment

from .conftest import Store
from .test_audit import unlock
from .world import ALL, CAR, NOON, PRIYA, TOM, referral, something_else, submitted


def add(tx: sa.Connection, hub_id: str = "ALL", n: int = 0) -> None:
    audit.record(
        tx,
        hub_id=hub_id,
        actor=PRIYA,
        action="case.viewed",
        case_id=n,
        detail={"n": n},
        now=NOON + timedelta(seconds=n),
    )


@pytest.fixture
def reading(url: str) -> Iterator[sa.Engine]:
    """As the commands read."""
    engine = engines.engine_for(engines.parse(url), read_only=True)
    yield engine
    engine.dispose()


def test_a_verdict_says_how_long_the_chains_are(store: Store, reading: sa.Engine):
    with reading.connect() as connection:
        assert audit_trail.verify(connection) == Verdict(0, 0, None)
    with store.begin() as tx:
        for n in range(5):
            add(tx, "ALL", n)
        add(tx, "CAR")
    with reading.connect() as connection:
        assert audit_trail.verify(connection) == Verdict(6, 2, None)


def test_a_verdict_names_the_first_row_that_does_not_fit(store: Store, reading: sa.Engine):
    with store.begin() as tx:
        for n in range(5):
            add(tx, "CAR", n)
        unlock(tx)
        tx.execute(sa.update(audit_table).where(audit_table.c.n == 4).values(person="somebody else"))
    with reading.connect() as connection:
        assert audit_trail.verify(connection).broken == Broken("CAR", 4, "the row was changed")


def test_what_others_write_while_the_chains_are_walked_breaks_nothing(store: Store, reading: sa.Engine):
    with store.begin() as tx:
        add(tx)
    written = 0

    @sa.event.listens_for(reading, "after_cursor_execute")
    def _write_meanwhile(*told: Any) -> None:
        """After every step of the walk somebody looks at a case."""
        nonlocal written
        if "audit" in told[2]:
            written += 1
            with store.begin() as tx:
                add(tx, n=written)

    with reading.connect() as connection:
        assert audit_trail.verify(connection) == Verdict(1, 1, None)
    assert written > 1


def test_the_newest_rows_of_one_case_are_read_first(store: Store):
    with store.begin() as tx:
        ours = submitted(tx).case
        theirs = submitted(tx, something_else()).case
        for n in range(3):
            audit.record(
                tx,
                hub_id="ALL",
                actor=TOM,
                action=f"case.tried_{n}",
                case_id=ours.id,
                detail={},
                now=NOON + timedelta(minutes=n),
            )
        rows = list(audit_trail.of_case(tx, ours, 100))

        assert [row.action for row in rows][:3] == ["case.tried_2", "case.tried_1", "case.tried_0"]
        assert rows[-1].action == "case.submitted"
        assert rows[0].person == TOM.object_id
        assert rows[0].at == NOON + timedelta(minutes=2)
        assert [row.action for row in audit_trail.of_case(tx, ours, 1)] == ["case.tried_2"]
        assert {row.action for row in audit_trail.of_case(tx, theirs, 100)} == {"case.submitted"}


# --- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _settings(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in good_environment({"HUB_DATABASE_URL": url}).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_settings")
def test_the_command_verifies_either_database(store: Store, capsys: pytest.CaptureFixture[str]):
    with store.begin() as tx:
        submitted(tx)
        submitted(tx, someone=TOM, of=CAR)
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == "2 rows of 2 hubs: unbroken.\n"

    with store.begin() as tx:
        unlock(tx)
        tx.execute(sa.delete(audit_table).where(audit_table.c.hub_id == "CAR"))
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out == "BROKEN: row 1 of hub CAR: every row is missing.\n"


@pytest.mark.usefixtures("_settings")
def test_the_command_exports_from_either_database(
    store: Store, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    with store.begin() as tx:
        reference = submitted(tx, referral(where="Siân's flat, Workington"), of=ALL).case.reference

    assert main(["export", reference, "--to", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("Written: ") == 2
    content = json.loads((tmp_path / f"{reference}.json").read_text(encoding="utf-8"))
    assert content["case"]["where"] == "Siân's flat, Workington"
    assert "Siân&#x27;s flat" in (tmp_path / f"{reference}.html").read_text(encoding="utf-8")

    assert main(["audit", "list", reference]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert ["case.submitted" in listed[0], "case.exported" in listed[1]] == [True, True]
