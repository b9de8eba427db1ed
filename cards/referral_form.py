"""The referral form, page by page, up to the moment it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from cards import checks, forms, parts, texts, texts_search, verbs
from cards.elements import Action, Choice, ChoiceInput, Container, Strict
from cards.escape import as_typed
from cards.fields import choice_field, question, required_question, text_field, told_of_lost_choices
from cards.parts import CardJson
from cards.verbs import Page, Surface
from cards.views import FormView, SentView
from osara_store.directory import Hub

_FEW_HUBS: Final = 8


def choose_hub(hubs: Sequence[Hub], surface: Surface, message: str = "") -> CardJson:
    """For people whose agency serves several hubs; a message that they want to refer is carried along."""
    asked = ChoiceInput(
        id="hub",
        label=texts.CHOOSE_HUB_LABEL,
        choices=[Choice(title=hub.name, value=hub.id) for hub in hubs],
        placeholder=texts.CHOOSE_ONE,
        style="expanded" if len(hubs) <= _FEW_HUBS else "compact",
        is_required=True,
        error_message=texts.CHOOSE_HUB_ERROR,
        spacing="Medium",
    )
    carried = {"message": message[: forms.most_characters("what")]} if message else {}
    go_on = parts.button(surface, texts.NEXT, verbs.REFER_HUB, main=True, page=str(Page.HUB), **carried)
    return parts.card([parts.heading(texts.CHOOSE_HUB_TITLE), asked], [go_on])


def page_one(form: FormView) -> CardJson:
    """What is happening: eight answers, danger first."""
    return _page(_page_one, form, forms.PAGE_ONE)


def _page_one(form: FormView) -> CardJson:
    body: list[Strict] = [
        parts.emergency(),
        *_top(form, 1, texts.page_one_title(form.hub.name), forms.PAGE_ONE),
        *required_question(form, "danger"),
        *text_field(form, "what"),
        *choice_field(form, "category"),
        *text_field(form, "where"),
        *choice_field(form, "since"),
        *choice_field(form, "frequency"),
        *text_field(form, "tried"),
        *text_field(form, "wanted"),
    ]
    return parts.card(
        body,
        [
            _button(form, Page.ONE, texts.NEXT, verbs.REFER_NEXT, main=True),
            _button(form, Page.ONE, texts.SAVE, verbs.REFER_SAVE),
        ],
    )


def safeguarding(form: FormView) -> CardJson:
    """Shown before anything else to a person who says that someone is in danger."""
    body: list[Strict] = [
        Container(
            items=[
                parts.heading(texts.WARNING_TITLE),
                parts.paragraph(texts.WARNING_FIRST, "Small"),
                parts.paragraph(as_typed(form.directory.safeguarding)),
            ],
            style="attention",
            bleed=True,
        ),
        parts.paragraph(texts.WARNING_THEN, "Large"),
    ]
    return parts.card(
        body,
        [
            _button(form, Page.WARNING, texts.WARNING_DONE, verbs.REFER_WARNED, main=True),
            _button(form, Page.WARNING, texts.BACK, verbs.REFER_BACK),
        ],
    )


def page_two(form: FormView) -> CardJson:
    """Who it concerns: the private page, which says first who will read it."""
    return _page(_page_two, form, forms.PAGE_TWO)


def _page_two(form: FormView) -> CardJson:
    body: list[Strict] = [
        *_top(form, 2, texts.PAGE_TWO_TITLE, forms.PAGE_TWO),
        parts.notice(
            parts.small_heading(texts.READERS_TITLE),
            parts.paragraph(texts.readers(form.readers), "Small"),
            parts.quiet(texts.CHANNEL_SEES, "Small"),
        ),
        *text_field(form, "affected"),
        *text_field(form, "involved"),
        *question(form, "equality"),
        parts.quiet(texts.EQUALITY_WHY, "Small"),
        *text_field(form, "equality_note"),
        *question(form, "sharing_basis"),
        *text_field(form, "own_reference"),
    ]
    return parts.card(
        body,
        [
            _button(form, Page.TWO, texts.BACK, verbs.REFER_BACK),
            _button(form, Page.TWO, texts.SEND, verbs.REFER_SEND, main=True),
            _button(form, Page.TWO, texts.SAVE, verbs.REFER_SAVE),
        ],
    )


def look_alike(form: FormView, open_matters: int, earlier: int, restricted: int = 0) -> CardJson:
    """How many known matters look the same, and nothing else about them."""
    body: list[Strict] = [
        parts.heading(texts.look_alike_title(open_matters, earlier)),
        parts.paragraph(texts.look_alike_why(open_matters, earlier), "Small"),
    ]
    if restricted:
        body.append(parts.paragraph(texts_search.restricted(restricted), "Small"))
    actions = []
    if open_matters:
        body.append(parts.paragraph(texts.LOOK_ALIKE_JOIN, "Medium"))
        actions.append(_button(form, Page.LOOK_ALIKE, texts.JOIN, verbs.REFER_JOIN, main=True))
    body.append(parts.paragraph(texts.LOOK_ALIKE_SEND, "Small"))
    actions.append(_button(form, Page.LOOK_ALIKE, texts.SEND_ANYWAY, verbs.REFER_SEND_ANYWAY))
    actions.append(_button(form, Page.LOOK_ALIKE, texts.BACK, verbs.REFER_BACK))
    return parts.card(body, actions)


def saved_for_later(form: FormView) -> CardJson:
    body: list[Strict] = [
        parts.heading(texts.SAVED_TITLE),
        parts.paragraph(as_typed(texts.saved(form.hub.name)), "Small"),
        parts.paragraph(texts.SAVED_HOW, "Small"),
    ]
    return parts.card(body, [_button(form, Page.SAVED, texts.CARRY_ON_NOW, verbs.REFER_OPEN)])


def sent(view: SentView) -> CardJson:
    """The answer to Send: the reference, and only what is true at that moment."""
    title = texts.joined_title(view.hub_name) if view.joined else texts.sent_title(view.hub_name)
    body: list[Strict] = [
        parts.heading(title),
        parts.reference(view.reference),
        parts.paragraph(_what_sending_did(view), "Medium"),
    ]
    return parts.card(body, [parts.button(view.surface, texts.MY_CASES, verbs.CASES_MINE)])


def _what_sending_did(view: SentView) -> str:
    if view.added:
        return texts.SENT_ADDED
    if view.repeat:
        return texts.SENT_REPEAT
    return texts.SENT_JOINED_NEXT if view.joined else texts.SENT_NEXT


# --- pieces ----------------------------------------------------------------------------------------------------------


def _top(form: FormView, number: int, title: str, fields: tuple[str, ...]) -> list[Strict]:
    """Title, page and marking; then a word of welcome and, when it came back, where to look."""
    top: list[Strict] = [
        parts.heading(title),
        parts.quiet(as_typed(texts.step(number, form.directory.marking))),
    ]
    if form.note:
        top.append(parts.notice(parts.paragraph(form.note), style="accent"))
    faulty = [field for field in fields if field in form.errors]
    if faulty:
        top.append(parts.notice(parts.paragraph(texts.check_these(faulty)), style="warning"))
    return top


def _button(form: FormView, page: Page, title: str, verb: str, *, main: bool = False) -> Action:
    """The bot looks the draft up by its id, and checks whose it is."""
    return parts.button(
        form.surface, title, verb, main=main, draft=form.draft_id, hub=form.hub.id, page=str(page)
    )


def _page(build: Callable[[FormView], CardJson], form: FormView, fields: tuple[str, ...]) -> CardJson:
    """The page; a text far beyond its limit is shown cut, with a word about that, rather than not at all."""
    form = told_of_lost_choices(form, fields)
    card = build(form)
    while not checks.fits(card):
        form = _shortened(form, fields, by=checks.size_of(card) - checks.MOST_BYTES)
        card = build(form)
    return card


def _shortened(form: FormView, fields: tuple[str, ...], by: int) -> FormView:
    longest = max(fields, key=lambda field: len(form.values.get(field, "")))
    text = form.values[longest]
    shown = text[: max(len(text) - by, len(text) // 2)]
    return replace(form, values={**form.values, longest: shown}, note=texts.CUT_TO_FIT)
