"""A case at hand: found by the reference that a button carries, opened for whoever asks, and answered about.

Every command of a case runs in one transaction through `about_case`. Whatever the rules refuse comes back as a sentence, and
where a card had grown stale, as the case as it now is: a stale card never acts, and what was typed is given back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection

from bot.commands.refusing import refuse
from bot.services import Ask
from bot.turn import Answer, Say, ShowCard
from cards import case_cards, texts, texts_moves
from cards.case_view import CaseView
from osara_store import case_reviews, cases, changing, viewing
from osara_store.case_file import Case
from osara_store.directory import Hub
from osara_store.errors import CaseNotFound, Impossible, Incomplete, NotAllowed, NotFound, Stale
from osara_store.policy import Action, Reason
from osara_store.schema import CaseState
from osara_store.viewing import Viewed


@dataclass(frozen=True)
class AtHand:
    """The case that a press is about, before anything is done; one that was merged leads to the one it goes on in.

    With `as_written` it is the case that the button named, merged or not.
    """

    tx: Connection
    ask: Ask
    case: Case
    hub: Hub
    as_written: bool = False

    def itself(self) -> Self:
        """This, if it is the very case that the button named.

        Raises:
            Stale: that one was merged into this: its numbers and versions mean something else here.
        """
        if self.case.reference != _named(self.ask):
            raise Stale
        return self

    @property
    def seen(self) -> int:
        """How many moves the case had made when the card was drawn; -1 fits no case."""
        return number(self.ask.turn.data.get("seen"), otherwise=-1)

    @property
    def common(self) -> dict[str, Any]:
        """What every command of a case is told: none is about another case than the button named."""
        case_id = self.itself().case.id
        return {"actor": self.ask.actor, "hub": self.hub, "case_id": case_id, "now": self.ask.now}

    @property
    def is_enforcement(self) -> Callable[[str], bool]:
        """Whether a power, by its id, is one of enforcement."""
        return self.ask.services.directory.is_enforcement

    def opened(self, what: str) -> Viewed:
        """The file as this person may read it, with their look at it written down."""
        return viewing.open_case(
            self.tx,
            actor=self.ask.actor,
            hub_of=self.ask.services.directory.hub,
            reference=self.case.reference,
            what=what,
            now=self.ask.now,
            as_written=self.as_written,
        )

    def view(self, what: str, note: str = "") -> CaseView:
        return view_of(self.ask, self.opened(what), note)

    def show(self, card: dict[str, Any]) -> Answer:
        """A card about this case, in a dialog that has its reference as a title."""
        return ShowCard(card, self.case.reference)

    def glance(self, note: str = "") -> CaseView:
        """The case for a form that shows nothing of the file but its reference and where it stands, or to read a form by.

        What is about to be written takes this and not a `view`: to write a look down holds up the hub's audit chain, and
        whoever holds that and waits for a case would wait for ever for who holds the case and waits for the chain.
        """
        file = cases.case_file(self.tx, self.case.id)
        can = changing.allowed_actions(file, self.ask.actor, self.hub, self.ask.now)
        return view_of(self.ask, Viewed(file, self.hub, can), note)

    def require(self, action: Action, view: CaseView) -> None:
        """Raise NotAllowed unless the person may do this now."""
        changing.require(view.file, self.ask.actor, self.hub, action, self.ask.now)

    def overview_or(self, note: str) -> Answer:
        """The case after something was done to it; for whoever may not read it, the sentence alone."""
        now = viewing.find(self.tx, self.case.reference) or self.case
        if not changing.allowed(self.tx, now, self.ask.actor, self.hub, Action.READ_CASE, self.ask.now):
            return Say(note)
        return self.overview(note)

    def overview(self, note: str = "") -> Answer:
        view = self.view("overview", note)
        rules = self.ask.services.directory.case_review_of(view.hub)
        prompt = case_reviews.prompt(self.tx, view.file, rules)
        return self.show(case_cards.overview(view, prompt))


def number(value: Any, *, otherwise: int = 0) -> int:
    """A number that a button carried; anything else is what it is otherwise."""
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def page_of(ask: Ask) -> int:
    """Which page of a list a button turns to; nobody turns further than a thousand."""
    return min(max(number(ask.turn.data.get("page")), 0), 1000)


def typed_texts(ask: Ask) -> Mapping[str, str]:
    """What stood in the inputs, to be given back where it cannot be taken."""
    carried = {"verb", "case", "msteams"}
    return {
        name: text for name, text in ask.turn.data.items() if name not in carried and isinstance(text, str)
    }


Work = Callable[[AtHand], Answer]


def view_of(ask: Ask, viewed: Viewed, note: str = "") -> CaseView:
    return CaseView(
        directory=ask.services.directory,
        hub=viewed.hub,
        file=viewed.file,
        actor=ask.actor,
        can=viewed.can,
        surface=ask.turn.surface,
        now=ask.now,
        note=note,
    )


async def about_case(
    ask: Ask, work: Work, typed: Mapping[str, str] | None = None, *, as_written: bool = False
) -> Answer:
    """Do the work in one transaction; `typed` is what must be given back if it cannot be taken."""

    def at_hand(tx: Connection) -> AtHand:
        return _at_hand(tx, ask, as_written=as_written)

    try:
        answer = await ask.services.database.write(lambda tx: work(at_hand(tx)))
    except NotFound:
        return Say(texts.NO_SUCH_CASE)
    except (Stale, Impossible, NotAllowed, Incomplete) as refusal:
        return await _instead(ask, at_hand, refusal, typed or {})
    ask.services.wake()
    return answer


async def about_this_case(ask: Ask, work: Work, typed: Mapping[str, str] | None = None) -> Answer:
    """The same for whatever is done to a case, or names a part of it by number: it never befalls another.

    Where the case was merged since, nothing is done, and the one that it goes on in is shown.
    """
    return await about_case(ask, lambda at_hand: work(at_hand.itself()), typed)


def _named(ask: Ask) -> str:
    """The reference that the button carries."""
    return ask.turn.said("case").strip().upper()


def _at_hand(tx: Connection, ask: Ask, *, as_written: bool) -> AtHand:
    find = viewing.find_as_written if as_written else viewing.find
    case = find(tx, _named(ask))
    hub = ask.services.directory.hub(case.hub_id) if case else None
    if case is None or hub is None:
        raise CaseNotFound
    return AtHand(tx, ask, case, hub, as_written)


async def _instead(
    ask: Ask,
    at_hand: Callable[[Connection], AtHand],
    refusal: Stale | Impossible | NotAllowed | Incomplete,
    typed: Mapping[str, str],
) -> Answer:
    """The case as it is now, with the reason why nothing was done; a plain sentence for who may not read it."""
    if isinstance(refusal, NotAllowed) and refusal.reason != Reason.NOT_NOW:
        return await _refused(ask, at_hand, refusal.reason)
    try:
        return await ask.services.database.write(lambda tx: _as_it_is(at_hand(tx), refusal, typed))
    except NotAllowed as unseen:
        return await _refused(ask, at_hand, unseen.reason)
    except NotFound:
        return Say(texts.NO_SUCH_CASE)


async def _refused(ask: Ask, at_hand: Callable[[Connection], AtHand], reason: str) -> Answer:
    hub = await ask.services.database.read(lambda tx: at_hand(tx).hub)
    return await refuse(ask, hub, reason)


def _as_it_is(at_hand: AtHand, refusal: Exception, typed: Mapping[str, str]) -> Answer:
    note = _why_not(refusal, at_hand.case.state)
    given_back = {name: text for name, text in typed.items() if text.strip()}
    if not given_back:
        return at_hand.overview(note)
    view = at_hand.view("refused", note)
    return ShowCard(case_cards.given_back(view, given_back), view.case.reference)


def _why_not(refusal: Exception, state: CaseState) -> str:
    match refusal:
        case Stale():
            return texts_moves.STALE
        case Incomplete():
            return texts_moves.LACKING
        case _:
            return texts_moves.not_from_here(state)
