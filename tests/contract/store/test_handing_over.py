"""What somebody owns goes to somebody else, thing by thing, whatever happens in between."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from json import loads
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import (
    audit,
    handing_over,
    lost_people,
    meetings,
    owned,
    pointers,
    requests,
    restricting,
    review_messages,
    schedule,
    task_messages,
    tasking,
)
from osara_store.case_file import Access, CaseFile, case_file
from osara_store.directory import Actor, Directory
from osara_store.errors import Incomplete, NotAllowed
from osara_store.handing_over import Handover
from osara_store.lost_people import Owner
from osara_store.meetings import NewMeeting
from osara_store.outbox import Kind
from osara_store.owned import PieceKind
from osara_store.pointers import NewSignpost
from osara_store.policy import Reason
from osara_store.schedule import Handler, Occasion
from osara_store.schema import CaseState, Reply, ReviewState, outbox, reviews
from osara_store.schema import audit as audit_table

from .casework import about, set_case, worked
from .conftest import Store
from .test_requests import answer, ask, key_of, meet, sent
from .test_tasks import GATE, add, record
from .world import (
    ALL,
    DIRECTORY,
    HELEN,
    IAN,
    MARK,
    NOON,
    PRIYA,
    RUTH,
    SUE,
    TENANT,
    TOM,
    TooLateError,
    fail_after,
    hubs_file,
)

LATER = NOON + timedelta(hours=2)
OF_IAN = replace(GATE, owner=IAN.name)
LEAVER = Owner(IAN.tenant, IAN.object_id, "council", IAN.name)


def begin(
    tx: sa.Connection,
    successor: Actor = HELEN,
    *,
    by: Actor = HELEN,
    leaver: Owner = LEAVER,
    with_lists: bool = False,
    now: datetime = LATER,
) -> Handover:
    return handing_over.begin(
        tx, actor=by, hub=ALL, leaver=leaver, successor=successor, with_lists=with_lists, now=now
    )


def handlers(directory: Directory = DIRECTORY) -> dict[str, Handler]:
    return {Occasion.HANDOVER: lambda tx, due, now: handing_over.go_on(tx, directory, due, now)}


def run(store: Store, directory: Directory = DIRECTORY, *, most: int = 100, minutes: int = 1) -> int:
    """So many minutes later, run the schedule until nothing is due; how many transactions that took."""
    now = LATER + timedelta(minutes=minutes)
    for taken in range(most):
        now += timedelta(seconds=1)
        with store.begin() as tx:
            if schedule.run_one(tx, handlers(directory), now) is None:
                return taken
    return most


def state(store: Store, leaver: Owner = LEAVER) -> Handover:
    with store.begin() as tx:
        found = handing_over.find(tx, "ALL", leaver)
    assert found is not None
    return found


def audited(store: Store) -> list[dict[str, Any]]:
    """What each thing handed over left in the audit trail."""
    return [
        loads(row["detail"]) for row in store.rows(audit_table, audit_table.c.action == "case.handed_over")
    ]


def signpost(tx: sa.Connection, file: CaseFile, chaser: str) -> CaseFile:
    new = NewSignpost("kitchen", "A meal a day.", "council", chaser, date(2026, 3, 20))
    return pointers.add(tx, **about(file, TOM), directory=DIRECTORY, signpost=new, now=NOON)


def meeting_with(tx: sa.Connection, file: CaseFile, *people: Actor) -> CaseFile:
    keys = tuple(key_of(each) for each in people)
    new = NewMeeting(keys, 30, date(2026, 3, 3), date(2026, 3, 10))
    return meetings.arrange(tx, directory=DIRECTORY, **about(file, TOM), meeting=new, now=NOON)


def everything_of_ian(tx: sa.Connection) -> CaseFile:
    """One case in which something of every kind but lists and reviews is in Ian's name."""
    for someone in (IAN, HELEN, TOM):
        meet(tx, someone)
    file = worked(tx, CaseState.TRIAGED, band="medium")
    of_ian = directory_with_contact(IAN)
    file = ask(tx, file, "council", of=of_ian, now=NOON)
    set_case(tx, file.case.id, state=CaseState.RESPONSE)
    add(tx, file, task=OF_IAN)
    signpost(tx, file, "ian  petrie")
    return meeting_with(tx, file, IAN)


def directory_with_contact(contact: Actor) -> Directory:
    file = hubs_file()
    next(agency for agency in file["agencies"] if agency["id"] == contact.agency.id)["contact"] = (
        contact.object_id
    )
    return Directory.model_validate(file)


def without(*people: Actor) -> Directory:
    file = hubs_file()
    gone = {each.object_id for each in people}
    file["people"] = [person for person in file["people"] if person["id"] not in gone]
    return Directory.model_validate(file)


# --- what there is ---------------------------------------------------------------------------------------------------


def test_everything_in_a_name_is_found_by_name_in_any_spelling_and_by_who_was_written_to(store: Store):
    with store.begin() as tx:
        everything_of_ian(tx)
        found = owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER)

    assert [piece.kind for piece in found] == [
        PieceKind.TASK,
        PieceKind.REQUEST,
        PieceKind.SIGNPOST,
        PieceKind.MEETING,
    ]


def test_what_one_owns_is_the_same_whether_one_or_everybody_is_asked_about(store: Store):
    with store.begin() as tx:
        everything_of_ian(tx)
        restricted(tx, HELEN, IAN)
        everything = owned.pieces(tx, DIRECTORY, ALL, HELEN)
        own = owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER)

    assert owned.Index(everything).of(LEAVER) != []
    assert sorted(owned.Index(everything).of(LEAVER), key=repr) == sorted(own, key=repr)


def test_a_namesake_in_another_agency_owns_nothing_of_it(store: Store):
    with store.begin() as tx:
        everything_of_ian(tx)
        namesake = Owner(TENANT, PRIYA.object_id, "homes", IAN.name)

        assert owned.pieces(tx, DIRECTORY, ALL, HELEN, namesake) == []


@pytest.mark.parametrize("owner", ["", "Sam Lee"], ids=["no name", "nobody of the agency"])
def test_a_task_in_nobodys_name_is_with_whoever_was_sent_its_card(store: Store, owner: str):
    with store.begin() as tx:
        meet(tx, IAN)
        add(tx, worked(tx), task=replace(GATE, owner=owner))
        found = owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER)

    assert [piece.kind for piece in found] == [PieceKind.TASK]


def test_what_is_settled_answered_or_of_an_ended_case_waits_for_nobody(store: Store):
    with store.begin() as tx:
        file = everything_of_ian(tx)
        answer(tx, file, IAN, reply=Reply.NOTHING)
        record(tx, file)
        pointers.chased(tx, **about(file, TOM), n=1, outcome="They went.", now=LATER)
        left = owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER)
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        after = owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER)

    assert [piece.kind for piece in left] == [PieceKind.MEETING]
    assert after == []


# --- handing over ----------------------------------------------------------------------------------------------------


def test_the_successor_has_everything_with_one_audit_row_each(store: Store):
    with store.begin() as tx:
        case_id = everything_of_ian(tx).case.id
        begin(tx)
    run(store)
    with store.begin() as tx:
        file = case_file(tx, case_id)
        left = owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER)
        broken = audit.verify(tx)

    assert (file.tasks[0].owner, file.tasks[0].agency_id) == (HELEN.name, "council")
    assert file.requests[0].told == (key_of(HELEN),)
    assert (file.signposts[0].chaser, file.signposts[0].chaser_agency_id) == (HELEN.name, "council")
    assert {each.person for each in file.meetings[0].people} == {TOM.object_id, HELEN.object_id}
    assert [(each["what"], each["n"]) for each in audited(store)] == [
        ("task", 1),
        ("request", 1),
        ("signpost", 1),
        ("meeting", 1),
    ]
    assert {(each["from"], each["to"]) for each in audited(store)} == {(IAN.object_id, HELEN.object_id)}
    assert (state(store).moved, state(store).done_at is not None) == (4, True)
    assert (left, broken) == ([], None)


def test_the_successor_gets_the_cards_and_those_of_the_leaver_are_drawn_once_more(store: Store):
    with store.begin() as tx:
        case_id = everything_of_ian(tx).case.id
        tx.execute(sa.delete(outbox))
        begin(tx)
    run(store)
    with store.begin() as tx:
        told = task_messages.told(tx, case_id, 1)

    assert told == [key_of(HELEN)]
    for kind in (Kind.TASK, Kind.REQUEST_CARD, Kind.MEETING_CARD):
        people = {each["person"] for each in sent(store, kind)}
        assert {IAN.object_id, HELEN.object_id} <= people, kind


def test_somebody_else_of_the_agency_is_told_where_the_successor_cannot_be_reached_never_the_leaver(
    store: Store,
):
    with store.begin() as tx:
        meet(tx, IAN)
        case_id = add(tx, worked(tx), task=OF_IAN).case.id
        begin(tx)
    run(store)
    with store.begin() as tx:
        assert task_messages.told(tx, case_id, 1) == []


def test_a_task_that_stays_in_its_agency_stays_taken_on_and_another_takes_it_on_anew(store: Store):
    with store.begin() as tx:
        first, second = (add(tx, worked(tx), task=OF_IAN) for _ in range(2))
        for file in (first, second):
            tasking.accept(tx, **about(file, IAN), n=1, version=1, now=NOON)
        begin(tx, HELEN)
    run(store)
    with store.begin() as tx:
        assert case_file(tx, first.case.id).tasks[0].accepted_at is not None
        begin(tx, SUE, leaver=Owner(HELEN.tenant, HELEN.object_id, "council", HELEN.name))
    run(store)
    with store.begin() as tx:
        task = case_file(tx, second.case.id).tasks[0]

    assert (task.agency_id, task.owner, task.accepted_at) == ("homes", SUE.name, None)


def review_told_to(tx: sa.Connection, someone: Actor) -> int:
    """A case that the homes lead, whose review is due and was told to this person; the case's id."""
    case = worked(tx).case
    review = {"case_id": case.id, "n": 1, "due_on": date(2026, 3, 2), "state": ReviewState.DUE}
    nothing = dict.fromkeys(
        ("decision", "risk", "comment", "done_tenant", "done_id", "done_name", "done_agency_id"), ""
    )
    since = {"waiting_since": date(2026, 3, 2), "prompted_at": NOON, "done_at": None}
    tx.execute(sa.insert(reviews), {**review, **nothing, **since})
    review_messages.tell(tx, DIRECTORY, case, 1, ALL, [someone], NOON)
    return case.id


def test_a_monthly_review_is_told_to_the_successor_and_drawn_anew_for_the_leaver(store: Store):
    with store.begin() as tx:
        case_id = review_told_to(tx, IAN)
        begin(tx)
    run(store)
    with store.begin() as tx:
        assert review_messages.told(tx, case_id, 1) == [key_of(HELEN)]

    people = [each["person"] for each in sent(store, Kind.REVIEW)]
    assert people == [IAN.object_id, HELEN.object_id, IAN.object_id]
    assert [each["what"] for each in audited(store)] == ["review"]


def test_a_review_that_is_not_the_successors_to_do_is_told_to_others_and_never_to_the_leaver(store: Store):
    of_the_homes = Owner(PRIYA.tenant, PRIYA.object_id, "homes", PRIYA.name)
    with store.begin() as tx:
        case_id = review_told_to(tx, PRIYA)
        begin(tx, IAN, leaver=of_the_homes)
    run(store)
    with store.begin() as tx:
        assert set(review_messages.told(tx, case_id, 1)) == {key_of(SUE), key_of(HELEN)}


def test_a_question_stays_with_the_agency_that_was_asked(store: Store):
    with store.begin() as tx:
        case_id = everything_of_ian(tx).case.id
        begin(tx, SUE)
    run(store)
    with store.begin() as tx:
        request = case_file(tx, case_id).requests[0]

    assert request.told == (key_of(HELEN),)  # of the council, as Ian was; Sue is not
    assert requests.find(case_file_of(store, case_id), 1) == request


def case_file_of(store: Store, case_id: int) -> CaseFile:
    with store.begin() as tx:
        return case_file(tx, case_id)


def test_a_question_that_nobody_else_can_be_asked_is_called_out(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        file = ask(
            tx,
            worked(tx, CaseState.TRIAGED, band="medium"),
            "council",
            of=directory_with_contact(IAN),
            now=NOON,
        )
        set_case(tx, file.case.id, state=CaseState.RESPONSE)
        begin(tx, SUE)
    run(store, directory_with_contact(IAN))

    assert case_file_of(store, file.case.id).requests[0].told == ()
    assert [each["n"] for each in sent(store, Kind.REQUEST_CALL)] == [1]


def test_somebody_who_has_left_the_directory_hands_over_by_the_name_they_had(store: Store):
    with store.begin() as tx:
        lost_people.note_everybody(tx, DIRECTORY, NOON)
        case_id = everything_of_ian(tx).case.id
        lost_people.note_everybody(tx, without(IAN), LATER)
        leaver = lost_people.owner(tx, without(IAN), key_of(IAN), "council")
        assert leaver == LEAVER
        begin(tx, leaver=leaver)
    run(store, without(IAN))

    assert case_file_of(store, case_id).tasks[0].owner == HELEN.name
    assert state(store).moved == 4


# --- nothing is lost -------------------------------------------------------------------------------------------------


def several(tx: sa.Connection, count: int = 5) -> list[int]:
    ids = []
    for _ in range(count):
        file = worked(tx)
        ids.append(add(tx, file, task=OF_IAN).case.id)
    return ids


def owners(store: Store, ids: list[int]) -> Counter[str]:
    return Counter(case_file_of(store, case_id).tasks[0].owner for case_id in ids)


def test_each_case_is_a_transaction_of_its_own_and_a_restart_goes_on_where_it_was(store: Store):
    with store.begin() as tx:
        ids = several(tx)
        begin(tx)

    assert run(store, most=2) == 2
    assert owners(store, ids) == {HELEN.name: 2, IAN.name: 3}
    assert state(store).is_going_on

    run(store, minutes=10)
    assert owners(store, ids) == {HELEN.name: 5}
    assert Counter(each["reference"] for each in audited(store)).most_common(1)[0][1] == 1
    assert len(audited(store)) == 5


def test_what_breaks_in_the_middle_of_a_case_leaves_that_case_as_it_was(store: Store, monkeypatch):
    """The transaction of a run dies just before its end, as in a kill; nothing of it is kept, and it is done again."""
    with store.begin() as tx:
        ids = several(tx, 2)
        begin(tx)
    now = LATER + timedelta(minutes=1)

    with pytest.raises(TooLateError), store.begin() as tx:
        fail_after(schedule.run_one, tx, handlers(), now)
    assert owners(store, ids) == {IAN.name: 2}
    assert audited(store) == []

    run(store)
    assert owners(store, ids) == {HELEN.name: 2}
    assert len(audited(store)) == 2


def test_pressing_again_while_it_goes_on_changes_nothing(store: Store):
    with store.begin() as tx:
        ids = several(tx, 3)
        begin(tx)
    run(store, most=1)
    with store.begin() as tx:
        begin(tx, now=LATER + timedelta(minutes=5))
    assert state(store).moved == 1

    run(store, minutes=10)
    assert owners(store, ids) == {HELEN.name: 3}
    assert len(audited(store)) == 3
    begun = [row for row in store.rows(audit_table) if row["action"] == "handover.begun"]
    assert len(begun) == 1


def test_pressing_again_when_it_is_done_takes_up_what_has_come_since(store: Store):
    with store.begin() as tx:
        several(tx, 1)
        begin(tx)
    run(store)
    with store.begin() as tx:
        new = several(tx, 1)
        begin(tx, now=LATER + timedelta(minutes=30))
    run(store, minutes=60)

    assert owners(store, new) == {HELEN.name: 1}
    assert len(audited(store)) == 2


def test_with_nothing_to_hand_over_it_is_done_at_once(store: Store):
    with store.begin() as tx:
        begin(tx)
    run(store)

    assert (state(store).moved, state(store).is_going_on) == (0, False)


# --- under the rules -------------------------------------------------------------------------------------------------


def test_only_the_manager_of_the_hub_hands_over(store: Store):
    for somebody in (TOM, RUTH, PRIYA, IAN):
        with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
            begin(tx, by=somebody)
        assert refusal.value.reason == Reason.NOT_YOUR_PART


@pytest.mark.parametrize("successor", [MARK, IAN], ids=["no agreement", "the leaver"])
def test_nobody_is_given_anything_who_may_not_be_shown_it(store: Store, successor: Actor):
    with store.begin() as tx, pytest.raises(Incomplete) as refusal:
        begin(tx, successor)
    assert refusal.value.missing == ("successor",)


def test_it_stops_when_the_successors_agreement_runs_out_meanwhile(store: Store):
    with store.begin() as tx:
        ids = several(tx, 3)
        begin(tx, SUE)
    run(store, most=1)
    file = hubs_file()
    file["agencies"][0]["agreement"]["expires"] = "2026-03-01"
    run(store, Directory.model_validate(file), minutes=10)

    assert owners(store, ids) == {SUE.name: 1, IAN.name: 2}
    assert state(store).trouble == handing_over.SUCCESSOR_MAY_NOT


def test_it_stops_when_whoever_began_it_is_no_manager_any_more(store: Store):
    with store.begin() as tx:
        ids = several(tx, 1)
        begin(tx, TOM)
    file = hubs_file()
    next(person for person in file["people"] if person["id"] == HELEN.object_id)["roles"] = {}
    run(store, Directory.model_validate(file))

    assert owners(store, ids) == {IAN.name: 1}
    assert state(store).trouble == handing_over.GIVER_MAY_NOT


def restricted(tx: sa.Connection, *people: Actor) -> CaseFile:
    meet(tx, IAN)
    file = add(tx, worked(tx), task=OF_IAN)
    listed = [Access(each.tenant, each.object_id, each.name) for each in (TOM, *people)]
    return restricting.restrict(tx, **about(file, TOM), people=listed, reason="A threat.", now=NOON)


def test_a_restricted_case_stays_where_it_is_unless_its_list_is_handed_over_too(store: Store):
    with store.begin() as tx:
        case_id = restricted(tx, HELEN, IAN).case.id
        begin(tx, SUE)
    run(store)
    file = case_file_of(store, case_id)
    assert file.tasks[0].owner == IAN.name
    assert SUE.object_id not in {each.person for each in file.access}

    with store.begin() as tx:
        begin(tx, SUE, with_lists=True, now=LATER + timedelta(minutes=20))
    run(store, minutes=30)
    file = case_file_of(store, case_id)
    assert file.tasks[0].owner == SUE.name
    assert {each.person for each in file.access} == {TOM.object_id, HELEN.object_id, SUE.object_id}


def test_a_manager_who_is_not_on_a_list_hands_nothing_of_that_case_over(store: Store):
    with store.begin() as tx:
        case_id = restricted(tx, IAN).case.id
        begin(tx, SUE, with_lists=True)
        assert owned.pieces(tx, DIRECTORY, ALL, HELEN, LEAVER) == []
    run(store)
    file = case_file_of(store, case_id)

    assert file.tasks[0].owner == IAN.name
    assert {each.person for each in file.access} == {TOM.object_id, IAN.object_id}


def test_a_successor_who_is_on_the_list_already_is_given_what_is_in_the_case(store: Store):
    with store.begin() as tx:
        case_id = restricted(tx, HELEN, IAN, SUE).case.id
        begin(tx, SUE)
    run(store)

    assert case_file_of(store, case_id).tasks[0].owner == SUE.name


def test_a_manager_who_hands_over_what_is_their_own_stays_on_the_list_until_all_is_done(store: Store):
    """Off the list, they could hand over no more of the case, and it would never end."""
    own = Owner(HELEN.tenant, HELEN.object_id, "council", HELEN.name)
    with store.begin() as tx:
        meet(tx, HELEN)
        file = restricted(tx, HELEN)
        add(tx, file, task=replace(GATE, owner=HELEN.name))
        begin(tx, IAN, leaver=own, with_lists=True)
    run(store)
    found = case_file_of(store, file.case.id)

    assert [task.owner for task in found.tasks] == [IAN.name, IAN.name]
    assert {each.person for each in found.access} == {TOM.object_id, HELEN.object_id, IAN.object_id}
    assert state(store, own).done_at is not None
