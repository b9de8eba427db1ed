"""Being away, and for managers: who is away or lost, and handing over what is in their name."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from bot.commands.at_hand import page_of
from bot.commands.refusing import refuse
from bot.services import Ask
from bot.turn import Answer, Say, ShowCard
from cards import away_cards, cover_cards, people_fields, texts, texts_cover
from cards.away_cards import AwayView
from cards.case_view import Typed
from cards.cover_cards import CoverView
from cards.escape import as_typed
from osara_store import absences, cover, handing_over, lost_people, owned
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete, NotAllowed
from osara_store.lost_people import Owner
from osara_store.policy import Action, Reason, may

PAGE_SIZE = 8
Work = Callable[[Connection, Hub], Answer]


# --- being away ------------------------------------------------------------------------------------------------------


async def open_away(ask: Ask) -> Answer:
    """One's own absences; with somebody named, theirs, for a manager."""
    return await _in_hub(ask, _action(ask), lambda tx, hub: _away_form(tx, ask, hub))


async def save_away(ask: Ask) -> Answer:
    return await _in_hub(ask, _action(ask), lambda tx, hub: _save_away(tx, ask, hub))


async def end_away(ask: Ask) -> Answer:
    return await _in_hub(ask, _action(ask), lambda tx, hub: _end_away(tx, ask, hub))


def _action(ask: Ask) -> Action:
    return Action.BE_AWAY if _person(ask) is ask.actor else Action.SET_ABSENCE


def _person(ask: Ask) -> Actor | None:
    """Whom the button names; nobody named is whoever presses it. None for somebody who has left the directory."""
    tenant, person = ask.turn.said("tenant"), ask.turn.said("person")
    if not person or (tenant, person) == (ask.actor.tenant, ask.actor.object_id):
        return ask.actor
    return ask.services.directory.actor(tenant, person)


def _away_form(tx: Connection, ask: Ask, hub: Hub, typed: Typed | None = None, note: str = "") -> Answer:
    person = _person(ask)
    if person is None:
        return Say(texts_cover.REASONS[lost_people.Why.LEFT])
    return _show_away(_away_view(tx, ask, hub, person, note), typed)


def _show_away(view: AwayView, typed: Typed | None = None) -> Answer:
    title = texts_cover.AWAY_TITLE if view.is_own else texts_cover.COVER_TITLE
    return ShowCard(away_cards.away(view, typed), title)


def _away_view(tx: Connection, ask: Ask, hub: Hub, person: Actor, note: str = "") -> AwayView:
    """What a button carries may name anybody: a manager sees absences and colleagues of people of their own hub only."""
    if person.role_in(hub) is None:
        raise NotAllowed(Reason.NOT_THIS_HUB)
    directory, today = ask.services.directory, hub.today(ask.now)
    return AwayView(
        person=person,
        is_own=person is ask.actor,
        hub=hub,
        today=today,
        marking=directory.marking,
        known=absences.coming(tx, person.tenant, person.object_id, today),
        deputies=absences.possible_deputies(directory, person, today),
        names={(each.tenant, each.object_id): each.name for each in directory.people_of(hub)},
        surface=ask.turn.surface,
        note=note,
    )


def _save_away(tx: Connection, ask: Ask, hub: Hub) -> Answer:
    person = _person(ask)
    if person is None:
        return _away_form(tx, ask, hub)
    view = _away_view(tx, ask, hub, person)
    read = away_cards.read(ask.turn.data, view.deputies)
    if isinstance(read, Typed):
        return _show_away(view, read)
    deputy = read.deputy
    try:
        absences.away(
            tx,
            directory=ask.services.directory,
            actor=ask.actor,
            person=person,
            first_day=read.first_day,
            last_day=read.last_day,
            deputy=deputy,
            hub=hub,
            now=ask.now,
        )
    except Incomplete as lacking:
        said = {"last_day": texts_cover.LAST_DAY_WRONG, "deputy": texts_cover.DEPUTY_WRONG}
        typed = {name: ask.turn.said(name) for name in ("first_day", "last_day", "deputy")}
        return _show_away(view, Typed(typed, {name: said[name] for name in lacking.missing}))
    return _away_form(tx, ask, hub, note=texts_cover.away_saved(as_typed(deputy.name) if deputy else ""))


def _end_away(tx: Connection, ask: Ask, hub: Hub) -> Answer:
    person, day = _person(ask), away_cards.day_of(ask.turn.said("first"))
    if person is None or day is None:
        return _away_form(tx, ask, hub)
    absences.back(
        tx,
        directory=ask.services.directory,
        actor=ask.actor,
        person=person,
        first_day=day,
        hub=hub,
        now=ask.now,
    )
    return _away_form(tx, ask, hub, note=texts_cover.AWAY_ENDED)


# --- cover -----------------------------------------------------------------------------------------------------------


async def open_cover(ask: Ask) -> Answer:
    """Who is away or cannot be reached. Turning a page keeps what was searched for, whatever stands in the field."""
    return await _in_hub(ask, Action.SEE_COVER, lambda tx, hub: _cover(tx, ask, hub, ask.turn.said("of")))


async def find(ask: Ask) -> Answer:
    """Somebody by name, who may be reached or not."""
    term = ask.turn.said("name").strip()[: people_fields.MOST_NAME]
    return await _in_hub(ask, Action.SEE_COVER, lambda tx, hub: _cover(tx, ask, hub, term))


def _cover(tx: Connection, ask: Ask, hub: Hub, term: str = "", note: str = "") -> Answer:
    directory, page = ask.services.directory, page_of(ask)
    found = cover.lines(tx, directory, ask.actor, hub, ask.now, called=term)
    first = page * PAGE_SIZE
    card = cover_cards.cover(
        _view(ask, hub, note),
        found[first : first + PAGE_SIZE],
        page=page,
        more=len(found) > first + PAGE_SIZE,
        term=term,
    )
    return ShowCard(card, texts_cover.COVER_TITLE)


def _view(ask: Ask, hub: Hub, note: str = "") -> CoverView:
    directory = ask.services.directory
    return CoverView(
        hub=hub,
        marking=directory.marking,
        agencies={agency.id: agency.name for agency in directory.agencies},
        names={(each.tenant, each.object_id): each.name for each in directory.people_of(hub)},
        surface=ask.turn.surface,
        note=note,
    )


# --- handing over ----------------------------------------------------------------------------------------------------


async def open_handover(ask: Ask) -> Answer:
    return await _in_hub(ask, Action.SEE_COVER, lambda tx, hub: _handover_form(tx, ask, hub))


async def hand_over(ask: Ask) -> Answer:
    """It begins now and goes on by itself: an answer never waits for it."""
    return await _in_hub(ask, Action.SEE_COVER, lambda tx, hub: _hand_over(tx, ask, hub))


def _handover_form(tx: Connection, ask: Ask, hub: Hub, typed: Typed | None = None) -> Answer:
    leaver = _leaver(tx, ask)
    if leaver is None:
        return Say(texts_cover.FOUND_NOBODY)
    found = owned.pieces(tx, ask.services.directory, hub, ask.actor, leaver)
    card = cover_cards.handover(_view(ask, hub), leaver, found, _successors(ask, hub, leaver), typed)
    return ShowCard(card, texts_cover.COVER_TITLE)


def _hand_over(tx: Connection, ask: Ask, hub: Hub) -> Answer:
    leaver = _leaver(tx, ask)
    if leaver is None:
        return Say(texts_cover.FOUND_NOBODY)
    read = cover_cards.read_handover(ask.turn.data, _successors(ask, hub, leaver))
    if isinstance(read, Typed):
        return _handover_form(tx, ask, hub, read)
    successor, with_lists = read
    handing_over.begin(
        tx,
        actor=ask.actor,
        hub=hub,
        leaver=leaver,
        successor=successor,
        with_lists=with_lists,
        now=ask.now,
    )
    return _cover(tx, ask, hub, note=texts_cover.begun(as_typed(successor.name)))


def _leaver(tx: Connection, ask: Ask) -> Owner | None:
    said = ask.turn.said
    return lost_people.owner(tx, ask.services.directory, (said("tenant"), said("person")), said("agency"))


def _successors(ask: Ask, hub: Hub, leaver: Owner) -> Sequence[Actor]:
    """Those of the same agency first, because they may answer for it, too."""
    able = [
        each
        for each in ask.services.directory.people_of(hub)
        if handing_over.may_succeed(each, leaver, hub, ask.now)
    ]
    return sorted(able, key=lambda each: each.agency.id != leaver.agency_id)


# --- in which hub ----------------------------------------------------------------------------------------------------


async def _in_hub(ask: Ask, action: Action, work: Work) -> Answer:
    """Do it in the hub that the button names, or else in the first where the person may."""
    hubs = ask.services.directory.hubs_of(ask.actor)
    named = [hub for hub in hubs if hub.id == ask.turn.said("hub")] or hubs
    rulings = {hub.id: may(ask.actor, action, hub, on=hub.today(ask.now)) for hub in named}
    hub = next((hub for hub in named if rulings[hub.id].allowed), None)
    if hub is None:
        return await refuse(ask, named[0], rulings[named[0].id].reason) if named else Say(texts.NO_HUB)
    try:
        answer = await ask.services.database.write(lambda tx: work(tx, hub))
    except NotAllowed as refusal:
        return await refuse(ask, hub, refusal.reason)
    ask.services.wake()
    return answer
