"""What goes to partners about what they are asked: drawn when it is sent, under the rules that hold then."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.drawing import Activity, card_message
from bot.services import Services
from cards import dates, request_cards, tasking_cards, texts_asking, texts_tasking
from cards.case_view import CaseView
from cards.verbs import Surface
from osara_store import cases, changing, conversations, requests
from osara_store.case_file import CaseFile, InformationRequest
from osara_store.policy import Action
from osara_store.states import ENDED


def request_key(case_id: int, n: int, tenant: str, person: str) -> str:
    """Under which the card of one person about one request stands."""
    return f"request:{case_id}:{n}:{tenant}:{person}"


def request_message(
    tx: Connection, services: Services, case_id: int, n: int, *, tenant: str, person: str
) -> Activity | None:
    """The card of what somebody is asked for their agency.

    Where they may not be shown the case (any more), a card that stands already loses its content; otherwise there is
    nothing to send.
    """
    file = cases.case_file(tx, case_id)
    request, view = requests.find(file, n), _view(services, file, tenant, person)
    summary = texts_asking.request_summary(file.case.reference)
    if request is not None and view is not None and _may_see(view, request):
        return card_message(request_cards.request(view, request), summary)
    if conversations.posted(tx, request_key(case_id, n, tenant, person)) is None:
        return None
    card = request_cards.emptied(file.case.reference, has_ended=file.case.state in ENDED)
    return card_message(card, file.case.reference)


def _view(services: Services, file: CaseFile, tenant: str, person: str) -> CaseView | None:
    actor, hub = services.directory.actor(tenant, person), services.directory.hub(file.case.hub_id)
    if actor is None or hub is None:
        return None
    now = services.clock.now()
    can = changing.allowed_actions(file, actor, hub, now)
    return CaseView(services.directory, hub, file, actor, can, Surface.CHAT, now)


def _may_see(view: CaseView, request: InformationRequest) -> bool:
    is_of_agency = request.agency_id == view.actor.agency.id
    return is_of_agency and Action.READ_CASE in view.can and view.case.state not in ENDED


def task_key(case_id: int, n: int, tenant: str, person: str) -> str:
    """Under which the card of one person about one task stands."""
    return f"task:{case_id}:{n}:{tenant}:{person}"


def task_message(
    tx: Connection, services: Services, case_id: int, n: int, *, tenant: str, person: str
) -> Activity | None:
    """The card of a task for somebody of the agency that has it.

    For whoever it is not any more, a card that stands already says so without content; otherwise there is nothing to send.
    """
    file = cases.case_file(tx, case_id)
    task, view = (
        next((each for each in file.tasks if each.n == n), None),
        _view(services, file, tenant, person),
    )
    if task is None or view is None:
        return None
    is_theirs = tasking_cards.is_theirs(view, task)
    if not is_theirs and conversations.posted(tx, task_key(case_id, n, tenant, person)) is None:
        return None
    day = dates.day(task.due_on) if is_theirs and not task.is_settled else ""
    return card_message(
        tasking_cards.message(view, task), texts_tasking.card_summary(file.case.reference, day)
    )


def call_message(tx: Connection, services: Services, case_id: int, n: int) -> tuple[Activity | None, str]:
    """The call for an agency in the channel of the case's hub, and that hub; None once it has answered."""
    file = cases.case_file(tx, case_id)
    request, case = requests.find(file, n), file.case
    if request is None or not request.is_open or case.state in ENDED:
        return None, case.hub_id
    agency = services.directory.agency(request.agency_id)
    name = "" if case.restricted or agency is None else agency.name
    return card_message(request_cards.call(name, case.reference), case.reference), case.hub_id


def refusal_key(payload: Mapping[str, Any]) -> str:
    """Under which one manager's news of one agency and day stands."""
    names = ("hub_id", "agency_id", "on", "tenant", "person")
    return ":".join(("refusal", *(payload[name] for name in names)))


def refusal_message(services: Services, payload: Mapping[str, Any]) -> Activity | None:
    """The manager's news of an agency that was refused; None where agency or hub has left the configuration."""
    agency = services.directory.agency(payload["agency_id"])
    hub = services.directory.hub(payload["hub_id"])
    if agency is None or hub is None:
        return None
    card = request_cards.refusal(agency, hub, date.fromisoformat(payload["on"]))
    return card_message(card, texts_asking.refusal_summary(hub.name))
