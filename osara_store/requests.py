"""What the hub asks its partners about a case, and what they answer.

Sharing is a power and no duty, so every request says why it is made. It goes to agencies with an agreement in date only, and
to people who may read the case: whoever is written to could open it anyway.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from osara_store import (
    absences,
    case_clocks,
    changing,
    clock_rules,
    conversations,
    moves,
    outbox,
    outgoing,
    quiet,
)
from osara_store.case_file import WANTS_SOMEBODY, CaseFile, InformationRequest, case_file
from osara_store.changing import Held
from osara_store.clock_rules import ClockKind
from osara_store.contributing import enter, welcome
from osara_store.directory import Actor, Agency, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed, NotFound
from osara_store.instruments import Band
from osara_store.policy import Action, Reason, may
from osara_store.schema import CaseState, Reply, Stage, information_requests
from osara_store.states import Move

ENTRY: Final = "reply"  # the kind of entry that holds an answer
IN_WORDS: Final[Mapping[Reply, str]] = {
    Reply.NOTHING: "Nothing held",
    Reply.SOMETHING: "We hold something",
    Reply.PART: "We have a part to play",
    Reply.CALL: "Please call me",
}

_ADD: Final = sa.insert(information_requests)
_ANY_OWNER: Final = "any"


@dataclass(frozen=True)
class Candidate:
    """An agency that may be asked, how many of its people can read the case, and whether it is one to think of first."""

    agency: Agency
    people: int
    is_suggested: bool


@dataclass(frozen=True)
class Tally:
    """How the agencies that were asked have answered so far; one asked twice counts by its newest request."""

    asked: int
    replied: int
    nothing: int
    something: int
    part: int
    call: int
    silent: int
    overdue: int


# --- whom to ask -----------------------------------------------------------------------------------------------------


def suggested(file: CaseFile, directory: Directory, hub: Hub, on: date) -> tuple[Candidate, ...]:
    """The agencies that may be asked on that day, those to think of first at the top.

    They are of the sectors that the category names, or own a power that is used in the case. Left out are the agency that
    leads, those that still owe an answer, and those none of whose people may read the case.
    """
    sectors = _sectors(file, directory)
    left_out = {file.case.lead_agency_id, *_waiting(file)}
    found = [
        Candidate(agency, len(_readers(file, directory, hub, agency, on)), agency.sector in sectors)
        for agency in map(directory.agency, hub.agencies)
        if agency is not None and agency.id not in left_out and agency.may_receive(on)
    ]
    able = [candidate for candidate in found if candidate.people]
    return tuple(sorted(able, key=lambda candidate: not candidate.is_suggested))


def _sectors(file: CaseFile, directory: Directory) -> set[str]:
    category = directory.category(file.case.category)
    powers = (directory.power(task.power) for task in file.tasks)
    owners = {str(power.owner) for power in powers if power is not None}
    return {*(category.ask if category else ()), *owners} - {_ANY_OWNER}


def _waiting(file: CaseFile) -> set[str]:
    return {request.agency_id for request in file.requests if request.is_open}


def _readers(file: CaseFile, directory: Directory, hub: Hub, agency: Agency, on: date) -> list[Actor]:
    people = (actor for actor in directory.people_of(hub) if actor.agency.id == agency.id)
    return [actor for actor in people if _may_read(file, hub, actor, on)]


def _may_read(file: CaseFile, hub: Hub, actor: Actor, on: date) -> bool:
    listed = changing.listed(file)
    return may(actor, Action.READ_CASE, hub, case=file.case, listed=listed, on=on).allowed


# --- asking ----------------------------------------------------------------------------------------------------------


def ask(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    agencies: Collection[str],
    reason: str,
    now: datetime,
) -> CaseFile:
    """Ask these agencies what they know of the case and whether they have a part to play.

    An accepted case moves on to asking the partners with the first request. To ask an agency that has not answered yet is
    only a repeat.

    Raises:
        Incomplete: the `reason` is blank; no `agencies` are named, or one that may not be asked; there is no `risk` yet.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ASK_PARTNERS, now=now)
    _check(held, directory, agencies, reason)
    new = [name for name in dict.fromkeys(agencies) if name not in _waiting(held.file)]
    if not new:
        return held.file
    rules = directory.clocks_of(hub)
    due = clock_rules.due(ClockKind.INFORMATION, Band(held.case.band), now, hub.zone, rules)
    first = max((request.n for request in held.file.requests), default=0) + 1
    for n, agency_id in enumerate(new, first):
        _add(held, directory, n, agency_id, reason, due)
    is_first = held.case.state is CaseState.TRIAGED
    if is_first:
        moves.record(held, directory, Move.SHARE, CaseState.SHARING, reason)
    detail = {"requests": list(range(first, first + len(new))), "agencies": new}
    return held.finish("case.partners_asked", detail, receipts=is_first, channel=is_first)


def _check(held: Held, directory: Directory, agencies: Collection[str], reason: str) -> None:
    on = held.hub.today(held.now)
    able = {candidate.agency.id for candidate in suggested(held.file, directory, held.hub, on)}
    lacks = {
        "agencies": not agencies or not set(agencies) <= able | _waiting(held.file),
        "reason": not reason.strip(),
        "risk": not held.case.band,
    }
    if any(lacks.values()):
        raise Incomplete(tuple(name for name, is_lacking in lacks.items() if is_lacking))


def _add(held: Held, directory: Directory, n: int, agency_id: str, reason: str, due: datetime) -> None:
    """Write the request down. Where nobody of the agency can be written to, the hub's channel is to call for them."""
    agency = directory.agency(agency_id)
    told, is_reached = _spokespeople(held, directory, agency) if agency else ((), False)
    row = held.signed(n=n, agency_id=agency_id, reason=reason, due_at=due, told=told, **_NO_REPLY)
    held.tx.execute(_ADD, row)
    cards = [outgoing.request_card(held.case, n, *each) for each in told]
    quiet.put(held.tx, directory, held.hub, cards, held.now, band=held.case.band)
    if not is_reached:
        call = outgoing.request_call(held.case, n)
        outbox.put(held.tx, [call], held.now)


_NO_REPLY: Final = dict.fromkeys(("reply", "note", "replied_tenant", "replied_id", "replied_name"), "")


def _spokespeople(
    held: Held, directory: Directory, agency: Agency, left_out: Collection[tuple[str, str]] = ()
) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Whom to write to, and whether one of them is there to read it now.

    The contact always, whose card waits until they can be reached; the deputy where the contact cannot be. Where nobody is
    named, the first of the agency's people who can be reached. For whoever is away, it is who stands in for them.
    """
    able = _standing_in(held, directory, agency, left_out)
    reached = next((place for place, each in enumerate(able) if _is_there(held, each)), None)
    if reached is None:
        found = able if agency.contact else []
    else:
        found = able[: reached + 1] if agency.contact else [able[reached]]
    return tuple((each.tenant, each.object_id) for each in found), reached is not None


def _standing_in(
    held: Held, directory: Directory, agency: Agency, left_out: Collection[tuple[str, str]]
) -> list[Actor]:
    """Those who speak for the agency and may read the case, each while away by their stand-in; nobody twice."""
    hub, on = held.hub, held.hub.today(held.now)
    found: dict[tuple[str, str], Actor] = {}
    for each in directory.spokespeople_of(agency, hub):
        here = absences.stand_in(held.tx, directory, each, hub, on, held.is_reader)
        if held.is_reader(here):
            found.setdefault((here.tenant, here.object_id), here)
    return [each for ids, each in found.items() if ids not in left_out]


def others_to_ask(
    held: Held, directory: Directory, n: int, leaver: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    """Whom to write to in place of somebody who leaves; if nobody is there, the hub's channel calls for the agency."""
    request = find(held.file, n)
    agency = directory.agency(request.agency_id) if request else None
    told, is_reached = _spokespeople(held, directory, agency, {leaver}) if agency else ((), False)
    if not is_reached:
        outbox.put(held.tx, [outgoing.request_call(held.case, n)], held.now)
    return told


def _is_there(held: Held, somebody: Actor) -> bool:
    is_away = absences.is_away(held.tx, somebody, held.hub.today(held.now))
    return not is_away and _can_be_reached(held.tx, somebody.tenant, somebody.object_id)


def _can_be_reached(tx: sa.Connection, tenant: str, person: str) -> bool:
    known = conversations.person(tx, tenant, person)
    return known is not None and known.unreachable_since is None


def call_if_out_of_reach(tx: sa.Connection, case_id: int, n: int, now: datetime) -> None:
    """Let the hub's channel call for the agency if none of those who were written to can be reached any more."""
    file = case_file(tx, case_id)
    request = find(file, n)
    if request is not None and not any(_can_be_reached(tx, *each) for each in request.told):
        outbox.put(tx, [outgoing.request_call(file.case, n)], now)


def keep_quiet(held: Held, directory: Directory) -> None:
    """Let cards about requests that came with a merge wait till quiet ends, if they were waiting for that before it."""
    known = {request.n for request in held.file.requests}
    cards = [
        outgoing.request_card(held.case, request.n, *each)
        for request in case_file(held.tx, held.case.id).requests
        for each in request.told
        if request.n not in known
        and conversations.posted(held.tx, outgoing.request_key(held.case.id, request.n, *each)) is None
    ]
    quiet.put(held.tx, directory, held.hub, cards, held.now, band=held.case.band)


def call_where_nobody_can_be_reached(tx: sa.Connection, case_id: int, now: datetime) -> None:
    """The same for every request that is open, such as those that came with a merge; a call that stands is drawn anew."""
    for request in case_file(tx, case_id).requests:
        if request.is_open:
            call_if_out_of_reach(tx, case_id, request.n, now)


# --- answering -------------------------------------------------------------------------------------------------------


def answer(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    reply: Reply,
    note: str,
    now: datetime,
) -> CaseFile:
    """Answer for one's own agency; what was answered before may be changed, and stays in the file as well.

    The same answer again is only a repeat. Who adds a note to more than "nothing held" is a contributor from then on.

    Raises:
        NotFound: there is no such request.
        NotAllowed: another agency was asked.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ANSWER_REQUEST, now=now)
    request = find(held.file, n)
    if request is None:
        raise NotFound
    if request.agency_id != actor.agency.id:
        raise NotAllowed(Reason.NOT_YOUR_PART)
    note = note.strip()
    if request.reply == reply and note in {"", request.note}:
        return held.file
    _keep(held, request, reply, note)
    enter(held, Stage.SCANNING, ENTRY, "\n".join(filter(None, (IN_WORDS[reply], note))))
    if note and reply is not Reply.NOTHING:
        welcome(held)
    is_last = not any(each.is_open for each in held.file.requests if each.n != n)
    if is_last:
        case_clocks.replies_are_in(held)
    detail = {"request": n, "reply": reply}
    return held.finish("case.request_answered", detail, receipts=False, channel=is_last)


def find(file: CaseFile, n: int) -> InformationRequest | None:
    return next((request for request in file.requests if request.n == n), None)


def _keep(held: Held, request: InformationRequest, reply: Reply, note: str) -> None:
    table = information_requests
    this = (table.c.case_id == held.case.id, table.c.n == request.n)
    values = {
        "reply": reply,
        "note": note,
        "replied_tenant": held.actor.tenant,
        "replied_id": held.actor.object_id,
        "replied_name": held.actor.name,
        "replied_at": held.now,
        "callers": _callers(request, reply),
        "heard_at": None,
        "heard_by": None,
    }
    held.tx.execute(sa.update(table).where(*this).values(values))


def _callers(request: InformationRequest, reply: Reply) -> list[tuple[str, str]]:
    """Who is told of the answer: whoever asked, if they are to do something, and those who were told of an earlier one."""
    asked = [(request.by.author_tenant, request.by.author_id)] if reply in WANTS_SOMEBODY else []
    return list(dict.fromkeys([*asked, *request.callers]))


# --- counting --------------------------------------------------------------------------------------------------------


def newest(file: CaseFile) -> tuple[InformationRequest, ...]:
    """The newest request to each agency, in the order of their numbers; one that is open before any that is answered.

    A merge brings requests of earlier days under later numbers.
    """
    in_order = sorted(file.requests, key=lambda request: (request.is_open, request.by.at, request.n))
    by_agency = {request.agency_id: request for request in in_order}
    return tuple(sorted(by_agency.values(), key=lambda request: request.n))


def own(file: CaseFile, agency_id: str) -> InformationRequest | None:
    """The newest request to this agency."""
    return next((request for request in newest(file) if request.agency_id == agency_id), None)


def tally(file: CaseFile, now: datetime) -> Tally:
    asked = newest(file)
    silent = [request for request in asked if request.is_open]
    return Tally(
        asked=len(asked),
        replied=len(asked) - len(silent),
        nothing=_count(asked, Reply.NOTHING),
        something=_count(asked, Reply.SOMETHING),
        part=_count(asked, Reply.PART),
        call=_count(asked, Reply.CALL),
        silent=len(silent),
        overdue=sum(request.due_at < now for request in silent),
    )


def _count(requests: Iterable[InformationRequest], reply: Reply) -> int:
    return sum(request.reply == reply for request in requests)
