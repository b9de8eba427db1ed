"""Months are reviewed, partners meet, people go away, and managers see to who stands in."""

from datetime import timedelta
from typing import Final

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.contract.bot.presses.by_itself import TIDINGS, Tidings
from tests.contract.bot.presses.content import Row
from tests.contract.bot.presses.doings import KNOWN
from tests.contract.bot.presses.hands import known_on
from tests.contract.bot.presses.house import Card, Press, verb_of
from tests.contract.bot.presses.people import EVERYBODY, HELEN, NORA, PRIYA, TOM, Someone
from tests.contract.bot.presses.rules import WORKED
from tests.contract.bot.presses.standing import CHOICES, SOMEBODY, WORKING, Standing, offers

ANSWERS: Final = st.sampled_from((TIDINGS[0], *TIDINGS))
AT_A_MEETING: Final = frozenset(
    f"meeting.{name}" for name in ("attendance_open", "note_open", "decide_open", "end", "cancel_open")
)
MEETING: Final = frozenset(verb for verb in KNOWN if verb.startswith("meeting."))


class AtTheHub(Standing):
    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=st.sampled_from((PRIYA, HELEN, TOM)), other=st.sampled_from((HELEN, PRIYA)))
    def a_month_is_reviewed(self, data: st.DataObject, someone: Someone, other: Someone) -> None:
        """By whoever is asked; another has the same form open, and may come second."""
        self.hands.led_by(data)
        case = self.hands.choose(self._cases_with("reviews") or self._cases)
        for each, card in [(each, self._review_of(each, case)) for each in (someone, other)]:
            self.hands.goes_on(each, card, {"monthly.save"})

    def _review_of(self, someone: Someone, case: int) -> Card | None:
        return self.hands.through(someone, self.hands.opens(someone, case), "monthly.open")

    @precondition(lambda self: self._cases)
    @rule(data=CHOICES, someone=WORKING, tidings=ANSWERS)
    def arranges_a_meeting(self, data: st.DataObject, someone: Someone, tidings: Tidings) -> None:
        """And once the calendar has answered, settles on a time."""
        self.hands.led_by(data)
        case = self.hands.choose(self._cases_at(WORKED - {"triaged"}) or self._cases)
        self.hands.through(someone, self.hands.opens(someone, case), "meeting.form", "meeting.arrange")
        self.the_calendar_answers(tidings)
        page = self.hands.through(someone, self.hands.opens(someone, case), "meeting.open")
        self.hands.goes_on(someone, page, {"meeting.choose", "meeting.time_open", "meeting.cancel_open"})

    @precondition(lambda self: self._booked)
    @rule(data=CHOICES, someone=WORKING, other=WORKING)
    def people_meet(self, data: st.DataObject, someone: Someone, other: Someone) -> None:
        """When the time has come, two write down what goes on."""
        self.hands.led_by(data)
        meeting = self.hands.choose(self._booked)
        wait = meeting["starts_at"] - self.house.clock.now()
        self.judge.lets(lambda: self.house.pass_time(max(wait, timedelta())))
        for each in (someone, other, someone):
            page = self.hands.through(each, self.hands.opens(each, meeting["case_id"]), "meeting.open")
            self.hands.goes_on(each, page, AT_A_MEETING)

    @property
    def _booked(self) -> list[Row]:
        rows = self.house.content.rows("meetings") if self.house else ()
        return [row for row in rows if row["state"] == "booked"]

    @precondition(lambda self: self._cases_with("meetings"))
    @rule(data=CHOICES, someone=SOMEBODY)
    def does_something_about_a_meeting(self, data: st.DataObject, someone: Someone) -> None:
        """Its time, its people, what is said and decided there; from the case or from a card in their own chat."""
        self.hands.led_by(data)
        opened = self.hands.opens(someone, self.hands.choose(self._cases_with("meetings")))
        page = self.hands.through(someone, opened, "meeting.open")
        cards = [card for card in self.house.messages(someone) if offers(card, *MEETING)]
        self.hands.goes_on(someone, self.hands.choose((page, *cards)), MEETING)

    @precondition(lambda self: self._cases_with("meetings"))
    @rule(tidings=ANSWERS)
    def the_calendar_answers(self, tidings: Tidings) -> None:
        note(f"The calendar: {tidings.__name__}")
        self.judge.lets(lambda: self.house.hear_of_the_calendar(tidings))

    # --- the hub and its people ---------------------------------------------------------------------------------------

    @rule(data=CHOICES, someone=SOMEBODY, door=st.sampled_from(("away.open", "mine.open")))
    def says_when_to_be_reached(self, data: st.DataObject, someone: Someone, door: str) -> None:
        """Who is away, and stands in; and when the digest comes."""
        self.hands.led_by(data)
        self.hands.goes_on(someone, self.house.menu(someone), {door})

    @rule(data=CHOICES, someone=st.sampled_from((HELEN, HELEN, NORA)))
    def sees_to_cover(self, data: st.DataObject, someone: Someone) -> None:
        """Enters an absence for somebody, or hands over what is in their name."""
        self.hands.led_by(data)
        cover = self.hands.through(someone, self.house.menu(someone), "cover.open")
        finds = [each for each in (known_on(cover) if cover else ()) if verb_of(each) == "cover.find"]
        if cover and finds:
            press = Press(someone, cover, finds[0], {"name": self.hands.choose(EVERYBODY).name})
            self.hands.goes_on(someone, self.hands.presses(press).card)
