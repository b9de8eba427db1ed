import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import answers, moves, notes
from osara_store.case_file import CaseFile, case_file
from osara_store.errors import CaseNotFound, Impossible, Incomplete, NotAllowed, Stale
from osara_store.policy import Reason
from osara_store.schema import CaseState, Stage, case_moves
from osara_store.stages import Part
from osara_store.states import ENDED, TRANSITIONS, Move

from .casework import audited, messages, worked
from .conftest import Store
from .walking import NEEDED, Walk
from .world import (
    ALL,
    AMY,
    CAR,
    DIRECTORY,
    HELEN,
    IAN,
    MARK,
    NOON,
    NORA,
    PRIYA,
    SUE,
    TOM,
    TooLateError,
    fail_after,
    referral,
    submitted,
)

S = CaseState
LATER = NOON + timedelta(hours=1)
WITH_ANOTHER_CASE = {Move.MERGE, Move.TRANSFER}


def moved(tx: sa.Connection, file: CaseFile, move: Move, who=HELEN, **named) -> CaseFile:
    return moves.move(
        tx,
        directory=DIRECTORY,
        actor=who,
        hub=named.pop("hub", ALL),
        case_id=file.case.id,
        move=move,
        seen=named.pop("seen", file.case.moves),
        reason=named.pop("reason", "It is time."),
        now=named.pop("now", LATER),
        **named,
    )


def answered(file: CaseFile, cycle: int) -> set[str]:
    return {answer.field for answer in file.answers if answer.cycle == cycle}


def test_a_case_goes_from_referral_to_closure(store: Store):
    with store.begin() as tx:
        file = Walk(tx).to(S.CLOSED).file

    assert [(made.start, made.move, made.end) for made in file.moves] == [
        (S.SUBMITTED, "triage", S.TRIAGED),
        (S.TRIAGED, "share", S.SHARING),
        (S.SHARING, "scan", S.SCANNING),
        (S.SCANNING, "analyse", S.ANALYSIS),
        (S.ANALYSIS, "respond", S.RESPONSE),
        (S.RESPONSE, "assess", S.ASSESSMENT),
        (S.ASSESSMENT, "propose_closure", S.CLOSURE_PROPOSED),
        (S.CLOSURE_PROPOSED, "close", S.CLOSED),
    ]
    assert [made.n for made in file.moves] == list(range(1, 9))
    assert (file.case.state, file.case.moves, file.case.cycle) == (S.CLOSED, 8, 1)


@pytest.mark.parametrize("state", list(CaseState))
def test_what_does_not_lead_on_from_a_state_is_refused_with_the_state_and_leaves_no_trace(
    store: Store, state: CaseState
):
    """Of everybody the one who is referrer, lead and manager at once: nothing but the state is in the way."""
    with store.begin() as tx:
        file = worked(tx, state, agency_id="council", lead_agency_id="council")
    elsewhere = [move for move in set(Move) - WITH_ANOTHER_CASE if state not in TRANSITIONS[move].start]
    for move in elsewhere:
        with pytest.raises(Impossible) as refusal, store.begin() as tx:
            moved(tx, file, move, stage=Stage.SCANNING)
        assert (refusal.value.state, refusal.value.move) == (state, move)
    with store.begin() as tx:
        assert case_file(tx, file.case.id) == file
    assert elsewhere


@pytest.mark.parametrize("stage", [None, Stage.ASSESSMENT], ids=str)
def test_a_rerun_needs_a_stage_that_can_be_run_again(store: Store, stage):
    with store.begin() as tx, pytest.raises(Impossible):
        moved(tx, worked(tx, S.ASSESSMENT), Move.RERUN, stage=stage)


@pytest.mark.parametrize("move", sorted(WITH_ANOTHER_CASE))
def test_what_takes_two_cases_is_not_done_here(store: Store, move):
    with store.begin() as tx, pytest.raises(ValueError, match="two cases"):
        moved(tx, worked(tx), move)


@pytest.mark.parametrize(
    ("someone", "reason"),
    [
        (IAN, Reason.NOT_YOUR_PART),
        (TOM, Reason.NOT_YOUR_PART),
        (MARK, Reason.NO_AGREEMENT),
        (AMY, Reason.AGREEMENT_OUT_OF_DATE),
        (NORA, Reason.NOT_THIS_HUB),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_who_has_no_part_in_a_move_cannot_make_it(store: Store, someone, reason):
    with store.begin() as tx:
        file = worked(tx, S.CLOSURE_PROPOSED)
    with pytest.raises(NotAllowed) as refusal, store.begin() as tx:
        moved(tx, file, Move.REFUSE_CLOSURE, someone)

    assert refusal.value.reason == reason


def test_who_has_no_part_in_a_move_is_not_told_where_the_case_stands(store: Store):
    with store.begin() as tx, pytest.raises(NotAllowed):
        moved(tx, worked(tx, S.VOIDED), Move.CLOSE, IAN)


def test_who_is_not_on_the_list_of_a_restricted_case_cannot_move_it(store: Store):
    with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
        moved(tx, worked(tx, S.SCANNING, restricted=True), Move.VOID)

    assert refusal.value.reason == Reason.RESTRICTED


def test_a_case_is_moved_through_its_own_hub_only(store: Store):
    with store.begin() as tx, pytest.raises(CaseNotFound):
        moved(tx, worked(tx), Move.VOID, hub=CAR)


def test_of_two_who_press_at_once_the_second_moves_nothing(store: Store):
    with store.begin() as tx:
        file = worked(tx, S.TRIAGED)
        moved(tx, file, Move.SHARE, TOM)
    for move in (Move.SHARE, Move.SCAN, Move.VOID):
        with pytest.raises(Stale), store.begin() as tx:
            moved(tx, file, move)
    with store.begin() as tx:
        assert case_file(tx, file.case.id).case.state is S.SHARING


@pytest.mark.parametrize(
    "move", [move for move in set(Move) - WITH_ANOTHER_CASE if TRANSITIONS[move].needs_reason]
)
def test_what_has_to_be_explained_is_not_done_without_a_reason(store: Store, move):
    with store.begin() as tx:
        state = min(TRANSITIONS[move].start)
        file = worked(tx, state, agency_id="council", lead_agency_id="council")
    with pytest.raises(Incomplete) as refusal, store.begin() as tx:
        moved(tx, file, move, reason=" \n", stage=Stage.SCANNING)

    assert "reason" in refusal.value.missing


@pytest.mark.parametrize(
    ("state", "move", "missing"),
    [
        (S.SUBMITTED, Move.TRIAGE, ("risk",)),
        (S.SCANNING, Move.ANALYSE, ("measure", "baseline", "target", "target_date", "statement")),
        (S.ANALYSIS, Move.RESPOND, ("victim_side", "offender_side", "location_side", "hypothesis")),
        (S.RESPONSE, Move.ASSESS, ("no_actions",)),
        (S.ASSESSMENT, Move.RERUN, ("implementation", "measure_value", "decision")),
        (S.ASSESSMENT, Move.PROPOSE_CLOSURE, ("implementation", "measure_value", "decision")),
        (
            S.CLOSURE_PROPOSED,
            Move.CLOSE,
            (
                "measure_reported",
                "complainant_contacted",
                "risk_reassessed",
                "lead_agrees",
                "outcome",
                "closing_summary",
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, Move) else "",
)
def test_a_stage_is_not_left_before_it_holds_what_it_must(store: Store, state, move, missing):
    with store.begin() as tx:
        file = worked(tx, state)
    with pytest.raises(Incomplete) as refusal, store.begin() as tx:
        moved(tx, file, move, stage=Stage.SCANNING)

    assert refusal.value.missing[: len(missing)] == missing
    assert store.count(case_moves) == 0


def test_enforcement_alone_is_no_response(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.RESPONSE)
        walk.fill(Part.EQUALITY)
        walk.plan(power="civil-injunction")
        walk.plan(power="civil-injunction", agency_id="police")
        with pytest.raises(Incomplete) as refusal:
            walk.move(Move.ASSESS)

    assert refusal.value.missing == ("not_only_enforcement",)


def test_a_move_is_kept_with_its_reason_who_made_it_and_when(store: Store):
    with store.begin() as tx:
        file = moved(tx, worked(tx, S.TRIAGED), Move.SHARE, TOM, reason="Two agencies know the family.")

    [made] = file.moves
    assert (made.n, made.move, made.start, made.end, made.cycle) == (1, "share", S.TRIAGED, S.SHARING, 1)
    assert (made.reason, made.by.author_name, made.by.author_agency_id, made.by.at) == (
        "Two agencies know the family.",
        "Tom Airey",
        "police",
        LATER,
    )


def test_the_audit_chain_tells_of_a_move_without_its_reason(store: Store):
    with store.begin() as tx:
        file = moved(tx, worked(tx, S.TRIAGED), Move.SHARE, TOM, reason="Joe Bloggs is known to us.")

    action, detail = audited(store)[-1]
    assert action == "case.moved"
    assert json.loads(detail) == {
        "reference": "ALL-2026-0001",
        "version": file.case.version,
        "move": "share",
        "from": "triaged",
        "to": "information_sharing",
    }


def test_a_move_is_told_to_sharepoint_the_channel_and_everybody_who_brought_something(store: Store):
    with store.begin() as tx:
        file = worked(tx, S.TRIAGED)
        notes.write(
            tx,
            actor=IAN,
            hub=ALL,
            case_id=file.case.id,
            stage=Stage.SCANNING,
            text="We know the yard.",
            grade="",
            now=LATER,
        )
    before = len(messages(store))
    with store.begin() as tx:
        moved(tx, file, Move.SHARE, TOM)

    told = [(kind, payload.get("person")) for kind, payload in messages(store)[before:]]
    assert told == [
        ("case.push", None),
        ("card.receipt", PRIYA.object_id),
        ("card.receipt", IAN.object_id),
        ("card.channel", None),
    ]


def test_a_referrer_without_an_agreement_sends_a_returned_referral_again(store: Store):
    with store.begin() as tx:
        file = worked(tx, S.RETURNED, agency_id="unsigned", lead_agency_id="unsigned")
        again = moved(tx, file, Move.RESUBMIT, MARK, reason="It is number 14.")

    assert again.case.state is S.SUBMITTED


@pytest.mark.parametrize(
    ("stage", "start", "carried"),
    [
        (Stage.OBJECTIVE, S.SCANNING, []),
        (Stage.SCANNING, S.SCANNING, [Part.OBJECTIVE]),
        (Stage.ANALYSIS, S.ANALYSIS, [Part.OBJECTIVE, Part.SCANNING]),
        (Stage.RESPONSE, S.RESPONSE, [Part.OBJECTIVE, Part.SCANNING, Part.TRIANGLE, Part.HYPOTHESIS]),
    ],
    ids=lambda value: value if isinstance(value, Stage) else "",
)
def test_a_rerun_begins_a_cycle_with_what_stands_in_the_stages_before_it(store: Store, stage, start, carried):
    with store.begin() as tx:
        walk = Walk(tx).to(S.ASSESSMENT)
        walk.prepare(Move.RERUN)
        before = walk.file
        file = walk.move(Move.RERUN, stage=stage)

    assert (file.case.state, file.case.cycle, file.moves[-1].cycle) == (start, 2, 2)
    assert answered(file, 2) == {field for part in carried for field in NEEDED[part]}
    assert [answer for answer in file.answers if answer.cycle == 1] == list(before.answers)
    for (cycle, field), answer in file.standing.items():
        if cycle == 2:
            assert replace(answer, cycle=1) == before.standing[1, field]


def test_what_a_cycle_carried_on_need_not_be_written_again(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.ASSESSMENT)
        walk.step(Move.RERUN, stage=Stage.ANALYSIS)
        file = walk.step(Move.RESPOND)

    assert file.case.state is S.RESPONSE


def test_what_waits_for_a_choice_goes_into_the_new_cycle_with_the_question(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.ASSESSMENT)
        for someone, text in ((PRIYA, "Weekly"), (TOM, "Daily")):
            seen = {"how_often": 1}
            answers.save(
                **walk.by,
                actor=someone,
                part=Part.SCANNING,
                cycle=1,
                typed={"how_often": text},
                versions=seen,
            )
        walk.prepare(Move.RERUN)
        before = walk.file.asides
        file = walk.move(Move.RERUN, stage=Stage.RESPONSE)

    assert [(aside.text, aside.by.author_name) for aside in before] == [("Daily", "Tom Airey")]
    assert [(aside.text, aside.by.author_name, aside.n) for aside in file.asides] == [
        ("Daily", "Tom Airey", 2)
    ]
    assert file.answer("how_often") == "Weekly"


def test_a_case_runs_as_often_as_it_must(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        for cycle in (1, 2, 3):
            walk.to(S.ASSESSMENT)
            assert walk.case.cycle == cycle
            walk.step(Move.RERUN, stage=Stage.OBJECTIVE)
        file = walk.to(S.CLOSED).file

    assert file.case.cycle == 4
    assert {answer.cycle for answer in file.answers} == {1, 2, 3, 4}


def test_tasks_that_are_not_done_stay_open_through_a_rerun(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.ASSESSMENT)
        walk.prepare(Move.RERUN)
        late = walk.plan(intervention="Mediation")
        with pytest.raises(Incomplete) as refusal:
            walk.move(Move.RERUN, stage=Stage.RESPONSE)

    assert refusal.value.missing == ("implementation",)
    assert late == 3


def test_closing_sets_the_watch_and_the_day_of_review_in_the_hubs_own_days(store: Store):
    late_in_june = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # the 1st of July in London
    with store.begin() as tx:
        walk = Walk(tx).to(S.CLOSURE_PROPOSED)
        walk.prepare(Move.CLOSE)
        case = moved(tx, walk.file, Move.CLOSE, now=late_in_june).case

    assert (case.closed_at, case.watch_until, case.retention_on) == (
        late_in_june,
        date(2027, 7, 1),
        date(2032, 7, 1),
    )


def test_a_refused_closure_goes_back_to_the_assessment(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.CLOSURE_PROPOSED)
        file = walk.move(Move.REFUSE_CLOSURE, reason="The neighbours say otherwise.")
        walk.step(Move.PROPOSE_CLOSURE, PRIYA)
        closed = walk.step(Move.CLOSE)

    assert file.case.state is S.ASSESSMENT
    assert closed.case.state is S.CLOSED


@pytest.mark.parametrize(
    ("state", "move", "end"),
    [
        (S.SHARING, Move.SIGNPOST, S.SIGNPOSTED),
        (S.SCANNING, Move.WITHDRAW, S.WITHDRAWN),
        (S.RESPONSE, Move.VOID, S.VOIDED),
    ],
)
def test_every_other_end_sets_the_day_of_review_too_but_no_watch(store: Store, state, move, end):
    with store.begin() as tx:
        case = moved(tx, worked(tx, state), move).case

    assert (case.state, case.retention_on) == (end, date(2032, 3, 2))
    assert (case.closed_at, case.watch_until) == (None, None)


def test_voiding_a_closed_case_does_not_put_its_review_off(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.CLOSED)
        review = walk.case.retention_on
        walk.wait(days=300)
        case = walk.move(Move.VOID).case

    assert case.retention_on == review


@pytest.mark.parametrize("end", sorted(ENDED - {S.MERGED, S.TRANSFERRED, S.CLOSED}))
def test_no_clock_runs_in_a_case_that_has_ended(store: Store, end):
    [(move, start)] = [(move, S.TRIAGED) for move, transition in TRANSITIONS.items() if transition.end is end]
    with store.begin() as tx:
        walk = Walk(tx).to(start)
        assert any(clock.is_running for clock in walk.file.clocks)
        file = walk.move(move)

    assert not any(clock.is_running for clock in file.clocks)


def test_the_risk_check_of_a_returned_referral_begins_anew_when_it_comes_again(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        returned = walk.move(Move.RETURN, TOM)
        walk.wait(days=10)
        again = walk.move(Move.RESUBMIT, PRIYA)

    assert not any(clock.is_running for clock in returned.clocks)
    [running] = [clock for clock in again.clocks if clock.is_running]
    assert (running.kind, running.started_at) == ("risk_check", walk.now)


def test_the_clocks_of_a_returned_case_whose_risk_is_known_begin_anew_unless_they_were_met(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.TRIAGED)
        walk.move(Move.RETURN, TOM)
        walk.wait(days=10)
        again = walk.move(Move.RESUBMIT, PRIYA)

    running = [(clock.kind, clock.band, clock.started_at) for clock in again.clocks if clock.is_running]
    assert running == [(kind, "standard", walk.now) for kind in ("initial_action", "information", "meeting")]


def test_colleagues_of_the_lead_agency_take_the_stages_on(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.SCANNING)
        file = walk.step(Move.ANALYSE, SUE)

    assert file.case.state is S.ANALYSIS


def test_the_referrer_withdraws_what_they_referred(store: Store):
    with store.begin() as tx:
        case = submitted(tx, referral()).case
        file = moved(tx, case_file(tx, case.id), Move.WITHDRAW, SUE, reason="It stopped.")

    assert file.case.state is S.WITHDRAWN


def test_links_and_answers_of_a_case_stay_through_every_end(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.CLOSURE_PROPOSED)
        before = walk.file
        file = walk.move(Move.VOID)

    assert (file.answers, file.entries, file.tasks, file.people) == (
        before.answers,
        before.entries,
        before.tasks,
        before.people,
    )


def test_nothing_of_a_move_is_kept_when_the_rest_fails(store: Store):
    with store.begin() as tx:
        file = worked(tx, S.TRIAGED)
    with pytest.raises(TooLateError), store.begin() as tx:
        fail_after(moved, tx, file, Move.SHARE, TOM)
    with store.begin() as tx:
        assert case_file(tx, file.case.id) == file
    assert store.count(case_moves) == 0
