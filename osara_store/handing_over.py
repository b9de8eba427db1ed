"""Everything that somebody owns in a hub goes to somebody else: one audit row for each thing.

It is done case by case, each in a transaction of its own, by the schedule. A kill leaves a case handed over or not; whatever
is left goes on after the next start. To press again changes nothing, and takes up what has come in the leaver's name since.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from osara_store import audit, handing_pieces, owned, schedule
from osara_store.case_file import By
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed
from osara_store.handing_pieces import Handing
from osara_store.lost_people import Owner
from osara_store.owned import Piece, PieceKind
from osara_store.policy import Action, may
from osara_store.schedule import Due, Occasion
from osara_store.schema import handovers
from osara_store.statements import PerDatabase

# Why a hand-over stopped: keys of texts.
HUB_GONE: Final = "hub"
GIVER_MAY_NOT: Final = "giver"
SUCCESSOR_MAY_NOT: Final = "successor"
_SOON: Final = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Handover:
    """Whose work goes to whom. `moved` things have; `done_at` is None while there is more, `trouble` why it stopped."""

    hub_id: str
    tenant: str
    person: str
    agency_id: str
    name: str
    successor_tenant: str
    successor_id: str
    with_lists: bool
    moved: int
    done_at: datetime | None
    trouble: str
    by: By

    @property
    def subject(self) -> str:
        """Names it in the schedule."""
        return f"{self.hub_id}:{self.tenant}:{self.person}:{self.agency_id}"

    @property
    def leaver(self) -> Owner:
        return Owner(self.tenant, self.person, self.agency_id, self.name)

    @property
    def is_own(self) -> bool:
        """Whether somebody hands over what is in their own name."""
        return self.leaver.ids == (self.by.author_tenant, self.by.author_id)

    @property
    def is_going_on(self) -> bool:
        return self.done_at is None and not self.trouble


_BY: Final = tuple(By.__dataclass_fields__)
_NAMES: Final = tuple(name for name in Handover.__dataclass_fields__ if name != "by")
_SELECT: Final = sa.select(*(handovers.c[name] for name in (*_NAMES, *_BY)))
_KEY: Final = ("hub_id", "tenant", "person", "agency_id")
_THIS: Final = sa.and_(*(handovers.c[name] == sa.bindparam(f"of_{name}") for name in _KEY))
_ONE: Final = _SELECT.where(_THIS)
_OF_HUB: Final = _SELECT.where(handovers.c.hub_id == sa.bindparam("of_hub"))
_BEGIN: Final = PerDatabase(
    handovers,
    lambda insert: insert.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={name: insert.excluded[name] for name in (*_NAMES, *_BY) if name not in _KEY},
    ),
)


def begin(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    leaver: Owner,
    successor: Actor,
    with_lists: bool,
    now: datetime,
) -> Handover:
    """Have everything of the leaver's in the hub go to the successor; `go_on` does it.

    `with_lists` puts the successor in the leaver's place on lists of restricted cases, as far as the actor is on them. The
    same again while it is going on is only a repeat.

    Raises:
        NotAllowed: the actor does not manage the hub.
        Incomplete: the `successor` is the leaver, or may not be shown the hub's cases.
    """
    ruling = may(actor, Action.SEE_COVER, hub, on=hub.today(now))
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
    if not may_succeed(successor, leaver, hub, now):
        raise Incomplete(("successor",))
    new = _new(actor, hub, leaver, successor, now, with_lists=with_lists)
    known = find(tx, hub.id, leaver)
    if known is not None and known.is_going_on and _asks_the_same(known, new):
        return known
    schedule.plan(tx, Occasion.HANDOVER, new.subject, now)  # first: its row is what a run holds
    tx.execute(_BEGIN.on(tx), _row(new))
    detail = {"person": leaver.person, "tenant": leaver.tenant, "successor": successor.object_id}
    audit.record(
        tx, hub_id=hub.id, actor=actor, action="handover.begun", case_id=None, detail=detail, now=now
    )
    return new


def may_succeed(successor: Actor, leaver: Owner, hub: Hub, now: datetime) -> bool:
    """Whether somebody may be given what the leaver owns: they serve the hub, and may be shown its cases."""
    is_other = (successor.tenant, successor.object_id) != leaver.ids
    return is_other and may(successor, Action.SEE_OWN_WORK, hub, on=hub.today(now)).allowed


def find(connection: sa.Connection, hub_id: str, leaver: Owner) -> Handover | None:
    key = (hub_id, leaver.tenant, leaver.person, leaver.agency_id)
    row = connection.execute(_ONE, _key(key)).one_or_none()
    return None if row is None else _read(row)


def of_hub(connection: sa.Connection, hub_id: str) -> list[Handover]:
    return [_read(row) for row in connection.execute(_OF_HUB, {"of_hub": hub_id})]


def to_move(
    connection: sa.Connection, directory: Directory, hub: Hub, handover: Handover, giver: Actor
) -> list[Piece]:
    """What is still to be handed over, as far as the successor may be given it."""
    found = owned.pieces(connection, directory, hub, giver, handover.leaver)
    return [piece for piece in found if _may_move(connection, piece, found, handover)]


def _may_move(connection: sa.Connection, piece: Piece, found: Collection[Piece], handover: Handover) -> bool:
    """Lists only where that was asked for; of a restricted case the rest only for a successor who is on its list then.

    Who hands over what is their own stays on the list, and so owns it for ever: once the successor is on it, it is done.
    """
    if not piece.restricted:
        return True
    is_listed = (handover.successor_tenant, handover.successor_id) in handing_pieces.listed(
        connection, piece.case_id
    )
    if piece.kind is PieceKind.ACCESS:
        return handover.with_lists and not (handover.is_own and is_listed)
    comes = any(each.kind is PieceKind.ACCESS and each.case_id == piece.case_id for each in found)
    return (handover.with_lists and comes) or is_listed


def go_on(tx: sa.Connection, directory: Directory, due: Due, now: datetime) -> datetime | None:
    """Hand over what there is in the next case. When to go on; None when nothing is left, or it may not go on."""
    handover = _of_subject(tx, due.subject)
    if handover is None or not handover.is_going_on:
        return None
    handing = _handing(tx, directory, handover, now)
    if isinstance(handing, str):
        _note(tx, handover, trouble=handing)
        return None
    return _next_case(handing, handover)


def _next_case(handing: Handing, handover: Handover) -> datetime | None:
    left = to_move(handing.tx, handing.directory, handing.hub, handover, handing.giver)
    here = [piece for piece in left if piece.case_id == left[0].case_id]
    for piece in here:
        handing_pieces.hand_over(handing, piece)
    is_last = len(here) == len(left)
    done_at = handing.now if is_last else None
    _note(handing.tx, handover, moved=handover.moved + len(here), done_at=done_at)
    return None if is_last else handing.now + _SOON


def _handing(tx: sa.Connection, directory: Directory, handover: Handover, now: datetime) -> Handing | str:
    """Who gives what to whom; or what has changed since it began, so that it may not go on."""
    hub = directory.hub(handover.hub_id)
    if hub is None:
        return HUB_GONE
    giver = directory.actor(handover.by.author_tenant, handover.by.author_id)
    if giver is None or not may(giver, Action.SEE_COVER, hub, on=hub.today(now)).allowed:
        return GIVER_MAY_NOT
    successor = directory.actor(handover.successor_tenant, handover.successor_id)
    if successor is None or not may_succeed(successor, handover.leaver, hub, now):
        return SUCCESSOR_MAY_NOT
    return Handing(tx, directory, giver, hub, handover.leaver, successor, now)


def _new(
    actor: Actor, hub: Hub, leaver: Owner, successor: Actor, now: datetime, *, with_lists: bool
) -> Handover:
    return Handover(
        hub_id=hub.id,
        tenant=leaver.tenant,
        person=leaver.person,
        agency_id=leaver.agency_id,
        name=leaver.name,
        successor_tenant=successor.tenant,
        successor_id=successor.object_id,
        with_lists=with_lists,
        moved=0,
        done_at=None,
        trouble="",
        by=By(actor.tenant, actor.object_id, actor.name, actor.agency.id, now),
    )


def _asks_the_same(known: Handover, new: Handover) -> bool:
    return replace(known, moved=0, by=new.by) == new


def _note(tx: sa.Connection, handover: Handover, **values: Any) -> None:
    this = _key(tuple(getattr(handover, name) for name in _KEY))
    tx.execute(sa.update(handovers).where(_THIS).values(values), this)


def _of_subject(connection: sa.Connection, subject: str) -> Handover | None:
    row = connection.execute(_ONE, _key(tuple(subject.split(":")))).one_or_none()
    return None if row is None else _read(row)


def _key(values: tuple[str, ...]) -> dict[str, str]:
    return {f"of_{name}": value for name, value in zip(_KEY, values, strict=True)}


def _row(handover: Handover) -> dict[str, Any]:
    return {**{name: getattr(handover, name) for name in _NAMES}, **vars(handover.by)}


def _read(row: sa.Row[Any]) -> Handover:
    values = row._asdict()
    by = By(**{name: values.pop(name) for name in _BY})
    return Handover(**values, by=by)
