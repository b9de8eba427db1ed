"""Everything that the Teams side knows, in one hand: the connector and the clients work on the same conversations."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sandbox.teams.events import Events, EventType
from sandbox.teams.limits import Limits
from sandbox.teams.messages import Message, Messages
from sandbox.teams.places import Place, Places
from sandbox.teams.rates import Rates
from sandbox.teams.shown import Shown
from sandbox.teams.toggles import Toggles
from sandbox.tenant import Person, Tenant


@dataclass(frozen=True)
class World:
    """The state of the conversations, and who hears of changes."""

    tenant: Tenant
    places: Places
    messages: Messages
    shown: Shown
    limits: Limits
    rates: Rates
    events: Events
    toggles: Toggles
    connection: sqlite3.Connection

    @classmethod
    def open(cls, tenant: Tenant, connection: sqlite3.Connection) -> World:
        limits = Limits()
        return cls(
            tenant=tenant,
            places=Places(tenant, connection),
            messages=Messages(connection),
            shown=Shown(connection),
            limits=limits,
            rates=Rates(limits),
            events=Events(),
            toggles=Toggles(),
            connection=connection,
        )

    def close(self) -> None:
        self.connection.close()

    def announce(self, place: Place, type_: EventType) -> None:
        """Tell the clients of everybody in a conversation."""
        self.events.tell({person.id for person in self.places.members(place)}, type_, place.id)

    def announce_to(self, person: Person, message: Message) -> None:
        """Tell one person's clients that what they see of a message has changed."""
        self.events.tell({person.id}, "update", message.conversation)
