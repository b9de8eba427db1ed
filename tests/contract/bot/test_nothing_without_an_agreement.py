"""An agency's agreement runs out while it is in the midst of a case: from the next day on it receives nothing by any road.

The council leads a case, has been asked and given a task, is invited to its meeting and is to be reviewed by; one of its
people manages the hub, and another stands in for him. All of that goes on for three months. Then the agreement ends.

Whatever kind of message there is stands in `KINDS`, and every button of the bot is pressed: a new one is either in this test
or makes it fail.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import aiohttp
import pytest
import sqlalchemy as sa

from bot import occasions
from bot.connector import Connectors
from bot.deliveries import ToTeams
from bot.replies import REPLY_KIND
from bot.router import COMMANDS, Router
from bot.services import Services
from bot.turn import read_turn
from bot.worker import Bell
from cards import texts_digest
from osara_store import (
    absences,
    calling,
    cases,
    conversations,
    digests,
    handing_over,
    leading,
    meeting_people,
    meetings,
    notes,
    outbox,
    pointers,
    requests,
    review_people,
    schedule,
    search,
    tasks,
    work,
)
from osara_store.case_file import CaseFile
from osara_store.clock import SettableClock
from osara_store.database import Database
from osara_store.directory import Actor, Directory
from osara_store.lost_people import Owner
from osara_store.meetings import NewMeeting
from osara_store.outbox import Kind, Message, Row, Unfinished
from osara_store.pointers import NewSignpost
from osara_store.schema import CaseState, MessageState, Reply, Stage, posted_messages
from tests.contract.bot.teams_server import TeamsServer
from tests.contract.bot.test_deliveries import our_token
from tests.contract.store.casework import set_case
from tests.contract.store.test_tasks import GATE
from tests.contract.store.world import (
    HELEN,
    IAN,
    PRIYA,
    RUTH,
    SUE,
    TENANT,
    TOM,
    hubs_file,
    referral,
    submitted,
)
from tests.unit.bot import activities

LAST_DAY: Final = date(2026, 5, 31)
BEGIN: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
AFTER: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECRETS: Final = ("Quokkastone", "Wombatsen", "Numbatsky", "Zebrafinch", "Pademelon", "Bettongia", "Potoroo")
COUNCIL: Final = (IAN, HELEN)

# Where each kind of message goes. `own` are the chats of people: there, the kinds marked so told the council of the case
# while it might be told. What goes to a channel or a calendar never holds anything personal, or leaves the council out.
OWN, OTHERS, CHANNEL, CALENDAR, COPY = "own", "others", "channel", "calendar", "copy"
KINDS: Final = {
    Kind.CASE_PUSH: COPY,
    Kind.RECEIPT: OWN,
    Kind.TASK: OWN,
    Kind.CHANNEL_CARD: CHANNEL,
    Kind.HUB_CARD: CHANNEL,
    Kind.REQUEST_CARD: OWN,
    Kind.REQUEST_CALL: CHANNEL,
    Kind.TASK_CALL: CHANNEL,
    Kind.CALL_BACK: OWN,
    Kind.REFUSAL: OTHERS,  # tells managers that an agency was refused, and of no case
    Kind.DIGEST: OWN,
    Kind.REVIEW: OWN,
    Kind.SUMMARY: OWN,
    Kind.MEETING_CARD: OWN,
    Kind.MEETING_AGENDA: CHANNEL,
    Kind.MEETING_LOOK: CALENDAR,
    Kind.MEETING_BOOK: CALENDAR,
    Kind.MEETING_CANCEL: CALENDAR,
}


def test_every_kind_of_message_has_its_line():
    assert set(KINDS) == set(Kind)
    assert REPLY_KIND not in set(Kind)  # an answer to what somebody typed: as their buttons, below


def directory() -> Directory:
    file = hubs_file()
    for agency in file["agencies"]:
        if agency["id"] == "council":
            agency |= {"contact": IAN.object_id}
            agency["agreement"]["expires"] = LAST_DAY.isoformat()
    return Directory.model_validate(file)


DIRECTORY: Final = directory()
ALL: Final = next(hub for hub in DIRECTORY.hubs if hub.id == "ALL")


def in_directory(actor: Actor) -> Actor:
    found = DIRECTORY.actor(actor.tenant, actor.object_id)
    assert found is not None
    return found


def chat_of(person: str) -> str:
    return f"a:chat of {person}"


@dataclass
class House:
    """The bot's parts with a database and a Teams that keeps what is sent; `told` is what each message told the council."""

    database: Database
    teams: TeamsServer
    session: aiohttp.ClientSession
    clock: SettableClock = field(default_factory=SettableClock)
    rows: list[Row] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    case_id: int = 0
    reference: str = ""

    def __post_init__(self) -> None:
        self.services = Services(DIRECTORY, self.database, self.clock, Bell().ring)
        self.to_teams = ToTeams(self.services, Connectors(self.session, our_token))
        self.router = Router(self.services)
        for each in COUNCIL:
            self.teams.messages.setdefault(chat_of(each.object_id), {})

    def without(self, directory: Directory) -> None:
        """From now on, with this file."""
        self.services = replace(self.services, directory=directory)
        self.to_teams = ToTeams(self.services, Connectors(self.session, our_token))

    # --- time and delivery --------------------------------------------------------------------------------------------

    async def runs_until(self, end: datetime) -> None:
        """Let each working day come, with all that it brings."""
        day = self.clock.now().date()
        while day <= end.date():
            moment = datetime.combine(day, time(12), UTC)
            self.clock.set(max(moment, self.clock.now()))
            await self.does_what_is_due()
            await self.delivers()
            day += timedelta(days=1)

    async def does_what_is_due(self) -> None:
        handlers = occasions.handlers(self.services)
        for planner in occasions.planners(self.services):
            await self.database.write(lambda tx, plan=planner: plan(tx, self.clock.now()))
        while await self.database.write(lambda tx: schedule.run_one(tx, handlers, self.clock.now())):
            pass

    async def delivers(self) -> None:
        waiting = await self.database.read(lambda tx: outbox.list_rows(tx, MessageState.WAITING, 10_000))
        for row in waiting:
            if row.due_at <= self.clock.now():
                await self.delivers_row(row)
                await self.database.write(
                    lambda tx, n=row.id: outbox.discard(tx, n, "done", self.clock.now())
                )
                self.rows.append(row)

    async def delivers_row(self, row: Row) -> None:
        if outbox.service_of(row.destination) != outbox.Service.TEAMS:
            return
        message = Message(row.id, row.key, row.lane, row.destination, row.kind, row.payload, 1, "lease")
        before = self.seen()
        while isinstance((await self.to_teams.deliver([message]))[0], Unfinished):
            pass
        after = self.seen()
        if after != before and row.destination.rpartition(":")[2] in {each.object_id for each in COUNCIL}:
            self.told[row.kind] |= words_in(after) or ({self.reference} if self.reference in after else set())

    async def writes(self, do: Callable[[sa.Connection], Any]) -> Any:
        return await self.database.write(do)

    # --- what the council sees ----------------------------------------------------------------------------------------

    def standing(self) -> dict[tuple[str, str], str]:
        """Every message in a chat of the council's people."""
        chats = [chat_of(each.object_id) for each in COUNCIL]
        return {
            (chat, number): json.dumps(message)
            for chat in chats
            for number, message in self.teams.messages[chat].items()
        }

    def seen(self) -> str:
        return "\n".join(self.standing().values())

    def in_channel(self) -> str:
        return json.dumps(
            [messages for place, messages in self.teams.messages.items() if place.startswith("channel-all")]
        )


def words_in(text: str) -> set[str]:
    return {secret for secret in SECRETS if secret in text}


# --- the story -------------------------------------------------------------------------------------------------------


def everybody_is_met(tx: sa.Connection, url: str) -> None:
    for each in (IAN, HELEN, TOM, PRIYA, RUTH, SUE):
        conversations.remember_person(
            tx,
            tenant=TENANT,
            object_id=each.object_id,
            service_url=url,
            user_id=f"29:{each.object_id}",
            conversation_id=chat_of(each.object_id),
            bot_id="28:bot",
            now=BEGIN,
        )
    conversations.remember_channel(
        tx,
        hub_id="ALL",
        tenant=TENANT,
        service_url=url,
        conversation_id=ALL.channel,
        bot_id="28:bot",
        team_id=ALL.team,
        now=BEGIN,
    )


def a_case_with_the_council(tx: sa.Connection) -> CaseFile:
    """Helen asks the police, who want to be called; Ian is asked, has a task, brings a note, and his agency comes to lead."""
    answers = referral(
        where="9 Quokkastone Row, Workington",
        what="Mrs Wombatsen hears shouting every night.",
        affected="Ada Wombatsen",
        involved="Lev Numbatsky",
    )
    case_id = submitted(tx, answers, now=BEGIN).case.id
    set_case(tx, case_id, state=CaseState.TRIAGED, band="medium")

    def about(actor: Actor) -> dict[str, Any]:
        return {"actor": in_directory(actor), "hub": ALL, "case_id": case_id, "now": BEGIN}

    requests.ask(
        tx,
        **about(HELEN),
        directory=DIRECTORY,
        agencies=["council", "police"],
        reason="Zebrafinch: who knows them?",
    )
    requests.answer(tx, **about(TOM), n=2, reply=Reply.CALL, note="Pademelon wants a call.")
    set_case(tx, case_id, state=CaseState.RESPONSE)
    task = replace(GATE, intervention="Mend the Bettongia gate", owner=IAN.name)
    tasks.add(tx, **about(TOM), directory=DIRECTORY, task=task)
    notes.write(tx, **about(IAN), stage=Stage.SCANNING, text="The Potoroo file is with us.", grade="fact")
    signpost = NewSignpost("kitchen", "A meal for Wombatsen.", "council", IAN.name, date(2026, 5, 20))
    pointers.add(tx, **about(TOM), directory=DIRECTORY, signpost=signpost)
    leading.change_lead(tx, **about(TOM), directory=DIRECTORY, agency_id="council")
    meeting = NewMeeting(
        ((TENANT, IAN.object_id), (TENANT, HELEN.object_id)), 60, date(2026, 3, 3), date(2026, 4, 10)
    )
    meetings.arrange(tx, **about(TOM), directory=DIRECTORY, meeting=meeting)
    start = datetime(2026, 6, 20, 10, tzinfo=UTC)
    meetings.choose(tx, **about(TOM), n=1, start=start)
    return cases.case_file(tx, case_id)


@pytest.fixture
async def house(database: Database, session: aiohttp.ClientSession, teams: TeamsServer) -> House:
    """Three months have gone by, and this is the day after the last of the agreement."""
    made = House(database, teams, session)
    teams.messages.setdefault(ALL.channel, {})
    made.clock.set(BEGIN)
    await made.writes(lambda tx: everybody_is_met(tx, teams.url))
    file = await made.writes(a_case_with_the_council)
    made.case_id, made.reference = file.case.id, file.case.reference
    await made.runs_until(datetime(2026, 5, 29, 12, tzinfo=UTC))
    made.clock.set(AFTER)
    return made


async def test_while_it_might_be_told_it_was_told_by_every_kind_that_goes_to_people(house: House):
    """Or else what follows would prove nothing."""
    assert [kind for kind, where in KINDS.items() if where == OWN and not house.told[kind]] == []
    assert words_in(house.seen()) >= {"Quokkastone", "Zebrafinch", "Bettongia"}
    assert words_in(house.in_channel()) == set()


# --- the day after ---------------------------------------------------------------------------------------------------


async def test_what_was_under_way_then_arrives_without_content_and_what_stands_loses_it(house: House):
    """Every message that the council ever got is delivered once more, as if it had been held up."""
    for row in house.rows:
        await house.delivers_row(row)
    standing = {
        number: message
        for number, message in house.standing().items()
        if texts_digest.TITLE not in message  # what was told on a day is never drawn anew
    }

    assert len(standing) > len(COUNCIL)
    assert {number: words_in(message) for number, message in standing.items() if words_in(message)} == {}


async def test_what_does_not_stand_yet_is_not_sent_at_all(house: House):
    await house.writes(lambda tx: tx.execute(sa.delete(posted_messages)))
    for each in COUNCIL:
        house.teams.messages[chat_of(each.object_id)].clear()
    for row in house.rows:
        if row.kind != Kind.RECEIPT:  # whoever brought something hears how far it is, and no more
            await house.delivers_row(row)

    new = [
        message for message in house.standing().values() if house.reference in message or words_in(message)
    ]
    assert new == []


async def test_whatever_happens_in_the_case_afterwards_nothing_of_it_reaches_the_council(house: House):
    before = house.standing()
    await house.writes(lambda tx: goes_on(tx, house.case_id))
    await house.runs_until(datetime(2026, 8, 14, 12, tzinfo=UTC))

    changed = {
        number: message for number, message in house.standing().items() if before.get(number) != message
    }
    assert {number: words_in(message) for number, message in changed.items() if words_in(message)} == {}
    new = [
        message for number, message in changed.items() if number not in before and house.reference in message
    ]
    assert new == []
    assert words_in(house.in_channel()) == set()


def goes_on(tx: sa.Connection, case_id: int) -> None:
    """Tom changes everything that the council has to do with."""

    def about(actor: Actor) -> dict[str, Any]:
        return {"actor": in_directory(actor), "hub": ALL, "case_id": case_id, "now": AFTER}

    file = cases.case_file(tx, case_id)
    plan = replace(GATE, intervention="Mend the Bettongia gate twice", owner=IAN.name)
    tasks.change(tx, **about(TOM), directory=DIRECTORY, n=1, version=file.tasks[0].version, task=plan)
    notes.write(tx, **about(TOM), stage=Stage.SCANNING, text="Potoroo again.", grade="fact")
    requests.answer(tx, **about(TOM), n=2, reply=Reply.PART, note="Pademelon, too.")
    start = datetime(2026, 6, 24, 10, tzinfo=UTC)
    was = file.meetings[0].starts_at
    assert was is not None
    meetings.move(tx, **about(TOM), n=1, was=was, start=start, reason="The room is taken.")


async def test_no_button_of_the_bot_shows_anything_to_the_council(house: House):
    """Every command there is, from a chat, a dialog and the message extension."""
    shown: dict[str, set[str]] = {}
    for verb in COMMANDS:
        for person in COUNCIL:
            answers = [
                json.dumps(await house.router.handle(turn)) for turn in presses(verb, person, house.reference)
            ]
            shown[f"{verb} by {person.name}"] = words_in("".join(answers))

    assert {press: words for press, words in shown.items() if words} == {}


def presses(verb: str, person: Actor, reference: str) -> list[Any]:
    data = {
        "verb": verb, "case": reference, "hub": "ALL", "n": 1, "stage": "scanning", "section": "entries",
        "term": "Quokkastone", "of": "", "text": "x", "reply": "nothing", "name": "petrie", "tenant": TENANT,
        "person": IAN.object_id, "agency": "council", "seen": 0, "version": 1,
    }  # fmt: skip
    query = {"commandId": verb, "parameters": [{"name": "term", "value": "Quokkastone"}]}
    pressed = [
        activities.executed(verb, data),
        activities.opened(data),
        activities.submitted(data),
        activities.extension_opened(verb),
        {**activities.opened(data), "name": "composeExtension/query", "value": query},
    ]
    sender = {"id": f"29:{person.object_id}", "name": person.name, "aadObjectId": person.object_id}
    return [read_turn({**activity, "from": sender}) for activity in pressed]


async def test_it_is_not_found_waiting_read_offered_asked_invited_or_handed_anything(house: House):
    """The roads within, each as a question that must be answered with nobody or nothing."""
    asked = await house.database.read(lambda tx: roads(tx, house.case_id))

    assert {road: found for road, found in asked.items() if found} == {}


def roads(tx: sa.Connection, case_id: int) -> dict[str, Any]:
    file, today = cases.case_file(tx, case_id), ALL.today(AFTER)
    case, meeting = file.case, file.meetings[0]
    people = [in_directory(each) for each in COUNCIL]
    ian, helen = people
    leaver = Owner(TENANT, SUE.object_id, "homes", SUE.name)
    common = {"directory": DIRECTORY, "now": AFTER}

    def of_council(found: Any) -> list[str]:
        return [each.name for each in found if each.agency.id == "council"]

    return {
        "my work": [
            item for each in people for item in work.waiting_for(tx, actor=each, limit=9, **common).items
        ],
        "search": [
            case
            for each in people
            for case in search.find(tx, actor=each, term="Quokkastone", limit=9, offset=0, **common).cases
        ],
        "the digest": [
            nudge
            for each in people
            for nudge in digests.waiting(tx, DIRECTORY, each, AFTER)
            if nudge.reference
        ],
        "a question": [
            each for each in requests.suggested(file, DIRECTORY, ALL, today) if each.agency.id == "council"
        ],
        "a task": [each for each in tasks.agencies_on_offer(DIRECTORY, ALL, today) if each == "council"],
        "a call in the channel": calling.for_agency(file, DIRECTORY, ALL, "council", today),
        "a meeting": of_council(
            each.actor for each in meeting_people.candidates(file, DIRECTORY, ALL, in_directory(TOM), today)
        ),
        "an invitation that stood": of_council(
            meeting_people.still_invited(file, meeting, DIRECTORY, ALL, today)
        ),
        "a review": of_council(review_people.to_ask(tx, DIRECTORY, ALL, case, AFTER)),
        "a deputy's part": absences.possible_deputies(DIRECTORY, ian, today)
        + absences.covered_by(tx, DIRECTORY, helen, today),
        "what somebody leaves": [
            each.name for each in people if handing_over.may_succeed(each, leaver, ALL, AFTER)
        ],
    }


# --- somebody who left the hubs file ----------------------------------------------------------------------------------


async def test_the_cards_of_somebody_who_is_in_the_hubs_file_no_more_lose_their_content(house: House):
    file = hubs_file()
    file["people"] = [person for person in file["people"] if person["id"] != IAN.object_id]
    house.clock.set(datetime(2026, 5, 29, 13, tzinfo=UTC))
    house.without(Directory.model_validate(file))
    for row in house.rows:
        await house.delivers_row(row)

    left = {
        number: words_in(message)
        for (chat, number), message in house.standing().items()
        if chat == chat_of(IAN.object_id) and texts_digest.TITLE not in message
    }
    assert {number: words for number, words in left.items() if words} == {}
