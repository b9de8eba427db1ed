"""A process that pushes what is due, for tests that kill it: `python -m tests.contract.graph_push.pushing <settings>`."""

import asyncio
import json
import sys
from datetime import timedelta
from random import Random

from sqlalchemy import Connection

from graph_sync.client import GraphClient
from graph_sync.credentials import credential_for
from graph_sync.push import CaseFilePusher
from graph_sync.site import Site
from osara_store import outbox
from osara_store.clock import SystemClock
from osara_store.database import Database
from osara_store.outbox import Service
from tests.contract.sandbox_graph.rig import APP_ID, SECRET, TENANT_ID
from tests.contract.store.world import DIRECTORY

LEASE = timedelta(minutes=2)


async def push_what_is_due(url: str, root: str, login: str, ca_file: str, site: str) -> None:
    clock = SystemClock()
    database = Database.open(url)
    async with credential_for(
        "SingleTenant", APP_ID, SECRET, TENANT_ID, login, ca_file=ca_file
    ) as credential:
        graph = GraphClient(credential, root)
        pusher = CaseFilePusher(graph, Site(graph, site), database, DIRECTORY, clock)
        messages = await database.write(lambda tx: outbox.claim(tx, Service.GRAPH, 100, clock.now(), LEASE))
        settled = zip(messages, await pusher.push(messages), strict=True)

        def settle(tx: Connection) -> None:
            for message, outcome in settled:
                outbox.settle(tx, message, outcome, clock.now(), Random(1))

        await database.write(settle)
        await graph.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(push_what_is_due(**json.loads(sys.argv[1])))
