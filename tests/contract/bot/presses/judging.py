"""A press, and everything that must hold of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hypothesis import currently_in_test_context, note

from tests.contract.bot.presses import checks, history, in_hubs, keeping
from tests.contract.bot.presses.content import new_rows
from tests.contract.bot.presses.house import Answered, House, Press
from tests.contract.bot.presses.people import EVERYBODY
from tests.contract.bot.presses.writing import marks_in


@dataclass
class Judge:
    """Presses, and looks at what came of it. `authors` knows whose hand each text is from; `done` counts what was tried and made."""

    house: House
    authors: Mapping[str, int]
    done: Counter[str] = field(default_factory=Counter)
    _looked_at: int = -1

    def presses(self, press: Press) -> Answered:
        was_fresh = press.card.is_own and press.card.drawn_at == self.house.changed
        say(str(press))
        (answered,) = self.house.press(press)
        say(f"    {answered}")
        self._counts(answered)
        self._looks_at(answered)
        checks.is_true(self.house, answered)
        if was_fresh:
            checks.was_no_dead_end(answered)
        in_hubs.was_theirs_to_do(self.house, answered)
        touched = history.was_theirs_to_do(self.house, answered)
        history.moved_rightly(answered.before, answered.after)
        history.was_all_taken_along(answered)
        history.wrote_over_nothing_unseen(answered)
        history.acted_on_what_was_shown(answered)
        checks.is_written_down(self.authors, answered, touched)
        return answered

    def at_once(self, *presses: Press) -> list[Answered]:
        """Several at the same time: what one of them finds may have been changed by the other."""
        say("\n and ".join(map(str, presses)))
        found = self.house.press(*presses)
        for answered in found:
            say(f"    {answered}")
            self._looks_at(answered)
        return found

    def lets(self, happen: Callable[[], None]) -> None:
        """Something happens by itself: no case loses a text by it, or is moved as nobody may move it."""
        before = self.house.content
        happen()
        history.nothing_has_gone(before, self.house.content, ())
        history.moved_rightly(before, self.house.content)

    def _counts(self, answered: Answered) -> None:
        self.done[answered.press.verb] += 1
        moves = new_rows(answered.before, answered.after, "case_moves")
        self.done.update(f"made: {row['move']}" for row in moves)

    def _looks_at(self, answered: Answered) -> None:
        checks.is_whole(self.house, answered)
        keeping.keeps_what_was_typed(answered)
        checks.keeps_secrets(self.house, self.authors, answered)
        history.nothing_has_gone(answered.before, answered.after, marks_in(answered.press.data))

    # --- what always holds -------------------------------------------------------------------------------------------

    def looks_around(self) -> None:
        """Whatever was pressed: the database makes sense, and no card that hangs or was sent lies or tells too much."""
        history.holds(self.house.content)
        if self.house.changed == self._looked_at:
            return
        self._looked_at = self.house.changed
        self._looks_at_the_channel()
        self._looks_at_messages()

    def _looks_at_the_channel(self) -> None:
        """Nothing there that was typed."""
        for case_id in self.house.content.cases:
            card = self.house.channel_card(case_id)
            checks.channel_is_for_everybody(card.json)
            checks.tells_the_truth(card.json, self.house.content)
        for meeting, card in self.house.agendas():
            checks.channel_is_for_everybody(card.json)
            checks.tells_the_truth(card.json, self.house.content)
            assert not self.house.content.cases[meeting["case_id"]]["restricted"]
        for request, card in self.house.calls():
            case = self.house.content.cases[request["case_id"]]
            checks.call_is_for_who_is_called(self.house, card.json, request["agency_id"], case)

    def _looks_at_messages(self) -> None:
        """Receipts, and what agencies are asked and given to do."""
        for someone in EVERYBODY:
            for card in self.house.messages(someone):
                checks.is_fit(card.json)
                checks.message_keeps_secrets(self.house, self.authors, someone, card)
                checks.tells_nothing_of_what_is_kept_from(someone, card.json, self.house.content)
                checks.tells_the_truth(card.json, self.house.content)
                checks.offers_only_what_may_be_done(self.house, someone, card, self.house.content)


def say(text: str) -> None:
    """For whoever reads how it came to a fault."""
    if currently_in_test_context():
        note(text)
