"""Every button leads somewhere, and so does every word and command that the app package promises."""

from typing import Any, cast

import pytest

from bot.commands.talking import WORDS
from bot.router import COMMANDS, Router
from bot.turn import read_turn
from cards import texts, verbs
from deploy.package.build import manifest
from tests.unit.bot.activities import executed
from tests.unit.deploy.test_package import SETTINGS


def test_every_verb_of_a_card_has_a_command() -> None:
    named = {value for name, value in vars(verbs).items() if name.isupper()}
    assert named
    assert named <= COMMANDS.keys()


def test_every_command_of_the_message_extension_is_answered() -> None:
    (extension,) = manifest(SETTINGS)["composeExtensions"]
    assert {command["id"] for command in extension["commands"]} <= COMMANDS.keys()


def test_every_word_that_the_app_suggests_is_understood() -> None:
    (bot,) = manifest(SETTINGS)["bots"]
    suggested = {command["title"].lower() for each in bot["commandLists"] for command in each["commands"]}
    assert suggested
    assert suggested <= WORDS.keys()


@pytest.mark.parametrize("verb", [verbs.REFER_SEND, verbs.REFER_JOIN, verbs.REFER_NEXT, verbs.REFER_OPEN])
async def test_a_refresh_that_a_client_makes_by_itself_does_nothing(verb: str) -> None:
    without_a_database = cast("Any", None)
    router = Router(without_a_database)
    body = await router.handle(read_turn(executed(verb, trigger="automatic")))
    assert body is not None
    assert body["value"] == texts.UNKNOWN_BUTTON
