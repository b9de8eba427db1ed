"""The same bot in Microsoft 365 Agents Playground, a client that nobody here wrote: refer as a person would."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.running import Program, free_port, until

REFERENCE = re.compile(r"ALL-\d{4}-0001")
SLOW = 30_000


class Playground:
    """A running Playground and the sandbox whose lists the bot writes."""

    def __init__(self, address: str, sandbox: str) -> None:
        self.address, self.sandbox = address, sandbox

    async def items(self, name: str) -> list[dict[str, Any]]:
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.get(f"{self.sandbox}/client/lists/{name}/items") as answer,
        ):
            items: list[dict[str, Any]] = await answer.json()
        return items


@pytest_asyncio.fixture(loop_scope="session")
async def playground(browser: Browser, tmp_path: Path) -> AsyncIterator[Playground]:
    ports = {"--port": free_port(), "--bot-port": free_port(), "--sandbox-port": 0, "--login-port": 0}
    arguments = [part for name, port in ports.items() for part in (name, str(port))]
    command = ["-m", "deploy.playground", "--data", str(tmp_path / "data"), *arguments]
    program = Program("playground", command, {}, tmp_path / "playground.log")
    await program.start()

    async def open_to_all() -> list[str]:
        assert program.alive, program.said()
        found = re.findall(r"http://[\d.:]+", program.said())
        return found if len(found) == 2 and await answers(found[0]) else []

    try:
        address, sandbox = await until(open_to_all, 60, "the Playground")
        yield Playground(address, sandbox)
    finally:
        assert await program.end() == 0, program.said()


async def answers(address: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return answer.ok
    except aiohttp.ClientError:
        return False


async def fill(page: Page, answers_given: dict[str, str], choices: dict[str, str]) -> None:
    for question, text in answers_given.items():
        await page.get_by_label(question).last.fill(text)
    for question, choice in choices.items():
        await page.get_by_label(question).last.click()
        await page.get_by_role("option").filter(has_text=choice).first.click()


async def test_somebody_refers_in_the_playground(playground: Playground, browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 1400, "height": 1400})
    page.set_default_timeout(SLOW)
    await page.goto(playground.address)

    await page.get_by_text("Referrals").first.click()
    await expect(page.get_by_text("Allerdale Local Focus Hub").last).to_be_visible(timeout=SLOW)

    await page.get_by_text("Personal Chat").first.click()
    await page.locator("[data-lexical-editor=true]").click()
    await page.keyboard.type("refer")
    await page.keyboard.press("Enter")
    await page.get_by_label("No", exact=True).last.check()
    await fill(
        page,
        {
            "What is happening?": "Loud music and shouting at night, and litter in the shared yard.",
            "Where?": "Harbour Yard, Workington",
            "What would you like the hub to do?": "A joint visit.",
        },
        {"What kind of problem is it?": "Noise", "How long has it gone on?": "Months", "How often": "week"},
    )
    await page.get_by_role("button", name="Next").last.click()

    await expect(page.get_by_text("Who will be able to read this").last).to_be_visible(timeout=SLOW)
    await page.get_by_label("No", exact=True).last.check()
    await page.get_by_label("prevent crime").last.check()
    await page.get_by_role("button", name="Send", exact=True).last.click()
    await expect(page.get_by_text(REFERENCE).last).to_be_visible(timeout=SLOW)

    case = (await until(lambda: playground.items("Cases"), 30, "the case in SharePoint"))[0]
    assert "Harbour Yard" in str(case)
    await page.get_by_text("Referrals").first.click()
    await expect(page.get_by_text(REFERENCE).last).to_be_visible(timeout=SLOW)
    await page.close()
