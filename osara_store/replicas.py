"""Which programs use this database at the moment, each with how much of the schema's history it knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from osara_store import migrations
from osara_store.errors import DatabaseTooNew
from osara_store.schema import Instant, compatibility, replicas
from osara_store.statements import PerDatabase

CALL_SECONDS = 20
SILENCE = timedelta(seconds=120)  # who was not heard for so long is taken for dead
MEMORY = timedelta(days=1)


@dataclass(frozen=True)
class Replica:
    name: str
    knows: str
    heard_at: datetime


_now: sa.BindParameter[datetime] = sa.bindparam("since", type_=Instant)
_CALL = PerDatabase(
    replicas,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"knows": insert.excluded.knows, "heard_at": insert.excluded.heard_at},
    ),
)
_OLDEST = sa.select(compatibility.c.oldest)
_LEAVE = sa.delete(replicas).where(replicas.c.name == sa.bindparam("who"))
_LIVING = (
    sa.select(replicas.c.name, replicas.c.knows, replicas.c.heard_at)
    .where(replicas.c.heard_at > _now)
    .order_by(replicas.c.name)
)
_FORGET = sa.delete(replicas).where(replicas.c.heard_at < _now)


def call(tx: sa.Connection, name: str, now: datetime) -> None:
    """Note that the replica of this name lives.

    Raises:
        DatabaseTooNew: a newer program has finished its upgrade, when this one was not heard of or had just begun.
    """
    if oldest(tx) > migrations.HEAD:
        raise DatabaseTooNew
    tx.execute(_CALL.on(tx), {"name": name, "knows": migrations.HEAD, "heard_at": now})
    tx.execute(_FORGET, {"since": now - MEMORY})


def oldest(connection: sa.Connection) -> str:
    """How much of the schema's history a program has to know at least to use this database."""
    found: str = connection.scalars(_OLDEST).one()
    return found


def leave(tx: sa.Connection, name: str) -> None:
    tx.execute(_LEAVE, {"who": name})


def living(connection: sa.Connection, now: datetime) -> list[Replica]:
    """Those heard of lately."""
    return [Replica(*row) for row in connection.execute(_LIVING, {"since": now - SILENCE})]
