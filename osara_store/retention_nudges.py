"""Reminders for managers that closed cases have reached the day on which somebody decides whether they are kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import retention
from osara_store.directory import Actor, Directory
from osara_store.nudges import Nudge, Step, newest_told
from osara_store.policy import Action, may

_MOST: Final = 500


def nudges(tx: sa.Connection, directory: Directory, actor: Actor, now: datetime) -> Iterator[Nudge]:
    """One for each hub that the actor manages; once more when further cases have come due.

    It counts the cases and tells nothing of any: those have ended, and are silent.
    """
    for hub in directory.hubs_of(actor):
        on = hub.today(now)
        if not may(actor, Action.SEE_RETENTION, hub, on=on).allowed:
            continue
        due = retention.due(tx, actor=actor, hub=hub, on=on, limit=_MOST, offset=0)
        newest = max((case.retention_on for case in due if case.retention_on), default=None)
        if newest is not None:
            matter = f"retention:{hub.id}"
            yield Nudge(
                # Deciding on the newest is no news of the one before it.
                subject=max(f"{matter}@{newest}", newest_told(tx, actor, matter)),
                step=Step.SOON,
                kind="retention",
                hub_id=hub.id,
                reference="",
                category="",
                band="",
                n=len(due),
                what="",
                due_on=None,
                urgent=False,
            )
