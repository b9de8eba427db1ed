"""What is done less often than a case is walked: every verb that the walk does not press, mostly on cases beside it."""

from dataclasses import dataclass
from typing import Final

from tests.contract.bot.presses.people import HELEN, IAN, PRIYA, SUE, TOM, Someone
from tests.contract.bot.presses.walk import DAYS, OTHER, REFERENCE, Feet

YARD: Final = "3 Mill Yard, Workington CA14 2AB"
VICTIM: Final = "Ann Example"
DANGER: Final = {"answer-violence-now": "yes", "answer-weapon": "yes"}


@dataclass
class Errands(Feet):
    """To be run when the walk has come to its end."""

    def run(self) -> None:
        self._looks_around()
        self._sees_to_the_hub()
        first, second, third, fourth, fifth = self._refers_in_every_way()
        self._works_on(OTHER)
        self._is_of_two_minds(OTHER)
        self._comes_too_late(OTHER)
        self._calls_back(OTHER)
        self._meets(OTHER)
        self._manages(OTHER, first)
        self.goes(TOM, "review.explained", case=first)
        self.goes(HELEN, "manage.open", "move.open merge", "move.do", case=first, into=OTHER)
        self._puts_away(second, third, fourth, fifth)
        self._decides_on_keeping(REFERENCE, second)

    def _sees_to_the_hub(self) -> None:
        """Somebody is away, and somebody leaves; and it is set when one hears of what."""
        self.steps(SUE, self.house.menu(SUE), "away.open", "away.save", "away.end")
        self.steps(HELEN, self.house.menu(HELEN), "cover.open", "cover.find", name="Ian")
        for verb in ("away.open", "handover.open"):
            found = self.steps(HELEN, self.house.menu(HELEN), "cover.open", "cover.find", name="Ian")
            self.steps(HELEN, found, verb, {"away.open": "away.save", "handover.open": "handover.do"}[verb])
        self.house.pass_time(DAYS)
        self.steps(IAN, self.house.menu(IAN), "mine.open", "mine.save", digest="urgent")
        self.steps(
            HELEN, self.house.menu(HELEN), "mine.open", "hubset.open", "hubset.save", reviews_to="both"
        )

    def _looks_around(self) -> None:
        for verb in ("cases.mine", "help.open", "work.mine"):
            self.steps(PRIYA, self.house.menu(PRIYA), verb)
        self.steps(PRIYA, self.house.menu(PRIYA), "search.open", "search.do", term="High Street")
        for verb in ("case.read file", "case.copy", "requests.tally"):
            self.goes(PRIYA, verb)

    # --- referring ---------------------------------------------------------------------------------------------------

    def _refers_in_every_way(self) -> list[str]:
        """Danger first; put off and taken up again; joined by one, and sent anyway by another. The references of five."""
        warned = self.from_hub(SUE, "refer.open", "refer.next", where=YARD, danger="yes")
        self.steps(SUE, warned, "refer.back", "refer.save")
        taken_up = self.from_hub(SUE, "refer.open", "refer.next")
        self.steps(SUE, taken_up, "refer.warned", "refer.send", affected=self._victim(SUE), involved="")
        self._sends(PRIYA, "refer.join")
        for _time in range(4):
            self._sends(IAN, "refer.send_anyway")
        self.steps(TOM, self.house.menu(TOM), "refer.open", "refer.hub", hub="CAR")
        return sorted(self.house.content.by_reference)[-5:]

    def _sends(self, someone: Someone, last: str) -> None:
        """The same matter once more: the same victim at the same place."""
        card = self.from_hub(someone, "refer.open", "refer.next", where=YARD)
        look_alike = self.steps(someone, card, "refer.send", affected=self._victim(someone), involved="")
        self.steps(someone, look_alike, last)

    def _victim(self, someone: Someone) -> str:
        return f"{VICTIM}, {self.mark_of(someone)}"

    # --- beside the way of a case ------------------------------------------------------------------------------------

    def _works_on(self, case: str) -> None:
        """Accepted after a dangerous answer, overridden, noted on; its people marked, others pointed to."""
        warned = self.goes(TOM, "case.read risk", "risk.open", "risk.save", case=case, **DANGER)
        self.steps(TOM, warned, "risk.warned")
        self.goes(TOM, "case.read risk", "override.open", "override.save", case=case)
        self.goes(TOM, "move.open triage", "move.do", case=case)
        self.goes(IAN, "note.open", "note.save", case=case)
        self.goes(TOM, "people.open", "person.open add", "person.save", case=case)
        self.goes(TOM, "people.open", "person.open mark-1", "person.save", case=case)
        self.goes(TOM, "tasks.open", "templates.open", "templates.add", case=case)
        self.goes(TOM, "tasks.open", "pointer.open point", "pointer.save", case=case)
        self.goes(TOM, "tasks.open", "pointer.open chase-1", "pointer.chased", case=case)

    def _is_of_two_minds(self, case: str) -> None:
        """Two write on the same page, and the second chooses."""
        self.goes(TOM, "move.open scan", "move.do", case=case)
        page = "stage.open objective"
        tom, helen = self.goes(TOM, page, case=case), self.goes(HELEN, page, case=case)
        self.steps(TOM, tom, "stage.save")
        clash = self.steps(HELEN, helen, "stage.save")
        self.steps(HELEN, clash, "stage.choose")

    def _comes_too_late(self, case: str) -> None:
        """Forms were open, and meanwhile the task is planned anew, and the case kept from one of their writers."""
        task = self.goes(HELEN, "tasks.open", "task.open change-1", case=case)
        note = self.goes(IAN, "note.open", case=case)
        again = {"intervention": self.mark_of(TOM)}
        self.goes(TOM, "tasks.open", "task.open change-1", "task.save", case=case, **again)
        self.steps(HELEN, task, "task.save", intervention=self.mark_of(HELEN))
        self.goes(HELEN, "manage.open", "access.open", "access.save", case=case)
        self.steps(IAN, note, "note.save")
        self.goes(HELEN, "manage.open", "access.open", "access.save unrestrict", case=case)

    def _calls_back(self, case: str) -> None:
        self.goes(TOM, "request.open", "request.ask", case=case, agencies="homes")
        self.answers(PRIYA, "request.answer call", case=case)
        self.answers(TOM, "request.called", case=case)

    def _meets(self, case: str) -> None:
        """One is called off, another is at a time that was typed, moved, and decides something."""
        self.goes(TOM, "meeting.form", "meeting.arrange", case=case)
        self.goes(HELEN, "meeting.open", "meeting.cancel_open", "meeting.cancel", case=case)
        self.goes(TOM, "meeting.form", "meeting.arrange", case=case)
        tomorrow, later = [(self.house.clock.now() + n * DAYS).date().isoformat() for n in (1, 2)]
        self.goes(TOM, "meeting.open", "meeting.time_open", "meeting.time", case=case, day=tomorrow)
        self.goes(TOM, "meeting.open", "meeting.time_open", "meeting.time", case=case, day=later)
        self.house.pass_time(2 * DAYS)
        self.goes(TOM, "meeting.open", "meeting.decide_open", "meeting.decide", case=case)

    def _manages(self, case: str, other: str) -> None:
        self.goes(HELEN, "manage.open", "lead.open", "lead.save", case=case, agency="police")
        self.goes(HELEN, "manage.open", "relate.open", "relate.save", case=case, other=other)
        self.goes(HELEN, "manage.open", "hold.open", "hold.save", case=case)

    # --- the other ways out ------------------------------------------------------------------------------------------

    def _puts_away(self, withdrawn: str, voided: str, transferred: str, signposted: str) -> None:
        late = self.goes(HELEN, "move.open return", case=withdrawn)
        self.goes(TOM, "move.open return", "move.do", case=withdrawn)
        self.goes(IAN, "move.open resubmit", "move.do", case=withdrawn)
        self.steps(HELEN, late, "move.do")
        note = self.goes(SUE, "note.open", case=withdrawn)
        self.goes(IAN, "move.open withdraw", "move.do", case=withdrawn)
        self.steps(SUE, note, "note.save")
        self.goes(HELEN, "manage.open", "move.open void", "move.do", case=voided)
        self.goes(HELEN, "manage.open", "move.open transfer", "move.do", case=transferred)
        self.goes(TOM, "move.open signpost", "move.do", case=signposted)

    def _decides_on_keeping(self, kept: str, erased: str) -> None:
        """Years later, one is kept longer and another is erased, which is asked twice."""
        self.house.pass_time(8 * 366 * DAYS)
        menu = self.house.menu(HELEN)
        queue = self.steps(HELEN, menu, "retention.list", f"retention.open {kept}", "retention.decide")
        asked = self.steps(HELEN, queue, f"retention.open {erased}", "retention.decide", decision="erase")
        self.steps(HELEN, asked, "retention.decide True")
