"""From what the store holds to a message for Teams. Drawn when it is sent, so that it shows the newest state."""

from datetime import date
from typing import Any

from bot.services import Services
from bot.turn import CARD, Answer, Close, Say, ShowCard
from cards import information_cards, texts
from cards.views import ChannelView, ReceiptView
from osara_store.cases import Case
from osara_store.directory import Hub

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
        case Close():
            return text_message(texts.OUR_FAULT)


def hub_message(services: Services, hub: Hub) -> Activity:
    return card_message(information_cards.hub_card(services.directory, hub), texts.summary_of(texts.Kind.HUB))


def channel_message(services: Services, case: Case) -> Activity:
    hub = _hub(services, case)
    view = ChannelView(case.reference, hub.name, _category(services, case), _day(hub, case))
    return card_message(
        information_cards.channel_card(view), texts.summary_of(texts.Kind.CHANNEL, case.reference)
    )


def receipt_message(services: Services, case: Case, *, tenant: str, person: str) -> Activity:
    hub = _hub(services, case)
    own = (case.referrer_tenant, case.referrer_id) == (tenant, person)
    view = ReceiptView(
        reference=case.reference,
        hub_name=hub.name,
        category=_category(services, case),
        submitted_at=case.submitted_at,
        zone=hub.zone,
        marking=services.directory.marking,
        joined=not own,
        in_sharepoint=case.synced_at is not None,
        web_url=case.web_url or "",
        own_reference=case.own_reference if own else "",
    )
    kind = texts.Kind.RECEIPT_IN_SHAREPOINT if view.in_sharepoint else texts.Kind.RECEIPT
    return card_message(information_cards.receipt(view), texts.summary_of(kind, case.reference))


def _hub(services: Services, case: Case) -> Hub:
    hub = services.directory.hub(case.hub_id)
    if hub is None:
        raise LookupError(f"hub {case.hub_id} is no longer in the configuration")
    return hub


def _category(services: Services, case: Case) -> str:
    category = services.directory.category(case.category)
    return category.name if category else case.category


def _day(hub: Hub, case: Case) -> date:
    return hub.today(case.submitted_at)
