"""Chromium for the tests of the page. Where it is absent they are skipped, and the run says so; CI must have it."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.teams_page import TeamsPage
from tests.running import ROOT, Hub, running_hub

CANDIDATES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds for what the page shows after a click; generous, because machines that run tests are busy."""

ABSENT = "Chromium is absent: the page was NOT tested. Install it, or name it in HUB_CHROMIUM."

OpenPage = Callable[..., Awaitable[TeamsPage]]


def chromium() -> str | None:
    named = os.environ.get("HUB_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else CANDIDATES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs Chromium, and all of them share one event loop with the running hub."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = chromium()
    if found is None and os.environ.get("CI"):
        pytest.fail(ABSENT)
    if found is None:
        pytest.skip(ABSENT)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hub(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """One sandbox and bot for the whole folder: each test uses people and places of its own."""
    async with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: into the documentation when they are asked for."""
    folder = ROOT / "docs" / "pictures" if os.environ.get("HUB_PICTURES") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, hub: Hub, pictures: Path) -> AsyncIterator[OpenPage]:
    """Opens the page as somebody; afterwards, no page may have warned, failed or asked for anything elsewhere."""
    opened: list[TeamsPage] = []

    async def open_as(person: str, *, width: int = 1280, height: int = 860) -> TeamsPage:
        context = await browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=1.5
        )
        page = TeamsPage(await context.new_page(), hub, pictures)
        opened.append(page)
        await page.open(person)
        return page

    yield open_as
    for page in opened:
        await page.page.context.close()
    assert [complaint for page in opened for complaint in page.complaints] == []
