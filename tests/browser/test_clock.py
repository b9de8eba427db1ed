"""The demo's time machine, as a visitor uses it."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from dateutil.relativedelta import relativedelta
from playwright.async_api import Browser, Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.teams_page import HELEN, PRIYA, TeamsPage
from tests.browser.test_phone import HEIGHT, WIDTH, assert_fits
from tests.running import Hub, running_hub

ABOUT = timedelta(minutes=2)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def travelling_hub(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub of its own, as the demo starts it: what travels here must not travel in other tests."""
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(tmp_path_factory.mktemp("travelling"), settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, travelling_hub: Hub, pictures: Path) -> AsyncIterator[TeamsPage]:
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
    opened = TeamsPage(await context.new_page(), travelling_hub, pictures)
    await opened.open(HELEN)
    yield opened
    await context.close()
    assert opened.complaints == []


def clock(page: TeamsPage) -> Locator:
    return page.page.get_by_role("region", name="The bot's clock")


async def bots_time(hub: Hub) -> datetime:
    async with hub.session.get(f"{hub.bot_url}/dev/clock") as answer:
        return datetime.fromisoformat((await answer.json())["now"])


def in_words(moment: datetime) -> re.Pattern[str]:
    """The day as the page tells it. Whether a comma stands after the weekday is for the browser to know."""
    here = moment.astimezone()
    return re.compile(f"{here:%A},? {here.day} {here:%B %Y}")


async def test_a_visitor_presses_next_month_and_the_bots_date_moves(
    page: TeamsPage, travelling_hub: Hub
) -> None:
    before = await bots_time(travelling_hub)
    await expect(clock(page)).to_contain_text(in_words(before))
    await expect(clock(page)).not_to_contain_text("You have travelled")

    await clock(page).get_by_role("button", name="Next month").click()
    await expect(clock(page)).to_contain_text("You have travelled")
    expected = before + relativedelta(months=1)
    assert abs(await bots_time(travelling_hub) - expected) < ABOUT
    await expect(clock(page)).to_contain_text(in_words(expected))
    await page.channel("Allerdale")
    await page.picture("clock")


async def test_the_date_is_still_shown_as_travelled_after_the_bot_was_started_again(
    page: TeamsPage, travelling_hub: Hub
) -> None:
    a_week_on = await bots_time(travelling_hub) + timedelta(days=7)
    await clock(page).get_by_role("button", name="Next week").click()
    await expect(clock(page)).to_contain_text(in_words(a_week_on))
    travelled = await bots_time(travelling_hub)
    await travelling_hub.kill_bot()
    await expect(clock(page)).to_be_hidden()
    await travelling_hub.start_bot()

    await expect(clock(page)).to_contain_text(in_words(travelled))
    assert await bots_time(travelling_hub) > travelled


async def test_the_buttons_can_be_reached_and_read_without_a_mouse_and_on_a_phone(page: TeamsPage) -> None:
    await page.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    button = clock(page).get_by_role("button", name="Tomorrow")
    await expect(button).to_be_visible()
    await assert_fits(page)
    await button.focus()
    await page.page.keyboard.press("Enter")
    await expect(page.page.locator("#live")).to_contain_text("For the bot it is")
    await expect(button).to_be_focused()
    await page.picture("clock-on-a-phone")


async def test_where_the_bots_clock_cannot_be_moved_no_clock_is_shown(open_page: OpenPage) -> None:
    page = await open_page(PRIYA)
    async with page.page.expect_response("**/client/clock") as answered:
        pass
    assert (await (await answered.value).json())["now"] is None
    await expect(clock(page)).to_be_hidden()
