"""Work on a case as people do it: from the card in the channel, from page to page, pressing only what is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.driver import Dialog, Person, texts_in
from tests.running import Hub, until

SAM = "00000000-0000-4000-8000-000000000007"  # Insp Ruth Hale, of the police


@dataclass(frozen=True)
class Desk:
    """One person with one case in front of them."""

    person: Person
    reference: str

    @property
    def hub(self) -> Hub:
        return self.person.hub

    async def channel_card(self, text: str = "") -> tuple[str, dict[str, Any]]:
        """The case's card in the channel, once it shows the text."""
        channel = await self.person.channel(self.reference.split("-")[0])

        async def found() -> Any:
            cards = await self.person.bot_cards(channel)
            own = [each for each in cards if self.reference in texts_in(each["card"])]
            return next((each for each in own if text in texts_in(each["card"])), None)

        return channel, await until(found, 20, f"a channel card of {self.reference} with {text!r}")

    async def opens(self) -> Dialog:
        """Open the case from its card in the channel."""
        channel, card = await self.channel_card()
        return shown(await self.person.press_on(channel, card, "Open the case"))

    async def presses(self, dialog: Dialog, action: str, inputs: dict[str, str] | None = None, **more: Any) -> Dialog:
        return shown(await self.person.press(dialog, action, inputs, **more))

    async def goes(self, *actions: str) -> Dialog:
        """From the overview through these buttons."""
        dialog = await self.opens()
        for action in actions:
            dialog = await self.presses(dialog, action)
        return dialog

    async def moves(self, move: str, reason: str = "", **inputs: str) -> Dialog:
        """Make a move from the overview; the form's own button has the same name as the door to it."""
        dialog = await self.goes(f"move-{move}")
        return await self.presses(dialog, "move.do", {**({"reason": reason} if reason else {}), **inputs})

    async def fills(self, stage: str, page: dict[str, str], part: str = "") -> Dialog:
        """Write a page of a stage and save it; without its fields on the first page, go on to the one that has them."""
        dialog = await self.goes(f"stage-{stage}")
        return await self.presses(dialog, "stage.save", page)

    async def state(self) -> str:
        return (await self.opens()).shows


def shown(outcome: Any) -> Dialog:
    """A dialog; anything else is a failure that says what came instead."""
    assert isinstance(outcome, Dialog), outcome
    return outcome


async def travels(hub: Hub, moment: datetime) -> None:
    """Move the bot's clock."""
    async with hub.session.post(hub.bot_url + "/dev/clock", json={"now": moment.isoformat()}) as answer:
        assert answer.status == 200, await answer.text()
