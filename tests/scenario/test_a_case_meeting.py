"""The partners of three agencies meet about a case: a time that suits, an agenda, who came, what was said and decided."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.casework import Desk, answers_to, inputs_in, objective, scanning, settled, travels
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
from tests.running import Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONDON = ZoneInfo("Europe/London")
MAILBOX = "hub.all@hubs.example"
PERSONAL = ("Resident Number51", "Visitor Unknown51", "Quayside Yard")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> Any:
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "1"}
    async with running_hub(tmp_path_factory.mktemp("meeting"), settings) as running:
        yield running


@dataclass(frozen=True)
class Table:
    """A case in analysis, and those who will meet about it: of the police, a landlord and the health trust."""

    hub: Hub
    reference: str
    today: date
    tom: Desk
    priya: Desk
    dev: Desk
    helen: Desk

    async def mailbox(self, address: str = MAILBOX) -> dict[str, Any]:
        content: dict[str, Any] = await self.hub.get(f"/client/mailboxes/{address}")
        return content

    async def events(self, address: str = MAILBOX) -> list[dict[str, Any]]:
        """The meetings about this case that stand in somebody's calendar."""
        events = (await self.mailbox(address))["events"]
        return [each for each in events if self.reference in each["subject"]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def table(hub: Hub) -> Table:
    begins = a_working_morning()
    await travels(hub, begins)
    reference = reference_in(await Person(hub, PRIYA).refer(a_referral(51)))
    tom, priya, dev, helen = (Desk(Person(hub, each), reference) for each in (TOM, PRIYA, DEV, HELEN))
    table = Table(hub, reference, begins.date(), tom, priya, dev, helen)
    for desk in (dev, helen):
        await desk.opens()  # so that the bot knows where to write to them
    form = await tom.goes("next", "ask")
    await tom.presses(form, "risk.save", answers_to(form, weekly=True))
    await tom.moves("triage")
    await tom.asks("Who knows the yard?", "fellside-health", "saltmarsh-housing")
    await answers_with_a_part(dev)
    await tom.moves("scan")
    await priya.fills("objective", objective(table.today))
    await tom.fills("scanning", scanning(table.today))
    await tom.moves("analyse")
    return table


def a_working_morning() -> datetime:
    """Ten in the morning of the Tuesday after next: on other days and at other times people are left in peace."""
    tuesday = 1
    today = datetime.now(LONDON)
    day = today + timedelta(days=7 + (tuesday - today.weekday()) % 7)
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


async def answers_with_a_part(desk: Desk) -> None:
    overview = await desk.opens()
    form = await desk.presses(overview, "next")
    await desk.presses(form, "request.answer", {"reply": "part", "note": ""})


async def card_about_the_meeting(desk: Desk, text: str) -> dict[str, Any]:
    """The card about the meeting in somebody's chat with the bot, once it shows the text."""
    title = f"Case meeting about {desk.reference}"
    chat = await desk.person.chat()

    async def found() -> Any:
        cards = [each for each in await desk.person.bot_cards(chat) if title in texts_in(each["card"])]
        return next((each for each in cards if text in texts_in(each["card"])), None)

    card: dict[str, Any] = await until(found, 20, f"a meeting's card that says {text!r}")
    return card


async def agenda(desk: Desk, text: str) -> dict[str, Any]:
    title = f"Case meeting about {desk.reference}"
    channel = await desk.person.channel()

    async def found() -> Any:
        cards = [each for each in await desk.person.bot_cards(channel) if title in texts_in(each["card"])]
        return next((each for each in cards if text in texts_in(each["card"])), None)

    card: dict[str, Any] = await until(found, 20, f"an agenda that says {text!r}")
    return card


def titles(card: dict[str, Any]) -> list[str]:
    return [button.title for button in buttons_in(card)]


def choices(card: dict[str, Any], name: str) -> dict[str, str]:
    """What may be chosen in an input, by title."""
    asked = next(each for each in inputs_in(card) if each["id"] == name)
    return {choice["title"]: choice["value"] for choice in asked["choices"]}


async def test_the_partners_of_three_agencies_meet_and_what_they_decide_is_done(table: Table) -> None:
    await is_arranged_with_those_who_have_a_part(table)
    start = await gets_one_of_the_times_on_offer(table)
    await stands_in_the_calendars_with_a_link(table, start)
    await has_an_agenda_that_names_nobody(table)
    await travels(table.hub, start + timedelta(minutes=2))
    await notes_what_was_said(table, await notes_who_came(table))
    await a_power_that_enforces_waits_for_the_equality_questions(table)
    await ends(table, await decides(table))


async def is_arranged_with_those_who_have_a_part(table: Table) -> None:
    form = await table.tom.goes("meeting.form")
    offered = choices(form.card, "people")
    ticked = typed_values(form.card)["people"].split(",")
    assert {title for title, value in offered.items() if value in ticked} == {
        "Priya Raman, Northshore Homes",
        "Dev Okafor, Fellside Mental Health Trust",
    }
    assert not [title for title in offered if "Leah" in title]  # her agency has signed no agreement
    helen = next(value for title, value in offered.items() if title.startswith("Helen"))
    typed = typed_values(form.card)
    wrong = await table.tom.presses(form, "meeting.arrange", {**typed, "last_day": "2020-01-01"})
    assert "Please choose days from today on" in wrong.shows
    page = await table.tom.presses(wrong, "meeting.arrange", {**typed, "people": ",".join([*ticked, helen])})
    assert "I am looking for times" in page.shows


async def gets_one_of_the_times_on_offer(table: Table) -> datetime:
    card = await card_about_the_meeting(table.tom, "Times that suit most people")
    times = choices(card["card"], "slot")
    assert all("4 of 4 can come" in title for title in times)
    title, chosen = list(times.items())[1]
    chat = await table.tom.person.chat()
    await table.tom.person.press_on(chat, card, "Book this time", slot=chosen)
    renewed = await card_about_the_meeting(table.tom, "Join the call")
    assert renewed["id"] == card["id"]
    start = datetime.fromisoformat(chosen)
    assert f"{start.astimezone(LONDON):%H:%M}" in title
    return start


async def stands_in_the_calendars_with_a_link(table: Table, start: datetime) -> None:
    await settled(table.hub)
    (event,) = await table.events()
    assert event["subject"] == table.reference
    assert event["join_url"]
    people = set(event["attendees"])
    assert people == {
        f"{name}@hubs.example" for name in ("tom.airey", "priya.raman", "dev.okafor", "helen.marsh")
    }
    assert not [word for word in PERSONAL if word in str(event)]
    assert datetime.fromisoformat(event["start"]) == start
    (own,) = await table.events("dev.okafor@hubs.example")
    assert own["subject"] == table.reference


async def has_an_agenda_that_names_nobody(table: Table) -> None:
    card = await agenda(table.tom, "What is on")
    shows = texts_in(card["card"])
    assert "1 of 2 have answered" in shows
    assert "still to be answered: victim, offender, location" in shows
    assert "Join the call" not in shows
    for name in (*PERSONAL, "Tom Airey", "Priya Raman", "Dev Okafor"):
        assert name not in shows
    invited = await card_about_the_meeting(table.dev, "Join the call")
    assert "Priya Raman" in texts_in(invited["card"])
    assert titles(invited["card"])[:2] == ["Join the call", "Open the meeting"]


async def notes_who_came(table: Table) -> Dialog:
    meeting = await table.priya.goes("next")
    assert "Case meeting" in meeting.shows
    form = await table.priya.presses(meeting, "meeting.attendance_open")
    people = {each["label"].split(",")[0]: each["id"] for each in inputs_in(form.card)}
    noted = dict.fromkeys(people, "came") | {"Helen Marsh": "apologies"}
    page = await table.priya.presses(
        form, "meeting.attendance", {people[name]: how for name, how in noted.items()}
    )
    assert "It is written down who came" in page.shows
    assert "Apologies" in page.shows
    return page


async def notes_what_was_said(table: Table, meeting: Dialog) -> None:
    form = await table.priya.presses(meeting, "meeting.note_open")
    without = await table.priya.presses(form, "meeting.note", {"text": "The gate is open on Fridays."})
    assert "Please choose" in without.shows
    page = await table.priya.presses(
        without, "meeting.note", {"text": "The gate is open on Fridays.", "grade": "fact"}
    )
    assert "The note is in the analysis" in page.shows


async def a_power_that_enforces_waits_for_the_equality_questions(table: Table) -> None:
    form = await table.tom.presses(await table.tom.goes("next"), "meeting.decide_open")
    assert "rationale" not in typed_values(form.card)
    warning = {
        "intervention": "Warn him in writing",
        "agency_id": "cumbria-police",
        "due_on": (table.today + timedelta(days=60)).isoformat(),
        "side": "offender",
        "power": "civil-injunction",
    }
    asked = await table.tom.presses(form, "meeting.decide", warning)
    why = {"rationale": "He goes on.", "proportionality": "A letter costs him nothing."}
    assert typed_values(asked.card).keys() >= why.keys()
    page = await table.tom.presses(asked, "meeting.decide", {**typed_values(asked.card), **why})
    assert "five questions come first" in page.shows


async def decides(table: Table) -> Dialog:
    meeting = await table.tom.goes("next")
    due = (table.today + timedelta(days=60)).isoformat()
    usual = {"owner": "", "due_on": due, "side": "location", "power": "none"}
    for agency, what in (("northshore-homes", "Mend the yard gate"), ("fellside-health", "Visit the family")):
        form = await table.tom.presses(meeting, "meeting.decide_open")
        meeting = await table.tom.presses(
            form, "meeting.decide", {**usual, "agency_id": agency, "intervention": what}
        )
        assert "The decision is a task now" in meeting.shows
    task = await table.dev.person.card_with(await table.dev.person.chat(), "Visit the family")
    assert "A task for" in texts_in(task["card"])
    await table.priya.person.card_with(await table.priya.person.chat(), "Mend the yard gate")
    return meeting


async def ends(table: Table, meeting: Dialog) -> None:
    page = await table.tom.presses(meeting, "meeting.end")
    assert "its clock has stopped" in page.shows
    await settled(table.hub)
    tasks = [row for row in await table.hub.items("Tasks") if table.reference in str(row)]
    assert len(tasks) == 2
    rows = [row["fields"] for row in await table.hub.items("Meetings") if table.reference in str(row)]
    assert [(row["MeetingStatus"], row["MeetingNumber"]) for row in rows] == [("Held", 1)]
    assert "Helen Marsh, Allerdale Borough Council: apologies" in rows[0]["Invited"]
    entries = [row["fields"] for row in await table.hub.items("OSARA entries") if table.reference in str(row)]
    said = next(row for row in entries if "The gate is open on Fridays" in str(row.get("EntryText")))
    assert (said["Stage"], said["Grade"]) == ("Analysis", "Fact")
    (case,) = [row["fields"] for row in await table.hub.items("Cases") if table.reference in str(row)]
    assert case["MeetingDone"]
    await card_about_the_meeting(table.dev, "This meeting was held")
    await agenda(table.tom, "This meeting was held")


async def test_a_meeting_that_is_moved_and_called_off_takes_the_calendar_along(table: Table) -> None:
    form = await table.tom.goes("meeting.form")
    now = datetime.fromisoformat(typed_values(form.card)["first_day"])
    await table.tom.presses(form, "meeting.arrange", typed_values(form.card))
    await card_about_the_meeting(table.tom, "Times that suit most people")
    page = await table.tom.goes("meeting.open")
    form = await table.tom.presses(page, "meeting.time_open")
    day = (now + timedelta(days=2)).date()
    page = await table.tom.presses(form, "meeting.time", {"day": day.isoformat(), "time": "16:15"})
    assert "The time is set" in page.shows
    event = await the_event(table, day, time(16, 15))

    form = await table.tom.presses(await table.tom.goes("meeting.open"), "meeting.time_open")
    silent = await table.tom.presses(form, "meeting.time", {"day": day.isoformat(), "time": "09:45"})
    assert "Please say why" in silent.shows
    moved = {"day": day.isoformat(), "time": "09:45", "reason": "The hall is taken."}
    assert "The meeting is moved" in (await table.tom.presses(silent, "meeting.time", moved)).shows
    again = await the_event(table, day, time(9, 45))
    assert again["id"] == event["id"]
    await card_about_the_meeting(table.dev, "09:45")
    await agenda(table.tom, "09:45")

    form = await table.tom.presses(await table.tom.goes("meeting.open"), "meeting.cancel_open")
    page = await table.tom.presses(form, "meeting.cancel", {"reason": "It is solved."})
    assert "The meeting is called off" in page.shows
    await settled(table.hub)
    standing = [
        each for each in await table.events() if each["id"] == event["id"] and not each["is_cancelled"]
    ]
    assert standing == []
    await card_about_the_meeting(table.dev, "This meeting is called off")
    await agenda(table.tom, "This meeting is called off")


async def the_event(table: Table, day: date, at: time) -> dict[str, Any]:
    """The event at this time by the hub's clock, once it stands."""
    start = datetime.combine(day, at, LONDON)

    async def stands() -> Any:
        events = await table.events()
        return next((each for each in events if datetime.fromisoformat(each["start"]) == start), None)

    event: dict[str, Any] = await until(stands, 20, f"an event at {start}")
    return event
