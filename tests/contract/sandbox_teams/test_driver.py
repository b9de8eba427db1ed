"""The person of the scenario tests, at a client of this sandbox."""

from pathlib import Path

import pytest

from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA
from tests.contract.sandbox_teams.recording_bot import card_answer, found, results, toast
from tests.contract.sandbox_teams.rig import Rig, card, execute, with_card
from tests.driver import CardButton, Person, buttons_in
from tests.running import Hub, Program

CASE = card({"type": "TextBlock", "text": "ALP-2026-0001"}, actions=[execute("Open")])


@pytest.fixture
def priya(rig: Rig) -> Person:
    nothing = Program("nothing", [], {}, Path())
    return Person(Hub(Path(), rig.sandbox.base, 0, {}, nothing, nothing, rig.session), PRIYA)


async def test_somebody_searches_and_sends_what_they_found(rig: Rig, priya: Person) -> None:
    rig.bot.answer = lambda _: results(*[found(CASE, f"Case {n}") for n in range(25)])

    listed = await priya.search("quay", conversation=CHANNEL)
    sent = await priya.insert(listed[3], CHANNEL, "This one")

    assert (listed.kind, len(listed), listed.more) == ("results", 25, True)
    assert "Case 24" in listed.shows
    assert (await rig.message(CHANNEL, PRIYA, sent["id"]))["text"] == "This one"


async def test_a_search_may_end_with_a_word_of_the_bot(rig: Rig, priya: Person) -> None:
    rig.bot.answer = lambda _: {"composeExtension": {"type": "message", "text": "Nothing fits."}}

    listed = await priya.search("x")

    assert (list(listed), listed.kind, listed.shows) == ([], "message", "Nothing fits.")


async def test_somebody_sees_their_own_view_and_asks_for_it_anew(rig: Rig, priya: Person) -> None:
    rig.bot.answer = lambda _: card_answer(CASE)
    number = await rig.bot_posts(CHANNEL, with_card(card(refresh={"action": execute("fresh")})))

    own = next(each for each in await priya.looks(CHANNEL) if each["id"] == number)
    assert own["card"] == CASE

    rig.bot.answer = lambda _: card_answer(card(refresh={"action": execute("fresh")}))
    other = await rig.bot_posts(CHANNEL, with_card(card(refresh={"action": execute("fresh"), "userIds": []})))
    answered = await priya.refresh(CHANNEL, {"id": other})
    assert answered["kind"] == "card"


async def test_every_button_of_a_card_is_listed_and_can_be_pressed_by_its_place(
    rig: Rig, priya: Person
) -> None:
    row = {"type": "ActionSet", "id": "row", "isVisible": False, "actions": [execute("Go", id="go")]}
    column = {"items": [], "selectAction": {"type": "Action.Execute", "verb": "column"}}
    inner = card(actions=[execute("In")])
    content = card(
        row,
        {"type": "ColumnSet", "columns": [column]},
        actions=[{"type": "Action.ShowCard", "title": "More", "card": inner}],
    )
    number = await rig.bot_posts(CHANNEL, with_card(content))
    rig.bot.answer = lambda _: toast("")

    listed = buttons_in(content)

    assert listed == [
        CardButton("go", "Go", True, "Action.Execute", "/body/0/actions/0"),
        CardButton("", "", False, "Action.Execute", "/body/1/columns/0/selectAction"),
        CardButton("", "More", False, "Action.ShowCard", "/actions/0"),
        CardButton("", "In", False, "Action.Execute", "/actions/0/card/actions/0"),
    ]
    for button in listed[1:]:
        assert await priya.press_on(CHANNEL, {"id": number}, button.place)
    assert [each["value"]["action"]["verb"] for each in rig.bot.named("adaptiveCard/action")] == [
        "column",
        "in",
    ]
