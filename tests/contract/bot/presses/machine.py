"""Anybody presses anything, in any order, on cards of any age: nothing is lost, nothing leaks, and no card lies."""

from datetime import timedelta
from typing import Final

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.contract.bot.presses import checks, history
from tests.contract.bot.presses.at_the_hub import AtTheHub
from tests.contract.bot.presses.hands import known_on
from tests.contract.bot.presses.house import Card, Press, verb_of
from tests.contract.bot.presses.people import HELEN, IAN, NORA, PRIYA, TOM, Someone
from tests.contract.bot.presses.rules import CHECKING, TO_THE_END
from tests.contract.bot.presses.standing import CHOICES, SOMEBODY, SPANS, WORKING, offers
from tests.contract.bot.presses.writing import marks_in

PARTS: Final = ("objective", "scanning", "triangle", "response", "assessment")
READERS: Final = frozenset({"case.read", "case.copy", "requests.tally"})
REFERRING: Final = frozenset(
    f"refer.{name}" for name in ("open", "next", "warned", "send", "join", "send_anyway")
)
OF_A_TASK: Final = frozenset(
    {
        *("task.accept", "task.decline_open", "task.record_open", "task.extend_open", "task.reassign_open"),
        *("task.open", "templates.open", "pointer.open"),
    }
)
REVIEWING: Final = frozenset({"monthly.open", "monthly.save"})
TO_BE_ANSWERED: Final = (
    frozenset({"request.answer_open", "request.answer", "request.called", "request.seen"})
    | OF_A_TASK
    | REVIEWING
)


class PressesMachine(AtTheHub):
    """`beginnings` is for whoever runs it to set; `done` counts what was pressed and which moves were made, in all examples."""

    # --- a case comes and goes its way -------------------------------------------------------------------------------

    @rule(data=CHOICES, someone=SOMEBODY)
    def refers(self, data: st.DataObject, someone: Someone) -> None:
        """From the hub's card to the last page, whatever comes between."""
        self.hands.led_by(data)
        card: Card | None = self.house.hub_card("ALL" if someone.serves("ALL") else "CAR")
        for _page in range(6):
            found = [each for each in known_on(card) if verb_of(each) in REFERRING] if card else []
            if card is None or not found:
                return
            button = self.hands.choose(found)
            press = self.hands.fills_in(someone, card, button, self.hands.pen.well)
            card = self.hands.presses(press).card

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=WORKING)
    def carries_on(self, data: st.DataObject, someone: Someone) -> None:
        """Does what the case asks for next, until something has changed."""
        self.hands.led_by(data)
        self.hands.follows_the_main_buttons(someone, self.hands.opens(someone))

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=SOMEBODY)
    def does_something(self, data: st.DataObject, someone: Someone) -> None:
        """Through any door of a case and the next, to a form that is filled in and saved."""
        self.hands.led_by(data)
        self.hands.goes_on(someone, self.hands.opens(someone))

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=WORKING)
    def moves_a_case(self, data: st.DataObject, someone: Someone) -> None:
        """Any move that the case offers, also back and out, and from behind the door of moves that are seldom made."""
        self.hands.led_by(data)
        case = self.hands.choose(self._cases_at(TO_THE_END) or self._cases)
        card = self.hands.opens(someone, case)
        managing = self.hands.through(someone, card, "manage.open")
        found = [each for each in (card, managing) if each and offers(each, "move.open")]
        if found:
            self.hands.goes_on(someone, self.hands.choose(found), {"move.open"})

    @precondition(lambda self: self._cases_at(CHECKING))
    @rule(data=CHOICES, someone=st.sampled_from((PRIYA, HELEN, HELEN, TOM)))
    def works_towards_closing(self, data: st.DataObject, someone: Someone) -> None:
        """Whatever the checklist leads to: what lacks, the lead's consent, to propose, to refuse and to close."""
        self.hands.led_by(data)
        card = self.hands.opens(someone, self.hands.choose(self._cases_at(CHECKING)))
        self.hands.goes_on(someone, self.hands.through(someone, card, "closure.open"))

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=st.sampled_from((HELEN, TOM, HELEN, NORA)))
    def manages_a_case(self, data: st.DataObject, someone: Someone) -> None:
        """Who leads it, who may open it, what it belongs to, whether it is held."""
        self.hands.led_by(data)
        card = self.hands.through(someone, self.hands.opens(someone), "manage.open")
        self.hands.goes_on(someone, card)

    # --- partners are asked, and have tasks --------------------------------------------------------------------------

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=st.sampled_from((PRIYA, TOM, HELEN, IAN)))
    def works_on_a_task(self, data: st.DataObject, someone: Someone) -> None:
        """Plans one or says something of one: takes it on, declines it, says how it went, asks for time, gives it away."""
        self.hands.led_by(data)
        case = self.hands.choose(self._cases_with("tasks") or self._cases)
        card = self.hands.through(someone, self.hands.opens(someone, case), "tasks.open")
        self.hands.goes_on(someone, card, OF_A_TASK)

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=st.sampled_from((TOM, HELEN)))
    def asks_the_partners(self, data: st.DataObject, someone: Someone) -> None:
        self.hands.led_by(data)
        self.hands.through(someone, self.hands.opens(someone), "request.open", "request.ask")

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=SOMEBODY)
    def answers_what_was_sent(self, data: st.DataObject, someone: Someone) -> None:
        """On a card in their own chat: what their agency is asked, or was given to do."""
        self.hands.led_by(data)
        cards = [card for card in self.house.messages(someone) if offers(card, *TO_BE_ANSWERED)]
        if cards:
            self.hands.goes_on(someone, self.hands.choose(cards), TO_BE_ANSWERED)

    # --- others were quicker -----------------------------------------------------------------------------------------

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=WORKING, other=WORKING, part=st.sampled_from(PARTS))
    def two_write_on_the_same_page(
        self, data: st.DataObject, someone: Someone, other: Someone, part: str
    ) -> None:
        """One after the other, from forms that were opened before either wrote."""
        self.hands.led_by(data)
        case = self.hands.choose(self._cases)
        for each, card in [(each, self._page_of(each, case, part)) for each in (someone, other)]:
            if card and card.has("stage.save"):
                press = self.hands.fills_in(each, card, card.button("stage.save"), self.hands.pen.anew)
                answered = self.hands.presses(press)
                if answered.card and answered.card.has("stage.choose"):
                    self.hands.goes_on(each, answered.card)

    def _page_of(self, someone: Someone, case: int, part: str) -> Card | None:
        """A page of a stage, where the case offers it."""
        return self.hands.through(someone, self.hands.opens(someone, case), "stage.open", about=part)

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=SOMEBODY, other=WORKING)
    def one_saves_when_another_has_moved_on(
        self, data: st.DataObject, someone: Someone, other: Someone
    ) -> None:
        """A form is filled in, and meanwhile the case goes on, is merged, or kept from its writer."""
        self.hands.led_by(data)
        case = self.hands.choose(self._cases_at(TO_THE_END) or self._cases)
        press = self._writes(someone, self.hands.opens(someone, case))
        self.hands.goes_on(other, self._choose_a_way(other, case), {"move.open", "access.open", "task.open"})
        if press:
            self.hands.presses(press)

    def _writes(self, someone: Someone, card: Card | None) -> Press | None:
        """What will be pressed on the first form behind a door of this card."""
        doors = [each for each in (known_on(card) if card else ()) if verb_of(each).endswith(".open")]
        if card is None or not doors:
            return None
        form = self.hands.presses(Press(someone, card, self.hands.choose(doors), {})).card
        saves = [each for each in (known_on(form) if form else ()) if each.inputs]
        if form is None or not saves:
            return None
        return self.hands.fills_in(someone, form, self.hands.choose(saves), self.hands.pen.anew)

    def _choose_a_way(self, someone: Someone, case: int) -> Card | None:
        card = self.hands.opens(someone, case)
        door = self.hands.choose(("", "manage.open", "tasks.open"))
        return self.hands.through(someone, card, door) if door else card

    # --- anything whatever -------------------------------------------------------------------------------------------

    @rule(data=CHOICES, someone=SOMEBODY)
    def presses_something(self, data: st.DataObject, someone: Someone) -> None:
        self.hands.led_by(data)
        for _time in range(2):
            press = self.hands.any_press(someone)
            if press:
                self.hands.presses(press)

    @rule(data=CHOICES, someone=SOMEBODY, together=st.booleans())
    def presses_it_twice(self, data: st.DataObject, someone: Someone, together: bool) -> None:
        """An impatient finger, or a client that did not hear the answer."""
        self.hands.led_by(data)
        press = self.hands.any_press(someone)
        if press and together:
            self.hands.at_once(press, press)
        elif press:
            self.hands.presses(press)
            once = self.house.content
            self.hands.at_once(press)
            history.sent_once(once, self.house.content)

    @rule(data=CHOICES, someone=SOMEBODY, other=SOMEBODY)
    def two_press_at_once(self, data: st.DataObject, someone: Someone, other: Someone) -> None:
        self.hands.led_by(data)
        presses = [press for each in (someone, other) if (press := self.hands.any_press(each))]
        own_form = someone == other and any(press.verb.startswith("refer.") for press in presses)
        if presses and not own_form:  # on two devices of one person, what comes last stands in their draft
            self.hands.at_once(*presses)

    # --- looking -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=SOMEBODY)
    def looks_behind_every_door(self, data: st.DataObject, someone: Someone) -> None:
        """Whatever a card offers that only shows something, one after the other."""
        self.hands.led_by(data)
        card = self.hands.opens(someone)
        for button in known_on(card) if card else ():
            press = Press(someone, card, button, {})
            if press.verb.endswith(".open") or press.verb in READERS:
                self.hands.presses(press)

    @rule(data=CHOICES, someone=SOMEBODY)
    def searches_beside_a_message(self, data: st.DataObject, someone: Someone) -> None:
        """What is found may be sent to anybody, so it is for everybody to see."""
        self.hands.led_by(data)
        term = self.hands.choose(("", self.hands.pen.looked_for()))
        note(f"{someone} searches for {term!r} beside a message")
        body = self.house.search(someone, term)
        assert not self.house.faults.found, self.house.faults.found
        assert not marks_in(body), body

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=SOMEBODY)
    def a_client_refreshes(self, data: st.DataObject, someone: Someone) -> None:
        self.hands.led_by(data)
        card = self.house.channel_card(self.hands.choose(self._cases))
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
            self.hands.takes(someone, fresh)

    @rule(data=CHOICES, someone=SOMEBODY)
    def looks_at_messages(self, data: st.DataObject, someone: Someone) -> None:
        """The cards that the bot sends by itself, and a press on one of them."""
        self.hands.led_by(data)
        menu, hub = self.house.menu(someone), self.house.hub_card("ALL")
        card = self.hands.choose((*self.house.messages(someone), hub, *([menu] if menu else [])))
        self.hands.takes(someone, card)
        self.hands.goes_on(someone, card)

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        note(f"{span} pass")
        self.judge.lets(lambda: self.house.pass_time(span))
