"""Case meetings from the outbox into the hub's calendar, and what is noted of them: each answer of Graph has its consequence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.calendar_deliveries import ToCalendar
from bot.services import Services
from graph_sync.calendar import Calendar
from osara_store import meetings, outbox, restricting
from osara_store.case_file import Access, CaseFile, Meeting, case_file
from osara_store.clock import SettableClock
from osara_store.database import Database, upgrade
from osara_store.directory import Directory, Hub
from osara_store.meetings import NewMeeting
from osara_store.outbox import Failed, Message, Outcome, Refused, Sent, Service, TryLater, Unfinished
from osara_store.schema import MeetingState
from tests.contract.graph_push.office import Office
from tests.contract.sandbox_graph.rig import HUB, PRIYA, TOM, at
from tests.contract.store import world
from tests.contract.store.casework import about, worked
from tests.contract.store.world import NOON, hubs_file

LEASE = timedelta(minutes=2)
MONDAY = date(2026, 3, 9)
START = datetime.fromisoformat("2026-03-10T10:00:00+00:00")
OTHER = datetime.fromisoformat("2026-03-12T14:30:00+00:00")
NOBODY = "nobody@hubs.example"


def directory(mailbox: str = HUB, **expires: str) -> Directory:
    """The usual hub with a mailbox; Priya and Tom have mailboxes in the sandbox. `expires` ends agencies' agreements."""
    file = hubs_file()
    file["hubs"][0]["mailbox"] = mailbox
    file["people"][0]["upn"], file["people"][1]["upn"] = PRIYA, TOM
    for agency in file["agencies"]:
        if agency["id"] in expires:
            agency["agreement"]["expires"] = expires[agency["id"]]
    return Directory.model_validate(file)


@dataclass
class Desk:
    """A case about which Tom arranges a meeting with Priya, and the delivery to the calendar."""

    office: Office
    database: Database
    file: CaseFile
    directory: Directory
    clock: SettableClock = field(default_factory=SettableClock)
    calendar: Calendar | None = None

    @property
    def hub(self) -> Hub:
        return self.directory.hubs[0]

    @property
    def common(self) -> dict[str, Any]:
        return {**about(self.file, world.TOM), "hub": self.hub}

    async def do(self, work: Callable[[sa.Connection], Any]) -> None:
        await self.database.write(work)

    async def arrange(self, **changes: Any) -> None:
        priya = (world.PRIYA.tenant, world.PRIYA.object_id)
        usual = {"minutes": 60, "first_day": MONDAY, "last_day": MONDAY + timedelta(days=4), **changes}
        plan = NewMeeting((priya,), **usual)
        await self.do(
            lambda tx: meetings.arrange(
                tx, **self.common, directory=self.directory, meeting=plan, now=self.clock.now()
            )
        )

    async def choose(self, start: datetime = START) -> None:
        await self.do(lambda tx: meetings.choose(tx, **self.common, n=1, start=start, now=self.clock.now()))

    async def booked(self) -> None:
        """A meeting that stands in the calendar."""
        await self.arrange()
        await self.choose()
        assert await self.deliver() == [Sent()]

    async def move(self, start: datetime = OTHER, was: datetime = START) -> None:
        await self.do(
            lambda tx: meetings.move(
                tx, **self.common, n=1, was=was, start=start, reason="Taken.", now=self.clock.now()
            )
        )

    async def cancel(self) -> None:
        await self.do(
            lambda tx: meetings.cancel(tx, **self.common, n=1, reason="Solved.", now=self.clock.now())
        )

    async def deliver(self, directory: Directory | None = None) -> list[Outcome]:
        """Everything that is due, lane by lane as the worker does it, until nothing is; the last outcome of each claim."""
        outcomes: list[Outcome] = []
        while messages := await self.claim():
            outcomes = await self.settle(messages, directory)
        return outcomes

    async def claim(self) -> list[Message]:
        return await self.database.write(
            lambda tx: outbox.claim(tx, Service.CALENDAR, 100, self.clock.now(), LEASE)
        )

    async def settle(self, messages: list[Message], directory: Directory | None = None) -> list[Outcome]:
        services = Services(directory or self.directory, self.database, self.clock, lambda: None)
        delivery = ToCalendar(services, self.calendar or self.office.calendar)
        outcomes = list(await delivery.deliver(messages))
        now = self.clock.now()
        await self.do(
            lambda tx: [
                outbox.settle(tx, message, outcome, now, Random(1))
                for message, outcome in zip(messages, outcomes, strict=True)
            ]
        )
        return outcomes

    async def later(self, seconds: float) -> None:
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))

    async def meeting(self) -> Meeting:
        file = await self.database.read(lambda tx: case_file(tx, self.file.case.id))
        return meetings.find(file, 1)

    async def standing(self) -> list[dict[str, Any]]:
        return [each for each in await self.office.events() if not each["is_cancelled"]]

    async def starts(self) -> list[datetime]:
        return [datetime.fromisoformat(each["start"]) for each in await self.standing()]

    async def set_mailbox(self, **changes: Any) -> None:
        await self.office.sandbox.control("PATCH", f"/mailboxes/{HUB}", changes)


@pytest.fixture
async def desk(office: Office, tmp_path: Path) -> AsyncIterator[Desk]:
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    upgrade(url)
    database = Database.open(url)
    file = await database.write(lambda tx: worked(tx, band="medium", lead_agency_id="homes"))
    made = Desk(office, database, file, directory())
    made.clock.set(NOON)
    yield made
    await database.close()


# --- looking for a time ----------------------------------------------------------------------------------------------


async def test_times_are_found_at_which_most_can_come(desk: Desk) -> None:
    await desk.office.sandbox.booked(
        PRIYA, start=at("09:00", day="2026-03-09"), end=at("17:00", day="2026-03-09")
    )
    await desk.arrange()

    assert await desk.deliver() == [Sent()]
    offered = await desk.meeting()
    assert offered.state is MeetingState.OFFERED
    assert offered.slots[0].start == datetime.fromisoformat("2026-03-10T09:00:00+00:00")
    assert {slot.can_come for slot in offered.slots} == {2}


async def test_whoever_may_not_hear_of_the_case_any_more_is_neither_looked_up_nor_invited(desk: Desk) -> None:
    await desk.arrange()
    without = directory(homes="2026-03-01")

    assert await desk.deliver(without) == [Sent()]
    assert {slot.can_come for slot in (await desk.meeting()).slots} == {1}
    await desk.choose()
    assert await desk.deliver(without) == [Sent()]
    (event,) = await desk.standing()
    assert event["attendees"] == [TOM]


async def test_days_that_have_gone_by_meanwhile_offer_no_times(desk: Desk) -> None:
    await desk.arrange()
    await desk.later(timedelta(days=20).total_seconds())

    assert await desk.deliver() == [Sent()]
    known = await desk.meeting()
    assert (known.state, known.slots, known.trouble) == (MeetingState.OFFERED, (), "no_times")


# --- in the calendar -------------------------------------------------------------------------------------------------


async def test_a_chosen_time_stands_in_the_calendar_with_a_link_and_no_word_about_anybody(desk: Desk) -> None:
    await desk.booked()

    (event,) = await desk.standing()
    known = await desk.meeting()
    assert (event["subject"], set(event["attendees"])) == (desk.file.case.reference, {TOM, PRIYA})
    assert known.event_id
    assert known.join_url == event["join_url"]
    assert not [name for name in ("Jane", "Joe", "High Street", "Priya", "Tom") if name in event["body"]]


async def test_a_meeting_that_moves_takes_its_event_along(desk: Desk) -> None:
    await desk.booked()
    (before,) = await desk.standing()
    await desk.move()

    assert await desk.deliver() == [Sent()]
    (after,) = await desk.standing()
    assert (after["id"], await desk.starts()) == (before["id"], [OTHER])


async def test_a_meeting_that_is_called_off_leaves_no_event(desk: Desk) -> None:
    await desk.booked()
    await desk.cancel()

    assert await desk.deliver() == [Sent()]
    assert await desk.standing() == []


async def test_a_meeting_that_is_called_off_before_it_was_booked_never_stands_there(desk: Desk) -> None:
    await desk.arrange()
    await desk.choose()
    await desk.cancel()

    assert await desk.deliver() == [Sent()]
    assert await desk.office.events() == []


async def test_nobody_is_invited_to_a_meeting_whose_time_has_gone_by(desk: Desk) -> None:
    await desk.arrange()
    await desk.choose()
    desk.clock.set(START + timedelta(hours=1))
    assert await desk.deliver() == [Sent()]
    assert await desk.standing() == []


async def test_somebody_who_took_the_event_out_of_the_calendar_finds_the_moved_meeting_there_again(
    desk: Desk,
) -> None:
    await desk.booked()
    (event,) = await desk.standing()
    gone = await desk.office.sandbox.ask("DELETE", f"/users/{HUB}/events/{event['id']}")
    assert gone.status == 204
    await desk.move()

    (message,) = await desk.claim()
    assert isinstance((await desk.settle([message]))[0], Unfinished)
    assert await desk.deliver() == [Sent()]
    known = await desk.meeting()
    assert (await desk.starts(), known.bookings) == ([OTHER], 1)
    assert known.event_id != event["id"]


async def test_whoever_leaves_the_list_of_the_case_leaves_the_invitation(desk: Desk) -> None:
    await desk.booked()
    tom = Access(world.TOM.tenant, world.TOM.object_id, world.TOM.name)
    await desk.do(
        lambda tx: restricting.restrict(
            tx, **desk.common, people=[tom], reason="A threat.", now=desk.clock.now()
        )
    )

    assert await desk.deliver() == [Sent()]
    (event,) = await desk.standing()
    assert event["attendees"] == [TOM]


# --- trouble ---------------------------------------------------------------------------------------------------------


async def test_a_mailbox_without_teams_gives_a_meeting_without_a_link_and_that_is_said(desk: Desk) -> None:
    await desk.set_mailbox(has_teams=False)
    await desk.booked()

    known = await desk.meeting()
    assert (len(await desk.standing()), known.join_url, known.trouble) == (1, "", "no_link")


@pytest.mark.parametrize(("kind", "status"), [("throttle", 429), ("unavailable", 503)])
async def test_what_graph_asks_to_wait_for_waits_and_then_stands_once(
    desk: Desk, kind: str, status: int
) -> None:
    await desk.arrange()
    await desk.choose()
    await desk.office.sandbox.fault(kind, retry_after=40, times=1)

    assert await desk.deliver() == [TryLater(timedelta(seconds=40))], status
    assert (await desk.meeting()).trouble == "waiting"
    await desk.later(41)
    assert await desk.deliver() == [Sent()]
    assert (await desk.starts(), (await desk.meeting()).trouble) == ([START], "")


async def test_a_short_wait_is_not_worth_a_word(desk: Desk) -> None:
    await desk.arrange()
    await desk.office.sandbox.fault("throttle", retry_after=3, times=1)

    assert await desk.deliver() == [TryLater(timedelta(seconds=3))]
    known = await desk.meeting()
    assert (known.state, known.trouble) == (MeetingState.LOOKING, "")


async def test_times_that_come_late_are_still_offered(desk: Desk) -> None:
    await desk.arrange()
    await desk.office.sandbox.fault("unavailable", retry_after=40, times=1)
    await desk.deliver()
    assert ((await desk.meeting()).state, (await desk.meeting()).trouble) == (MeetingState.LOOKING, "waiting")
    await desk.later(41)

    assert await desk.deliver() == [Sent()]
    known = await desk.meeting()
    assert (known.state, known.trouble) == (MeetingState.OFFERED, "")
    assert known.slots


async def test_a_mailbox_that_is_not_open_to_us_lets_a_time_be_typed(desk: Desk) -> None:
    await desk.set_mailbox(open_to_apps=False)
    await desk.arrange()

    (outcome,) = await desk.deliver()
    assert isinstance(outcome, Failed)
    known = await desk.meeting()
    assert (known.state, known.trouble) == (MeetingState.OFFERED, "not_open")


async def test_a_mailbox_that_is_not_there_is_said_and_the_meeting_stands_once_it_is(desk: Desk) -> None:
    missing = replace(desk, directory=directory(NOBODY))
    await missing.arrange()
    await missing.choose()

    outcome = (await missing.deliver())[-1]
    assert isinstance(outcome, Failed)
    assert (await desk.meeting()).trouble == "not_open"
    await desk.later(3600)
    assert (await desk.deliver())[-1] == Sent()
    assert (await desk.starts(), (await desk.meeting()).trouble) == ([START], "")


async def test_an_answer_that_is_lost_makes_no_second_event(desk: Desk) -> None:
    await desk.arrange()
    await desk.choose()
    await desk.office.sandbox.fault("hold_answer", seconds=5, match="POST .*/events$", times=1)
    desk.calendar = desk.office.hasty()

    assert not isinstance((await desk.deliver())[-1], Sent)
    desk.calendar = None
    await desk.later(3600)
    assert (await desk.deliver())[-1] == Sent()
    assert (len(await desk.office.events()), await desk.starts()) == (1, [START])


async def test_an_event_of_which_we_never_heard_goes_when_the_meeting_is_called_off(desk: Desk) -> None:
    await desk.arrange()
    await desk.choose()
    await desk.office.sandbox.fault("hold_answer", seconds=5, match="POST .*/events$", times=1)
    desk.calendar = desk.office.hasty()
    await desk.deliver()
    assert len(await desk.standing()) == 1
    desk.calendar = None
    await desk.cancel()
    await desk.later(3600)

    assert (await desk.deliver())[-1] == Sent()
    assert await desk.standing() == []


async def test_a_hub_that_gave_up_its_mailbox_refuses_what_is_for_it(desk: Desk) -> None:
    await desk.arrange()

    without = directory()
    file = without.model_copy(update={"hubs": (without.hubs[0].model_copy(update={"mailbox": None}),)})
    assert await desk.deliver(file) == [Refused("the hub has no mailbox any more")]


async def test_a_name_that_is_used_up_gives_way_to_another_but_not_at_the_first_try(desk: Desk) -> None:
    """At first it may be a try of ours that is still under way: to book under another name would make two."""
    await desk.office.sandbox.booked(HUB, transactionId=f"{desk.file.case.reference}-meeting-1-0")
    await desk.arrange()
    await desk.choose()

    names = []
    for _ in range(3):
        await desk.deliver()
        names.append((await desk.meeting()).bookings)
        await desk.later(3600)
    assert names == [0, 0, 1]
    assert (await desk.meeting()).event_id
    assert START in await desk.starts()
