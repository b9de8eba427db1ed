import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from osara_store import assessing, case_clocks
from osara_store.case_file import CaseFile, case_file
from osara_store.clock_rules import ClockKind
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.policy import Reason
from osara_store.schema import CaseState, clocks
from osara_store.states import Move

from .casework import about, audited, messages, worked
from .conftest import Store
from .walking import Walk
from .world import ALL, DIRECTORY, HELEN, IAN, NOON, PRIYA, TOM, submitted

DONE = "The officer called on both households."
BY_BAND = [ClockKind.INITIAL_ACTION, ClockKind.INFORMATION, ClockKind.MEETING]


def at(day: int, hour: int = 17, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def met(walk: Walk, kind: ClockKind, who=TOM, note: str = DONE) -> CaseFile:
    return case_clocks.meet(**walk.by, actor=who, kind=kind, note=note)


def running(file: CaseFile) -> dict[str, tuple[str, datetime]]:
    return {clock.kind: (clock.band, clock.due_at) for clock in file.clocks if clock.is_running}


def test_a_new_case_has_a_day_until_its_risk_is_checked(store: Store):
    with store.begin() as tx:
        file = case_file(tx, submitted(tx).case.id)

    assert running(file) == {"risk_check": ("", at(3))}
    assert file.clocks[0].started_at == NOON


def test_the_first_clock_is_one_row(store: Store):
    rules = DIRECTORY.clocks_of(ALL)
    with store.begin() as tx:
        case = submitted(tx).case
        tx.execute(sa.delete(clocks))
        case_clocks.start_risk_check(tx, case_id=case.id, hub=ALL, rules=rules, now=NOON)

    [row] = store.rows(clocks)
    assert (row["kind"], row["band"], row["n"], row["met_at"]) == ("risk_check", "", 1, None)


def test_the_first_assessment_meets_the_risk_check_and_starts_the_clocks_of_its_band(store: Store):
    """Assessed on Monday at one: five, ten and twenty working days. By the thirtieth the clocks have changed."""
    with store.begin() as tx:
        walk = Walk(tx)
        file = walk.assess(band="standard")

    assert running(file) == {
        "initial_action": ("standard", at(9)),
        "information": ("standard", at(16)),
        "meeting": ("standard", at(30, 16)),
    }
    assert file.clocks[0].met_at == walk.now
    assert {clock.started_at for clock in file.clocks[1:]} == {walk.now}


def test_a_higher_band_begins_the_clocks_anew_and_keeps_the_old_ones(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        before = walk.assess(band="standard")
        walk.wait(days=1)
        file = walk.assess(band="high")

    assert running(file) == {
        "initial_action": ("high", at(4)),
        "information": ("high", at(5)),
        "meeting": ("high", at(10)),
    }
    old = file.clocks[1:4]
    assert [(clock.kind, clock.due_at, clock.replaced_at) for clock in old] == [
        (clock.kind, clock.due_at, walk.now) for clock in before.clocks[1:]
    ]
    assert [clock.n for clock in file.clocks] == list(range(1, 8))


def test_a_higher_band_never_puts_off_what_was_due_before(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess(band="standard")
        walk.wait(days=20)
        file = walk.assess(band="high")

    assert running(file)["initial_action"] == ("high", at(9))
    assert running(file)["meeting"] == ("high", at(30, 16))


def test_a_lower_band_gives_its_own_time_from_the_day_of_the_assessment(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess(band="high")
        walk.wait(days=1)
        file = walk.assess(band="standard")

    assert running(file)["initial_action"] == ("standard", at(10))


def test_the_same_band_again_changes_no_clock(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        before = walk.assess(band="medium")
        walk.wait(days=1)
        file = walk.assess(band="medium")

    assert file.clocks == before.clocks


def test_what_was_met_stays_met_whatever_the_band_becomes(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess(band="standard")
        walk.wait()
        met(walk, ClockKind.INITIAL_ACTION)
        walk.wait(days=1)
        file = walk.assess(band="high")

    assert set(running(file)) == {"information", "meeting"}
    [initial] = [clock for clock in file.clocks if clock.kind == "initial_action"]
    assert (initial.band, initial.replaced_at) == ("standard", None)


def test_a_clock_is_met_with_what_was_done_by_whom_and_when(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        walk.wait()
        file = met(walk, ClockKind.INITIAL_ACTION)

    [clock] = [clock for clock in file.clocks if clock.kind == "initial_action"]
    assert clock.met_at == walk.now
    said = file.entries[-1]
    assert (said.kind, said.stage, said.text, said.author_name, said.at) == (
        "clock",
        "response",
        DONE,
        "Tom Airey",
        walk.now,
    )


def test_what_met_the_other_clocks_stands_in_their_stages(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        met(walk, ClockKind.INFORMATION)
        file = met(walk, ClockKind.MEETING, note="We met.")

    assert [(entry.stage, entry.kind) for entry in file.entries[-2:]] == [
        ("scanning", "clock"),
        ("analysis", "clock"),
    ]


def test_audit_sharepoint_and_the_channel_are_told_that_a_clock_was_met(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
    before = len(messages(store))
    with store.begin() as tx:
        walk.tx = tx
        file = met(walk, ClockKind.MEETING)

    action, detail = audited(store)[-1]
    assert (action, json.loads(detail)) == (
        "case.clock_met",
        {"reference": "ALL-2026-0001", "version": file.case.version, "clock": "meeting"},
    )
    assert [kind for kind, _ in messages(store)[before:]] == ["case.push", "card.channel"]


def test_an_impatient_press_meets_a_clock_once(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        first = met(walk, ClockKind.MEETING)
        again = met(walk, ClockKind.MEETING)

    assert (again.clocks, again.entries) == (first.clocks, first.entries)


def test_who_comes_second_is_told_that_the_clock_was_met_already(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        met(walk, ClockKind.MEETING)
        with pytest.raises(Stale):
            met(walk, ClockKind.MEETING, HELEN)


def test_a_clock_that_never_ran_cannot_be_met(store: Store):
    with store.begin() as tx, pytest.raises(Stale):
        met(Walk(tx), ClockKind.MEETING)


def test_a_clock_is_not_met_without_a_word_of_what_was_done(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        with pytest.raises(Incomplete) as refusal:
            met(walk, ClockKind.MEETING, note=" \n")

    assert refusal.value.missing == ("note",)


def test_only_an_assessment_meets_the_risk_check(store: Store):
    with store.begin() as tx, pytest.raises(Incomplete) as refusal:
        met(Walk(tx), ClockKind.RISK_CHECK)

    assert refusal.value.missing == ("risk",)


@pytest.mark.parametrize(
    ("state", "someone", "reason"),
    [(CaseState.SCANNING, IAN, Reason.NOT_YOUR_PART), (CaseState.CLOSED, TOM, Reason.NOT_NOW)],
)
def test_who_may_not_meet_a_clock_does_not(store: Store, state, someone, reason):
    with store.begin() as tx:
        file = worked(tx, state)
    with pytest.raises(NotAllowed) as refusal, store.begin() as tx:
        case_clocks.meet(tx, **about(file, someone), kind=ClockKind.MEETING, note=DONE, now=NOON)

    assert refusal.value.reason == reason


def test_the_lead_agency_meets_a_clock(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        file = met(walk, ClockKind.INITIAL_ACTION, PRIYA)

    assert "initial_action" not in running(file)


def test_an_override_moves_the_clocks_as_an_assessment_does(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess(band="standard")
        walk.wait()
        file = assessing.override(
            **walk.by, directory=DIRECTORY, actor=TOM, band="high", reason="He was seen with a knife."
        )

    assert {band for band, _ in running(file).values()} == {"high"}


def test_an_override_before_any_assessment_starts_clocks_and_leaves_the_risk_to_be_checked(store: Store):
    with store.begin() as tx:
        walk = Walk(tx)
        walk.wait()
        overridden = assessing.override(
            **walk.by, directory=DIRECTORY, actor=TOM, band="high", reason="He was seen with a knife."
        )
        walk.move(Move.RETURN, TOM)
        again = walk.move(Move.RESUBMIT, PRIYA)

    assert set(running(overridden)) == {"risk_check", *BY_BAND}
    assert set(running(again)) == {"risk_check", *BY_BAND}


def test_an_assessment_before_a_return_is_made_good_after_it(store: Store):
    """What was met before stays met; what was stopped runs again."""
    with store.begin() as tx:
        walk = Walk(tx)
        walk.assess()
        met(walk, ClockKind.INITIAL_ACTION)
        walk.move(Move.RETURN, TOM)
        walk.wait(days=3)
        file = walk.move(Move.RESUBMIT, PRIYA)

    assert set(running(file)) == {"information", "meeting"}
