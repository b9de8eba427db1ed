"""Help from outside organisations: somebody is pointed there, and an agency of the hub asks how it went.

Nothing is ever sent to them: they get no case data, by any road.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing, tasks
from osara_store.case_file import CaseFile, Signpost
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, NotAllowed, NotFound
from osara_store.policy import Action, Reason
from osara_store.repeats import just_now
from osara_store.schema import Stage, signposts

KIND: Final = "signpost"  # the kind of entry that tells of one
_ADD: Final = sa.insert(signposts)


@dataclass(frozen=True)
class NewSignpost:
    """Where somebody is pointed and what for; who asks how it went (a name may be left out), and on which day of the hub."""

    agency_id: str
    reason: str
    chaser_agency_id: str
    chaser: str
    chase_on: date


def organisations(directory: Directory) -> list[str]:
    """Every organisation outside, whichever hub's neighbourhood it is in."""
    return [agency.id for agency in directory.agencies if agency.outside]


def add(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    signpost: NewSignpost,
    now: datetime,
) -> CaseFile:
    """Write down that somebody was pointed to an outside organisation; the same again within minutes is a repeat.

    Raises:
        Incomplete: it is no outside organisation, nobody says what for, who asks is no agency that may read the case, or the
            day has gone.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.POINT_OUTSIDE, now=now)
    _check(signpost, directory, hub, hub.today(now))
    if any(_as_new(known) == signpost and just_now(known.by, actor, now) for known in held.file.signposts):
        return held.file
    n = len(held.file.signposts) + 1
    row = held.signed(n=n, **asdict(signpost), chased_at=None, outcome="")
    tx.execute(_ADD, row)
    asks = ", ".join(filter(None, (signpost.chaser_agency_id, signpost.chaser)))
    said = (
        f"Signpost {n}: {signpost.agency_id}",
        signpost.reason,
        f"Asks how it went: {asks}, {tasks.in_words(signpost.chase_on)}",
    )
    enter(held, Stage.RESPONSE, KIND, "\n".join(said))
    return held.finish("case.signposted_outside", {"signpost": n}, receipts=False, channel=False)


def chased(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, outcome: str, now: datetime
) -> CaseFile:
    """Say how it went; once somebody has, it is settled.

    Raises:
        NotFound: there is no such signpost.
        NotAllowed: it is for another agency to ask, or somebody has asked already.
        Incomplete: nobody says how it went.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.READ_CASE, now=now)
    known = find(held.file, n)
    held.also_may(Action.CHASE_OWN if actor.agency.id == known.chaser_agency_id else Action.CHASE)
    if known.chased_at is not None:
        raise NotAllowed(Reason.NOT_NOW)
    if not outcome.strip():
        raise Incomplete(("outcome",))
    this = (signposts.c.case_id == case_id, signposts.c.n == n)
    tx.execute(sa.update(signposts).where(*this).values(chased_at=now, outcome=outcome))
    enter(held, Stage.ASSESSMENT, KIND, f"Signpost {n}: asked\n{outcome}")
    return held.finish("case.signpost_chased", {"signpost": n}, receipts=False, channel=False)


def find(file: CaseFile, n: int) -> Signpost:
    found = next((each for each in file.signposts if each.n == n), None)
    if found is None:
        raise NotFound
    return found


def _check(signpost: NewSignpost, directory: Directory, hub: Hub, today: date) -> None:
    right = {
        "agency_id": signpost.agency_id in organisations(directory),
        "reason": bool(signpost.reason.strip()),
        "chaser_agency_id": signpost.chaser_agency_id in tasks.agencies_on_offer(directory, hub, today),
        "chase_on": signpost.chase_on >= today,
    }
    if not all(right.values()):
        raise Incomplete(tuple(name for name, is_right in right.items() if not is_right))


def _as_new(known: Signpost) -> NewSignpost:
    return NewSignpost(known.agency_id, known.reason, known.chaser_agency_id, known.chaser, known.chase_on)
