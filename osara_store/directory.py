"""Who is who: the hubs, agencies and people of hubs.yaml.

Checks that look across the file (ids used twice, names that lead nowhere) report every fault at once, each with the
path of its key, so that a reader of the file can be told the line.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from osara_store.case_settings import (
    CaseReviewRules,
    ClockRules,
    HubSettings,
    Power,
    Powers,
    RetentionRules,
    TaskTemplate,
    hubs_over_the_file,
    usual_tasks,
)
from osara_store.hub_preferences import HubPreferences
from osara_store.instruments import RiskSettings, instrument_faults
from osara_store.setting import Fault, Name, Sector, Setting, Slug, refuse, used_twice


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError("this must be an id such as 00000000-0000-4000-8000-000000000001") from None


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(f"{text!r} is not a time zone; write one such as Europe/London")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s;,<>]+@[^@\s;,<>]+", text):
        raise ValueError(f"{text!r} is not a mail address; write one such as hub@council.example")
    return text


Guid = Annotated[str, AfterValidator(_guid)]
HubId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}$")]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]


class Role(StrEnum):
    PARTNER = "partner"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    INSPECTOR = "inspector"


class Tenant(Setting):
    id: Guid
    name: Name
    domain: Name


class Category(Setting):
    """What a case can be about. Agencies of the sectors to `ask` are proposed first when the hub asks its partners."""

    id: Slug
    name: Name
    ask: tuple[Sector, ...] = ()
    tasks: tuple[TaskTemplate, ...] | None = None  # None: what is built in


class Agreement(Setting):
    """An information-sharing agreement as signed by one agency."""

    version: Name
    signed: date
    expires: date

    @field_validator("expires")
    @classmethod
    def _after_signing(cls, expires: date, info: ValidationInfo) -> date:
        if expires < info.data.get("signed", expires):
            raise ValueError("the agreement expires before it was signed")
        return expires

    def in_date(self, on: date) -> bool:
        return self.signed <= on <= self.expires


class Agency(Setting):
    """A partner. What the hub asks of it goes to its `contact`, or to the `deputy` where the contact cannot be reached."""

    id: Slug
    name: Name
    sector: Sector
    agreement: Agreement | None = None
    outside: bool = False
    contact: Guid | None = None
    deputy: Guid | None = None

    def may_receive(self, on: date) -> bool:
        """Whether case data may be shared with this agency on that day."""
        return not self.outside and self.agreement is not None and self.agreement.in_date(on)


class Hub(HubSettings):
    id: HubId
    name: Name
    team: Name
    channel: Name
    mailbox: Address | None = None  # whose calendar has the case meetings; without one nobody is invited
    agencies: tuple[Slug, ...] = Field(min_length=1)
    timezone: Zone = ""  # the file's own zone, unless the hub names another

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()


class Person(Setting):
    id: Guid
    name: Name
    upn: Name
    agency: Slug
    tenant: Guid = ""  # the file's first tenant, unless the person belongs to another
    roles: dict[HubId, Literal[Role.COORDINATOR, Role.MANAGER, Role.INSPECTOR]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Actor:
    """A person whom the directory knows, with what they are in each hub their agency serves."""

    tenant: str
    object_id: str
    name: str
    agency: Agency
    roles: Mapping[str, Role]

    def role_in(self, hub: Hub) -> Role | None:
        return self.roles.get(hub.id)


@dataclass(frozen=True)
class Readers:
    """How many agencies and people will be able to read a referral."""

    agencies: int
    people: int


class Directory(Setting):
    name: Name
    timezone: Zone
    marking: Name
    safeguarding: Name
    tenants: tuple[Tenant, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = Field(min_length=1)
    agencies: tuple[Agency, ...] = Field(min_length=1)
    notices: HubPreferences = HubPreferences()
    hubs: tuple[Hub, ...] = Field(min_length=1)
    people: tuple[Person, ...] = ()
    risk: RiskSettings = RiskSettings()
    powers: Powers = Field(default=(), validate_default=True)
    clocks: ClockRules = ClockRules()
    case_review: CaseReviewRules = CaseReviewRules()
    retention: RetentionRules = RetentionRules()

    @model_validator(mode="before")
    @classmethod
    def _hubs_have_the_rest_from_the_file(cls, file: object) -> object:
        return hubs_over_the_file(file)

    @field_validator("hubs")
    @classmethod
    def _hubs_keep_the_files_time(cls, hubs: tuple[Hub, ...], info: ValidationInfo) -> tuple[Hub, ...]:
        zone = info.data.get("timezone", "")
        return tuple(hub if hub.timezone else hub.model_copy(update={"timezone": zone}) for hub in hubs)

    @field_validator("hubs")
    @classmethod
    def _hubs_keep_the_files_notices(cls, hubs: tuple[Hub, ...], info: ValidationInfo) -> tuple[Hub, ...]:
        notices = info.data.get("notices")
        return tuple(hub if hub.notices else hub.model_copy(update={"notices": notices}) for hub in hubs)

    @field_validator("people")
    @classmethod
    def _people_are_of_the_first_tenant(
        cls, people: tuple[Person, ...], info: ValidationInfo
    ) -> tuple[Person, ...]:
        tenants = info.data.get("tenants")
        home = tenants[0].id if tenants else ""
        return tuple(
            person if person.tenant else person.model_copy(update={"tenant": home}) for person in people
        )

    @model_validator(mode="after")
    def _everything_named_exists(self) -> Self:
        refuse(self, _faults(self))
        return self

    @cached_property
    def _agencies(self) -> Mapping[str, Agency]:
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return {category.id: category for category in self.categories}

    @cached_property
    def _powers(self) -> Mapping[str, Power]:
        return {power.id: power for power in self.powers}

    @cached_property
    def _hubs(self) -> Mapping[str, Hub]:
        return {hub.id: hub for hub in self.hubs}

    @cached_property
    def _hubs_by_channel(self) -> Mapping[str, Hub]:
        return {hub.channel: hub for hub in self.hubs}

    @cached_property
    def _actors(self) -> Mapping[tuple[str, str], Actor]:
        return {(person.tenant, person.id): self._as_actor(person) for person in self.people}

    @cached_property
    def _addresses(self) -> Mapping[tuple[str, str], str]:
        return {(person.tenant, person.id): person.upn for person in self.people}

    def _as_actor(self, person: Person) -> Actor:
        serving = (hub.id for hub in self.hubs if person.agency in hub.agencies)
        roles = {hub_id: Role(person.roles.get(hub_id, Role.PARTNER)) for hub_id in serving}
        return Actor(person.tenant, person.id, person.name, self._agencies[person.agency], roles)

    def actor(self, tenant: str, object_id: str) -> Actor | None:
        return self._actors.get((tenant.lower(), object_id.lower()))

    def agency(self, agency_id: str) -> Agency | None:
        return self._agencies.get(agency_id)

    def category(self, category_id: str) -> Category | None:
        return self._categories.get(category_id)

    def usual_tasks_of(self, category_id: str) -> tuple[TaskTemplate, ...]:
        """What usually helps with this kind of problem."""
        category = self.category(category_id)
        own = category.tasks if category else None
        return usual_tasks(category_id) if own is None else own

    def power(self, power_id: str) -> Power | None:
        return self._powers.get(power_id)

    def is_enforcement(self, power_id: str) -> bool:
        """Whether a power is one of enforcement; what has left the configuration is none."""
        power = self.power(power_id)
        return power is not None and power.kind == "enforcement"

    def hub(self, hub_id: str) -> Hub | None:
        return self._hubs.get(hub_id)

    def address_of(self, actor: Actor) -> str:
        """Where somebody gets mail and has a calendar."""
        return self._addresses[(actor.tenant, actor.object_id)]

    def hub_of_channel(self, channel_id: str) -> Hub | None:
        return self._hubs_by_channel.get(channel_id)

    def hubs_of_team(self, team_id: str) -> list[Hub]:
        return [hub for hub in self.hubs if hub.team == team_id]

    def hubs_of(self, actor: Actor) -> list[Hub]:
        return [hub for hub in self.hubs if hub.id in actor.roles]

    def people_of(self, hub: Hub) -> list[Actor]:
        """Everybody whose agency serves the hub, in the order of the file."""
        return [actor for actor in self._actors.values() if hub.id in actor.roles]

    def spokespeople_of(self, agency: Agency, hub: Hub) -> list[Actor]:
        """Whom to write to about something asked of the agency, the best first.

        Its contact and its deputy; where the file names neither, all its people, in the order of the file.
        """
        people = [actor for actor in self.people_of(hub) if actor.agency.id == agency.id]
        named = [name for name in (agency.contact, agency.deputy) if name]
        if not named:
            return people
        return [actor for name in named for actor in people if actor.object_id == name]

    def risk_of(self, hub: Hub) -> RiskSettings:
        return hub.risk or self.risk

    def clocks_of(self, hub: Hub) -> ClockRules:
        return hub.clocks or self.clocks

    def case_review_of(self, hub: Hub) -> CaseReviewRules:
        return hub.case_review or self.case_review

    def retention_of(self, hub: Hub) -> RetentionRules:
        return hub.retention or self.retention

    def readers(self, hub: Hub, on: date) -> Readers:
        """Who will be able to read what is referred to this hub on that day."""
        receiving = {agency_id for agency_id in hub.agencies if self._agencies[agency_id].may_receive(on)}
        people = sum(person.agency in receiving for person in self.people)
        return Readers(agencies=len(receiving), people=people)


def _faults(directory: Directory) -> Iterator[Fault]:
    yield from used_twice("tenants", "id", (tenant.id for tenant in directory.tenants))
    yield from used_twice("categories", "id", (category.id for category in directory.categories))
    yield from used_twice("agencies", "id", (agency.id for agency in directory.agencies))
    yield from used_twice("powers", "id", (power.id for power in directory.powers))
    yield from used_twice("hubs", "id", (hub.id for hub in directory.hubs))
    yield from used_twice("hubs", "channel", (hub.channel for hub in directory.hubs))
    yield from _people_used_twice(directory.people)
    agencies = {agency.id: agency for agency in directory.agencies}
    yield from _hub_faults(directory.hubs, agencies)
    for place, person in enumerate(directory.people):
        yield from _person_faults(place, person, directory, agencies)
    members = {(person.agency, person.id) for person in directory.people}
    for place, agency in enumerate(directory.agencies):
        yield from _contact_faults(place, agency, members)
    yield from _template_faults(directory)
    yield from instrument_faults(_instruments(directory))


def _template_faults(directory: Directory) -> Iterator[Fault]:
    powers = {"", *(power.id for power in directory.powers)}
    for place, category in enumerate(directory.categories):
        for position, task in enumerate(category.tasks or ()):
            if task.power not in powers:
                path = ("categories", place, "tasks", position, "power")
                yield Fault(path, task.power, f"there is no power {task.power!r} in powers")


def _instruments(directory: Directory) -> Iterator[tuple[tuple[str | int, ...], RiskSettings]]:
    """Every place of the file that names instruments, with those that hold there."""
    yield ("risk",), directory.risk
    for place, hub in enumerate(directory.hubs):
        if hub.risk:
            yield ("hubs", place, "risk"), hub.risk


def _people_used_twice(people: Iterable[Person]) -> Iterator[Fault]:
    """The same object id may appear once in each tenant."""
    seen: dict[str, set[str]] = defaultdict(set)
    for place, person in enumerate(people):
        if person.id in seen[person.tenant]:
            yield Fault(("people", place, "id"), person.id, f"the id {person.id!r} is used twice in people")
        seen[person.tenant].add(person.id)


def _hub_faults(hubs: Iterable[Hub], agencies: Mapping[str, Agency]) -> Iterator[Fault]:
    for place, hub in enumerate(hubs):
        seen: set[str] = set()
        for position, agency_id in enumerate(hub.agencies):
            path = ("hubs", place, "agencies", position)
            if agency_id not in agencies:
                yield Fault(path, agency_id, f"there is no agency {agency_id!r} in agencies")
            if agency_id in seen:
                yield Fault(path, agency_id, f"the agency {agency_id!r} is named twice for hub {hub.id}")
            seen.add(agency_id)


def _person_faults(
    place: int, person: Person, directory: Directory, agencies: Mapping[str, Agency]
) -> Iterator[Fault]:
    agency = agencies.get(person.agency)
    if agency is None:
        yield Fault(
            ("people", place, "agency"), person.agency, f"there is no agency {person.agency!r} in agencies"
        )
    elif agency.outside:
        yield Fault(
            ("people", place, "agency"),
            person.agency,
            f"{person.agency!r} is an outside organisation, so it has nobody in Teams",
        )
    if person.tenant not in {tenant.id for tenant in directory.tenants}:
        yield Fault(
            ("people", place, "tenant"), person.tenant, f"there is no tenant {person.tenant!r} in tenants"
        )
    for hub_id in person.roles:
        yield from _role_faults(("people", place, "roles", hub_id), hub_id, person, directory.hubs)


def _contact_faults(place: int, agency: Agency, members: set[tuple[str, str]]) -> Iterator[Fault]:
    for key, named in (("contact", agency.contact), ("deputy", agency.deputy)):
        if named is not None and (agency.id, named) not in members:
            yield Fault(("agencies", place, key), named, f"there is nobody with this id in {agency.id!r}")
    if agency.deputy is not None and agency.contact in {None, agency.deputy}:
        sentence = "a deputy stands in for a contact, who must be named and be somebody else"
        yield Fault(("agencies", place, "deputy"), agency.deputy, sentence)


def _role_faults(
    path: tuple[str | int, ...], hub_id: str, person: Person, hubs: Iterable[Hub]
) -> Iterator[Fault]:
    hub = next((hub for hub in hubs if hub.id == hub_id), None)
    if hub is None:
        yield Fault(path, hub_id, f"there is no hub {hub_id!r} in hubs")
    elif person.agency not in hub.agencies:
        yield Fault(path, hub_id, f"the agency {person.agency!r} does not serve hub {hub_id}")
