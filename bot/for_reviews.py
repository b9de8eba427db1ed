"""What goes to people about monthly reviews: drawn when it is sent, under the rules that hold then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from sqlalchemy import Connection

from bot.drawing import Activity, card_message
from bot.for_partners import view_for
from bot.services import Services
from cards import review_cards, summary_cards, texts_reviews
from cards.escape import as_typed
from cards.review_cards import ReviewLine
from osara_store import cases, conversations, review_messages, review_summary
from osara_store.case_file import Case, Review, access_list
from osara_store.directory import Actor, Hub
from osara_store.policy import Action, may
from osara_store.schema import ReviewState

Payload = Mapping[str, Any]
_ASKED: Final = (Action.READ_CASE, Action.COMPLETE_REVIEW)


def review_key(payload: Payload) -> str:
    """Under which all stands that one person is told of one hub's reviews on one day."""
    return ":".join(("review", *(payload[name] for name in ("hub_id", "day", "tenant", "person"))))


def review_message(tx: Connection, services: Services, payload: Payload) -> Activity | None:
    """The one review as a form, or all of them as a list.

    What may not be shown is not sent for the first time; where it stands already, it loses its content.
    """
    seeing = _Seeing.of(tx, services, payload)
    lines = [seeing.line(case, review) for case, review in seeing.told] if seeing else []
    if not any(line.is_shown for line in lines) and conversations.posted(tx, review_key(payload)) is None:
        return None
    if seeing is None or not seeing.told:  # they have left, or it was handed over to somebody else
        card = review_cards.emptied(texts_reviews.TITLE, texts_reviews.NOT_YOURS)
        return card_message(card, texts_reviews.TITLE)
    if len(seeing.told) == 1:
        return seeing.one(*seeing.told[0])
    card = review_cards.several(lines, seeing.hub.name, services.directory.marking)
    return card_message(card, texts_reviews.several_summary(sum(line.waits for line in lines)))


@dataclass(frozen=True)
class _Seeing:
    """What one person was told of in one message, as far as they may see it now."""

    tx: Connection
    services: Services
    actor: Actor
    hub: Hub
    told: Sequence[tuple[Case, Review]]

    @classmethod
    def of(cls, tx: Connection, services: Services, payload: Payload) -> Self | None:
        """None for somebody or a hub that has left the configuration."""
        tenant, person, hub_id = payload["tenant"], payload["person"], payload["hub_id"]
        actor, hub = services.directory.actor(tenant, person), services.directory.hub(hub_id)
        if actor is None or hub is None:
            return None
        day = date.fromisoformat(payload["day"])
        told = review_messages.in_message(tx, tenant=tenant, person=person, hub_id=hub_id, day=day)
        return cls(tx, services, actor, hub, told)

    def line(self, case: Case, review: Review) -> ReviewLine:
        """What is over shows nothing of its case but the reference."""
        over = review_cards.why_empty(case, review, self._can(case))
        is_shown = not over
        if is_shown and review.state == ReviewState.DONE:
            over = texts_reviews.line_done(as_typed(review.done_name), review.decision)
        category = self.services.directory.category(case.category)
        name = category.name if category else case.category
        return ReviewLine(
            case.reference, review.n, case.moves, name, case.band, review.due_on, over, is_shown
        )

    def one(self, case: Case, review: Review) -> Activity:
        file = cases.case_file(self.tx, case.id)
        view = view_for(self.services, file, self.actor.tenant, self.actor.object_id)
        over = review_cards.why_empty(case, review, self._can(case))
        card = (
            review_cards.emptied(case.reference, over or texts_reviews.NOT_YOURS)
            if over or view is None
            else review_cards.message(view, review)
        )
        return card_message(card, texts_reviews.card_summary(case.reference))

    def _can(self, case: Case) -> frozenset[Action]:
        now = self.services.clock.now()
        names = access_list(self.tx, case.id) if case.restricted else ()
        listed = {(each.tenant, each.person) for each in names}
        on = self.hub.today(now)
        return frozenset(
            action
            for action in _ASKED
            if may(self.actor, action, self.hub, case=case, listed=listed, on=on).allowed
        )


def summary_key(payload: Payload) -> str:
    return ":".join(("summary", *(payload[name] for name in ("hub_id", "month", "tenant", "person"))))


def summary_message(tx: Connection, services: Services, payload: Payload) -> Activity | None:
    """How the month went, for who still manages the hub."""
    directory, hub = services.directory, services.directory.hub(payload["hub_id"])
    if hub is None:
        return None
    tenant, person = payload["tenant"], payload["person"]
    manager = review_summary.manager(directory, hub, tenant, person, services.clock.now())
    if manager is None:
        return None
    tallies = review_summary.of_month(tx, manager, hub, payload["month"])
    names = {each.id: each.name for each in directory.agencies}
    card = summary_cards.summary(hub, payload["month"], tallies, names, directory.marking)
    return card_message(card, texts_reviews.summary_summary(hub.name))
