"""What is the same after a restart of the sandbox."""

from pathlib import Path

from tests.contract.sandbox_teams.hubs import CHANNEL, LEAH, PRIYA, TEAM, TOM
from tests.contract.sandbox_teams.recording_bot import RecordingBot, card_answer, dialog
from tests.contract.sandbox_teams.rig import Rig, card, execute, message, opener, started, submit, with_card


async def test_messages_views_and_dialogs_survive(folder: Path, bot: RecordingBot) -> None:
    async with started(folder, bot) as before:
        await before.install_everywhere()
        number = await before.bot_posts(CHANNEL, with_card(card(actions=[execute("Go"), opener("Refer")])))
        bot.answer = lambda _: dialog(card(actions=[submit("Next")]))
        shown = (await before.press(PRIYA, "Refer", conversation=CHANNEL, message=number)).body["dialog"]
        bot.answer = lambda _: card_answer(card({"type": "TextBlock", "text": "Yours"}))
        await before.press(PRIYA, "Go", conversation=CHANNEL, message=number)
        seen = await before.messages(CHANNEL, PRIYA)

    async with started(folder, bot) as after:
        bot.answer = lambda _: None
        assert await after.messages(CHANNEL, PRIYA) == seen
        assert (await after.press(PRIYA, "Next", dialog=shown["id"])).body == {"kind": "closed"}
        assert (await after.edit(CHANNEL, number, message("Still mine"))).status == 200


async def test_installations_rosters_and_channels_survive(folder: Path, bot: RecordingBot) -> None:
    async with started(folder, bot) as before:
        await before.install_everywhere()
        await before.post("/control/rosters", team=TEAM, add=[LEAH], remove=[TOM])
        made = await before.post("/control/channels", team=TEAM, name="Extra")

    async with started(folder, bot) as after:
        assert await after.post("/control/install-everywhere") == {"installed": 0, "undelivered": 0}
        assert (await after.send(made["id"], message())).status == 201
        assert await after.messages(CHANNEL, LEAH)


async def test_message_ids_go_on_rising(folder: Path, bot: RecordingBot) -> None:
    ids = []
    for _ in range(2):
        async with started(folder, bot) as rig:
            await rig.install_everywhere()
            ids.append(int(await rig.bot_posts(CHANNEL, message())))

    assert ids[0] < ids[1]


async def test_the_bots_secret_and_the_chats_ids_stay(folder: Path, bot: RecordingBot) -> None:
    found: list[tuple[str, str]] = []
    for _ in range(2):
        async with started(folder, bot) as rig:
            found.append((rig.sandbox.bot_environment["MicrosoftAppPassword"], await rig.chat(PRIYA)))

    assert found[0] == found[1]


async def test_the_seeded_messages_are_not_seeded_twice(folder: Path, bot: RecordingBot) -> None:
    async with started(folder, bot) as rig:
        before = await rig.messages(CHANNEL, PRIYA)
    async with started(folder, bot) as rig:
        assert await rig.messages(CHANNEL, PRIYA) == before


async def test_a_message_sent_while_the_bot_was_away_is_kept(rig: Rig) -> None:
    await rig.post("/control/bot", url="http://127.0.0.1:9")

    number = (await rig.says(PRIYA, await rig.chat(PRIYA), "help"))["id"]

    assert (await rig.message(await rig.chat(PRIYA), PRIYA, number))["text"] == "help"
