"""What happens without anybody pressing anything: a date comes, and the hub's calendar answers about a meeting."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

import sqlalchemy as sa

from bot import occasions
from bot.services import Services
from osara_store import conversations, meeting_calendar, schedule
from osara_store.case_file import MeetingSlot
from tests.contract.bot.presses.content import Content, Row
from tests.contract.bot.presses.people import DIRECTORY
from tests.unit.bot import activities

LINK: Final = "https://teams.example/join/1"


async def whatever_is_due(services: Services) -> None:
    """As if the hub had looked at its schedule just now, and at nothing since the clock was last moved."""
    now, handlers, breath = services.clock.now(), occasions.handlers(services), timedelta(milliseconds=2)
    for plan in occasions.planners(services):
        await services.database.write(lambda tx, plan=plan: plan(tx, now))
    while await services.database.write(lambda tx, now=now: schedule.run_one(tx, handlers, now)):
        now += breath  # a hand-over goes on with the next case a moment later


async def it_hangs(services: Services, key: str) -> None:
    """A message was delivered: from then on it is drawn anew where it stands."""
    place = {"conversation_id": "a:chat", "service_url": activities.SERVICE_URL, "activity_id": f"m:{key}"}
    now = services.clock.now()
    await services.database.write(lambda tx: conversations.note_posted(tx, key, **place, now=now))


# --- the calendar ----------------------------------------------------------------------------------------------------

# What is written down of one meeting, given its row and the present.
Tidings = Callable[[sa.Connection, Row, datetime], None]


async def the_calendar_answers(services: Services, content: Content, tidings: Tidings) -> None:
    now = services.clock.now()
    for row in content.rows("meetings"):
        if row["state"] in {"looking", "offered", "booked"}:
            await services.database.write(lambda tx, row=row: tidings(tx, row, now))


def all_is_well(tx: sa.Connection, meeting: Row, now: datetime) -> None:
    """Times are found, and what was booked stands in the calendar."""
    of = (meeting["case_id"], meeting["n"])
    if meeting["state"] == "looking":
        meeting_calendar.found(tx, *of, _slots(meeting), now)
    if meeting["state"] == "booked":
        event = {"bookings": meeting["bookings"], "event_id": "event-1", "join_url": LINK}
        meeting_calendar.booked(tx, *of, **event, now=now)


def no_time_is_found(tx: sa.Connection, meeting: Row, now: datetime) -> None:
    meeting_calendar.found(tx, meeting["case_id"], meeting["n"], [], now)


def nobody_lets_the_bot_in(tx: sa.Connection, meeting: Row, now: datetime) -> None:
    meeting_calendar.trouble(tx, meeting["case_id"], meeting["n"], "not_open", now)


def somebody_took_it_out(tx: sa.Connection, meeting: Row, now: datetime) -> None:
    meeting_calendar.gone(tx, meeting["case_id"], meeting["n"], bookings=meeting["bookings"], now=now)


TIDINGS: Final = (all_is_well, no_time_is_found, nobody_lets_the_bot_in, somebody_took_it_out)


def _slots(meeting: Row) -> list[MeetingSlot]:
    """In the morning and after noon of the first day on which to meet."""
    zone = DIRECTORY.hubs[0].zone
    starts = [datetime.combine(meeting["first_day"], time(hour), zone) for hour in (10, 14)]
    return [MeetingSlot(at, at + timedelta(minutes=meeting["minutes"]), 2, 1, 0) for at in starts]
