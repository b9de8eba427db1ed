"""Reminders of what stands under My work, and what the managers hear of it when nobody does it.

An agency's matter reminds one person: who was named for it, else whoever had a card about it, else who speaks for the agency;
of these the first who can be written to, and is there or has somebody who stands in. A case that ended reminds nobody, nor does
a restricted one whoever is not on its list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

import sqlalchemy as sa

from osara_store import absences, conversations, work
from osara_store.case_file import access_list
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.instruments import Band
from osara_store.nudges import Nudge, Step
from osara_store.preferences import hub_preferences
from osara_store.schema import information_requests, task_cards
from osara_store.work import Item
from osara_store.working_days import WorkingDays

AGAIN_AFTER_DAYS: Final = 7
ESCALATED_AFTER_WORKING_DAYS: Final = 5
_MOST: Final = 2_000  # the oldest: so many that none is left out, for what nobody does is overdue for ever
# What somebody gives to an agency is news to it; what it has written down for itself, and a clock, are none.
_ANNOUNCED: Final = frozenset({"task", "request", "declined"})
_REMINDED_ELSEWHERE: Final = frozenset({"review"})  # by `review_nudges`
_OF_THE_CASE: Final = frozenset({"clock", "declined"})
_CASES: Final[sa.BindParameter[list[int]]] = sa.bindparam("those_cases", expanding=True)
_TASK_CARDS: Final = (
    sa.select(task_cards.c.case_id, task_cards.c.n, task_cards.c.tenant, task_cards.c.person)
    .where(task_cards.c.case_id.in_(_CASES))
    .order_by(task_cards.c.since.desc())
)
_ASKED: Final = sa.select(
    information_requests.c.case_id, information_requests.c.n, information_requests.c.told
).where(information_requests.c.case_id.in_(_CASES))

Ids = tuple[str, str]
Told = Mapping[tuple[str, int, int], Sequence[Ids]]


def nudges(tx: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    """What waits for the actor, and in hubs that they manage what has been overdue for a working week."""
    yield from _own(tx, directory, actor, now)
    for hub in directory.hubs_of(actor):
        if actor.role_in(hub) is Role.MANAGER:
            yield from _escalated(tx, directory, actor, hub, now)


def _own(tx: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    waiting = work.waiting_for(tx, directory=directory, actor=actor, now=now, limit=_MOST)
    items = [item for item in waiting.items if item.kind not in _REMINDED_ELSEWHERE]
    told = _told(tx, items)
    there = {item.hub_id for item in items}  # an agency may serve hundreds of hubs, with thousands of people
    hubs = {
        hub.id: _InHub.of(tx, directory, actor, hub, now)
        for hub in directory.hubs_of(actor)
        if hub.id in there
    }
    for item in items:
        hub, cards = hubs[item.hub_id], told.get((item.kind, item.case_id, item.n), ())
        step = hub.step(item, cards) if hub.is_for_actor(tx, item, cards) else None
        if step is not None:
            yield _nudge(item, step, hub.today)


@dataclass(frozen=True)
class _InHub:
    """Whom the actor's agency has in a hub, and how its days go."""

    actor: Actor
    hub: Hub
    today: date
    working_days: WorkingDays
    soon_days: int
    spokespeople: tuple[Actor, ...]
    colleagues: tuple[Actor, ...]
    reachable: frozenset[Ids]
    there: frozenset[Ids]  # those who can be reached, or while they are away whoever stands in for them

    @classmethod
    def of(cls, tx: sa.Connection, directory: Directory, actor: Actor, hub: Hub, now: datetime) -> "_InHub":
        colleagues = tuple(each for each in directory.people_of(hub) if each.agency.id == actor.agency.id)
        reachable = frozenset(conversations.reachable(tx, map(_ids, colleagues)))
        return cls(
            actor=actor,
            hub=hub,
            today=hub.today(now),
            working_days=directory.clocks_of(hub).working_days,
            soon_days=hub_preferences(tx, hub).soon_days,
            spokespeople=tuple(directory.spokespeople_of(actor.agency, hub)),
            colleagues=colleagues,
            reachable=reachable,
            there=_there(tx, directory, hub, colleagues, reachable, now),
        )

    @cached_property
    def own(self) -> frozenset[Ids]:
        return frozenset(map(_ids, self.colleagues))

    @cached_property
    def called(self) -> Mapping[str, list[Ids]]:
        """The colleagues by their names; several may have the same."""
        found: dict[str, list[Ids]] = {}
        for each in self.colleagues:
            found.setdefault(_spelt(each.name), []).append(_ids(each))
        return found

    def is_for_actor(self, tx: sa.Connection, item: Item, cards: Sequence[Ids]) -> bool:
        """Whether it is the actor who is reminded: as coordinator of a case's matters, or as the one of their agency."""
        if item.kind in _OF_THE_CASE and self.actor.role_in(self.hub) is Role.COORDINATOR:
            return True
        able = self.there
        if item.restricted:
            able &= {(each.tenant, each.person) for each in access_list(tx, item.case_id)}
        return next((each for each in self._in_turn(item, cards) if each in able), None) == _ids(self.actor)

    def _in_turn(self, item: Item, cards: Sequence[Ids]) -> Iterator[Ids]:
        yield from self.called.get(_spelt(item.whom), ())
        yield from (each for each in cards if each in self.own)
        yield from map(_ids, self.spokespeople)
        yield from map(_ids, self.colleagues)

    def step(self, item: Item, cards: Sequence[Ids]) -> Step | None:
        """How pressing it is today; None while there is nothing to say of it."""
        late = (self.today - item.due_on).days
        if late <= 0 and self.working_days.add(self.today, self.soon_days) < item.due_on:
            is_news = item.kind in _ANNOUNCED and self.reachable.isdisjoint(cards)
            return Step.NEW if is_news else None
        if item.kind == "request":
            return Step.REMINDER
        if late <= 0:
            return Step.SOON
        return Step.AGAIN if late >= AGAIN_AFTER_DAYS else Step.OVERDUE


def _there(
    tx: sa.Connection,
    directory: Directory,
    hub: Hub,
    people: Iterable[Actor],
    reachable: frozenset[Ids],
    now: datetime,
) -> frozenset[Ids]:
    """Those of the reachable who are not away, or for whom somebody stands in who can be reached."""
    on = hub.today(now)
    away = {(each.tenant, each.person) for each in absences.away_on(tx, on)}
    here = ((each, absences.stand_in(tx, directory, each, hub, on)) for each in people if _ids(each) in away)
    covered = {_ids(each) for each, deputy in here if deputy != each and _ids(deputy) in reachable}
    return reachable - (away - covered)


def _escalated(
    tx: sa.Connection, directory: Directory, actor: Actor, hub: Hub, now: datetime
) -> Iterator[Nudge]:
    days, today = directory.clocks_of(hub).working_days, hub.today(now)
    for item in work.late_in(tx, actor=actor, hub=hub, now=now, limit=_MOST):
        if days.add(item.due_on, ESCALATED_AFTER_WORKING_DAYS) <= today:
            yield _nudge(item, Step.ESCALATED, today)


def _nudge(item: Item, step: Step, today: date) -> Nudge:
    """A step that belongs to a day comes anew when that day is moved."""
    matter = f"{item.kind}:{item.reference}:{item.n}"
    whose = item.agency_id if item.kind == "request" and step is Step.ESCALATED else ""
    return Nudge(
        subject=matter if step is Step.NEW else f"{matter}@{item.due_on}",
        step=step,
        kind=item.kind,
        hub_id=item.hub_id,
        reference=item.reference,
        category=item.category,
        band=item.band,
        n=item.n,
        what=item.what or whose,
        due_on=item.due_on,
        urgent=item.due_on < today or item.band == Band.HIGH,
        moves=item.moves,
    )


def _told(tx: sa.Connection, items: Iterable[Item]) -> Told:
    """Who had a card about a task or a request, the newest first."""
    terms = {"those_cases": sorted({item.case_id for item in items})}
    found: dict[tuple[str, int, int], list[Ids]] = {}
    for case_id, n, tenant, person in tx.execute(_TASK_CARDS, terms):
        found.setdefault(("task", case_id, n), []).append((tenant, person))
    for case_id, n, told in tx.execute(_ASKED, terms):
        found["request", case_id, n] = [(tenant, person) for tenant, person in told]
    return found


def _ids(actor: Actor) -> Ids:
    return actor.tenant, actor.object_id


def _spelt(name: str) -> str:
    return " ".join(name.casefold().split())
