"""A sandbox Graph with real tokens, a store with real referrals, and the pusher between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from graph_sync.client import GraphClient
from graph_sync.credentials import credential_for
from graph_sync.provision import provision
from graph_sync.push import CaseFilePusher
from graph_sync.site import Site
from osara_store import cases, outbox, outgoing
from osara_store import schema as tables
from osara_store.cases import Case
from osara_store.clock import SettableClock
from osara_store.database import Database, upgrade
from osara_store.outbox import Message, Outcome, Service
from osara_store.referral import Referral
from osara_store.schema import MessageState
from tests.contract.sandbox_graph.rig import APP_ID, SECRET, TENANT_ID, Sandbox, running
from tests.contract.store.world import ALL, DIRECTORY, NOON, PRIYA, TOM, draft_of, referral, submitted

SITE = "localhost:/sites/hubs"
LEASE = timedelta(minutes=2)


def credential_of(sandbox: Sandbox, password: str = SECRET) -> Any:
    return credential_for(
        "SingleTenant",
        APP_ID,
        password,
        TENANT_ID,
        sandbox.login,
        ca_file=str(sandbox.certificate.certificate),
    )


@dataclass
class World:
    sandbox: Sandbox
    database: Database
    graph: GraphClient
    site: Site
    pusher: CaseFilePusher
    clock: SettableClock = field(default_factory=SettableClock)

    async def refer(self, count: int = 1, **answers: Any) -> list[Case]:
        """Store referrals; each is a case of its own."""
        made = []
        for _ in range(count):
            stored = await self.database.write(lambda tx: submitted(tx, referral(**answers), now=NOON))
            made.append(stored.case)
        return made

    async def join(self, case: Case, answers: Referral) -> Case:
        """Have the coordinator join a case with what he knows."""

        def work(tx: Any) -> Case:
            draft = draft_of(tx, TOM, ALL)
            joined = cases.join(
                tx, actor=TOM, hub=ALL, draft_id=draft, referral=answers, case_id=case.id, now=NOON
            )
            return joined.case

        return await self.database.write(work)

    async def change(self, case: Case, **values: Any) -> None:
        """Change a case's own row and put its push, as a command does."""

        def work(tx: Any) -> None:
            change = sa.update(tables.cases).where(tables.cases.c.id == case.id)
            tx.execute(change.values(version=tables.cases.c.version + 1, **values))
            outbox.put(tx, [outgoing.push(cases.case_of(tx, case.id))], self.clock.now())

        await self.database.write(work)

    async def write(self, table: sa.Table, *rows: dict[str, Any]) -> None:
        """Write rows of a case file straight into the store."""
        await self.database.write(lambda tx: tx.execute(sa.insert(table), list(rows)))

    async def rows(self, table: sa.Table) -> list[Any]:
        return await self.database.read(lambda reading: list(reading.execute(sa.select(table)).mappings()))

    async def case(self, case: Case) -> Case:
        return await self.database.read(lambda reading: cases.case_of(reading, case.id))

    async def claim(self, limit: int = 1000, now: datetime | None = None) -> list[Message]:
        at = now or self.clock.now()
        return await self.database.write(lambda tx: outbox.claim(tx, Service.GRAPH, limit, at, LEASE))

    async def push(self, limit: int = 1000) -> list[Outcome]:
        """Push what is due and settle it, as the worker does."""
        messages = await self.claim(limit)
        outcomes = await self.pusher.push(messages)
        now = self.clock.now()

        def settle(tx: Any) -> None:
            for message, outcome in zip(messages, outcomes, strict=True):
                outbox.settle(tx, message, outcome, now, Random(1))

        await self.database.write(settle)
        return outcomes

    async def push_later(self, seconds: float) -> list[Outcome]:
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))
        return await self.push()

    async def waiting(self) -> int:
        rows = await self.database.read(lambda reading: outbox.list_rows(reading, MessageState.WAITING))
        return sum(row.destination == Service.GRAPH for row in rows)

    async def list_path(self, name: str) -> str:
        chosen = quote(f"displayName eq '{name}'")
        answer = await self.sandbox.get(f"{self.sandbox.site}/lists?$filter={chosen}")
        return f"{self.sandbox.site}/lists/{answer.value[0]['id']}"

    async def items(self, name: str) -> list[dict[str, Any]]:
        """Every item of a list, in the order in which they were made."""
        path = f"{await self.list_path(name)}/items?$expand=fields&$top=5000"
        found: list[dict[str, Any]] = []
        while path:
            answer = await self.sandbox.get(path)
            found += answer.value
            path = answer.body.get("@odata.nextLink", "")
        return sorted(found, key=lambda item: int(item["id"]))

    async def fields(self, name: str) -> list[dict[str, Any]]:
        return [item["fields"] for item in await self.items(name)]

    async def edit(self, name: str, item: dict[str, Any], **fields: Any) -> None:
        """Change an item as a person would, in SharePoint itself."""
        path = f"{await self.list_path(name)}/items/{item['id']}/fields"
        answer = await self.sandbox.ask("PATCH", path, fields)
        assert answer.status == 200, answer.body

    async def requests(self) -> list[dict[str, Any]]:
        content = await self.sandbox.control("GET", "/requests?target=graph")
        return list(content["requests"])

    async def forget_requests(self) -> None:
        await self.sandbox.control("DELETE", "/requests")


def pusher_for(graph: GraphClient, site: Site, database: Database, clock: Any, **more: Any) -> CaseFilePusher:
    return CaseFilePusher(graph, site, database, DIRECTORY, clock, **more)


@asynccontextmanager
async def world_in(folder: Path, *, ready: bool = True) -> AsyncIterator[World]:
    """Start all of it; `ready` means provisioned."""
    url = f"sqlite:///{folder / 'hub.db'}"
    upgrade(url)
    database = Database.open(url)
    async with running(folder / "sandbox") as sandbox, credential_of(sandbox) as credential:
        graph = GraphClient(credential, sandbox.root)
        site = Site(graph, SITE)
        clock = SettableClock()
        world = World(sandbox, database, graph, site, pusher_for(graph, site, database, clock), clock)
        if ready:
            report = await provision(graph, site, DIRECTORY)
            assert report.is_ready, report.problems
        yield world
        await graph.close()
    await database.close()


__all__ = ["DIRECTORY", "PRIYA", "TOM", "World", "credential_of", "pusher_for", "referral", "world_in"]
