"""Who cannot be reached any more, and why: they left, took the app away, or never met the bot.

Everybody who stood in the configuration is written down, so that it shows who is gone from it, by what name and of which
agency. Somebody who changes their agency is gone from the one that they were of.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from osara_store import conversations
from osara_store.directory import Directory
from osara_store.schema import Instant, known_people
from osara_store.statements import PerDatabase


class Why(StrEnum):
    """Keys of the texts that explain it, the worst first."""

    LEFT = "left"
    UNREACHABLE = "unreachable"
    NEVER_MET = "never_met"
    AWAY = "away"  # and nobody stands in


@dataclass(frozen=True)
class Owner:
    """Somebody in whose name things wait, in the directory or not."""

    tenant: str
    person: str
    agency_id: str
    name: str

    @property
    def ids(self) -> tuple[str, str]:
        return self.tenant, self.person

    def is_called(self, name: str) -> bool:
        """Whether a name that somebody typed is theirs."""
        return in_one_spelling(name) == in_one_spelling(self.name)


_FIELDS: Final = tuple(known_people.c[name] for name in ("tenant", "person", "agency_id", "name"))
_ALL: Final = sa.select(*_FIELDS, known_people.c.gone_since)
_KNOWN: Final = sa.select(*_FIELDS).where(
    known_people.c.tenant == sa.bindparam("of_tenant"),
    known_people.c.person == sa.bindparam("of_person"),
    known_people.c.agency_id == sa.bindparam("of_agency"),
)
_GONE: Final = (
    sa.select(*_FIELDS)
    .where(
        known_people.c.gone_since.is_not(None),
        known_people.c.agency_id.in_(sa.bindparam("agencies", expanding=True)),
    )
    .order_by(known_people.c.name, known_people.c.tenant, known_people.c.person)
)
_KEEP: Final = PerDatabase(
    known_people,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["tenant", "person", "agency_id"],
        set_={"name": insert.excluded.name, "gone_since": sa.null()},
    ),
)
_MARK: Final = (
    sa.update(known_people)
    .where(
        known_people.c.tenant == sa.bindparam("of_tenant"),
        known_people.c.person == sa.bindparam("of_person"),
        known_people.c.agency_id == sa.bindparam("of_agency"),
    )
    .values(gone_since=sa.bindparam("now", type_=Instant))
)


def in_one_spelling(name: str) -> str:
    return " ".join(name.casefold().split())


def note_everybody(tx: sa.Connection, directory: Directory, now: datetime) -> None:
    """Write down who is in the directory, and who is gone from it since the last time. What is unchanged is not written."""
    here = {
        (each.tenant, each.id, each.agency): {
            "tenant": each.tenant,
            "person": each.id,
            "agency_id": each.agency,
            "name": each.name,
        }
        for each in directory.people
    }
    known = {tuple(row[:3]): (row.name, row.gone_since) for row in tx.execute(_ALL)}
    new = [row for ids, row in here.items() if known.get(ids) != (row["name"], None)]
    gone = [ids for ids, (_, since) in known.items() if since is None and ids not in here]
    if new:
        tx.execute(_KEEP.on(tx), [{**row, "gone_since": None} for row in new])
    if gone:
        names = ("of_tenant", "of_person", "of_agency")
        tx.execute(_MARK, [{**dict(zip(names, ids, strict=True)), "now": now} for ids in gone])


def owner(
    connection: sa.Connection, directory: Directory, ids: tuple[str, str], agency_id: str
) -> Owner | None:
    """Somebody of this agency who is in the directory, or was when it was last written down."""
    actor = directory.actor(*ids)
    if actor is not None and actor.agency.id == agency_id:
        return Owner(actor.tenant, actor.object_id, agency_id, actor.name)
    terms = {"of_tenant": ids[0], "of_person": ids[1], "of_agency": agency_id}
    row = connection.execute(_KNOWN, terms).one_or_none()
    return None if row is None else Owner(*row)


def gone(connection: sa.Connection, agencies: tuple[str, ...]) -> list[Owner]:
    """Everybody of these agencies who is in the directory no more, by name."""
    return [Owner(*row) for row in connection.execute(_GONE, {"agencies": list(agencies)})]


def why_lost(connection: sa.Connection, directory: Directory, somebody: Owner) -> Why | None:
    """Why nothing reaches them; None where it does."""
    actor = directory.actor(*somebody.ids)
    if actor is None or actor.agency.id != somebody.agency_id:
        return Why.LEFT
    known = conversations.person(connection, *somebody.ids)
    if known is None:
        return Why.NEVER_MET
    return Why.UNREACHABLE if known.unreachable_since is not None else None
