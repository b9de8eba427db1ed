"""The words for how a case stands and goes on: none is missing, and what is said to be possible is."""

import pytest

from cards import texts_moves, texts_progress, words
from osara_store.schema import CaseState
from osara_store.stages import FIELD
from osara_store.states import BEING_WORKED, ENDED, OPEN, TRANSITIONS, Move, possible

every_state = pytest.mark.parametrize("state", CaseState)
every_move = pytest.mark.parametrize("move", Move)

# --- for the referrer and the channel --------------------------------------------------------------------------------


@every_state
def test_every_state_is_told_to_the_referrer_in_a_sentence_of_its_own(state: CaseState) -> None:
    said = texts_progress.HAPPENING[state]
    assert said.endswith(".")
    assert list(texts_progress.HAPPENING.values()).count(said) == 1


@every_state
def test_every_state_that_is_not_worked_on_has_a_title_of_its_own_in_the_channel(state: CaseState) -> None:
    is_on_its_way = state in BEING_WORKED | {CaseState.CLOSURE_PROPOSED}
    assert (state in texts_progress.CHANNEL_TITLES) != is_on_its_way


@every_state
def test_an_open_case_is_on_one_of_the_seven_steps(state: CaseState) -> None:
    step = texts_progress.step_of(state)
    assert (step is not None) == (state in OPEN or state is CaseState.CLOSED)
    assert step is None or 1 <= step <= len(texts_progress.STEPS)


def test_the_steps_follow_the_order_in_which_a_case_goes_on() -> None:
    onwards = ("SUBMITTED", "TRIAGED", "SHARING", "SCANNING", "ANALYSIS", "RESPONSE", "ASSESSMENT")
    states = [CaseState[name] for name in (*onwards, "CLOSURE_PROPOSED", "CLOSED")]
    steps = [texts_progress.step_of(state) or 0 for state in states]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (1, len(texts_progress.STEPS))


def test_progress_is_told_in_words() -> None:
    assert texts_progress.progress(CaseState.ANALYSIS, "Analysis") == "Analysis (step 4 of 7)"
    assert texts_progress.progress(CaseState.VOIDED, "Voided") == "Voided"


@pytest.mark.parametrize(
    ("cycle", "said"),
    [(1, ""), (2, "the second time round"), (5, "the fifth time round"), (6, "This is round 6.")],
)
def test_how_often_the_hub_has_begun(cycle: int, said: str) -> None:
    assert said in texts_progress.round_of(cycle)
    assert bool(texts_progress.round_of(cycle)) == bool(said)


@every_state
def test_a_notification_names_the_case_and_how_it_stands(state: CaseState) -> None:
    word = words.STATE[state]
    title = texts_progress.CHANNEL_TITLES.get(state, word)
    assert texts_progress.channel_summary("ALL-2026-0001", state, word) == f"ALL-2026-0001: {title}"
    assert texts_progress.receipt_summary("ALL-2026-0001", word) == f"Your referral ALL-2026-0001: {word}"


def test_every_outcome_that_can_be_chosen_has_its_words() -> None:
    assert set(texts_progress.OUTCOME) == set(FIELD["outcome"].choices)


# --- moves -----------------------------------------------------------------------------------------------------------


@every_move
def test_every_move_says_what_it_means_and_that_it_was_made(move: Move) -> None:
    assert texts_moves.MEANS[move].endswith(".")
    assert texts_moves.done(move).endswith(".")
    assert words.MOVE[move]


@every_move
def test_a_reason_has_its_question_its_example_and_a_word_for_being_missed(move: Move) -> None:
    needed = TRANSITIONS[move].needs_reason
    assert (move in texts_moves.REASON) == needed
    assert (move in texts_moves.REASON_EXAMPLE) == needed
    if needed:
        assert texts_moves.REASON[move].endswith("?")
        assert texts_moves.REASON_EXAMPLE[move].startswith("Example: ")
        assert texts_moves.reason_missing(move).startswith("Please ")


@every_state
def test_an_impossible_move_is_answered_with_what_is_possible_and_nothing_else(state: CaseState) -> None:
    said = texts_moves.not_from_here(state)
    assert f"'{words.STATE[state]}'" in said
    _, _, named = said.partition("What is possible from here: ")
    offered = named.removesuffix(".").replace(" or ", ", ").split(", ") if named else []
    assert offered == [words.MOVE[move] for move in possible(state)]


@every_state
def test_where_nothing_is_possible_any_more_the_sentence_says_so(state: CaseState) -> None:
    assert ("ended for good" in texts_moves.not_from_here(state)) == (not possible(state))
    assert possible(state) or state in ENDED
