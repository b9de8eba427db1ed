"""Managing a case: its lead, its links, who may open it, legal hold, the case review, and the retention reviews."""

from collections.abc import Mapping

from sqlalchemy import Connection

from bot.commands.at_hand import AtHand, about_case, about_this_case, page_of, typed_texts
from bot.services import Ask
from bot.turn import Answer, Say, ShowCard
from cards import managing_cards, move_forms, retention_cards, texts, texts_case, texts_moves
from cards.case_view import CaseView, Typed
from osara_store import case_reviews, leading, links, restricting, retention
from osara_store.case_file import Access
from osara_store.directory import Hub, Role
from osara_store.errors import Incomplete, Stale
from osara_store.policy import Action, may

PAGE_SIZE = 8


async def open_manage(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: at_hand.show(managing_cards.manage(at_hand.view("manage"))))


# --- who leads -------------------------------------------------------------------------------------------------------


async def open_lead(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: _lead_form(at_hand, None))


async def save_lead(ask: Ask) -> Answer:
    return await about_this_case(ask, _save_lead)


def _lead_form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("manage")
    at_hand.require(Action.CHANGE_LEAD, view)
    return at_hand.show(managing_cards.lead(view, typed))


def _save_lead(at_hand: AtHand) -> Answer:
    ask = at_hand.ask
    typed = move_forms.read_lead(ask.turn.data, managing_cards.may_lead(at_hand.glance()))
    if ask.turn.said("was") != at_hand.case.lead_agency_id:
        raise Stale
    if typed.errors:
        return _lead_form(at_hand, typed)
    leading.change_lead(
        at_hand.tx, **at_hand.common, directory=ask.services.directory, agency_id=typed.values["agency"]
    )
    return at_hand.overview(texts_moves.LEAD_CHANGED)


# --- related cases ---------------------------------------------------------------------------------------------------


async def open_relate(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: _relate_form(at_hand, None))


async def save_relation(ask: Ask) -> Answer:
    typed = move_forms.read_relation(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _relate(at_hand, typed), typed.values)


def _relate_form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("manage")
    at_hand.require(Action.RELATE, view)
    return at_hand.show(managing_cards.relate(view, typed))


def _relate(at_hand: AtHand, typed: Typed) -> Answer:
    if typed.errors:
        return _relate_form(at_hand, typed)
    values = typed.values
    if values["other"] == at_hand.case.reference:
        return _relate_form(at_hand, Typed(values, {"other": texts_moves.NOT_ITSELF}))
    try:
        with at_hand.tx.begin_nested():
            links.relate(at_hand.tx, **at_hand.common, other=values["other"], reason=values["reason"])
    except Incomplete:
        return _relate_form(at_hand, Typed(values, {"other": texts_moves.NO_SUCH_CASE}))
    return at_hand.overview(texts_moves.RELATED)


# --- who may open it -------------------------------------------------------------------------------------------------


async def open_access(ask: Ask) -> Answer:
    return await about_case(ask, _open_access)


async def save_access(ask: Ask) -> Answer:
    return await about_this_case(ask, _save_access, typed_texts(ask))


def _offered(at_hand: AtHand) -> Mapping[str, str]:
    """Everybody of the hub who may read cases, by "tenant:id"."""
    hub, directory, on = at_hand.hub, at_hand.ask.services.directory, at_hand.hub.today(at_hand.ask.now)
    return {
        f"{actor.tenant}:{actor.object_id}": f"{actor.name}, {actor.agency.name}"
        for actor in directory.people_of(hub)
        if may(actor, Action.SEARCH, hub, on=on).allowed
    }


def _open_access(at_hand: AtHand) -> Answer:
    """The form; where a large hub's people are looked up by name, with those chosen so far."""
    return _access_form(at_hand, move_forms.read_looking_up(at_hand.ask.turn.data, _offered(at_hand)))


def _access_form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("manage")
    at_hand.require(Action.RESTRICT, view)
    shown = typed or Typed({"people": ",".join(_on_the_list(at_hand))}, {})
    return at_hand.show(managing_cards.access(view, _offered(at_hand), shown))


def _on_the_list(at_hand: AtHand) -> list[str]:
    """Those on the list now; before there is one, the person who asks and those who run the hub."""
    listed = [f"{each.tenant}:{each.person}" for each in at_hand.opened("manage").file.access]
    return listed or _those_who_run(at_hand)


def _those_who_run(at_hand: AtHand) -> list[str]:
    """The person who asks, and the hub's coordinators and managers."""
    people = at_hand.ask.services.directory.people_of(at_hand.hub)
    running = [each for each in people if each.role_in(at_hand.hub) in {Role.COORDINATOR, Role.MANAGER}]
    return list(dict.fromkeys(f"{each.tenant}:{each.object_id}" for each in (at_hand.ask.actor, *running)))


def _save_access(at_hand: AtHand) -> Answer:
    offered, ask = _offered(at_hand), at_hand.ask
    typed = move_forms.read_access(ask.turn.data, offered)
    restrict = ask.turn.data.get("restricted") is not False
    reason = typed.values["reason"]
    if "reason" in typed.errors or (restrict and typed.errors):
        return _access_form(at_hand, typed)
    if not restrict:
        restricting.unrestrict(at_hand.tx, **at_hand.common, reason=reason)
        return at_hand.overview(texts_moves.UNRESTRICTED)
    people = [_as_access(key, ask) for key in typed.values["people"].split(",")]
    try:
        with at_hand.tx.begin_nested():
            restricting.restrict(at_hand.tx, **at_hand.common, people=people, reason=reason)
    except Incomplete:
        return _access_form(at_hand, Typed(typed.values, {"people": texts_moves.ACCESS_NOBODY}))
    return at_hand.overview(texts_moves.RESTRICTED)


def _as_access(key: str, ask: Ask) -> Access:
    tenant, _, person = key.partition(":")
    actor = ask.services.directory.actor(tenant, person)
    return Access(tenant, person, actor.name if actor else person)


# --- legal hold and case review --------------------------------------------------------------------------------------


def _require_words(view: CaseView) -> None:
    """An erased case has nothing left to be held or decided on."""
    if view.case.erased_at is not None:
        raise Stale


async def open_hold(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: _hold_form(at_hand, None))


async def save_hold(ask: Ask) -> Answer:
    typed = move_forms.read_reason(ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _hold(at_hand, typed), typed.values)


def _hold_form(at_hand: AtHand, typed: Typed | None) -> Answer:
    view = at_hand.view("manage")
    at_hand.require(Action.HOLD_LEGALLY, view)
    _require_words(view)
    return at_hand.show(managing_cards.hold(view, typed))


def _hold(at_hand: AtHand, typed: Typed) -> Answer:
    placed = at_hand.ask.turn.data.get("on") is True
    if placed == at_hand.case.legal_hold:
        raise Stale
    if typed.errors:
        return _hold_form(at_hand, typed)
    retention.hold_legally(at_hand.tx, **at_hand.common, on=placed, reason=typed.values["reason"])
    return at_hand.overview(texts_moves.HELD if placed else texts_moves.RELEASED)


async def explained_case_review(ask: Ask) -> Answer:
    """The victim was told of the ASB Case Review."""
    return await about_this_case(ask, _explained)


def _explained(at_hand: AtHand) -> Answer:
    case_reviews.explained(at_hand.tx, **at_hand.common)
    return at_hand.overview(texts_case.REVIEW_EXPLAINED)


# --- retention -------------------------------------------------------------------------------------------------------


async def retention_queue(ask: Ask) -> Answer:
    """The cases of the manager's hub that have reached their review date."""
    managed = [hub for hub in ask.services.directory.hubs_of(ask.actor) if _manages(ask, hub)]
    named = ask.services.directory.hub(ask.turn.said("hub"))
    hub = named if named in managed else next(iter(managed), None)
    if hub is None:
        return Say(texts.refusal("not_your_part"))
    return await ask.services.database.read(lambda tx: _queue(tx, ask, hub))


async def open_retention(ask: Ask) -> Answer:
    return await about_case(ask, lambda at_hand: _retention_form(at_hand, None), as_written=True)


async def decide_retention(ask: Ask) -> Answer:
    return await about_case(ask, _decide, typed_texts(ask), as_written=True)


def _manages(ask: Ask, hub: Hub) -> bool:
    return may(ask.actor, Action.SEE_RETENTION, hub, on=hub.today(ask.now)).allowed


def _queue(tx: Connection, ask: Ask, hub: Hub, note: str = "") -> Answer:
    page = page_of(ask)
    found = retention.due(
        tx, actor=ask.actor, hub=hub, on=hub.today(ask.now), limit=PAGE_SIZE + 1, offset=page * PAGE_SIZE
    )
    card = retention_cards.retention_queue(
        hub,
        found[:PAGE_SIZE],
        page=page,
        more=len(found) > PAGE_SIZE,
        surface=ask.turn.surface,
        out_of_sight=retention.due_out_of_sight(tx, actor=ask.actor, hub=hub, on=hub.today(ask.now)),
        marking=ask.services.directory.marking,
        note=note,
    )
    return ShowCard(card, texts_moves.RETENTION_TITLE)


def _retention_form(at_hand: AtHand, typed: Typed | None, *, confirm: bool = False) -> Answer:
    view = at_hand.view("retention")
    at_hand.require(Action.DECIDE_RETENTION, view)
    _require_words(view)
    child = retention.concerns_child(view.file)
    return at_hand.show(
        retention_cards.retention_review(view, concerns_child=child, typed=typed, confirm=confirm)
    )


def _decide(at_hand: AtHand) -> Answer:
    ask = at_hand.ask
    typed = move_forms.read_retention(ask.turn.data, at_hand.hub.today(ask.now))
    if typed.errors:
        return _retention_form(at_hand, typed)
    erase = typed.values["decision"] == "erase"
    if erase and ask.turn.data.get("confirmed") is not True:
        return _retention_form(at_hand, typed, confirm=True)
    try:
        with at_hand.tx.begin_nested():
            retention.decide(
                at_hand.tx,
                **at_hand.common,
                decision="erase" if erase else "keep",
                until=None if erase else move_forms.day_of(typed, "until"),
                reason=typed.values["reason"],
            )
    except Incomplete as incomplete:
        told = {
            texts_moves.WHERE_TOLD[lack]: texts_moves.RETENTION_LACKS[lack] for lack in incomplete.missing
        }
        return _retention_form(at_hand, Typed(typed.values, told))
    note = texts_moves.RETENTION_ERASED if erase else texts_moves.RETENTION_KEPT
    return _queue(at_hand.tx, ask, at_hand.hub, note)
