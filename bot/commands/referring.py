"""Referring a matter: the form's pages, the look-alike question, and sending.

The draft lives in the store and is the person's own; a pressed button only names it. What was typed is kept before
anything else is decided, so that no answer of ours can lose it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.services import Ask
from bot.turn import Answer, Say, ShowCard, message_text
from cards import forms, referral_form, texts
from cards.verbs import Page
from cards.views import FormView, SentView
from osara_store import cases, drafts
from osara_store.cases import LookAlikes, Submitted
from osara_store.directory import Hub
from osara_store.drafts import Draft
from osara_store.errors import DraftNotFound
from osara_store.policy import Action, Ruling, may
from osara_store.referral import Danger, Referral

SHORT_DIALOG = 380  # pixels: a heading, a few lines and the buttons
# Room for what the person has to shorten, and an end to what a draft can grow to.
MOST_OF_A_MESSAGE = 8000
Values = Mapping[str, str]
Errors = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A draft in the hands of the person who is filling it in."""

    ask: Ask
    hub: Hub
    draft: Draft

    def view(self, errors: Errors | None = None, note: str = "") -> FormView:
        services = self.ask.services
        return FormView(
            directory=services.directory,
            hub=self.hub,
            draft_id=self.draft.id,
            values=self.draft.values,
            surface=self.ask.turn.surface,
            readers=services.directory.readers(self.hub, self.hub.today(self.ask.now)),
            errors=errors or {},
            note=note,
        )

    def first_page(self, errors: Errors | None = None, note: str = "") -> Answer:
        return ShowCard(referral_form.page_one(self.view(errors, note)), texts.dialog_title(Page.ONE))

    def second_page(self, errors: Errors | None = None) -> Answer:
        return ShowCard(referral_form.page_two(self.view(errors)), texts.dialog_title(Page.TWO))


# --- opening ---------------------------------------------------------------------------------------------------------


async def open_form(ask: Ask) -> Answer:
    """The first page, with what the person typed last time, and the message that they chose to refer, if any."""
    return await _open(ask, message=ask.turn.said("message"))


async def open_from_message(ask: Ask) -> Answer:
    """The message extension: the same form, with the message's text filled in."""
    return await _open(ask, message=message_text(ask.turn))


async def _open(ask: Ask, *, message: str) -> Answer:
    hub = hub_of(ask)
    if hub is None:
        return _choose_hub(ask, message)
    refused = _refusal(ask, hub)
    if refused:
        return refused
    draft = await ask.services.database.write(lambda tx: _opened(tx, ask, hub, message))
    note = texts.DRAFT_RESUMED if draft.values and not message else ""
    return Form(ask, hub, draft).first_page(note=note)


def hub_of(ask: Ask) -> Hub | None:
    """The hub that a button names, or whose channel or team we stand in, or the only one that the person's agency serves."""
    directory = ask.services.directory
    named = directory.hub(ask.turn.said("hub")) or directory.hub_of_channel(ask.turn.channel_id)
    return named or _only(directory.hubs_of_team(ask.turn.team_id)) or _only(directory.hubs_of(ask.actor))


def _only(hubs: list[Hub]) -> Hub | None:
    return hubs[0] if len(hubs) == 1 else None


def _choose_hub(ask: Ask, message: str) -> Answer:
    hubs = ask.services.directory.hubs_of(ask.actor)
    if not hubs:
        return Say(texts.NO_HUB)
    card = referral_form.choose_hub(hubs, ask.turn.surface, message)
    return ShowCard(card, texts.dialog_title(Page.HUB), height="small")


def _may(ask: Ask, action: Action, hub: Hub) -> Ruling:
    return may(ask.actor, action, hub, on=hub.today(ask.now))


def _refusal(ask: Ask, hub: Hub, action: Action = Action.REFER) -> Say | None:
    ruling = _may(ask, action, hub)
    return None if ruling.allowed else Say(texts.refusal(ruling.reason))


def _opened(tx: Connection, ask: Ask, hub: Hub, message: str) -> Draft:
    draft = drafts.open_draft(tx, ask.actor, hub.id, ask.now)
    typed = draft.values.get("what", "")
    if not message or message in typed:
        return draft
    what = f"{typed}\n\n{message}".strip()[:MOST_OF_A_MESSAGE]
    return drafts.keep(tx, draft.id, ask.actor, {"what": what}, ask.now)


# --- turning the pages -----------------------------------------------------------------------------------------------


async def next_page(ask: Ask) -> Answer:
    values, errors = forms.read_page_one(ask.turn.data, ask.services.directory)
    form = await _kept(ask, values)
    if isinstance(form, Answer):
        return form
    if form.draft.values.get("danger") in {
        Danger.YES,
        Danger.UNSURE,
    }:  # before anything else, even before faults
        card = referral_form.safeguarding(form.view())
        return ShowCard(card, texts.dialog_title(Page.WARNING), height=SHORT_DIALOG)
    return form.first_page(errors) if errors else form.second_page()


async def warned(ask: Ask) -> Answer:
    """On after the safeguarding message."""
    form = await _kept(ask, {})
    if isinstance(form, Answer):
        return form
    _, errors = forms.read_page_one(form.draft.values, ask.services.directory)
    return form.first_page(errors) if errors else form.second_page()


async def back(ask: Ask) -> Answer:
    """One page back; what stands on this one is kept, right or wrong."""
    form = await _kept(ask, _typed(ask))
    if isinstance(form, Answer):
        return form
    return form.second_page() if ask.turn.said("page") == Page.LOOK_ALIKE else form.first_page()


async def save_for_later(ask: Ask) -> Answer:
    form = await _kept(ask, _typed(ask))
    if isinstance(form, Answer):
        return form
    card = referral_form.saved_for_later(form.view())
    return ShowCard(card, texts.dialog_title(Page.SAVED), height="small")


def _typed(ask: Ask) -> Values:
    """What stands on the page that a button was pressed on, whatever is wrong with it."""
    match ask.turn.said("page"):
        case Page.ONE:
            return forms.read_page_one(ask.turn.data, ask.services.directory)[0]
        case Page.TWO:
            return forms.read_page_two(ask.turn.data)[0]
        case _:
            return {}


async def _kept(ask: Ask, values: Values) -> Form | Answer:
    """The form with these values kept; an answer instead when there is no draft to keep them in."""
    return await ask.services.database.write(lambda tx: _keep(tx, ask, values))


def _keep(tx: Connection, ask: Ask, values: Values) -> Form | Answer:
    draft = _find(tx, ask)
    if draft is None:
        return _in_a_new_draft(tx, ask, values)
    if any(draft.values.get(name, "") != value for name, value in values.items()):
        draft = drafts.keep(tx, draft.id, ask.actor, values, ask.now)
    return Form(ask, _hub_of_draft(ask, draft), draft)


def _find(tx: Connection, ask: Ask) -> Draft | None:
    try:
        return drafts.load(tx, ask.turn.said("draft"), ask.actor)
    except DraftNotFound:
        return None


def _hub_of_draft(ask: Ask, draft: Draft) -> Hub:
    hub = ask.services.directory.hub(draft.hub_id)
    if hub is None:
        raise LookupError(f"hub {draft.hub_id} is no longer in the configuration")
    return hub


def _in_a_new_draft(tx: Connection, ask: Ask, values: Values) -> Answer:
    """The draft is gone, yet something was typed: it goes into a new one, and the person is told."""
    hub = hub_of(ask)
    if hub is None or _refusal(ask, hub):
        return Say(texts.FORM_TOO_OLD)
    draft = drafts.open_draft(tx, ask.actor, hub.id, ask.now)
    draft = drafts.keep(tx, draft.id, ask.actor, {**draft.values, **values}, ask.now)
    return Form(ask, hub, draft).first_page(note=texts.DRAFT_MISSING)


# --- sending ---------------------------------------------------------------------------------------------------------

Take = Callable[[Connection, Form, Referral], Submitted | LookAlikes]


async def send(ask: Ask) -> Answer:
    """Send, unless a page has a fault or open matters look alike that this person may join."""
    return await _finish(ask, _submit_unless_alike)


async def send_anyway(ask: Ask) -> Answer:
    return await _finish(ask, _submit)


async def join(ask: Ask) -> Answer:
    """Join the open matter that looks alike, with everything that was typed."""
    return await _finish(ask, _join, Action.JOIN)


async def _finish(ask: Ask, take: Take, action: Action = Action.REFER) -> Answer:
    answer = await ask.services.database.write(lambda tx: _take(tx, ask, take, action))
    ask.services.wake()
    return answer


def _take(tx: Connection, ask: Ask, take: Take, action: Action) -> Answer:
    """All of it in one transaction: the draft, the checks, the case, and the answer that is true then."""
    draft = _find(tx, ask)
    if draft is None:
        return _in_a_new_draft(tx, ask, _typed(ask))
    hub = _hub_of_draft(ask, draft)
    refused = _refusal(ask, hub, action)
    if refused:
        return refused
    form = Form(ask, hub, replace(draft, values={**draft.values, **_typed(ask)}))
    referral = forms.to_referral(form.draft.values, ask.services.directory)
    if not isinstance(referral, Referral):
        return _page_with_the_fault(tx, form, referral)
    taken = take(tx, form, referral)
    return _which_one(tx, form, taken) if isinstance(taken, LookAlikes) else _sent(form, taken)


def _page_with_the_fault(tx: Connection, form: Form, errors: Errors) -> Answer:
    drafts.keep(tx, form.draft.id, form.ask.actor, form.draft.values, form.ask.now)
    return form.first_page(errors) if forms.on_page_one(errors) else form.second_page(errors)


def _which_one(tx: Connection, form: Form, alike: LookAlikes) -> Answer:
    drafts.keep(tx, form.draft.id, form.ask.actor, form.draft.values, form.ask.now)
    card = referral_form.look_alike(form.view(), alike.open, alike.earlier, alike.restricted)
    return ShowCard(card, texts.dialog_title(Page.LOOK_ALIKE), height=SHORT_DIALOG)


def _submit(tx: Connection, form: Form, referral: Referral, alike: LookAlikes | None = None) -> Submitted:
    ask = form.ask
    return cases.submit(
        tx,
        actor=ask.actor,
        hub=form.hub,
        draft_id=form.draft.id,
        referral=referral,
        now=ask.now,
        rules=ask.services.directory.clocks_of(form.hub),
        alike=alike,
    )


def _submit_unless_alike(tx: Connection, form: Form, referral: Referral) -> Submitted | LookAlikes:
    ask = form.ask
    sent_before = cases.is_same_matter(tx, form.draft, form.hub, referral, ask.actor)
    if not sent_before and _may(ask, Action.JOIN, form.hub).allowed:
        alike = cases.look_alikes(tx, form.hub, referral, ask.actor)
        if alike.open:
            return alike
        return _submit(tx, form, referral, alike)
    return _submit(tx, form, referral)


def _join(tx: Connection, form: Form, referral: Referral) -> Submitted:
    ask = form.ask
    return cases.join(
        tx,
        actor=ask.actor,
        hub=form.hub,
        draft_id=form.draft.id,
        referral=referral,
        case_id=None,
        now=ask.now,
        rules=ask.services.directory.clocks_of(form.hub),
    )


def _sent(form: Form, taken: Submitted) -> Answer:
    case, actor = taken.case, form.ask.actor
    own = (case.referrer_tenant, case.referrer_id) == (actor.tenant, actor.object_id)
    view = SentView(
        case.reference,
        form.hub.name,
        form.ask.turn.surface,
        joined=not own,
        repeat=taken.outcome == "repeat",
        added=taken.outcome == "added",
    )
    return ShowCard(referral_form.sent(view), texts.dialog_title(Page.SENT), height=SHORT_DIALOG)
