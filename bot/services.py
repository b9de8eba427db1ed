"""What every command is handed: the house's services, and what was asked by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.turn import Turn
from osara_store.clock import Clock
from osara_store.database import Database
from osara_store.directory import Actor, Directory


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


@dataclass(frozen=True)
class Ask:
    """A known person asks for something, now. All times in one answer are this one."""

    services: Services
    turn: Turn
    actor: Actor
    now: datetime
