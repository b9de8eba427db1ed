"""A case that comes from another hub: what it is here, who leads it, and who may open it."""

from typing import Any, Final

import sqlalchemy as sa

from osara_store import carrying, case_clocks, matching, restricting, search_text
from osara_store.case_file import Access, Case, CaseFile, case_file
from osara_store.changing import Held
from osara_store.directory import Directory, Hub, Role
from osara_store.numbers import next_reference
from osara_store.schema import CaseState, cases, match_keys

_ADD_CASE = sa.insert(cases).returning(cases.c.id)
_ADD_KEY = sa.insert(match_keys)
_LEADING: Final = frozenset({"police", "council"})
_RUNNING: Final = frozenset({Role.COORDINATOR, Role.MANAGER})


def receive(old: Held, hub: Hub, directory: Directory) -> Held:
    """Open the case in this hub with all that is written in it; its work begins anew, and so do its clocks."""
    case = _open(old, hub, directory)
    carrying.whole(old.tx, old.file, CaseFile(case, (), (), ()))
    key = matching.reference_key(case.reference)
    old.tx.execute(_ADD_KEY, {"hub_id": hub.id, "key": key, "case_id": case.id})
    new = Held(old.tx, old.actor, hub, case_file(old.tx, case.id), old.now)
    search_text.keep(old.tx, new.file)
    if case.restricted:
        restricting.put(new, _who_may_open_it(old.file, hub, directory))
    case_clocks.resume(new, directory.clocks_of(hub))
    return new


def _open(old: Held, hub: Hub, directory: Directory) -> Case:
    row: dict[str, Any] = {
        **{name: value for name, value in vars(old.case).items() if name != "id"},
        "reference": next_reference(old.tx, hub, old.now),
        "hub_id": hub.id,
        "state": CaseState.SUBMITTED,
        "submitted_at": old.now,
        "version": 1,
        "synced_at": None,
        "web_url": None,
        "lead_agency_id": _lead(old.case, hub, directory),
        "moves": 0,
    }
    return Case(id=old.tx.execute(_ADD_CASE, row).scalar_one(), **row)


def _lead(case: Case, hub: Hub, directory: Directory) -> str:
    """Who led it, or who referred it, if they serve this hub; or else the first of the bodies that lead a hub together."""
    for agency_id in (case.lead_agency_id, case.agency_id):
        if agency_id in hub.agencies:
            return agency_id
    agencies = (directory.agency(agency_id) for agency_id in hub.agencies)
    return next((agency.id for agency in agencies if agency and agency.sector in _LEADING), hub.agencies[0])


def _who_may_open_it(file: CaseFile, hub: Hub, directory: Directory) -> tuple[Access, ...]:
    """Those on the old list who serve this hub, and its coordinators and managers: somebody has to take it on."""
    listed = {(each.tenant, each.person) for each in file.access}
    found = []
    for person in directory.people:
        actor = directory.actor(person.tenant, person.id)
        role = actor.role_in(hub) if actor else None
        if role in _RUNNING or (role and (person.tenant, person.id) in listed):
            found.append(Access(person.tenant, person.id, person.name))
    return tuple(found)
