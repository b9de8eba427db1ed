"""A referral half written. Each person has one open draft per hub, so that a form can be left and resumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from osara_store.directory import Actor
from osara_store.errors import DraftNotFound
from osara_store.schema import DraftState, drafts, is_open_draft
from osara_store.statements import PerDatabase


@dataclass(frozen=True)
class Draft:
    id: str
    hub_id: str
    values: dict[str, str]
    version: int
    case_id: int | None = None  # set once it has been sent
    sent: frozenset[str] = frozenset()  # digests of the answers that the case already holds


_FIELDS = (
    drafts.c.id,
    drafts.c.hub_id,
    drafts.c["values"],
    drafts.c.version,
    drafts.c.case_id,
    drafts.c.sent,
)
_MINE = sa.and_(
    drafts.c.id == sa.bindparam("draft_id"),
    drafts.c.tenant == sa.bindparam("tenant_of_actor"),
    drafts.c.person == sa.bindparam("person_of_actor"),
)

_OPEN = PerDatabase(
    drafts,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["tenant", "person", "hub_id"],
        index_where=is_open_draft,
        set_={"version": drafts.c.version},  # changes nothing, so that the row comes back
    ).returning(*_FIELDS),
)
_LOAD = sa.select(*_FIELDS).where(_MINE)
_HOLD = _LOAD.with_for_update()
_KEEP = (
    sa.update(drafts)
    .where(_MINE)
    .values(
        {
            "values": sa.bindparam("kept", type_=sa.JSON),
            "version": drafts.c.version + 1,
            "updated_at": sa.bindparam("now", type_=drafts.c.updated_at.type),
        }
    )
)
_FORGET = _KEEP.where(drafts.c.case_id.is_(None)).values({"state": DraftState.FORGOTTEN})
_CLOSE = (
    sa.update(drafts)
    .where(drafts.c.id == sa.bindparam("draft_id"))
    .values(
        {
            "state": DraftState.SENT,
            "version": drafts.c.version + 1,
            "case_id": sa.bindparam("sent_as"),
            "sent": sa.bindparam("digests", type_=sa.JSON),
            "updated_at": sa.bindparam("now", type_=drafts.c.updated_at.type),
        }
    )
)

_PURGE = sa.delete(drafts).where(drafts.c.updated_at < sa.bindparam("before", type_=drafts.c.updated_at.type))
_EMPTY_SENT = (
    sa.update(drafts)
    .where(
        drafts.c.state == DraftState.SENT,
        drafts.c.updated_at < sa.bindparam("before", type_=drafts.c.updated_at.type),
    )
    .values({"values": {}, "state": DraftState.FORGOTTEN})
)


def _mine(draft_id: str, actor: Actor) -> dict[str, str]:
    return {"draft_id": draft_id, "tenant_of_actor": actor.tenant, "person_of_actor": actor.object_id}


def _draft(row: sa.Row[str, str, dict[str, str], int, int | None, list[str]] | None) -> Draft:
    if row is None:
        raise DraftNotFound
    draft_id, hub_id, values, version, case_id, sent = row
    return Draft(draft_id, hub_id, values, version, case_id, frozenset(sent))


def open_draft(tx: sa.Connection, actor: Actor, hub_id: str, now: datetime) -> Draft:
    """The actor's open draft for the hub, or a new one."""
    row = {
        "id": uuid4().hex,
        "tenant": actor.tenant,
        "person": actor.object_id,
        "hub_id": hub_id,
        "state": DraftState.OPEN,
        "values": {},
        "version": 1,
        "sent": [],
        "updated_at": now,
    }
    return _draft(tx.execute(_OPEN.on(tx), row).one())


def load(connection: sa.Connection, draft_id: str, actor: Actor) -> Draft:
    return _draft(connection.execute(_LOAD, _mine(draft_id, actor)).one_or_none())


def keep(tx: sa.Connection, draft_id: str, actor: Actor, values: Mapping[str, str], now: datetime) -> Draft:
    """Keep these answers beside those kept before.

    A draft that was sent meanwhile, from another device, keeps them too: sending it again adds them to its case.
    """
    draft = hold(tx, draft_id, actor)
    kept = {**draft.values, **values}
    tx.execute(_KEEP, {**_mine(draft_id, actor), "kept": kept, "now": now})
    return Draft(draft.id, draft.hub_id, kept, draft.version + 1, draft.case_id, draft.sent)


def forget(tx: sa.Connection, draft_id: str, actor: Actor, now: datetime) -> None:
    """Drop the answers. The draft itself stays, so that a late press of Send elsewhere still makes only one case."""
    tx.execute(_FORGET, {**_mine(draft_id, actor), "kept": {}, "now": now})


def hold(tx: sa.Connection, draft_id: str, actor: Actor) -> Draft:
    """Load the draft and keep others from changing it until this transaction ends."""
    return _draft(tx.execute(_HOLD, _mine(draft_id, actor)).one_or_none())


def close(tx: sa.Connection, draft: Draft, case_id: int, digest: str, now: datetime) -> None:
    """Note that the case now holds these answers."""
    digests = sorted(draft.sent | {digest})
    tx.execute(_CLOSE, {"draft_id": draft.id, "sent_as": case_id, "digests": digests, "now": now})


def purge(tx: sa.Connection, before: datetime) -> None:
    """Drop drafts that nobody has touched since then, sent or not: what people typed is not kept twice for ever."""
    tx.execute(_PURGE, {"before": before})


def empty_sent(tx: sa.Connection, before: datetime) -> None:
    """Drop the answers of drafts that were sent before then: the case holds them.

    They are kept for a while, because a client that got no answer presses Send again with the second page only.
    """
    tx.execute(_EMPTY_SENT, {"before": before})
