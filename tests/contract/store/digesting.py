"""Somebody's digests, run as the schedule runs them, on whatever day a test travels to."""

from datetime import datetime, time

import sqlalchemy as sa

from osara_store import digests, local_time, schedule
from osara_store.directory import Actor, Directory
from osara_store.nudges import Nudge
from osara_store.outbox import Kind
from osara_store.schedule import Occasion
from osara_store.schema import outbox

from .conftest import Store
from .world import ALL, hubs_file

HALF_PAST_EIGHT = time(8, 30)


def _with_every_agreement() -> Directory:
    """The usual hubs, in which nobody has to be told that an agreement ended."""
    file = hubs_file()
    for agency in file["agencies"]:
        if "agreement" in agency:
            agency["agreement"]["expires"] = "2036-03-31"
    return Directory.model_validate(file)


HUBS = _with_every_agreement()


def morning(year: int, month: int, day: int, at: time = HALF_PAST_EIGHT) -> datetime:
    """When the digest comes on that day."""
    return local_time.at(datetime(year, month, day).date(), at, ALL.zone)  # noqa: DTZ001 - only its date


def planned(tx: sa.Connection, now: datetime, directory: Directory = HUBS) -> None:
    digests.planner(directory)(tx, now)


def run_all(tx: sa.Connection, now: datetime, directory: Directory = HUBS) -> None:
    """Whatever is due by now."""
    handlers = {Occasion.DIGEST: lambda tx, due, now: digests.run(tx, directory, due, now)}
    while schedule.run_one(tx, handlers, now):
        pass


def subject(someone: Actor) -> str:
    return f"{someone.tenant}:{someone.object_id}"


def due_of(tx: sa.Connection, someone: Actor) -> datetime | None:
    rows = {row.subject: row.due_at for row in schedule.due_rows(tx, 1000)}
    return rows.get(subject(someone))


def runs_told(store: Store, someone: Actor) -> list[datetime]:
    """The digests that were put into the outbox for somebody, oldest first."""
    found = store.rows(outbox, outbox.c.kind == Kind.DIGEST)
    mine = [row["payload"]["run"] for row in found if row["payload"]["person"] == someone.object_id]
    return [datetime.fromisoformat(run) for run in mine]


def last_told(tx: sa.Connection, someone: Actor, now: datetime, directory: Directory = HUBS) -> list[Nudge]:
    """What the newest digest tells, drawn now."""
    payloads = tx.scalars(
        sa.select(outbox.c.payload).where(outbox.c.kind == Kind.DIGEST).order_by(outbox.c.id)
    )
    runs = [payload["run"] for payload in payloads if payload["person"] == someone.object_id]
    if not runs:
        return []
    return digests.told_in(tx, directory, someone, datetime.fromisoformat(runs[-1]), now)
