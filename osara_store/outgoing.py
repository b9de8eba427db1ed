"""The messages that a change of a case sets off. Keys carry what makes a message a new one; payloads hold ids only.

Order matters within a case file, within one person's receipt and within a channel card, not between them: each has a lane
of its own, so that a slow Graph or a busy channel never holds back a receipt.
"""

from osara_store.case_file import Case, CaseFile
from osara_store.outbox import Envelope, Kind, Service


def to_hub(hub_id: str) -> str:
    """Teams throttles each conversation by itself, so each is a destination of its own."""
    return f"{Service.TEAMS}/hub:{hub_id}"


def to_person(tenant: str, person: str) -> str:
    return f"{Service.TEAMS}/person:{tenant}:{person}"


def push(case: Case) -> Envelope:
    """The case file as it is now, to SharePoint."""
    return Envelope(
        key=f"push:{case.id}:{case.version}",
        lane=f"{Service.GRAPH}:case:{case.id}",
        destination=Service.GRAPH,
        kind=Kind.CASE_PUSH,
        payload={"case_id": case.id},
    )


def receipt(case: Case, tenant: str, person: str, occasion: str) -> Envelope:
    """The personal card of somebody who brought something to the case."""
    return Envelope(
        key=f"receipt:{case.id}:{tenant}:{person}:{occasion}",
        lane=f"{Service.TEAMS}:receipt:{case.id}:{tenant}:{person}",
        destination=to_person(tenant, person),
        kind=Kind.RECEIPT,
        payload={"case_id": case.id, "tenant": tenant, "person": person},
    )


def receipts(file: CaseFile) -> list[Envelope]:
    """The receipts of everybody who brought something to the case, anew."""
    case = file.case
    people = [(case.referrer_tenant, case.referrer_id)]
    people += [(each.tenant, each.person) for each in file.contributors]
    return [receipt(case, tenant, person, str(case.version)) for tenant, person in people]


def channel_card(case: Case) -> Envelope:
    return Envelope(
        key=f"channel:{case.id}:{case.version}",
        lane=f"{Service.TEAMS}:channel:{case.id}",
        destination=to_hub(case.hub_id),
        kind=Kind.CHANNEL_CARD,
        payload={"case_id": case.id},
    )
