import json
from datetime import timedelta

import pytest

from osara_store import answers, assessing, closing, leading, notes, tasks
from osara_store.closing import checklist, lead_agrees
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.policy import Reason
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.stages import Part
from osara_store.states import Move

from .casework import about, audited, messages, worked
from .conftest import Store
from .walking import Walk
from .world import DIRECTORY, HELEN, IAN, NOON, PRIYA, SUE, TOM

S = CaseState
EVERYTHING = (
    "measure_reported",
    "tasks_closed",
    "complainant_contacted",
    "risk_reassessed",
    "lead_agrees",
    "outcome",
    "closing_summary",
)


def proposed(tx, who=HELEN) -> Walk:
    walk = Walk(tx).to(S.ASSESSMENT)
    walk.step(Move.PROPOSE_CLOSURE, who)
    return walk


def agree(walk: Walk, who=PRIYA, **changes):
    return closing.agree(**{**walk.by, "seen": walk.case.moves, **changes}, actor=who)


def test_the_checklist_names_everything_in_its_order(store: Store):
    with store.begin() as tx:
        file = worked(tx, S.ASSESSMENT)

    assert tuple(item for item, _ in checklist(file).items) == EVERYTHING
    assert checklist(file).missing == tuple(item for item in EVERYTHING if item != "tasks_closed")


def test_a_case_with_nothing_missing_can_be_closed(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        walk.prepare(Move.CLOSE)
        ready = checklist(walk.file)
        closed = walk.move(Move.CLOSE)

    assert ready.missing == ()
    assert closed.case.state is S.CLOSED


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("complainant_contacted", "complainant_contacted"),
        ("outcome", "outcome"),
        ("closing_summary", "closing_summary"),
    ],
)
def test_every_answer_of_the_closing_page_is_needed(store: Store, field, item):
    with store.begin() as tx:
        walk = proposed(tx)
        walk.prepare(Move.CLOSE)
        walk.fill(Part.CLOSURE, **{field: ""})
        with pytest.raises(Incomplete) as refusal:
            walk.move(Move.CLOSE)

    assert refusal.value.missing == (item,)


def test_who_could_not_be_reached_was_tried(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        walk.fill(Part.CLOSURE, complainant_contacted="could_not_reach")

        assert "complainant_contacted" not in checklist(walk.file).missing


def test_a_measure_of_an_earlier_cycle_does_not_report_this_one(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.ASSESSMENT)
        walk.fill(Part.ASSESSMENT)
        reported = checklist(walk.file)
        walk.step(Move.RERUN, stage=Stage.RESPONSE)

        assert "measure_reported" not in reported.missing
        assert "measure_reported" in checklist(walk.file).missing


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.PARTLY, TaskState.NOT_DONE, TaskState.CANCELLED])
def test_a_task_is_closed_by_whatever_became_of_it(store: Store, state):
    with store.begin() as tx:
        walk = Walk(tx).to(S.RESPONSE)
        walk.plan()
        is_open = checklist(walk.file)
        tasks.record(**walk.by, actor=HELEN, n=1, version=1, state=state, outcome="The lock is fitted.")

        assert "tasks_closed" in is_open.missing
        assert "tasks_closed" not in checklist(walk.file).missing


def test_a_risk_assessed_before_the_assessment_began_is_not_assessed_again(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.RESPONSE)
        walk.assess()
        walk.to(S.ASSESSMENT)
        before = checklist(walk.file)
        walk.assess()

        assert "risk_reassessed" in before.missing
        assert "risk_reassessed" not in checklist(walk.file).missing


def test_a_refused_closure_asks_for_the_risk_anew(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        walk.assess()
        walk.move(Move.REFUSE_CLOSURE)

        assert "risk_reassessed" in checklist(walk.file).missing


def test_to_override_the_risk_is_not_to_assess_it(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(S.ASSESSMENT)
        assessing.override(
            **walk.by, directory=DIRECTORY, actor=TOM, band="standard", reason="It has been quiet for weeks."
        )

        assert "risk_reassessed" in checklist(walk.file).missing


def test_a_proposal_by_the_lead_agency_is_its_agreement(store: Store):
    with store.begin() as tx:
        walk = proposed(tx, SUE)

        assert lead_agrees(walk.file)


def test_after_the_managers_proposal_the_lead_agency_is_asked(store: Store):
    with store.begin() as tx:
        walk = proposed(tx, HELEN)
        before = lead_agrees(walk.file)
        file = agree(walk, SUE)

    assert (before, lead_agrees(file)) == (False, True)
    said = file.entries[-1]
    assert (said.kind, said.stage, said.text, said.author_name) == (
        "closure_agreed",
        "assessment",
        "The lead agency agrees that the case is closed.",
        "Sue Bell",
    )


def test_agreeing_twice_is_agreeing_once(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        first = agree(walk)
    told = messages(store)
    with store.begin() as tx:
        walk.tx = tx
        again = agree(walk, SUE)

    assert again.entries == first.entries
    assert messages(store) == told


def test_an_agreement_is_to_one_proposal_only(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        agree(walk)
        walk.move(Move.REFUSE_CLOSURE)
        between = lead_agrees(walk.file)
        walk.move(Move.PROPOSE_CLOSURE)

        assert (between, lead_agrees(walk.file)) == (False, False)


def test_the_agreement_of_an_agency_that_leads_no_more_does_not_count(store: Store):
    with store.begin() as tx:
        walk = proposed(tx, PRIYA)
        leading.change_lead(**walk.by, directory=DIRECTORY, actor=TOM, agency_id="police")
        before = lead_agrees(walk.file)
        agree(walk, TOM)

        assert (before, lead_agrees(walk.file)) == (False, True)


def test_a_note_of_the_lead_agency_is_no_agreement(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        notes.write(**walk.by, actor=PRIYA, stage=Stage.ASSESSMENT, text="Fine by us, I think.", grade="")

        assert not lead_agrees(walk.file)


@pytest.mark.parametrize("someone", [HELEN, TOM, IAN], ids=lambda actor: actor.name)
def test_nobody_agrees_for_the_lead_agency(store: Store, someone):
    with store.begin() as tx:
        walk = proposed(tx)
        with pytest.raises(NotAllowed) as refusal:
            agree(walk, someone)

    assert refusal.value.reason == Reason.NOT_YOUR_PART


def test_there_is_nothing_to_agree_to_before_a_proposal(store: Store):
    with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
        closing.agree(tx, **about(worked(tx, S.ASSESSMENT), PRIYA), seen=0, now=NOON)

    assert refusal.value.reason == Reason.NOT_NOW


def test_an_agreement_to_a_proposal_that_was_refused_meanwhile_agrees_to_nothing(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        seen = walk.case.moves
        walk.move(Move.REFUSE_CLOSURE)
        walk.move(Move.PROPOSE_CLOSURE)
        with pytest.raises(Stale):
            agree(walk, seen=seen)

        assert not lead_agrees(walk.file)


def test_audit_and_sharepoint_are_told_of_an_agreement_and_nobody_else(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
    before = len(messages(store))
    with store.begin() as tx:
        walk.tx = tx
        file = agree(walk)

    action, detail = audited(store)[-1]
    assert (action, json.loads(detail)) == (
        "case.closure_agreed",
        {"reference": "ALL-2026-0001", "version": file.case.version},
    )
    assert [kind for kind, _ in messages(store)[before:]] == ["case.push"]


def test_what_is_asked_at_the_closing_can_be_answered_while_it_is_proposed(store: Store):
    with store.begin() as tx:
        walk = proposed(tx)
        saved = answers.save(
            **{**walk.by, "now": walk.now + timedelta(hours=1)},
            actor=PRIYA,
            part=Part.CLOSURE,
            cycle=1,
            typed={"outcome": "solved"},
            versions={},
        )

    assert ("outcome", True) in checklist(saved.file).items
