"""How cases stand to one another: related, merged into one, or handed to another hub.

Where a command takes two cases it holds them in the order of their ids, so that two people who do this at the same time
never wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import assessing, carrying, changing, moves, requests, restricting, states, viewing
from osara_store.case_file import Case, CaseFile, case_file
from osara_store.changing import Held
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete
from osara_store.instruments import Band
from osara_store.policy import Action
from osara_store.receiving import receive
from osara_store.schema import CaseState, LinkKind, case_links
from osara_store.states import OPEN, Move

_ADD_LINK = sa.insert(case_links)
_ADD_REASON = (
    sa.update(case_links)
    .where(
        case_links.c.kind == LinkKind.RELATED,
        case_links.c.case_id.in_([sa.bindparam("one"), sa.bindparam("another")]),
        case_links.c.other_id.in_([sa.bindparam("one"), sa.bindparam("another")]),
    )
    .values(reason=case_links.c.reason + sa.bindparam("more"))
)
# A case that its referrer was asked to add to is nobody's work: what is merged into it would lie there.
_TAKES_IN: Final = OPEN - {CaseState.RETURNED}


def relate(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, other: str, reason: str, now: datetime
) -> CaseFile:
    """Say that this case and another of the hub, by its reference, have to do with each other.

    Where that was said before, another reason is added to the one that was given.

    Raises:
        Incomplete: the `reason` is blank, or `other` is no other case of the hub.
    """
    there = _other(tx, hub, case_id, other, "other")
    held, other_held = _hold_both(tx, actor, hub, case_id, there.id, now)
    held.also_may(Action.RELATE)
    _require(reason)
    known = [each for each in held.file.links if (each.kind, each.other_id) == (LinkKind.RELATED, there.id)]
    if any(reason in link.reason for link in known):
        return held.file
    if known:
        tx.execute(_ADD_REASON, {"one": case_id, "another": there.id, "more": f"\n{reason}"})
    else:
        _link(held, there.id, LinkKind.RELATED, reason)
    other_held.finish("case.related", {"other": held.case.reference}, receipts=False, channel=False)
    return held.finish("case.related", {"other": there.reference}, receipts=False, channel=False)


def merge(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    seen: int,
    into: str,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Let this case go on in another of the hub, and return that one. Both references lead there from then on.

    Where one of them is restricted, the other becomes so, for those alone who could open both; a legal hold on this one
    holds the other; and the higher band counts.

    Raises:
        Stale: the case has moved since it was `seen`.
        Impossible: it cannot be merged from where it stands.
        NotAllowed: the actor may not do this to both.
        Incomplete: the `reason` is blank, or `into` is no other case of the hub that is being worked on.
    """
    there = _other(tx, hub, case_id, into, "into")
    old, survivor = _hold_both(tx, actor, hub, case_id, there.id, now, seen)
    _check(old, Move.MERGE)
    if survivor.case.state not in _TAKES_IN:
        raise Incomplete(("into",))
    survivor.also_may(Action.MERGE)
    _require(reason)
    carrying.onto(tx, old.file, survivor.file)
    _protect(survivor, old)
    _link(old, there.id, LinkKind.MERGED_INTO, reason)
    moves.record(old, directory, Move.MERGE, CaseState.MERGED, reason)
    _tell(old, "case.moved", {"move": Move.MERGE, "other": there.reference})
    requests.keep_quiet(survivor, directory)
    _tell(survivor, "case.taken_in", {"other": old.case.reference})
    requests.call_where_nobody_can_be_reached(tx, there.id, now)
    return _at_the_higher_band(survivor, old, directory, reason)


def transfer(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    seen: int,
    to_hub: str,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Hand this case to another hub, and return the one that it becomes there: with a number of its own, not yet accepted.

    Raises:
        Stale: the case has moved since it was `seen`.
        Impossible: it cannot be handed over from where it stands.
        Incomplete: the `reason` is blank, or `to_hub` is no other hub.
    """
    old = changing.hold(
        tx, actor=actor, hub=hub, case_id=case_id, action=Action.READ_CASE, now=now, seen=seen
    )
    _check(old, Move.TRANSFER)
    target = directory.hub(to_hub)
    if target is None or target.id == hub.id:
        raise Incomplete(("to_hub",))
    _require(reason)
    new = receive(old, target, directory)
    _link(old, new.case.id, LinkKind.TRANSFERRED_TO, reason)
    moves.record(old, directory, Move.TRANSFER, CaseState.TRANSFERRED, reason)
    told = {
        hub.id: lambda: _tell(old, "case.moved", {"move": Move.TRANSFER, "other": new.case.reference}),
        target.id: lambda: _tell(new, "case.received", {"other": old.case.reference}),
    }
    # Every audit chain makes others wait, too: the same order for everybody.
    for hub_id in sorted(told):
        told[hub_id]()
    return case_file(tx, new.case.id)


def _other(tx: sa.Connection, hub: Hub, case_id: int, reference: str, field: str) -> Case:
    found = viewing.find(tx, reference.strip().upper())
    if found is None or found.hub_id != hub.id or found.id == case_id or found.erased_at is not None:
        raise Incomplete((field,))
    return found


def _hold_both(
    tx: sa.Connection,
    actor: Actor,
    hub: Hub,
    case_id: int,
    other_id: int,
    now: datetime,
    seen: int | None = None,
) -> tuple[Held, Held]:
    held = {
        each: changing.hold(
            tx,
            actor=actor,
            hub=hub,
            case_id=each,
            action=Action.READ_CASE,
            now=now,
            seen=seen if each == case_id else None,
        )
        for each in sorted((case_id, other_id))
    }
    return held[case_id], held[other_id]


def _check(held: Held, move: Move) -> None:
    states.after(held.case.state, move)
    held.also_may(Action(move))


def _require(reason: str) -> None:
    if not reason.strip():
        raise Incomplete(("reason",))


def _link(held: Held, other_id: int, kind: LinkKind, reason: str) -> None:
    held.tx.execute(_ADD_LINK, held.signed(other_id=other_id, kind=kind, reason=reason))


def _tell(held: Held, action: str, detail: Mapping[str, Any]) -> None:
    held.finish(action, detail, receipts=True, channel=True)


def _protect(survivor: Held, old: Held) -> None:
    """What is merged is kept as safe as it was in either case."""
    if old.case.legal_hold:
        survivor.change(legal_hold=True)
    lists = [
        {(each.tenant, each.person): each for each in held.file.access}
        for held in (survivor, old)
        if held.case.restricted
    ]
    if lists:
        # By their ids: a name may have changed between the two lists.
        in_every_one = set.intersection(*map(set, lists))
        restricting.put(survivor, tuple(each for key, each in lists[0].items() if key in in_every_one))
        survivor.change(restricted=True)


def _at_the_higher_band(survivor: Held, old: Held, directory: Directory, reason: str) -> CaseFile:
    band, own = old.case.band, survivor.case.band
    if not band or (own and Band(own).rank >= Band(band).rank):
        return case_file(survivor.tx, survivor.case.id)
    return assessing.override(
        survivor.tx,
        directory=directory,
        actor=survivor.actor,
        hub=survivor.hub,
        case_id=survivor.case.id,
        band=band,
        reason=f"This was the band of {old.case.reference}, which was merged into this case: {reason}",
        now=survivor.now,
    )
