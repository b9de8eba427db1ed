"""What a monitoring system may know: counts and ages. Nothing about a case or a person."""

from datetime import datetime

from sqlalchemy import Connection

from osara_store import outbox
from osara_store.clock import Clock
from osara_store.database import Database


async def metrics_page(database: Database, clock: Clock) -> str:
    """The page that Prometheus reads."""
    now = clock.now()
    return await database.read(lambda tx: "\n".join([*_counts(tx), *_ages(tx, now), ""]))


def _counts(tx: Connection) -> list[str]:
    lines = [
        "# HELP hub_outbox_rows Messages by where they go and their state.",
        "# TYPE hub_outbox_rows gauge",
    ]
    counts = outbox.counts(tx)
    lines += [
        f'hub_outbox_rows{{service="{service}",state="{state.value}"}} {number}'
        for (service, state), number in sorted(counts.items())
    ]
    return lines


def _ages(tx: Connection, now: datetime) -> list[str]:
    lines = [
        "# HELP hub_outbox_oldest_seconds How long the oldest waiting message has waited.",
        "# TYPE hub_outbox_oldest_seconds gauge",
    ]
    lines += [
        f'hub_outbox_oldest_seconds{{service="{service}"}} {age.total_seconds():.0f}'
        for service, age in sorted(outbox.oldest_age(tx, now).items())
    ]
    return lines
