"""Who has something to do with a case: those for whom its card in the channel is drawn by name."""

from collections.abc import Iterator
from datetime import datetime

from osara_store import changing
from osara_store.case_file import CaseFile
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.policy import Action, may

MOST = 60  # Teams refreshes a card by itself for no more people than this


def of_case(directory: Directory, hub: Hub, file: CaseFile, now: datetime) -> list[tuple[str, str]]:
    """Tenant and object id of those who run the case, lead it or wrote in it, and may read it; the busiest first."""
    on, listed = hub.today(now), changing.listed(file)
    people = dict.fromkeys(_concerned(directory, hub, file))
    found = (directory.actor(*person) for person in people)
    readers = [
        (actor.tenant, actor.object_id)
        for actor in found
        if actor and may(actor, Action.READ_CASE, hub, case=file.case, listed=listed, on=on).allowed
    ]
    return readers[:MOST]


def _concerned(directory: Directory, hub: Hub, file: CaseFile) -> Iterator[tuple[str, str]]:
    actors = directory.people_of(hub)
    for actor in actors:
        if actor.role_in(hub) in {Role.COORDINATOR, Role.MANAGER}:
            yield _key(actor)
    yield file.case.referrer_tenant, file.case.referrer_id
    for contributor in file.contributors:
        yield contributor.tenant, contributor.person
    for actor in actors:
        if actor.agency.id == file.case.lead_agency_id:
            yield _key(actor)


def _key(actor: Actor) -> tuple[str, str]:
    return actor.tenant, actor.object_id
