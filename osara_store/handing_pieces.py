"""How each kind of thing goes from one person to another. Every one is a command of its own, with its audit row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import (
    changing,
    meeting_messages,
    meetings,
    outbox,
    outgoing,
    quiet,
    requests,
    restricting,
    review_messages,
    review_people,
    task_messages,
    tasks,
)
from osara_store.case_file import Access, access_list, case_file
from osara_store.changing import Held
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.lost_people import Owner
from osara_store.outbox import Kind
from osara_store.owned import Ids, Piece, PieceKind
from osara_store.policy import Action
from osara_store.schema import (
    MeetingState,
    Stage,
    information_requests,
    meeting_people,
    review_prompts,
    signposts,
)

DONE: Final = "case.handed_over"


@dataclass(frozen=True)
class Handing:
    """Who gives what the leaver owned to whom."""

    tx: sa.Connection
    directory: Directory
    giver: Actor
    hub: Hub
    leaver: Owner
    successor: Actor
    now: datetime

    @property
    def to(self) -> Ids:
        return self.successor.tenant, self.successor.object_id

    @property
    def is_within_the_agency(self) -> bool:
        return self.leaver.agency_id == self.successor.agency.id


def listed(connection: sa.Connection, case_id: int) -> set[Ids]:
    return {(each.tenant, each.person) for each in access_list(connection, case_id)}


def hand_over(handing: Handing, piece: Piece) -> None:
    """Give one thing to the successor.

    Raises:
        NotAllowed: the giver may not, in this case.
    """
    held = changing.hold(
        handing.tx,
        actor=handing.giver,
        hub=handing.hub,
        case_id=piece.case_id,
        action=Action.HAND_OVER,
        now=handing.now,
    )
    _WAYS[piece.kind](handing, held, piece.n)
    detail = {
        "what": piece.kind,
        "n": piece.n,
        "from": handing.leaver.person,
        "to": handing.successor.object_id,
    }
    held.finish(DONE, detail, receipts=False, channel=False)


def _access(handing: Handing, held: Held, n: int) -> None:
    """The successor takes the leaver's place on the list of a restricted case.

    A manager who hands over what is their own stays on it: who is off the list could hand over no more of the case.
    """
    del n
    is_own = handing.leaver.ids == (handing.giver.tenant, handing.giver.object_id)
    leaving = {handing.to} if is_own else {handing.to, handing.leaver.ids}
    stay = [each for each in held.file.access if (each.tenant, each.person) not in leaving]
    successor = Access(*handing.to, handing.successor.name)
    restricting.put(held, [*stay, successor])
    said = successor.name if is_own else f"{successor.name} for {handing.leaver.name}"
    enter(held, Stage.SCANNING, restricting.RESTRICTED, f"The list: {said}")


def _task(handing: Handing, held: Held, n: int) -> None:
    """In the successor's name from now on. Another agency has to take it on itself."""
    known = next(each for each in held.file.tasks if each.n == n)
    successor = handing.successor
    accepted_at = known.accepted_at if handing.is_within_the_agency else None
    tasks.write(held, known, agency_id=successor.agency.id, owner=successor.name, accepted_at=accepted_at)
    task_messages.hand_over(
        held, handing.directory, n, successor.agency.id, successor.name, handing.leaver.ids
    )
    said = f"Task {n}: handed over to {successor.agency.id}, {successor.name}"
    enter(held, Stage.RESPONSE, tasks.KIND, said)


def _request(handing: Handing, held: Held, n: int) -> None:
    """Only the agency that was asked answers: where the successor is of another, its other spokespeople are asked."""
    known = next(each for each in held.file.requests if each.n == n)
    stay = tuple(ids for ids in known.told if ids not in {handing.leaver.ids, handing.to})
    if known.agency_id == handing.successor.agency.id:
        told = (*stay, handing.to)
    else:
        told = stay or requests.others_to_ask(held, handing.directory, n, handing.leaver.ids)
    table = information_requests
    this = (table.c.case_id == held.case.id, table.c.n == n)
    handing.tx.execute(sa.update(table).where(*this).values(told=told))
    leavers, *others = (
        outgoing.request_card(held.case, n, *ids) for ids in (handing.leaver.ids, *told) if ids not in stay
    )
    outbox.put(handing.tx, [leavers], handing.now)
    quiet.put(handing.tx, handing.directory, handing.hub, others, handing.now, band=held.case.band)


def _signpost(handing: Handing, held: Held, n: int) -> None:
    table, successor = signposts, handing.successor
    this = (table.c.case_id == held.case.id, table.c.n == n)
    values = {"chaser": successor.name, "chaser_agency_id": successor.agency.id}
    handing.tx.execute(sa.update(table).where(*this).values(values))


def _meeting(handing: Handing, held: Held, n: int) -> None:
    """The successor is invited instead, and the calendar follows."""
    table, successor = meeting_people, handing.successor
    of_meeting = (table.c.case_id == held.case.id, table.c.n == n)
    both = sa.tuple_(table.c.tenant, table.c.person).in_([handing.leaver.ids, handing.to])
    handing.tx.execute(sa.delete(table).where(*of_meeting, both))
    row = {
        "case_id": held.case.id,
        "n": n,
        "tenant": successor.tenant,
        "person": successor.object_id,
        "name": successor.name,
        "agency_id": successor.agency.id,
        "attendance": "",
    }
    handing.tx.execute(sa.insert(table), row)
    outbox.put(handing.tx, [outgoing.meeting_card(held.case, n, *handing.leaver.ids)], handing.now)
    changed = meetings.find(case_file(handing.tx, held.case.id), n)
    meeting_messages.send(handing.tx, held.case, changed, handing.now)
    if changed.state is MeetingState.BOOKED and handing.hub.mailbox:
        meeting_messages.put_in_calendar(handing.tx, held.case, n, Kind.MEETING_BOOK, handing.now)


def _review(handing: Handing, held: Held, n: int) -> None:
    """The successor is told of it in a message of their own; the leaver's is drawn without it.

    Where the review is not the successor's to do, being of another agency than the one that leads, its people are asked.
    """
    table, (tenant, person) = review_prompts, handing.leaver.ids
    told = (
        table.c.case_id == held.case.id,
        table.c.n == n,
        table.c.tenant == tenant,
        table.c.person == person,
    )
    days = list(handing.tx.scalars(sa.select(table.c.day).where(*told)))
    handing.tx.execute(sa.delete(table).where(*told))
    review_messages.tell(
        handing.tx, handing.directory, held.case, n, handing.hub, _reviewers(handing, held), handing.now
    )
    drawn = [
        outgoing.review_card(held.case, handing.hub.id, day, tenant, person, f"left-{n}") for day in days
    ]
    outbox.put(handing.tx, drawn, handing.now)


def _reviewers(handing: Handing, held: Held) -> list[Actor]:
    tx, hub, case, now = handing.tx, handing.hub, held.case, handing.now
    if changing.allowed(tx, case, handing.successor, hub, Action.COMPLETE_REVIEW, now):
        return [handing.successor]
    return review_people.to_ask(tx, handing.directory, hub, case, now, handing.leaver.ids)


_WAYS: Final[Mapping[PieceKind, Callable[[Handing, Held, int], None]]] = {
    PieceKind.ACCESS: _access,
    PieceKind.TASK: _task,
    PieceKind.REQUEST: _request,
    PieceKind.SIGNPOST: _signpost,
    PieceKind.MEETING: _meeting,
    PieceKind.REVIEW: _review,
}
