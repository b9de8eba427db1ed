"""The personal cards about a case's tasks: who gets one, and how those that stand are kept true."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from osara_store import conversations, outbox, outgoing
from osara_store.case_file import Case
from osara_store.directory import Actor, Directory, Hub
from osara_store.schema import task_cards
from osara_store.statements import PerDatabase

if TYPE_CHECKING:
    from osara_store.changing import Held

_REMEMBER: Final = PerDatabase(task_cards, lambda insert: insert.on_conflict_do_nothing())
_CARDS: Final = (
    sa.select(task_cards.c.n, task_cards.c.tenant, task_cards.c.person)
    .where(task_cards.c.case_id == sa.bindparam("this_case"))
    .order_by(task_cards.c.n, task_cards.c.since, task_cards.c.tenant, task_cards.c.person)
)


def send(held: "Held", directory: Directory, n: int, agency_id: str, owner: str) -> None:
    """Tell whoever speaks for the agency, and renew the cards of those who were told before.

    Where nobody of the agency has the bot yet, nobody is told: the task waits under their work.
    """
    told = _whom_to_tell(held, directory, agency_id, owner)
    if told is not None:
        row = {"case_id": held.case.id, "n": n, "tenant": told.tenant, "person": told.object_id}
        held.tx.execute(_REMEMBER.on(held.tx), {**row, "since": held.now})
    renew(held, n)


def renew(held: "Held", n: int) -> None:
    """Draw the cards about this task anew."""
    _put(held.tx, held.case, held.now, n)


def renew_all(tx: sa.Connection, case: Case, now: datetime) -> None:
    """Draw the cards about all tasks of the case anew, such as when it has ended."""
    _put(tx, case, now)


def told(connection: sa.Connection, case_id: int, n: int) -> list[tuple[str, str]]:
    """Tenant and object id of everybody who was sent a card about this task, in the order in which they were."""
    return [(tenant, person) for number, tenant, person in _cards(connection, case_id) if number == n]


def _put(tx: sa.Connection, case: Case, now: datetime, n: int | None = None) -> None:
    cards = _cards(tx, case.id)
    outbox.put(tx, [outgoing.task_card(case, *card) for card in cards if n in {None, card[0]}], now)


def _cards(connection: sa.Connection, case_id: int) -> list[tuple[int, str, str]]:
    return [tuple(row) for row in connection.execute(_CARDS, {"this_case": case_id})]


def _whom_to_tell(held: "Held", directory: Directory, agency_id: str, owner: str) -> Actor | None:
    """The first of those concerned whom the bot can write to and who may read the case."""
    for actor in _concerned(directory, held.hub, agency_id, owner):
        known = conversations.person(held.tx, actor.tenant, actor.object_id)
        if known is not None and known.unreachable_since is None and held.is_reader(actor):
            return actor
    return None


def _concerned(directory: Directory, hub: Hub, agency_id: str, owner: str) -> Iterator[Actor]:
    """The owner, if that is the name of somebody there, then those who speak for the agency, then everybody of it."""
    agency = directory.agency(agency_id)
    if agency is None:
        return
    everybody = [actor for actor in directory.people_of(hub) if actor.agency.id == agency_id]
    wanted = " ".join(owner.casefold().split())
    yield from (actor for actor in everybody if actor.name.casefold() == wanted)
    yield from directory.spokespeople_of(agency, hub)
    yield from everybody
