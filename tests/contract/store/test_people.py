from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import people
from osara_store.case_file import CaseFile, CasePerson
from osara_store.errors import Incomplete, NotAllowed, NotFound
from osara_store.policy import Reason
from osara_store.schema import AgeGroup, CaseState, PersonRole, case_people, person_marks

from .casework import about, audited, messages, worked
from .conftest import Store
from .world import IAN, NOON, PRIYA, TOM

LATER = NOON + timedelta(hours=1)
VICTIM, SUSPECT, WITNESS = PersonRole.VICTIM, PersonRole.SUSPECT, PersonRole.WITNESS


def add(
    tx: sa.Connection,
    file: CaseFile,
    someone=IAN,
    *,
    description="Kit Nolan, caretaker",
    role=WITNESS,
    age_group=AgeGroup.ADULT,
) -> CaseFile:
    return people.add(
        tx, **about(file, someone), description=description, role=role, age_group=age_group, now=LATER
    )


def mark(
    tx: sa.Connection, file: CaseFile, someone=TOM, *, person_n=1, role=VICTIM, age_group=AgeGroup.CHILD
) -> CaseFile:
    return people.mark(
        tx, **about(file, someone), person_n=person_n, role=role, age_group=age_group, now=LATER
    )


def test_a_person_is_added_after_those_whom_the_referral_named(store: Store):
    with store.begin() as tx:
        before = worked(tx)
        file = add(tx, before)

    assert file.people == (*before.people, CasePerson(4, WITNESS, "Kit Nolan, caretaker", AgeGroup.ADULT))


def test_who_added_a_person_is_kept_and_becomes_a_contributor(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))

    [row] = store.rows(person_marks)
    assert (row["person_n"], row["n"], row["author_name"], row["author_agency_id"], row["at"]) == (
        4,
        1,
        "Ian Petrie",
        "council",
        LATER,
    )
    assert [each.name for each in file.contributors] == ["Ian Petrie"]
    assert [kind for kind, _ in messages(store)[3:]] == ["card.receipt", "case.push"]


def test_the_same_person_twice_is_added_once(store: Store):
    with store.begin() as tx:
        file = add(tx, add(tx, worked(tx)), TOM)
        other = add(tx, file, role=SUSPECT)

    assert (len(file.people), len(other.people)) == (4, 5)


def test_somebody_without_a_description_is_nobody(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(Incomplete) as refusal:
            add(tx, file, description=" ")

    assert refusal.value.missing == ("description",)


def test_a_mark_says_what_the_hub_makes_of_a_person_and_earlier_ones_are_kept(store: Store):
    with store.begin() as tx:
        file = mark(tx, mark(tx, worked(tx)), PRIYA, role=WITNESS, age_group=AgeGroup.ADULT)

    assert file.people[0] == CasePerson(1, WITNESS, "Jane Roe, next door", AgeGroup.ADULT)
    assert [
        (row["n"], row["role"], row["age_group"], row["author_name"]) for row in store.rows(person_marks)
    ] == [
        (1, VICTIM, AgeGroup.CHILD, "Tom Airey"),
        (2, WITNESS, AgeGroup.ADULT, "Priya Raman"),
    ]
    assert store.rows(case_people)[0]["role"] is PersonRole.AFFECTED


def test_each_person_has_marks_of_their_own(store: Store):
    with store.begin() as tx:
        file = mark(tx, mark(tx, worked(tx)), person_n=3, role=SUSPECT)

    assert [person.role for person in file.people] == [VICTIM, PersonRole.AFFECTED, SUSPECT]


def test_the_same_mark_again_is_none(store: Store):
    with store.begin() as tx:
        file = mark(tx, worked(tx))
    told = len(audited(store)), len(messages(store))
    with store.begin() as tx:
        mark(tx, file, PRIYA)

    assert store.count(person_marks) == 1
    assert (len(audited(store)), len(messages(store))) == told


def test_a_person_who_is_not_in_the_file_cannot_be_marked(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(NotFound):
            mark(tx, file, person_n=9)


def test_everybody_adds_people_and_those_who_work_the_case_mark_them(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(NotAllowed) as not_theirs:
            mark(tx, file, IAN)
        closed = worked(tx, CaseState.CLOSED)
        with pytest.raises(NotAllowed) as too_late:
            add(tx, closed)

    assert (not_theirs.value.reason, too_late.value.reason) == (Reason.NOT_YOUR_PART, Reason.NOT_NOW)


def test_audit_and_messages_tell_of_people_by_number_only(store: Store):
    with store.begin() as tx:
        mark(tx, add(tx, worked(tx)), person_n=4)

    assert [action for action, _ in audited(store)[1:]] == ["case.person_added", "case.person_marked"]
    assert all("Kit" not in str(told) for told in [*audited(store), *messages(store)])
