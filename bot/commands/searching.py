"""Finding a case: in a dialog or chat, and in the search box of the message extension.

A result that is sent becomes a card for everybody in that conversation, so it shows what a channel may see and no more.
"""

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from bot import drawing
from bot.commands.at_hand import number, page_of
from bot.commands.looking import line_of
from bot.commands.refusing import refuse
from bot.services import Ask
from bot.turn import Answer, Result, Results, Say, ShowCard
from cards import move_forms, search_cards, texts, texts_search, words
from osara_store import audit, cases, search
from osara_store.case_file import Case
from osara_store.policy import Action, may
from osara_store.search import Found

PAGE_SIZE = 6
RESULTS = 10


async def open_search(ask: Ask) -> Answer:
    """The field to search in."""
    refused = await _refusal(ask)
    return refused or _show(ask, "", Found((), 0, more=False), 0)


async def do_search(ask: Ask) -> Answer:
    """A page of what was found. Turning a page looks for what was searched before, whatever stands in the field."""
    page = page_of(ask)
    term = ask.turn.said("of") if "page" in ask.turn.data else move_forms.read_term(ask.turn.data)
    refused = await _refusal(ask)
    if refused:
        return refused
    found = await ask.services.database.write(lambda tx: _find(tx, ask, term, PAGE_SIZE, page * PAGE_SIZE))
    return _show(ask, term, found, page)


async def find_for_message(ask: Ask) -> Answer:
    """The message extension's search. Before anything is typed, the newest cases of one's own."""
    refused = await _refusal(ask)
    if refused:
        return refused
    term, skip = move_forms.read_term(ask.turn.data), min(max(number(ask.turn.data.get("skip")), 0), 1000)
    results = await ask.services.database.write(lambda tx: _results(tx, ask, term, skip))
    return results if results.found else Say(texts_search.NOTHING if term else texts_search.TYPE_SOMETHING)


async def _refusal(ask: Ask) -> Say | None:
    """A sentence for whoever may search nowhere: the reason of their first hub."""
    hubs = ask.services.directory.hubs_of(ask.actor)
    rulings = [may(ask.actor, Action.SEARCH, hub, on=hub.today(ask.now)) for hub in hubs]
    if any(ruling.allowed for ruling in rulings):
        return None
    return await refuse(ask, hubs[0], rulings[0].reason) if rulings else Say(texts.NO_HUB)


def _find(tx: Connection, ask: Ask, term: str, limit: int, skip: int) -> Found:
    found = search.find(
        tx,
        directory=ask.services.directory,
        actor=ask.actor,
        term=term,
        now=ask.now,
        limit=limit,
        offset=skip,
    )
    _write_down(tx, ask, found.cases)
    return found


def _write_down(tx: Connection, ask: Ask, shown: tuple[Case, ...]) -> None:
    """Who was shown something of how many cases; what they searched for may be a name, so it is not written."""
    # Every audit chain makes others wait: the same order for everybody.
    for hub_id, count in sorted(Counter(case.hub_id for case in shown).items()):
        audit.record(
            tx,
            hub_id=hub_id,
            actor=ask.actor,
            action="cases.searched",
            case_id=None,
            detail={"shown": count},
            now=ask.now,
        )


def _show(ask: Ask, term: str, found: Found, page: int) -> Answer:
    card = search_cards.search(
        [line_of(ask, case, openable=True) for case in found.cases],
        term=term,
        restricted=found.restricted,
        page=page,
        more=found.more,
        surface=ask.turn.surface,
        marking=ask.services.directory.marking,
    )
    return ShowCard(card, texts_search.TITLE)


def _results(tx: Connection, ask: Ask, term: str, skip: int) -> Results:
    if not term:
        own = cases.cases_of(tx, ask.actor, None, RESULTS, skip)
        return Results(tuple(_result(tx, ask, case) for case in own))
    found = _find(tx, ask, term, RESULTS, skip)
    kept = [Result(texts_search.RESTRICTED, texts_search.restricted(found.restricted), _nothing(ask))]
    shown = [_result(tx, ask, case) for case in found.cases]
    return Results((*shown, *(kept if found.restricted and not skip else [])))


def _result(tx: Connection, ask: Ask, case: Case) -> Result:
    card = drawing.channel_card(ask.services, cases.case_file(tx, case.id), now=ask.now)
    line = line_of(ask, case, openable=True)
    about = [line.category, words.STATE[case.state], *([words.BAND[case.band]] if case.band else [])]
    return Result(case.reference, texts.BETWEEN.join(part for part in about if part), card)


def _nothing(ask: Ask) -> dict[str, Any]:
    """What a restricted match would send: a sentence that tells nobody anything."""
    return search_cards.restricted_match(ask.services.directory.marking)
