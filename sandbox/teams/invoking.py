"""Asking the bot something on behalf of a person, and reading what it says as Teams would."""

from __future__ import annotations

from sandbox.teams.activities import Activities, Invoke
from sandbox.teams.answers import Outcome, Reading, read_answer
from sandbox.teams.delivery import BotLine
from sandbox.teams.limits import Limits
from sandbox.tenant import Person

EXTENSION = "composeExtension/"


class Invoker:
    """Sends invokes, and waits for as long as a client does."""

    def __init__(self, limits: Limits, line: BotLine, activities: Activities) -> None:
        self._limits = limits
        self._line = line
        self._activities = activities

    async def ask(self, person: Person, invoke: Invoke, reading: Reading, times: int = 1) -> list[Outcome]:
        """Send an invoke so many times at once, and return what the person sees each time."""
        is_extension = invoke.name.startswith(EXTENSION)
        seconds = self._limits.extension_seconds if is_extension else self._limits.invoke_seconds
        activity = self._activities.invoke(person, invoke)
        replies = await self._line.deliver(activity, seconds, times=times)
        return [read_answer(reply, reading) for reply in replies]
