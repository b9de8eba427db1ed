"""Which days are working days: Monday to Friday without the bank holidays of one part of the United Kingdom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

Nation = Literal["ENG", "NIR", "SCT", "WLS"]

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=256)
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - brings every country's holidays: a third of a second and 45 MB, at first use

    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))


@dataclass(frozen=True)
class WorkingDays:
    """The working days of one part of the United Kingdom, without its bank holidays and any further days off."""

    nation: Nation = "ENG"
    days_off: frozenset[date] = frozenset()

    @classmethod
    def of(cls, nation: Nation, days_off: Iterable[date]) -> "WorkingDays":
        return cls(nation, frozenset(days_off))

    def is_working_day(self, day: date) -> bool:
        return (
            day.weekday() < _SATURDAY
            and day not in self.days_off
            and day not in _bank_holidays(self.nation, day.year)
        )

    def add(self, day: date, days: int) -> date:
        """The working day that is so many working days after this one; with none, the day itself or the next.

        A day off is no start of its own: one working day after a Saturday is the Monday.

        Raises:
            ValueError: the number of days is negative.
        """
        if days < 0:
            raise ValueError("working days are counted forward only")
        found = day if days else self._working_day_from(day)
        for _ in range(days):
            found = self._working_day_from(found + _DAY)
        return found

    def _working_day_from(self, day: date) -> date:
        while not self.is_working_day(day):
            day += _DAY
        return day
