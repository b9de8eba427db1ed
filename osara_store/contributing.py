"""How something said is entered into a case file, and how whoever brought something stays told."""

from typing import Final

import sqlalchemy as sa

from osara_store import outbox, outgoing
from osara_store.changing import Held
from osara_store.schema import Stage, contributors, entries

_ADD_ENTRY: Final = sa.insert(entries)
_ADD_CONTRIBUTOR: Final = sa.insert(contributors)


def enter(held: Held, stage: Stage, kind: str, text: str, grade: str = "") -> int:
    """Write an entry of the present cycle and return its number.

    Numbered on from what the file held when it was taken in hand, so a command enters one thing.
    """
    n = len(held.file.entries) + 1
    row = held.signed(n=n, stage=stage, kind=kind, text=text, cycle=held.case.cycle, grade=grade)
    row["agency_id"] = row.pop("author_agency_id")
    held.tx.execute(_ADD_ENTRY, row)
    return n


def welcome(held: Held) -> None:
    """Make the actor a contributor, with a receipt of their own, unless they are one or are the referrer."""
    case, actor = held.case, held.actor
    known = {(each.tenant, each.person) for each in held.file.contributors}
    if (actor.tenant, actor.object_id) in known | {(case.referrer_tenant, case.referrer_id)}:
        return
    row = {
        "case_id": case.id,
        "tenant": actor.tenant,
        "person": actor.object_id,
        "name": actor.name,
        "agency_id": actor.agency.id,
        "since": held.now,
    }
    held.tx.execute(_ADD_CONTRIBUTOR, row)
    receipt = outgoing.receipt(case, actor.tenant, actor.object_id, str(case.version))
    outbox.put(held.tx, [receipt], held.now)
