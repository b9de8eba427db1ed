"""Reminders that an information-sharing agreement is about to run out, or has: without it, its agency is shown no case.

The managers of every hub that the agency serves are told, and, for as long as it is still in force, one of those who speak
for the agency: its contact, or the deputy where the contact cannot be written to or is away. Nothing is told of any case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from osara_store import absences, conversations
from osara_store.directory import Actor, Agency, Agreement, Directory, Hub, Role
from osara_store.nudges import Nudge


class AgreementStep(StrEnum):
    """How near the end is. Whoever could not be told of one in time is told of the newest alone."""

    IN_60_DAYS = "in_60_days"
    IN_30_DAYS = "in_30_days"
    IN_7_DAYS = "in_7_days"
    ENDED = "ended"  # since the day after its last


_DAYS_BEFORE: Final = (
    (7, AgreementStep.IN_7_DAYS),
    (30, AgreementStep.IN_30_DAYS),
    (60, AgreementStep.IN_60_DAYS),
)


def step(agreement: Agreement, today: date) -> AgreementStep | None:
    """The newest step that an agreement has reached; None while its end is far, or it has not begun."""
    if today < agreement.signed:
        return None
    left = (agreement.expires - today).days
    if left < 0:
        return AgreementStep.ENDED
    return next((reached for days, reached in _DAYS_BEFORE if left <= days), None)


@dataclass(frozen=True)
class _Ending:
    """An agreement at the step that it has reached, as one of the hubs sees it that its agency serves."""

    agency: Agency
    hub: Hub
    expires: date
    step: AgreementStep
    today: date


def nudges(tx: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    """Each agreement that the actor should hear of once, however many hubs its agency serves."""
    told: set[str] = set()
    for hub in directory.hubs_of(actor):
        for ending in _endings(directory, hub, hub.today(now)):
            if ending.agency.id not in told and _concerns(tx, directory, actor, ending):
                told.add(ending.agency.id)
                yield _nudge(ending)


def _endings(directory: Directory, hub: Hub, today: date) -> Iterator[_Ending]:
    """Of those who may be shown cases at all: an outside organisation may not, whatever it signs."""
    for agency_id in hub.agencies:
        agency = directory.agency(agency_id)
        if agency is None or agency.outside or agency.agreement is None:
            continue
        reached = step(agency.agreement, today)
        if reached is not None:
            yield _Ending(agency, hub, agency.agreement.expires, reached, today)


def _concerns(tx: sa.Connection, directory: Directory, actor: Actor, ending: _Ending) -> bool:
    if actor.role_in(ending.hub) is Role.MANAGER:
        return True
    if actor.agency.id != ending.agency.id or ending.step is AgreementStep.ENDED:
        return False
    return _who_speaks(tx, directory, ending) == actor


def _who_speaks(tx: sa.Connection, directory: Directory, ending: _Ending) -> Actor | None:
    people = directory.spokespeople_of(ending.agency, ending.hub)
    able = conversations.reachable(tx, [(each.tenant, each.object_id) for each in people])
    here = (
        each
        for each in people
        if (each.tenant, each.object_id) in able and not absences.is_away(tx, each, ending.today)
    )
    return next(here, None)


def _nudge(ending: _Ending) -> Nudge:
    """`what` is the agency's id. An agreement signed anew ends on another day, and is another matter to be told of."""
    return Nudge(
        subject=f"agreement:{ending.agency.id}@{ending.expires}",
        step=ending.step,
        kind="agreement",
        hub_id=ending.hub.id,
        reference="",
        category="",
        band="",
        n=0,
        what=ending.agency.id,
        due_on=ending.expires,
        urgent=ending.step is AgreementStep.ENDED,
    )
