"""Looking things up: my cases, and help."""

from sqlalchemy import Connection

from bot.commands.referring import hub_of
from bot.commands.refusing import refuse
from bot.services import Ask
from bot.turn import Answer, Say, ShowCard
from cards import information_cards, texts, texts_search
from cards.views import CaseLine
from osara_store import cases
from osara_store.cases import Case
from osara_store.directory import Hub
from osara_store.policy import Action, may

PAGE_SIZE = 8


async def my_cases(ask: Ask) -> Answer:
    """What the person referred or joined in the hubs they may ask, newest first."""
    hub, page = hub_of(ask), _page(ask)
    hubs = [hub] if hub is not None else ask.services.directory.hubs_of(ask.actor)
    if not hubs:
        return Say(texts.NO_HUB)
    for each in hubs:
        ruling = may(ask.actor, Action.SEE_OWN_CASES, each, on=each.today(ask.now))
        if not ruling.allowed:
            return await refuse(ask, each, ruling.reason)
    found = await ask.services.database.read(lambda tx: _found(tx, ask, hub, page))
    lines = [line_of(ask, case, openable=True) for case in found[:PAGE_SIZE]]
    card = information_cards.my_cases(
        lines,
        page=page,
        more=len(found) > PAGE_SIZE,
        surface=ask.turn.surface,
        marking=ask.services.directory.marking,
    )
    return ShowCard(card, texts.TITLE_MY_CASES)


async def show_help(ask: Ask) -> Answer:
    hubs = ask.services.directory.hubs_of(ask.actor)
    return ShowCard(information_cards.help_card(ask.services.directory, hubs), texts.TITLE_HELP)


async def show_menu(ask: Ask) -> Answer:
    """What somebody gets who typed something that we do not know."""
    hubs = ask.services.directory.hubs_of(ask.actor)
    manages = any(may(ask.actor, Action.SEE_RETENTION, hub, on=hub.today(ask.now)).allowed for hub in hubs)
    card = information_cards.chat_menu(ask.services.directory, hubs, manages=manages)
    return ShowCard(card, texts.TITLE_HELP)


def _page(ask: Ask) -> int:
    page = ask.turn.data.get("page", 0)
    return page if isinstance(page, int) and 0 <= page < 1000 else 0  # noqa: PLR2004 nobody turns that far


def _found(tx: Connection, ask: Ask, hub: Hub | None, page: int) -> list[Case]:
    """One more than a page holds tells whether there is another."""
    return cases.cases_of(tx, ask.actor, hub, limit=PAGE_SIZE + 1, offset=page * PAGE_SIZE)


def line_of(ask: Ask, case: Case, *, openable: bool) -> CaseLine:
    """A case in a list. Of a restricted one that is not for this person, there is the reference and no more."""
    services, actor = ask.services, ask.actor
    hub = services.directory.hub(case.hub_id)
    category = services.directory.category(case.category)
    hidden = case.restricted and not case.category
    return CaseLine(
        reference=case.reference,
        hub_name=hub.name if hub else case.hub_id,
        category=texts_search.RESTRICTED if hidden else category.name if category else case.category,
        submitted_at=case.submitted_at,
        zone=hub.zone if hub else services.zone,
        state=case.state,
        band=case.band,
        where=case.where,
        openable=openable and not hidden and _may_open(ask, case, hub),
        joined=(case.referrer_tenant, case.referrer_id) != (actor.tenant, actor.object_id),
        in_sharepoint=case.synced_at is not None,
        web_url=case.web_url or "",
        own_reference=case.own_reference if case.agency_id == actor.agency.id else "",
    )


def _may_open(ask: Ask, case: Case, hub: Hub | None) -> bool:
    """What was voided is not for everybody to open; of what is restricted, those on its list were found only."""
    actor, on = ask.actor, hub.today(ask.now) if hub else ask.services.today()
    own = {(actor.tenant, actor.object_id)}
    return hub is not None and may(actor, Action.READ_CASE, hub, case=case, listed=own, on=on).allowed
