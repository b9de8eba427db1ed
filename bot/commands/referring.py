"""Referring a matter: the form's pages, the look-alike question, and sending.

The draft lives in the store and is the person's own; a pressed button only names it. What was typed is kept before
anything else is decided, so that no answer of ours can lose it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.services import Services
from bot.turn import Answer, Say, ShowCard, Turn, message_text
from cards import forms, referral_form, texts
from cards.verbs import Page
from cards.views import FormView, SentView
from osara_store import cases, drafts
from osara_store.cases import LookAlikes, Submitted
from osara_store.directory import Actor, Hub
from osara_store.drafts import Draft
from osara_store.errors import DraftNotFound
from osara_store.policy import Action, may
from osara_store.referral import Danger, Referral

Values = dict[str, str]
Errors = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A draft in the hands of the person who is filling it in."""

    services: Services
    turn: Turn
    actor: Actor
    hub: Hub
    draft: Draft

    def view(self, errors: Errors | None = None, note: str = "") -> FormView:
        return FormView(
            directory=self.services.directory,
            hub=self.hub,
            draft_id=self.draft.id,
            values=self.draft.values,
            surface=self.turn.surface,
            readers=self.services.directory.readers(self.hub, self.services.today()),
            errors=errors or {},
            note=note,
        )

    def first_page(self, errors: Errors | None = None, note: str = "") -> Answer:
        return ShowCard(referral_form.page_one(self.view(errors, note)), texts.dialog_title(Page.ONE))

    def second_page(self, errors: Errors | None = None) -> Answer:
        return ShowCard(referral_form.page_two(self.view(errors)), texts.dialog_title(Page.TWO))


# --- opening ---------------------------------------------------------------------------------------------------------


async def open_form(services: Services, turn: Turn, actor: Actor) -> Answer:
    """The first page, with what the person typed last time."""
    return await _open(services, turn, actor, message="")


async def open_from_message(services: Services, turn: Turn, actor: Actor) -> Answer:
    """The message extension: the same form, with the message's text filled in."""
    return await _open(services, turn, actor, message=message_text(turn))


async def _open(services: Services, turn: Turn, actor: Actor, *, message: str) -> Answer:
    hub = hub_of(services, turn, actor)
    if hub is None:
        return choose_hub(services, turn, actor)
    ruling = may(actor, Action.REFER, hub, on=services.today())
    if not ruling.allowed:
        return Say(texts.refusal(ruling.reason))
    now = services.clock.now()
    draft = await services.database.write(lambda tx: _opened(tx, actor, hub, message, now))
    note = texts.DRAFT_RESUMED if draft.values and not message else ""
    return Form(services, turn, actor, hub, draft).first_page(note=note)


def hub_of(services: Services, turn: Turn, actor: Actor) -> Hub | None:
    """The hub that a button names, or whose channel we stand in, or the only one that the person's agency serves."""
    named = services.directory.hub(turn.said("hub")) or services.directory.hub_of_channel(turn.channel_id)
    own = services.directory.hubs_of(actor)
    return named or (own[0] if len(own) == 1 else None)


def choose_hub(services: Services, turn: Turn, actor: Actor) -> Answer:
    hubs = services.directory.hubs_of(actor)
    if not hubs:
        return Say(texts.NO_HUB)
    return ShowCard(referral_form.choose_hub(hubs, turn.surface), texts.dialog_title(Page.ONE), height="small")


def _opened(tx: Connection, actor: Actor, hub: Hub, message: str, now: datetime) -> Draft:
    draft = drafts.open_draft(tx, actor, hub.id, now)
    typed = draft.values.get("what", "")
    if not message or message in typed:
        return draft
    return drafts.keep(tx, draft.id, actor, {"what": f"{typed}\n\n{message}".strip()}, now)


# --- turning the pages -----------------------------------------------------------------------------------------------


async def next_page(services: Services, turn: Turn, actor: Actor) -> Answer:
    values, errors = forms.read_page_one(turn.data, services.directory)
    form = await _kept(services, turn, actor, values)
    if isinstance(form, Answer):
        return form
    if errors:
        return form.first_page(errors)
    if form.draft.values.get("danger") == Danger.YES:
        return ShowCard(referral_form.safeguarding(form.view()), texts.dialog_title(Page.WARNING))
    return form.second_page()


async def warned(services: Services, turn: Turn, actor: Actor) -> Answer:
    """On after the safeguarding message."""
    form = await _kept(services, turn, actor, {})
    return form if isinstance(form, Answer) else form.second_page()


async def back(services: Services, turn: Turn, actor: Actor) -> Answer:
    """The first page again; what stands on the second is kept, right or wrong."""
    form = await _kept(services, turn, actor, _typed(services, turn))
    return form if isinstance(form, Answer) else form.first_page()


async def save_for_later(services: Services, turn: Turn, actor: Actor) -> Answer:
    form = await _kept(services, turn, actor, _typed(services, turn))
    if isinstance(form, Answer):
        return form
    card = referral_form.saved_for_later(form.view())
    return ShowCard(card, texts.dialog_title(Page.SAVED), height="small")


def _typed(services: Services, turn: Turn) -> Values:
    """What stands on the page that a button was pressed on, whatever is wrong with it."""
    match turn.said("page"):
        case Page.ONE:
            return forms.read_page_one(turn.data, services.directory)[0]
        case Page.TWO:
            return forms.read_page_two(turn.data)[0]
        case _:
            return {}


async def _kept(services: Services, turn: Turn, actor: Actor, values: Values) -> Form | Answer:
    """The form with these values kept; an answer instead when there is no open draft to keep them in."""
    now = services.clock.now()
    return await services.database.write(lambda tx: _keep(tx, services, turn, actor, values, now))


def _keep(
    tx: Connection, services: Services, turn: Turn, actor: Actor, values: Values, now: datetime
) -> Form | Answer:
    draft = _find(tx, turn, actor)
    if draft is None:
        return _in_a_new_draft(tx, services, turn, actor, values, now)
    if any(draft.values.get(name, "") != value for name, value in values.items()):
        draft = drafts.keep(tx, draft.id, actor, values, now)
    return Form(services, turn, actor, _hub_of_draft(services, draft), draft)


def _find(tx: Connection, turn: Turn, actor: Actor) -> Draft | None:
    try:
        return drafts.load(tx, turn.said("draft"), actor)
    except DraftNotFound:
        return None


def _hub_of_draft(services: Services, draft: Draft) -> Hub:
    hub = services.directory.hub(draft.hub_id)
    if hub is None:
        raise LookupError(f"hub {draft.hub_id} is no longer in the configuration")
    return hub


def _in_a_new_draft(
    tx: Connection, services: Services, turn: Turn, actor: Actor, values: Values, now: datetime
) -> Answer:
    """The draft is gone, yet something was typed: it goes into a new one, and the person is told."""
    hub = hub_of(services, turn, actor)
    if hub is None or not may(actor, Action.REFER, hub, on=services.today()).allowed:
        return Say(texts.FORM_TOO_OLD)
    draft = drafts.open_draft(tx, actor, hub.id, now)
    draft = drafts.keep(tx, draft.id, actor, {**draft.values, **values}, now)
    return Form(services, turn, actor, hub, draft).first_page(note=texts.DRAFT_MISSING)


# --- sending ---------------------------------------------------------------------------------------------------------

Take = Callable[[Connection, Form, Referral, datetime], Submitted | LookAlikes]


async def send(services: Services, turn: Turn, actor: Actor) -> Answer:
    """Send, unless a page has a fault or open matters look alike."""
    return await _finish(services, turn, actor, _submit_unless_alike)


async def send_anyway(services: Services, turn: Turn, actor: Actor) -> Answer:
    return await _finish(services, turn, actor, _submit)


async def join(services: Services, turn: Turn, actor: Actor) -> Answer:
    """Join the open matter that looks alike, with everything that was typed."""
    return await _finish(services, turn, actor, _join)


async def _finish(services: Services, turn: Turn, actor: Actor, take: Take) -> Answer:
    now = services.clock.now()
    answer = await services.database.write(lambda tx: _take(tx, services, turn, actor, take, now))
    services.wake()
    return answer


def _take(
    tx: Connection, services: Services, turn: Turn, actor: Actor, take: Take, now: datetime
) -> Answer:
    """All of it in one transaction: the draft, the checks, the case, and the answer that is true then."""
    draft = _find(tx, turn, actor)
    if draft is None:
        return _in_a_new_draft(tx, services, turn, actor, _typed(services, turn), now)
    hub = _hub_of_draft(services, draft)
    ruling = may(actor, Action.REFER, hub, on=services.today())
    if not ruling.allowed:
        return Say(texts.refusal(ruling.reason))
    form = Form(services, turn, actor, hub, _with(draft, _typed(services, turn)))
    referral = forms.to_referral(form.draft.values, services.directory)
    if not isinstance(referral, Referral):
        return _page_with_the_fault(tx, form, referral, now)
    taken = take(tx, form, referral, now)
    if isinstance(taken, LookAlikes):
        drafts.keep(tx, draft.id, actor, form.draft.values, now)
        card = referral_form.look_alike(form.view(), taken.open, taken.earlier)
        return ShowCard(card, texts.dialog_title(Page.LOOK_ALIKE), height="medium")
    return _sent(form, taken)


def _with(draft: Draft, typed: Values) -> Draft:
    return replace(draft, values={**draft.values, **typed})


def _page_with_the_fault(tx: Connection, form: Form, errors: Errors, now: datetime) -> Answer:
    if form.draft.case_id is None:
        drafts.keep(tx, form.draft.id, form.actor, form.draft.values, now)
    if forms.on_page_one(errors):
        return form.first_page(errors)
    return form.second_page(errors)


def _submit(tx: Connection, form: Form, referral: Referral, now: datetime) -> Submitted:
    return cases.submit(
        tx, actor=form.actor, hub=form.hub, draft_id=form.draft.id, referral=referral, now=now
    )


def _submit_unless_alike(
    tx: Connection, form: Form, referral: Referral, now: datetime
) -> Submitted | LookAlikes:
    alike = cases.look_alikes(tx, form.hub, referral, form.actor) if form.draft.case_id is None else None
    return alike if alike is not None and alike.open else _submit(tx, form, referral, now)


def _join(tx: Connection, form: Form, referral: Referral, now: datetime) -> Submitted:
    return cases.join(
        tx, actor=form.actor, hub=form.hub, draft_id=form.draft.id, referral=referral, case_id=None, now=now
    )


def _sent(form: Form, taken: Submitted) -> Answer:
    view = SentView(
        taken.case.reference,
        form.hub.name,
        form.turn.surface,
        joined=taken.joined,
        repeat=taken.outcome == "repeat",
    )
    return ShowCard(referral_form.sent(view), texts.dialog_title(Page.SENT), height="medium")
