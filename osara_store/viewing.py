"""Opening a case to read it. Every look at its content is written into the audit chain."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from osara_store import audit
from osara_store.case_file import Case, CaseFile, Link, by_reference, fill, surviving
from osara_store.changing import allowed_actions, listed
from osara_store.directory import Actor, Hub
from osara_store.errors import CaseNotFound, NotAllowed
from osara_store.policy import Action, may
from osara_store.schema import case_access


@dataclass(frozen=True)
class Viewed:
    """A case as one person may see it; `can` is all that the policy lets them do to it now."""

    file: CaseFile
    hub: Hub
    can: frozenset[Action]


_LISTS_WITH_ACTOR = sa.select(case_access.c.case_id).where(
    case_access.c.tenant == sa.bindparam("tenant"),
    case_access.c.person == sa.bindparam("person"),
    case_access.c.case_id.in_(sa.bindparam("case_ids", expanding=True)),
)


def find(connection: sa.Connection, reference: str) -> Case | None:
    """The case of this reference; if it was merged, the one that it goes on in."""
    case = by_reference(connection, reference)
    return surviving(connection, case) if case else None


def find_as_written(connection: sa.Connection, reference: str) -> Case | None:
    """The case of exactly this reference, merged or not."""
    return by_reference(connection, reference)


def open_case(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub_of: Callable[[str], Hub | None],
    reference: str,
    what: str,
    now: datetime,
    as_written: bool = False,
) -> Viewed:
    """Read the case's file; `what` names the part that is looked at.

    A merged case leads to the one that it goes on in, unless the file is wanted as it was written before.

    Raises:
        CaseNotFound: there is no such case, or no such hub any more.
        NotAllowed: the policy says no.
    """
    case = find_as_written(tx, reference) if as_written else find(tx, reference)
    hub = hub_of(case.hub_id) if case else None
    if case is None or hub is None:
        raise CaseNotFound
    file = fill(tx, case)
    ruling = may(actor, Action.READ_CASE, hub, case=case, listed=listed(file), on=hub.today(now))
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
    detail = {"reference": case.reference, "what": what}
    audit.record(
        tx, hub_id=hub.id, actor=actor, action="case.viewed", case_id=case.id, detail=detail, now=now
    )
    return Viewed(_without_hidden_links(tx, file, actor), hub, allowed_actions(file, actor, hub, now))


def _without_hidden_links(connection: sa.Connection, file: CaseFile, actor: Actor) -> CaseFile:
    """Of a restricted case whose list the actor is not on, they learn that there is one, and no more."""
    restricted = [link.other_id for link in file.links if link.other_restricted]
    if not restricted:
        return file
    terms = {"tenant": actor.tenant, "person": actor.object_id, "case_ids": restricted}
    known = set(connection.execute(_LISTS_WITH_ACTOR, terms).scalars())
    return replace(file, links=tuple(_as_seen(link, known) for link in file.links))


def _as_seen(link: Link, known: set[int]) -> Link:
    if not link.other_restricted or link.other_id in known:
        return link
    return replace(link, other_reference="", reason="")
