"""The clocks of a case: started with it, met by what somebody did, begun anew with another band, stopped when it rests.

A row of a clock is never taken back: what was replaced or stopped stays in the file, with the time at which it was.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from osara_store import changing, clock_rules
from osara_store.case_file import CaseClock, CaseFile
from osara_store.case_settings import ClockRules
from osara_store.changing import Held
from osara_store.clock_rules import FROM_THE_BAND, ClockKind, Running
from osara_store.contributing import enter
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete, Stale
from osara_store.instruments import Band
from osara_store.policy import Action
from osara_store.repeats import just_now
from osara_store.schema import CaseState, Instant, Stage, clocks

ENTRY: Final = "clock"  # the kind of entry that says how a clock was met

_ADD = sa.insert(clocks)
_THIS = sa.and_(clocks.c.case_id == sa.bindparam("this_case"), clocks.c.n == sa.bindparam("this_clock"))
_MEET = sa.update(clocks).where(_THIS).values(met_at=sa.bindparam("now", type_=Instant))
_REPLACE = sa.update(clocks).where(_THIS).values(replaced_at=sa.bindparam("now", type_=Instant))

# To which stage it belongs, how a clock was met.
_STAGE: Final = {
    ClockKind.INITIAL_ACTION: Stage.RESPONSE,
    ClockKind.INFORMATION: Stage.SCANNING,
    ClockKind.MEETING: Stage.ANALYSIS,
}


def start_risk_check(tx: sa.Connection, *, case_id: int, hub: Hub, rules: ClockRules, now: datetime) -> None:
    """Start the one clock that a new case has before its risk is assessed."""
    tx.execute(_ADD, _row(case_id, 1, _risk_check(hub, rules, now)))


def meet(
    tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, kind: ClockKind, note: str, now: datetime
) -> CaseFile:
    """Say that what this clock waits for was done, and what it was. The same again within minutes is only a repeat.

    Raises:
        Stale: no such clock is running any more.
        Incomplete: the note is blank; or it is the risk check, which only an assessment of the risk can meet.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.MEET_CLOCK, now=now)
    if kind is ClockKind.RISK_CHECK:
        raise Incomplete(("risk",))
    if not note.strip():
        raise Incomplete(("note",))
    running = _running_of(held.file, kind)
    if not running and _was_said(held, kind, note):
        return held.file
    if not running:
        raise Stale
    _each(held, _MEET, running)
    enter(held, _STAGE[kind], ENTRY, note)
    return held.finish("case.clock_met", {"clock": kind}, receipts=False, channel=True)


def follow(held: Held, band: Band, rules: ClockRules) -> None:
    """Let the clocks of a held case follow its band: start what never ran, and begin anew what runs by another band."""
    running = [clock for kind in FROM_THE_BAND for clock in _running_of(held.file, kind)]
    restarts = clock_rules.recompute(map(_as_rules_see_it, running), band, held.now, held.hub.zone, rules)
    anew = [Running(restart.kind, band, held.now, restart.new_due) for restart in restarts]
    replaced = {restart.kind for restart in restarts}
    _each(held, _REPLACE, [clock for clock in running if clock.kind in replaced])
    _add(held, [*anew, *_never_met(held, band, rules)])


def risk_checked(held: Held) -> None:
    """Note that the risk of a held case was assessed."""
    _each(held, _MEET, _running_of(held.file, ClockKind.RISK_CHECK))


def replies_are_in(held: Held) -> None:
    """Note that every partner who was asked has answered."""
    _each(held, _MEET, _running_of(held.file, ClockKind.INFORMATION))


def meeting_held(held: Held) -> None:
    """Note that the partners have met."""
    _each(held, _MEET, _running_of(held.file, ClockKind.MEETING))


def asking_is_over(held: Held) -> None:
    """The case goes on to scanning: the partners' replies are in; where nobody was asked, none are waited for."""
    statement = _MEET if held.case.state is CaseState.SHARING else _REPLACE
    _each(held, statement, _running_of(held.file, ClockKind.INFORMATION))


def stop(held: Held) -> None:
    """Stop every clock of a held case that waits for nothing any more, or for somebody outside the hub."""
    _each(held, _REPLACE, [clock for clock in held.file.clocks if clock.is_running])


def resume(held: Held, rules: ClockRules) -> None:
    """Start anew what was stopped while the case was with its referrer."""
    anew = [] if _settled(held.file, ClockKind.RISK_CHECK) else [_risk_check(held.hub, rules, held.now)]
    if held.case.band:
        anew += _never_met(held, Band(held.case.band), rules)
    _add(held, anew)


def _settled(file: CaseFile, kind: ClockKind) -> bool:
    """Whether such a clock runs or was met."""
    return any(clock.kind == kind and clock.replaced_at is None for clock in file.clocks)


def _never_met(held: Held, band: Band, rules: ClockRules) -> list[Running]:
    """The band's clocks that neither run nor were met."""
    every_one = clock_rules.start_all(band, held.now, held.hub.zone, rules)
    return [clock for clock in every_one if not _settled(held.file, clock.kind)]


def _risk_check(hub: Hub, rules: ClockRules, now: datetime) -> Running:
    kind = ClockKind.RISK_CHECK
    return Running(kind, None, now, clock_rules.due(kind, None, now, hub.zone, rules))


def _running_of(file: CaseFile, kind: ClockKind) -> list[CaseClock]:
    return [clock for clock in file.clocks if clock.is_running and clock.kind == kind]


def _was_said(held: Held, kind: ClockKind, note: str) -> bool:
    this = (ENTRY, _STAGE[kind], note)
    said = (entry for entry in held.file.entries if (entry.kind, entry.stage, entry.text) == this)
    return any(just_now(entry, held.actor, held.now) for entry in said)


def _as_rules_see_it(clock: CaseClock) -> Running:
    return Running(ClockKind(clock.kind), Band(clock.band), clock.started_at, clock.due_at)


def _each(held: Held, statement: sa.Update, of: Iterable[CaseClock]) -> None:
    rows = [{"this_case": held.case.id, "this_clock": clock.n, "now": held.now} for clock in of]
    if rows:
        held.tx.execute(statement, rows)


def _add(held: Held, started: Iterable[Running]) -> None:
    first = len(held.file.clocks) + 1
    rows = [_row(held.case.id, n, clock) for n, clock in enumerate(started, first)]
    if rows:
        held.tx.execute(_ADD, rows)


def _row(case_id: int, n: int, clock: Running) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "n": n,
        "kind": clock.kind,
        "band": clock.band or "",
        "started_at": clock.started_at,
        "due_at": clock.due_at,
    }
