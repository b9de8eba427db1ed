"""What goes to people about a case meeting: drawn when it is sent, under the rules that hold then."""

from sqlalchemy import Connection

from bot.drawing import Activity, card_message
from bot.for_partners import view_for
from bot.services import Services
from cards import meeting_cards, request_cards, texts_asking, texts_meetings
from osara_store import cases, conversations, meetings
from osara_store.case_file import Meeting
from osara_store.schema import MeetingState
from osara_store.states import ENDED


def card_key(case_id: int, n: int, tenant: str, person: str) -> str:
    """Under which the card of one person about one meeting stands."""
    return f"meeting:{case_id}:{n}:{tenant}:{person}"


def personal(
    tx: Connection, services: Services, case_id: int, n: int, tenant: str, person: str
) -> Activity | None:
    """The meeting for one person: whoever arranges it from the first, those invited once it has a time.

    For whom it is not any more, a card that stands already says so without content; otherwise there is nothing to send.
    """
    file = cases.case_file(tx, case_id)
    meeting, view = meetings.find(file, n), view_for(services, file, tenant, person)
    is_invited = (tenant, person) in _invited(
        meeting
    )  # or was: what they had to do has gone to somebody else
    is_theirs = is_invited and view is not None and meeting_cards.is_theirs(view, meeting)
    if not is_theirs and conversations.posted(tx, card_key(case_id, n, tenant, person)) is None:
        return None
    if view is None or not is_invited:
        reference = file.case.reference
        return card_message(request_cards.emptied(reference, texts_asking.NOT_FOR_YOU), reference)
    when = meeting_cards.when(meeting, view.hub) if is_theirs else ""
    card = meeting_cards.message(view, meeting)
    return card_message(card, texts_meetings.summary(file.case.reference, when))


def _invited(meeting: Meeting) -> set[tuple[str, str]]:
    by = meeting.by.author_tenant, meeting.by.author_id
    return {by, *((each.tenant, each.person) for each in meeting.people)}


def agenda_key(case_id: int, n: int) -> str:
    return f"meeting-agenda:{case_id}:{n}"


def agenda(tx: Connection, services: Services, case_id: int, n: int) -> tuple[Activity | None, str]:
    """The agenda in the thread of the case's card, and its hub; None where nothing was and is to be seen there.

    Of a restricted case the channel hears nothing.
    """
    file = cases.case_file(tx, case_id)
    meeting, case = meetings.find(file, n), file.case
    hub = services.directory.hub(case.hub_id)
    is_ahead = meeting.state is MeetingState.BOOKED and case.state not in ENDED and not case.restricted
    if hub is None or (not is_ahead and conversations.posted(tx, agenda_key(case_id, n)) is None):
        return None, case.hub_id
    card = meeting_cards.agenda(file, meeting, services.directory, hub, services.clock.now())
    when = meeting_cards.when(meeting, hub) if is_ahead else ""
    return card_message(card, texts_meetings.summary(case.reference, when)), case.hub_id
