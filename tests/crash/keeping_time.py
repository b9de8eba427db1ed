"""A program that does nothing but keep time, to be killed: `python -m tests.crash.keeping_time DATABASE [SECONDS]`.

Each run writes one message that says what it was for, and comes again a moment later. The message's key is new each time,
so that a run that took place twice would show. With SECONDS, each run says that it has begun and then takes so long.
"""

import asyncio
import sys
import time
from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa

from bot.timekeeper import Timekeeper
from bot.worker import Bell
from osara_store import outbox
from osara_store.clock import SystemClock
from osara_store.database import Database
from osara_store.outbox import Envelope
from osara_store.schedule import Due, Handler, Occasion

AGAIN = timedelta(milliseconds=50)


def handler(seconds: float) -> Handler:
    def run(tx: sa.Connection, due: Due, now: datetime) -> datetime:
        place, payload = f"teams/{due.subject}", {"subject": due.subject, "due": due.due_at.isoformat()}
        outbox.put(tx, [Envelope(uuid4().hex, place, place, "card.hub", payload)], now)
        if seconds:
            print("begun", flush=True)
            time.sleep(seconds)
        return now + AGAIN

    return run


async def keep(url: str, seconds: float) -> None:
    database = Database.open(url, exclusive=True)
    handlers = {Occasion.DIGEST: handler(seconds)}
    await Timekeeper(database, SystemClock(), Bell(), handlers, ()).run()


if __name__ == "__main__":
    asyncio.run(keep(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0))
