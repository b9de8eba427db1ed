"""The app comes to a team and to people, one after the other, as in a real tenant."""

import re
from pathlib import Path

import yaml

from tests.driver import PRIYA, TOM, Dialog, Person, a_referral, page_one, page_two, reference_in, texts_in
from tests.running import HUBS, Hub, running_hub, until


async def install(hub: Hub, person: str, where: str, place: str = "") -> None:
    await hub.post("/client/install", {"as": person, "where": where, "id": place})


async def uninstall(hub: Hub, person: str, where: str, place: str = "") -> None:
    await hub.post("/client/uninstall", {"as": person, "where": where, "id": place})


async def team_of_allerdale(hub: Hub) -> str:
    teams = (await Person(hub, TOM).places())["teams"]
    return str(next(team["id"] for team in teams if any(c.get("hub") == "ALL" for c in team["channels"])))


async def test_a_team_then_people_are_met_one_by_one(tmp_path: Path) -> None:
    async with running_hub(tmp_path, install=False) as hub:
        priya = Person(hub, PRIYA)
        await install(hub, TOM, "team", await team_of_allerdale(hub))
        await priya.hub_card("ALL")

        reference = reference_in(await priya.refer(a_referral(1)))

        async def refused() -> bool:
            _, rows, _ = await hub.bot_says("outbox", "list", "--state", "held")
            return "Forbidden" in rows

        await until(refused, 20, "the receipt that has no chat to go to")
        await install(hub, PRIYA, "personal")
        chat = await priya.chat()
        await priya.card_with(chat, reference)
        await priya.card_with(chat, "How it works")


async def test_a_channel_that_gets_the_app_later_gets_what_waited_for_it(tmp_path: Path) -> None:
    async with running_hub(tmp_path, install=False) as hub:
        priya, values = Person(hub, PRIYA), a_referral(2)
        await install(hub, PRIYA, "personal")
        await priya.says("refer")
        chat = await priya.chat()
        form = await priya.card_with(chat, "What is happening?")
        await priya.press_on(chat, form, "Next", **page_one(values))
        await priya.press_on(chat, form, "Send", **page_two(values))

        async def held() -> bool:
            _, rows, _ = await hub.bot_says("outbox", "list", "--state", "held")
            return "card.channel" in rows

        await until(held, 20, "the channel card that has no channel to go to")
        await install(hub, TOM, "team", await team_of_allerdale(hub))
        await priya.card_with(await priya.channel(), "New referral")


async def test_what_could_not_reach_somebody_comes_once_they_have_the_app_again(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        priya = Person(hub, PRIYA)
        await uninstall(hub, PRIYA, "personal")
        references = [reference_in(await priya.refer(a_referral(number))) for number in (1, 2, 3)]
        await until(
            lambda: held(hub, 6), 30, "three receipts, and again with their links, that wait for the app"
        )

        await install(hub, PRIYA, "personal")
        await each_once(priya, await priya.chat(), references)
        assert await held(hub, 0)


async def test_what_could_not_reach_a_channel_comes_once_the_team_has_the_app_again(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        priya, team = Person(hub, PRIYA), await team_of_allerdale(hub)
        channel, _ = await priya.hub_card()
        await uninstall(hub, TOM, "team", team)
        references = [await refer_in_chat(priya, number) for number in (1, 2)]
        await until(lambda: held(hub, 2), 20, "two channel cards that wait for the app")

        await install(hub, TOM, "team", team)
        await each_once(priya, channel, references)
        assert await held(hub, 0)


async def refer_in_chat(person: Person, number: int) -> str:
    """Through the form that the bot posts where somebody asks for it; the receipt takes the form's place."""
    chat, values = await person.chat(), a_referral(number)
    await person.says("refer")
    form = await person.card_with(chat, "What is happening?")
    await person.press_on(chat, form, "Next", **page_one(values))
    answer = await person.press_on(chat, form, "Send", **page_two(values))
    return reference_in(Dialog("", "", answer["card"]))


async def held(hub: Hub, count: int) -> bool:
    _, rows, _ = await hub.bot_says("outbox", "list", "--state", "held")
    return len(re.findall(r"^ *\d+  held", rows, flags=re.MULTILINE)) == count


async def none_wait(hub: Hub) -> bool:
    _, rows, _ = await hub.bot_says("outbox", "list", "--state", "waiting")
    return "Nothing there" in rows


async def each_once(person: Person, place: str, references: list[str]) -> None:
    for reference in references:
        await person.card_with(place, reference)
    await until(lambda: none_wait(person.hub), 20, "an outbox with nothing to send")
    shown = [texts_in(card["card"]) for card in await person.bot_cards(place)]
    assert {reference: sum(reference in text for text in shown) for reference in references} == dict.fromkeys(
        references, 1
    )


async def test_a_team_that_is_no_hub_is_told_how_to_become_one(tmp_path: Path) -> None:
    without = yaml.safe_load(HUBS.read_text(encoding="utf-8"))
    without["hubs"] = [hub for hub in without["hubs"] if hub["id"] != "ALL"]
    for person in without["people"]:
        person.get("roles", {}).pop("ALL", None)
    file = tmp_path / "five.yaml"
    file.write_text(yaml.safe_dump(without), encoding="utf-8")
    async with running_hub(tmp_path / "run", {"HUB_CONFIG": str(file)}, install=False) as hub:
        await install(hub, TOM, "team", await team_of_allerdale(hub))

        async def told() -> bool:
            team = next(t for t in (await Person(hub, TOM).places())["teams"] if "Allerdale" in t["name"])
            said = [
                message["text"] or texts_in(message["card"])
                for channel in team["channels"]
                for message in await Person(hub, TOM).messages(channel["id"])
                if message["from"]["bot"]
            ]
            return any("not set up as a hub" in words for words in said)

        await until(told, 20, "the kind refusal")
