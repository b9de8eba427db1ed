"""A coordinator and a lead agency work on a case in the page, at a desk and on a phone, and read what stands there."""

import re
from datetime import UTC, datetime

from playwright.async_api import Locator, expect

from cards import texts_case, texts_progress, texts_risk, texts_stages
from osara_store.stages import Part
from tests.browser.conftest import OpenPage
from tests.browser.teams_page import DEV, HELEN, PRIYA, SLOWEST, TOM, TeamsPage
from tests.casework import Desk, a_task, analysis, answers_to, objective, scanning
from tests.driver import Person, a_referral, reference_in
from tests.running import Hub


async def a_case(hub: Hub, number: int) -> str:
    return reference_in(await Person(hub, PRIYA).refer(a_referral(number)))


async def opens(page: TeamsPage, reference: str) -> Locator:
    """Open the case from its card in the channel."""
    await page.channel("Allerdale")
    card = page.message(reference).last
    await expect(card).to_be_visible(timeout=SLOWEST)
    await card.get_by_role("button", name=texts_progress.OPEN_CASE).click()
    await expect(page.dialog).to_contain_text(reference)
    return page.dialog


async def test_a_coordinator_checks_the_risk_and_takes_the_case_on(open_page: OpenPage, hub: Hub) -> None:
    reference = await a_case(hub, 301)
    page = await open_page(TOM)
    dialog = await opens(page, reference)
    await expect(dialog).to_contain_text("Check the risk")
    await page.picture("case-new")
    await page.press("Check the risk")
    await page.press(texts_risk.ASSESS_VICTIM)
    await page.picture("risk-questions")
    for danger in ("threatening violence", "weapon", "harm themselves", "child being harmed"):
        question = dialog.get_by_role("radiogroup", name=re.compile(danger))
        answer = "Not known" if danger == "weapon" else "No"
        await question.get_by_label(answer, exact=True).check()
    await page.press(texts_case.SAVE)
    await expect(dialog).to_contain_text("999")
    await page.picture("risk-warning")
    await page.press(texts_risk.WARNING_DONE)
    await expect(dialog).to_contain_text("Initial action")
    await page.picture("risk-result")


async def test_the_stages_are_coached_saved_and_counted_on_a_phone(open_page: OpenPage, hub: Hub) -> None:
    reference = await a_case(hub, 302)
    tom = Desk(Person(hub, TOM), reference)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form))
    await tom.moves("triage")
    await tom.moves("scan")

    page = await open_page(PRIYA, width=390, height=844)
    dialog = await opens_on_a_phone(page, reference)
    await page.picture("case-on-a-phone")
    await press_into(page, "Objective")
    await page.press("What good looks like")
    await expect(dialog).to_contain_text("what will be different for people")
    await page.picture("objective-coached")
    await dialog.get_by_label("What will you count").fill("Calls a month")
    await dialog.get_by_label("What is that number now").fill("about fourteen")
    await page.press(texts_stages.SAVE)
    await expect(dialog).to_contain_text(texts_stages.NOT_A_NUMBER)
    await expect(dialog.get_by_label("What is that number now")).to_have_value("about fourteen")
    await page.picture("objective-with-a-fault")
    await dialog.get_by_label("What is that number now").fill("14")
    await page.press(texts_stages.SAVE)
    await expect(dialog).to_contain_text("3 of 7 answered")


async def opens_on_a_phone(page: TeamsPage, reference: str) -> Locator:
    """On a phone the way leads through the chat with the bot: the receipt has the same door."""
    await page.chat()
    receipt = page.message(reference).last
    await expect(receipt).to_be_visible(timeout=SLOWEST)
    await receipt.get_by_role("button", name=texts_progress.OPEN_CASE).click()
    await expect(page.dialog).to_contain_text(reference)
    return page.dialog


async def press_into(page: TeamsPage, stage: str) -> None:
    await page.dialog.get_by_role("button", name=stage, exact=True).first.click()


async def test_triangle_plan_and_clash_as_people_see_them(open_page: OpenPage, hub: Hub) -> None:
    reference = await a_case(hub, 303)
    today = datetime.now(UTC).date()
    tom, priya = Desk(Person(hub, TOM), reference), Desk(Person(hub, PRIYA), reference)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form, weekly=True))
    await tom.moves("triage")
    await tom.moves("scan")
    await priya.fills("objective", objective(today))
    await tom.fills("scanning", scanning(today))
    await tom.moves("analyse")
    picture, triangle, hypothesis = analysis()
    await priya.fills_part("analysis", triangle)
    await priya.fills_part("analysis", picture)

    page = await open_page(TOM)
    dialog = await opens(page, reference)
    await page.picture("case-in-analysis")
    await press_into(page, "Analysis")
    await page.press(texts_stages.save_and_go_back(Part.TRIANGLE))
    guardian = dialog.get_by_label("Is a guardian missing?")
    await expect(guardian).to_have_value("No warden since spring.")
    await page.picture("triangle")

    await priya.fills_part("analysis", hypothesis)
    await priya.moves("respond")
    await priya.adds_task(a_task(today, "northshore-homes", "Mend the yard gate"))
    await priya.adds_task(a_task(today, "cumbria-police", "Visit at the weekend", side="offender"))
    await page.close_dialog()
    await opens(page, reference)
    await page.press(texts_case.tasks_button(2))
    await expect(dialog).to_contain_text("Mend the yard gate")
    await page.picture("tasks")


async def test_two_texts_stand_side_by_side_until_somebody_chooses(open_page: OpenPage, hub: Hub) -> None:
    reference = await a_case(hub, 304)
    tom = Desk(Person(hub, TOM), reference)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form))
    await tom.moves("triage")
    page = await open_page(PRIYA)
    dialog = await opens(page, reference)
    await press_into(page, "Objective")
    await tom.fills("objective", {"measure": "Calls to the police in four weeks"})
    await dialog.get_by_label("What will you count").fill("Complaints to the landlord in a month")
    await page.press(texts_stages.SAVE)
    await expect(dialog).to_contain_text("Calls to the police in four weeks")
    await expect(dialog).to_contain_text("Complaints to the landlord in a month")
    await page.picture("two-texts")


async def test_the_manager_searches_and_sees_only_what_the_channel_may(open_page: OpenPage, hub: Hub) -> None:
    reference = await a_case(hub, 305)
    page = await open_page(HELEN)
    await page.channel("Allerdale")
    await page.search("quayside yard 305")
    await page.choose(reference)
    await page.send("Have a look at this one.")
    other = await open_page(DEV)
    await other.channel("Allerdale")
    sent = other.message("Have a look at this one.")
    await expect(sent).to_contain_text(reference, timeout=SLOWEST)
    await expect(sent).not_to_contain_text("Quayside")
