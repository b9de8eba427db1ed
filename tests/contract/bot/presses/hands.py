"""What somebody does with the cards in front of them: open a case, go from card to card, fill in forms, press something old."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from hypothesis import strategies as st

from sandbox.teams.cards import Button
from tests.contract.bot.presses.doings import KNOWN
from tests.contract.bot.presses.house import Answered, Card, House, Press, verb_of
from tests.contract.bot.presses.judging import Judge
from tests.contract.bot.presses.people import EVERYBODY, Someone
from tests.contract.bot.presses.writing import Pen, Typed

T = TypeVar("T")
Way = Callable[[Button], Typed]
MOST_CARDS: Final = 10  # that somebody keeps in front of them


def nobody_chooses(options: Sequence[T]) -> T:
    raise AssertionError(f"nobody has the pen, and there is a choice of {options}")


@dataclass
class Hands:
    """Everybody's. `cards` are those that each has seen; `tried` counts each kind of button that was pressed."""

    house: House
    pen: Pen
    judge: Judge
    cards: dict[Someone, list[Card]] = field(default_factory=lambda: {each: [] for each in EVERYBODY})
    tried: Counter[str] = field(default_factory=Counter)

    def led_by(self, data: st.DataObject) -> None:
        """From now on, what is chosen is drawn from here."""

        def choose(options: Sequence[T]) -> T:
            return options[data.draw(st.integers(0, len(options) - 1)) if len(options) > 1 else 0]

        self.pen.choose = choose

    def choose(self, options: Sequence[T]) -> T:
        return self.pen.choose(options)

    # --- one press -------------------------------------------------------------------------------------------------

    def presses(self, press: Press) -> Answered:
        self.tried[_kind_of(press.button)] += 1
        answered = self.judge.presses(press)
        self._keeps(answered)
        return answered

    def at_once(self, *presses: Press) -> None:
        for answered in self.judge.at_once(*presses):
            self._keeps(answered)

    def fills_in(self, someone: Someone, card: Card, button: Button, way: Way) -> Press:
        """The press that this will be, with everything typed."""
        self.pen.hand, self.pen.today = someone.n, self.house.clock.now().date()
        own = (button.action.get("data") or {}).get("case", "")
        others = [each for each in self.house.content.by_reference if each != own]
        self.pen.references = (*others, *([own] if own else []))
        return Press(someone, card, button, way(button))

    def any_press(self, someone: Someone) -> Press | None:
        """Any button of any card in front of somebody, the newest more often than the others."""
        cards = [each for each in self.cards[someone] if known_on(each)]
        if not cards:
            return None
        forms = [each for each in cards if any(button.inputs for button in known_on(each))]
        card = self.choose((*cards, cards[-1], *forms, *forms))
        writing = [each for each in known_on(card) if each.inputs]
        ways: tuple[Way, ...] = (self.pen.well, self.pen.anew, self.pen.carelessly, lambda _: {})
        button = self.choose((*known_on(card), *writing, *writing))
        return self.fills_in(someone, card, button, self.choose(ways))

    def takes(self, someone: Someone, card: Card) -> None:
        """Old cards stay about; of too many, one in the middle goes."""
        own = self.cards[someone]
        own.append(card)
        if len(own) > MOST_CARDS:
            del own[MOST_CARDS // 2]

    def _keeps(self, answered: Answered) -> None:
        if answered.card is not None:
            self.takes(answered.press.someone, answered.card)

    # --- from card to card -----------------------------------------------------------------------------------------

    def opens(self, someone: Someone, case: int | None = None) -> Card | None:
        """A case, from its card in the channel."""
        card = self.house.channel_card(case or self.choose(tuple(self.house.content.cases)))
        return self.presses(Press(someone, card, card.button("case.open"), {})).card

    def through(self, someone: Someone, card: Card | None, *verbs: str, about: str = "") -> Card | None:
        """Through one door after the other, of several of a kind any; nothing where the next is not offered."""
        for verb in verbs:
            doors = [
                each
                for each in (known_on(card) if card else ())
                if verb_of(each) == verb and about in str(each.action.get("data"))
            ]
            if not doors or card is None:
                return None
            press = self.fills_in(someone, card, self.choose(doors), self.pen.well)
            card = self.presses(press).card
        return card

    def goes_on(self, someone: Someone, card: Card | None, only: Collection[str] = KNOWN) -> None:
        """From card to card by whatever button, until something has changed; the first has one of these verbs."""
        changed = self.house.changed
        for _press in range(4):
            ways_on = [each for each in (self._the_new_first(card) if card else ()) if verb_of(each) in only]
            if card is None or not ways_on or self.house.changed != changed:
                return
            way = self.choose((self.pen.well, self.pen.anew, self.pen.carelessly))
            card = self.presses(self.fills_in(someone, card, self.choose(ways_on), way)).card
            only = KNOWN

    def follows_the_main_buttons(self, someone: Someone, card: Card | None) -> None:
        changed = self.house.changed
        for _press in range(5):
            buttons = known_on(card) if card else []
            if card is None or not buttons or self.house.changed != changed:
                return
            main = [each for each in buttons if each.action.get("style") == "positive"]
            press = self.fills_in(someone, card, self.choose(main or buttons), self.pen.well)
            card = self.presses(press).card

    def _the_new_first(self, card: Card) -> list[Button]:
        """The buttons that lead on, those that were pressed least often in this example first."""
        buttons = known_on(card)
        onwards = [each for each in buttons if each.id != "back"] or buttons
        return sorted(onwards, key=lambda each: self.tried[_kind_of(each)])


def known_on(card: Card) -> list[Button]:
    """What a card offers and the machine knows."""
    return [each for each in card.buttons if verb_of(each) in KNOWN]


def _kind_of(button: Button) -> str:
    """What a button is for, whichever case or task it is about."""
    data = button.action.get("data") or {}
    return " ".join(str(data.get(name, "")) for name in ("verb", "move", "part", "section"))
