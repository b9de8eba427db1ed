"""Opening a case: the overview, the file to read, its text to copy, and its card drawn for one person."""

from typing import Any

from sqlalchemy import Connection

from bot import audience, drawing
from bot.commands.at_hand import AtHand, about_case, number
from bot.services import Ask, Services
from bot.turn import Answer, Say, ShowCard
from cards import copy_text, reading_cards, texts
from osara_store import cases, changing, conversations, viewing


async def open_case(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: at_hand.overview())


async def read_section(ask: Ask) -> Answer:
    """A part of the file to read: what was written, the people, the risk, the history, or the earlier rounds."""
    return await about_case(ask, _read, as_written=ask.turn.data.get("as_written") is True)


async def copy(ask: Ask) -> Answer:
    """The case as plain text, for a partner's own system."""
    return await about_case(ask, _copy)


def _read(at_hand: AtHand) -> Answer:
    data = at_hand.ask.turn.data
    name, page = at_hand.ask.turn.said("section"), max(number(data.get("page")), 0)
    # What a button carries may be anything, and the audit chain keeps it.
    view = at_hand.view(f"section {name if name in reading_cards.SECTIONS else 'file'}")
    card = reading_cards.section(view, name, page, number(data.get("cycle")) or None)
    return ShowCard(card, view.case.reference)


def _copy(at_hand: AtHand) -> Answer:
    view = at_hand.view("copy")
    card = copy_text.card(view, max(number(at_hand.ask.turn.data.get("page")), 0))
    return ShowCard(card, view.case.reference)


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
    """The card; nothing for somebody of another hub, whatever reference a button brings."""
    case = viewing.find_as_written(tx, reference)
    hub = ask.services.directory.hub(case.hub_id) if case else None
    if case is None or hub is None or ask.actor.role_in(hub) is None:
        return None
    file = cases.case_file(tx, case.id)
    mine = changing.allowed_actions(file, ask.actor, hub, ask.now)
    known = conversations.user_ids(tx, audience.of_case(ask.services.directory, hub, file, ask.now))
    card = drawing.channel_card(ask.services, file, now=ask.now, mine=mine, refreshed_for=known)
    return ShowCard(card, case.reference)
