"""The personal card of whoever asked an agency that now wants to be called, or has a part to play.

It tells who, of which agency, and the case's reference; nothing of what the case holds.
"""

from cards import case_fields, case_pieces, dates, parts, texts, texts_asking, verbs
from cards.asking_forms import MOST_NOTE
from cards.case_view import CaseView, Typed
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store import call_backs
from osara_store.case_file import InformationRequest
from osara_store.schema import Reply


def call_back(view: CaseView, request: InformationRequest, typed: Typed | None = None) -> CardJson:
    """What the agency answered, and once somebody has called or looked, who."""
    return case_fields.form(typed or Typed.nothing(), lambda form: _card(view, request, form))


def _card(view: CaseView, request: InformationRequest, typed: Typed) -> CardJson:
    waits = call_backs.is_waiting(view.file, request)
    body: list[Strict] = [
        parts.heading(_title(request)),
        parts.quiet(as_typed(texts.BETWEEN.join((view.case.reference, view.directory.marking)))),
        *([parts.notice(parts.paragraph(view.note), style="accent")] if view.note else []),
        parts.paragraph(_who(view, request), "Medium"),
        *(_note(typed) if waits and request.reply == Reply.CALL else _heard(view, request)),
    ]
    return parts.card(body, _buttons(view, request, waits=waits))


def _title(request: InformationRequest) -> str:
    titles = {Reply.CALL: texts_asking.CALL_BACK_TITLE, Reply.PART: texts_asking.PART_TITLE}
    return titles.get(Reply(request.reply), texts_asking.CHANGED_TITLE)


def _who(view: CaseView, request: InformationRequest) -> str:
    name, agency = as_typed(request.replied_name), as_typed(view.agency(request.agency_id))
    day = dates.day(view.hub.today(request.replied_at or request.by.at))
    match Reply(request.reply):
        case Reply.CALL:
            return texts_asking.wants_a_call(name, agency, day)
        case Reply.PART:
            return texts_asking.has_a_part(name, agency, day)
        case _:
            return texts_asking.answered_otherwise(name, agency, day)


def _note(typed: Typed) -> list[Strict]:
    label = texts_asking.CALL_NOTE
    return [
        *case_fields.check_these(typed),
        *case_fields.text(
            typed, "note", label, most=MOST_NOTE, lines=True, example=texts_asking.CALL_EXAMPLE
        ),
    ]


def _heard(view: CaseView, request: InformationRequest) -> list[Strict]:
    said = heard(view, request)
    return [case_pieces.panel(parts.paragraph(said))] if said else []


def heard(view: CaseView, request: InformationRequest) -> str:
    """Who has called or looked, and when; empty while nobody has."""
    if request.heard_at is None:
        return ""
    name, day = as_typed(request.heard_by), dates.day(view.hub.today(request.heard_at))
    return (texts_asking.called_back if request.reply == Reply.CALL else texts_asking.seen)(name, day)


def _buttons(view: CaseView, request: InformationRequest, *, waits: bool) -> list[Button]:
    """Opening the case is all that a part to play asks for; a call is said to have been made."""
    is_seen_by_opening = waits and request.reply == Reply.PART
    opening = parts.case_opener(
        texts_asking.OPEN,
        verbs.REQUEST_SEEN if is_seen_by_opening else verbs.CASE_OPEN,
        main=is_seen_by_opening,
        case=view.case.reference,
        n=request.n,
    )
    if not waits or request.reply != Reply.CALL:
        return [opening]
    called = view.button(texts_asking.I_HAVE_CALLED, verbs.REQUEST_CALLED, main=True, n=request.n)
    return [called, case_fields.without_inputs(opening)]
