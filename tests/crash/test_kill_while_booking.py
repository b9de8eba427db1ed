"""The bot is killed with -9 between booking a meeting and noting that it did: the event stands once all the same."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.casework import Desk, answers_to
from tests.driver import PRIYA, TOM, Person, a_referral, reference_in, texts_in, typed_values
from tests.running import Hub, running_hub, until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

LONDON = ZoneInfo("Europe/London")
MAILBOX = "hub.all@hubs.example"
DAY = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path) as running:
        yield running


async def arranging(hub: Hub) -> Desk:
    """A case about which Tom is arranging a meeting, whose time is not set yet."""
    tom = Desk(Person(hub, TOM), reference_in(await Person(hub, PRIYA).refer(a_referral(71))))
    form = await tom.goes("next", "ask")
    await tom.presses(form, "risk.save", answers_to(form, weekly=True))
    await tom.moves("triage")
    await tom.moves("scan")
    form = await tom.goes("meeting.form")
    await tom.presses(form, "meeting.arrange", typed_values(form.card))
    return tom


async def sets(desk: Desk, time: str, **more: str) -> None:
    form = await desk.presses(await desk.goes("meeting.open"), "meeting.time_open")
    await desk.presses(form, "meeting.time", {"day": DAY, "time": time, **more})


async def events(hub: Hub) -> list[dict[str, Any]]:
    """What stands in the hub's calendar."""
    content = await hub.get(f"/client/mailboxes/{MAILBOX}")
    return [each for each in content["events"] if not each["is_cancelled"]]


def hour_of(event: dict[str, Any]) -> int:
    return datetime.fromisoformat(event["start"]).astimezone(LONDON).hour


async def card_says(desk: Desk, text: str) -> None:
    """Until Tom's card about the meeting says so; a lease must run out first where the database is not ours alone."""
    chat = await desk.person.chat()

    async def says() -> bool:
        return any(
            text in texts_in(each["card"])
            and f"Case meeting about {desk.reference}" in texts_in(each["card"])
            for each in await desk.person.bot_cards(chat)
        )

    await until(says, 100, f"a card that says {text!r}")


async def test_a_kill_between_booking_and_noting_leaves_one_event(hub: Hub) -> None:
    tom = await arranging(hub)
    await hub.fault(target="graph", kind="hold_answer", seconds=60, match="POST .*/events$", times=1)
    await sets(tom, "10:00")
    (before,) = await until(lambda: events(hub), 30, "the event behind the held answer")
    await hub.kill_bot()
    await hub.no_faults()
    await hub.start_bot()

    await card_says(tom, "Join the call")
    (after,) = await events(hub)
    assert after["id"] == before["id"]


async def test_a_kill_before_the_move_is_noted_leaves_one_event_at_the_new_time(hub: Hub) -> None:
    tom = await arranging(hub)
    await sets(tom, "10:00")
    await card_says(tom, "Join the call")
    await hub.fault(target="graph", kind="hold_answer", seconds=60, match="PATCH .*/events/.*", times=1)
    await sets(tom, "15:00", reason="The hall is taken.")

    async def moved() -> bool:
        return [hour_of(each) for each in await events(hub)] == [15]

    await until(moved, 30, "the event at its new time")
    await hub.kill_bot()
    await hub.no_faults()
    await hub.start_bot()
    await card_says(tom, "15:00")
    assert [hour_of(each) for each in await events(hub)] == [15]


async def test_a_kill_after_a_booking_that_is_then_called_off_leaves_no_event(hub: Hub) -> None:
    tom = await arranging(hub)
    await hub.fault(target="graph", kind="hold_answer", seconds=60, match="POST .*/events$", times=1)
    await sets(tom, "10:00")
    await until(lambda: events(hub), 30, "the event behind the held answer")
    await hub.kill_bot()
    await hub.no_faults()
    await hub.fault(target="graph", kind="down")
    await hub.start_bot(ready=False)
    form = await tom.presses(await tom.goes("meeting.open"), "meeting.cancel_open")
    await tom.presses(form, "meeting.cancel", {"reason": "It is solved."})
    await hub.no_faults()

    async def gone() -> bool:
        return await events(hub) == []

    await until(gone, 100, "the event to be gone")
