"""The page itself: who sees what, what the bot hears, the keyboard, and text that stays text."""

import re

from playwright.async_api import expect

from cards import texts
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import HANNA, HELEN, LEAH, PRIYA, TOM

NAMELESS = """() => [...document.querySelectorAll('button, input, select, textarea')]
    .filter(control => control.checkVisibility() && !control.closest('[popover]:not(:popover-open)'))
    .filter(control => !(control.ariaLabel || control.textContent.trim() || control.labels?.length
        || control.getAttribute('aria-labelledby')))
    .map(control => control.outerHTML)"""


async def test_a_newcomer_is_told_who_they_are_and_where_to_start(open_page: OpenPage) -> None:
    page = await open_page(PRIYA)
    strip = page.page.get_by_label("About this page")
    await expect(strip).to_contain_text("nothing here leaves this machine")
    await expect(strip).to_contain_text("Priya Raman of Northshore Homes (partner)")
    await page.app("Lists")
    await strip.get_by_role("button", name="Referrals").click()
    await expect(page.page.get_by_role("button", name=texts.REFER, exact=True)).to_be_visible()


async def test_people_see_only_the_hubs_that_they_work_in(open_page: OpenPage) -> None:
    page = await open_page(PRIYA)
    teams = page.page.get_by_role("complementary").get_by_role("region")
    await expect(teams).to_have_count(1)
    await page.become("PC Tom Airey")
    await expect(teams).to_have_count(6)
    await expect(page.page.locator("#person")).to_contain_text("coordinator of Allerdale")


async def test_what_people_type_never_becomes_markup(open_page: OpenPage) -> None:
    page = await open_page(HELEN)
    await page.channel("Allerdale", "General")
    words = '<img src="x" onerror="document.title=1"> **not bold** [x](http://x.example)'
    await page.write(words)
    message = page.message(words)
    await expect(message.locator(".text")).to_have_text(words)
    await expect(message.locator(".text img, .text a, .text strong")).to_have_count(0)


async def test_in_a_channel_the_bot_hears_only_what_mentions_it(open_page: OpenPage) -> None:
    page = await open_page(TOM)
    await page.channel("South Lakeland", "General")
    await page.write("Can anybody help?")
    await page.write("help", mention=True)
    answered = page.messages.filter(has=page.page.get_by_role("heading", name=texts.HELP_TITLE))
    await expect(answered).to_have_count(1, timeout=20_000)


async def test_help_typed_in_the_chat_is_answered(open_page: OpenPage) -> None:
    page = await open_page(LEAH)
    await page.chat()
    await page.write("help")
    await expect(page.page.get_by_role("heading", name=texts.HELP_TITLE)).to_be_visible(timeout=20_000)


async def test_a_message_elsewhere_pops_up_with_its_summary_and_opens(open_page: OpenPage) -> None:
    page = await open_page(TOM)
    await page.channel("Copeland")
    reference = await page.refer("Whitehaven harbour", category="Criminal damage or graffiti")
    await page.close_dialog()
    news = page.page.get_by_role("button", name=re.compile(f"your referral.*{reference}", re.IGNORECASE))
    await expect(news).to_be_visible(timeout=20_000)
    await news.click()
    await expect(page.message(reference)).to_be_visible()


async def test_the_keyboard_alone_opens_and_closes_the_form(open_page: OpenPage) -> None:
    page = await open_page(PRIYA)
    opener = page.page.get_by_role("main").get_by_role("button", name=texts.REFER, exact=True)
    await opener.press("Enter")
    await expect(page.field("what")).to_be_visible()
    for _ in range(40):
        await page.page.keyboard.press("Tab")
        assert await page.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    await page.close_dialog()
    await expect(opener).to_be_focused()


async def test_every_control_has_a_name_for_a_screen_reader(open_page: OpenPage) -> None:
    page = await open_page(PRIYA)
    assert await page.page.evaluate(NAMELESS) == []
    await page.start_referral()
    assert await page.page.evaluate(NAMELESS) == []
    await page.close_dialog()
    for app in ("Chat", "Lists", "Faults"):
        await page.app(app)
        assert await page.page.evaluate(NAMELESS) == []


async def test_an_answer_that_comes_after_the_dialog_was_closed_does_not_open_it_again(
    open_page: OpenPage,
) -> None:
    page = await open_page(HANNA)
    await page.channel("Barrow")
    await page.start_referral()
    await page.field("what").fill("Left in the middle")
    await page.fill({"danger": "No"})
    async with page.page.expect_response("**/client/press"):
        await page.press(texts.SAVE)
        await page.close_dialog()
    await page.write("Back in a minute.")
    await expect(page.dialog).to_have_count(0)


async def test_what_is_half_typed_in_a_chat_survives_the_next_message(open_page: OpenPage) -> None:
    page = await open_page(HANNA)
    await page.chat()
    await page.write("refer")
    what = page.page.get_by_label(texts.LABELS["what"])
    await what.fill("Half a sent")
    chat = (await page.hub.get("/client/places", **{"as": HANNA}))["chats"][0]["id"]
    message = {"as": HANNA, "conversation": chat, "text": "help", "mention_bot": False}
    await page.hub.post("/client/messages", message)
    await expect(page.page.get_by_role("heading", name=texts.HELP_TITLE)).to_have_count(2)
    await expect(what).to_be_focused()
    await expect(what).to_have_value("Half a sent")


async def test_whoever_changes_person_in_a_chat_comes_to_the_other_persons_chat(open_page: OpenPage) -> None:
    page = await open_page(PRIYA)
    await page.chat()
    await page.become("Helen Marsh")
    await expect(page.page.get_by_role("heading", level=1, name="Local Focus Hub")).to_be_visible()
    await page.page.reload()
    await expect(page.page.locator("#person")).to_contain_text("Helen Marsh")
