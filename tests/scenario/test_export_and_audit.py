"""`python -m bot export` and `python -m bot audit`, beside the running bot."""

import asyncio
import json
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.hubs_file import read_hubs_file
from osara_store import engines, links, restricting, viewing
from osara_store.case_file import Access
from osara_store.directory import Actor
from osara_store.schema import cases
from tests.driver import HELEN, PRIYA, TOM, Person, a_referral, reference_in
from tests.running import HUBS, Hub

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIRECTORY = read_hubs_file(HUBS)
ALL = DIRECTORY.hub("ALL")
TENANT = DIRECTORY.tenants[0].id

UNUSED = count(760)


def someone(object_id: str) -> Actor:
    found = DIRECTORY.actor(TENANT, object_id)
    assert found is not None
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reference(hub: Hub) -> str:
    """A case that Priya has referred."""
    return await referred(hub, 701)


async def referred(hub: Hub, number: int) -> str:
    return reference_in(await Person(hub, PRIYA).refer(a_referral(number)))


@contextmanager
def store(hub: Hub) -> Iterator[sa.Connection]:
    """A transaction beside the bot's own."""
    engine = engines.engine_for(engines.parse(f"sqlite:///{hub.database}"))
    try:
        with engine.begin() as tx:
            yield tx
    finally:
        engine.dispose()


def about(tx: sa.Connection, reference: str, by: str = HELEN) -> dict[str, Any]:
    """What every command of the store is told."""
    case = viewing.find(tx, reference)
    assert case is not None
    return {"actor": someone(by), "hub": ALL, "case_id": case.id, "now": datetime.now(UTC)}


def audited(hub: Hub, action: str) -> list[dict[str, Any]]:
    """The rows of audit for an action, their details read."""
    with sqlite3.connect(hub.database) as database:
        database.row_factory = sqlite3.Row
        found = database.execute("SELECT * FROM audit WHERE action = ? ORDER BY n", (action,)).fetchall()
    return [{**dict(row), "detail": json.loads(row["detail"])} for row in found]


# --- export ----------------------------------------------------------------------------------------------------------


async def test_a_case_is_written_as_json_and_as_a_page(hub: Hub, reference: str, tmp_path: Path):
    status, out, errors = await hub.bot_says("export", reference, "--to", str(tmp_path))

    assert (status, errors) == (0, "")
    assert out.count("Written: ") == 2
    assert "OFFICIAL-SENSITIVE" in out
    content = json.loads((tmp_path / f"{reference}.json").read_text(encoding="utf-8"))
    assert content["case"]["reference"] == reference
    assert content["case"]["where"] == "701 Quayside Yard 701, Workington"
    assert (
        "Groups gather at night in yard 701"
        in {each["kind"]: each["text"] for each in content["entries"]}["statement"]
    )
    page = (tmp_path / f"{reference}.html").read_text(encoding="utf-8")
    assert "OFFICIAL-SENSITIVE" in page
    assert "Groups gather at night in yard 701" in page


async def test_only_the_owner_can_open_the_files(hub: Hub, reference: str, tmp_path: Path):
    await hub.bot_says("export", reference, "--to", str(tmp_path))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


async def test_an_export_is_in_the_audit_chain_as_done_by_the_program(
    hub: Hub, reference: str, tmp_path: Path
):
    before = len(audited(hub, "case.exported"))
    await hub.bot_says("export", reference.lower(), "--to", str(tmp_path))
    rows = audited(hub, "case.exported")

    assert len(rows) == before + 1
    assert (rows[-1]["person"], rows[-1]["tenant"], rows[-1]["agency_id"]) == ("", "", "")
    assert rows[-1]["detail"] == {"reference": reference, "asked": reference, "restricted": False}


async def test_a_file_that_is_there_is_kept_unless_one_says_otherwise(
    hub: Hub, reference: str, tmp_path: Path
):
    there = tmp_path / f"{reference}.html"
    there.write_text("mine")
    there.chmod(0o644)
    before = len(audited(hub, "case.exported"))

    status, out, _ = await hub.bot_says("export", reference, "--to", str(tmp_path))
    assert status == 1
    assert str(there) in out
    assert "--overwrite" in out
    assert there.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [there.name]
    assert len(audited(hub, "case.exported")) == before

    status, out, _ = await hub.bot_says("export", reference, "--to", str(tmp_path), "--overwrite")
    assert status == 0
    assert f"Replaced: {there}" in out
    assert reference in there.read_text()
    assert stat.S_IMODE(there.stat().st_mode) == 0o600


async def test_a_link_that_stands_where_a_file_should_be_is_not_written_through(
    hub: Hub, reference: str, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not yours")
    (tmp_path / f"{reference}.json").symlink_to(elsewhere)

    assert (await hub.bot_says("export", reference, "--to", str(tmp_path)))[0] == 1
    assert (await hub.bot_says("export", reference, "--to", str(tmp_path), "--overwrite"))[0] == 0
    assert elsewhere.read_text() == "not yours"
    assert not (tmp_path / f"{reference}.json").is_symlink()


@pytest.mark.parametrize("asked", ["ALL-2019-0001", "../../etc/passwd"])
async def test_a_reference_that_is_not_there_is_told_with_status_1(hub: Hub, tmp_path: Path, asked: str):
    status, out, errors = await hub.bot_says("export", asked, "--to", str(tmp_path))

    assert (status, errors) == (1, "")
    assert out == f"There is no case {asked.upper()}. Nothing was exported.\n"
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_is_not_there_is_told(hub: Hub, reference: str, tmp_path: Path):
    status, out, _ = await hub.bot_says("export", reference, "--to", str(tmp_path / "none"))
    assert status == 1
    assert "There is no folder" in out


async def test_a_merged_case_is_exported_where_it_goes_on(hub: Hub, tmp_path: Path):
    old, survivor = await referred(hub, 702), await referred(hub, 703)
    with store(hub) as tx:
        links.merge(
            tx,
            **about(tx, old),
            directory=DIRECTORY,
            seen=0,
            into=survivor,
            reason="The same yard after all.",
        )

    status, out, _ = await hub.bot_says("export", old, "--to", str(tmp_path))
    assert status == 0
    assert f"{old} was merged: this is {survivor}" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{survivor}.html", f"{survivor}.json"]
    assert audited(hub, "case.exported")[-1]["detail"] == {
        "reference": survivor, "asked": old, "restricted": False,
    }  # fmt: skip

    status, out, _ = await hub.bot_says("export", old, "--to", str(tmp_path), "--as-written")
    assert status == 0
    assert "was merged" not in out
    assert f"goes on in {survivor}" in (tmp_path / f"{old}.html").read_text()


async def test_a_restricted_case_is_exported_only_on_purpose_and_says_so(hub: Hub, tmp_path: Path):
    secret = await referred(hub, 704)
    readers = [Access(each.tenant, each.object_id, each.name) for each in (someone(HELEN), someone(TOM))]
    with store(hub) as tx:
        restricting.restrict(tx, **about(tx, secret), people=readers, reason="A colleague lives there.")
    before = len(audited(hub, "case.exported"))

    status, out, _ = await hub.bot_says("export", secret, "--to", str(tmp_path))
    assert status == 1
    assert "restricted" in out
    assert "--restricted" in out
    assert list(tmp_path.iterdir()) == []
    assert len(audited(hub, "case.exported")) == before

    status, out, _ = await hub.bot_says("export", secret, "--to", str(tmp_path), "--restricted")
    assert status == 0
    assert "RESTRICTED" in out
    assert "OFFICIAL-SENSITIVE - RESTRICTED CASE" in (tmp_path / f"{secret}.html").read_text()
    assert "RESTRICTED" in json.loads((tmp_path / f"{secret}.json").read_text())["marking"]
    assert audited(hub, "case.exported")[-1]["detail"]["restricted"] is True


async def test_an_erased_case_says_so(hub: Hub, tmp_path: Path):
    gone = await referred(hub, 705)
    with store(hub) as tx:
        tx.execute(
            sa.update(cases).where(cases.c.reference == gone).values(erased_at=datetime.now(UTC), where="")
        )

    status, out, _ = await hub.bot_says("export", gone, "--to", str(tmp_path))
    assert status == 0
    assert f"{gone} was erased" in out
    assert "were erased on" in (tmp_path / f"{gone}.html").read_text()


# --- audit -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(hub: Hub, tmp_path: Path) -> Hub:
    """The bot's commands on a copy of its database, to be tampered with."""
    copy = tmp_path / "copy.db"
    with sqlite3.connect(hub.database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    shutil.copymode(hub.database, copy)
    environment = {**hub.bot.environment, "HUB_DATABASE_URL": f"sqlite:///{copy}"}
    return replace(hub, folder=tmp_path, bot=replace(hub.bot, environment=environment))


def tamper(copied: Hub, *statements: str) -> None:
    """What somebody can do who has the file in their hands."""
    with sqlite3.connect(copied.folder / "copy.db") as database:
        for trigger in ("audit_no_update", "audit_no_delete"):
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            assert database.execute(statement).rowcount > 0


def length(copied: Hub) -> int:
    with sqlite3.connect(copied.folder / "copy.db") as database:
        return int(database.execute("SELECT max(n) FROM audit WHERE hub_id = 'ALL'").fetchone()[0])


async def test_whole_chains_are_told_with_how_long_they_are(copied: Hub, reference: str):
    rows = length(copied)
    assert await copied.bot_says("audit", "verify") == (0, f"{rows:,} rows of 1 hub: unbroken.\n", "")


async def test_the_chains_are_whole_while_people_refer(hub: Hub, reference: str):
    """The bot writes on while they are walked."""
    referring = asyncio.gather(*(referred(hub, number) for number in range(740, 746)))
    said = [await hub.bot_says("audit", "verify") for _ in range(4)]
    await referring

    assert [status for status, _, _ in said] == [0, 0, 0, 0], said


@pytest.mark.parametrize(
    ("by_hand", "row", "why"),
    [
        ("UPDATE audit SET person = 'somebody else' WHERE n = 1", 1, "the row was changed"),
        ("UPDATE audit SET at = 'yesterday' WHERE n = 1", 1, "the row was changed"),
        ("DELETE FROM audit WHERE n = 1", 1, "a row is missing"),
    ],
)
async def test_a_row_that_was_changed_or_taken_out_is_named(
    copied: Hub, reference: str, by_hand: str, row: int, why: str
):
    tamper(copied, by_hand)
    assert await copied.bot_says("audit", "verify") == (1, f"BROKEN: row {row} of hub ALL: {why}.\n", "")


async def test_a_row_cut_off_the_end_is_missed(copied: Hub, reference: str):
    rows = length(copied)
    tamper(copied, f"DELETE FROM audit WHERE n = {rows}")

    status, out, _ = await copied.bot_says("audit", "verify")
    assert status == 1
    assert out == f"BROKEN: row {rows} of hub ALL: the end of the chain is not where it was.\n"


async def test_a_row_put_in_is_found(copied: Hub, reference: str):
    rows = length(copied)
    tamper(
        copied,
        "INSERT INTO audit SELECT hub_id, n + 1, at, tenant, person, agency_id, action, case_id, detail, hash "
        f"FROM audit WHERE n = {rows}",
    )

    status, out, _ = await copied.bot_says("audit", "verify")
    assert status == 1
    assert f"row {rows + 1} of hub ALL" in out


async def test_who_did_what_to_a_case_is_listed_with_names(hub: Hub, tmp_path: Path):
    case = await referred(hub, 720)
    await hub.bot_says("export", case, "--to", str(tmp_path))

    status, out, errors = await hub.bot_says("audit", "list", case)
    lines = out.splitlines()
    assert (status, errors) == (0, "")
    assert "case.submitted" in lines[0]
    assert f"{someone(PRIYA).name}, {someone(PRIYA).agency.name}" in lines[0]
    assert f"{TENANT}/{PRIYA}" in lines[0]
    assert datetime.fromisoformat(lines[0].split()[1]).tzinfo is not None
    assert "case.exported" in lines[-1]
    assert "the program itself" in lines[-1]
    assert "Quayside" not in out


async def test_only_the_newest_are_listed_if_one_likes(hub: Hub, reference: str, tmp_path: Path):
    await hub.bot_says("export", reference, "--to", str(tmp_path))
    status, out, _ = await hub.bot_says("audit", "list", reference, "--limit", "1")

    assert status == 0
    first, only = out.splitlines()
    assert first == "The newest 1; --limit shows more."
    assert "case.exported" in only


async def test_a_case_that_is_not_there_has_no_list(hub: Hub):
    assert await hub.bot_says("audit", "list", "ALL-2019-0001") == (
        1,
        "There is no case ALL-2019-0001.\n",
        "",
    )


async def test_a_limit_that_makes_no_sense_is_refused(hub: Hub, reference: str):
    status, _, errors = await hub.bot_says("audit", "list", reference, "--limit", "0")
    assert status == 2
    assert "must be a number from 1" in errors


async def test_the_bot_takes_referrals_while_cases_are_exported(hub: Hub, reference: str, tmp_path: Path):
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    exporting = asyncio.gather(*(hub.bot_says("export", reference, "--to", str(each)) for each in folders))
    while not exporting.done():
        await referred(hub, next(UNUSED))

    assert [status for status, _, _ in await exporting] == [0, 0, 0]
