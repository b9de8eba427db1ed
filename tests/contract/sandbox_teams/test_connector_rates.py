"""Rate windows: over HTTP where that is quick, and with a clock in hand for the long ones."""

import asyncio

import pytest

from sandbox.teams.errors import Throttled
from sandbox.teams.limits import Limits
from sandbox.teams.rates import Rates
from tests.contract.sandbox_teams.hubs import CHANNEL, OTHER_CHANNEL, PRIYA
from tests.contract.sandbox_teams.rig import Rig, card, message, with_card


async def test_the_eighth_message_of_a_second_is_asked_to_wait(rig: Rig) -> None:
    answers = await asyncio.gather(*(rig.send(CHANNEL, message()) for _ in range(8)))

    refused = [answered for answered in answers if answered.status == 429]
    assert len(refused) == 1
    assert refused[0].code == "Throttled"
    assert int(refused[0].headers["Retry-After"]) >= 1


async def test_each_conversation_has_a_window_of_its_own(rig: Rig) -> None:
    conversations = [CHANNEL, OTHER_CHANNEL, await rig.chat(PRIYA)]

    answers = await asyncio.gather(*(rig.send(each, message()) for each in conversations * 7))

    assert {answered.status for answered in answers} == {201}


async def test_a_message_with_text_and_card_counts_double(rig: Rig) -> None:
    both = with_card(card(), text="Look")

    answers = await asyncio.gather(*(rig.send(CHANNEL, both) for _ in range(4)))

    assert sorted(answered.status for answered in answers) == [201, 201, 201, 429]


async def test_the_deprecated_roster_is_answered_five_times_a_minute(rig: Rig) -> None:
    answers = [await rig.call("GET", f"/conversations/{CHANNEL}/members") for _ in range(6)]

    assert [answered.status for answered in answers] == [200] * 5 + [429]


async def test_one_tenant_gets_fifty_requests_a_second(rig: Rig) -> None:
    answers = await asyncio.gather(*(rig.call("GET", "/nothing") for _ in range(60)))

    assert [answered.status for answered in answers].count(429) >= 1


async def test_windows_can_be_widened_and_switched_off(rig: Rig) -> None:
    await rig.post("/control/limits", scale=2)
    twice = await asyncio.gather(*(rig.send(CHANNEL, message()) for _ in range(15)))
    limits = await rig.post("/control/limits", windows=False)
    without = await asyncio.gather(*(rig.send(CHANNEL, message()) for _ in range(15)))

    assert [answered.status for answered in twice].count(429) == 1
    assert {answered.status for answered in without} == {201}
    assert (limits["windows"], limits["scale"]) == (False, 2)


async def test_a_limit_that_makes_no_sense_is_refused(rig: Rig) -> None:
    for body in ({"scale": 0}, {"windows": "perhaps"}, {"speed": 1}):
        assert (await rig.request("POST", "/control/limits", body)).status == 400


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def sent_until_refused(rates: Rates, clock: Hand, apart: float) -> tuple[int, float]:
    """Send at an even pace; tell how many passed and how long the next was asked to wait."""
    for passed in range(10_000):
        try:
            rates.send("somewhere")
        except Throttled as refused:
            return passed, refused.wait
        clock.now += apart
    raise AssertionError("nothing was ever refused")


@pytest.mark.parametrize(
    ("apart", "passed", "wait"), [(0, 7, 1), (0.2, 8, 0.4), (0.45, 60, 3), (1.9, 1800, 180)]
)
def test_every_window_closes_at_its_number(apart: float, passed: int, wait: float) -> None:
    clock = Hand()
    rates = Rates(Limits(), clock)

    counted, asked = sent_until_refused(rates, clock, apart)

    assert counted == passed
    assert asked == pytest.approx(wait, abs=0.01)


def test_after_the_wait_it_passes() -> None:
    clock = Hand()
    rates = Rates(Limits(), clock)
    _, wait = sent_until_refused(rates, clock, 0)

    clock.now += wait

    rates.send("somewhere")
