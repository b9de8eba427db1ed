"""What follows where an agency asks to be called, or has a part to play: whoever asked hears of it, and says that they did.

The card goes to who asked. Where they have gone, are away, may not open the case any more or cannot be reached, whoever
stands in for them gets one as well, or a coordinator of the hub, or else a manager: somebody waits for a call.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from osara_store import absences, changing, outbox, outgoing, requests
from osara_store.calling import can_be_reached
from osara_store.case_file import CaseFile, InformationRequest, case_file
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.errors import NotFound
from osara_store.policy import Action, may
from osara_store.schema import Reply, Stage, cases, information_requests
from osara_store.states import ENDED

ENTRY: Final = "call_back"  # the kind of entry that tells of a call
_STANDING_IN: Final = (Role.COORDINATOR, Role.MANAGER)
_LOCK: Final = sa.select(cases.c.id).where(cases.c.id == sa.bindparam("this_case")).with_for_update()


def heard(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, note: str, now: datetime
) -> CaseFile:
    """Write down that the agency was called back, or that somebody has seen that it has a part to play.

    A call is an entry of the file, with the note. Once somebody has seen to it, or where nobody need, nothing happens.

    Raises:
        NotFound: there is no such request.
        NotAllowed: the actor neither was told of the answer nor works the case.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.READ_CASE, now=now)
    request = requests.find(held.file, n)
    if request is None:
        raise NotFound
    if not is_waiting(held.file, request):
        return held.file
    if (actor.tenant, actor.object_id) not in request.callers:
        held.also_may(Action.MEET_CLOCK)
    if request.reply == Reply.CALL:
        held.also_may(Action.WRITE_NOTE)
        said = f"{request.replied_name} was called back."
        enter(held, Stage.SCANNING, ENTRY, "\n".join(filter(None, (said, note.strip()))))
    this = (information_requests.c.case_id == case_id, information_requests.c.n == n)
    values = {"heard_at": now, "heard_by": actor.name}
    tx.execute(sa.update(information_requests).where(*this).values(values))
    return held.finish("case.answer_heard", {"request": n}, receipts=False, channel=False)


def is_waiting(file: CaseFile, request: InformationRequest) -> bool:
    """Whether the answer wants somebody, and nobody has seen to it yet."""
    return request.wants_somebody and request.heard_at is None and file.case.state not in ENDED


def is_in_file(file: CaseFile, note: str) -> bool:
    """Whether the file holds such a call with this note, or there is none to be held."""
    note = note.strip()
    return not note or any(each.kind == ENTRY and each.text.endswith(note) for each in file.entries)


def tell_another_if_needed(
    tx: sa.Connection, directory: Directory, case_id: int, n: int, now: datetime
) -> None:
    """Tell somebody else of an answer of which none of those who were told is there to see a card; at most one more."""
    tx.execute(_LOCK, {"this_case": case_id})
    file = case_file(tx, case_id)
    request, hub = requests.find(file, n), directory.hub(file.case.hub_id)
    if request is None or hub is None or not is_waiting(file, request):
        return
    told = (directory.actor(*each) for each in request.callers)
    if any(actor and _can_be_told(tx, file, hub, actor, now) for actor in told):
        return
    able = (
        actor
        for actor in _others(tx, hub, directory, request, hub.today(now))
        if (actor.tenant, actor.object_id) not in request.callers and _can_be_told(tx, file, hub, actor, now)
    )
    if (somebody := next(able, None)) is not None:
        _tell(tx, file, request, somebody, now)


def _tell(
    tx: sa.Connection, file: CaseFile, request: InformationRequest, somebody: Actor, now: datetime
) -> None:
    key = somebody.tenant, somebody.object_id
    this = (
        information_requests.c.case_id == file.case.id,
        information_requests.c.n == request.n,
    )
    tx.execute(sa.update(information_requests).where(*this).values(callers=[*request.callers, key]))
    outbox.put(tx, [outgoing.call_back(file.case, request.n, *key)], now)


def _others(
    tx: sa.Connection, hub: Hub, directory: Directory, request: InformationRequest, on: date
) -> Iterator[Actor]:
    """Whoever stands in for who asked, the hub's coordinators, then its managers."""
    asker = directory.actor(request.by.author_tenant, request.by.author_id)
    if asker is not None:
        yield absences.stand_in(tx, directory, asker, hub, on)
    for role in _STANDING_IN:
        yield from (actor for actor in directory.people_of(hub) if actor.role_in(hub) is role)


def _can_be_told(tx: sa.Connection, file: CaseFile, hub: Hub, actor: Actor, now: datetime) -> bool:
    listed, on = changing.listed(file), hub.today(now)
    may_read = may(actor, Action.READ_CASE, hub, case=file.case, listed=listed, on=on).allowed
    return may_read and can_be_reached(tx, actor) and not absences.is_away(tx, actor, on)
