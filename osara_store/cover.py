"""What a manager sees of who is away, lost, or has handed over, and of what waits in whose name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from osara_store import absences, handing_over, lost_people, owned
from osara_store.absences import Absence
from osara_store.directory import Actor, Directory, Hub
from osara_store.handing_over import Handover
from osara_store.lost_people import Owner, Why
from osara_store.nudges import Nudge, Step
from osara_store.policy import Action, may

SHOWN_FOR: Final = timedelta(days=14)  # what was handed over
# Kinds of nudge.
LOST: Final = "lost"
UNCOVERED: Final = "uncovered"


@dataclass(frozen=True)
class Line:
    """One person of the hub.

    `waiting` things are in their name; `why` nothing reaches them, None where it does or somebody stands in (`deputy`).
    """

    owner: Owner
    why: Why | None
    waiting: int
    absence: Absence | None
    deputy: Actor | None
    handover: Handover | None
    is_known: bool = True  # to the directory, in that agency

    @property
    def is_in_trouble(self) -> bool:
        return self.why is not None and self.waiting > 0


def lines(
    connection: sa.Connection,
    directory: Directory,
    viewer: Actor,
    hub: Hub,
    now: datetime,
    called: str = "",
) -> list[Line]:
    """Everybody of the hub who is away, has handed over, or in whose name something waits that does not reach them.

    With `called`, instead everybody in whose name that stands.

    As the viewer may see it: of a restricted case on whose list they are not, nothing is counted. The worst first.
    """
    view = _View(
        connection,
        directory,
        hub,
        now,
        owned.Index(owned.pieces(connection, directory, hub, viewer)),
        {(each.tenant, each.person): each for each in absences.away_on(connection, hub.today(now))},
        {_key(each.leaver): each for each in _recent(connection, hub, now)},
    )
    everybody = (_line(view, owner) for owner in _owners(connection, directory, hub))
    wanted = lost_people.in_one_spelling(called)
    if wanted:
        shown = [line for line in everybody if wanted in lost_people.in_one_spelling(line.owner.name)]
    else:
        shown = [line for line in everybody if line.is_in_trouble or line.absence or line.handover]
    return sorted(shown, key=_urgency)


def nudges(connection: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    """What the managers among us should hear of: people whom nothing reaches while something waits in their name.

    Somebody in whose place another is being put is no trouble any more.
    """
    for hub in directory.hubs_of(actor):
        if may(actor, Action.SEE_COVER, hub, on=hub.today(now)).allowed:
            for line in lines(connection, directory, actor, hub, now):
                if line.is_in_trouble and not (line.handover and line.handover.is_going_on):
                    yield _nudge(hub, line)


def _nudge(hub: Hub, line: Line) -> Nudge:
    """Each absence is told of anew; and who never met the bot and then leaves, or comes and goes, is told of as having left."""
    is_away = line.why is Why.AWAY and line.absence is not None
    which = line.absence.first_day.isoformat() if is_away and line.absence else line.why
    return Nudge(
        subject=f"{UNCOVERED if is_away else LOST}:{hub.id}:{':'.join(_key(line.owner))}:{which}",
        step=Step.NEW,
        kind=UNCOVERED if is_away else LOST,
        hub_id=hub.id,
        reference="",
        category="",
        band="",
        n=line.waiting,
        what=line.owner.name,
        due_on=None,
        urgent=False,
    )


@dataclass(frozen=True)
class _View:
    """All that the lines of one hub are made of."""

    connection: sa.Connection
    directory: Directory
    hub: Hub
    now: datetime
    found: owned.Index
    away: Mapping[owned.Ids, Absence]
    handed: Mapping[tuple[str, str, str], Handover]


def _line(view: _View, owner: Owner) -> Line:
    absence, deputy = view.away.get(owner.ids), None
    waiting = sum(piece.waits for piece in view.found.of(owner))
    why = lost_people.why_lost(view.connection, view.directory, owner) if waiting else None
    actor = view.directory.actor(*owner.ids)
    if absence is not None and actor is not None and why is not Why.LEFT:
        on = view.hub.today(view.now)
        here = absences.stand_in(view.connection, view.directory, actor, view.hub, on)
        deputy = here if here is not actor else None
        why = None if deputy else Why.AWAY
    is_known = actor is not None and actor.agency.id == owner.agency_id
    return Line(owner, why, waiting, absence, deputy, view.handed.get(_key(owner)), is_known)


def _urgency(line: Line) -> tuple[int, int, str]:
    rank = list(Why).index(line.why) if line.why and line.waiting else len(Why)
    return rank, -line.waiting, line.owner.name


def _recent(connection: sa.Connection, hub: Hub, now: datetime) -> Iterator[Handover]:
    """Hand-overs under way, stopped, or done not long ago."""
    for each in handing_over.of_hub(connection, hub.id):
        if each.done_at is None or now - each.done_at < SHOWN_FOR:
            yield each


def _key(owner: Owner) -> tuple[str, str, str]:
    return (*owner.ids, owner.agency_id)


def _owners(connection: sa.Connection, directory: Directory, hub: Hub) -> Iterator[Owner]:
    for actor in directory.people_of(hub):
        yield Owner(actor.tenant, actor.object_id, actor.agency.id, actor.name)
    yield from lost_people.gone(connection, hub.agencies)
