"""The daily digest and quiet hours, through the real programs, with the bot's clock travelled over an autumn.

Dev speaks for the health trust. His tasks come with a card of their own, so that his digest says when they press.
"""

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import yaml

from tests.casework import Desk, a_task, answers_to, shown, travels
from tests.driver import (
    DEV,
    HELEN,
    PRIYA,
    TOM,
    Dialog,
    Person,
    a_referral,
    buttons_in,
    reference_in,
    texts_in,
    typed_values,
)
from tests.running import HUBS, Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONDON = ZoneInfo("Europe/London")
HEALTH = "fellside-health"
DIGEST = "What is new for you"
# The clocks go back on Sunday 27 October.
THURSDAY = date(2030, 10, 24)
DUE = date(2030, 10, 29)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """That time of day where the hub is."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=LONDON)


def quiet_hubs() -> dict[str, Any]:
    """The demo's hubs, with the quiet hours that hold where the file says nothing."""
    file: dict[str, Any] = yaml.safe_load(HUBS.read_text())
    del file["notices"]
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("quiet")
    path = Path(folder) / "hubs.yaml"
    path.write_text(json.dumps(quiet_hubs(), default=str))  # JSON is YAML, too
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(folder, settings, hubs=path) as running:
        await travels(running, at(THURSDAY, 10))
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tom(hub: Hub) -> Desk:
    """A case of standard risk that Priya referred and Tom has accepted. The bot has met Dev."""
    found = Desk(Person(hub, TOM), reference_in(await Person(hub, PRIYA).refer(a_referral(71))))
    await Desk(Person(hub, DEV), found.reference).opens()
    form = await found.goes("risk", "ask")
    await found.presses(form, "risk.save", answers_to(form))
    await found.moves("triage")
    return found


async def gives(desk: Desk, what: str, due: date) -> None:
    await desk.presses(
        await desk.goes("tasks.open", "add"), "task.save", {**a_task(due, HEALTH, what), "owner": ""}
    )


async def cards_of(hub: Hub, somebody: str, text: str) -> list[dict[str, Any]]:
    person = Person(hub, somebody)
    return [each for each in await person.bot_cards(await person.chat()) if text in texts_in(each["card"])]


async def digests_of(hub: Hub, somebody: str = DEV) -> list[dict[str, Any]]:
    return await cards_of(hub, somebody, DIGEST)


async def is_done(hub: Hub, moment: datetime) -> None:
    """Wait until Dev's digest of that moment has been run, and everything has gone that may go."""
    microseconds = int(moment.timestamp() * 1_000_000)

    async def nothing_waits() -> bool:
        with contextlib.closing(sqlite3.connect(f"file:{hub.database}?mode=ro", uri=True)) as database:
            due = database.execute(
                "SELECT count(*) FROM schedule WHERE occasion = 'digest' AND due_at <= ?", [microseconds]
            ).fetchone()
            waiting = database.execute(
                "SELECT count(*) FROM outbox WHERE state = 'waiting' AND due_at <= ?", [microseconds + 10**8]
            ).fetchone()
        return due == waiting == (0,)

    await until(nothing_waits, 30, "everything due to be run and sent")


async def travels_to(hub: Hub, moment: datetime) -> None:
    """Move the bot's clock, and wait until it has done what there is to do by then."""
    await travels(hub, moment)
    await is_done(hub, moment)


# --- the digest ------------------------------------------------------------------------------------------------------


async def test_the_digest_comes_at_half_past_eight_and_leads_to_the_task(hub: Hub, tom: Desk):
    await gives(tom, "See the man at number nine", DUE)
    assert await until(lambda: cards_of(hub, DEV, "A task for"), 20, "the task's own card")
    friday = THURSDAY + timedelta(days=1)
    await travels_to(hub, at(friday, 8, 29))
    assert await digests_of(hub) == []
    await travels_to(hub, at(friday, 8, 30, 1))
    (card,) = await digests_of(hub)
    said = texts_in(card["card"])
    assert "1 thing waits in 1 case" in said
    assert "In 4 days, 29 October 2030" in said
    assert "OFFICIAL-SENSITIVE" in said
    dev = Person(hub, DEV)
    form = shown(await dev.press_on(await dev.chat(), card, f"task-{tom.reference}-1"))
    assert "See the man at number nine" in form.shows


async def test_without_anything_new_none_comes(hub: Hub, tom: Desk):
    for days in (2, 3, 4, 5):  # over the weekend on which the clocks go back
        await travels_to(hub, at(THURSDAY + timedelta(days=days), 9))
    assert len(await digests_of(hub)) == 1


async def test_after_the_clocks_went_back_it_is_half_past_eight_again(hub: Hub, tom: Desk):
    wednesday = DUE + timedelta(days=1)
    assert at(wednesday, 8, 30).astimezone(UTC).hour == 8
    await travels_to(hub, at(wednesday, 8, 29))
    assert len(await digests_of(hub)) == 1
    await travels_to(hub, at(wednesday, 8, 30, 1))
    card = (await digests_of(hub))[-1]
    assert "1 thing waits in 1 case, 1 overdue" in texts_in(card["card"])


# --- quiet hours -----------------------------------------------------------------------------------------------------


async def test_a_task_of_standard_risk_waits_for_the_morning(hub: Hub, tom: Desk):
    wednesday, thursday = DUE + timedelta(days=1), DUE + timedelta(days=2)
    await travels_to(hub, at(wednesday, 19))
    await gives(tom, "Ring the landlord", DUE + timedelta(days=30))
    await is_done(hub, at(wednesday, 19))
    assert await cards_of(hub, DEV, "Ring the landlord") == []
    await travels_to(hub, at(thursday, 7, 58))
    assert await cards_of(hub, DEV, "Ring the landlord") == []
    await travels_to(hub, at(thursday, 8, 0, 1))
    assert len(await cards_of(hub, DEV, "Ring the landlord")) == 1


async def test_one_of_high_risk_comes_at_once(hub: Hub, tom: Desk):
    reference = reference_in(await Person(hub, PRIYA).refer(a_referral(72)))
    other = Desk(tom.person, reference)
    form = await other.goes("risk", "ask")
    await other.presses(form, "risk.save", answers_to(form))
    form = await other.goes("risk", "override.open")
    await other.presses(form, "override.save", {"band": "high", "reason": "He has been seen with a knife."})
    await other.moves("triage")
    thursday = DUE + timedelta(days=2)
    await travels_to(hub, at(thursday, 19))
    await gives(other, "See to it tonight", DUE + timedelta(days=30))
    assert await until(lambda: cards_of(hub, DEV, "See to it tonight"), 20, "the card at night")


# --- settings --------------------------------------------------------------------------------------------------------


async def settings_of(person: Person, *, of_hub: bool = False) -> Dialog:
    channel, card = await person.hub_card()
    mine = shown(await person.press_on(channel, card, "Settings"))
    return shown(await person.press(mine, "Settings of Allerdale")) if of_hub else mine


async def test_the_manager_changes_the_hubs_time_and_nobody_else_is_offered_it(hub: Hub, tom: Desk):
    helen = Person(hub, HELEN)
    form = await settings_of(helen, of_hub=True)
    saved = shown(await helen.press(form, "hubset.save", {**typed_values(form.card), "digest_at": "07:30"}))
    assert "Saved." in saved.shows
    offered = [button.title for button in buttons_in((await settings_of(tom.person)).card)]
    assert offered == ["Save"]

    friday = DUE + timedelta(days=10)
    await travels_to(hub, at(friday - timedelta(days=1), 12))
    await gives(tom, "Write to the tenants", friday + timedelta(days=1))
    before = len(await digests_of(hub))
    await travels_to(hub, at(friday, 7, 29))
    assert len(await digests_of(hub)) == before
    await travels_to(hub, at(friday, 7, 30, 1))
    assert len(await digests_of(hub)) == before + 1


async def test_somebody_sets_a_time_of_their_own(hub: Hub, tom: Desk):
    dev = Person(hub, DEV)
    form = await settings_of(dev)
    assert "As my hub: 07:30" in form.shows
    saved = await dev.press(form, "mine.save", {**typed_values(form.card), "digest_at": "16:30"})
    assert "Saved." in shown(saved).shows
    monday = DUE + timedelta(days=13)  # the task that was given last is overdue
    await travels_to(hub, at(monday - timedelta(days=1), 17))
    before = len(await digests_of(hub))
    await travels_to(hub, at(monday, 16, 29))
    assert len(await digests_of(hub)) == before
    await travels_to(hub, at(monday, 16, 30, 1))
    assert len(await digests_of(hub)) == before + 1
    with contextlib.closing(sqlite3.connect(f"file:{hub.database}?mode=ro", uri=True)) as database:
        done = {action for (action,) in database.execute("SELECT action FROM audit WHERE hub_id = 'ALL'")}
    assert done >= {"hub.settings_changed", "person.settings_changed"}


# --- a long standstill -----------------------------------------------------------------------------------------------


async def test_six_weeks_without_the_bot_make_one_digest(hub: Hub, tom: Desk):
    monday = DUE + timedelta(days=13)
    for n in range(1, 5):
        await gives(tom, f"Step {n}", monday + timedelta(days=7 * n))
    await is_done(hub, at(monday, 16, 30))
    before = len(await digests_of(hub))
    await hub.kill_bot()
    await hub.start_bot()
    back = at(monday + timedelta(days=43), 11)
    await travels_to(hub, back)
    found = await digests_of(hub)
    assert len(found) == before + 1
    said = texts_in(found[-1]["card"])
    assert all(f"Step {n}" in said for n in range(1, 5))
    await travels_to(hub, back + timedelta(hours=7))
    assert len(await digests_of(hub)) == before + 1
