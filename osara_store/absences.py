"""Who is away, and who stands in for them.

A deputy is of the same agency: only its people may answer for it. Nobody becomes a reader of anything by standing in. A
deputy who is away has a deputy in turn, three steps at the most.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from osara_store import audit
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed
from osara_store.policy import Action, Reason, may
from osara_store.schema import absences

LONGEST_CHAIN: Final = 3
LONGEST: Final = timedelta(days=366)
KEPT_FOR: Final = timedelta(days=90)
Suits = Callable[[Actor], bool]


@dataclass(frozen=True)
class Absence:
    """Both days count; they are days of the hub. The deputy's ids are empty where nobody was named."""

    tenant: str
    person: str
    first_day: date
    last_day: date
    deputy_tenant: str
    deputy_id: str

    @property
    def deputy(self) -> tuple[str, str]:
        return self.deputy_tenant, self.deputy_id


_COLUMNS: Final = tuple(absences.c[name] for name in Absence.__dataclass_fields__)
_OF_PERSON: Final = sa.and_(
    absences.c.tenant == sa.bindparam("of_tenant"), absences.c.person == sa.bindparam("of_person")
)
_ON_THE_DAY: Final = sa.and_(
    absences.c.first_day <= sa.bindparam("on", type_=sa.Date),
    absences.c.last_day >= sa.bindparam("on", type_=sa.Date),
)
_NOW: Final = sa.select(*_COLUMNS).where(_OF_PERSON, _ON_THE_DAY)
_COMING: Final = (
    sa.select(*_COLUMNS)
    .where(_OF_PERSON, absences.c.last_day >= sa.bindparam("on", type_=sa.Date))
    .order_by(absences.c.first_day)
)
_EVERYBODY: Final = (
    sa.select(*_COLUMNS)
    .where(_ON_THE_DAY)
    .order_by(absences.c.last_day, absences.c.tenant, absences.c.person)
)
_NAMING: Final = sa.select(*_COLUMNS).where(
    _ON_THE_DAY,
    absences.c.deputy_tenant == sa.bindparam("of_tenant"),
    absences.c.deputy_id == sa.bindparam("of_person"),
)
_OVERLAPPING: Final = sa.delete(absences).where(
    _OF_PERSON,
    absences.c.first_day <= sa.bindparam("until", type_=sa.Date),
    absences.c.last_day >= sa.bindparam("since", type_=sa.Date),
)
_THIS: Final = sa.and_(_OF_PERSON, absences.c.first_day == sa.bindparam("since", type_=sa.Date))
_CUT: Final = sa.update(absences).where(_THIS).values(last_day=sa.bindparam("until", type_=sa.Date))
_TAKE_OUT: Final = sa.delete(absences).where(_THIS)
_FORGET: Final = sa.delete(absences).where(absences.c.last_day < sa.bindparam("until", type_=sa.Date))


# --- who is away, who stands in ---------------------------------------------------------------------------------------


def is_away(connection: sa.Connection, actor: Actor, on: date) -> bool:
    return _absence(connection, _ids(actor), on) is not None


def stand_in(
    connection: sa.Connection,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    on: date,
    suits: Suits | None = None,
) -> Actor:
    """Who sees to what is new for the actor on that day: they themselves, or while they are away their deputy.

    `suits` asks more of a deputy, such as that they may read a restricted case. Where nobody may and is there, it is the
    actor: `is_away` tells that from being there.
    """
    deputy = _last_in_chain(connection, directory, actor, on)
    if deputy is None or not may(deputy, Action.SEE_OWN_WORK, hub, on=on).allowed:
        return actor
    return deputy if suits is None or suits(deputy) else actor


def covered_by(connection: sa.Connection, directory: Directory, actor: Actor, on: date) -> list[Actor]:
    """Everybody who is away on that day and for whom the actor stands in, by name; nobody while the actor is away."""
    if is_away(connection, actor, on) or not actor.agency.may_receive(on):
        return []
    found = {
        (absence.tenant, absence.person): away
        for absence in _leading_to(connection, _ids(actor), on)
        if (away := directory.actor(absence.tenant, absence.person))
        and (deputy := _last_in_chain(connection, directory, away, on))
        and _ids(deputy) == _ids(actor)
    }
    return sorted(found.values(), key=lambda each: (each.name, each.tenant, each.object_id))


def away_on(connection: sa.Connection, on: date) -> list[Absence]:
    """Every absence on that day, the first to end first."""
    return [Absence(*row) for row in connection.execute(_EVERYBODY, {"on": on})]


def coming(connection: sa.Connection, tenant: str, person: str, on: date) -> list[Absence]:
    """A person's absences that have not ended by that day, in order."""
    terms = {"of_tenant": tenant, "of_person": person, "on": on}
    return [Absence(*row) for row in connection.execute(_COMING, terms)]


def possible_deputies(directory: Directory, actor: Actor, on: date) -> list[Actor]:
    """Those of the same agency, if it may be shown cases on that day, in the order of the file."""
    if not actor.agency.may_receive(on):
        return []
    found = {
        (each.tenant, each.object_id): each
        for hub in directory.hubs_of(actor)
        for each in directory.people_of(hub)
        if each.agency.id == actor.agency.id and _ids(each) != _ids(actor)
    }
    return list(found.values())


def _is_possible(directory: Directory, person: Actor, deputy: Actor, on: date) -> bool:
    return _ids(deputy) in map(_ids, possible_deputies(directory, person, on))


def _absence(connection: sa.Connection, who: tuple[str, str], on: date) -> Absence | None:
    row = connection.execute(_NOW, {"of_tenant": who[0], "of_person": who[1], "on": on}).first()
    return None if row is None else Absence(*row)


def _last_in_chain(connection: sa.Connection, directory: Directory, actor: Actor, on: date) -> Actor | None:
    """The first deputy's deputy who is there; None where the actor is there, or nobody is."""
    absence, met = _absence(connection, _ids(actor), on), {_ids(actor)}
    for _ in range(LONGEST_CHAIN):
        deputy = directory.actor(*absence.deputy) if absence else None
        if deputy is None or deputy.agency.id != actor.agency.id or _ids(deputy) in met:
            return None
        absence = _absence(connection, _ids(deputy), on)
        if absence is None:
            return deputy
        met.add(_ids(deputy))
    return None


def _leading_to(connection: sa.Connection, who: tuple[str, str], on: date) -> Iterator[Absence]:
    """The absences that name somebody as deputy, and those that name whoever is away so, as far as a chain reaches."""
    names = {who}
    for _ in range(LONGEST_CHAIN):
        terms = [{"of_tenant": tenant, "of_person": person, "on": on} for tenant, person in sorted(names)]
        found = [Absence(*row) for each in terms for row in connection.execute(_NAMING, each)]
        yield from found
        names = {(each.tenant, each.person) for each in found}


# --- going and coming back --------------------------------------------------------------------------------------------


def away(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    person: Actor,
    first_day: date,
    last_day: date,
    deputy: Actor | None,
    hub: Hub,
    now: datetime,
) -> Absence:
    """Enter an absence: one's own, or as manager of the `hub` one of somebody who serves it. It replaces what it overlaps.

    Raises:
        NotAllowed: it is not the actor's own, and they do not manage the hub or the person does not serve it.
        Incomplete: the `last_day` is past, before the first or more than a year after it; the `deputy` is of another agency
            or may not be shown cases.
    """
    _may_enter(actor, person, hub, now)
    today = hub.today(now)
    lacks = {
        "last_day": last_day < max(first_day, today) or last_day - first_day > LONGEST,
        "deputy": deputy is not None and not _is_possible(directory, person, deputy, today),
    }
    if any(lacks.values()):
        raise Incomplete(tuple(name for name, is_lacking in lacks.items() if is_lacking))
    absence = Absence(
        person.tenant, person.object_id, first_day, last_day, *(_ids(deputy) if deputy else ("", ""))
    )
    if absence not in coming(tx, *_ids(person), today):
        _put(tx, absence, actor, now)
        _record(tx, directory, actor, person, "absence.entered", now)
    return absence


def back(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    person: Actor,
    first_day: date,
    hub: Hub,
    now: datetime,
) -> None:
    """End the absence that began, or would begin, on that day: the person is there today. Once more changes nothing.

    Raises:
        NotAllowed: as for `away`.
    """
    _may_enter(actor, person, hub, now)
    today = hub.today(now)
    this = {"of_tenant": person.tenant, "of_person": person.object_id, "since": first_day}
    if first_day not in {each.first_day for each in coming(tx, *_ids(person), today)}:
        return
    if first_day < today:
        tx.execute(_CUT, {**this, "until": today - timedelta(days=1)})
    else:
        tx.execute(_TAKE_OUT, this)
    _record(tx, directory, actor, person, "absence.ended", now)


def forget_old(tx: sa.Connection, now: datetime) -> None:
    """Take out what ended three months ago: nobody needs to know any more; that it was entered is in the audit trail."""
    tx.execute(_FORGET, {"until": (now - KEPT_FOR).date()})


def _may_enter(actor: Actor, person: Actor, hub: Hub, now: datetime) -> None:
    is_own = _ids(actor) == _ids(person)
    ruling = may(actor, Action.BE_AWAY if is_own else Action.SET_ABSENCE, hub, on=hub.today(now))
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
    if person.role_in(hub) is None:
        raise NotAllowed(Reason.NOT_THIS_HUB)


def _put(tx: sa.Connection, absence: Absence, actor: Actor, now: datetime) -> None:
    this = {"of_tenant": absence.tenant, "of_person": absence.person}
    tx.execute(_OVERLAPPING, {**this, "since": absence.first_day, "until": absence.last_day})
    signed = {
        "author_tenant": actor.tenant,
        "author_id": actor.object_id,
        "author_name": actor.name,
        "author_agency_id": actor.agency.id,
        "at": now,
    }
    tx.execute(sa.insert(absences), {**vars(absence), **signed})


def _record(
    tx: sa.Connection, directory: Directory, actor: Actor, person: Actor, action: str, now: datetime
) -> None:
    """In every hub that the person serves: each has to know who answers there. Chains are taken in one order."""
    detail = {"tenant": person.tenant, "person": person.object_id}
    for hub_id in sorted(hub.id for hub in directory.hubs_of(person)):
        audit.record(tx, hub_id=hub_id, actor=actor, action=action, case_id=None, detail=detail, now=now)


def _ids(actor: Actor) -> tuple[str, str]:
    return actor.tenant, actor.object_id
