"""Whom the hub asks for the monthly review of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from osara_store import absences, calling, changing
from osara_store.case_file import Case
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.policy import Action
from osara_store.preferences import hub_preferences


def to_ask(
    tx: sa.Connection,
    directory: Directory,
    hub: Hub,
    case: Case,
    now: datetime,
    left_out: tuple[str, str] | None = None,
) -> list[Actor]:
    """Somebody who speaks for the lead agency, or the hub's managers, or both, as the hub has it set.

    Only people who may do the review, and while they are away whoever stands in for them. Where that leaves nobody of the
    lead agency, it comes to the managers all the same, and the other way round. `left_out` is the tenant and object id of who leaves it to others.
    """
    asking = _Asking(tx, directory, hub, case, now, left_out)
    wanted = hub_preferences(tx, hub).reviews_to
    lead = asking.for_the_lead() if wanted != "manager" else []
    managers = asking.managers() if wanted != "lead" or not lead else []
    return _each_once([*lead, *managers]) or asking.for_the_lead()


@dataclass(frozen=True)
class _Asking:
    """Looks for people who may review one case now."""

    tx: sa.Connection
    directory: Directory
    hub: Hub
    case: Case
    now: datetime
    left_out: tuple[str, str] | None

    def for_the_lead(self) -> list[Actor]:
        """The first who is there and can be reached; else the first who may at all, whose message waits for them."""
        able = self._able(self._speaking())
        there = [each for each in able if self._is_there(each)]
        return (there or able)[:1]

    def managers(self) -> list[Actor]:
        people = self.directory.people_of(self.hub)
        return self._able(each for each in people if each.role_in(self.hub) is Role.MANAGER)

    def _speaking(self) -> list[Actor]:
        """Who speaks for the lead agency. Where nobody is named for that, the referrer first: they know the case."""
        agency = self.directory.agency(self.case.lead_agency_id)
        if agency is None:
            return []
        people = self.directory.spokespeople_of(agency, self.hub)
        return people if agency.contact or agency.deputy else sorted(people, key=self._is_not_referrer)

    def _is_not_referrer(self, somebody: Actor) -> bool:
        return (somebody.tenant, somebody.object_id) != (self.case.referrer_tenant, self.case.referrer_id)

    def _able(self, people: Iterable[Actor]) -> list[Actor]:
        on = self.hub.today(self.now)
        here = (
            absences.stand_in(self.tx, self.directory, each, self.hub, on, self._may_review)
            for each in people
        )
        return _each_once(each for each in here if self._is_to_be_asked(each))

    def _is_to_be_asked(self, somebody: Actor) -> bool:
        return (somebody.tenant, somebody.object_id) != self.left_out and self._may_review(somebody)

    def _may_review(self, somebody: Actor) -> bool:
        return changing.allowed(self.tx, self.case, somebody, self.hub, Action.COMPLETE_REVIEW, self.now)

    def _is_there(self, somebody: Actor) -> bool:
        is_away = absences.is_away(self.tx, somebody, self.hub.today(self.now))
        return not is_away and calling.can_be_reached(self.tx, somebody)


def _each_once(people: Iterable[Actor]) -> list[Actor]:
    found = {(each.tenant, each.object_id): each for each in people}
    return list(found.values())
