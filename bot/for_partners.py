"""What goes to partners about what they are asked: drawn when it is sent, under the rules that hold then."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.drawing import Activity, card_message
from bot.services import Services
from cards import (
    call_back_cards,
    call_cards,
    dates,
    request_cards,
    tasking_cards,
    texts_asking,
    texts_tasking,
)
from cards.case_view import CaseView
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store import call_backs, calling, cases, changing, conversations, outgoing, requests, task_messages
from osara_store.calling import Call
from osara_store.case_file import CaseFile, InformationRequest
from osara_store.directory import Actor
from osara_store.policy import Action
from osara_store.schema import CaseState
from osara_store.states import ENDED


def request_message(
    tx: Connection, services: Services, case_id: int, n: int, *, tenant: str, person: str
) -> Activity | None:
    """The card of what somebody is asked for their agency.

    Where they may not be shown the case (any more), a card that stands already loses its content; otherwise there is
    nothing to send.
    """
    file = cases.case_file(tx, case_id)
    request, view = requests.find(file, n), view_for(services, file, tenant, person)
    summary = texts_asking.request_summary(file.case.reference)
    if request is not None and view is not None and _may_see(view, request):
        return card_message(request_cards.request(view, request), summary)
    if conversations.posted(tx, outgoing.request_key(case_id, n, tenant, person)) is None:
        return None
    return card_message(_emptied(file), file.case.reference)


def view_for(services: Services, file: CaseFile, tenant: str, person: str) -> CaseView | None:
    actor, hub = services.directory.actor(tenant, person), services.directory.hub(file.case.hub_id)
    if actor is None or hub is None:
        return None
    now = services.clock.now()
    can = changing.allowed_actions(file, actor, hub, now)
    return CaseView(services.directory, hub, file, actor, can, Surface.CHAT, now)


def _may_see(view: CaseView, request: InformationRequest) -> bool:
    is_told = (view.actor.tenant, view.actor.object_id) in request.told
    is_asked = is_told and request.agency_id == view.actor.agency.id
    return is_asked and Action.READ_CASE in view.can and view.case.state not in ENDED


def call_back_message(
    tx: Connection, services: Services, case_id: int, n: int, *, tenant: str, person: str
) -> Activity | None:
    """The card of whoever asked an agency that wants to be called or has a part to play.

    Where they may not be shown it (any more), or it wants nobody, only what stands already is drawn anew.
    """
    file = cases.case_file(tx, case_id)
    request, view = requests.find(file, n), view_for(services, file, tenant, person)
    stands = conversations.posted(tx, outgoing.call_back_key(case_id, n, tenant, person)) is not None
    if request is None or not (stands or call_backs.is_waiting(file, request)):
        return None
    reference, is_over = file.case.reference, file.case.state in ENDED
    if view is not None and Action.READ_CASE in view.can and not is_over:
        summary = texts_asking.call_back_summary(reference, request.reply)
        return card_message(call_back_cards.call_back(view, request), summary)
    return card_message(_emptied(file), reference) if stands else None


def _emptied(file: CaseFile) -> CardJson:
    """What is left of a card about a request once its case has ended, or is not for this person any more."""
    sentences = {
        CaseState.MERGED: texts_asking.GOES_ON,
        CaseState.TRANSFERRED: texts_asking.HANDED_ON,
        **dict.fromkeys(ENDED - {CaseState.MERGED, CaseState.TRANSFERRED}, texts_asking.HAS_ENDED),
    }
    return request_cards.emptied(
        file.case.reference, sentences.get(file.case.state, texts_asking.NOT_FOR_YOU)
    )


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
    task = next((each for each in file.tasks if each.n == n), None)
    view = view_for(services, file, tenant, person)
    is_told = (tenant, person) in task_messages.told(tx, case_id, n)
    is_theirs = task is not None and view is not None and is_told and tasking_cards.is_theirs(view, task)
    if not is_theirs and conversations.posted(tx, task_key(case_id, n, tenant, person)) is None:
        return None
    reference = file.case.reference
    if task is None or view is None or not is_told:
        return card_message(tasking_cards.emptied(reference), reference)
    day = dates.day(task.due_on) if is_theirs and not task.is_settled else ""
    return card_message(tasking_cards.message(view, task), texts_tasking.card_summary(reference, day))


def call_message(
    tx: Connection, services: Services, case_id: int, n: int, *, named: bool = True
) -> tuple[Activity | None, str]:
    """The call for an agency in the channel of the case's hub, and that hub.

    None once it has answered, or nobody of it may open the case any more.
    """
    file = cases.case_file(tx, case_id)
    request, case = requests.find(file, n), file.case
    hub = services.directory.hub(case.hub_id)
    if hub is None or request is None or not request.is_open or case.state in ENDED:
        return None, case.hub_id
    call = calling.for_agency(
        file, services.directory, hub, request.agency_id, hub.today(services.clock.now())
    )
    summary = texts_asking.request_summary(case.reference)
    return _called(services, case.reference, call, call_cards.request_call, summary, named=named), hub.id


def task_call_message(
    tx: Connection, services: Services, case_id: int, agency_id: str, *, named: bool = True
) -> tuple[Activity | None, str]:
    """The same for an agency that has tasks in the case; None once it has taken all of them on."""
    file = cases.case_file(tx, case_id)
    hub = services.directory.hub(file.case.hub_id)
    if hub is None:
        return None, file.case.hub_id
    call = calling.for_tasks(file, services.directory, hub, agency_id, hub.today(services.clock.now()))
    reference = file.case.reference
    summary = texts_tasking.card_summary(reference, "")
    return _called(services, reference, call, call_cards.task_call, summary, named=named), hub.id


def _called(
    services: Services,
    reference: str,
    call: Call | None,
    draw: Callable[[Sequence[Actor], str, str], CardJson],
    summary: str,
    *,
    named: bool,
) -> Activity | None:
    if call is None:
        return None
    agency = services.directory.agency(call.agency_id)
    people = call.people if named else ()
    return card_message(draw(people, agency.name if agency else "", reference), summary)


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
