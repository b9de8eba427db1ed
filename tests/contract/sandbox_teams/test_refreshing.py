"""Cards that refresh: for whom, when, and with what answer."""

import asyncio
from typing import Any

import pytest

from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA, TEAM, TOM
from tests.contract.sandbox_teams.recording_bot import card_answer, toast
from tests.contract.sandbox_teams.rig import Rig, card, execute, own_id, with_card

OWN = card({"type": "TextBlock", "text": "Yours"})


def refreshing(*body: Any, **more: Any) -> dict[str, Any]:
    action = {"type": "Action.Execute", "verb": "fresh", "data": {"case": 1}}
    return card(*body, refresh={"action": action, **more})


async def posted(rig: Rig, content: dict[str, Any]) -> str:
    return await rig.bot_posts(CHANNEL, with_card(content))


async def seen(rig: Rig, person: str, number: str) -> dict[str, Any]:
    """The card as somebody sees it once whatever was due is done."""
    shown = await rig.looks(person, CHANNEL)
    return next(each["card"] for each in shown if each["id"] == number)


def askers(rig: Rig) -> list[str]:
    return [each["from"]["aadObjectId"] for each in rig.bot.named("adaptiveCard/action")]


async def test_a_card_is_refreshed_when_somebody_first_sees_it(rig: Rig) -> None:
    rig.bot.answer = lambda _: card_answer(OWN)
    number = await posted(rig, refreshing())

    assert await seen(rig, PRIYA, number) == OWN
    heard = rig.bot.last("adaptiveCard/action")
    assert heard["value"] == {
        "action": {"type": "Action.Execute", "verb": "fresh", "data": {"case": 1}},
        "trigger": "automatic",
    }
    assert heard["replyToId"] == number


async def test_a_client_that_only_peeks_at_a_conversation_refreshes_nothing(rig: Rig) -> None:
    await posted(rig, refreshing())

    await rig.get(f"/client/conversations/{CHANNEL}/messages", **{"as": PRIYA}, peek="1", settled="1")

    assert rig.bot.heard == []


async def test_who_looks_again_within_a_minute_asks_no_more(rig: Rig) -> None:
    rig.bot.answer = lambda _: card_answer(refreshing())
    number = await posted(rig, refreshing())

    await seen(rig, PRIYA, number)
    await seen(rig, PRIYA, number)

    assert len(rig.bot.heard) == 1
    assert (await rig.get("/control/limits"))["refresh_after"] == 60


async def test_who_looks_again_later_asks_again(rig: Rig) -> None:
    rig.bot.answer = lambda _: card_answer(refreshing())
    number = await posted(rig, refreshing())
    await rig.post("/control/limits", refresh_after=0.2)

    await seen(rig, PRIYA, number)
    await asyncio.sleep(0.25)
    await seen(rig, PRIYA, number)

    assert len(rig.bot.heard) == 2


async def test_an_answer_is_one_persons_view(rig: Rig) -> None:
    rig.bot.answer = lambda activity: card_answer(
        card({"type": "TextBlock", "text": activity["from"]["name"]})
    )
    number = await posted(rig, refreshing())

    mine, toms = await seen(rig, PRIYA, number), await seen(rig, TOM, number)

    assert mine["body"][0]["text"] == "Priya Raman"
    assert toms["body"][0]["text"] == "PC Tom Airey"


async def test_only_the_people_listed_are_asked_for(rig: Rig) -> None:
    number = await posted(rig, refreshing(userIds=[await own_id(rig, CHANNEL, PRIYA)]))
    rig.bot.answer = lambda _: card_answer(OWN)

    assert await seen(rig, TOM, number) != OWN
    assert await seen(rig, PRIYA, number) == OWN
    assert askers(rig) == [PRIYA]


async def test_a_person_may_be_listed_by_their_id_in_the_organisation(rig: Rig) -> None:
    number = await posted(rig, refreshing(userIds=[f"8:orgid:{PRIYA}"]))

    await seen(rig, TOM, number)
    await seen(rig, PRIYA, number)

    assert askers(rig) == [PRIYA]


async def test_an_empty_list_means_nobody_but_the_menu_still_refreshes(rig: Rig) -> None:
    number = await posted(rig, refreshing(userIds=[]))
    rig.bot.answer = lambda _: card_answer(OWN)

    assert await seen(rig, PRIYA, number) != OWN
    assert rig.bot.heard == []

    answered = await rig.post("/client/refresh", **{"as": PRIYA}, conversation=CHANNEL, message=number)
    assert answered == {"kind": "card", "card": OWN}
    assert rig.bot.last("adaptiveCard/action")["value"]["trigger"] == "manual"
    assert await seen(rig, PRIYA, number) == OWN
    assert await seen(rig, TOM, number) != OWN


async def test_a_card_without_refresh_has_no_such_menu(rig: Rig) -> None:
    number = await posted(rig, card())

    body = {"as": PRIYA, "conversation": CHANNEL, "message": number}
    assert (await rig.request("POST", "/client/refresh", body)).status == 409


async def test_an_edit_ends_every_view_and_asks_for_new_ones_at_once(rig: Rig) -> None:
    rig.bot.answer = lambda _: card_answer(OWN)
    number = await posted(rig, refreshing())
    await seen(rig, PRIYA, number)
    newer = card({"type": "TextBlock", "text": "Yours, newer"})
    rig.bot.answer = lambda _: card_answer(newer)
    base = refreshing({"type": "TextBlock", "text": "For all"})

    await rig.edit(CHANNEL, number, with_card(base))

    assert (await rig.message(CHANNEL, PRIYA, number))["card"] == base
    assert await seen(rig, PRIYA, number) == newer
    assert len(rig.bot.heard) == 2


async def test_who_is_not_listed_any_more_sees_what_everybody_sees(rig: Rig) -> None:
    rig.bot.answer = lambda _: card_answer(OWN)
    number = await posted(rig, refreshing(userIds=[await own_id(rig, CHANNEL, PRIYA)]))
    await seen(rig, PRIYA, number)
    base = refreshing(userIds=[])

    await rig.edit(CHANNEL, number, with_card(base))

    assert await seen(rig, PRIYA, number) == base
    assert len(rig.bot.heard) == 1


async def test_an_answer_that_an_edit_overtook_is_not_shown(rig: Rig) -> None:
    """The bot edits the card while it is still answering a refresh of the state before."""
    rig.bot.answer = lambda _: card_answer(OWN)
    rig.bot.delay = 0.4
    number = await posted(rig, refreshing())
    await rig.messages(CHANNEL, PRIYA)
    await asyncio.sleep(0.1)
    base = refreshing({"type": "TextBlock", "text": "For all"}, userIds=[])

    await rig.edit(CHANNEL, number, with_card(base))

    await asyncio.sleep(0.5)
    assert len(rig.bot.heard) == 1
    assert (await rig.message(CHANNEL, PRIYA, number))["card"] == base


async def test_a_view_of_ones_own_has_buttons_of_its_own(rig: Rig) -> None:
    rig.bot.answer = lambda _: card_answer(card(actions=[execute("Accept")]))
    number = await posted(rig, refreshing(userIds=[await own_id(rig, CHANNEL, PRIYA)]))
    await seen(rig, PRIYA, number)
    rig.bot.answer = lambda _: toast("Accepted")

    mine = await rig.press(PRIYA, "Accept", conversation=CHANNEL, message=number)
    toms = await rig.press(TOM, "Accept", conversation=CHANNEL, message=number)

    assert mine.body == {"kind": "toast", "text": "Accepted"}
    assert toms.status == 409


async def test_a_refresh_that_fails_leaves_the_card_as_it_was(rig: Rig) -> None:
    number = await posted(rig, refreshing())
    rig.bot.answer = lambda _: toast("not a card")

    assert await seen(rig, PRIYA, number) == refreshing()


@pytest.mark.parametrize("users", [["29:x"] * 61, [7], "29:x"])
async def test_a_view_that_teams_would_not_take_is_an_error(rig: Rig, users: Any) -> None:
    number = await posted(rig, refreshing())
    rig.bot.answer = lambda _: card_answer(refreshing(userIds=users))

    answered = await rig.post("/client/refresh", **{"as": PRIYA}, conversation=CHANNEL, message=number)

    assert answered["kind"] == "error"
    assert "userIds" in answered["detail"]
    assert (await rig.send(CHANNEL, with_card(refreshing(userIds=users)))).status == 400


async def test_nothing_is_asked_of_an_app_that_was_taken_away(rig: Rig) -> None:
    number = await posted(rig, refreshing())
    await rig.post("/client/uninstall", **{"as": PRIYA}, where="team", id=TEAM)
    rig.bot.heard.clear()

    assert await seen(rig, PRIYA, number) == refreshing()
    assert rig.bot.heard == []
