"""An invented hub, its neighbour, and people of every kind.

What each of them is stands here in plain words. The hubs file that the bot reads is made from it, and the table of who may do
what (`rules`) is asked about it: what the bot makes of the file is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from osara_store.directory import Directory
from tests.unit.bot.activities import CHANNEL, TEAM, TENANT

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG: Final = date(2090, 3, 31)  # later than any example gets
MARKING: Final = "OFFICIAL-SENSITIVE"
CHANNELS: Final[Mapping[str, str]] = {"ALL": CHANNEL, "CAR": "19:carlisle-referrals@thread.tacv2"}
# One of them has nobody look for times: they are typed.
MAILBOXES: Final[Mapping[str, str | None]] = {"ALL": "allerdale@hubs.example", "CAR": None}
TEAMS: Final[Mapping[str, str]] = {"ALL": TEAM, "CAR": "19:carlisle-team@thread.tacv2"}


@dataclass(frozen=True)
class Agency:
    id: str
    name: str
    sector: str
    hubs: tuple[str, ...]
    agreed_until: date | None = LONG
    outside: bool = False


AGENCIES: Final = {
    agency.id: agency
    for agency in (
        Agency("homes", "Northshore Homes", "housing", ("ALL",)),
        Agency("police", "Cumbria Police", "police", ("ALL", "CAR")),
        Agency("council", "Allerdale Council", "council", ("ALL",)),
        Agency("college", "Lakes College", "education", ("ALL",), agreed_until=date(2026, 6, 30)),
        Agency("unsigned", "Fellside Youth", "charity", ("ALL",), agreed_until=None),
        Agency("border", "Border Homes", "housing", ("CAR",)),
        Agency("kitchen", "Open Kitchen", "charity", ("ALL",), outside=True),
    )
}


@dataclass(frozen=True)
class Someone:
    """A person; `roles` are what they are beyond a partner, by hub. A stranger is of no agency that the file knows."""

    n: int
    name: str
    agency: str
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        return f"00000000-0000-4000-8000-{self.n:012d}"

    @property
    def works_for(self) -> Agency | None:
        return AGENCIES.get(self.agency)

    def serves(self, hub_id: str) -> bool:
        return self.works_for is not None and hub_id in self.works_for.hubs

    def is_agreed(self, on: date) -> bool:
        agency = self.works_for
        return agency is not None and agency.agreed_until is not None and on <= agency.agreed_until

    def __repr__(self) -> str:
        return self.name


# Priya refers and leads, Sue is her colleague; Ian is a partner. Amy's agreement runs out, Mark's agency never signed one.
# Nora runs the hub next door, which the police serve as well.
PRIYA: Final = Someone(1, "Priya Raman", "homes")
TOM: Final = Someone(2, "Tom Airey", "police", {"ALL": "coordinator"})
SUE: Final = Someone(3, "Sue Bell", "homes")
MARK: Final = Someone(4, "Mark Dunne", "unsigned")
AMY: Final = Someone(5, "Amy Stone", "college")
HELEN: Final = Someone(6, "Helen Ashby", "council", {"ALL": "manager"})
RUTH: Final = Someone(7, "Ruth Lowther", "police", {"ALL": "inspector"})
IAN: Final = Someone(8, "Ian Petrie", "council")
NORA: Final = Someone(9, "Nora Graham", "border", {"CAR": "manager"})
STRANGER: Final = Someone(99, "Zoe Nobody", "")
EVERYBODY: Final = (TOM, PRIYA, HELEN, IAN, SUE, AMY, MARK, RUTH, NORA, STRANGER)


def _agency(agency: Agency) -> dict[str, Any]:
    known: dict[str, Any] = {"id": agency.id, "name": agency.name, "sector": agency.sector}
    known |= {"outside": True} if agency.outside else {}
    if agency.agreed_until is None:
        return known
    signed = {"version": "2026.1", "signed": "2026-01-12", "expires": agency.agreed_until.isoformat()}
    return {**known, "agreement": signed}


def _hub(hub_id: str, name: str) -> dict[str, Any]:
    agencies = [agency.id for agency in AGENCIES.values() if hub_id in agency.hubs]
    about = {"id": hub_id, "name": name, "team": TEAMS[hub_id], "channel": CHANNELS[hub_id]}
    return {**about, "mailbox": MAILBOXES[hub_id], "agencies": agencies}


def _person(someone: Someone) -> dict[str, Any]:
    upn = f"{someone.name.split()[0].lower()}@hubs.example"
    about = {"id": someone.id, "name": someone.name, "upn": upn, "agency": someone.agency}
    return {**about, "roles": dict(someone.roles)}


DIRECTORY: Final = Directory.model_validate(
    {
        "name": "Cumbria Local Focus Hubs",
        "timezone": "Europe/London",
        "marking": MARKING,
        "safeguarding": "Call 0300 000 0000.",
        "tenants": [{"id": TENANT, "name": "Cumbria hubs", "domain": "hubs.example"}],
        "categories": [{"id": "noise", "name": "Noise"}, {"id": "nuisance", "name": "Nuisance"}],
        "agencies": [_agency(agency) for agency in AGENCIES.values()],
        "hubs": [_hub("ALL", "Allerdale"), _hub("CAR", "Carlisle")],
        "people": [_person(someone) for someone in EVERYBODY if someone.works_for],
    }
)
