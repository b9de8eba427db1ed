"""The monthly review of a case: opened as a form, done with one of three buttons."""

from bot.commands.at_hand import AtHand, about_this_case, number, typed_texts
from bot.services import Ask
from bot.turn import Answer
from cards import dates, review_cards, review_forms, texts_reviews
from cards.case_view import CaseView, Typed
from cards.escape import as_typed
from cards.review_forms import Reviewed
from osara_store import reviews
from osara_store.case_file import Review
from osara_store.errors import NotFound, Stale
from osara_store.policy import Action
from osara_store.reviews import AlreadyReviewed
from osara_store.schema import ReviewState


async def open_review(ask: Ask) -> Answer:
    """The form; where the review is done already, what was decided."""
    return await about_this_case(ask, _open)


async def save(ask: Ask) -> Answer:
    """One press. In a chat the card comes back as the review now is; whoever was second is told who was first."""
    return await about_this_case(ask, _save, typed_texts(ask))


def _n(at_hand: AtHand) -> int:
    return number(at_hand.ask.turn.data.get("n"))


def _open(at_hand: AtHand) -> Answer:
    view = at_hand.view("review")
    known = reviews.find(view.file, _n(at_hand))
    if known is not None and known.state is ReviewState.DONE:
        return at_hand.show(review_cards.settled(view, known))
    return _form(at_hand, view)


def _form(at_hand: AtHand, view: CaseView, typed: Typed | None = None) -> Answer:
    """For whoever may do it, if it is still the one to be done."""
    at_hand.require(Action.COMPLETE_REVIEW, view)
    found = reviews.current(view.file, view.directory, view.hub, view.now)
    if found is None or found.n != _n(at_hand) or not found.may_be_done:
        raise Stale
    return at_hand.show(review_cards.form(view, found.n, found.due_on, typed))


def _save(at_hand: AtHand) -> Answer:
    read = review_forms.read(at_hand.ask.turn.data)
    if isinstance(read, Typed):
        view = at_hand.glance()
        known = reviews.find(view.file, _n(at_hand))
        is_done = known is not None and known.state is ReviewState.DONE
        return _second(at_hand, read.values["comment"]) if is_done else _form(at_hand, view, read)
    try:
        with at_hand.tx.begin_nested():
            _complete(at_hand, read)
    except AlreadyReviewed:
        return _second(at_hand, read.comment)
    return _settled(at_hand, texts_reviews.THANKS)


def _complete(at_hand: AtHand, said: Reviewed) -> None:
    reviews.complete(
        at_hand.tx,
        **at_hand.common,
        directory=at_hand.ask.services.directory,
        n=_n(at_hand),
        decision=said.decision,
        risk=said.risk,
        comment=said.comment,
    )


def _second(at_hand: AtHand, comment: str) -> Answer:
    """Somebody else was first: who, when and what."""
    review = _review(at_hand, at_hand.glance())
    at = review.done_at or at_hand.ask.now
    note = texts_reviews.already_done(as_typed(review.done_name), dates.day(at_hand.hub.today(at)))
    return _settled(at_hand, note, comment)


def _settled(at_hand: AtHand, note: str, lost: str = "") -> Answer:
    view = at_hand.view("review", note)
    return at_hand.show(review_cards.settled(view, _review(at_hand, view), lost))


def _review(at_hand: AtHand, view: CaseView) -> Review:
    review = reviews.find(view.file, _n(at_hand))
    if review is None:
        raise NotFound
    return review
