"""The page, as the hands and eyes of a person: what can be clicked, typed and read, found by its visible name."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Error, Locator, Page, Request, expect

from cards import texts

PRIYA = "00000000-0000-4000-8000-000000000001"
TOM = "00000000-0000-4000-8000-000000000002"
HELEN = "00000000-0000-4000-8000-000000000003"
DEV = "00000000-0000-4000-8000-000000000004"
SUE = "00000000-0000-4000-8000-000000000005"
MARK = "00000000-0000-4000-8000-000000000006"
LEAH = "00000000-0000-4000-8000-000000000008"
AMY = "00000000-0000-4000-8000-000000000010"
HANNA = "00000000-0000-4000-8000-000000000049"

SLOWEST = 20_000
"""Milliseconds that something may take to come by itself: a receipt, a row, an update."""

REFERENCE = re.compile(r"[A-Z]{2,5}-\d{4}-\d{4}")

RADIOS = frozenset({"danger", "equality", "sharing_basis"})
LISTS_TO_CHOOSE = frozenset({"category", "since", "frequency"})

PAGE_ONE = {
    "danger": "No",
    "what": "Groups gather behind the flats after dark, shout and throw bottles.",
    "category": "Rowdy or intimidating behaviour",
    "since": "A few months",
    "frequency": "About once a week",
    "tried": "Two warning letters.",
    "wanted": "A joint visit with the police.",
}
PAGE_TWO = {
    "affected": "Ann Example, 12 Quay Street, neighbour",
    "equality": "Not known",
    "sharing_basis": "To prevent crime or disorder",
}


class Served(Protocol):
    """What the page is opened from: a sandbox's address."""

    @property
    def base(self) -> str: ...


class TeamsPage:
    """One person's window."""

    def __init__(self, page: Page, hub: Served, pictures: Path) -> None:
        self.page, self.hub, self.pictures = page, hub, pictures
        self.complaints: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", self._note_error)
        page.on("request", self._note_request)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"warning", "error"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self.complaints.append(f"error: {error}")

    def _note_request(self, request: Request) -> None:
        ours = urlsplit(self.hub.base).netloc
        if urlsplit(request.url).scheme in {"http", "https"} and urlsplit(request.url).netloc != ours:
            self.complaints.append(f"asked elsewhere: {request.url}")

    # --- moving about

    async def open(self, person: str) -> None:
        await self.page.goto(f"{self.hub.base}/?as={person}")
        await expect(self.page.locator("#person")).to_contain_text(" ")

    async def become(self, name: str) -> None:
        await self.page.locator("#person").click()
        await self.page.get_by_role("searchbox").fill(name)
        await self.page.get_by_role("dialog").get_by_role("button", name=name).click()
        await expect(self.page.locator("#person")).to_contain_text(name)

    async def app(self, name: str) -> None:
        await self.page.get_by_role("navigation").get_by_role("button", name=name).click()

    async def channel(self, team: str, name: str = "Referrals") -> None:
        await self.app("Teams")
        team_list = self.page.get_by_role("region", name=f"{team} Local Focus Hub")
        await team_list.get_by_role("button", name=name).click()
        await expect(self.page.get_by_role("heading", level=1, name=name)).to_be_visible()

    async def chat(self) -> None:
        await self.app("Chat")
        await self.page.get_by_role("complementary").get_by_role("button").first.click()

    async def list(self, name: str) -> None:
        await self.app("Lists")
        entries = self.page.get_by_role("complementary").get_by_role("button")
        await entries.and_(self.page.locator(f'[data-key="{name}"]')).click()

    # --- what is to be seen

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("article")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    async def picture(self, name: str, part: Locator | None = None) -> None:
        await (part or self.page).screenshot(path=self.pictures / f"{name}.png", animations="disabled")

    # --- writing

    async def write(self, text: str, *, mention: bool = False) -> None:
        if mention:
            await self.page.get_by_role("button", name="Mention Local Focus Hub").click()
        box = self.page.get_by_role("main").get_by_role("textbox")
        await box.fill(text)
        await box.press("Enter")
        await expect(self.message(text).last).to_be_visible()

    # --- the search beside the message box

    @property
    def results(self) -> Locator:
        return self.page.get_by_role("list", name="Results").get_by_role("button")

    async def search(self, words: str = "") -> None:
        """Open the search of the conversation's message box, and type."""
        await self.page.get_by_role("button", name="Find a case").last.click()
        if words:
            await self.page.get_by_role("searchbox").fill(words)

    async def choose(self, title: str) -> None:
        """Put a result's card into the message box."""
        await self.results.filter(has_text=title).click()
        await expect(self.page.get_by_role("button", name="Remove the card")).to_be_visible()

    async def send(self, words: str = "") -> None:
        await self.page.get_by_role("main").get_by_role("textbox").last.fill(words)
        await self.page.get_by_role("button", name="Send message").last.click()

    # --- the referral form

    async def press(self, title: str) -> None:
        """Press a button of the dialog."""
        await self.dialog.get_by_role("button", name=title, exact=True).click()

    async def start_referral(self) -> None:
        await self.page.get_by_role("main").get_by_role("button", name=texts.REFER, exact=True).click()
        await expect(self.field("what")).to_be_visible()

    def field(self, key: str) -> Locator:
        return self.dialog.get_by_label(texts.LABELS[key])

    async def fill(self, answers: Mapping[str, str]) -> None:
        for key, answer in answers.items():
            if key in RADIOS:
                group = self.dialog.get_by_role("radiogroup", name=texts.LABELS[key])
                await group.get_by_label(answer, exact=True).check()
            elif key in LISTS_TO_CHOOSE:
                await self.field(key).select_option(label=answer)
            else:
                await self.field(key).fill(answer)

    async def refer(self, where: str, **other: str) -> str:
        """Refer something without danger, from the open channel, and return the reference."""
        await self.start_referral()
        await self.fill({**PAGE_ONE, "where": where, **other})
        await self.press(texts.NEXT)
        await self.fill(PAGE_TWO)
        await self.press(texts.SEND)
        return await self.reference_in_dialog()

    async def reference_in_dialog(self) -> str:
        shown = self.dialog.get_by_text(REFERENCE).first
        await expect(shown).to_be_visible()
        found = REFERENCE.search(await shown.inner_text())
        assert found is not None
        return found.group()

    async def close_dialog(self) -> None:
        await self.page.keyboard.press("Escape")
        await expect(self.dialog).to_have_count(0)
