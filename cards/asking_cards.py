"""Asking the partners from within a case: whom and why, what they answered, and the answer of one's own agency."""

from collections.abc import Sequence

from cards import call_back_cards, case_fields, case_pieces, dates, parts, texts_asking, verbs
from cards.asking_forms import MOST_NOTE, MOST_REASON
from cards.case_view import CaseView, Typed, fault, top
from cards.elements import Action as Button
from cards.elements import Choice, ChoiceInput, Strict
from cards.escape import as_typed
from cards.pages import on_pages, turning
from cards.parts import CardJson
from osara_store import requests
from osara_store.case_file import InformationRequest
from osara_store.policy import Action
from osara_store.requests import Candidate
from osara_store.schema import Reply
from osara_store.states import ENDED

# --- whom to ask -----------------------------------------------------------------------------------------------------


def ask(view: CaseView, typed: Typed | None = None) -> CardJson:
    """Whom to ask, those ticked who often know something, each with how many people can read the case."""
    offered = requests.suggested(view.file, view.directory, view.hub, view.today)
    likely = ",".join(each.agency.id for each in offered if each.is_suggested)
    return case_fields.form(typed or Typed({"agencies": likely}, {}), lambda form: _ask(view, offered, form))


def _ask(view: CaseView, offered: Sequence[Candidate], typed: Typed) -> CardJson:
    back = case_fields.back_without_saving(view, verbs.CASE_OPEN)
    if not offered:
        nobody = parts.paragraph(texts_asking.ASK_NOBODY_LEFT, "Medium")
        return parts.card([*top(view, _ask_title(view)), nobody, *_waiting(view)], [back])
    body: list[Strict] = [
        *top(view, _ask_title(view)),
        parts.paragraph(texts_asking.ASK_WHY, "Medium"),
        *_likely(offered),
        *_waiting(view),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed,
            "reason",
            texts_asking.ASK_REASON,
            most=MOST_REASON,
            lines=True,
            example=texts_asking.ASK_EXAMPLE,
        ),
        _agencies(offered, typed),
        *fault(typed, "agencies"),
    ]
    return parts.card(body, [view.button(texts_asking.ASK_NOW, verbs.REQUEST_ASK, main=True), back])


def _ask_title(view: CaseView) -> str:
    return texts_asking.ASK_MORE if view.file.requests else texts_asking.ASK


def _likely(offered: Sequence[Candidate]) -> list[Strict]:
    chosen = [each for each in offered if each.is_suggested]
    if not chosen:
        return []
    said = texts_asking.seen_by(len(chosen), sum(each.people for each in chosen))
    return [parts.quiet(said, "Small")]


def _waiting(view: CaseView) -> list[Strict]:
    silent = [as_typed(view.agency(each.agency_id)) for each in view.file.requests if each.is_open]
    return [parts.quiet(texts_asking.still_silent(", ".join(silent)), "Small")] if silent else []


def _agencies(offered: Sequence[Candidate], typed: Typed) -> ChoiceInput:
    return ChoiceInput(
        id="agencies",
        label=texts_asking.ASK_WHOM,
        choices=[
            Choice(title=texts_asking.candidate(each.agency.name, each.people), value=each.agency.id)
            for each in offered
        ],
        value=typed.values.get("agencies") or None,
        style="expanded",
        wrap=True,
        is_multi_select=True,
        spacing="Large",
    )


# --- what they answered ----------------------------------------------------------------------------------------------


def panel(view: CaseView) -> list[Strict]:
    """The overview's count of the answers."""
    if not view.file.requests or view.case.state in ENDED:
        return []
    counted = requests.tally(view.file, view.now)
    lines = [texts_asking.replies(counted)] if counted.replied else []
    told: list[Strict] = [parts.paragraph(texts_asking.counted(counted))]
    told += [parts.paragraph(line, "None") for line in lines]
    if counted.overdue:
        told.append(case_pieces.alarm(texts_asking.silent(counted)))
    elif counted.silent:
        told.append(parts.quiet(texts_asking.silent(counted), "Small"))
    return [case_pieces.panel(*told, case_pieces.buttons(to_tally(view)))]


def to_tally(view: CaseView) -> Button:
    title = texts_asking.tally_button(requests.tally(view.file, view.now))
    return view.button(title, verbs.REQUESTS_TALLY)


def tally(view: CaseView, page: int = 0) -> CardJson:
    """Who was asked and what came of it, by name: the silent ones first, then those who have something to say."""
    head = top(view, texts_asking.TALLY_TITLE)
    if not view.file.requests:
        head.append(parts.paragraph(texts_asking.NOT_ASKED, "Medium"))
    more = view.button(texts_asking.ASK_MORE, verbs.REQUEST_OPEN, main=True)
    ways_on = [*([more] if Action.ASK_PARTNERS in view.can else []), case_pieces.to_case(view)]
    return on_pages(
        head,
        [case_pieces.block(*_line(view, request)) for request in _in_order(view)],
        page,
        lambda number, more_pages: [
            *ways_on,
            *turning(view, verbs.REQUESTS_TALLY, number, more=more_pages),
        ],
    )


_ORDER = ("", Reply.CALL, Reply.PART, Reply.SOMETHING, Reply.NOTHING)


def _in_order(view: CaseView) -> list[InformationRequest]:
    return sorted(requests.newest(view.file), key=lambda request: (_ORDER.index(request.reply), request.n))


def _line(view: CaseView, request: InformationRequest) -> list[Strict]:
    name = parts.paragraph(f"**{as_typed(view.agency(request.agency_id))}**")
    if request.is_open:
        return [name, _silence(view, request), *_reminded(view, request)]
    found: list[Strict] = [name, parts.paragraph(said(view, request), "None"), *_called(view, request)]
    return [*found, parts.paragraph(as_typed(request.note), "Small")] if request.note else found


def _called(view: CaseView, request: InformationRequest) -> list[Strict]:
    """Whether somebody has called back who asked for it."""
    if request.reply != Reply.CALL:
        return []
    return [parts.quiet(call_back_cards.heard(view, request) or texts_asking.NOT_CALLED_YET)]


def _silence(view: CaseView, request: InformationRequest) -> Strict:
    day = dates.day(view.hub.today(request.due_at))
    if request.due_at < view.now:
        return case_pieces.alarm(texts_asking.late_since(day))
    return parts.quiet(texts_asking.due_by(day), "None")


def _reminded(view: CaseView, request: InformationRequest) -> list[Strict]:
    if request.reminded_at is None:
        return []
    return [parts.quiet(texts_asking.reminded_on(dates.day(view.hub.today(request.reminded_at))))]


def said(view: CaseView, request: InformationRequest) -> str:
    """The answer, who gave it and when."""
    at = request.replied_at or request.by.at
    name, day = as_typed(request.replied_name), dates.day(view.hub.today(at))
    return texts_asking.answered(texts_asking.REPLIES[Reply(request.reply)], name, day)


# --- the answer of one's own agency ----------------------------------------------------------------------------------


def own_to_answer(view: CaseView) -> InformationRequest | None:
    """What this person may answer, or answer otherwise, for their agency."""
    return requests.own(view.file, view.actor.agency.id) if Action.ANSWER_REQUEST in view.can else None


def to_answer(view: CaseView, request: InformationRequest) -> Button:
    title = texts_asking.ANSWER_TITLE if request.is_open else texts_asking.CHANGE
    return view.button(title, verbs.REQUEST_ANSWER_OPEN, n=request.n)


def answer(view: CaseView, request: InformationRequest, typed: Typed | None = None) -> CardJson:
    standing = Typed({"reply": request.reply, "note": request.note}, {})
    return case_fields.form(typed or standing, lambda form: _answer(view, request, form))


def _answer(view: CaseView, request: InformationRequest, typed: Typed) -> CardJson:
    body: list[Strict] = [
        *top(view, texts_asking.ANSWER_TITLE),
        parts.facts(asked(view, request)),
        *case_fields.check_these(typed),
        *case_fields.question(typed, "reply", texts_asking.ANSWER_REPLY, texts_asking.REPLIES),
        *case_fields.text(
            typed,
            "note",
            texts_asking.ANSWER_NOTE,
            most=MOST_NOTE,
            lines=True,
            example=texts_asking.ANSWER_EXAMPLE,
        ),
        parts.quiet(texts_asking.ANSWER_SEEN, "Small"),
    ]
    save = view.button(texts_asking.ANSWER, verbs.REQUEST_ANSWER, main=True, n=request.n)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.CASE_OPEN)])


def asked(view: CaseView, request: InformationRequest) -> dict[str, str]:
    """Why it is asked, and by when an answer helps."""
    return {
        texts_asking.WHY: request.reason,
        texts_asking.BY_WHEN: dates.day(view.hub.today(request.due_at)),
    }
