"""The demo's time machine: it moves the bot's clock on, keeps it running, and never takes it back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bot_clock import Step, later
from tests.contract.sandbox_teams.recording_bot import RecordingBot
from tests.contract.sandbox_teams.rig import Rig, serving, started

ABOUT = timedelta(seconds=10)
WEEK, MONTH = timedelta(days=7), relativedelta(months=1)


class TravellingBot(RecordingBot):
    """Has a clock that can be set, as the bot behind its loud switch, and loses the time when it is started again."""

    ahead = timedelta()

    def application(self) -> web.Application:
        app = super().application()
        app.router.add_get("/dev/clock", self._show)
        app.router.add_post("/dev/clock", self._set)
        return app

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def is_started_again(self) -> None:
        self.ahead = timedelta()

    async def _show(self, _: web.Request) -> web.Response:
        return web.json_response({"now": self.now.isoformat()})

    async def _set(self, request: web.Request) -> web.Response:
        self.ahead = datetime.fromisoformat((await request.json())["now"]) - datetime.now(UTC)
        return await self._show(request)


@pytest.fixture
async def travelling() -> AsyncIterator[TravellingBot]:
    async with serving(TravellingBot()) as bot:
        assert isinstance(bot, TravellingBot)
        yield bot


@pytest.fixture
async def demo(folder: Path, travelling: TravellingBot) -> AsyncIterator[Rig]:
    async with started(folder, travelling) as rig:
        yield rig


async def shown(rig: Rig) -> Any:
    return await rig.get("/client/clock")


def is_about(moment: datetime, expected: datetime) -> bool:
    return abs(moment - expected) < ABOUT


async def test_the_bots_time_is_shown(demo: Rig) -> None:
    clock = await shown(demo)
    assert is_about(datetime.fromisoformat(clock["now"]), datetime.now(UTC))
    assert clock["travelled"] is False


@pytest.mark.parametrize(
    ("step", "span"), [("tomorrow", timedelta(days=1)), ("next_week", WEEK), ("next_month", MONTH)]
)
async def test_each_button_moves_the_bots_clock_on(
    demo: Rig, travelling: TravellingBot, step: str, span: timedelta
) -> None:
    before = travelling.now
    clock = await demo.post("/client/clock", to=step)

    assert is_about(travelling.now, before + span)
    assert is_about(datetime.fromisoformat(clock["now"]), before + span)
    assert clock["travelled"] is True
    assert (await shown(demo))["travelled"] is True


async def test_steps_add_up_and_the_time_goes_on_running(demo: Rig, travelling: TravellingBot) -> None:
    start = travelling.now
    for step in ("next_week", "next_week", "tomorrow"):
        await demo.post("/client/clock", to=step)
    assert is_about(travelling.now, start + timedelta(days=15))

    first = datetime.fromisoformat((await shown(demo))["now"])
    assert datetime.fromisoformat((await shown(demo))["now"]) > first


async def test_there_is_no_way_back(demo: Rig) -> None:
    for body in ({"to": "yesterday"}, {"now": "2020-01-01T00:00:00+00:00"}, {}):
        assert (await demo.request("POST", "/client/clock", body)).status == 400


async def test_a_bot_that_is_started_again_is_brought_to_the_demos_date(
    demo: Rig, travelling: TravellingBot
) -> None:
    await demo.post("/client/clock", to="next_month")
    travelled = travelling.now
    travelling.is_started_again()

    assert is_about(datetime.fromisoformat((await shown(demo))["now"]), travelled)
    assert is_about(travelling.now, travelled)


async def test_a_demo_that_is_started_again_is_still_where_it_had_travelled(
    folder: Path, travelling: TravellingBot
) -> None:
    async with started(folder, travelling) as rig:
        await rig.post("/client/clock", to="next_month")
    travelled = travelling.now
    travelling.is_started_again()

    async with started(folder, travelling) as rig:
        assert (await shown(rig))["travelled"] is True
    assert is_about(travelling.now, travelled)


async def test_a_bot_that_was_moved_further_by_somebody_else_is_not_taken_back(
    demo: Rig, travelling: TravellingBot
) -> None:
    await demo.post("/client/clock", to="tomorrow")
    travelling.ahead += WEEK
    further = travelling.now

    assert is_about(datetime.fromisoformat((await shown(demo))["now"]), further)
    await demo.post("/client/clock", to="tomorrow")
    assert is_about(travelling.now, further + timedelta(days=1))


async def test_all_replicas_travel_together(demo: Rig, travelling: TravellingBot) -> None:
    async with serving(TravellingBot()) as second:
        await demo.post("/control/bot", url=travelling.url, others=[second.url])
        await demo.post("/client/clock", to="next_week")

        assert isinstance(second, TravellingBot)
        assert is_about(second.now, travelling.now)
        assert second.ahead > WEEK - ABOUT


async def test_of_a_bot_whose_clock_cannot_be_moved_no_time_is_shown(rig: Rig) -> None:
    assert await shown(rig) == {"now": None, "travelled": False}
    refused = await rig.request("POST", "/client/clock", {"to": "tomorrow"})
    assert refused.status == 409
    assert refused.error.startswith("The bot's clock cannot be moved")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2046, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 the zone is added
def test_the_steps_are_a_day_a_week_and_a_month_of_the_calendar(moment: datetime) -> None:
    assert later(moment, Step.TOMORROW) == moment + relativedelta(days=1)
    assert later(moment, Step.NEXT_WEEK) == moment + relativedelta(weeks=1)
    assert later(moment, Step.NEXT_MONTH) == moment + relativedelta(months=1)
