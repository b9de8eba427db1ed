"""What a person types to the bot. A known word gets its card, anything else gets help: never silence."""

from bot.replies import Reply, reply_to
from bot.services import Services
from bot.turn import Turn
from osara_store import outbox

WORDS = {
    "refer": Reply.REFER,
    "new": Reply.REFER,
    "my cases": Reply.CASES,
    "cases": Reply.CASES,
    "my work": Reply.WORK,
    "work": Reply.WORK,
    "find": Reply.FIND,
    "search": Reply.FIND,
    "retention": Reply.RETENTION,
    "settings": Reply.SETTINGS,
    "my settings": Reply.SETTINGS,
    "away": Reply.AWAY,
    "i am away": Reply.AWAY,
    "cover": Reply.COVER,
    "help": Reply.HELP,
    "?": Reply.HELP,
}


async def hear(services: Services, turn: Turn) -> None:
    """Answer a typed message. The answer is a row, so that neither a restart nor a repeated delivery spoils it.

    A card that somebody sends, such as a found case, says nothing to the bot.
    """
    if not turn.text and turn.raw.get("attachments"):
        return
    await answer_with(services, turn, WORDS.get(_word(turn), Reply.MENU))


async def answer_with(services: Services, turn: Turn, reply: Reply) -> None:
    hub = services.directory.hub_of_channel(turn.channel_id)
    now, envelope = services.clock.now(), reply_to(turn, reply, hub.id if hub else None)
    await services.database.write(lambda tx: outbox.put(tx, [envelope], now))
    services.wake()


def _word(turn: Turn) -> str:
    return " ".join(turn.text.lower().strip(" .!?").split()) or turn.text.strip()
