"""A case as a document: sections of lines for whatever will show them, and the words for what the file holds as ids.

Nothing here is escaped: who shows a text knows what it has to be made safe for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cards import dates, texts_export
from osara_store.case_file import Answer, By, Case, CaseFile
from osara_store.directory import Directory, Hub
from osara_store.instruments import RiskSettings


@dataclass(frozen=True)
class Line:
    """Something that is said. `by` is who wrote it and when; `about` is more to know of it, such as how sure it is.

    The lines `under` it belong to it.
    """

    label: str
    text: str = ""
    by: str = ""
    about: str = ""
    under: tuple["Line", ...] = ()

    @property
    def lead(self) -> str:
        """The label as it stands right before the text."""
        return self.label if self.label.endswith("?") else f"{self.label}:"

    def beside(self, by: str) -> tuple[str, ...]:
        """What is to be said beside the text where it was said before who wrote most."""
        return tuple(filter(None, (self.about, self.by if self.by != by else "")))


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]

    @cached_property
    def by(self) -> str:
        """Who wrote most of it, to be said once; empty where nobody wrote more than a line."""
        counted = Counter(line.by for line in self.lines if line.by)
        [(by, lines)] = counted.most_common(1) or [("", 0)]
        return by if lines > 1 else ""


@dataclass(frozen=True)
class Document:
    """Marking and reference belong on every page or part of it; `notices` come before everything else."""

    marking: str
    reference: str
    title: str
    as_of: str
    notices: tuple[str, ...]
    facts: tuple[Line, ...]
    sections: tuple[Section, ...]


def filled(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that say anything."""
    return tuple(line for line in lines if line.text or line.under)


@dataclass(frozen=True)
class Source:
    """A case file with what its ids mean. `now` is UTC; days and times come out in the zone of the case's hub."""

    file: CaseFile
    directory: Directory
    now: datetime

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def has_one_cycle(self) -> bool:
        return self.case.cycle == 1

    @cached_property
    def hub(self) -> Hub | None:
        """None if it has left the configuration."""
        return self.directory.hub(self.case.hub_id)

    @property
    def hub_name(self) -> str:
        return self.hub.name if self.hub else self.case.hub_id

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.hub.zone if self.hub else ZoneInfo(self.directory.timezone)

    @property
    def risk(self) -> RiskSettings:
        return self.directory.risk_of(self.hub) if self.hub else self.directory.risk

    def agency(self, agency_id: str) -> str:
        agency = self.directory.agency(agency_id)
        return agency.name if agency else agency_id

    def category(self, category_id: str) -> str:
        category = self.directory.category(category_id)
        return category.name if category else category_id

    def power(self, power_id: str) -> str:
        power = self.directory.power(power_id)
        return power.name if power else power_id

    def day(self, at: datetime | date | None) -> str:
        """The day, of a moment the hub's; empty where there is none."""
        if at is None:
            return ""
        return dates.day(at.astimezone(self.zone).date() if isinstance(at, datetime) else at)

    def moment(self, at: datetime) -> str:
        return dates.moment(at, self.zone)

    def signed(self, by: By) -> str:
        return texts_export.by(by.author_name, self.agency(by.author_agency_id), self.day(by.at))

    def waiting(self, cycle: int, field: str) -> tuple[Answer, ...]:
        """What was written in a field beside the answer that stands, and that nobody has chosen about, in any cycle."""
        standing = self.file.standing.get((cycle, field))
        newest = standing.n if standing else 0
        return tuple(
            each
            for each in self.file.answers
            if (each.cycle, each.field) == (cycle, field) and not each.standing and each.n > newest
        )
