"""The messages that a change of a case sets off. Keys carry what makes a message a new one; payloads hold ids only.

Order matters within a case file, within one person's receipt and within a channel card, not between them: each has a lane
of its own, so that a slow Graph or a busy channel never holds back a receipt.
"""

from osara_store.case_file import Case, CaseFile
from osara_store.outbox import Envelope, Kind, Service
from osara_store.states import ENDED


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


def _channel_lane(case: Case) -> str:
    return f"{Service.TEAMS}:channel:{case.id}"


def request_call(case: Case, n: int) -> Envelope:
    """The line under the case's card that calls for an agency none of whose spokespeople can be written to."""
    return Envelope(
        key=f"request-call:{case.id}:{n}",
        lane=_channel_lane(case),  # after the card, under which it stands
        destination=to_hub(case.hub_id),
        kind=Kind.REQUEST_CALL,
        payload={"case_id": case.id, "n": n},
    )


def request_cards(before: CaseFile, after: CaseFile) -> list[Envelope]:
    """The cards of those who were asked what they know, as far as they have to be drawn anew."""
    case, known = after.case, set(before.requests)
    every_one = _as_shown(before) != _as_shown(after)
    return [
        Envelope(
            key=f"request:{case.id}:{request.n}:{tenant}:{person}:{case.version}",
            lane=f"{Service.TEAMS}:request:{case.id}:{request.n}:{tenant}:{person}",
            destination=to_person(tenant, person),
            kind=Kind.REQUEST_CARD,
            payload={"case_id": case.id, "n": request.n, "tenant": tenant, "person": person},
        )
        for request in after.requests
        if every_one or request not in known
        for tenant, person in request.told
    ]


def _as_shown(file: CaseFile) -> tuple[object, ...]:
    """What else such a card depends on: whether the case is still open, and for whom."""
    return file.case.state in ENDED, file.case.restricted, file.access


def task_card(case: Case, n: int, tenant: str, person: str) -> Envelope:
    """The personal card about a task, of somebody of the agency that has it or had it."""
    return Envelope(
        key=f"task:{case.id}:{n}:{tenant}:{person}:{case.version}",
        lane=f"{Service.TEAMS}:task:{case.id}:{n}:{tenant}:{person}",
        destination=to_person(tenant, person),
        kind=Kind.TASK,
        payload={"case_id": case.id, "n": n, "tenant": tenant, "person": person},
    )


def channel_card(case: Case) -> Envelope:
    return Envelope(
        key=f"channel:{case.id}:{case.version}",
        lane=_channel_lane(case),
        destination=to_hub(case.hub_id),
        kind=Kind.CHANNEL_CARD,
        payload={"case_id": case.id},
    )
