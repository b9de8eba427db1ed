"""Who is sent what about a case meeting: asked anew each time something is sent."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot import for_meetings
from bot.drawing import Activity
from bot.services import Services
from osara_store import conversations, meeting_calendar, meetings, restricting
from osara_store.case_file import Access, CaseFile
from osara_store.clock import SettableClock
from osara_store.database import Database
from osara_store.directory import Actor, Directory
from osara_store.meetings import NewMeeting
from osara_store.schema import meeting_people
from tests.contract.store import world
from tests.contract.store.casework import about, worked
from tests.contract.store.world import HELEN, IAN, NOON, PRIYA, RUTH, TENANT, TOM, hubs_file
from tests.driver import texts_in

START = datetime.fromisoformat("2026-03-10T10:00:00+00:00")
LINK = "https://teams.example/l/meetup-join/1"


class Desk:
    """Tom arranges a meeting with Priya and Helen."""

    def __init__(self, database: Database, file: CaseFile) -> None:
        self.database, self.file, clock = database, file, SettableClock()
        clock.set(NOON)
        self.services = Services(world.DIRECTORY, database, clock, lambda: None)
        self.hub = world.ALL.model_copy(update={"mailbox": "hub.all@hubs.example"})

    def common(self) -> dict[str, Any]:
        return {**about(self.file, TOM), "hub": self.hub, "now": NOON}

    async def arrange(self) -> None:
        people = tuple((each.tenant, each.object_id) for each in (PRIYA, HELEN))
        plan = NewMeeting(people, 60, date(2026, 3, 9), date(2026, 3, 20))
        await self.database.write(
            lambda tx: meetings.arrange(tx, **self.common(), directory=world.DIRECTORY, meeting=plan)
        )

    async def book(self) -> None:
        await self.arrange()

        def work(tx: sa.Connection) -> None:
            meetings.choose(tx, **self.common(), n=1, start=START)
            about = {"event_id": "event", "join_url": LINK, "now": NOON}
            meeting_calendar.booked(tx, self.file.case.id, 1, bookings=0, **about)

        await self.database.write(work)

    async def restrict(self, *people: Actor) -> None:
        names = [Access(TENANT, each.object_id, each.name) for each in people]
        await self.database.write(
            lambda tx: restricting.restrict(tx, **self.common(), people=names, reason="A threat.")
        )

    async def has_a_card(self, someone: Actor) -> None:
        key = for_meetings.card_key(self.file.case.id, 1, someone.tenant, someone.object_id)
        await self._stands(key)

    async def _stands(self, key: str) -> None:
        where = {"conversation_id": "a:chat", "service_url": "https://t.example", "activity_id": key}
        await self.database.write(lambda tx: conversations.note_posted(tx, key, **where, now=NOON))

    async def agenda_stands(self) -> None:
        await self._stands(for_meetings.agenda_key(self.file.case.id, 1))

    async def sent_to(self, someone: Actor, services: Services | None = None) -> str | None:
        """What their card shows and what its notification says; None where nothing is sent."""
        about = {"case_id": self.file.case.id, "n": 1, "tenant": TENANT, "person": someone.object_id}
        message = await self.database.read(
            lambda tx: for_meetings.personal(tx, services or self.services, **about)
        )
        return _shown(message)

    async def agenda(self) -> str | None:
        message, hub_id = await self.database.read(
            lambda tx: for_meetings.agenda(tx, self.services, self.file.case.id, 1)
        )
        assert hub_id == "ALL"
        return _shown(message)


def _shown(message: Activity | None) -> str | None:
    if message is None:
        return None
    card = message["attachments"][0]["content"]
    links = [action.get("url", "") for action in card.get("actions", [])]
    return "\n".join([message["summary"], texts_in(card), *links])


@pytest.fixture
async def desk(database: Database) -> Desk:
    file = await database.write(lambda tx: worked(tx, band="medium", lead_agency_id="homes"))
    return Desk(database, file)


async def test_while_there_is_no_time_only_whoever_arranges_it_hears_of_it(desk: Desk) -> None:
    await desk.arrange()
    assert "Looking for times" in str(await desk.sent_to(TOM))
    assert [await desk.sent_to(each) for each in (PRIYA, HELEN)] == [None, None]
    assert await desk.agenda() is None


async def test_once_it_has_a_time_everybody_invited_gets_it_with_the_link_and_the_channel_without(
    desk: Desk,
) -> None:
    await desk.book()
    for each in (TOM, PRIYA, HELEN):
        shown = str(await desk.sent_to(each))
        assert "10 March 2026, 10:00" in shown.splitlines()[0]
        assert LINK in shown
    in_channel = str(await desk.agenda())
    assert "10 March 2026, 10:00" in in_channel
    assert LINK not in in_channel


async def test_nobody_hears_of_it_whose_agreement_has_run_out_meanwhile(desk: Desk) -> None:
    await desk.book()
    file = hubs_file()
    file["agencies"][0]["agreement"]["expires"] = "2026-03-01"
    services = replace(desk.services, directory=Directory.model_validate(file))
    assert await desk.sent_to(PRIYA, services) is None
    await desk.has_a_card(PRIYA)
    emptied = str(await desk.sent_to(PRIYA, services))
    assert "not open to you any more" in emptied
    assert LINK not in emptied
    assert "March" not in emptied


async def test_of_a_restricted_case_those_on_the_list_alone_and_never_the_channel(desk: Desk) -> None:
    await desk.book()
    await desk.has_a_card(PRIYA)
    await desk.restrict(TOM, RUTH)
    assert LINK in str(await desk.sent_to(TOM))
    assert "not open to you any more" in str(await desk.sent_to(PRIYA))
    assert await desk.sent_to(HELEN) is None
    assert await desk.agenda() is None
    await desk.agenda_stands()
    emptied = str(await desk.agenda())
    assert LINK not in emptied
    assert "10:00" not in emptied


async def test_whoever_handed_it_over_keeps_a_card_without_content_although_they_may_read_the_case(
    desk: Desk,
) -> None:
    await desk.book()
    await desk.has_a_card(PRIYA)
    others = sa.delete(meeting_people).where(meeting_people.c.person == PRIYA.object_id)
    await desk.database.write(lambda tx: tx.execute(others))
    emptied = str(await desk.sent_to(PRIYA))
    assert LINK not in emptied
    assert "March" not in emptied


async def test_whoever_was_never_told_is_not_told_that_it_is_called_off(desk: Desk) -> None:
    await desk.book()
    await desk.has_a_card(PRIYA)
    await desk.database.write(lambda tx: meetings.cancel(tx, **desk.common(), n=1, reason="Solved."))
    assert "called off" in str(await desk.sent_to(PRIYA))
    assert await desk.sent_to(HELEN) is None
    assert await desk.agenda() is None


async def test_somebody_who_left_the_configuration_gets_nothing(desk: Desk) -> None:
    await desk.book()
    people = tuple(each for each in world.DIRECTORY.people if each.name != PRIYA.name)
    directory = Directory.model_validate({**hubs_file(), "people": [each.model_dump() for each in people]})
    assert await desk.sent_to(PRIYA, replace(desk.services, directory=directory)) is None
    assert IAN.name not in str(await desk.sent_to(TOM))


async def test_a_time_in_summer_shows_by_the_hubs_own_clock(desk: Desk) -> None:
    await desk.book()
    summer = datetime.fromisoformat("2026-06-10T09:00:00+00:00")
    moving = {"was": START, "start": summer, "reason": "The hall is taken."}
    await desk.database.write(lambda tx: meetings.move(tx, **desk.common(), n=1, **moving))
    assert "10 June 2026, 10:00" in str(await desk.sent_to(HELEN))
