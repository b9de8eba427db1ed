"""Cards, searches and lists on the page, with a bot that answers whatever a test tells it to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import OpenPage
from tests.browser.teams_page import TeamsPage
from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA, TOM
from tests.contract.sandbox_teams.recording_bot import (
    RecordingBot,
    card_answer,
    dialog,
    found,
    results,
    toast,
)
from tests.contract.sandbox_teams.rig import (
    Rig,
    card,
    execute,
    opener,
    own_id,
    serving,
    started,
    submit,
    token_for,
    with_card,
)
from tests.running import until


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rig(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    folder = tmp_path_factory.mktemp("cards")
    async with serving(RecordingBot()) as bot, started(folder, bot) as running:
        await running.install_everywhere()
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_cards(browser: Browser, rig: Rig, tmp_path: Path) -> AsyncIterator[OpenPage]:
    """Opens the channel of the recording bot as somebody; the page may not warn, fail or ask elsewhere."""
    opened: list[TeamsPage] = []

    async def open_as(person: str, *, width: int = 1280, height: int = 860) -> TeamsPage:
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        page = TeamsPage(await context.new_page(), rig.sandbox, tmp_path)
        opened.append(page)
        await page.open(person)
        await page.channel("Alpha")
        return page

    rig.bot.answer = lambda _: toast("Done")
    rig.bot.heard.clear()
    yield open_as
    for page in opened:
        await page.page.context.close()
    assert [complaint for page in opened for complaint in page.complaints] == []


def words(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def button_row(*actions: Any, **more: Any) -> dict[str, Any]:
    return {"type": "ActionSet", "actions": list(actions), **more}


async def pressed(rig: Rig, name: str = "adaptiveCard/action") -> dict[str, Any]:
    """The value of the one invoke of this kind, once it is there."""

    async def heard() -> Any:
        return rig.bot.named(name)

    value: dict[str, Any] = (await until(heard, what=name))[-1]["value"]
    return value


async def test_a_mention_on_a_card_is_read_as_a_name_and_pops_up_for_whom_it_mentions(
    rig: Rig, open_cards: OpenPage
) -> None:
    page = await open_cards(PRIYA)
    await page.chat()
    entity = {"type": "mention", "text": "<at>Priya Raman</at>"}
    mentioned = {"id": PRIYA, "name": "Priya Raman"}
    call = card(
        words("<at>Priya Raman</at> of **Some Homes**, please look"),
        msteams={"entities": [{**entity, "mentioned": mentioned}]},
    )
    await rig.bot_posts(CHANNEL, {**with_card(call), "summary": "You are asked"})

    news = page.page.get_by_role("button", name="You are asked")
    await expect(news).to_be_visible(timeout=20_000)
    await news.click()
    await expect(page.messages.last).to_contain_text("@Priya Raman of Some Homes, please look")


async def test_a_case_is_found_and_sent_into_the_conversation(open_cards: OpenPage, rig: Rig) -> None:
    case = card(words("ALP-2026-0007 for you"), actions=[execute("Open")])
    rig.bot.answer = lambda _: results(found(case, "ALP-2026-0007", text="Scanning"))
    page = await open_cards(PRIYA)
    await page.search("quay")
    await expect(page.results).to_have_text("ALP-2026-0007Scanning")
    await page.choose("ALP-2026-0007")
    await page.send("Is this the one?")
    sent = page.message("ALP-2026-0007 for you")
    await expect(sent).to_contain_text("Priya Raman")
    await expect(sent).to_contain_text("via Local Focus Hub")
    await expect(sent).to_contain_text("Is this the one?")
    await expect(sent).to_be_in_viewport()
    await expect(page.page.get_by_role("button", name="Remove the card")).to_have_count(0)
    rig.bot.answer = lambda _: toast("Opened")
    await sent.get_by_role("button", name="Open", exact=True).click()
    await expect(page.page.locator("#toasts")).to_have_text("Opened")


async def test_a_search_shows_its_pages_one_after_the_other(open_cards: OpenPage, rig: Rig) -> None:
    def answer(activity: dict[str, Any]) -> Any:
        skip = activity["value"]["queryOptions"]["skip"]
        return results(*[found(card(), f"Case {skip + n}") for n in range(25 if skip < 50 else 3)])

    rig.bot.answer = answer
    page = await open_cards(PRIYA)
    await page.search()
    more = page.page.get_by_role("button", name="More results")
    for count in (25, 50):
        await expect(page.results).to_have_count(count)
        await more.click()
    await expect(page.results).to_have_count(53)
    await expect(more).to_have_count(0)


async def test_what_the_bot_says_instead_of_results_stands_in_the_search(
    open_cards: OpenPage, rig: Rig
) -> None:
    text = "1 restricted match. Ask the coordinator."
    rig.bot.answer = lambda _: {"composeExtension": {"type": "message", "text": text}}
    page = await open_cards(PRIYA)
    await page.search("x")
    await expect(page.page.get_by_role("dialog", name="Find a case")).to_contain_text(text)
    await page.page.keyboard.press("Escape")
    await expect(page.page.get_by_role("button", name="Find a case")).to_be_focused()


async def test_a_chosen_card_can_be_taken_away_again(open_cards: OpenPage, rig: Rig) -> None:
    rig.bot.answer = lambda _: results(found(card(words("Not this one")), "A case"))
    page = await open_cards(PRIYA)
    await page.search()
    await page.choose("A case")
    await page.page.get_by_role("button", name="Remove the card").click()
    await page.send("Only words")
    await expect(page.message("Only words")).to_be_visible()
    await expect(page.message("Not this one")).to_have_count(0)


async def test_each_of_several_buttons_with_one_title_does_its_own(open_cards: OpenPage, rig: Rig) -> None:
    lines = [button_row(execute("Done", data={"task": line})) for line in range(3)]
    await rig.bot_posts(CHANNEL, with_card(card(words("Three tasks"), *lines)))
    page = await open_cards(PRIYA)
    await page.message("Three tasks").get_by_role("button", name="Done").nth(1).click()
    assert (await pressed(rig))["action"]["data"] == {"task": 1}


async def test_a_toggle_brings_a_button_to_light_and_keeps_what_was_typed(
    open_cards: OpenPage, rig: Rig
) -> None:
    note = {"type": "Input.Text", "id": "note", "label": "Note"}
    hidden = button_row(execute("Go"), id="more", isVisible=False)
    toggle = {"type": "Action.ToggleVisibility", "title": "Turn", "targetElements": ["more", "note"]}
    await rig.bot_posts(CHANNEL, with_card(card(words("Something hidden"), note, hidden, actions=[toggle])))
    page = await open_cards(PRIYA)
    post = page.message("Something hidden")
    await post.get_by_label("Note").fill("typed before")
    await expect(post.get_by_role("button", name="Go", exact=True)).to_be_hidden()
    await post.get_by_role("button", name="Turn").click()
    await expect(post.get_by_label("Note")).to_be_hidden()
    await post.get_by_role("button", name="Go", exact=True).click()
    assert (await pressed(rig))["action"]["data"] == {"note": "typed before"}


async def test_every_kind_of_input_reaches_the_bot_from_a_show_card(open_cards: OpenPage, rig: Rig) -> None:
    inner = card(
        {"type": "Input.Date", "id": "day", "label": "Day"},
        {"type": "Input.Time", "id": "hour", "label": "Hour"},
        {"type": "Input.Number", "id": "count", "label": "Count"},
        {"type": "Input.Number", "id": "none", "label": "None"},
        {"type": "Input.Toggle", "id": "sure", "title": "Sure"},
        {"type": "Input.ChoiceSet", "id": "who", "label": "Who", "isMultiSelect": True,
         "choices": [{"title": "Police", "value": "p"}, {"title": "Council", "value": "c"}]},
        actions=[execute("Save")],
    )  # fmt: skip
    show = {"type": "Action.ShowCard", "title": "Details", "card": inner}
    await rig.bot_posts(CHANNEL, with_card(card(words("All kinds"), actions=[show])))
    page = await open_cards(PRIYA)
    post = page.message("All kinds")
    await post.get_by_role("button", name="Details").click()
    await post.get_by_label("Day").fill("2026-12-01")
    await post.get_by_label("Hour").fill("17:30")
    await post.get_by_label("Count").fill("3")
    for choice in ("Sure", "Council", "Police"):
        await post.get_by_label(choice).check()
    await post.get_by_role("button", name="Save").click()
    data = (await pressed(rig))["action"]["data"]
    assert data == {"day": "2026-12-01", "hour": "17:30", "count": "3", "sure": "true", "who": "p,c"}


async def test_the_seventh_button_of_a_row_stands_in_a_menu(open_cards: OpenPage, rig: Rig) -> None:
    actions = [execute(f"Number {n}") for n in range(1, 8)]
    await rig.bot_posts(CHANNEL, with_card(card(words("Seven buttons"), actions=actions)))
    page = await open_cards(PRIYA)
    post = page.message("Seven buttons")
    await expect(post.get_by_role("button", name="Number 6")).to_be_visible()
    await post.get_by_title("More options").first.click()
    await expect(post.get_by_role("button", name="Number 6")).to_be_in_viewport()
    await page.page.get_by_role("menuitem", name="Number 7").click()
    assert (await pressed(rig))["action"]["title"] == "Number 7"


async def test_a_view_of_ones_own_comes_without_a_jump_of_the_page(open_cards: OpenPage, rig: Rig) -> None:
    """The card is above what the person reads; its own view is much longer than what everybody sees."""
    views = {"n": 0}

    def answer(activity: dict[str, Any]) -> Any:
        views["n"] += 1
        mine = [words(f"View {views['n']} of {activity['from']['name']}"), *[words("A long line. " * 40)] * 5]
        return card_answer(card(*mine, refresh={"action": execute("fresh")}))

    page = await open_cards(PRIYA)
    rig.bot.answer = answer
    number = await rig.bot_posts(CHANNEL, with_card(card(words("The case for all"))))
    for line in range(30):
        await rig.says(TOM, CHANNEL, f"Line {line}")
    read = page.message("Line 20")
    await read.scroll_into_view_if_needed()
    before = await read.bounding_box()
    listed = {"action": execute("fresh"), "userIds": [await own_id(rig, CHANNEL, PRIYA)]}
    await rig.edit(CHANNEL, number, with_card(card(words("The case for all"), refresh=listed)))
    await expect(page.message("View 1 of Priya Raman")).to_have_count(1)
    await expect(read).to_be_in_viewport()
    after = await read.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2
    others = await open_cards(TOM)
    await expect(others.message("The case for all")).to_have_count(1)


async def test_cards_are_refreshed_for_whoever_opens_their_channel_and_for_nobody_else(
    open_cards: OpenPage, rig: Rig
) -> None:
    general = CHANNEL.replace("referrals", "team")
    everybody = {"action": execute("fresh")}
    page = await open_cards(PRIYA)
    await rig.bot_posts(general, with_card(card(words("Everybody's"), refresh=everybody)))
    await page.send("Still here")
    await expect(page.message("Still here")).to_be_visible()
    assert rig.bot.named("adaptiveCard/action") == []
    rig.bot.answer = lambda _: card_answer(card(words("Priya's own")))
    await page.channel("Alpha", "General")
    await expect(page.message("Priya's own")).to_be_visible()


async def test_a_card_is_refreshed_from_the_menu_of_its_message(open_cards: OpenPage, rig: Rig) -> None:
    manual = {"action": execute("fresh"), "userIds": []}
    await rig.bot_posts(CHANNEL, with_card(card(words("As of this morning"), refresh=manual)))
    rig.bot.answer = lambda _: card_answer(card(words("As of now")))
    page = await open_cards(PRIYA)
    await page.message("As of this morning").get_by_role("button", name="More options").click()
    await page.page.get_by_role("menuitem", name="Refresh card").click()
    await expect(page.message("As of now")).to_be_visible()
    assert (await pressed(rig))["trigger"] == "manual"


async def test_any_list_of_the_site_is_shown_with_columns_that_can_be_read(
    open_cards: OpenPage, rig: Rig
) -> None:
    columns = [
        {"name": "Sure", "boolean": {}},
        {"name": "DueOn", "displayName": "Due on", "dateTime": {"format": "dateOnly"}},
    ]
    fields = {"Title": "ALP-2026-0001 1", "Sure": True, "DueOn": "2026-12-01"}
    await make_list(rig, "Restricted Risk & needs", columns, fields)
    page = await open_cards(PRIYA, width=390)
    await page.app("Lists")
    await page.list("Restricted Risk & needs")
    table = page.page.get_by_role("table")
    await expect(table.get_by_role("columnheader")).to_have_text(["Title", "Sure", "Due on"])
    await expect(table.get_by_role("cell")).to_have_text(["Yes", "1 Dec 2026"])
    await table.get_by_role("button").click()
    await expect(page.dialog).to_contain_text("ALP-2026-0001 1")


async def make_list(rig: Rig, name: str, columns: list[Any], fields: dict[str, Any]) -> None:
    token = await token_for(rig.sandbox, "https://graph.microsoft.com")
    headers = {"Authorization": f"Bearer {token}"}
    lists = "/graph/v1.0/sites/localhost:/sites/hubs:/lists"
    body = {"displayName": name, "columns": columns}
    made = await rig.request("POST", lists, body, headers=headers)
    row = await rig.request("POST", f"{lists}/{made.body['id']}/items", {"fields": fields}, headers=headers)
    assert row.status == 201, row


async def test_a_long_form_in_two_columns_fits_a_phone(open_cards: OpenPage, rig: Rig) -> None:
    def column(*names: str) -> dict[str, Any]:
        inputs = [{"type": "Input.Text", "id": name, "label": name, "isMultiline": True} for name in names]
        return {"type": "Column", "width": "stretch", "items": inputs}

    rows = [
        {"type": "ColumnSet", "columns": [column(f"Features {side}"), column(f"Missing controller {side}")]}
        for side in ("victim", "offender", "place")
    ]
    form = card(*rows, button_row(submit("Save"), submit("Save and ask for information"), submit("Back")))
    await rig.bot_posts(CHANNEL, with_card(card(words("The triangle"), actions=[opener("Fill in")])))
    rig.bot.answer = lambda _: dialog(form, "Problem analysis")
    page = await open_cards(PRIYA, width=390, height=844)
    await page.message("The triangle").get_by_role("button", name="Fill in").click()
    await expect(page.dialog.get_by_label("Features place")).to_be_visible()
    body = page.dialog.locator(".dialog-body")
    assert await body.evaluate("body => body.scrollWidth <= body.clientWidth")
    for name in ("Save", "Save and ask for information", "Back"):
        box = await page.dialog.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
