"""My work: what waits for whoever asks, in every hub where they may be shown it."""

from collections import Counter

from sqlalchemy import Connection

from bot.commands.at_hand import number
from bot.services import Ask
from bot.turn import Answer, Say, ShowCard
from cards import texts, texts_tasking, work_cards
from cards.work_cards import WorkLine
from osara_store import audit, work
from osara_store.policy import Action, may
from osara_store.work import Item, Work

PAGE_SIZE = 8


async def my_work(ask: Ask) -> Answer:
    """The most urgent first, a page at a time."""
    hubs = ask.services.directory.hubs_of(ask.actor)
    rulings = [may(ask.actor, Action.SEE_OWN_WORK, hub, on=hub.today(ask.now)) for hub in hubs]
    if not any(ruling.allowed for ruling in rulings):
        return Say(texts.refusal(rulings[0].reason) if rulings else texts.NO_HUB)
    page = min(max(number(ask.turn.data.get("page")), 0), 1000)
    found = await ask.services.database.write(lambda tx: _find(tx, ask, page))
    card = work_cards.work(
        [_line(ask, item) for item in found.items],
        page=page,
        more=found.more,
        surface=ask.turn.surface,
        marking=ask.services.directory.marking,
    )
    return ShowCard(card, texts_tasking.WORK_TITLE)


def _find(tx: Connection, ask: Ask, page: int) -> Work:
    found = work.waiting_for(
        tx,
        directory=ask.services.directory,
        actor=ask.actor,
        now=ask.now,
        limit=PAGE_SIZE,
        offset=page * PAGE_SIZE,
    )
    # Every audit chain makes others wait: the same order for everybody.
    for hub_id, count in sorted(Counter(item.hub_id for item in found.items).items()):
        audit.record(
            tx,
            hub_id=hub_id,
            actor=ask.actor,
            action="work.viewed",
            case_id=None,
            detail={"shown": count},
            now=ask.now,
        )
    return found


def _line(ask: Ask, item: Item) -> WorkLine:
    directory = ask.services.directory
    hub, category = directory.hub(item.hub_id), directory.category(item.category)
    outside = directory.agency(item.what) if item.kind == "signpost" else None
    return WorkLine(
        item,
        hub_name=hub.name if hub else item.hub_id,
        category=category.name if category else item.category,
        outside=outside.name if outside else "",
        today=hub.today(ask.now) if hub else ask.services.today(),
    )
