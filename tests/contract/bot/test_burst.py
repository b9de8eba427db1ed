"""A burst through real workers: as fast as Teams takes it, nothing refused, nothing lost, nothing doubled."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from osara_store import outbox
from osara_store.database import Database
from osara_store.outbox import Message, Outcome, Sent
from sandbox.teams.errors import Throttled
from sandbox.teams.limits import Limits
from sandbox.teams.rates import Rates
from tests.contract.bot.outbox_rig import Outbox, Recorder, envelopes

LEASE = timedelta(seconds=60)
CHANNEL = "teams/hub:ALL"


@dataclass
class Door:
    """Counts what comes as Teams does, and notes whom Teams would turn away."""

    rates: Rates = field(default_factory=lambda: Rates(Limits()))
    came: Counter[str] = field(default_factory=Counter)
    turned_away: list[str] = field(default_factory=list)

    def take(self, message: Message) -> None:
        try:
            self.rates.request()
            self.rates.send(message.destination)
        except Throttled:
            self.turned_away.append(message.key)
        else:
            self.came[message.key] += 1


class ThroughTheDoor(Recorder):
    """A delivery over a line on which some requests take long to arrive, and some answers long to come back."""

    def __init__(self, door: Door) -> None:
        super().__init__(parallel=8)
        self.door, self.rng = door, random.Random(3)

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        for message in messages:
            await asyncio.sleep(self.rng.choice([0, 0.002, 0.1]))
            self.door.take(message)
            await asyncio.sleep(self.rng.choice([0, 0.002, 0.1]))
        return await super().deliver(messages)


async def test_two_workers_pass_a_burst_on_as_fast_as_teams_takes_it(post: Outbox) -> None:
    door = Door()
    for place in range(40):
        await post.put(*envelopes(f"person {place}", 4))
    began = asyncio.get_running_loop().time()
    async with post.worked_by(ThroughTheDoor(door)), post.worked_by(ThroughTheDoor(door)):
        await post.settled(30)
    seconds = asyncio.get_running_loop().time() - began
    assert door.turned_away == []
    assert (len(door.came), set(door.came.values())) == (160, {1})
    assert seconds < 10, f"160 messages took {seconds:.1f} s; fifty a second were allowed"


async def test_a_busy_channel_gets_its_messages_one_by_one_within_its_windows(post: Outbox) -> None:
    door = Door()
    for n in range(16):
        await post.put(*envelopes(f"card {n}", 1, CHANNEL))
    teams = ThroughTheDoor(door)
    async with post.worked_by(teams):
        await post.settled(30)
    assert door.turned_away == []
    assert (len(door.came), set(door.came.values())) == (16, {1})
    assert teams.most_under_way == 1


async def test_after_a_kill_what_was_on_its_way_goes_again_and_both_times_count(database_url: str) -> None:
    """Nobody knows whether it arrived."""
    killed, door = Database.open(database_url), Door()
    before = Outbox(killed)
    for n in range(14):
        await before.put(*envelopes(f"card {n:02d}", 1, CHANNEL))
    for n in range(7):
        (message,) = await killed.write(lambda tx: outbox.claim(tx, "teams", 1, before.clock.now(), LEASE))
        door.take(message)
        if n < 6:
            await killed.write(
                lambda tx, sent=message: outbox.settle(tx, sent, Sent(), before.clock.now(), random.Random(1))
            )
    await killed.close()

    alone = Database.open(database_url, exclusive=True)
    after = Outbox(alone)
    async with after.worked_by(ThroughTheDoor(door)):
        await after.settled(30)
    await alone.close()
    assert door.turned_away == []
    assert door.came == {f"card {n:02d}/0": 2 if n == 6 else 1 for n in range(14)}
