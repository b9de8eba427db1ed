"""Settings: one's own, and those of a hub for its manager."""

from collections.abc import Callable

from sqlalchemy import Connection

from bot.commands.referring import hub_of
from bot.commands.refusing import refuse
from bot.services import Ask
from bot.turn import Answer, Say, ShowCard
from cards import settings_cards, texts, texts_settings
from cards.case_view import Typed
from osara_store import changing_settings, digests
from osara_store.directory import Hub
from osara_store.policy import Action, may
from osara_store.preferences import hub_preferences, person_preferences


async def open_mine(ask: Ask) -> Answer:
    return await _at_home(ask, lambda tx, hub: _mine(tx, ask, hub))


async def save_mine(ask: Ask) -> Answer:
    return await _at_home(ask, lambda tx, hub: _save_mine(tx, ask, hub))


async def open_hub(ask: Ask) -> Answer:
    return await _about_hub(ask, lambda tx, hub: _hub(tx, ask, hub))


async def save_hub(ask: Ask) -> Answer:
    return await _about_hub(ask, lambda tx, hub: _save_hub(tx, ask, hub))


# --- one's own -------------------------------------------------------------------------------------------------------


async def _at_home(ask: Ask, work: Callable[[Connection, Hub], Answer]) -> Answer:
    hub = digests.home_hub(ask.services.directory, ask.actor)
    if hub is None:
        return Say(texts.NO_HUB)
    return await ask.services.database.write(lambda tx: work(tx, hub))


def _mine(tx: Connection, ask: Ask, hub: Hub, note: str = "", typed: Typed | None = None) -> Answer:
    managed = [each for each in ask.services.directory.hubs_of(ask.actor) if _may_set(ask, each)]
    card = settings_cards.mine(
        person_preferences(tx, ask.actor.tenant, ask.actor.object_id),
        hub_preferences(tx, hub).digest_at,
        managed,
        surface=ask.turn.surface,
        note=note,
        typed=typed,
    )
    return ShowCard(card, texts_settings.TITLE)


def _save_mine(tx: Connection, ask: Ask, hub: Hub) -> Answer:
    own = person_preferences(tx, ask.actor.tenant, ask.actor.object_id)
    read = settings_cards.read_mine(ask.turn.data, own, hub_preferences(tx, hub).digest_at)
    if isinstance(read, Typed):
        return _mine(tx, ask, hub, typed=read)
    changing_settings.change_own(
        tx, directory=ask.services.directory, actor=ask.actor, wanted=read, now=ask.now
    )
    return _mine(tx, ask, hub, texts_settings.SAVED)


# --- a hub's ---------------------------------------------------------------------------------------------------------


async def _about_hub(ask: Ask, work: Callable[[Connection, Hub], Answer]) -> Answer:
    hub = hub_of(ask)
    if hub is None:
        return Say(texts.NO_HUB)
    ruling = may(ask.actor, Action.SET_HUB, hub, on=hub.today(ask.now))
    if not ruling.allowed:
        return await refuse(ask, hub, ruling.reason)
    return await ask.services.database.write(lambda tx: work(tx, hub))


def _may_set(ask: Ask, hub: Hub) -> bool:
    return may(ask.actor, Action.SET_HUB, hub, on=hub.today(ask.now)).allowed


def _hub(tx: Connection, ask: Ask, hub: Hub, note: str = "", typed: Typed | None = None) -> Answer:
    held = hub_preferences(tx, hub)
    card = settings_cards.hub(hub, held, surface=ask.turn.surface, note=note, typed=typed)
    return ShowCard(card, texts_settings.hub_title(hub.name))


def _save_hub(tx: Connection, ask: Ask, hub: Hub) -> Answer:
    read = settings_cards.read_hub(ask.turn.data, hub_preferences(tx, hub))
    if isinstance(read, Typed):
        return _hub(tx, ask, hub, typed=read)
    changing_settings.change_hub(
        tx, directory=ask.services.directory, actor=ask.actor, hub=hub, wanted=read, now=ask.now
    )
    return _hub(tx, ask, hub, texts_settings.SAVED)
