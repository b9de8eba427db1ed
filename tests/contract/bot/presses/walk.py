"""A case walked from its referral to its closing and beyond, by pressing what the cards offer: examples begin on its way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from tests.contract.bot.presses.by_itself import all_is_well
from tests.contract.bot.presses.house import Card, House, Press, verb_of
from tests.contract.bot.presses.judging import Judge
from tests.contract.bot.presses.people import HELEN, IAN, PRIYA, TOM, Someone
from tests.contract.bot.presses.writing import Pen

T = TypeVar("T")
DAYS: Final = timedelta(days=1)
REFERENCE: Final = "ALL-2026-0001"
OTHER: Final = "ALL-2026-0002"
# Where an example may begin, in the order of the walk.
BEGINNINGS: Final = (
    *("nothing", "submitted", "triaged", "partners asked", "scanning", "analysis", "response", "assessment"),
    *("a second round", "closure proposed", "closed", "due for review"),
)


_COUNTED: Final = frozenset({"seen", "version", "versions", "cycle"})


def the_mildest(options: Sequence[T]) -> T:
    """No danger and nothing bad, where that can be said; or else what comes first."""
    return next((each for each in options if each == "no"), options[0])


@dataclass
class Feet:
    """Go from card to card by steps like "task.accept 2": the verb of a button, and what it must carry or be called.

    Everything is typed as the pen types it well, but for what is named: that is typed before the last step.
    """

    judge: Judge
    pen: Pen

    @property
    def house(self) -> House:
        return self.judge.house

    def goes(self, someone: Someone, *steps: str, case: str = REFERENCE, **typed: Any) -> Card | None:
        """From the case's card in the channel."""
        channel = self.house.channel_card(self.house.content.by_reference[case]["id"])
        return self.steps(someone, channel, "case.open", *steps, **typed)

    def answers(self, someone: Someone, *steps: str, case: str = REFERENCE, **typed: Any) -> Card | None:
        """From a card about the case in somebody's own chat."""
        cards = [each for each in self.house.messages(someone) if _find(each, f"{steps[0]} {case}")]
        assert cards, f"{someone} was sent nothing to {steps[0]} in {case}"
        return self.steps(someone, cards[0], *steps, **typed)

    def from_hub(self, someone: Someone, *steps: str, **typed: Any) -> Card | None:
        return self.steps(someone, self.house.hub_card("ALL"), *steps, **typed)

    def steps(self, someone: Someone, card: Card | None, *steps: str, **typed: Any) -> Card | None:
        for step in steps[:-1]:
            card = self._step(someone, card, step)
        return self._step(someone, card, steps[-1], **typed)

    def mark_of(self, someone: Someone) -> str:
        """A mark to be typed by somebody."""
        self.pen.hand = someone.n
        return self.pen.mark()

    def _step(self, someone: Someone, card: Card | None, step: str, **typed: Any) -> Card | None:
        assert card is not None, f"no card on which {someone} could press {step}"
        button = _find(card, step)
        assert button, (
            f"{someone} finds no {step} among {[(verb_of(b), b.action['data']) for b in card.buttons]}"
        )
        self.pen.hand, self.pen.today = someone.n, self.house.clock.now().date()
        answered = self.judge.presses(Press(someone, card, button, {**self.pen.well(button), **typed}))
        self.judge.looks_around()
        return answered.card


def _find(card: Card, step: str) -> Any:
    verb, *carried = step.split()
    for button in card.buttons:
        data = button.action.get("data") or {}
        values = {button.id, *(str(data[name]) for name in data.keys() - _COUNTED)}
        if verb_of(button) == verb and values.issuperset(carried):
            return button
    return None


@dataclass
class Walk(Feet):
    """Two rounds, in which partners are asked, tasks are taken on, declined and put off, and closing is refused once."""

    def __iter__(self) -> Iterator[str]:
        """Walk from beginning to beginning."""
        yield "nothing"
        for each in (PRIYA, TOM, HELEN, IAN):
            # From then on, the bot can write to them. The college's people it has to call in the channel.
            self.steps(each, self.house.menu(each), "work.mine")
        self.refers(PRIYA)
        # Another matter, so that there is something to relate to and to merge with.
        self.refers(IAN, "Harbour Car Park, Maryport CA15 8AB", f"Olive Webb, {self.mark_of(IAN)}")
        yield "submitted"
        yield from self._first_round()
        yield from self._second_round()
        self.house.pass_time(7 * 366 * DAYS)
        yield "due for review"

    def refers(self, someone: Someone, where: str = "", affected: str = "") -> None:
        card = self.from_hub(someone, "refer.open", "refer.next", **({"where": where} if where else {}))
        named = {"affected": affected, "involved": ""} if affected else {}
        self.steps(someone, card, "refer.send", **named)

    def moves(self, someone: Someone, move: str) -> None:
        self.goes(someone, f"move.open {move}", "move.do")
        self.house.pass_time(5 * DAYS)

    def _first_round(self) -> Iterator[str]:
        self.goes(TOM, "case.read risk", "risk.open", "risk.save")
        self.moves(TOM, "triage")
        yield "triaged"
        self.goes(TOM, "request.open", "request.ask", agencies="police,council,college")
        self.answers(TOM, "request.answer nothing")
        self.house.pass_time(2 * DAYS)
        yield "partners asked"
        card = self.answers(HELEN, "request.answer something")
        self.steps(HELEN, card, "request.answer_open", "request.answer", reply="part")
        self.answers(TOM, "request.seen")
        self.moves(TOM, "scan")
        self._arranges_a_meeting()
        yield "scanning"
        self.goes(PRIYA, "stage.open objective", "stage.save")
        self.goes(TOM, "stage.open scanning", "stage.save")
        self.moves(TOM, "analyse")
        self.goes(TOM, "case.read risk", "clock.open", "clock.met")
        self._meets()
        yield "analysis"
        for _page in range(3):
            self.goes(PRIYA, "stage.open stage-analysis", "stage.save")
        self.moves(PRIYA, "respond")
        yield "response"
        self.goes(PRIYA, "monthly.open", "monthly.save continue")
        self._plans_a_task("homes")
        self._plans_a_task("police")
        self.answers(PRIYA, "task.accept 1")
        self.answers(TOM, "task.decline_open 2", "task.decline", suggested_agency_id="council")
        self.goes(PRIYA, "tasks.open", "task.reassign_open 2", "task.reassign")
        self.moves(PRIYA, "assess")
        yield "assessment"
        self.answers(PRIYA, "task.record_open 1", "task.record", state="done")
        self.goes(IAN, "tasks.open", "task.record_open 2", "task.record", state="partly")
        self.goes(PRIYA, "stage.open assessment", "stage.save", decision="rerun_response")
        self.goes(PRIYA, "move.open rerun", "move.do")
        self.house.pass_time(40 * DAYS)
        yield "a second round"

    def _second_round(self) -> Iterator[str]:
        self.answers(PRIYA, "monthly.save change")
        self._plans_a_task("council")
        self._plans_a_task("homes")
        later = (self.house.clock.now() + 90 * DAYS).date().isoformat()
        self.answers(HELEN, "task.extend_open 3", "task.extend", due_on=later)
        self.moves(PRIYA, "assess")
        self.goes(HELEN, "tasks.open", "task.record_open 3", "task.record", state="done")
        self.goes(PRIYA, "tasks.open", "task.record_open 4", "task.record", state="not_done")
        self.goes(TOM, "case.read risk", "risk.open", "risk.save")
        self.goes(PRIYA, "stage.open assessment", "stage.save", decision="propose_closure")
        self.goes(PRIYA, "closure.open", "stage.open", "stage.save")
        self.goes(PRIYA, "closure.open", "move.open propose_closure", "move.do")
        yield "closure proposed"
        self.goes(HELEN, "closure.open", "move.open refuse_closure", "move.do")
        self.house.pass_time(DAYS)
        self.goes(TOM, "case.read risk", "risk.open", "risk.save")
        self.goes(HELEN, "closure.open", "move.open propose_closure", "move.do")
        self.goes(PRIYA, "closure.open", "closure.agree")
        self.goes(HELEN, "closure.open", "move.open close", "move.do")
        yield "closed"

    def _arranges_a_meeting(self) -> None:
        arranged = self.goes(TOM, "meeting.form", "meeting.arrange")
        assert arranged is not None
        self.house.hear_of_the_calendar(all_is_well)
        self.answers(TOM, "meeting.choose")
        self.house.hear_of_the_calendar(all_is_well)

    def _meets(self) -> None:
        self.answers(TOM, "meeting.open", "meeting.attendance_open", "meeting.attendance")
        self.goes(TOM, "meeting.open", "meeting.note_open", "meeting.note")
        self.goes(PRIYA, "meeting.open", "meeting.end")

    def _plans_a_task(self, agency: str) -> None:
        self.goes(PRIYA, "tasks.open", "task.open add", "task.save", agency_id=agency)
