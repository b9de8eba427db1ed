"""Whom a case meeting is for: people who may read the case, and nobody else.

Who sits at the table hears everything. So nobody is offered whose agency has no agreement in date, or who is not on the list
of a restricted case; and whoever loses that right afterwards is left out of the invitation from then on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from osara_store import absences, changing, requests
from osara_store.case_file import CaseFile, Invited, Meeting
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.policy import Action, may
from osara_store.schema import Reply

Key = tuple[str, str]  # tenant and object id


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be invited, and whether they are one to think of first."""

    actor: Actor
    is_suggested: bool

    @property
    def key(self) -> Key:
        return self.actor.tenant, self.actor.object_id


def candidates(file: CaseFile, directory: Directory, hub: Hub, organiser: Actor, on: date) -> list[Candidate]:
    """Everybody who may be invited on that day, besides who invites: the suggested ones first, then who speaks for others.

    Suggested are the coordinators, and one person of each agency that leads, has a part to play or something to do.
    """
    speakers = _speakers(file, directory, hub, on)
    first = {*_of_agencies_with_a_part(file, speakers), *_coordinators(directory, hub)}
    found = [
        Candidate(each, _key(each) in first)
        for each in directory.people_of(hub)
        if _key(each) != _key(organiser) and may_come(file, hub, each, on)
    ]
    speaking = {_key(each) for each in speakers.values()}
    return sorted(found, key=lambda each: (not each.is_suggested, each.key not in speaking))


def may_come(file: CaseFile, hub: Hub, somebody: Actor, on: date) -> bool:
    """Whether they may hear of the case."""
    listed = changing.listed(file)
    return may(somebody, Action.READ_CASE, hub, case=file.case, listed=listed, on=on).allowed


def still_invited(
    file: CaseFile, meeting: Meeting, directory: Directory, hub: Hub, on: date
) -> Iterator[Actor]:
    """Those of the invited who are known, and may hear of the case on that day."""
    for each in meeting.people:
        somebody = directory.actor(each.tenant, each.person)
        if somebody is not None and may_come(file, hub, somebody, on):
            yield somebody


def with_stand_ins(
    tx: sa.Connection, file: CaseFile, directory: Directory, hub: Hub, people: Iterable[Actor], on: date
) -> list[Invited]:
    """The people, and beside whoever is away on that day the one who stands in for them: either may come."""

    def is_reader(somebody: Actor) -> bool:
        return may_come(file, hub, somebody, on)

    found: dict[Key, Invited] = {}
    for each in people:
        for one in (each, absences.stand_in(tx, directory, each, hub, on, is_reader)):
            if is_reader(one):
                found[_key(one)] = Invited(one.tenant, one.object_id, one.name, one.agency.id)
    return list(found.values())


def _speakers(file: CaseFile, directory: Directory, hub: Hub, on: date) -> dict[str, Actor]:
    """The first who speaks for each agency and may come."""
    found = {}
    for agency in filter(None, map(directory.agency, hub.agencies)):
        able = (each for each in directory.spokespeople_of(agency, hub) if may_come(file, hub, each, on))
        if (first := next(able, None)) is not None:
            found[agency.id] = first
    return found


def _of_agencies_with_a_part(file: CaseFile, speakers: dict[str, Actor]) -> set[Key]:
    agencies = {file.case.lead_agency_id}
    agencies |= {each.agency_id for each in requests.newest(file) if each.reply in {Reply.PART, Reply.CALL}}
    agencies |= {task.agency_id for task in file.tasks if not task.is_settled}
    return {_key(each) for agency_id, each in speakers.items() if agency_id in agencies}


def _coordinators(directory: Directory, hub: Hub) -> set[Key]:
    return {_key(each) for each in directory.people_of(hub) if each.role_in(hub) is Role.COORDINATOR}


def _key(actor: Actor) -> Key:
    return actor.tenant, actor.object_id
