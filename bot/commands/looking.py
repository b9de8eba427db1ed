"""Looking things up: my cases, and help."""

from sqlalchemy import Connection

from bot.commands.referring import hub_of
from bot.services import Services
from bot.turn import Answer, Say, ShowCard, Turn
from cards import information_cards, texts
from cards.views import CaseLine
from osara_store import cases
from osara_store.cases import Case
from osara_store.directory import Actor, Hub
from osara_store.policy import Action, may

PAGE_SIZE = 8


async def my_cases(services: Services, turn: Turn, actor: Actor) -> Answer:
    """What the person referred or joined in the hubs they may ask, newest first."""
    page = _page(turn)
    hub = hub_of(services, turn, actor)
    hubs = [hub] if hub is not None else services.directory.hubs_of(actor)
    rulings = [may(actor, Action.SEE_OWN_CASES, hub, on=services.today()) for hub in hubs]
    if not any(ruling.allowed for ruling in rulings):
        return Say(texts.refusal(rulings[0].reason) if rulings else texts.NO_HUB)
    found = await services.database.read(lambda tx: _found(tx, actor, hub, page))
    allowed = {hub.id for hub, ruling in zip(hubs, rulings, strict=True) if ruling.allowed}
    lines = [_line(services, actor, case) for case in found[:PAGE_SIZE] if case.hub_id in allowed]
    card = information_cards.my_cases(
        lines, page=page, more=len(found) > PAGE_SIZE, surface=turn.surface, marking=services.directory.marking
    )
    return ShowCard(card, texts.TITLE_MY_CASES)


async def show_help(services: Services, turn: Turn, actor: Actor) -> Answer:
    hubs = services.directory.hubs_of(actor)
    return ShowCard(information_cards.help_card(services.directory, hubs), texts.TITLE_HELP)


def _page(turn: Turn) -> int:
    page = turn.data.get("page", 0)
    return page if isinstance(page, int) and 0 <= page < 1000 else 0  # noqa: PLR2004 nobody turns that far


def _found(tx: Connection, actor: Actor, hub: Hub | None, page: int) -> list[Case]:
    """One more than a page holds tells whether there is another."""
    return cases.cases_of(tx, actor, hub, limit=PAGE_SIZE + 1, offset=page * PAGE_SIZE)


def _line(services: Services, actor: Actor, case: Case) -> CaseLine:
    hub = services.directory.hub(case.hub_id)
    category = services.directory.category(case.category)
    return CaseLine(
        reference=case.reference,
        hub_name=hub.name if hub else case.hub_id,
        category=category.name if category else case.category,
        submitted_at=case.submitted_at,
        zone=hub.zone if hub else services.zone,
        joined=(case.referrer_tenant, case.referrer_id) != (actor.tenant, actor.object_id),
        in_sharepoint=case.synced_at is not None,
        web_url=case.web_url or "",
        own_reference=case.own_reference,
    )
