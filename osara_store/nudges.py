"""Reminders: what somebody should hear of without having asked, each step of it once.

A nudge says that something waits for somebody, and how pressing it has become. It is no message of its own: the daily digest
(`digests`) tells what is new of it. What was told is kept here, so that neither a restart nor a second replica tells it again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from osara_store.directory import Actor, Directory
from osara_store.instruments import Band
from osara_store.schema import nudges
from osara_store.statements import PerDatabase


class Step(StrEnum):
    """How pressing a matter has become, in this order. A source may have steps of its own."""

    NEW = "new"
    SOON = "soon"
    OVERDUE = "overdue"
    AGAIN = "again"  # a week later, the last one
    REMINDER = "reminder"  # the only one, instead of soon, overdue and again
    ESCALATED = "escalated"  # for the manager


@dataclass(frozen=True)
class Nudge:
    """One thing that waits for somebody, at the step that it has reached.

    `subject` and `step` are what is told once. Where a step belongs to a day that can be moved, the subject ends with that
    day: "task:ALL-2026-0001:3@2026-05-04". `reference` is empty where it is about no case; what is about one is shown only
    to whoever may read it. `urgent` is what comes to those, too, who want to hear of urgent things alone.
    """

    subject: str
    step: str
    kind: str
    hub_id: str
    reference: str
    category: str
    band: str
    n: int
    what: str
    due_on: date | None
    urgent: bool
    on_behalf_of: str = ""  # the name of whoever is away
    moves: int = 0  # how many moves the case had made

    @property
    def matter(self) -> str:
        """What waits, on whatever day it is due."""
        return self.subject.partition("@")[0]

    @property
    def breaks_through(self) -> bool:
        """Whether it comes on days of quiet, too."""
        return self.urgent and self.band == Band.HIGH

    @property
    def key(self) -> tuple[str, str]:
        return self.subject, self.step


# Everything that waits for the actor at this time, whether it was told or not.
Source = Callable[[sa.Connection, Directory, Actor, datetime], Iterable[Nudge]]

_OF_PERSON: Final = sa.and_(
    nudges.c.tenant == sa.bindparam("to_tenant"), nudges.c.person == sa.bindparam("to_person")
)
_TOLD: Final = sa.select(nudges.c.subject, nudges.c.step).where(
    _OF_PERSON, nudges.c.subject.in_(sa.bindparam("subjects", expanding=True))
)
_TOLD_THEN: Final = sa.select(nudges.c.subject).where(
    _OF_PERSON, nudges.c.run_at == sa.bindparam("then", type_=nudges.c.run_at.type)
)
_NEWEST: Final = sa.select(sa.func.max(nudges.c.subject)).where(
    _OF_PERSON, nudges.c.subject.startswith(sa.bindparam("about"))
)
_FORGET: Final = sa.delete(nudges).where(
    _OF_PERSON,
    nudges.c.run_at == sa.bindparam("then", type_=nudges.c.run_at.type),
    nudges.c.subject.in_(sa.bindparam("subjects", expanding=True)),
)
_NOTE: Final = PerDatabase(nudges, lambda insert: insert.on_conflict_do_nothing())


def not_told(tx: sa.Connection, actor: Actor, found: Iterable[Nudge]) -> list[Nudge]:
    """Those of which the actor has not been told yet at the step that they have reached."""
    found = list(found)
    terms = {**_terms(actor), "subjects": sorted({nudge.subject for nudge in found})}
    told = {(row.subject, row.step) for row in tx.execute(_TOLD, terms)}
    return [nudge for nudge in found if nudge.key not in told]


def note(tx: sa.Connection, actor: Actor, told: Iterable[Nudge], run_at: datetime) -> None:
    """Keep that the actor is told of these by the digest of that time.

    Whoever was told that something presses needs not be told afterwards that it is new.
    """
    keys = {key for nudge in told for key in (nudge.key, (nudge.matter, Step.NEW))}
    row = {"tenant": actor.tenant, "person": actor.object_id, "run_at": run_at}
    rows = [{**row, "subject": subject, "step": step} for subject, step in sorted(keys)]
    if rows:
        tx.execute(_NOTE.on(tx), rows)


def told_by(connection: sa.Connection, actor: Actor, run_at: datetime) -> frozenset[str]:
    """The matters of which the digest of that time tells the actor."""
    subjects = connection.scalars(_TOLD_THEN, {**_terms(actor), "then": run_at})
    return frozenset(subject.partition("@")[0] for subject in subjects)


def not_shown(tx: sa.Connection, actor: Actor, run_at: datetime, matters: frozenset[str]) -> None:
    """The digest of that time left these out. If they come to wait again, it is as if they had not been told."""
    told = tx.scalars(_TOLD_THEN, {**_terms(actor), "then": run_at}).all()
    subjects = sorted({subject for subject in told if subject.partition("@")[0] in matters})
    if subjects:
        tx.execute(_FORGET, {**_terms(actor), "then": run_at, "subjects": subjects})


def newest_told(connection: sa.Connection, actor: Actor, matter: str) -> str:
    """The subject with the latest day of all about this matter that the actor was told of; empty if there is none."""
    terms = {**_terms(actor), "about": f"{matter}@"}
    return connection.scalar(_NEWEST, terms) or ""


def _terms(actor: Actor) -> dict[str, str]:
    return {"to_tenant": actor.tenant, "to_person": actor.object_id}
