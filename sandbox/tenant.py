"""The tenant: its people, teams and channels, made from hubs.yaml.

The file is read as plain YAML and only for what Teams itself would know; whether it is right for the bot is for the
bot to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

import yaml
from pydantic import BaseModel, Field, ValidationError

APP_ID = "20000000-0000-4000-8000-000000000001"
BOT_NAME = "Local Focus Hub"
GENERAL = "General"

ChannelKind = Literal["standard", "private", "shared"]


class TenantError(Exception):
    """hubs.yaml cannot be read as a tenant; the message says where."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `tenant` differs from the tenant's own id for people of a partner's tenant."""

    id: str
    name: str
    upn: str
    agency: str
    tenant: str
    roles: dict[str, str]


@dataclass(frozen=True)
class Account:
    """Somebody or something with a mailbox in the tenant; `is_shared`: a hub's."""

    id: str
    name: str
    address: str
    is_shared: bool


@dataclass(frozen=True)
class Channel:
    """A channel; the General channel has the team's own id. `hub` is the hub whose cards go there."""

    id: str
    name: str
    team: str
    hub: str | None = None
    kind: ChannelKind = "standard"


@dataclass(frozen=True)
class Team:
    """A team with the people and channels it starts with."""

    id: str
    name: str
    members: tuple[str, ...]
    channels: tuple[Channel, ...]

    @property
    def group_id(self) -> str:
        """The Entra group behind the team."""
        return str(uuid5(NAMESPACE_URL, self.id))


@dataclass(frozen=True)
class Tenant:
    """One Microsoft 365 tenant with the app's registration in it."""

    id: str
    name: str
    app_id: str
    bot_name: str
    people: dict[str, Person]
    teams: dict[str, Team]
    shared_mailboxes: tuple[Account, ...] = ()

    @property
    def mailboxes(self) -> tuple[Account, ...]:
        """The people's own, and those that hubs share; people of a partner's tenant have theirs there."""
        own = (person for person in self.people.values() if self.is_own(person))
        return (*(Account(one.id, one.name, one.upn, is_shared=False) for one in own), *self.shared_mailboxes)

    @property
    def bot_id(self) -> str:
        return f"28:{self.app_id}"

    def is_own(self, person: Person) -> bool:
        """Tell whether the person's account is in this tenant and not in a partner's."""
        return person.tenant == self.id


def load(path: Path) -> Tenant:
    """Read hubs.yaml.

    Raises:
        TenantError: the file is missing, is not YAML, or lacks what a tenant needs.
    """
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TenantError(f"{path} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise TenantError(f"{path} is not valid YAML: {error}") from error
    except ValidationError as error:
        raise TenantError(f"{path}: {_complaint(error)}") from error
    return _tenant(file)


class _Tenant(BaseModel):
    id: str
    name: str = ""


class _Agency(BaseModel):
    id: str
    name: str


class _Hub(BaseModel):
    id: str
    name: str
    team: str
    channel: str
    mailbox: str | None = None
    agencies: list[str] = Field(default_factory=list)


class _Person(BaseModel):
    id: str
    name: str
    upn: str
    agency: str
    tenant: str | None = None
    roles: dict[str, str] = Field(default_factory=dict)


class _File(BaseModel):
    name: str = "Sandbox"
    tenants: list[_Tenant] = Field(min_length=1)
    agencies: list[_Agency]
    hubs: list[_Hub] = Field(min_length=1)
    people: list[_Person] = Field(min_length=1)


def _complaint(error: ValidationError) -> str:
    first: Any = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _tenant(file: _File) -> Tenant:
    own = file.tenants[0]
    agencies = {agency.id: agency.name for agency in file.agencies}
    return Tenant(
        id=own.id.lower(),
        name=own.name or file.name,
        app_id=APP_ID,
        bot_name=BOT_NAME,
        people={person.id.lower(): _person(person, agencies, own.id) for person in file.people},
        teams={team.id: team for team in _teams(file)},
        shared_mailboxes=tuple(_shared_mailbox(hub, hub.mailbox) for hub in file.hubs if hub.mailbox),
    )


def _shared_mailbox(hub: _Hub, address: str) -> Account:
    return Account(
        str(uuid5(NAMESPACE_URL, address.lower())), f"{hub.name} Local Focus Hub", address, is_shared=True
    )


def _person(given: _Person, agencies: dict[str, str], own_tenant: str) -> Person:
    return Person(
        id=given.id.lower(),
        name=given.name,
        upn=given.upn,
        agency=agencies.get(given.agency, given.agency),
        tenant=(given.tenant or own_tenant).lower(),
        roles=given.roles,
    )


def _teams(file: _File) -> list[Team]:
    """One team for each team id; hubs that share one have a channel each in it."""
    ids = dict.fromkeys(hub.team for hub in file.hubs)
    return [_team([hub for hub in file.hubs if hub.team == id_], file.people) for id_ in ids]


def _team(hubs: list[_Hub], people: list[_Person]) -> Team:
    members = (person.id.lower() for person in people if any(_serves(person, hub) for hub in hubs))
    return Team(
        id=hubs[0].team,
        name=f"{' and '.join(hub.name for hub in hubs)} Local Focus Hub",
        members=tuple(members),
        channels=_channels(hubs),
    )


def _serves(person: _Person, hub: _Hub) -> bool:
    return person.agency in hub.agencies or hub.id in person.roles


def _channels(hubs: list[_Hub]) -> tuple[Channel, ...]:
    team = hubs[0].team
    in_general = next((hub.id for hub in hubs if hub.channel == team), None)
    name = "Referrals" if len(hubs) == 1 else "{} referrals"
    own = [Channel(hub.channel, name.format(hub.name), team, hub.id) for hub in hubs if hub.channel != team]
    return (Channel(team, GENERAL, team, in_general), *own)
