"""Who is away, who stands in, and who is told of what is new meanwhile."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import absences, requests, restricting, task_messages, tasks
from osara_store.absences import Absence
from osara_store.case_file import Access
from osara_store.directory import Actor, Directory
from osara_store.errors import Incomplete, NotAllowed
from osara_store.outbox import Kind
from osara_store.policy import Reason
from osara_store.schema import Reply, audit
from osara_store.schema import absences as table

from .casework import about
from .conftest import Store
from .test_requests import NAMED, accepted, ask, key_of, meet, sent
from .test_tasks import GATE
from .world import (
    ALL,
    CAR,
    DIRECTORY,
    HELEN,
    IAN,
    MARK,
    NOON,
    NORA,
    PRIYA,
    RUTH,
    SUE,
    TENANT,
    TOM,
    hubs_file,
    person_id,
)

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)


def crowd(size: int) -> tuple[Directory, list[Actor]]:
    """The usual hubs with so many people more in the council."""
    file = hubs_file()
    file["people"] += [
        {"id": person_id(20 + n), "name": f"Person {n}", "upn": f"{n}@hubs.example", "agency": "council"}
        for n in range(size)
    ]
    directory = Directory.model_validate(file)
    found = (directory.actor(TENANT, person_id(20 + n)) for n in range(size))
    return directory, [each for each in found if each]


def away(
    tx: sa.Connection,
    person: Actor,
    deputy: Actor | None,
    *,
    by: Actor | None = None,
    directory: Directory = DIRECTORY,
    first: date = MONDAY,
    last: date = FRIDAY,
    **changes: Any,
) -> Absence:
    how = {"hub": ALL, "now": NOON, **changes}
    return absences.away(
        tx,
        directory=directory,
        actor=by or person,
        person=person,
        first_day=first,
        last_day=last,
        deputy=deputy,
        **how,
    )


def back(tx: sa.Connection, person: Actor, by: Actor | None = None, first: date = MONDAY, now=NOON) -> None:
    absences.back(
        tx, directory=DIRECTORY, actor=by or person, person=person, first_day=first, hub=ALL, now=now
    )


def for_whom(tx: sa.Connection, person: Actor, on: date = MONDAY, directory: Directory = DIRECTORY) -> Actor:
    return absences.stand_in(tx, directory, person, ALL, on)


# --- who stands in ---------------------------------------------------------------------------------------------------


def test_a_deputy_stands_in_from_the_first_day_to_the_last_and_no_longer(store: Store):
    with store.begin() as tx:
        away(tx, HELEN, IAN, first=date(2026, 3, 3))
        days = [MONDAY + timedelta(days=n) for n in range(6)]
        found = [for_whom(tx, HELEN, on) for on in days]

        assert found == [HELEN, IAN, IAN, IAN, IAN, HELEN]
        assert [absences.is_away(tx, HELEN, on) for on in days] == [False, True, True, True, True, False]


def test_the_deputy_of_a_deputy_stands_in_three_steps_at_the_most(store: Store):
    directory, people = crowd(5)
    with store.begin() as tx:
        for person, deputy in itertools.pairwise(people):
            found = for_whom(tx, people[0], directory=directory)
            assert found == person
            away(tx, person, deputy, directory=directory)

        assert for_whom(tx, people[1], directory=directory) == people[4]
        assert for_whom(tx, people[0], directory=directory) == people[0]  # that would be the fourth step


def test_two_who_name_each_other_are_both_away(store: Store):
    with store.begin() as tx:
        away(tx, HELEN, IAN)
        away(tx, IAN, HELEN)

        assert (for_whom(tx, HELEN), for_whom(tx, IAN)) == (HELEN, IAN)
        assert absences.covered_by(tx, DIRECTORY, IAN, MONDAY) == []


def test_a_deputy_who_has_changed_their_agency_or_left_stands_in_no_more(store: Store):
    file = hubs_file()
    file["people"][7]["agency"] = "police"
    moved = Directory.model_validate(file)
    file["people"].pop(7)
    left = Directory.model_validate(file)
    with store.begin() as tx:
        away(tx, HELEN, IAN)

        assert for_whom(tx, HELEN) == IAN
        for directory in (moved, left):
            assert for_whom(tx, HELEN, directory=directory).object_id == HELEN.object_id


def test_a_deputy_whose_agency_lost_its_agreement_stands_in_no_more(store: Store):
    with store.begin() as tx:
        away(tx, HELEN, IAN, last=date(2027, 3, 1))
        after = date(2027, 4, 1)
        tx.execute(sa.update(table).values(last_day=date(2027, 5, 1)))

        assert for_whom(tx, HELEN, on=date(2027, 3, 31)) == IAN
        assert for_whom(tx, HELEN, on=after) == HELEN
        assert absences.covered_by(tx, DIRECTORY, IAN, after) == []


def test_more_can_be_asked_of_a_deputy(store: Store):
    with store.begin() as tx:
        away(tx, HELEN, IAN)

        assert absences.stand_in(tx, DIRECTORY, HELEN, ALL, MONDAY, lambda each: each == TOM) == HELEN
        assert absences.stand_in(tx, DIRECTORY, HELEN, ALL, MONDAY, lambda each: each == IAN) == IAN


def test_whoever_stands_in_knows_for_whom_through_others_as_well(store: Store):
    directory, (first, second, third) = crowd(3)
    with store.begin() as tx:
        away(tx, first, second, directory=directory)
        away(tx, second, third, directory=directory)

        assert absences.covered_by(tx, directory, third, MONDAY) == [first, second]
        assert absences.covered_by(tx, directory, second, MONDAY) == []
        assert absences.covered_by(tx, directory, third, date(2026, 3, 7)) == []


# --- entering it -----------------------------------------------------------------------------------------------------


def test_only_people_of_the_same_agency_can_be_deputies(store: Store):
    assert absences.possible_deputies(DIRECTORY, PRIYA, MONDAY) == [SUE]
    assert absences.possible_deputies(DIRECTORY, MARK, MONDAY) == []
    with store.begin() as tx:
        for nobody in (PRIYA, TOM, NORA):
            with pytest.raises(Incomplete) as refusal:
                away(tx, PRIYA, nobody)
            assert refusal.value.missing == ("deputy",)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (MONDAY, date(2026, 3, 1)),
        (date(2026, 2, 1), date(2026, 2, 10)),
        (MONDAY, date(2027, 4, 1)),
        (date.max, FRIDAY),
    ],
    ids=["ends before it begins", "is over", "lasts longer than a year", "begins in a mistyped year"],
)
def test_an_absence_has_to_be_one(store: Store, first: date, last: date):
    with store.begin() as tx, pytest.raises(Incomplete) as refusal:
        away(tx, PRIYA, SUE, first=first, last=last)
    assert refusal.value.missing == ("last_day",)


def test_nobody_enters_an_absence_of_somebody_else_but_the_manager_of_a_hub_they_serve(store: Store):
    with store.begin() as tx:
        for stranger in (SUE, TOM, RUTH):
            with pytest.raises(NotAllowed) as refusal:
                away(tx, PRIYA, SUE, by=stranger)
            assert refusal.value.reason == Reason.NOT_YOUR_PART
        with pytest.raises(NotAllowed):
            away(tx, PRIYA, SUE, by=NORA, hub=CAR)
        away(tx, PRIYA, SUE, by=HELEN)

        assert for_whom(tx, PRIYA) == SUE
    assert [(row["action"], row["person"]) for row in store.rows(audit)] == [
        ("absence.entered", HELEN.object_id)
    ]


def test_somebody_without_an_agreement_may_be_away_too(store: Store):
    with store.begin() as tx:
        away(tx, MARK, None)

        assert absences.is_away(tx, MARK, MONDAY)
        assert for_whom(tx, MARK) == MARK


def test_every_hub_that_somebody_serves_has_it_in_its_audit_trail(store: Store):
    with store.begin() as tx:
        away(tx, TOM, RUTH)
        away(tx, TOM, RUTH)  # the same again

    rows = store.rows(audit)
    assert [(row["hub_id"], row["action"]) for row in rows] == [
        ("ALL", "absence.entered"),
        ("CAR", "absence.entered"),
    ]
    assert "Tom" not in rows[0]["detail"]


def test_a_new_entry_replaces_those_that_it_overlaps_and_no_others(store: Store):
    easter = {"first": date(2026, 4, 3), "last": date(2026, 4, 10)}
    with store.begin() as tx:
        away(tx, PRIYA, SUE, **easter)
        away(tx, PRIYA, None)
        away(tx, PRIYA, SUE, last=date(2026, 3, 9), by=HELEN)
        found = absences.coming(tx, TENANT, PRIYA.object_id, MONDAY)

    assert [(each.first_day, each.last_day) for each in found] == [
        (MONDAY, date(2026, 3, 9)),
        (easter["first"], easter["last"]),
    ]


# --- coming back -----------------------------------------------------------------------------------------------------


def test_coming_back_early_counts_from_today(store: Store):
    wednesday = NOON + timedelta(days=2)
    with store.begin() as tx:
        away(tx, HELEN, IAN)
        back(tx, HELEN, now=wednesday)
        back(tx, HELEN, now=wednesday)  # pressed twice

        assert for_whom(tx, HELEN, date(2026, 3, 3)) == IAN
        assert for_whom(tx, HELEN, date(2026, 3, 4)) == HELEN
    assert [row["action"] for row in store.rows(audit)] == ["absence.entered", "absence.ended"]


def test_what_has_not_begun_is_taken_out_by_its_manager_too(store: Store):
    with store.begin() as tx:
        away(tx, PRIYA, SUE, first=FRIDAY)
        with pytest.raises(NotAllowed):
            back(tx, PRIYA, by=TOM, first=FRIDAY)
        back(tx, PRIYA, by=HELEN, first=FRIDAY)

        assert absences.coming(tx, TENANT, PRIYA.object_id, MONDAY) == []


def test_what_ended_long_ago_is_forgotten(store: Store):
    with store.begin() as tx:
        away(tx, PRIYA, SUE)
        absences.forget_old(tx, NOON + timedelta(days=94))
        kept = len(tx.execute(sa.select(table)).all())
        absences.forget_old(tx, NOON + timedelta(days=95))

        assert (kept, len(tx.execute(sa.select(table)).all())) == (1, 0)


# --- what is new meanwhile -------------------------------------------------------------------------------------------


def test_a_question_goes_to_the_deputy_while_the_contact_is_away(store: Store):
    with store.begin() as tx:
        for someone in (HELEN, IAN):
            meet(tx, someone)
        away(tx, HELEN, IAN, directory=NAMED)
        file = ask(tx, accepted(tx), "council")

    assert file.requests[0].told == (key_of(IAN),)


def test_a_question_that_nobody_is_there_to_read_is_called_out_in_the_channel(store: Store):
    with store.begin() as tx:
        for someone in (HELEN, IAN):
            meet(tx, someone)
            away(tx, someone, None, directory=NAMED)
        file = ask(tx, accepted(tx), "council")
        request = file.requests[0]

        assert request.told == (key_of(HELEN), key_of(IAN))
    assert [each["n"] for each in sent(store, Kind.REQUEST_CALL)] == [1]


def test_of_a_restricted_case_a_deputy_who_is_not_on_its_list_hears_nothing(store: Store):
    with store.begin() as tx:
        for someone in (HELEN, IAN):
            meet(tx, someone)
        away(tx, HELEN, IAN, directory=NAMED)
        file = accepted(tx)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, HELEN)]
        file = restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=NOON)
        file = ask(tx, file, "council")

        assert file.requests[0].told == (key_of(HELEN),)


def test_a_task_is_told_to_the_deputy_of_its_owner(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        for someone in (HELEN, IAN):
            meet(tx, someone)
        away(tx, IAN, HELEN)
        tasks.add(tx, **about(file, TOM), directory=DIRECTORY, task=GATE, now=NOON)

        assert task_messages.told(tx, file.case.id, 1) == [key_of(HELEN)]


def test_where_everybody_is_away_the_card_waits_for_the_first_of_them(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        for someone in (HELEN, IAN):
            meet(tx, someone)
            away(tx, someone, None)
        tasks.add(tx, **about(file, TOM), directory=DIRECTORY, task=GATE, now=NOON)

        assert len(task_messages.told(tx, file.case.id, 1)) == 1


def test_an_answer_is_for_the_agency_whoever_gives_it(store: Store):
    with store.begin() as tx:
        for someone in (HELEN, IAN):
            meet(tx, someone)
        away(tx, HELEN, IAN, directory=NAMED)
        file = ask(tx, accepted(tx), "council")
        file = requests.answer(tx, **about(file, IAN), n=1, reply=Reply.NOTHING, note="", now=NOON)

    assert not file.requests[0].is_open
