"""The messages that a change of a case sets off. Keys carry what makes a message a new one; payloads hold ids only.

Order matters within a case file, within one person's receipt and within a channel card, not between them: each has a lane
of its own, so that a slow Graph or a busy channel never holds back a receipt.
"""

from datetime import date

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


def request_call(case: Case, n: int, *, named: bool = True) -> Envelope:
    """The line under the case's card that calls for an agency none of whose spokespeople can be written to.

    Not `named`: once more without mentions, where Teams did not take them.
    """
    return Envelope(
        key=f"{request_call_key(case.id, n)}{_PLAIN[named]}",
        lane=_channel_lane(case),  # after the card, under which it stands
        destination=to_hub(case.hub_id),
        kind=Kind.REQUEST_CALL,
        payload={"case_id": case.id, "n": n, "named": named},
    )


_PLAIN = {True: "", False: ":plain"}


def task_call(case: Case, agency_id: str, on: str, *, named: bool = True) -> Envelope:
    """The same for an agency that has a task; once a day of the hub, in ISO format, however many there are."""
    return Envelope(
        key=f"task-call:{case.id}:{agency_id}:{on}{_PLAIN[named]}",
        lane=_channel_lane(case),
        destination=to_hub(case.hub_id),
        kind=Kind.TASK_CALL,
        payload={"case_id": case.id, "agency_id": agency_id, "on": on, "named": named},
    )


def request_cards(before: CaseFile, after: CaseFile) -> list[Envelope]:
    """The cards of those who were asked what they know, as far as they have to be drawn anew."""
    known = set(before.requests)
    every_one = _as_shown(before) != _as_shown(after)
    return [
        request_card(after.case, request.n, tenant, person)
        for request in after.requests
        if every_one or request not in known
        for tenant, person in request.told
    ]


def request_key(case_id: int, n: int, tenant: str, person: str) -> str:
    """Under which the card of one person about one request stands."""
    return f"request:{case_id}:{n}:{tenant}:{person}"


def request_call_key(case_id: int, n: int) -> str:
    """Under which the call for an agency that was asked stands in the channel."""
    return f"request-call:{case_id}:{n}"


def call_back_key(case_id: int, n: int, tenant: str, person: str) -> str:
    """Under which the card of one person about one answer stands."""
    return f"call-back:{case_id}:{n}:{tenant}:{person}"


def call_backs(before: CaseFile, after: CaseFile) -> list[Envelope]:
    """The cards of those who were told that an agency wants to be called or has a part to play, as far as they changed."""
    known = set(before.requests)
    every_one = _as_shown(before) != _as_shown(after)
    return [
        call_back(after.case, request.n, tenant, person)
        for request in after.requests
        if every_one or request not in known
        for tenant, person in request.callers
    ]


def call_back(case: Case, n: int, tenant: str, person: str) -> Envelope:
    """The personal card about an answer, of whoever asked for it or stands in for them."""
    key = call_back_key(case.id, n, tenant, person)
    return Envelope(
        key=f"{key}:{case.version}",
        lane=f"{Service.TEAMS}:{key}",
        destination=to_person(tenant, person),
        kind=Kind.CALL_BACK,
        payload={"case_id": case.id, "n": n, "tenant": tenant, "person": person},
    )


def request_card(case: Case, n: int, tenant: str, person: str) -> Envelope:
    """The personal card about a question, of somebody who was asked for their agency."""
    key = request_key(case.id, n, tenant, person)
    return Envelope(
        key=f"{key}:{case.version}",
        lane=f"{Service.TEAMS}:{key}",
        destination=to_person(tenant, person),
        kind=Kind.REQUEST_CARD,
        payload={"case_id": case.id, "n": n, "tenant": tenant, "person": person},
    )


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


def meeting_card(case: Case, n: int, tenant: str, person: str) -> Envelope:
    """The personal card about a meeting, of whoever arranges it or is invited."""
    return Envelope(
        key=f"meeting:{case.id}:{n}:{tenant}:{person}:{case.version}",
        lane=f"{Service.TEAMS}:meeting:{case.id}:{n}:{tenant}:{person}",
        destination=to_person(tenant, person),
        kind=Kind.MEETING_CARD,
        payload={"case_id": case.id, "n": n, "tenant": tenant, "person": person},
    )


def meeting_agenda(case: Case, n: int) -> Envelope:
    """What a meeting is about, in the thread of the case's card."""
    return Envelope(
        key=f"meeting-agenda:{case.id}:{n}:{case.version}",
        lane=_channel_lane(case),
        destination=to_hub(case.hub_id),
        kind=Kind.MEETING_AGENDA,
        payload={"case_id": case.id, "n": n},
    )


def in_calendar(case: Case, n: int, kind: Kind) -> Envelope:
    """Something to do in the calendar of the hub's mailbox: each mailbox is throttled by itself."""
    return Envelope(
        key=f"{kind}:{case.id}:{n}:{case.version}",
        lane=f"{Service.CALENDAR}:case:{case.id}",
        destination=f"{Service.CALENDAR}/hub:{case.hub_id}",
        kind=kind,
        payload={"case_id": case.id, "n": n},
    )


def review_lane(hub_id: str, day: date, tenant: str, person: str) -> str:
    """Of the message that tells somebody of a hub's monthly reviews of one day."""
    return f"{Service.TEAMS}:review:{hub_id}:{day.isoformat()}:{tenant}:{person}"


def review_card(case: Case, hub_id: str, day: date, tenant: str, person: str, why: str = "") -> Envelope:
    """What somebody was told on one day of a hub's monthly reviews, because something about this case's has changed."""
    about = f"{hub_id}:{day.isoformat()}:{tenant}:{person}"
    return Envelope(
        key=":".join(filter(None, (f"review:{about}:{case.id}:{case.version}", why))),
        lane=review_lane(hub_id, day, tenant, person),
        destination=to_person(tenant, person),
        kind=Kind.REVIEW,
        payload={"hub_id": hub_id, "day": day.isoformat(), "tenant": tenant, "person": person},
    )


def summary_card(hub_id: str, month: str, tenant: str, person: str) -> Envelope:
    """How the reviews of a hub went in a month (YYYY-MM), for one of its managers."""
    about = f"{hub_id}:{month}:{tenant}:{person}"
    return Envelope(
        key=f"summary:{about}",
        lane=f"{Service.TEAMS}:summary:{about}",
        destination=to_person(tenant, person),
        kind=Kind.SUMMARY,
        payload={"hub_id": hub_id, "month": month, "tenant": tenant, "person": person},
    )


def channel_card(case: Case) -> Envelope:
    return Envelope(
        key=f"channel:{case.id}:{case.version}",
        lane=_channel_lane(case),
        destination=to_hub(case.hub_id),
        kind=Kind.CHANNEL_CARD,
        payload={"case_id": case.id},
    )
