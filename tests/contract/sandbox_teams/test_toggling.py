"""What a card hides: a toggle shows it to the person who pressed it, and only then it can be pressed or typed into."""

from typing import Any

from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA, TOM
from tests.contract.sandbox_teams.recording_bot import card_answer, dialog, toast
from tests.contract.sandbox_teams.rig import Answered, Rig, card, execute, opener, submit, with_card

NOTE = {"type": "Input.Text", "id": "note"}
MORE = {
    "type": "Container",
    "id": "more",
    "isVisible": False,
    "items": [NOTE, {"type": "ActionSet", "actions": [execute("Go")]}],
}


def toggle(title: str, *targets: Any) -> dict[str, Any]:
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": list(targets)}


async def post_card(rig: Rig, *body: Any, actions: Any) -> str:
    return await rig.bot_posts(CHANNEL, with_card(card(*body, actions=actions)))


async def press(rig: Rig, number: str, action: str, person: str = PRIYA, **more: Any) -> Answered:
    return await rig.press(person, action, conversation=CHANNEL, message=number, **more)


async def test_a_hidden_button_can_be_pressed_once_it_is_shown(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    number = await post_card(rig, MORE, actions=[toggle("More", "more")])

    assert "hidden" in (await press(rig, number, "Go")).error
    assert (await press(rig, number, "More", inputs={"note": "x"})).body["fields"] == ["note"]
    assert (await press(rig, number, "More")).body == {"kind": "toggled"}
    assert rig.bot.heard == []
    assert (await press(rig, number, "Go", inputs={"note": "typed"})).body["kind"] == "toast"
    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {"note": "typed"}


async def test_a_second_press_hides_it_again(rig: Rig) -> None:
    number = await post_card(rig, MORE, actions=[toggle("More", "more")])

    for _ in range(2):
        await press(rig, number, "More")

    assert (await press(rig, number, "Go")).status == 409


async def test_a_toggle_may_say_what_becomes_of_its_targets(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    first = {"type": "ActionSet", "id": "first", "actions": [execute("One")]}
    show = toggle(
        "Show", {"elementId": "more", "isVisible": True}, {"elementId": "first", "isVisible": False}
    )
    number = await post_card(rig, first, MORE, actions=[show])

    for _ in range(2):
        await press(rig, number, "Show")

    assert (await press(rig, number, "Go")).status == 200
    assert (await press(rig, number, "One")).status == 409


async def test_what_one_person_toggles_stays_hidden_for_others(rig: Rig) -> None:
    number = await post_card(rig, MORE, actions=[toggle("More", "more")])

    await press(rig, number, "More")

    assert (await press(rig, number, "Go", TOM)).status == 409


async def test_a_card_that_changed_is_drawn_anew(rig: Rig) -> None:
    number = await post_card(rig, MORE, actions=[toggle("More", "more"), execute("Save")])
    await press(rig, number, "More")
    changed = card({"type": "TextBlock", "text": "Saved"}, MORE, actions=[toggle("More", "more")])
    rig.bot.answer = lambda _: card_answer(changed)

    await press(rig, number, "Save")

    assert (await press(rig, number, "Go")).status == 409


async def test_a_client_that_remembers_its_toggles_names_them_with_the_press(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    inner = MORE | {"items": [*MORE["items"], toggled_set("Even more", "last")]}
    last = {"type": "ActionSet", "id": "last", "isVisible": False, "actions": [execute("Last")]}
    number = await post_card(rig, inner, last, actions=[toggle("More", "more")])

    assert (await press(rig, number, "Last", after_toggle=["More", "Even more"])).status == 200
    assert (await press(rig, number, "Last", after_toggle=["Even more"])).status == 409
    assert "hides nothing" in (await press(rig, number, "Go", after_toggle=["More", "Go"])).error
    assert (await press(rig, number, "Last")).status == 409


def toggled_set(title: str, *targets: str) -> dict[str, Any]:
    return {"type": "ActionSet", "actions": [toggle(title, *targets)]}


async def test_a_client_that_names_no_toggle_sees_the_card_as_it_was_drawn(rig: Rig) -> None:
    number = await post_card(rig, MORE, actions=[toggle("More", "more")])
    await press(rig, number, "More")

    assert (await press(rig, number, "Go", after_toggle=[])).status == 409


async def test_what_was_typed_before_it_was_hidden_is_sent_all_the_same(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    number = await post_card(rig, NOTE, actions=[toggle("Less", "note"), execute("Go")])

    await press(rig, number, "Less")
    await press(rig, number, "Go", inputs={"note": "typed before"})

    assert rig.bot.last("adaptiveCard/action")["value"]["action"]["data"] == {"note": "typed before"}


async def test_a_toggle_shows_what_a_show_card_holds(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    inner = card(MORE, toggled_set("More", "more"))
    number = await post_card(rig, actions=[{"type": "Action.ShowCard", "title": "Open", "card": inner}])

    assert (await press(rig, number, "Open")).body == {"kind": "opened"}
    assert (await press(rig, number, "Go")).status == 409
    await press(rig, number, "More")
    assert (await press(rig, number, "Go")).status == 200


async def test_a_select_action_toggles_too(rig: Rig) -> None:
    rig.bot.answer = lambda _: toast("")
    header = {"type": "Container", "items": [], "selectAction": toggle("", "more")}
    number = await post_card(rig, header, MORE, actions=[])

    await press(rig, number, "/body/0/selectAction")

    assert (await press(rig, number, "Go")).status == 200


async def test_a_dialog_has_toggles_as_well(rig: Rig) -> None:
    hidden = {"type": "ActionSet", "id": "more", "isVisible": False, "actions": [submit("Send")]}
    rig.bot.answer = lambda _: dialog(card(hidden, actions=[toggle("More", "more")]))
    opened = (await press(rig, await post_card(rig, actions=[opener("Open")]), "Open")).body["dialog"]["id"]
    rig.bot.answer = lambda _: None

    assert (await rig.press(PRIYA, "Send", dialog=opened)).status == 409
    assert (await rig.press(PRIYA, "More", dialog=opened)).body == {"kind": "toggled"}
    assert (await rig.press(PRIYA, "Send", dialog=opened)).body == {"kind": "closed"}


async def test_a_toggle_asks_for_no_answers_and_passes_over_what_is_not_there(rig: Rig) -> None:
    number = await post_card(rig, NOTE | {"isRequired": True}, actions=[toggle("More", "nowhere")])

    assert (await press(rig, number, "More")).body == {"kind": "toggled"}


async def test_a_hidden_required_input_stops_the_button_as_in_teams(rig: Rig) -> None:
    required = NOTE | {"isRequired": True, "isVisible": False}
    number = await post_card(rig, required, actions=[execute("Go"), toggle("More", "note")])

    assert (await press(rig, number, "Go")).status == 422
    await press(rig, number, "More")
    rig.bot.answer = lambda _: toast("")
    assert (await press(rig, number, "Go", inputs={"note": "x"})).status == 200
