"""The cards that leave the case: what somebody is asked for their agency, and a refusal's news.

Whoever draws the first has asked the policy: a card that stands where the case may no longer be read, or whose case has
ended, is emptied instead.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cards import asking_cards, case_pieces, dates, parts, texts, texts_asking, verbs, words
from cards.case_view import CaseView
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store.case_file import InformationRequest
from osara_store.directory import Agency, Hub
from osara_store.policy import Action
from osara_store.schema import Reply

# As many people as stay readable; whoever looks more of them up opens the case anyway.
_MOST_PEOPLE: Final = 12


def request(view: CaseView, request: InformationRequest) -> CardJson:
    """What this person is asked for their agency, and once somebody has answered, the answer."""
    body, buttons = _unanswered(view, request) if request.is_open else _answered(view, request)
    if Action.ANSWER_REQUEST not in view.can:
        buttons = []
    opening = parts.case_opener(texts_asking.OPEN, verbs.CASE_OPEN, case=view.case.reference)
    return parts.card([*_head(view), *body], [*buttons, opening])


def emptied(reference: str, sentence: str) -> CardJson:
    """What is left of such a card once the case has ended, or is not for this person any more: a sentence about why."""
    return parts.card([parts.heading(reference), parts.paragraph(sentence, "Small")])


def _head(view: CaseView) -> list[Strict]:
    about = texts.BETWEEN.join((view.case.reference, view.directory.marking))
    note: list[Strict] = [parts.notice(parts.paragraph(view.note), style="accent")] if view.note else []
    return [parts.heading(texts_asking.QUESTION), parts.quiet(as_typed(about)), *note]


# --- what is asked ---------------------------------------------------------------------------------------------------


def _unanswered(view: CaseView, request: InformationRequest) -> tuple[list[Strict], list[Button]]:
    by = request.by
    asker = texts_asking.asked_by(
        as_typed(by.author_name),
        as_typed(view.agency(by.author_agency_id)),
        as_typed(view.agency(request.agency_id)),
    )
    facts = {
        **asking_cards.asked(view, request),
        texts_asking.PROBLEM: view.category,
        texts_asking.WHERE: view.case.where,
    }
    body: list[Strict] = [
        parts.paragraph(asker, "Medium"),
        parts.facts(facts),
        parts.small_heading(texts_asking.ABOUT),
        *(parts.paragraph(line, "Small") for line in _people(view)),
        parts.quiet(texts_asking.WHO_SEES, "Medium"),
    ]
    return body, [_reply(view, request, reply) for reply in Reply]


def _people(view: CaseView) -> Iterator[str]:
    if not view.file.people:
        yield texts_asking.NOBODY_NAMED
    for person in view.file.people[:_MOST_PEOPLE]:
        yield texts_asking.person(words.PERSON_ROLE[person.role], as_typed(person.description))
    if len(view.file.people) > _MOST_PEOPLE:
        yield texts_asking.more_people(len(view.file.people) - _MOST_PEOPLE)


def _reply(view: CaseView, request: InformationRequest, reply: Reply) -> Button:
    return view.button(
        texts_asking.REPLIES[reply],
        verbs.REQUEST_ANSWER,
        name=f"reply-{reply}",
        n=request.n,
        reply=str(reply),
        on_card=True,
    )


# --- what was answered -----------------------------------------------------------------------------------------------


def _answered(view: CaseView, request: InformationRequest) -> tuple[list[Strict], list[Button]]:
    """Who answered has looked it up: the place and the people are for the case to show."""
    told: list[Strict] = [parts.paragraph(asking_cards.said(view, request))]
    if request.note:
        told.append(parts.paragraph(as_typed(request.note), "Small"))
    body: list[Strict] = [parts.facts(asking_cards.asked(view, request)), case_pieces.panel(*told)]
    wants_words = request.reply != Reply.NOTHING and not request.note
    more = [_form(view, request, texts_asking.SAY_MORE, "more", main=True)] if wants_words else []
    return body, [*more, _form(view, request, texts_asking.CHANGE, "change")]


def _form(
    view: CaseView, request: InformationRequest, title: str, name: str, *, main: bool = False
) -> Button:
    """A button that opens the form in a dialog."""
    return parts.case_opener(
        title,
        verbs.REQUEST_ANSWER_OPEN,
        name=name,
        main=main,
        case=view.case.reference,
        seen=view.case.moves,
        n=request.n,
    )


# --- the manager's news ------------------------------------------------------------------------------------------------


def refusal(agency: Agency, hub: Hub, on: date) -> CardJson:
    """For the hub's manager: an agency that cannot be shown anything has tried. It tells of no case."""
    body: list[Strict] = [
        parts.heading(texts_asking.REFUSAL_TITLE),
        parts.paragraph(_why_refused(agency, hub, on), "Small"),
        parts.paragraph(texts_asking.REFUSAL_DO, "Small"),
        parts.quiet(texts_asking.REFUSAL_ONCE, "Medium"),
    ]
    return parts.card(body)


def _why_refused(agency: Agency, hub: Hub, on: date) -> str:
    names = as_typed(agency.name), as_typed(hub.name)
    agreement = agency.agreement
    if agreement is None:
        return texts_asking.refused(*names, "")
    if on < agreement.signed:
        return texts_asking.refused_until(*names, dates.day(agreement.signed))
    return texts_asking.refused(*names, dates.day(agreement.expires))
