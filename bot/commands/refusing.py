"""What is said to whoever is refused, and who is told of it."""

from bot.services import Ask
from bot.turn import Say
from cards import texts
from osara_store import refusals
from osara_store.directory import Hub


async def refuse(ask: Ask, hub: Hub, reason: str) -> Say:
    """The sentence that helps. Where it is for want of an agreement, the hub's manager hears of it."""
    if reason in refusals.FOR_THE_MANAGER:
        await ask.services.database.write(
            lambda tx: refusals.note(
                tx,
                directory=ask.services.directory,
                actor=ask.actor,
                hub=hub,
                reason=reason,
                now=ask.now,
            )
        )
        ask.services.wake()
    return Say(texts.refusal(reason))
