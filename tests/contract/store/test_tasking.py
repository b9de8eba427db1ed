"""Taking a task on, declining it, asking for time, giving it to somebody else; what waits for equality; and who is told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import conversations, moves, task_messages, tasking, tasks
from osara_store.case_file import CaseFile
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.policy import Reason
from osara_store.schema import CaseState, TaskState, case_access
from osara_store.schema import tasks as table
from osara_store.stages import Part, fields_of
from osara_store.states import Move
from osara_store.tasking import Suggested

from .casework import about, audited, messages, set_case, worked
from .conftest import Store
from .test_tasks import GATE, LATER, add, change, record
from .walking import Walk
from .world import AMY, DIRECTORY, HELEN, IAN, MARK, NOON, PRIYA, SUE, TOM

OF_EQUALITY = [field.name for field in fields_of(Part.EQUALITY)]
NOBODY = Suggested("", "")


def accept(tx: sa.Connection, file: CaseFile, someone=IAN, version=1) -> CaseFile:
    return tasking.accept(tx, **about(file, someone), n=1, version=version, now=LATER)


def decline(tx, file, someone=IAN, version=1, reason="We hold no keys", suggested=NOBODY) -> CaseFile:
    return tasking.decline(
        tx,
        directory=DIRECTORY,
        **about(file, someone),
        n=1,
        version=version,
        reason=reason,
        suggested=suggested,
        now=LATER,
    )


def extend(tx, file, someone=IAN, version=1, due_on=date(2026, 4, 20), reason="Parts are late") -> CaseFile:
    return tasking.extend(
        tx, **about(file, someone), n=1, version=version, due_on=due_on, reason=reason, now=LATER
    )


def reassign(tx, file, someone=TOM, version=1, agency_id="homes", owner="Sue Bell", reason="They have keys"):
    return tasking.reassign(
        tx,
        directory=DIRECTORY,
        **about(file, someone),
        n=1,
        version=version,
        agency_id=agency_id,
        owner=owner,
        reason=reason,
        now=LATER,
    )


DOINGS = [accept, decline, extend]


def met(tx: sa.Connection, *people: Any) -> None:
    """The bot has met them."""
    for person in people:
        conversations.remember_person(
            tx,
            tenant=person.tenant,
            object_id=person.object_id,
            service_url="https://teams.example",
            user_id=f"29:{person.name}",
            conversation_id=None,
            bot_id="28:bot",
            now=NOON,
        )


def told(tx: sa.Connection, file: CaseFile) -> list[str]:
    names = {(actor.tenant, actor.object_id): actor.name for actor in DIRECTORY.people_of(DIRECTORY.hubs[0])}
    return [names[person] for person in task_messages.told(tx, file.case.id, 1)]


# --- answers of an agency --------------------------------------------------------------------------------------------


def test_a_task_is_taken_on_once_and_by_name_where_none_was_given(store: Store):
    with store.begin() as tx:
        file = accept(tx, add(tx, worked(tx), task=replace(GATE, owner="")))
        again = accept(tx, file, version=2)

    assert (file.tasks[0].accepted_at, file.tasks[0].owner) == (LATER, "Ian Petrie")
    assert again.tasks[0].version == 2
    assert file.entries[-1].text == "Task 1: taken on"


def test_who_takes_it_on_for_another_agency_does_not_become_its_owner(store: Store):
    with store.begin() as tx:
        file = accept(tx, add(tx, worked(tx), task=replace(GATE, owner="")), TOM)

    assert (file.tasks[0].accepted_at, file.tasks[0].owner) == (LATER, "")


def test_what_is_declined_is_not_settled_and_keeps_why_and_who_else(store: Store):
    with store.begin() as tx:
        file = decline(tx, add(tx, worked(tx)), suggested=Suggested("homes", "Sue Bell"))

    [task] = file.tasks
    assert (task.state, task.outcome, task.is_settled) == (TaskState.DECLINED, "We hold no keys", False)
    assert (task.suggested_agency_id, task.suggested_owner) == ("homes", "Sue Bell")
    assert file.entries[-1].text == "Task 1: declined\nWe hold no keys\nSuggested instead: homes, Sue Bell"


@pytest.mark.parametrize("agency_id", ["kitchen", "unsigned", "college", "border"])
def test_nobody_is_suggested_or_given_a_task_who_may_not_read_the_case(store: Store, agency_id):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        for attempt, missing in (
            (lambda: decline(tx, file, suggested=Suggested(agency_id, "")), "suggested_agency_id"),
            (lambda: reassign(tx, file, agency_id=agency_id), "agency_id"),
            (lambda: add(tx, file, task=replace(GATE, agency_id=agency_id, side="victim")), "agency_id"),
        ):
            with pytest.raises(Incomplete) as refusal:
                attempt()
            assert refusal.value.missing == (missing,)


def test_more_time_is_a_later_day_with_a_reason(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        for wrong in ({"due_on": GATE.due_on}, {"due_on": NOON.date() - timedelta(days=1)}, {"reason": " "}):
            with pytest.raises(Incomplete):
                extend(tx, file, **wrong)
        later = extend(tx, file)

    assert later.tasks[0].due_on == date(2026, 4, 20)
    assert later.entries[-1].text == "Task 1: due on 20 April 2026, not 20 March 2026\nParts are late"


def test_what_was_declined_is_given_to_somebody_else_who_takes_it_on_anew(store: Store):
    with store.begin() as tx:
        file = decline(
            tx, accept(tx, add(tx, worked(tx))), version=2, suggested=Suggested("homes", "Sue Bell")
        )
        file = reassign(tx, file, version=3)

    [task] = file.tasks
    assert (task.state, task.agency_id, task.owner, task.accepted_at) == (
        TaskState.OPEN,
        "homes",
        "Sue Bell",
        None,
    )
    assert (task.outcome, task.suggested_agency_id, task.suggested_owner) == ("", "", "")


def test_another_agency_put_into_a_plan_has_not_taken_it_on(store: Store):
    with store.begin() as tx:
        file = change(tx, accept(tx, add(tx, worked(tx))), version=2, agency_id="homes")

    assert file.tasks[0].accepted_at is None


@pytest.mark.parametrize("attempt", [*DOINGS, reassign])
def test_nothing_is_done_to_a_task_that_somebody_changed_meanwhile(store: Store, attempt):
    with store.begin() as tx:
        file = record(tx, add(tx, worked(tx)), state=TaskState.OPEN)
        with pytest.raises(Stale):
            attempt(tx, file)


@pytest.mark.parametrize("attempt", [*DOINGS, reassign])
def test_nothing_more_is_done_to_a_task_that_is_settled(store: Store, attempt):
    with store.begin() as tx:
        file = record(tx, add(tx, worked(tx)))
        with pytest.raises(NotAllowed) as refusal:
            attempt(tx, file, version=2)

    assert refusal.value.reason == Reason.NOT_NOW


@pytest.mark.parametrize("attempt", DOINGS)
@pytest.mark.parametrize(
    ("someone", "reason"),
    [(SUE, None), (IAN, None), (AMY, Reason.AGREEMENT_OUT_OF_DATE), (MARK, Reason.NO_AGREEMENT)],
)
def test_an_agency_answers_for_its_own_task_and_whoever_works_the_case_for_any(
    store: Store, attempt, someone, reason
):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        if reason is None:
            attempt(tx, file, someone)
            return
        with pytest.raises(NotAllowed) as refusal:
            attempt(tx, file, someone)
    assert refusal.value.reason == reason


def test_an_agency_answers_for_no_other_and_gives_nothing_away(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx), task=replace(GATE, agency_id="police"))
        for attempt in (*DOINGS, reassign):
            with pytest.raises(NotAllowed) as refusal:
                attempt(tx, file, IAN)
            assert refusal.value.reason == Reason.NOT_YOUR_PART


# --- numbers ---------------------------------------------------------------------------------------------------------


def count(tx: sa.Connection, file: CaseFile, n: int, version: int = 1, **numbers: int) -> CaseFile:
    told = {"state": TaskState.OPEN, "outcome": "So far", "numbers": numbers, "now": LATER}
    return tasks.record(tx, **about(file, TOM), n=n, version=version, **told)


def test_numbers_are_those_of_a_task_so_far_and_add_up_over_the_case(store: Store):
    with store.begin() as tx:
        file = add(tx, add(tx, worked(tx)), task=replace(GATE, side="victim"))
        file = count(tx, file, 1, visits=2, arrests=1)
        file = count(tx, file, 1, 2, visits=5)
        file = count(tx, file, 2, visits=1, warnings=0)

    assert file.tasks[0].numbers == {"visits": 5, "arrests": 1}
    assert tasks.totals(file) == {"arrests": 1, "visits": 6}
    assert [entry.text.splitlines()[2:] for entry in file.entries[-3:]] == [
        ["Visits: 2", "Arrests: 1"],
        ["Visits: 5"],
        ["Visits: 1"],
    ]


@pytest.mark.parametrize("wrong", [{"visits": -1}, {"visits": 10_000}, {"evictions": 1}])
def test_a_number_that_is_none_is_not_kept(store: Store, wrong):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        with pytest.raises(Incomplete) as refusal:
            count(tx, file, 1, **wrong)

    assert refusal.value.missing == tuple(wrong)


# --- enforcement -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", OF_EQUALITY)
def test_a_power_that_enforces_waits_for_every_equality_question(store: Store, left_out):
    with store.begin() as tx:
        walk = Walk(tx).to(CaseState.RESPONSE)
        walk.fill(Part.EQUALITY, **{left_out: " "})
        with pytest.raises(Incomplete) as refusal:
            walk.plan(power="civil-injunction")
        walk.plan(power="mediation")
        walk.fill(Part.EQUALITY)
        walk.plan(power="civil-injunction")

    assert refusal.value.missing == ("equality",)


def test_a_power_is_neither_put_into_a_plan_nor_given_to_others_before_that(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        with pytest.raises(Incomplete):
            change(tx, file, power="civil-injunction")
        tx.execute(sa.update(table).values(power="civil-injunction"))  # as one that came with another case
        with pytest.raises(Incomplete) as refusal:
            reassign(tx, file)

    assert refusal.value.missing == ("equality",)


def test_the_answers_of_an_earlier_cycle_do_not_count_in_the_next(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(CaseState.RESPONSE)
        walk.fill(Part.EQUALITY)
        set_case(tx, walk.id, cycle=2)
        with pytest.raises(Incomplete):
            walk.plan(power="civil-injunction")


# --- who is told -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "owner", "expected"),
    [
        ((HELEN, IAN), "", ["Helen Ashby"]),
        ((HELEN, IAN), "ian  PETRIE", ["Ian Petrie"]),
        ((IAN,), "Helen Ashby", ["Ian Petrie"]),
        ((), "Ian Petrie", []),
    ],
)
def test_the_owner_is_told_or_else_whoever_of_the_agency_the_bot_has_met(
    store: Store, known, owner, expected
):
    with store.begin() as tx:
        met(tx, *known)
        file = add(tx, worked(tx), task=replace(GATE, owner=owner))

        assert told(tx, file) == expected
    assert [kind for kind, _ in messages(store) if kind == "card.task"] == ["card.task"] * len(expected)


def test_of_a_restricted_case_nobody_is_told_who_is_not_on_its_list(store: Store):
    with store.begin() as tx:
        met(tx, HELEN, IAN)
        file = worked(tx)
        _restrict(tx, file, TOM)
        assert told(tx, add(tx, file)) == []


def _restrict(tx: sa.Connection, file: CaseFile, someone: Any) -> None:
    set_case(tx, file.case.id, restricted=True)
    row = {"tenant": someone.tenant, "person": someone.object_id, "name": someone.name, "since": NOON}
    tx.execute(sa.insert(case_access), {"case_id": file.case.id, **row})


def cards(store: Store) -> list[str]:
    return [payload["person"] for kind, payload in messages(store) if kind == "card.task"]


def test_whoever_had_a_task_is_told_that_it_went(store: Store):
    with store.begin() as tx:
        met(tx, IAN, SUE)
        file = add(tx, worked(tx))
        assert told(tx, file) == ["Ian Petrie"]
        assert sorted(told(tx, reassign(tx, file))) == ["Ian Petrie", "Sue Bell"]

    assert sorted(cards(store)) == sorted([IAN.object_id, IAN.object_id, SUE.object_id])


def test_the_end_of_a_case_reaches_every_card_and_its_other_moves_none(store: Store):
    with store.begin() as tx:
        met(tx, IAN)
        file = add(tx, worked(tx))
        common = {"directory": DIRECTORY, **about(file, HELEN), "now": LATER}
        moves.move(tx, **common, move=Move.WITHDRAW, seen=file.case.moves, reason="It was a mistake")

    assert cards(store) == [IAN.object_id] * 2


def test_audit_and_messages_tell_of_it_by_number_only(store: Store):
    with store.begin() as tx:
        met(tx, IAN, SUE)
        file = decline(
            tx, accept(tx, add(tx, worked(tx))), version=2, suggested=Suggested("homes", "Sue Bell")
        )
        extend(tx, reassign(tx, file, version=3), PRIYA, version=4)

    assert [action for action, _ in audited(store)[2:]] == [
        "case.task_accepted",
        "case.task_declined",
        "case.task_reassigned",
        "case.task_extended",
    ]
    for secret in ("Sue Bell", "keys", "Parts", "gate"):
        assert all(secret not in str(each) for each in [*audited(store), *messages(store)])
