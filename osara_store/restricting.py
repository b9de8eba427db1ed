"""Who may open a case that is not for everybody in the hub to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing
from osara_store.case_file import Access, CaseFile
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete
from osara_store.policy import Action
from osara_store.schema import Stage, case_access

# Kinds of entry: the reason why a case was restricted, or was opened to everybody again.
RESTRICTED: Final = "restricted"
UNRESTRICTED: Final = "unrestricted"

_ADD = sa.insert(case_access)
_TAKE_OFF = sa.delete(case_access).where(
    case_access.c.case_id == sa.bindparam("this_case"),
    case_access.c.tenant == sa.bindparam("of_tenant"),
    case_access.c.person == sa.bindparam("of_person"),
)


def restrict(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    people: Sequence[Access],
    reason: str,
    now: datetime,
) -> CaseFile:
    """Let only these people open the case; for a case that is restricted, they are its new list.

    Only a coordinator or manager can do this, and stays on the list: so there is always one who can change it.

    Raises:
        Incomplete: the `reason` is blank, or the actor is not among the `people`.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.RESTRICT, now=now)
    names = {(each.tenant, each.person): each for each in people}
    _check(reason, people_missing=(actor.tenant, actor.object_id) not in names)
    put(held, tuple(names.values()))
    held.change(restricted=True)
    enter(held, Stage.SCANNING, RESTRICTED, reason)
    return held.finish("case.restricted", {"people": len(names)}, receipts=True, channel=True)


def unrestrict(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, reason: str, now: datetime
) -> CaseFile:
    """Open the case to everybody in the hub again; one that is open to them stays as it is.

    Raises:
        Incomplete: the `reason` is blank.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.RESTRICT, now=now)
    _check(reason, people_missing=False)
    if not held.case.restricted:
        return held.file
    put(held, ())
    held.change(restricted=False)
    enter(held, Stage.SCANNING, UNRESTRICTED, reason)
    return held.finish("case.unrestricted", {}, receipts=True, channel=True)


def put(held: Held, people: Sequence[Access]) -> None:
    """Make these the case's list. Who stays on it keeps the time at which they came."""
    before, after = changing.listed(held.file), {(each.tenant, each.person) for each in people}
    gone = [{"this_case": held.case.id, "of_tenant": one[0], "of_person": one[1]} for one in before - after]
    new = [
        {"case_id": held.case.id, **vars(each), "since": held.now}
        for each in people
        if (each.tenant, each.person) not in before
    ]
    if gone:
        held.tx.execute(_TAKE_OFF, gone)
    if new:
        held.tx.execute(_ADD, new)


def _check(reason: str, *, people_missing: bool) -> None:
    missing = ["people"] if people_missing else []
    if not reason.strip():
        missing.append("reason")
    if missing:
        raise Incomplete(tuple(missing))
