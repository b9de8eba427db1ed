"""Changing what a hub or a person has set: who may, the audit row, and the digests that come at another time by it."""

from datetime import datetime

import sqlalchemy as sa

from osara_store import audit, digests, preferences
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import NotAllowed
from osara_store.hub_preferences import HubPreferences
from osara_store.policy import Action, may
from osara_store.preferences import PersonPreferences


def change_hub(
    tx: sa.Connection, *, directory: Directory, actor: Actor, hub: Hub, wanted: HubPreferences, now: datetime
) -> None:
    """Set what the hub's manager wants; what is as it was before changes nothing.

    Raises:
        NotAllowed: the actor does not manage the hub.
    """
    ruling = may(actor, Action.SET_HUB, hub, on=hub.today(now))
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
    changed = preferences.keep_hub(tx, actor, hub, wanted, now)
    if changed:
        _record(tx, hub, actor, "hub.settings_changed", changed, now)
    if "digest_at" in changed:
        digests.plan_hub(tx, directory, hub, now)


def change_own(
    tx: sa.Connection, *, directory: Directory, actor: Actor, wanted: PersonPreferences, now: datetime
) -> None:
    """Set what somebody wants for themselves. It is written down in every hub that they serve."""
    changed = preferences.keep_own(tx, actor, wanted, now)
    if changed:
        # Every audit chain makes others wait: the same order for everybody.
        for hub in sorted(directory.hubs_of(actor), key=lambda hub: hub.id):
            _record(tx, hub, actor, "person.settings_changed", changed, now)
    if "digest_at" in changed:
        digests.plan_person(tx, directory, actor, now)


def _record(
    tx: sa.Connection, hub: Hub, actor: Actor, action: str, changed: list[str], now: datetime
) -> None:
    detail = {"fields": changed}
    audit.record(tx, hub_id=hub.id, actor=actor, action=action, case_id=None, detail=detail, now=now)
