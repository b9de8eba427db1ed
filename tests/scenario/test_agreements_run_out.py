"""An agreement runs out, through the real programs: who is told in their digest, and that a standstill tells it once."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from tests.casework import settled, travels
from tests.driver import HELEN, PRIYA, TOM, Person, texts_in
from tests.running import HUBS, Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

LAST = date(2030, 6, 28)
DAY = timedelta(days=1)
TITLE, AGENCY = "What is new for you", "The sharing agreement of Northshore Homes"


def morning(day: date) -> datetime:
    """After the digest, and before quiet hours begin again."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="module")
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """The demo's hubs, of which one agency's agreement ends sooner, and whose digests come every day."""
    file = yaml.safe_load(HUBS.read_text())
    file["notices"] = {"digest_days": "every"}
    for agency in file["agencies"]:
        if agency["id"] == "northshore-homes":
            agency["agreement"]["expires"] = LAST
    path = tmp_path / "hubs.yaml"
    path.write_text(json.dumps(file, default=str))  # JSON is YAML, too
    async with running_hub(tmp_path, {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}, hubs=path) as running:
        yield running


async def until_planned(hub: Hub, *people: str) -> None:
    """Wait until each of them is to have a digest."""

    async def planned() -> bool:
        _, listed, _ = await hub.bot_says("schedule")
        due, _, _ = listed.partition("Ran")
        return all(f":{person}" in due for person in people)

    await until(planned, 20, "digests in the schedule")


async def told(hub: Hub, person: str) -> list[str]:
    """What somebody's digests said of the agreement, in turn."""
    found = Person(hub, person)
    cards = [texts_in(each["card"]) for each in await found.bot_cards(await found.chat())]
    return [text for text in cards if TITLE in text and AGENCY in text]


async def until_told(hub: Hub, person: str, times: int) -> list[str]:
    async def so_often() -> list[str] | None:
        found = await told(hub, person)
        return found if len(found) >= times else None

    found: list[str] = await until(so_often, 30, f"{times} digests about the agreement")
    return found


async def test_the_end_of_an_agreement_is_told_step_by_step_and_after_a_standstill_once(hub: Hub) -> None:
    await travels(hub, morning(LAST - 60 * DAY))
    await until_planned(hub, HELEN, PRIYA, TOM)
    await travels(hub, morning(LAST - 59 * DAY))
    for person in (HELEN, PRIYA):
        (first,) = await until_told(hub, person, 1)
        assert "It runs out on" in first
    await settled(hub)

    await hub.kill_bot()  # and nobody notices for eight weeks
    await hub.start_bot()
    await travels(hub, morning(LAST - 3 * DAY))
    for person in (HELEN, PRIYA):
        assert len(await until_told(hub, person, 2)) == 2
    await settled(hub)

    await travels(hub, morning(LAST + 2 * DAY))
    assert "It ran out on" in (await until_told(hub, HELEN, 3))[-1]
    await settled(hub)
    for day in range(3, 6):
        await travels(hub, morning(LAST + day * DAY))
        await settled(hub)
    assert [len(await told(hub, person)) for person in (HELEN, PRIYA, TOM)] == [3, 2, 0]
