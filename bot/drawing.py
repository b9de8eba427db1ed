"""From what the store holds to a message for Teams. Drawn when it is sent, so that it shows the newest state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.services import Services
from bot.turn import CARD, Answer, Close, Results, Say, ShowCard
from cards import information_cards, texts, texts_progress, words
from cards.views import ChannelView, Due, ReceiptView
from osara_store import changing
from osara_store.case_file import Case, CaseFile
from osara_store.directory import Hub
from osara_store.policy import Action
from osara_store.schema import CaseState, LinkKind
from osara_store.states import OPEN

Activity = dict[str, Any]


def card_message(card: dict[str, Any], summary: str) -> Activity:
    """A message that is a card. The summary is what a notification shows: useful, and without personal data."""
    return {"type": "message", "summary": summary, "attachments": [{"contentType": CARD, "content": card}]}


def text_message(text: str) -> Activity:
    return {"type": "message", "text": text, "textFormat": "plain"}


def answer_message(answer: Answer, summary: str) -> Activity:
    """A command's answer as a message in a chat."""
    match answer:
        case ShowCard(card=card):
            return card_message(card, summary)
        case Say(text=text):
            return text_message(text)
        case Close() | Results():
            return text_message(texts.OUR_FAULT)


def hub_message(services: Services, hub: Hub) -> Activity:
    return card_message(information_cards.hub_card(services.directory, hub), texts.summary_of(texts.Kind.HUB))


def channel_message(
    services: Services, file: CaseFile, *, now: datetime, refreshed_for: Sequence[str] = ()
) -> Activity:
    """The case's card in the hub's channel, which is drawn by name for those listed."""
    case = file.case
    card = channel_card(services, file, now=now, refreshed_for=refreshed_for)
    word = words.STATE[case.state]
    summary = (
        texts_progress.channel_summary(case.reference, case.state, word)
        if not case.restricted
        else case.reference
    )
    return card_message(card, summary)


def channel_card(
    services: Services,
    file: CaseFile,
    *,
    now: datetime,
    refreshed_for: Sequence[str] = (),
    mine: frozenset[Action] | None = None,
) -> dict[str, Any]:
    """The card as everybody sees it, or with what one person may do next."""
    view = _channel_view(services, file, now)
    return information_cards.channel_card(replace(view, mine=mine, refreshed_for=tuple(refreshed_for)))


def _channel_view(services: Services, file: CaseFile, now: datetime) -> ChannelView:
    case, hub = file.case, _hub(services, file.case)
    return ChannelView(
        case.reference,
        hub.name,
        _category(services, case),
        hub.today(case.submitted_at),
        state=case.state,
        band=case.band,
        lead_agency=_agency(services, case.lead_agency_id),
        due=_due(file, hub, now),
        cycle=case.cycle,
        restricted=case.restricted,
        moves=case.moves,
        marking=services.directory.marking,
    )


def _due(file: CaseFile, hub: Hub, now: datetime) -> Due | None:
    """The clock that runs out first; a case that has ended is in no hurry."""
    running = [clock for clock in file.clocks if clock.is_running]
    if not running or file.case.state not in OPEN:
        return None
    first = min(running, key=lambda clock: clock.due_at)
    return Due(first.kind, hub.today(first.due_at), overdue=first.due_at < now)


def receipt_message(
    services: Services, file: CaseFile, *, tenant: str, person: str, now: datetime
) -> Activity:
    case = file.case
    view = _receipt_view(services, file, tenant, person, now)
    word = words.STATE[case.state]
    return card_message(information_cards.receipt(view), texts_progress.receipt_summary(case.reference, word))


def _receipt_view(services: Services, file: CaseFile, tenant: str, person: str, now: datetime) -> ReceiptView:
    case, hub = file.case, _hub(services, file.case)
    own = (case.referrer_tenant, case.referrer_id) == (tenant, person)
    can = _allowed(services, file, tenant, person, now)
    told = Action.READ_CASE in can or (own and _serves(services, tenant, person, hub))
    return ReceiptView(
        reference=case.reference,
        hub_name=hub.name,
        category=_category(services, case),
        submitted_at=case.submitted_at,
        zone=hub.zone,
        marking=services.directory.marking,
        state=case.state,
        moves=case.moves,
        cycle=case.cycle,
        lead_agency=_agency(services, case.lead_agency_id)
        if told and case.moves and not case.restricted
        else "",
        why=_why(file) if told else "",
        outcome=file.answer("outcome") if told and not case.restricted else "",
        goes_on_as=_goes_on_as(file) if told else "",
        watch_until=case.watch_until,
        joined=not own,
        in_sharepoint=case.synced_at is not None,
        web_url="" if case.restricted else case.web_url or "",  # few may open the lists of restricted cases
        own_reference=case.own_reference if own else "",
        hidden=case.restricted and (tenant, person) not in changing.listed(file),
        can=can,
    )


def _serves(services: Services, tenant: str, person: str, hub: Hub) -> bool:
    """A referrer hears what becomes of their referral without an agreement, but not once they have left the hub."""
    actor = services.directory.actor(tenant, person)
    return actor is not None and actor.role_in(hub) is not None


def _goes_on_as(file: CaseFile) -> str:
    """The case that this one became part of, unless few may know of it."""
    onward = (link for link in file.links if link.forward and link.kind in _GOES_ON)
    return next((link.other_reference for link in onward if not link.other_restricted), "")


_GOES_ON = frozenset({LinkKind.MERGED_INTO, LinkKind.TRANSFERRED_TO})


def _why(file: CaseFile) -> str:
    """What was written for the referrer with the last move: what is needed still, or who can help instead."""
    tells = file.moves and file.case.state in {CaseState.RETURNED, CaseState.SIGNPOSTED}
    return file.moves[-1].reason if tells else ""


def _allowed(
    services: Services, file: CaseFile, tenant: str, person: str, now: datetime
) -> frozenset[Action]:
    actor, hub = services.directory.actor(tenant, person), _hub(services, file.case)
    if actor is None:
        return frozenset()
    return changing.allowed_actions(file, actor, hub, now)


def _hub(services: Services, case: Case) -> Hub:
    hub = services.directory.hub(case.hub_id)
    if hub is None:
        raise LookupError(f"hub {case.hub_id} is no longer in the configuration")
    return hub


def _category(services: Services, case: Case) -> str:
    category = services.directory.category(case.category)
    return category.name if category else case.category


def _agency(services: Services, agency_id: str) -> str:
    agency = services.directory.agency(agency_id)
    return agency.name if agency else agency_id
