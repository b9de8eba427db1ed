"""What every command needs, handed in by the wiring."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from osara_store.clock import Clock
from osara_store.database import Database
from osara_store.directory import Directory


@dataclass(frozen=True)
class Services:
    """`wake` tells the worker that rows wait."""

    directory: Directory
    database: Database
    clock: Clock
    wake: Callable[[], None]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.directory.timezone)

    def today(self) -> date:
        """The date where the hubs are."""
        return self.clock.now().astimezone(self.zone).date()
