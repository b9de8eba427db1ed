"""Who leads a case."""

from datetime import datetime

import sqlalchemy as sa

from osara_store import changing
from osara_store.case_file import CaseFile
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete
from osara_store.policy import Action


def change_lead(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    agency_id: str,
    now: datetime,
) -> CaseFile:
    """Hand the case to another agency, which must serve the hub and have a signed agreement that is in date.

    Raises:
        Incomplete: such an agency cannot lead.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.CHANGE_LEAD, now=now)
    agency = directory.agency(agency_id)
    if agency is None or agency_id not in hub.agencies or not agency.may_receive(hub.today(now)):
        raise Incomplete(("agency",))
    if agency_id == held.case.lead_agency_id:
        return held.file
    held.change(lead_agency_id=agency_id)
    detail = {"from": held.case.lead_agency_id, "to": agency_id}
    return held.finish("case.lead_changed", detail, receipts=True, channel=True)
