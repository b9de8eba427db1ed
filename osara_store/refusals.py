"""Who was shown nothing for want of a sharing agreement: it is written down, and the hub's managers are told.

They are told once for each agency and day, and of no case: an agency that may not be shown one is no reason to tell of it.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import audit, quiet
from osara_store.directory import Actor, Directory, Hub, Role
from osara_store.outbox import Envelope, Kind, Service
from osara_store.outgoing import to_person
from osara_store.policy import Reason

FOR_THE_MANAGER: Final = frozenset({Reason.NO_AGREEMENT, Reason.AGREEMENT_OUT_OF_DATE})


def note(
    tx: sa.Connection, *, directory: Directory, actor: Actor, hub: Hub, reason: str, now: datetime
) -> None:
    """Note that the actor was refused for this reason; another reason than the agreement concerns no manager."""
    if reason not in FOR_THE_MANAGER:
        return
    detail = {"reason": str(reason)}
    audit.record(
        tx, hub_id=hub.id, actor=actor, action="agreement.refused", case_id=None, detail=detail, now=now
    )
    news = [_news(manager, actor, hub, now) for manager in _managers(directory, hub)]
    quiet.put(tx, directory, hub, news, now)


def _managers(directory: Directory, hub: Hub) -> list[Actor]:
    return [each for each in directory.people_of(hub) if each.role_in(hub) is Role.MANAGER]


def _news(manager: Actor, refused: Actor, hub: Hub, now: datetime) -> Envelope:
    on = hub.today(now).isoformat()
    about = f"{hub.id}:{refused.agency.id}:{on}"
    return Envelope(
        key=f"refusal:{about}:{manager.tenant}:{manager.object_id}",
        lane=f"{Service.TEAMS}:refusal:{about}:{manager.tenant}:{manager.object_id}",
        destination=to_person(manager.tenant, manager.object_id),
        kind=Kind.REFUSAL,
        payload={
            "hub_id": hub.id,
            "agency_id": refused.agency.id,
            "on": on,
            "tenant": manager.tenant,
            "person": manager.object_id,
        },
    )
