"""A case walked from its referral to its closing and beyond, by pressing what the cards offer: examples begin on its way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from tests.contract.bot.presses.house import Answered, House, Press
from tests.contract.bot.presses.people import HELEN, IAN, PRIYA, TOM, Someone
from tests.contract.bot.presses.writing import Pen

T = TypeVar("T")
DAYS: Final = timedelta(days=1)
REFERENCE: Final = "ALL-2026-0001"
# Where an example may begin, in the order of the walk.
BEGINNINGS: Final = (
    *("nothing", "submitted", "triaged", "scanning", "analysis", "response", "assessment"),
    *("a second round", "closure proposed", "closed", "due for review"),
)


def the_mildest(options: Sequence[T]) -> T:
    """No danger and nothing bad, where that can be said; or else what comes first."""
    return next((each for each in options if each == "no"), options[0])


@dataclass
class Walk:
    """Everything is typed as the pen types it well, but for what is named."""

    house: House
    pen: Pen

    def press(self, someone: Someone, answered: Answered, name: str, **typed: Any) -> Answered:
        assert answered.card is not None, answered
        button = answered.card.button(name)
        self.pen.hand, self.pen.today = someone.n, self.house.clock.now().date()
        press = Press(someone, answered.card, button, {**self.pen.well(button), **typed})
        (answer,) = self.house.press(press)
        return answer

    def goes(self, someone: Someone, *names: str, **typed: Any) -> Answered:
        """From the card in the channel through these buttons; what is named is typed before the last."""
        case = self.house.content.by_reference[REFERENCE]
        channel = self.house.channel_card(case["id"])
        (answered,) = self.house.press(Press(someone, channel, channel.button("case.open"), {}))
        for name in names[:-1]:
            answered = self.press(someone, answered, name)
        return self.press(someone, answered, names[-1], **typed)

    def refers(self, someone: Someone, where: str = "", affected: str = "") -> None:
        card = self.house.hub_card("ALL")
        (answered,) = self.house.press(Press(someone, card, card.button("refer.open"), {}))
        answered = self.press(someone, answered, "refer.next", **({"where": where} if where else {}))
        named = {"affected": affected, "involved": ""} if affected else {}
        self.press(someone, answered, "refer.send", **named)

    def moves(self, someone: Someone, move: str) -> None:
        self.goes(someone, f"move-{move}", "move.do")
        self.house.pass_time(5 * DAYS)

    def plans_a_task(self, agency: str) -> None:
        self.goes(PRIYA, "tasks.open", "add", "task.save", agency_id=agency)

    def __iter__(self) -> Iterator[str]:
        """Walk from beginning to beginning."""
        yield "nothing"
        self.refers(PRIYA)
        # Another matter, so that there is something to relate to and to merge with.
        self.refers(IAN, "Harbour Car Park, Maryport CA15 8AB", f"Olive Webb, {self.pen.mark()}")
        yield "submitted"
        self.goes(TOM, "risk", "ask", "risk.save")
        self.moves(TOM, "triage")
        yield "triaged"
        self.moves(TOM, "scan")
        yield "scanning"
        self.goes(PRIYA, "stage-objective", "stage.save")
        self.goes(TOM, "stage-scanning", "stage.save")
        self.moves(TOM, "analyse")
        yield "analysis"
        for _page in range(3):
            self.goes(PRIYA, "stage-analysis", "stage.save")
        self.moves(PRIYA, "respond")
        yield "response"
        self.plans_a_task("homes")
        self.plans_a_task("police")
        self.moves(PRIYA, "assess")
        yield "assessment"
        self.goes(PRIYA, "tasks.open", "record-1", "task.record", state="done")
        self.goes(TOM, "tasks.open", "record-2", "task.record", state="partly")
        self.goes(PRIYA, "stage-assessment", "stage.save", decision="rerun_response")
        self.goes(PRIYA, "rerun", "move.do")
        yield "a second round"
        self.plans_a_task("council")
        self.plans_a_task("homes")
        self.moves(PRIYA, "assess")
        self.goes(HELEN, "tasks.open", "record-3", "task.record", state="done")
        self.goes(PRIYA, "tasks.open", "record-4", "task.record", state="not_done")
        self.goes(TOM, "risk", "ask", "risk.save")
        self.goes(PRIYA, "stage-assessment", "stage.save", decision="propose_closure")
        self.goes(PRIYA, "closure.open", "stage.open", "stage.save")
        self.goes(PRIYA, "closure.open", "open-propose_closure", "move.do")
        yield "closure proposed"
        self.goes(HELEN, "closure.open", "open-close", "move.do")
        yield "closed"
        self.house.pass_time(7 * 366 * DAYS)
        yield "due for review"
