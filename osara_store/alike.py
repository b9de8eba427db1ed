"""Does this referral look like cases that the hub has already? Counted for whoever refers, never shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from osara_store import contributions, matching
from osara_store.case_file import case_of, surviving
from osara_store.directory import Actor, Hub
from osara_store.drafts import Draft
from osara_store.referral import Referral
from osara_store.schema import CaseState, cases, match_keys
from osara_store.states import OPEN
from osara_store.visibility import IS_HIDDEN, seen_by


@dataclass(frozen=True)
class Alike:
    case_id: int
    state: CaseState
    watch_until: date | None
    is_hidden: bool

    @property
    def may_be_joined(self) -> bool:
        return self.state in OPEN and not self.is_hidden

    @property
    def is_earlier(self) -> bool:
        """Whether it is a case that has ended; a mistake was none, and a merged one is counted where it went."""
        return self.state not in OPEN | {CaseState.VOIDED, CaseState.MERGED} and not self.is_hidden

    def is_watched(self, on: date) -> bool:
        return self.state is CaseState.CLOSED and self.watch_until is not None and on <= self.watch_until


@dataclass(frozen=True)
class LookAlikes:
    """How many cases of the hub share a place, a person or a reference with a referral.

    A restricted case that is hidden from the person counts as that and as nothing else, so that it cannot be joined.
    """

    open: int
    earlier: int
    newest_open_case_id: int | None
    restricted: int = 0
    found: tuple[Alike, ...] = field(
        default=(), compare=False, repr=False
    )  # for the store: no person is told


_SIMILAR = (
    sa.select(cases.c.id, cases.c.state, cases.c.watch_until, IS_HIDDEN)
    .where(
        cases.c.id.in_(
            sa.select(match_keys.c.case_id).where(
                match_keys.c.hub_id == sa.bindparam("hub_id"),
                match_keys.c.key.in_(sa.bindparam("keys", expanding=True)),
            )
        )
    )
    .order_by(cases.c.id.desc())
)


def look_alikes(tx: sa.Connection, hub: Hub, referral: Referral, actor: Actor) -> LookAlikes:
    found = similar(tx, hub, referral, actor)
    open_ones = joinable(found)
    return LookAlikes(
        open=len(open_ones),
        earlier=sum(each.is_earlier for each in found),
        newest_open_case_id=next(iter(open_ones), None),
        restricted=sum(each.is_hidden for each in found),
        found=found,
    )


def is_same_matter(tx: sa.Connection, draft: Draft, hub: Hub, referral: Referral, actor: Actor) -> bool:
    """Whether these answers are about the case that the draft was sent as: the same ones, or ones that look like it.

    A form can stay open long after it was sent. What is typed into it then may be another matter altogether, with other
    people, who have no place in the first one's file.
    """
    if draft.case_id is None:
        return False
    if contributions.digest(referral) in draft.sent:
        return True
    its_case = surviving(tx, case_of(tx, draft.case_id)).id
    return any(each.case_id == its_case for each in similar(tx, hub, referral, actor))


def similar(tx: sa.Connection, hub: Hub, referral: Referral, actor: Actor) -> tuple[Alike, ...]:
    """Newest first."""
    keys = sorted(matching.keys_to_find(referral, actor.agency.id))
    terms = {"hub_id": hub.id, "keys": keys, **seen_by(actor)}
    return tuple(Alike(*row) for row in tx.execute(_SIMILAR, terms))


def watched(found: Iterable[Alike], on: date) -> int | None:
    """The newest case among them that was closed and is still watched for a return of its matter."""
    return next((each.case_id for each in found if each.is_watched(on)), None)


def joinable(found: Iterable[Alike]) -> list[int]:
    return [each.case_id for each in found if each.may_be_joined]
