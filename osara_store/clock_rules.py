"""When things are due, from the band of a case and the working days of its hub. Rules only; nothing is kept here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from osara_store.case_settings import ClockRules
from osara_store.instruments import Band


class ClockKind(StrEnum):
    RISK_CHECK = "risk_check"  # runs from the submission, before there is a band
    INITIAL_ACTION = "initial_action"
    INFORMATION = "information"
    MEETING = "meeting"


FROM_THE_BAND: Final = (ClockKind.INITIAL_ACTION, ClockKind.INFORMATION, ClockKind.MEETING)


@dataclass(frozen=True)
class Running:
    """A clock of a case, with aware UTC times. Only the risk check has no band."""

    kind: ClockKind
    band: Band | None
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None


@dataclass(frozen=True)
class Restart:
    """A clock that begins anew with a re-assessment."""

    kind: ClockKind
    old_due: datetime
    new_due: datetime


def due(kind: ClockKind, band: Band | None, start: datetime, zone: ZoneInfo, rules: ClockRules) -> datetime:
    """When a clock that starts then is due, in UTC: at the end of a working day in the hub's zone.

    The day of the start does not count. What comes in after the end of the working day, or on a day off, is taken as
    come in on the next working day: with one day allowed, Friday evening and Sunday are both due at the end of Tuesday.
    Midday on Friday is due at the end of Monday.

    Raises:
        ValueError: every kind but the risk check needs a band.
    """
    days = rules.working_days
    begun = days.add(_day_of_start(start, zone, rules), 0)
    last = days.add(begun, _days_allowed(kind, band, rules))
    return datetime.combine(last, rules.end_of_day, zone).astimezone(UTC)


def start_all(band: Band, at: datetime, zone: ZoneInfo, rules: ClockRules) -> list[Running]:
    """The clocks that a first assessment starts."""
    return [Running(kind, band, at, due(kind, band, at, zone, rules)) for kind in FROM_THE_BAND]


def recompute(
    running: Iterable[Running], band: Band, at: datetime, zone: ZoneInfo, rules: ClockRules
) -> list[Restart]:
    """The clocks that a re-assessment to this band starts anew.

    What was met stays met, and the same band changes nothing. A higher band never puts off what was due before.
    """
    restarts = []
    for clock in running:
        if clock.met_at is not None or clock.band is None or clock.band is band:
            continue
        anew = due(clock.kind, band, at, zone, rules)
        is_raised = band.rank > clock.band.rank
        restarts.append(Restart(clock.kind, clock.due_at, min(anew, clock.due_at) if is_raised else anew))
    return restarts


def _days_allowed(kind: ClockKind, band: Band | None, rules: ClockRules) -> int:
    if kind is ClockKind.RISK_CHECK:
        return rules.risk_check
    if band is None:
        raise ValueError(f"{kind} needs a band")
    allowed = rules.of(band)
    return {
        ClockKind.INITIAL_ACTION: allowed.initial_action,
        ClockKind.INFORMATION: allowed.information,
        ClockKind.MEETING: allowed.meeting,
    }[kind]


def _day_of_start(start: datetime, zone: ZoneInfo, rules: ClockRules) -> date:
    """The hub's day, or the one after it once the working day has ended."""
    local = start.astimezone(zone)
    return local.date() + timedelta(days=local.time() > rules.end_of_day)
