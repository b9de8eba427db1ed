"""Partners are asked, answer with one tap, get tasks and see what waits for them, as they see it in the page."""

from datetime import UTC, date, datetime, timedelta

from playwright.async_api import Locator, expect

from cards import texts_asking, texts_tasking
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import DEV, PRIYA, SLOWEST, TOM, TeamsPage
from tests.casework import Desk, a_task, answers_to
from tests.driver import Person, a_referral, reference_in
from tests.running import Hub


async def an_accepted_case(hub: Hub, number: int) -> Desk:
    """A case with its risk assessed, accepted by Tom, in front of whom it lies. Dev has opened it once."""
    reference = reference_in(await Person(hub, PRIYA).refer(a_referral(number)))
    tom = Desk(Person(hub, TOM), reference)
    form = await tom.goes("next", "ask")
    await tom.presses(form, "risk.save", answers_to(form, weekly=True))
    await tom.moves("triage")
    await Desk(Person(hub, DEV), reference).opens()
    return tom


async def card_in_chat(page: TeamsPage, reference: str, title: str) -> Locator:
    await page.chat()
    card = page.message(reference).filter(has_text=title).last
    await expect(card).to_be_visible(timeout=SLOWEST)
    await card.scroll_into_view_if_needed()
    return card


async def test_a_contact_answers_with_one_tap_on_a_phone_and_the_hub_sees_the_count(
    open_page: OpenPage, hub: Hub
) -> None:
    tom = await an_accepted_case(hub, 401)
    await tom.asks("He may be known to your crisis team.", "fellside-health", "county-fire")

    phone = await open_page(DEV, width=390, height=844)
    card = await card_in_chat(phone, tom.reference, texts_asking.QUESTION)
    await expect(card).to_contain_text("He may be known to your crisis team.")
    await phone.picture("asked-on-a-phone")
    await card.get_by_role("button", name="Nothing held", exact=True).click()
    await expect(card).to_contain_text("Nothing held", timeout=SLOWEST)
    await expect(card.get_by_role("button", name=texts_asking.CHANGE)).to_be_visible()

    desk = await open_page(TOM)
    await desk.channel("Allerdale")
    standing = desk.message(tom.reference).last
    await standing.get_by_role("button", name=texts_asking.OPEN).click()
    await expect(desk.dialog).to_contain_text("1 of 2")
    await desk.press("Answers (1 of 2)")
    await expect(desk.dialog).to_contain_text("County Fire and Rescue")
    await desk.picture("answers-of-partners")


async def test_a_task_is_taken_on_from_its_own_card(open_page: OpenPage, hub: Hub) -> None:
    tom = await an_accepted_case(hub, 402)
    await tom.moves("scan")
    due = a_day(12)
    await tom.adds_task({**a_task(due, "fellside-health", "See the man at number nine"), "owner": ""})

    page = await open_page(DEV)
    card = await card_in_chat(page, tom.reference, "See the man at number nine")
    await page.picture("task-card")
    await card.get_by_role("button", name="We take it on", exact=True).click()
    await expect(card).to_contain_text("Taken on", timeout=SLOWEST)


async def test_my_work_shows_the_most_urgent_first(open_page: OpenPage, hub: Hub) -> None:
    tom = await an_accepted_case(hub, 403)
    await tom.moves("scan")
    for what, after in (("Write to the tenants", 15), ("Mend the yard gate", 3)):
        await tom.adds_task(a_task(a_day(after), "northshore-homes", what))

    page = await open_page(PRIYA)
    await page.channel("Allerdale")
    await page.page.get_by_role("main").get_by_role("button", name=texts_tasking.WORK_TITLE).first.click()
    await expect(page.dialog).to_contain_text("Mend the yard gate")
    shown = await page.dialog.inner_text()
    assert shown.index("Mend the yard gate") < shown.index("Write to the tenants")
    await page.picture("my-work")


def a_day(after: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=after)
