"""The daily digest: one message a day to each person, at a time that they choose, and only if it says something new.

A run decides what is told and keeps that; the card is drawn when it is sent, from what waits then. What has been settled
meanwhile, or may not be shown any more, is left out of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from osara_store import (
    absences,
    agreements,
    changing,
    conversations,
    cover,
    local_time,
    nudges,
    outbox,
    quiet,
    retention_nudges,
    review_nudges,
    schedule,
    work_nudges,
)
from osara_store.case_file import by_reference
from osara_store.directory import Actor, Directory, Hub
from osara_store.instruments import Band
from osara_store.nudges import Nudge, Source, Step
from osara_store.outbox import Envelope, Kind, Service
from osara_store.outgoing import to_person
from osara_store.policy import Action
from osara_store.preferences import digest_time, hub_preferences, own_digest_times, person_preferences
from osara_store.schedule import Due, Occasion, Planner
from osara_store.schema import cases, information_requests
from osara_store.states import OPEN

# Where reminders come from. Each is asked about one person at a time.
SOURCES: Final[tuple[Source, ...]] = (
    work_nudges.nudges,
    review_nudges.nudges,
    agreements.nudges,
    cover.nudges,
    retention_nudges.nudges,
)

_REMINDED: Final = (
    sa.update(information_requests)
    .where(
        information_requests.c.case_id
        == sa.select(cases.c.id).where(cases.c.reference == sa.bindparam("named")).scalar_subquery(),
        information_requests.c.n == sa.bindparam("number"),
        information_requests.c.reminded_at.is_(None),
    )
    .values(reminded_at=sa.bindparam("now", type_=information_requests.c.reminded_at.type))
)
_PRESSING: Final = tuple(Step)
_IN_TIME: Final = timedelta(hours=1)
# Further ahead than anybody travels to try the bot out: only a clock that is wrong plans so.
_FURTHEST: Final = timedelta(days=366)


def home_hub(directory: Directory, actor: Actor) -> Hub | None:
    """The hub by whose settings somebody gets their digest: the first in the file that their agency serves."""
    return directory.hub(next(iter(actor.roles), ""))  # roles stand in the order of the file's hubs


# --- what waits ------------------------------------------------------------------------------------------------------


def waiting(connection: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> list[Nudge]:
    """Everything that somebody should hear of, told or not, the most urgent first; each matter once.

    While they are away it is nothing, and whoever stands in has theirs: of cases, as far as that person may read them.
    """
    found = _found(connection, directory, actor, now)
    return [nudge for nudge in found if _is_for(connection, directory, actor, nudge, now)]


def _found(connection: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> list[Nudge]:
    """The same, before it is asked of each case whether they may read it: most of it has been told long ago."""
    found: dict[str, Nudge] = {}
    for whose in _whose(connection, directory, actor, now):
        for nudge in _of(connection, directory, whose, now):
            own = nudge if whose == actor else replace(nudge, on_behalf_of=whose.name)
            # What is of no case is for no deputy: it belongs to a role.
            if own.reference or not own.on_behalf_of:
                known = found.get(own.matter)
                found[own.matter] = max(known, own, key=_how_pressing) if known else own
    return sorted(found.values(), key=urgency)


def urgency(nudge: Nudge) -> tuple[date, int, str, str, int]:
    """What sorts the soonest first, of one day the more serious, and what has no day last."""
    rank = Band(nudge.band).rank if nudge.band else -1
    return nudge.due_on or date.max, -rank, nudge.reference, nudge.kind, nudge.n


def _whose(connection: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> list[Actor]:
    """The actor and those in whose place they are; nobody while they are away."""
    hub = home_hub(directory, actor)
    if hub is None or absences.is_away(connection, actor, hub.today(now)):
        return []
    return [actor, *absences.covered_by(connection, directory, actor, hub.today(now))]


def _of(connection: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    for source in SOURCES:
        yield from source(connection, directory, actor, now)


def _is_for(
    connection: sa.Connection, directory: Directory, actor: Actor, nudge: Nudge, now: datetime
) -> bool:
    """What is about a case is for whoever may read it, while it goes on."""
    hub = directory.hub(nudge.hub_id)
    if hub is None or actor.role_in(hub) is None:
        return False
    if not nudge.reference:
        return True
    case = by_reference(connection, nudge.reference)
    if case is None or case.state not in OPEN:
        return False
    return changing.allowed(connection, case, actor, hub, Action.READ_CASE, now)


def _how_pressing(nudge: Nudge) -> tuple[int, bool]:
    """One's own before another's, where both wait for the same."""
    steps = [str(step) for step in _PRESSING]
    return steps.index(nudge.step) if nudge.step in steps else len(steps), not nudge.on_behalf_of


# --- telling it ------------------------------------------------------------------------------------------------------


def run(tx: sa.Connection, directory: Directory, due: Due, now: datetime) -> datetime | None:
    """Put somebody's digest into the outbox if there is something new in it; when the next is due.

    Whoever cannot be reached is told nothing, and hears of it all once they can be. None for who has left the directory.
    """
    actor = _whom(directory, due.subject)
    hub = home_hub(directory, actor) if actor else None
    if actor is None or hub is None:
        return None
    news = list(_news(tx, directory, actor, hub, now))
    if news:
        nudges.note(tx, actor, news, due.due_at)
        _note_reminders(tx, news, now)
        calm = _calm(tx, directory, hub, due, news, now)
        outbox.put(tx, [replace(_envelope(actor, due.due_at), not_before=calm)], now)
    return _next(tx, actor, hub, now)


def _calm(
    tx: sa.Connection, directory: Directory, hub: Hub, due: Due, news: Iterable[Nudge], now: datetime
) -> datetime:
    """When it may be sent: at the time that was chosen, whatever that is, or if it is made up for later, not in quiet hours."""
    is_in_time = now - due.due_at <= _IN_TIME
    if is_in_time or any(nudge.breaks_through for nudge in news):
        return now
    return quiet.not_before(tx, directory, hub, now)


def told_in(
    connection: sa.Connection, directory: Directory, actor: Actor, run_at: datetime, now: datetime
) -> list[Nudge]:
    """What the digest of that time tells, as far as it still waits for the actor and may be shown to them."""
    told = nudges.told_by(connection, actor, run_at)
    found = (nudge for nudge in _found(connection, directory, actor, now) if nudge.matter in told)
    return [nudge for nudge in found if _is_for(connection, directory, actor, nudge, now)]


def _news(tx: sa.Connection, directory: Directory, actor: Actor, hub: Hub, now: datetime) -> Iterator[Nudge]:
    ids = (actor.tenant, actor.object_id)
    if ids not in conversations.reachable(tx, [ids]):
        return
    wants_all = person_preferences(tx, *ids).digest == "all"
    is_day_off = _is_day_off(tx, directory, hub, now)
    for nudge in nudges.not_told(tx, actor, _found(tx, directory, actor, now)):
        is_wanted = (wants_all or nudge.urgent) and (nudge.breaks_through or not is_day_off)
        if is_wanted and _is_for(tx, directory, actor, nudge, now):
            yield nudge


def _is_day_off(tx: sa.Connection, directory: Directory, hub: Hub, now: datetime) -> bool:
    if hub_preferences(tx, hub).digest_days == "every":
        return False
    return not directory.clocks_of(hub).working_days.is_working_day(hub.today(now))


def _note_reminders(tx: sa.Connection, news: Iterable[Nudge], now: datetime) -> None:
    for nudge in news:
        if nudge.step == Step.REMINDER:
            tx.execute(_REMINDED, {"named": nudge.reference, "number": nudge.n, "now": now})


def _envelope(actor: Actor, run_at: datetime) -> Envelope:
    about = f"{actor.tenant}:{actor.object_id}"
    return Envelope(
        key=f"digest:{about}:{run_at.isoformat()}",
        lane=f"{Service.TEAMS}:digest:{about}",
        destination=to_person(actor.tenant, actor.object_id),
        kind=Kind.DIGEST,
        payload={"tenant": actor.tenant, "person": actor.object_id, "run": run_at.isoformat()},
    )


# --- when ------------------------------------------------------------------------------------------------------------


def planner(directory: Directory) -> Planner:
    """Sees to it that everybody of the directory whom the bot has met is to have a digest, and nobody else."""

    def plan(tx: sa.Connection, now: datetime) -> None:
        for subject in schedule.subjects(tx, Occasion.DIGEST):
            actor = _whom(directory, subject)
            if actor is None or home_hub(directory, actor) is None:
                schedule.cancel(tx, Occasion.DIGEST, subject)
        # One that is further ahead was planned while the clock had run ahead.
        planned = schedule.subjects_by(tx, Occasion.DIGEST, now + _FURTHEST)
        for hub_id, people in _at_home(directory).items():
            fresh = _met(tx, [each for each in people if _subject(each) not in planned])
            hub = directory.hub(hub_id)
            if hub is not None:
                schedule.plan_all(tx, _dues(tx, hub, fresh, now))

    return plan


def plan_person(tx: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> None:
    """Plan somebody's digest anew: they want it at another time."""
    hub = home_hub(directory, actor)
    if hub is not None:
        schedule.plan_all(tx, _dues(tx, hub, [actor], now))


def plan_hub(tx: sa.Connection, directory: Directory, hub: Hub, now: datetime) -> None:
    """Plan the digests anew of everybody who gets theirs at the hub's time: that has changed."""
    own = own_digest_times(tx)
    others = [each for each in _met(tx, _at_home(directory)[hub.id]) if _ids(each) not in own]
    schedule.plan_all(tx, _dues(tx, hub, others, now))


def _at_home(directory: Directory) -> Mapping[str, list[Actor]]:
    """Everybody by their home hub: one pass over the people, of whom a county has thousands."""
    found: dict[str, list[Actor]] = {hub.id: [] for hub in directory.hubs}
    for person in directory.people:
        actor = directory.actor(person.tenant, person.id)
        hub = home_hub(directory, actor) if actor else None
        if actor is not None and hub is not None:
            found[hub.id].append(actor)
    return found


def _met(tx: sa.Connection, people: list[Actor]) -> list[Actor]:
    reachable = conversations.reachable(tx, [(each.tenant, each.object_id) for each in people])
    return [each for each in people if (each.tenant, each.object_id) in reachable]


def _dues(tx: sa.Connection, hub: Hub, people: list[Actor], now: datetime) -> list[Due]:
    """The next digest of each; of a county's thousands as quickly as of one, for everybody else waits meanwhile."""
    own, usual = own_digest_times(tx), hub_preferences(tx, hub).digest_at
    at = {hour: local_time.next_at(now, hour, hub.zone) for hour in {usual, *own.values()}}
    return [Due(Occasion.DIGEST, _subject(each), at[own.get(_ids(each), usual)]) for each in people]


def _next(tx: sa.Connection, actor: Actor, hub: Hub, now: datetime) -> datetime:
    """Every day, because what breaks through comes on days off, too."""
    return local_time.next_at(now, digest_time(tx, actor, hub), hub.zone)


def _ids(actor: Actor) -> tuple[str, str]:
    return actor.tenant, actor.object_id


def _subject(actor: Actor) -> str:
    return f"{actor.tenant}:{actor.object_id}"


def _whom(directory: Directory, subject: str) -> Actor | None:
    tenant, _, person = subject.partition(":")
    return directory.actor(tenant, person)
