"""Who leads a case."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing, reviews
from osara_store.case_file import CaseFile
from osara_store.contributing import enter
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete
from osara_store.policy import Action
from osara_store.schema import Stage

ENTRY: Final = "lead_changed"  # the kind of entry that says who led before and who leads now


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
    before = directory.agency(held.case.lead_agency_id)
    enter(
        held, Stage.SCANNING, ENTRY, f"{before.name if before else held.case.lead_agency_id} → {agency.name}"
    )
    detail = {"from": held.case.lead_agency_id, "to": agency_id}
    reviews.new_lead(held, directory)
    return held.finish("case.lead_changed", detail, receipts=True, channel=True)
