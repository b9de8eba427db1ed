"""What people should have been asked, reckoned without the product's own calendar; and what their clients show."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

from tests.driver import texts_in

LONDON: Final = ZoneInfo("Europe/London")
ASKED_AT: Final = time(9)  # as the demo's hubs have it
_DAYS_OFF: Final = holidays.country_holidays("GB", subdiv="ENG")
_REFERENCE: Final = r"[A-Z]{3}-\d{4}-\d{4,}"
_ONE: Final = re.compile(rf"({_REFERENCE}): monthly review")
_SEVERAL: Final = re.compile(r".* monthly reviews?")
_MORE: Final = re.compile(r"And (\d+) more under ")
_SUMMARY: Final = re.compile(r".* hub: last month's reviews")
_MONTH: Final = re.compile(r"Reviews that came due in (\w+ \d{4}), ")


@dataclass(frozen=True)
class Accepted:
    """A case whose months begin on that day, which every month has."""

    reference: str
    hub: str
    on: date


@dataclass(frozen=True)
class Prompt:
    """A message about some reviews, as a client shows it: which it names, and how many more it tells of."""

    references: frozenset[str]
    count: int


def visits(rng: Any, first: date, last: date) -> list[datetime]:
    """Moments of the day at which the clock is moved to: never a month apart, so that no review is missed."""
    found, day = [], first
    while day < last:
        day = min(day + timedelta(days=rng.randint(10, 24)), last)
        found.append(datetime.combine(day, time(rng.randint(10, 17), rng.randint(0, 59)), LONDON))
    return found


def expected(cases: Iterable[Accepted], moments: Sequence[datetime]) -> list[Prompt]:
    """What somebody who is asked about all of these cases is asked, a message a day."""
    found = []
    for before, now in zip([None, *moments[:-1]], moments, strict=True):
        due = frozenset(case.reference for case in cases if _comes_due(case, before, now))
        if due:
            found.append(Prompt(due, len(due)))
    return found


def months_summed_up(cases: Iterable[Accepted], last: datetime) -> Counter[str]:
    """The months of which a manager of these cases is told, once each: those that are over, if anything came due."""
    days = {due_on(case.on, n) for case in cases for n in range(1, _months(case.on, last.date()) + 2)}
    over = {day for day in days if _told_at(day) <= last}
    return Counter({f"{day:%B %Y}" for day in over})


def due_on(accepted: date, n: int) -> date:
    return _working(accepted + relativedelta(months=n))


def _working(day: date) -> date:
    while day.weekday() > 4 or day in _DAYS_OFF:
        day += timedelta(days=1)
    return day


def _told_at(day: date) -> datetime:
    """When a month's summary is due: at the first working day of the next."""
    return datetime.combine(_working(day.replace(day=1) + relativedelta(months=1)), ASKED_AT, LONDON)


def _comes_due(case: Accepted, before: datetime | None, now: datetime) -> bool:
    for n in range(1, _months(case.on, now.date()) + 2):
        at = datetime.combine(due_on(case.on, n), ASKED_AT, LONDON)
        if at <= now and (before is None or at > before):
            return True
    return False


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


# --- what clients show -----------------------------------------------------------------------------------------------


def prompts(messages: Iterable[dict[str, Any]]) -> list[Prompt]:
    """The messages of a chat that ask for reviews, oldest first."""
    found = []
    for message in sorted(messages, key=lambda each: int(each["id"])):
        summary, shown = message["summary"] or "", texts_in(message["card"]).replace("\\", "")
        if one := _ONE.fullmatch(summary):
            found.append(Prompt(frozenset(one.groups()), 1))
        elif _SEVERAL.fullmatch(summary):
            named = frozenset(re.findall(rf"^\*\*({_REFERENCE})\*\*$", shown, re.MULTILINE))
            found.append(Prompt(named, len(named) + sum(map(int, _MORE.findall(shown)))))
    return found


def summaries(messages: Iterable[dict[str, Any]]) -> Counter[str]:
    """Of which months a chat tells how the reviews went."""
    told = [texts_in(each["card"]) for each in messages if _SUMMARY.fullmatch(each["summary"] or "")]
    return Counter(month for text in told for month in _MONTH.findall(text))
