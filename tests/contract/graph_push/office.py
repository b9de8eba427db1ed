"""A sandbox with mailboxes, and our calendar and mail at work in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from graph_sync.calendar import Booked, Calendar
from graph_sync.client import GraphClient
from graph_sync.free_time import Slot, Window
from graph_sync.mail import Mail
from osara_store.working_days import WorkingDays
from tests.contract.graph_push.rig import credential_of
from tests.contract.sandbox_graph.rig import HUB, PRIYA, TOM, Sandbox, running

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
REFERENCE = "ALL-2026-0001"


def utc(time: str, day: str = "2026-11-03") -> datetime:
    """A time of a Tuesday in November, when London's clocks show UTC."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)


@dataclass
class Office:
    sandbox: Sandbox
    graph: GraphClient
    calendar: Calendar
    mail: Mail

    def hasty(self) -> Calendar:
        """A calendar that waits for no answer longer than a fraction of a second."""
        return Calendar(GraphClient(self.graph._credential, self.sandbox.root, timeout=1.0))

    async def book(self, calendar: Calendar | None = None, **given: Any) -> Booked:
        asked: dict[str, Any] = {
            "transaction_id": "meeting-1",
            "subject": REFERENCE,
            "start": utc("10:00"),
            "end": utc("11:00"),
            "attendees": [PRIYA, TOM],
            "body": "Agenda: the case.",
        }
        return await (calendar or self.calendar).book(HUB, **(asked | given))

    async def free(self, *people: str, window: Window | None = None, **given: Any) -> list[Slot]:
        asked: dict[str, Any] = {"length": HOUR, "zone": LONDON, "working_days": WorkingDays()}
        tuesday = Window(utc("09:00"), utc("17:00"))
        return await self.calendar.free_slots(HUB, people, window or tuesday, **(asked | given))

    async def events(self, address: str = HUB) -> list[dict[str, Any]]:
        return list((await self.sandbox.mailbox(address))["events"])

    async def messages(self, address: str) -> list[dict[str, Any]]:
        return list((await self.sandbox.mailbox(address))["messages"])

    async def requests(self) -> list[str]:
        content = await self.sandbox.control("GET", "/requests?target=graph")
        return [f"{request['method']} {request['path']}" for request in content["requests"]]

    async def forget_requests(self) -> None:
        await self.sandbox.control("DELETE", "/requests")


@asynccontextmanager
async def office_in(folder: Path) -> AsyncIterator[Office]:
    async with running(folder / "sandbox") as sandbox, credential_of(sandbox) as credential:
        graph = GraphClient(credential, sandbox.root)
        yield Office(sandbox, graph, Calendar(graph), Mail(graph))
        await graph.close()
