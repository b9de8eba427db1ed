"""What a monitoring system may know: counts and ages. Nothing about a case or a person."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from osara_store import outbox, schedule
from osara_store.clock import Clock
from osara_store.database import Database


async def metrics_page(
    database: Database, clock: Clock, under_way: Callable[[], Mapping[str, int]] = dict
) -> str:
    """The page that Prometheus reads. All of it is about the database, and so the same at each replica, but the last part."""
    now = clock.now()
    shared = await database.read(lambda tx: [*_counts(tx), *_ages(tx, now), *_lateness(tx, now)])
    return "\n".join([*shared, *_in_hand(under_way()), ""])


def _in_hand(under_way: Mapping[str, int]) -> list[str]:
    lines = [
        "# HELP hub_deliveries_under_way What this process is sending just now.",
        "# TYPE hub_deliveries_under_way gauge",
    ]
    lines += [
        f'hub_deliveries_under_way{{service="{service}"}} {number}'
        for service, number in sorted(under_way.items())
    ]
    return lines


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


def _lateness(tx: Connection, now: datetime) -> list[str]:
    late = schedule.lateness(tx, now)
    return [
        "# HELP hub_schedule_late_seconds How long what is due by its date has waited to be run.",
        "# TYPE hub_schedule_late_seconds gauge",
        f"hub_schedule_late_seconds {late.total_seconds():.0f}",
    ]
