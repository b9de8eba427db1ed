"""The moves of a case, written out a second time as a table of what leads where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store.errors import Impossible
from osara_store.schema import CaseState, Stage
from osara_store.states import (
    BEING_WORKED,
    ENDED,
    GATES,
    OPEN,
    RERUN_TO,
    TRANSITIONS,
    Move,
    after,
    possible,
)

# A move with a ! needs a reason. A re-run leads to where its stage is worked.
TABLE = """
submitted            triage>triaged   return!>returned   signpost!>signposted   withdraw!>withdrawn
triaged              return!>returned   signpost!>signposted   withdraw!>withdrawn   share!>information_sharing   scan>scanning
information_sharing  signpost!>signposted   withdraw!>withdrawn   scan>scanning
scanning             withdraw!>withdrawn   analyse>analysis
analysis             respond>response
response             assess>assessment
assessment           rerun!>*   propose_closure>closure_proposed
closure_proposed     refuse_closure!>assessment   close>closed
returned             resubmit!>submitted   withdraw!>withdrawn
closed
signposted
withdrawn
merged
voided
transferred
"""
# These lead on from anywhere but the states beside them.
FROM_ANYWHERE = """
merge!>merged            closed signposted withdrawn merged voided transferred
void!>voided             merged voided transferred
transfer!>transferred    closed signposted withdrawn merged voided transferred
"""
RERUNS = {
    Stage.OBJECTIVE: CaseState.SCANNING,
    Stage.SCANNING: CaseState.SCANNING,
    Stage.ANALYSIS: CaseState.ANALYSIS,
    Stage.RESPONSE: CaseState.RESPONSE,
}


def read_table() -> dict[CaseState, dict[Move, tuple[str, bool]]]:
    rows = [line.split() for line in TABLE.strip().splitlines()]
    table = {CaseState(state): dict(map(read_move, cells)) for state, *cells in rows}
    for cell, *but in (line.split() for line in FROM_ANYWHERE.strip().splitlines()):
        for state in set(CaseState) - set(but):
            table[state] |= [read_move(cell)]
    return table


def read_move(cell: str) -> tuple[Move, tuple[str, bool]]:
    name, end = cell.split(">")
    return Move(name.rstrip("!")), (end, name.endswith("!"))


LEADS = read_table()


@pytest.mark.parametrize("state", list(CaseState))
def test_what_leads_on_from_a_state_and_where(state):
    assert set(possible(state)) == set(LEADS[state])
    for move, (end, needs_reason) in LEADS[state].items():
        assert TRANSITIONS[move].needs_reason == needs_reason
        if end != "*":
            assert after(state, move) == end


@pytest.mark.parametrize("state", list(CaseState))
def test_what_does_not_lead_on_is_refused_with_state_and_move(state):
    for move in set(Move) - set(LEADS[state]):
        for stage in (None, *Stage):
            with pytest.raises(Impossible) as refusal:
                after(state, move, stage)
            assert (refusal.value.state, refusal.value.move) == (state, move)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_rerun_begins_where_its_stage_is_worked(stage):
    if stage in RERUNS:
        assert after(CaseState.ASSESSMENT, Move.RERUN, stage) is RERUNS[stage]
    else:
        with pytest.raises(Impossible):
            after(CaseState.ASSESSMENT, Move.RERUN, stage)
    assert set(RERUN_TO) == set(RERUNS)


def test_a_rerun_names_its_stage():
    with pytest.raises(Impossible):
        after(CaseState.ASSESSMENT, Move.RERUN)


def test_every_state_is_open_or_has_ended():
    assert frozenset(CaseState) == OPEN | ENDED
    assert OPEN.isdisjoint(ENDED)
    assert BEING_WORKED < OPEN
    assert {"closed", "signposted", "withdrawn", "merged", "voided", "transferred"} == ENDED


def test_nothing_leads_out_of_an_end_but_the_word_that_it_was_a_mistake():
    for state in ENDED:
        assert set(possible(state)) <= {Move.VOID}


def test_every_open_case_can_come_to_an_end():
    for state in OPEN:
        seen, waiting = set(), [state]
        while waiting:
            here = waiting.pop()
            seen.add(here)
            ends = {end for move in possible(here) for end in leads_to(here, move)}
            waiting += ends - seen
        assert CaseState.CLOSED in seen, state


def leads_to(state: CaseState, move: Move) -> set[CaseState]:
    return set(RERUNS.values()) if move is Move.RERUN else {after(state, move)}


def test_a_stage_is_left_only_when_it_is_complete():
    """Each stage bars every way on from the state in which it is worked, but for the ways out of the work."""
    assert dict(GATES) == {
        Move.ANALYSE: (Stage.OBJECTIVE, Stage.SCANNING),
        Move.RESPOND: (Stage.ANALYSIS,),
        Move.ASSESS: (Stage.RESPONSE,),
        Move.RERUN: (Stage.ASSESSMENT,),
        Move.PROPOSE_CLOSURE: (Stage.ASSESSMENT,),
    }


@given(st.lists(st.tuples(st.sampled_from(Move), st.sampled_from([None, *Stage])), max_size=60))
def test_whatever_is_tried_in_whatever_order_a_case_goes_only_where_the_table_leads(tried):
    state, was_proposed = CaseState.SUBMITTED, False
    for move, stage in tried:
        try:
            end = after(state, move, stage)
        except Impossible:
            assert move not in LEADS[state] or (move is Move.RERUN and stage not in RERUNS)
            continue
        assert LEADS[state][move][0] in {end, "*"}
        assert end is not CaseState.CLOSED or was_proposed
        was_proposed = end is CaseState.CLOSURE_PROPOSED
        state = end
