"""A case meeting, the digest, the monthly review, settings and cover, as people see them while the bot's clock travels."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from dateutil.relativedelta import relativedelta
from playwright.async_api import Browser, Locator, expect

from cards import texts_cover, texts_digest, texts_meetings, texts_progress, texts_reviews, texts_settings
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import DEV, HELEN, PRIYA, SLOWEST, TOM, TeamsPage
from tests.casework import Desk, a_task, answers_to, objective, scanning, settled, travels
from tests.driver import Person, a_referral, reference_in
from tests.running import Hub, running_hub

LONDON = ZoneInfo("Europe/London")
PHONE = {"width": 390, "height": 844}


def a_tuesday_morning() -> datetime:
    """Ten o'clock on the Tuesday after next, where the hub is."""
    today = datetime.now(LONDON)
    day = today + timedelta(days=7 + (1 - today.weekday()) % 7)
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


BEGINS = a_tuesday_morning()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hub(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub of its own: what travels here must not travel in other tests."""
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(tmp_path_factory.mktemp("months"), settings) as running:
        await travels(running, BEGINS)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_here(browser: Browser, hub: Hub, pictures: Path) -> AsyncIterator[OpenPage]:
    """Opens this hub's page as somebody; afterwards, no page may have complained."""
    opened: list[TeamsPage] = []

    async def open_as(person: str, *, width: int = 1280, height: int = 860) -> TeamsPage:
        size = {"width": width, "height": height}
        context = await browser.new_context(viewport=size, device_scale_factor=1.5)
        page = TeamsPage(await context.new_page(), hub, pictures)
        opened.append(page)
        await page.open(person)
        return page

    yield open_as
    for page in opened:
        await page.page.context.close()
    assert [complaint for page in opened for complaint in page.complaints] == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tom(hub: Hub) -> Desk:
    """Tom's desk with a case that was accepted this morning and is in its analysis; Dev and Helen have opened it once."""
    desk = Desk(Person(hub, TOM), reference_in(await Person(hub, PRIYA).refer(a_referral(501))))
    for somebody in (DEV, HELEN):
        await Desk(Person(hub, somebody), desk.reference).opens()
    form = await desk.goes("next", "ask")
    await desk.presses(form, "risk.save", answers_to(form, weekly=True))
    await desk.moves("triage")
    await desk.asks("Who knows the yard?", "fellside-health")
    await desk.moves("scan")
    await Desk(Person(hub, PRIYA), desk.reference).fills("objective", objective(BEGINS.date()))
    await desk.fills("scanning", scanning(BEGINS.date()))
    await desk.moves("analyse")
    return desk


async def in_chat(page: TeamsPage, *texts: str) -> Locator:
    """The newest message in the chat with the bot that shows all of these."""
    await page.chat()
    card = page.messages
    for text in texts:
        card = card.filter(has_text=text)
    await expect(card.last).to_be_visible(timeout=SLOWEST)
    await card.last.scroll_into_view_if_needed()
    return card.last


async def test_a_meeting_is_arranged_from_times_that_suit_and_stands_on_everybodys_card(
    open_here: OpenPage, tom: Desk
) -> None:
    page = await open_here(TOM)
    await page.channel("Allerdale")
    standing = page.message(tom.reference).last
    await standing.get_by_role("button", name=texts_progress.OPEN_CASE).click()
    await page.press(texts_meetings.ARRANGE)
    await expect(page.dialog).to_contain_text(texts_meetings.ONLY_READERS)
    await page.picture("meeting-form")
    await page.press(texts_meetings.ASK_NOW)
    await expect(page.dialog).to_contain_text(texts_meetings.LOOKING_NOW)
    await page.close_dialog()

    card = await in_chat(page, tom.reference, texts_meetings.TIMES)
    await page.picture("meeting-times")
    await card.get_by_role("radio").first.check()
    await card.get_by_role("button", name=texts_meetings.BOOK).click()
    await in_chat(page, tom.reference, texts_meetings.JOIN)

    phone = await open_here(PRIYA, **PHONE)
    await in_chat(phone, tom.reference, texts_meetings.JOIN)
    await phone.picture("meeting-on-a-phone")
    await page.channel("Allerdale")
    agenda = page.message(texts_meetings.AGENDA).last
    await expect(agenda).to_be_visible(timeout=SLOWEST)
    for name in ("Priya", "Dev Okafor", "Quayside"):
        await expect(agenda).not_to_contain_text(name)
    await agenda.scroll_into_view_if_needed()
    await page.picture("meeting-agenda")


async def test_the_digest_says_what_is_new_and_leads_there(open_here: OpenPage, hub: Hub, tom: Desk) -> None:
    due = (BEGINS + timedelta(days=3)).date()
    await tom.adds_task({**a_task(due, "fellside-health", "See the man at number nine"), "owner": ""})
    await settled(hub)
    await travels(hub, (BEGINS + timedelta(days=2)).replace(hour=8, minute=31))

    page = await open_here(DEV)
    card = await in_chat(page, texts_digest.TITLE, tom.reference)
    await page.picture("digest")
    await card.get_by_role("button", name="Say how it went").first.click()
    await expect(page.dialog).to_contain_text("See the man at number nine")


async def test_settings_are_changed_on_a_card(open_here: OpenPage, hub: Hub) -> None:
    page = await open_here(HELEN)
    await page.chat()
    await page.write("settings")
    card = await in_chat(page, texts_settings.TITLE)
    await page.picture("settings")
    await card.get_by_role("button", name="Allerdale").click()
    card = await in_chat(page, texts_settings.QUIET_FROM)
    await card.scroll_into_view_if_needed()
    await page.picture("hub-settings")
    await card.get_by_label(texts_settings.SOON_DAYS).select_option(index=2)
    await card.get_by_role("button", name=texts_settings.SAVE, exact=True).click()
    await expect(card).to_contain_text(texts_settings.SAVED)


async def test_the_manager_sees_whom_nothing_reaches_and_hands_over(
    open_here: OpenPage, hub: Hub, tom: Desk
) -> None:
    """Nadia has never used the app, and a task is in her name."""
    due = (BEGINS + timedelta(days=20)).date()
    await tom.adds_task({**a_task(due, "saltmarsh-housing", "Lock the gate"), "owner": "Nadia Sharif"})
    await hub.post("/client/uninstall", {"as": "00000000-0000-4000-8000-000000000024", "where": "personal"})
    page = await open_here(HELEN)
    await page.chat()
    await page.write("cover")
    card = await in_chat(page, texts_cover.COVER_TITLE, "Nadia Sharif")
    await page.picture("cover")
    await card.get_by_role("button", name=texts_cover.HAND_OVER).first.click()
    await in_chat(page, texts_cover.SUCCESSOR, "1 open task")
    await page.picture("hand-over")


async def test_the_monthly_review_takes_less_than_a_minute_on_a_phone(
    open_here: OpenPage, hub: Hub, tom: Desk
) -> None:
    await settled(hub)
    await travels(hub, (BEGINS + relativedelta(months=1, days=4)).replace(hour=12))

    phone = await open_here(PRIYA, **PHONE)
    card = await in_chat(phone, tom.reference, texts_reviews.RISK_NOW)
    await phone.picture("review-on-a-phone")
    await card.get_by_role("radio").first.check()
    await card.get_by_label(texts_reviews.COMMENT).fill("Quiet since the visit.")
    await card.get_by_role("button", name="Continue", exact=True).click()
    done = await in_chat(phone, tom.reference, "Quiet since the visit.", "Continue")
    await expect(done).not_to_contain_text(texts_reviews.RISK_NOW)

    page = await open_here(HELEN)
    await in_chat(page, tom.reference, "Quiet since the visit.")
    await page.picture("review-done")
