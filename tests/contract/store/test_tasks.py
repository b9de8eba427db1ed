from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from osara_store import tasks
from osara_store.case_file import CaseFile
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.policy import Reason
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.schema import tasks as table
from osara_store.tasks import NewTask

from .casework import about, audited, messages, set_case, worked
from .conftest import Store
from .world import DIRECTORY, HELEN, IAN, NOON, PRIYA, SUE, TOM

LATER = NOON + timedelta(hours=1)
GATE = NewTask(
    intervention="Mend the gate of the shelter",
    side="location",
    agency_id="council",
    owner="Sam Lee",
    due_on=date(2026, 3, 20),
    power="",
    rationale="They come through it at night",
    proportionality="",
    term="quick",
)


def add(tx: sa.Connection, file: CaseFile, someone=TOM, *, task=GATE, now=LATER) -> CaseFile:
    return tasks.add(tx, directory=DIRECTORY, **about(file, someone), task=task, now=now)


def change(tx: sa.Connection, file: CaseFile, someone=TOM, *, n=1, version=1, **changes) -> CaseFile:
    task = replace(GATE, **changes)
    return tasks.change(
        tx, directory=DIRECTORY, **about(file, someone), n=n, version=version, task=task, now=LATER
    )


def record(
    tx: sa.Connection,
    file: CaseFile,
    someone=TOM,
    *,
    n=1,
    version=1,
    state=TaskState.DONE,
    outcome="It shuts again",
) -> CaseFile:
    return tasks.record(
        tx, **about(file, someone), n=n, version=version, state=state, outcome=outcome, now=LATER
    )


def told(file: CaseFile) -> list[tuple[Stage, str, str]]:
    return [(each.stage, each.text, each.author_name) for each in file.entries if each.kind == "task"]


def test_a_task_is_planned_with_all_that_was_said_of_it(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx, cycle=2))

    [task] = file.tasks
    assert NewTask(*(getattr(task, name) for name in GATE.__dataclass_fields__)) == GATE
    assert (task.n, task.cycle, task.state, task.version, task.outcome) == (1, 2, TaskState.OPEN, 1, "")
    assert (task.by.author_name, task.by.author_agency_id, task.by.at) == ("Tom Airey", "police", LATER)


def test_a_new_task_is_an_entry_of_the_response_in_words(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))

    [(stage, words, author)] = told(file)
    assert (stage, author) == (Stage.RESPONSE, "Tom Airey")
    assert words.splitlines() == [
        "Task 1",
        "Intervention: Mend the gate of the shelter",
        "Side: location",
        "Agency: council",
        "Owner: Sam Lee",
        "Due on: 20 March 2026",
        "Rationale: They come through it at night",
        "Term: quick",
    ]


def test_tasks_are_numbered_in_the_order_they_come_in(store: Store):
    with store.begin() as tx:
        file = add(tx, add(tx, worked(tx)), task=replace(GATE, side="victim"))

    assert [(task.n, task.side) for task in file.tasks] == [(1, "location"), (2, "victim")]


def test_the_same_task_within_minutes_is_a_repeat_and_a_week_later_it_is_not(store: Store):
    with store.begin() as tx:
        file = add(tx, add(tx, worked(tx)))
        later = add(tx, file, now=LATER + timedelta(days=7))

    assert (len(file.tasks), len(later.tasks)) == (1, 2)


@pytest.mark.parametrize(
    ("wrong", "missing"),
    [
        ({"intervention": " "}, ("intervention",)),
        ({"side": "north"}, ("side",)),
        ({"agency_id": "border"}, ("agency_id",)),
        ({"term": "soon", "intervention": ""}, ("intervention", "term")),
    ],
)
def test_a_task_that_cannot_be_carried_out_is_not_kept(store: Store, wrong, missing):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        for attempt in (
            lambda: add(tx, file, task=replace(GATE, **wrong)),
            lambda: change(tx, file, **wrong),
        ):
            with pytest.raises(Incomplete) as refusal:
                attempt()
            assert refusal.value.missing == missing


def test_a_change_keeps_what_was_there_before_as_an_entry(store: Store):
    with store.begin() as tx:
        file = change(tx, add(tx, worked(tx)), PRIYA, owner="Bo Finch", due_on=date(2026, 4, 1), rationale="")

    [task] = file.tasks
    assert (task.owner, task.due_on, task.version, task.by.author_name) == (
        "Bo Finch",
        date(2026, 4, 1),
        2,
        "Priya Raman",
    )
    assert told(file)[1] == (
        Stage.RESPONSE,
        "Task 1\nOwner: Bo Finch\nDue on: 1 April 2026\nRationale: -",
        "Priya Raman",
    )


def test_what_was_left_as_it_was_is_no_change(store: Store):
    with store.begin() as tx:
        file = change(tx, add(tx, worked(tx)))

    assert (file.tasks[0].version, len(told(file))) == (1, 1)


def test_a_task_that_somebody_changed_meanwhile_is_shown_anew(store: Store):
    with store.begin() as tx:
        file = change(tx, add(tx, worked(tx)), owner="Bo Finch")
        for attempt in (change, record):
            with pytest.raises(Stale):
                attempt(tx, file, PRIYA)

    assert store.rows(table)[0]["owner"] == "Bo Finch"


@pytest.mark.parametrize("attempt", [change, record])
def test_there_is_nothing_to_say_of_a_task_that_is_not_there(store: Store, attempt):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(NotFound):
            attempt(tx, file)


def test_an_agency_that_left_the_hub_may_keep_the_task_it_has(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        tx.execute(sa.update(table).values(agency_id="gone"))

        assert change(tx, file, agency_id="gone", owner="Bo Finch").tasks[0].agency_id == "gone"


@pytest.mark.parametrize(
    ("state", "stage", "words"),
    [
        (TaskState.OPEN, Stage.RESPONSE, "open"),
        (TaskState.DONE, Stage.ASSESSMENT, "done"),
        (TaskState.PARTLY, Stage.ASSESSMENT, "partly"),
        (TaskState.NOT_DONE, Stage.ASSESSMENT, "not done"),
        (TaskState.CANCELLED, Stage.ASSESSMENT, "cancelled"),
    ],
)
def test_what_became_of_a_task_stands_in_it_and_in_the_file(store: Store, state, stage, words):
    with store.begin() as tx:
        file = record(tx, add(tx, worked(tx)), state=state)

    [task] = file.tasks
    assert (task.state, task.outcome, task.version) == (state, "It shuts again", 2)
    assert told(file)[-1] == (stage, f"Task 1: {words}\nIt shuts again", "Tom Airey")


def test_what_was_said_of_a_task_on_the_way_still_counts_at_its_end(store: Store):
    with store.begin() as tx:
        file = record(tx, add(tx, worked(tx)), state=TaskState.OPEN, outcome="Ordered a spring")
        file = record(tx, file, version=2, outcome="")

    assert (file.tasks[0].state, file.tasks[0].outcome) == (TaskState.DONE, "Ordered a spring")
    assert [text for _, text, _ in told(file)[1:]] == ["Task 1: open\nOrdered a spring", "Task 1: done"]


@pytest.mark.parametrize("state", [TaskState.CANCELLED, TaskState.OPEN])
def test_cancelling_and_opening_again_need_a_reason(store: Store, state):
    with store.begin() as tx:
        file = record(tx, add(tx, worked(tx)))
        with pytest.raises(Incomplete) as refusal:
            record(tx, file, version=2, state=state, outcome=" ")
        again = record(tx, file, version=2, state=state, outcome="It broke the same day")

    assert refusal.value.missing == ("outcome",)
    assert again.tasks[0].state is state


def test_a_task_that_is_over_is_not_planned_anew(store: Store):
    with store.begin() as tx:
        file = record(tx, add(tx, worked(tx)))
        with pytest.raises(NotAllowed) as refusal:
            change(tx, file, version=2, owner="Bo Finch")

    assert refusal.value.reason == Reason.NOT_NOW


def test_only_a_merge_moves_a_task_and_then_it_is_told_of_elsewhere(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        with pytest.raises(ValueError, match="merge"):
            record(tx, file, state=TaskState.MOVED)
        tx.execute(sa.update(table).values(state=TaskState.MOVED))
        with pytest.raises(NotAllowed):
            record(tx, file)


def test_the_agency_whose_task_it_is_says_what_became_of_it(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        mine = record(tx, file, IAN)
        theirs = add(tx, worked(tx), task=replace(GATE, agency_id="police"))
        with pytest.raises(NotAllowed) as refusal:
            record(tx, theirs, IAN)

    assert mine.tasks[0].by.author_name == "Ian Petrie"
    assert refusal.value.reason == Reason.NOT_YOUR_PART


@pytest.mark.parametrize(
    ("someone", "may"), [(PRIYA, True), (SUE, True), (TOM, True), (HELEN, True), (IAN, False)]
)
def test_tasks_are_planned_by_those_who_work_the_case(store: Store, someone, may):
    with store.begin() as tx:
        file = worked(tx)
        for attempt in (add, change):
            if may:
                file = attempt(tx, file, someone)
            else:
                with pytest.raises(NotAllowed):
                    attempt(tx, file, someone)


def test_once_closure_is_proposed_tasks_are_tidied_up_and_no_longer_planned(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        set_case(tx, file.case.id, state=CaseState.CLOSURE_PROPOSED)
        with pytest.raises(NotAllowed) as too_late:
            change(tx, file, owner="Bo Finch")
        tidied = record(tx, file, HELEN)

    assert too_late.value.reason == Reason.NOT_NOW
    assert tidied.tasks[0].state is TaskState.DONE


@pytest.mark.parametrize("someone", [TOM, IAN])
def test_of_a_closed_case_nothing_more_is_said(store: Store, someone):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        with pytest.raises(NotAllowed) as refusal:
            record(tx, file, someone)

    assert refusal.value.reason == Reason.NOT_NOW


def test_audit_and_messages_tell_of_tasks_by_number_and_field_only(store: Store):
    with store.begin() as tx:
        file = change(tx, add(tx, worked(tx)), owner="Bo Finch")
        record(tx, file, version=2)

    assert [action for action, _ in audited(store)[1:]] == [
        "case.task_added",
        "case.task_changed",
        "case.task_recorded",
    ]
    assert '"fields":["owner"]' in audited(store)[2][1]
    for secret in ("Sam Lee", "Bo Finch", "gate", "shuts"):
        assert all(secret not in str(each) for each in [*audited(store), *messages(store)])
