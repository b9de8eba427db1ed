"""A partner refers, as a person would, and sees what comes of it."""

from playwright.async_api import expect

from cards import texts
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import DEV, MARK, PAGE_ONE, PAGE_TWO, SLOWEST, SUE, TOM


async def test_a_housing_officer_refers_and_finds_receipt_channel_card_and_case_file(
    open_page: OpenPage,
) -> None:
    fire = await open_page(SUE)
    await fire.channel("Allerdale")
    first = await fire.refer("Harbour View flats, Workington")

    page = await open_page(TOM)
    await page.become("Priya Raman")
    await page.channel("Allerdale")
    hub_card = page.messages.filter(has=page.page.get_by_role("button", name=texts.REFER, exact=True)).first
    await page.picture("hub-card", hub_card)

    await page.start_referral()
    await page.fill({**PAGE_ONE, "danger": "Yes", "where": "Harbour View Flats, Workington"})
    await page.dialog.get_by_text("In danger now?").scroll_into_view_if_needed()
    await page.picture("form")
    await page.press(texts.NEXT)
    await expect(page.dialog).to_contain_text("999")
    await expect(page.dialog).to_contain_text("03069 990 123")
    await page.press(texts.WARNING_DONE)
    await page.fill(PAGE_TWO)
    await page.press(texts.SEND)
    await expect(page.dialog).to_contain_text("1 open matter looks alike")
    await page.press(texts.SEND_ANYWAY)
    reference = await page.reference_in_dialog()
    assert reference != first
    await page.close_dialog()

    await page.chat()
    receipt = page.message(reference)
    await expect(receipt).to_contain_text(texts.STATUS_IN_SHAREPOINT, timeout=SLOWEST)
    await page.picture("receipt", receipt.locator(".bubble"))

    await page.channel("Allerdale")
    posted = page.message(reference)
    await expect(posted).to_contain_text("Rowdy or intimidating behaviour", timeout=SLOWEST)
    for personal in ("Harbour View", "Ann Example", "Priya"):
        await expect(posted).not_to_contain_text(personal)
    await page.page.get_by_role("button", name="Hub card").click()
    await page.picture("page")

    await page.list("Cases")
    row = page.page.get_by_role("row").filter(has_text=reference)
    await expect(row).to_contain_text("Harbour View", timeout=SLOWEST)
    await page.picture("list")
    await row.get_by_role("button").click()
    await expect(page.dialog).to_contain_text("Harbour View Flats, Workington")


async def test_an_empty_form_is_stopped_before_it_is_sent(open_page: OpenPage) -> None:
    page = await open_page(DEV)
    await page.channel("Allerdale")
    await page.start_referral()
    sent: list[str] = []
    page.page.on("request", lambda request: sent.append(request.url))
    await page.press(texts.NEXT)
    await expect(page.dialog).to_contain_text(texts.MISSING["danger"])
    assert [url for url in sent if url.endswith("/client/press")] == []


async def test_a_form_that_comes_back_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = await open_page(DEV)
    await page.channel("Allerdale")
    await page.start_referral()
    await page.fill({**PAGE_ONE, "what": "Noise", "where": "Brow Top"})
    await page.press(texts.NEXT)
    await expect(page.dialog).to_contain_text("Please look at one answer")
    await expect(page.field("what")).to_have_value("Noise")
    await expect(page.field("where")).to_have_value("Brow Top")
    await expect(page.field("wanted")).to_have_value(PAGE_ONE["wanted"])


async def test_a_form_that_was_saved_for_later_goes_on_where_it_was_left(open_page: OpenPage) -> None:
    page = await open_page(DEV)
    await page.channel("Copeland")
    await page.start_referral()
    await page.fill({**PAGE_ONE, "where": "Station Yard"})
    await page.press(texts.SAVE)
    await expect(page.dialog).to_contain_text(texts.SAVED_TITLE)
    await page.close_dialog()
    await page.start_referral()
    await expect(page.field("where")).to_have_value("Station Yard")
    await page.field("where").fill("")
    await page.press(texts.SAVE)
    await expect(page.dialog).to_contain_text(texts.SAVED_TITLE)
    await page.close_dialog()
    await page.start_referral()
    await expect(page.field("where")).to_have_value("")


async def test_refer_this_message_opens_the_form_with_the_message_in_it(open_page: OpenPage) -> None:
    page = await open_page(MARK)
    await page.channel("Allerdale", "General")
    words = "Three cars were damaged on Brook Lane again last night."
    await page.write(words)
    await page.message(words).hover()
    await page.message(words).get_by_role("button", name="More options").click()
    await page.page.get_by_role("menuitem", name="Refer this message").click()
    await expect(page.field("what")).to_have_value(words)
