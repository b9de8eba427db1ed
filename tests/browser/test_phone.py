"""The page on a phone: one pane at a time, and nothing wider than the screen."""

from playwright.async_api import expect

from cards import texts
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import LEAH, SLOWEST, TeamsPage

WIDTH, HEIGHT = 360, 740


async def test_somebody_refers_on_a_phone(open_page: OpenPage) -> None:
    page = await open_page(LEAH, width=WIDTH, height=HEIGHT)
    await page.channel("Carlisle")
    await assert_fits(page)
    reference = await page.refer("Castle car park", category="Vehicle nuisance")
    await assert_fits(page)
    await page.close_dialog()
    await page.chat()
    await expect(page.message(reference)).to_contain_text(texts.STATUS_IN_SHAREPOINT, timeout=SLOWEST)
    await assert_fits(page)
    await page.picture("phone")


async def test_a_phone_shows_one_pane_at_a_time(open_page: OpenPage) -> None:
    page = await open_page(LEAH, width=WIDTH, height=HEIGHT)
    side, main = page.page.get_by_role("complementary"), page.page.get_by_role("main")
    await expect(main).to_be_visible()
    await expect(side).to_be_hidden()
    await page.page.get_by_role("button", name="Back to the list").click()
    await expect(side).to_be_visible()
    await expect(main).to_be_hidden()


async def test_lists_and_faults_fit_on_a_phone(open_page: OpenPage) -> None:
    page = await open_page(LEAH, width=WIDTH, height=HEIGHT)
    for app in ("Lists", "Faults"):
        await page.app(app)
        await assert_fits(page)


async def assert_fits(page: TeamsPage) -> None:
    widest = await page.page.evaluate("document.documentElement.scrollWidth")
    assert widest <= WIDTH
    wide = await page.page.evaluate(
        """() => [...document.querySelectorAll('.dialog-body, .scroll')]
            .filter(part => part.scrollWidth > part.clientWidth).map(part => part.className)"""
    )
    assert wide == []
