"""Opening a case: the overview, the file to read, its text to copy, and its card drawn for one person."""

from typing import Any

from sqlalchemy import Connection

from bot import audience, drawing
from bot.commands.at_hand import AtHand, about_case
from bot.services import Ask, Services
from bot.turn import Answer, Say, ShowCard
from cards import copy_text, reading_cards, texts
from osara_store import cases, changing, conversations, viewing
from osara_store.policy import Action


async def open_case(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: at_hand.overview())


async def read_section(ask: Ask) -> Answer:
    """A part of the file to read: what was written, the people, the risk, the history, or the earlier rounds."""
    return await about_case(ask, _read)


async def copy(ask: Ask) -> Answer:
    """The case as plain text, for a partner's own system."""
    return await about_case(ask, _copy)


async def refresh_channel_card(ask: Ask) -> Answer:
    """The channel's card as it is for this person. Teams asks for it by itself, so it only shows and changes nothing."""
    services, reference = ask.services, ask.turn.said("case")
    found = await services.database.read(lambda tx: _channel_card_for(tx, ask, reference))
    return found or Say(texts.NO_SUCH_CASE)


def channel_card(tx: Connection, services: Services, case_id: int) -> tuple[dict[str, Any], str]:
    """The message that everybody in the channel sees, and the hub it belongs to."""
    file, now = cases.case_file(tx, case_id), services.clock.now()
    hub = services.directory.hub(file.case.hub_id)
    concerned = audience.of_case(services.directory, hub, file, now) if hub else []
    known = conversations.user_ids(tx, concerned)
    return drawing.channel_message(services, file, now=now, refreshed_for=known), file.case.hub_id


def _channel_card_for(tx: Connection, ask: Ask, reference: str) -> Answer | None:
    case = viewing.find_as_written(tx, reference)
    hub = ask.services.directory.hub(case.hub_id) if case else None
    if case is None or hub is None:
        return None
    file = cases.case_file(tx, case.id)
    mine = changing.allowed_actions(file, ask.actor, hub, ask.now)
    known = conversations.user_ids(tx, audience.of_case(ask.services.directory, hub, file, ask.now))
    card = drawing.channel_card(ask.services, file, now=ask.now, mine=mine, refreshed_for=known)
    return ShowCard(card, case.reference)
