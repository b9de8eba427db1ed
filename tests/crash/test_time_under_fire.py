"""Months of reviews while bots are killed with -9 at random and Graph and Teams fail one call in ten.

Judged by what stands in people's chats: each is asked once for each review of each of their cases, and told once of each
month. A message may stand there twice only where its first send was under way when a bot died.

The issue's size takes longer than a CI run should: HUB_FIRE_CASES=300 HUB_FIRE_MONTHS=18 runs it.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from bot.hubs_file import read_hubs_file
from osara_store import assessing, cases, drafts, engines, moves
from osara_store.outbox import Kind
from osara_store.referral import Referral
from osara_store.schema import MessageState, outbox, schedule
from osara_store.states import Move
from tests.contract.store.postgresql import private_server
from tests.crash.months import (
    LONDON,
    Accepted,
    Prompt,
    expected,
    months_summed_up,
    prompts,
    summaries,
    visits,
)
from tests.driver import Person, a_referral
from tests.running import HUBS, Hub, running_hub, until

CASES = int(os.environ.get("HUB_FIRE_CASES", "18"))
MONTHS = int(os.environ.get("HUB_FIRE_MONTHS", "3"))
SEED = int(os.environ.get("HUB_FIRE_SEED", "20261121"))
pytestmark = [pytest.mark.crash, pytest.mark.timeout(1200 if CASES * MONTHS < 1000 else 7200)]

IN_SHAREPOINT = min(24, CASES // 3)
FIRST = date(2027, 1, 1)
A_LEASE = timedelta(seconds=61)
DIRECTORY = read_hubs_file(HUBS)


@dataclass(frozen=True)
class Team:
    """Who is asked in a hub, and who runs it: by the last figures of their ids."""

    hub: str
    lead: int
    coordinator: int
    manager: int


TEAMS = (
    Team("ALL", 1, 2, 3),
    Team("CAR", 41, 9, 8),
    Team("EDE", 10, 43, 42),
    Team("COP", 46, 45, 44),
    Team("BAR", 49, 48, 47),
    Team("SLA", 52, 51, 50),
)


def person(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def accept(tx: sa.Connection, team: Team, number: int, at: datetime) -> Accepted:
    """Refer and accept a case, by the same commands as a press, on a day of the past."""
    hub = DIRECTORY.hub(team.hub)
    lead, coordinator = (DIRECTORY.actor(TENANT, person(each)) for each in (team.lead, team.coordinator))
    assert hub
    assert lead
    assert coordinator
    draft = drafts.open_draft(tx, lead, hub.id, at).id
    referral = Referral.model_validate(a_referral(number))
    case = cases.submit(tx, actor=lead, hub=hub, draft_id=draft, referral=referral, now=at).case
    named = {"directory": DIRECTORY, "actor": coordinator, "hub": hub, "case_id": case.id, "now": at}
    file = assessing.assess(
        tx,
        **named,
        instrument="judgement",
        answers={"harm": "Nobody was hurt."},
        band="standard",
        reason="Nobody is in danger from it.",
    )
    moves.move(tx, **named, move=Move.TRIAGE, seen=file.case.moves, reason="It fits.")
    return Accepted(case.reference, team.hub, at.astimezone(LONDON).date())


TENANT = "10000000-0000-4000-8000-000000000001"


@dataclass
class Fire:
    """The bots under fire, their common clock, and where a message may stand twice."""

    hub: Hub
    engine: sa.Engine
    rng: random.Random
    offset: timedelta = timedelta()
    kills: int = 0
    may_repeat: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    async def travel(self, moment: datetime) -> None:
        """Move the clocks of all bots. They are at rest, or one would run ahead of another's leases."""
        self.offset = moment - datetime.now(UTC)
        await asyncio.gather(*(self.set_clock(n) for n in range(len(self.hub.bots))))

    async def set_clock(self, number: int) -> None:
        url = self.url(number, "/dev/clock")
        async with self.hub.session.post(url, json={"now": self.now().isoformat()}) as answer:
            assert answer.status == 200

    def url(self, number: int, path: str) -> str:
        return f"http://127.0.0.1:{self.hub.bots[number].environment['PORT']}{path}"

    async def kill_one(self) -> None:
        """Any of them, at any moment of the work that a date brings; it comes back at once."""
        await asyncio.sleep(self.rng.uniform(0, 2))
        number = self.rng.randrange(len(self.hub.bots))
        await self.hub.kill_bot(number)
        self.kills += 1
        await self.hub.start_bot(number, ready=False)
        await self.set_clock(number)

    async def live_through(self, moment: datetime, *, with_kills: bool) -> None:
        await self.travel(moment)
        if with_kills:
            await self.kill_one()
        await until(self.has_come_to_rest, 300, f"the end of {moment:%d %B %Y}")
        while await asyncio.to_thread(self.lanes, outbox.c.state == MessageState.WAITING):
            # Once everything is at rest, whoever still holds a message is dead.
            await self.travel(self.now() + A_LEASE)
            await until(self.has_come_to_rest, 300, f"what the dead left on {moment:%d %B %Y}")
        # One that was put off is not counted as tried: only whoever died, or heard nothing, leaves one of these.
        self.may_repeat |= await asyncio.to_thread(self.lanes, outbox.c.attempts > 1)

    async def has_come_to_rest(self) -> bool:
        """Nothing is due, and no living bot has anything in hand. Asked of all, twice: one may just have begun."""
        for _ in range(2):
            if await asyncio.to_thread(self.something_is_due) or await self.in_hand():
                return False
        return True

    def something_is_due(self) -> bool:
        waits = (outbox.c.state == MessageState.WAITING, outbox.c.lease.is_(None))
        due = schedule.c.next_try_at <= self.now()
        with self.engine.connect() as tx:
            return bool(tx.scalar(sa.select(sa.exists().where(*waits)))) or bool(
                tx.scalar(sa.select(sa.exists().where(due)))
            )

    def lanes(self, of: sa.ColumnElement[bool]) -> set[str]:
        with self.engine.connect() as tx:
            return set(tx.scalars(sa.select(outbox.c.lane).where(of)))

    async def in_hand(self) -> bool:
        for number in range(len(self.hub.bots)):
            async with self.hub.session.get(self.url(number, "/metrics")) as answer:
                page = (await answer.text()).splitlines()
            if any(line.startswith("hub_deliveries_under_way") and not line.endswith(" 0") for line in page):
                return True
        return False

    def accept_cases(self, count: int) -> list[Accepted]:
        """Spread over the hubs and over the days of January. The first few go to SharePoint; no receipt is sent.

        At this rate of failures hardly a page of case files goes through, so several hundred would take an hour.
        """
        found = []
        for number in range(count):
            day = FIRST + timedelta(days=number // len(TEAMS) % 28)
            at = datetime.combine(day, datetime.min.time(), LONDON) + timedelta(hours=12)
            with self.engine.begin() as tx:
                newest = tx.scalar(sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0)))
                found.append(accept(tx, TEAMS[number % len(TEAMS)], number + 1, at.astimezone(UTC)))
                goes = outbox.c.kind == Kind.CASE_PUSH if number < IN_SHAREPOINT else sa.false()
                tx.execute(sa.delete(outbox).where(outbox.c.id > newest, ~goes))
        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Its address, and how many bots there are to be."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.db'}", 1
    else:
        with private_server() as address:
            yield address, 3


@pytest_asyncio.fixture
async def fire(database: tuple[str, int], tmp_path: Path) -> AsyncIterator[Fire]:
    url, replicas = database
    settings = {"HUB_DATABASE_URL": url, "HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(tmp_path, settings, replicas=replicas) as hub:
        engine = engines.engine_for(engines.parse(url))
        yield Fire(hub, engine, random.Random(SEED))
        engine.dispose()


async def chat_of(hub: Hub, number: int) -> list[dict[str, Any]]:
    someone = Person(hub, person(number))
    return await someone.bot_cards(await someone.chat())


async def test_every_review_is_asked_for_once_and_every_month_summed_up_once(fire: Fire):
    hub = fire.hub
    await until(fire.has_come_to_rest, 60, "the welcome")
    await fire.travel(datetime.combine(FIRST + timedelta(days=29), datetime.min.time(), LONDON))
    accepted = await asyncio.to_thread(fire.accept_cases, CASES)
    for target in ("graph", "teams"):
        for kind in ("throttle", "unavailable"):
            await hub.fault(target=target, kind=kind, probability=0.05, retry_after=1)

    moments = visits(fire.rng, FIRST + timedelta(days=29), FIRST + relativedelta(months=MONTHS, days=28))
    for moment in moments:
        await fire.live_through(moment, with_kills=fire.rng.random() < 0.8)

    await hub.no_faults()
    for team in TEAMS:
        mine = [case for case in accepted if case.hub == team.hub]
        for number in (team.lead, team.manager):
            check(fire, number, expected(mine, moments), prompts(await chat_of(hub, number)))
        told = summaries(await chat_of(hub, team.manager))
        assert told.keys() == months_summed_up(mine, moments[-1]).keys()
        allowed = sum("summary" in lane and person(team.manager) in lane for lane in fire.may_repeat)
        assert sum(told.values()) - len(told) <= allowed
    files = Counter(row["fields"]["CaseReference"] for row in await hub.items("Cases"))
    assert files == dict.fromkeys((case.reference for case in accepted[:IN_SHAREPOINT]), 1)
    print(
        f"{CASES} cases, {MONTHS} months, {len(moments)} visits, {fire.kills} kills, {len(fire.may_repeat)} in flight"
    )


def check(fire: Fire, number: int, wanted: list[Prompt], shown: list[Prompt]) -> None:
    """One message for each day on which something came due, and in it exactly that."""
    allowed = sum("review" in lane and person(number) in lane for lane in fire.may_repeat)
    assert 0 <= len(shown) - len(wanted) <= allowed, (
        f"{len(shown)} of {len(wanted)}, {allowed} sends cut short"
    )
    rest = list(shown)
    for n, due in enumerate(wanted):
        while rest and not is_about(rest[0], due):
            assert is_cut_short(rest.pop(0), due)
        assert rest, f"nothing about {due}"
        rest.pop(0)
        while len(rest) > len(wanted) - n - 1 and is_cut_short(rest[0], due):
            rest.pop(0)
    assert not rest


def is_about(seen: Prompt, due: Prompt) -> bool:
    """A message names so many; of the others it gives the number."""
    in_full = seen.references == due.references
    return seen.count == due.count and (in_full or seen.references < due.references)


def is_cut_short(seen: Prompt, due: Prompt) -> bool:
    """The same message, of whose sending nobody heard: it stays as it was drawn then, perhaps before all was due."""
    return seen.count <= due.count and seen.references <= due.references
