"""An item as it ought to be, and the values that items are made of. Pure: no Graph, no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from graph_sync.lists import CASE_REFERENCE, CaseLists, ListDefinition, lists_of

if TYPE_CHECKING:
    from osara_store.case_file import By, Case
    from osara_store.directory import Directory


@dataclass(frozen=True, slots=True)
class DesiredItem:
    """A list item as it ought to be; `fields` hold its key too."""

    list: ListDefinition
    key: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Names:
    """The names of what is configured. One may have left the configuration; its id still says what was meant."""

    directory: Directory

    def hub(self, hub_id: str) -> str:
        hub = self.directory.hub(hub_id)
        return hub.name if hub else hub_id

    def category(self, category_id: str) -> str:
        category = self.directory.category(category_id)
        return category.name if category else category_id

    def agency(self, agency_id: str) -> str:
        agency = self.directory.agency(agency_id)
        return agency.name if agency else agency_id

    def power(self, power_id: str) -> str:
        power = self.directory.power(power_id)
        return power.name if power else power_id


@dataclass(frozen=True)
class Copyist:
    """Makes the items of one case, each in the list that fits the case."""

    case: Case
    directory: Directory

    @property
    def names(self) -> Names:
        return Names(self.directory)

    @property
    def lists(self) -> CaseLists:
        return lists_of(restricted=self.case.restricted)

    def item(
        self, definition: ListDefinition, suffix: str, title: str, fields: Mapping[str, Any]
    ) -> DesiredItem:
        """Make an item whose key is the reference and a suffix.

        Titles show up in searches and notifications, so nothing personal goes into them.
        """
        reference = self.case.reference
        key = f"{reference}{suffix}"
        whole = {
            "Title": f"{reference} {title}",
            definition.key: key,
            CASE_REFERENCE: reference,
            **fields,
            "Marking": self.directory.marking,
        }
        return DesiredItem(definition, key, whole)

    def signed(self, by: By) -> dict[str, Any]:
        return {
            "Agency": self.names.agency(by.author_agency_id),
            "WrittenBy": by.author_name,
            "WrittenOn": moment(by.at),
        }


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_if(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def day(on: date) -> str:
    """Say noon: a site in another time zone then still shows the same day."""
    return f"{on.isoformat()}T12:00:00Z"


def day_if(on: date | None) -> str | None:
    return None if on is None else day(on)
