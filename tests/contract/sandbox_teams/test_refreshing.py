"""Cards that refresh: for whom, when, and with what answer."""

import asyncio
from typing import Any

from tests.contract.sandbox_teams.hubs import CHANNEL, PRIYA, TOM
from tests.contract.sandbox_teams.recording_bot import card_answer, toast
from tests.contract.sandbox_teams.rig import Rig, card, with_card

OWN = card({"type": "TextBlock", "text": "Yours"})


async def own_id(rig: Rig, person: str) -> str:
    return str((await rig.call("GET", f"/conversations/{CHANNEL}/members/{person}")).body["id"])


def refreshing(**more: Any) -> dict[str, Any]:
    return card(refresh={"action": {"type": "Action.Execute", "verb": "fresh", "data": {"case": 1}}, **more})


async def looks(rig: Rig, person: str) -> None:
    """Open the channel and wait until whatever that began has ended."""
    await rig.messages(CHANNEL, person)
    await asyncio.sleep(0.2)


async def test_a_new_card_is_not_refreshed_within_its_first_minute(rig: Rig) -> None:
    await rig.bot_posts(CHANNEL, with_card(refreshing()))

    await looks(rig, PRIYA)

    assert rig.bot.heard == []
    assert (await rig.get("/control/limits"))["refresh_after"] == 60


async def test_an_old_card_is_refreshed_when_it_is_looked_at(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, with_card(refreshing()))
    await rig.post("/control/limits", refresh_after=0)
    rig.bot.answer = lambda _: card_answer(OWN)

    await looks(rig, PRIYA)

    heard = rig.bot.last("adaptiveCard/action")
    assert heard["value"]["trigger"] == "automatic"
    assert heard["value"]["action"]["data"] == {"case": 1}
    assert heard["replyToId"] == number
    assert (await rig.message(CHANNEL, PRIYA, number))["card"] == OWN


async def test_only_the_people_listed_are_asked_for(rig: Rig) -> None:
    await rig.bot_posts(CHANNEL, with_card(refreshing(userIds=[await own_id(rig, PRIYA)])))
    await rig.post("/control/limits", refresh_after=0)

    await looks(rig, TOM)
    assert rig.bot.heard == []

    await looks(rig, PRIYA)
    assert [each["from"]["aadObjectId"] for each in rig.bot.heard] == [PRIYA]


async def test_an_empty_list_means_nobody(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, with_card(refreshing(userIds=[])))
    await rig.post("/control/limits", refresh_after=0)

    await looks(rig, PRIYA)
    assert rig.bot.heard == []

    rig.bot.answer = lambda _: card_answer(OWN)
    answered = await rig.post("/client/refresh", **{"as": PRIYA}, conversation=CHANNEL, message=number)
    assert answered["kind"] == "card"
    assert rig.bot.last("adaptiveCard/action")["value"]["trigger"] == "manual"


async def test_an_edit_makes_a_card_due_at_once_and_only_once(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, with_card(refreshing()))
    await rig.edit(CHANNEL, number, with_card(refreshing()))
    rig.bot.answer = lambda _: card_answer(refreshing())

    await looks(rig, PRIYA)
    await looks(rig, PRIYA)

    assert len(rig.bot.heard) == 1


async def test_a_refresh_that_fails_leaves_the_card_as_it_was(rig: Rig) -> None:
    number = await rig.bot_posts(CHANNEL, with_card(refreshing()))
    await rig.edit(CHANNEL, number, with_card(refreshing()))
    rig.bot.answer = lambda _: toast("not a card")

    await looks(rig, PRIYA)

    assert (await rig.message(CHANNEL, PRIYA, number))["card"] == refreshing()
