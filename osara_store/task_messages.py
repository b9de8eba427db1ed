"""The personal cards about a case's tasks: who gets one, and how those that stand are kept true."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from osara_store import absences, calling, conversations, outbox, outgoing, quiet
from osara_store.case_file import Case
from osara_store.directory import Actor, Directory, Hub
from osara_store.schema import task_cards
from osara_store.statements import PerDatabase

if TYPE_CHECKING:
    from osara_store.changing import Held

_REMEMBER: Final = PerDatabase(task_cards, lambda insert: insert.on_conflict_do_nothing())
_FORGET: Final = sa.delete(task_cards).where(
    task_cards.c.case_id == sa.bindparam("this_case"),
    task_cards.c.n == sa.bindparam("number"),
    task_cards.c.tenant == sa.bindparam("of_tenant"),
    task_cards.c.person == sa.bindparam("of_person"),
)
_CARDS: Final = (
    sa.select(task_cards.c.n, task_cards.c.tenant, task_cards.c.person)
    .where(task_cards.c.case_id == sa.bindparam("this_case"))
    .order_by(task_cards.c.n, task_cards.c.since, task_cards.c.tenant, task_cards.c.person)
)


def send(held: "Held", directory: Directory, n: int, agency_id: str, owner: str) -> None:
    """Tell whoever speaks for the agency, and renew the cards of those who were told before.

    Where nobody of the agency has the bot yet, the hub's channel calls for them, and the task waits under their work.
    """
    somebody = _whom_to_tell(held, directory, agency_id, owner)
    _tell(held, directory, n, somebody)
    if somebody is None:
        calling.call_for_task(held.tx, held.file, directory, held.hub, agency_id, held.now)
    renew(held, n)


def hand_over(
    held: "Held", directory: Directory, n: int, agency_id: str, owner: str, leaver: tuple[str, str]
) -> None:
    """The same after somebody left the task to another: their card is drawn once more, without its content, and no more."""
    this = {"this_case": held.case.id, "number": n, "of_tenant": leaver[0], "of_person": leaver[1]}
    held.tx.execute(_FORGET, this)
    somebody = _whom_to_tell(held, directory, agency_id, owner, left_out=leaver)
    _tell(held, directory, n, somebody)
    if somebody is None:
        calling.call_for_task(held.tx, held.file, directory, held.hub, agency_id, held.now)
    renew(held, n)
    outbox.put(held.tx, [outgoing.task_card(held.case, n, *leaver)], held.now)


def _tell(held: "Held", directory: Directory, n: int, somebody: Actor | None) -> None:
    """Remember that they have a card. Their first waits while it is quiet."""
    if somebody is None:
        return
    row = {"case_id": held.case.id, "n": n, "tenant": somebody.tenant, "person": somebody.object_id}
    held.tx.execute(_REMEMBER.on(held.tx), {**row, "since": held.now})
    card = outgoing.task_card(held.case, n, somebody.tenant, somebody.object_id)
    if (
        conversations.posted(held.tx, f"task:{held.case.id}:{n}:{somebody.tenant}:{somebody.object_id}")
        is None
    ):
        quiet.put(held.tx, directory, held.hub, [card], held.now, band=held.case.band)


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


def _whom_to_tell(
    held: "Held", directory: Directory, agency_id: str, owner: str, left_out: tuple[str, str] | None = None
) -> Actor | None:
    """The first of those concerned whom the bot can write to and who may read the case; for who is away, their stand-in.

    Where nobody else is left, it is somebody who is away: the card is there when they come back.
    """
    on, later = held.hub.today(held.now), None
    for actor in _concerned(directory, held.hub, agency_id, owner):
        here = absences.stand_in(held.tx, directory, actor, held.hub, on, held.is_reader)
        if (here.tenant, here.object_id) == left_out or not _can_be_told(held, here):
            continue
        if not absences.is_away(held.tx, here, on):
            return here
        later = later or here
    return later


def _can_be_told(held: "Held", actor: Actor) -> bool:
    known = conversations.person(held.tx, actor.tenant, actor.object_id)
    return known is not None and known.unreachable_since is None and held.is_reader(actor)


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
