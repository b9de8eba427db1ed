"""The case file as it is read."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from osara_store.directory import Actor, Hub
from osara_store.errors import CaseNotFound
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import CaseState, PersonRole, Stage, case_people, cases, contributors, entries


@dataclass(frozen=True)
class Case:
    id: int
    reference: str
    hub_id: str
    state: CaseState
    category: str
    where: str
    since: Since
    frequency: Frequency
    danger: Danger
    agency_id: str
    referrer_tenant: str
    referrer_id: str
    referrer_name: str
    own_reference: str
    sharing_basis: SharingBasis
    equality: Equality
    equality_note: str
    submitted_at: datetime
    version: int
    synced_at: datetime | None = None
    web_url: str | None = None


@dataclass(frozen=True)
class CasePerson:
    n: int
    role: PersonRole
    description: str


@dataclass(frozen=True)
class Entry:
    n: int
    stage: Stage
    kind: str
    text: str
    agency_id: str
    author_name: str
    at: datetime
    author_tenant: str
    author_id: str


@dataclass(frozen=True)
class Contributor:
    tenant: str
    person: str
    name: str
    agency_id: str
    since: datetime


@dataclass(frozen=True)
class CaseFile:
    case: Case
    people: tuple[CasePerson, ...]
    entries: tuple[Entry, ...]
    contributors: tuple[Contributor, ...]


_CASES = sa.select(cases)
_CASE = _CASES.where(cases.c.id == sa.bindparam("case_id"))
_BY_REFERENCE = _CASES.where(cases.c.reference == sa.bindparam("reference"))
_PEOPLE = (
    sa.select(case_people.c.n, case_people.c.role, case_people.c.description)
    .where(case_people.c.case_id == sa.bindparam("case_id"))
    .order_by(case_people.c.n)
)
_ENTRIES = (
    sa.select(*(entries.c[name] for name in Entry.__dataclass_fields__))
    .where(entries.c.case_id == sa.bindparam("case_id"))
    .order_by(entries.c.n)
)
_CONTRIBUTORS = (
    sa.select(*(contributors.c[name] for name in Contributor.__dataclass_fields__))
    .where(contributors.c.case_id == sa.bindparam("case_id"))
    .order_by(contributors.c.since, contributors.c.tenant, contributors.c.person)
)
# Two lists put together, because a database can use an index for each but seldom for "one or the other".
_BROUGHT_BY_PERSON = sa.union(
    sa.select(cases.c.id).where(
        cases.c.referrer_tenant == sa.bindparam("tenant"), cases.c.referrer_id == sa.bindparam("person")
    ),
    sa.select(contributors.c.case_id).where(
        contributors.c.tenant == sa.bindparam("tenant"), contributors.c.person == sa.bindparam("person")
    ),
)
_OF_PERSON = (
    _CASES.where(
        cases.c.hub_id.in_(sa.bindparam("hub_ids", expanding=True)), cases.c.id.in_(_BROUGHT_BY_PERSON)
    )
    .order_by(cases.c.submitted_at.desc(), cases.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("skipped", type_=sa.Integer))
)


def case_of(connection: sa.Connection, case_id: int) -> Case:
    row = connection.execute(_CASE, {"case_id": case_id}).one_or_none()
    if row is None:
        raise CaseNotFound
    return Case(*row)


def by_reference(connection: sa.Connection, reference: str) -> Case | None:
    row = connection.execute(_BY_REFERENCE, {"reference": reference}).one_or_none()
    return None if row is None else Case(*row)


def case_file(connection: sa.Connection, case_id: int) -> CaseFile:
    return fill(connection, case_of(connection, case_id))


def fill(connection: sa.Connection, case: Case) -> CaseFile:
    """The whole file of a case already at hand."""
    of_case = {"case_id": case.id}
    return CaseFile(
        case,
        tuple(CasePerson(*row) for row in connection.execute(_PEOPLE, of_case)),
        tuple(Entry(*row) for row in connection.execute(_ENTRIES, of_case)),
        tuple(Contributor(*row) for row in connection.execute(_CONTRIBUTORS, of_case)),
    )


def cases_of(connection: sa.Connection, actor: Actor, hub: Hub | None, limit: int, offset: int) -> list[Case]:
    """Cases the actor referred or added to, newest first, in this hub or in every hub their agency serves."""
    terms = {
        "hub_ids": sorted(actor.roles) if hub is None else [hub.id],
        "tenant": actor.tenant,
        "person": actor.object_id,
        "most": limit,
        "skipped": offset,
    }
    return [Case(*row) for row in connection.execute(_OF_PERSON, terms)]
