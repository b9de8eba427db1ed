"""Anybody presses anything, in any order, on cards of any age: nothing is lost, nothing leaks, and no card lies."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.contract.bot.presses import checks, history
from tests.contract.bot.presses.beginnings import Beginnings, OnSqlite
from tests.contract.bot.presses.content import new_rows
from tests.contract.bot.presses.house import Answered, Card, House, Press
from tests.contract.bot.presses.people import EVERYBODY, HELEN, IAN, NORA, PRIYA, TOM, Someone
from tests.contract.bot.presses.walk import BEGINNINGS
from tests.contract.bot.presses.writing import Pen, marks_in

T = TypeVar("T")
MOST_CARDS: Final = 10  # that somebody keeps in front of them
SPANS: Final = tuple(timedelta(**span) for span in (
    {"minutes": 11}, {"hours": 1}, {"days": 2}, {"days": 40}, {"days": 200}, {"days": 7 * 366},
))  # fmt: skip
# Those who have most to do come up most often.
SOMEBODY: Final = st.sampled_from((PRIYA, TOM, HELEN, IAN, PRIYA, TOM, HELEN, *EVERYBODY))
WORKING: Final = st.sampled_from((PRIYA, TOM, HELEN))
PARTS: Final = ("objective", "scanning", "analysis", "response", "assessment")
OPENERS: Final = frozenset({"case.read", "case.copy"})

pressed: Counter[str] = Counter()


class PressesMachine(RuleBasedStateMachine):
    beginnings: Beginnings
    house: House | None = None

    @initialize(name=st.sampled_from(BEGINNINGS))
    def begin(self, name: str) -> None:
        self.house, authors = self.beginnings.open(name)
        self.pen = Pen(_nobody_chooses, authors)
        self.tried: Counter[str] = Counter()
        self.cards: dict[Someone, list[Card]] = {each: [] for each in EVERYBODY}
        note(f"It begins with: {name}")

    def teardown(self) -> None:
        if self.house is not None:
            broken = self.house.broken_chain()
            self.house.close()
            assert broken is None, broken

    # --- what people do ----------------------------------------------------------------------------------------------

    @rule(data=st.data(), someone=SOMEBODY)
    def refers(self, data: st.DataObject, someone: Someone) -> None:
        """From the hub's card to the last page, whatever comes between."""
        self._takes_the_pen(data)
        hub_id = "CAR" if not someone.serves("ALL") else "ALL"
        card: Card | None = self.house.hub_card(hub_id)
        for _page in range(6):
            ways = (
                "refer.open",
                "refer.next",
                "refer.warned",
                "refer.send",
                "refer.join",
                "refer.send_anyway",
            )
            found = [each for each in card.buttons if each.id in ways]
            if not found:
                return
            button = self._choose(found)
            card = self._presses(self._a_press(someone, card, button, self.pen.well)).card
            if card is None:
                return

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=SOMEBODY)
    def opens_a_case(self, data: st.DataObject, someone: Someone) -> None:
        self._takes_the_pen(data)
        self._opens(someone)

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=WORKING)
    def carries_on(self, data: st.DataObject, someone: Someone) -> None:
        """Does what the case asks for next, until something has changed."""
        self._takes_the_pen(data)
        card, changed = self._opens(someone), self.house.changed
        for _press in range(5):
            if card is None or self.house.changed != changed:
                return
            button = self._main_button(card)
            card = self._presses(self._a_press(someone, card, button, self.pen.well)).card

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=SOMEBODY)
    def does_something(self, data: st.DataObject, someone: Someone) -> None:
        """Through any door of a case and the next, to a form that is filled in and saved."""
        self._takes_the_pen(data)
        self._goes_on(someone, self._opens(someone))

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=st.sampled_from((HELEN, TOM, HELEN, NORA)))
    def manages_a_case(self, data: st.DataObject, someone: Someone) -> None:
        """The same behind the door that is seldom used."""
        self._takes_the_pen(data)
        card = self._opens(someone)
        if card and card.has("manage.open"):
            card = self._presses(Press(someone, card, card.button("manage.open"), {})).card
            self._goes_on(someone, card)

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=WORKING, other=WORKING, part=st.sampled_from(PARTS))
    def two_write_on_the_same_page(
        self, data: st.DataObject, someone: Someone, other: Someone, part: str
    ) -> None:
        """One after the other, from forms that were opened before either wrote."""
        self._takes_the_pen(data)
        case = self._choose(self._cases)
        forms = [(each, self._form_of(each, case, part)) for each in (someone, other)]
        for each, card in forms:
            if card and card.has("stage.save"):
                press = self._a_press(each, card, card.button("stage.save"), self.pen.anew)
                answered = self._presses(press)
                if answered.card and answered.card.has("stage.choose"):
                    self._goes_on(each, answered.card)

    @rule(data=st.data(), someone=SOMEBODY)
    def presses_something(self, data: st.DataObject, someone: Someone) -> None:
        self._takes_the_pen(data)
        for _time in range(2):
            press = self._any_press(someone)
            if press:
                self._presses(press)

    @rule(data=st.data(), someone=SOMEBODY, together=st.booleans())
    def presses_it_twice(self, data: st.DataObject, someone: Someone, together: bool) -> None:
        """An impatient finger, or a client that did not hear the answer."""
        self._takes_the_pen(data)
        press = self._any_press(someone)
        if press and together:
            self._at_once(press, press)
        elif press:
            self._presses(press)
            once = self.house.content
            self._at_once(press)
            history.sent_once(once, self.house.content)

    @rule(data=st.data(), someone=SOMEBODY, other=SOMEBODY)
    def two_press_at_once(self, data: st.DataObject, someone: Someone, other: Someone) -> None:
        self._takes_the_pen(data)
        presses = [press for each in (someone, other) if (press := self._any_press(each))]
        own_form = someone == other and any(press.verb.startswith("refer.") for press in presses)
        if presses and not own_form:  # on two devices of one person, what comes last stands in their draft
            self._at_once(*presses)

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=SOMEBODY)
    def looks_behind_every_door(self, data: st.DataObject, someone: Someone) -> None:
        """Whatever a card offers that only shows something, one after the other."""
        self._takes_the_pen(data)
        card = self._opens(someone)
        for button in card.buttons if card else ():
            press = Press(someone, card, button, {})
            if press.verb.endswith(".open") or press.verb in OPENERS:
                self._presses(press)

    @rule(data=st.data(), someone=SOMEBODY)
    def searches_beside_a_message(self, data: st.DataObject, someone: Someone) -> None:
        """What is found may be sent to anybody, so it is for everybody to see."""
        self._takes_the_pen(data)
        term = self._choose(("", self.pen._looked_for()))
        note(f"{someone} searches for {term!r} beside a message")
        body = self.house.search(someone, term)
        assert not self.house.faults.found, self.house.faults.found
        assert not marks_in(body), body

    @precondition(lambda self: self._cases)
    @rule(data=st.data(), someone=SOMEBODY)
    def a_client_refreshes(self, data: st.DataObject, someone: Someone) -> None:
        self._takes_the_pen(data)
        card = self.house.channel_card(self._choose(self._cases))
        before = self.house.content
        body = self.house.refresh(someone, card)
        assert body is not None
        assert before == self.house.content, "a refresh that came by itself did something"
        assert not self.house.faults.found, self.house.faults.found
        if isinstance(body["value"], dict):
            fresh = Card(body["value"], card.place, in_dialog=False, drawn_at=self.house.changed)
            checks.channel_is_for_everybody(fresh.json)
            checks.tells_the_truth(fresh.json, self.house.content)
            checks.offers_only_what_may_be_done(self.house, someone, fresh, self.house.content)
            self._takes(someone, fresh)

    @rule(data=st.data(), someone=SOMEBODY)
    def looks_at_messages(self, data: st.DataObject, someone: Someone) -> None:
        """The cards that the bot sends by itself, and a press on one of them."""
        self._takes_the_pen(data)
        personal = [card for who, card in self._messages() if who == someone]
        menu = self.house.menu(someone)
        card = self._choose((*personal, self.house.hub_card("ALL"), *([menu] if menu else [])))
        self._takes(someone, card)
        self._goes_on(someone, card)

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        note(f"{span} pass")
        self.house.pass_time(span)

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def the_database_makes_sense(self) -> None:
        if self.house is not None:
            history.holds(self.house.content)

    @invariant()
    def the_channel_sees_nothing_that_was_typed(self) -> None:
        for case_id in self._cases:
            card = self.house.channel_card(case_id)
            checks.channel_is_for_everybody(card.json)
            checks.tells_the_truth(card.json, self.house.content)
        for card in self.house.calls() if self.house else ():
            checks.channel_is_for_everybody(card.json)

    @invariant()
    def nobody_is_sent_what_is_not_theirs_to_know(self) -> None:
        """Receipts, and what agencies are asked and given to do."""
        for someone, card in self._messages():
            checks.is_fit(card.json)
            checks.message_keeps_secrets(self.house, self.pen.authors, someone, card)
            checks.tells_the_truth(card.json, self.house.content)
            checks.offers_only_what_may_be_done(self.house, someone, card, self.house.content)

    # --- pressing ----------------------------------------------------------------------------------------------------

    def _presses(self, press: Press) -> Answered:
        """One press, and everything that must hold of it."""
        was_fresh = press.card.is_own and press.card.drawn_at == self.house.changed
        note(str(press))
        (answered,) = self.house.press(press)
        note(f"    {answered}")
        pressed[press.verb] += 1
        self.tried[_kind_of(press.button)] += 1
        pressed.update(
            f"made: {row['move']}" for row in new_rows(answered.before, answered.after, "case_moves")
        )
        self._look_at(answered)
        checks.is_true(self.house, answered)
        if was_fresh:
            checks.was_no_dead_end(answered)
        touched = history.was_theirs_to_do(self.house, answered)
        history.moved_rightly(answered.before, answered.after)
        history.was_all_taken_along(answered)
        checks.is_written_down(self.pen.authors, answered, touched)
        return answered

    def _at_once(self, *presses: Press) -> None:
        """Several at the same time: what one of them finds may have been changed by the other."""
        note("\n and ".join(map(str, presses)))
        for answered in self.house.press(*presses):
            note(f"    {answered}")
            self._look_at(answered)

    def _look_at(self, answered: Answered) -> None:
        checks.is_whole(self.house, answered)
        checks.keeps_what_was_typed(answered)
        checks.keeps_secrets(self.house, self.pen.authors, answered)
        history.nothing_has_gone(answered.before, answered.after, marks_in(answered.press.data))
        if answered.card is not None:
            self._takes(answered.press.someone, answered.card)

    def _any_press(self, someone: Someone) -> Press | None:
        """Any button of any card in front of somebody, the newest more often than the others."""
        cards = [each for each in self.cards[someone] if each.buttons]
        if not cards:
            return None
        forms = [each for each in cards if any(button.inputs for button in each.buttons)]
        card = self._choose((*cards, cards[-1], *forms, *forms))
        writing = [each for each in card.buttons if each.inputs]
        ways = (self.pen.well, self.pen.anew, self.pen.carelessly, lambda _: {})
        button = self._choose((*card.buttons, *writing, *writing))
        return self._a_press(someone, card, button, self._choose(ways))

    def _a_press(self, someone: Someone, card: Card, button: Any, way: Any) -> Press:
        self.pen.hand, self.pen.today = someone.n, self.house.clock.now().date()
        own = (button.action.get("data") or {}).get("case", "")
        others = [each for each in self.house.content.by_reference if each != own]
        self.pen.references = (*others, *([own] if own else []))
        return Press(someone, card, button, way(button))

    def _opens(self, someone: Someone, case: int | None = None) -> Card | None:
        card = self.house.channel_card(case or self._choose(self._cases))
        return self._presses(Press(someone, card, card.button("case.open"), {})).card

    def _form_of(self, someone: Someone, case: int, part: str) -> Card | None:
        """A page of a stage, where the case offers it."""
        card = self._opens(someone, case)
        doors = [
            each
            for each in (card.buttons if card else ())
            if str(each.id).startswith("stage-") and part in str(each.action["data"])
        ]
        return self._presses(Press(someone, card, doors[0], {})).card if card and doors else None

    def _goes_on(self, someone: Someone, card: Card | None) -> None:
        """From card to card by whatever button, until something has changed."""
        changed = self.house.changed
        for _press in range(4):
            if card is None or not card.buttons or self.house.changed != changed:
                return
            button = self._choose(self._the_new_first(card))
            way = self._choose((self.pen.well, self.pen.anew, self.pen.carelessly))
            card = self._presses(self._a_press(someone, card, button, way)).card

    def _the_new_first(self, card: Card) -> list[Any]:
        """The buttons that lead on, those that were pressed least often in this example first."""
        onwards = [each for each in card.buttons if each.id != "back"] or card.buttons
        return sorted(onwards, key=lambda each: self.tried[_kind_of(each)])

    def _main_button(self, card: Card) -> Any:
        main = [each for each in card.buttons if each.action.get("style") == "positive"]
        return self._choose(main or card.buttons)

    def _messages(self) -> Iterator[tuple[Someone, Card]]:
        """The receipt of everybody who brought something to a case, and what their agency is asked and given to do."""
        content = self.house.content if self.house else None
        for someone in EVERYBODY if content else ():
            for case in content.cases.values():
                contributors = {row["person"] for row in content.of_case("contributors", case["id"])}
                if someone.id in contributors | {case["referrer_id"]}:
                    yield someone, self.house.receipt(someone, case["id"])
            for card in self.house.personal_cards(someone):
                yield someone, card

    def _takes(self, someone: Someone, card: Card) -> None:
        """Old cards stay about; of too many, one in the middle goes."""
        own = self.cards[someone]
        own.append(card)
        if len(own) > MOST_CARDS:
            del own[MOST_CARDS // 2]

    # --- choosing ----------------------------------------------------------------------------------------------------

    def _takes_the_pen(self, data: st.DataObject) -> None:
        self.pen.choose = self._choose = lambda options: options[
            data.draw(st.integers(0, len(options) - 1)) if len(options) > 1 else 0
        ]

    @property
    def _cases(self) -> Sequence[int]:
        return tuple(self.house.content.cases) if self.house else ()


def _kind_of(button: Any) -> str:
    """What a button is for, whichever case or task it is about."""
    data = button.action.get("data") or {}
    return " ".join(str(data.get(name, "")) for name in ("verb", "move", "part", "section"))


def _nobody_chooses(options: Sequence[T]) -> T:
    raise AssertionError(f"nobody has the pen, and there is a choice of {options}")


@pytest.fixture(scope="module")
def on_sqlite(_empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> OnSqlite:
    return OnSqlite.walked(_empty_database, tmp_path_factory.mktemp("presses"))


PROFILE: Final = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_no_press_loses_a_text_tells_a_secret_or_leaves_a_card_that_lies(on_sqlite: OnSqlite):
    machine = type("Machine", (PressesMachine,), {"beginnings": on_sqlite})
    run_state_machine_as_test(machine, settings=PROFILE)
