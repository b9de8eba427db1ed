"""A bad day, switched on and off from the page."""

from playwright.async_api import expect

from cards import texts
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import AMY, SLOWEST


async def test_with_graph_down_a_referral_is_safe_and_its_receipt_updates_itself_later(
    open_page: OpenPage,
) -> None:
    page = await open_page(AMY)
    await page.app("Faults")
    await page.page.get_by_role("switch", name="Microsoft Graph: Down").click()
    banner = page.page.get_by_text("Faults are on.")
    await expect(banner).to_be_visible()

    await page.channel("Eden")
    reference = await page.refer("Penrith bus station", category="Street drinking")
    await page.close_dialog()
    await page.chat()
    receipt = page.message(reference)
    await expect(receipt).to_contain_text(texts.RECEIPT_SOON, timeout=SLOWEST)
    await expect(receipt).not_to_contain_text(texts.STATUS_IN_SHAREPOINT)
    assert await page.hub.items("Cases") == [] or reference not in str(await page.hub.items("Cases"))

    await page.page.get_by_role("button", name="Switch all off").click()
    await expect(banner).to_be_hidden()
    await expect(receipt).to_contain_text(texts.STATUS_IN_SHAREPOINT, timeout=2 * SLOWEST)
    await expect(receipt).to_contain_text("Edited")


async def test_a_switch_goes_off_alone(open_page: OpenPage) -> None:
    page = await open_page(AMY)
    await page.app("Faults")
    slow = page.page.get_by_role("switch", name="Teams: Slow")
    unavailable = page.page.get_by_role("switch", name="Teams: Unavailable")
    await slow.click()
    await expect(slow).to_be_checked()
    await unavailable.click()
    await expect(unavailable).to_be_checked()
    await slow.click()
    await expect(slow).not_to_be_checked()
    await expect(unavailable).to_be_checked()
    await page.page.get_by_role("button", name="Switch all off").click()
    await expect(unavailable).not_to_be_checked()
