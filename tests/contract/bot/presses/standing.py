"""Where an example of the machine begins, what it knows of the cases, and what always holds."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from tests.contract.bot.presses.beginnings import Beginnings
from tests.contract.bot.presses.hands import Hands, known_on, nobody_chooses
from tests.contract.bot.presses.house import Card, House, verb_of
from tests.contract.bot.presses.judging import Judge
from tests.contract.bot.presses.people import EVERYBODY, HELEN, IAN, PRIYA, TOM
from tests.contract.bot.presses.walk import BEGINNINGS
from tests.contract.bot.presses.writing import Pen

SPANS: Final = tuple(timedelta(**span) for span in (
    {"minutes": 11}, {"hours": 1}, {"days": 2}, {"days": 40}, {"days": 200}, {"days": 7 * 366},
))  # fmt: skip
# Those who have most to do come up most often.
SOMEBODY: Final = st.sampled_from((PRIYA, TOM, HELEN, IAN, PRIYA, TOM, HELEN, *EVERYBODY))
WORKING: Final = st.sampled_from((PRIYA, TOM, HELEN))
CHOICES: Final = st.data()


class Standing(RuleBasedStateMachine):
    """`beginnings` is for whoever runs it to set; `done` counts what was pressed and which moves were made, in all examples."""

    beginnings: Beginnings
    done: Counter[str]
    house: House | None = None

    @initialize(name=st.sampled_from(BEGINNINGS))
    def begin(self, name: str) -> None:
        self.house, authors = self.beginnings.open(name)
        pen = Pen(nobody_chooses, authors)
        self.judge = Judge(self.house, authors, self.done)
        self.hands = Hands(self.house, pen, self.judge)
        note(f"It begins with: {name}")

    def teardown(self) -> None:
        if self.house is not None:
            broken = self.house.broken_chain()
            self.house.close()
            assert broken is None, broken

    @property
    def _cases(self) -> tuple[int, ...]:
        return tuple(self.house.content.cases) if self.house else ()

    def _cases_at(self, states: Collection[str]) -> tuple[int, ...]:
        found = self.house.content.cases if self.house else {}
        return tuple(key for key, case in found.items() if str(case["state"]) in states)

    def _cases_with(self, table: str) -> tuple[int, ...]:
        """Those of which there are rows in a table."""
        return tuple(dict.fromkeys(row["case_id"] for row in self.house.content.rows(table)))

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_wrong_anywhere(self) -> None:
        if self.house is not None:
            self.judge.looks_around()


def offers(card: Card, *verbs: str) -> bool:
    return any(verb_of(each) in verbs for each in known_on(card))
