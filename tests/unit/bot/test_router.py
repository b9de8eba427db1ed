"""Every button leads somewhere, and so does every word and command that the app package promises."""

from bot.commands.talking import WORDS
from bot.router import COMMANDS
from cards import verbs
from deploy.package.build import manifest
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
