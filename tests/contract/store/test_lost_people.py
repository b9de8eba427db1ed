"""Who cannot be reached any more while something waits in their name, and which manager hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import conversations, cover, lost_people, restricting
from osara_store.case_file import Access
from osara_store.cover import Line
from osara_store.directory import Actor, Directory
from osara_store.lost_people import Owner, Why
from osara_store.nudges import Nudge
from osara_store.schema import CaseState, known_people

from .casework import about, set_case, worked
from .conftest import Store
from .test_absences import away
from .test_handing_over import begin, everything_of_ian, meeting_with, run, without
from .test_requests import key_of, meet
from .test_tasks import GATE, add
from .world import ALL, DIRECTORY, HELEN, IAN, NOON, NORA, PRIYA, SUE, TENANT, TOM, hubs_file

OF_IAN = replace(GATE, owner=IAN.name)
LATER = NOON + timedelta(hours=1)


def lines(
    tx: sa.Connection, directory: Directory = DIRECTORY, viewer: Actor = HELEN, called: str = ""
) -> list[Line]:
    return cover.lines(tx, directory, viewer, ALL, LATER, called)


def told(tx: sa.Connection, directory: Directory = DIRECTORY, viewer: Actor = HELEN) -> list[Nudge]:
    return list(cover.nudges(tx, directory, viewer, LATER))


def lost(tx: sa.Connection, directory: Directory = DIRECTORY) -> list[tuple[str, Why | None, int]]:
    return [(line.owner.name, line.why, line.waiting) for line in lines(tx, directory) if line.is_in_trouble]


# --- who is gone from the directory -----------------------------------------------------------------------------------


def test_who_is_gone_from_the_configuration_is_known_by_name_and_agency(store: Store):
    with store.begin() as tx:
        lost_people.note_everybody(tx, DIRECTORY, NOON)
        assert lost_people.gone(tx, ALL.agencies) == []
        lost_people.note_everybody(tx, without(IAN, NORA), LATER)

        assert lost_people.gone(tx, ALL.agencies) == [Owner(*key_of(IAN), "council", IAN.name)]


def test_somebody_who_comes_back_is_gone_no_more(store: Store):
    with store.begin() as tx:
        for directory in (DIRECTORY, without(IAN), DIRECTORY):
            lost_people.note_everybody(tx, directory, NOON)

        assert lost_people.gone(tx, ALL.agencies) == []


def test_somebody_who_changed_their_agency_is_gone_from_the_one_they_were_of(store: Store):
    file = hubs_file()
    file["people"][7]["agency"] = "police"
    with store.begin() as tx:
        lost_people.note_everybody(tx, DIRECTORY, NOON)
        lost_people.note_everybody(tx, Directory.model_validate(file), LATER)

        assert [each.agency_id for each in lost_people.gone(tx, ALL.agencies)] == ["council"]


def test_what_is_unchanged_is_not_written_again(store: Store):
    with store.begin() as tx:
        lost_people.note_everybody(tx, DIRECTORY, NOON)
        lost_people.note_everybody(tx, without(IAN), NOON)
        lost_people.note_everybody(tx, without(IAN), LATER)

    gone = [row["gone_since"] for row in store.rows(known_people) if row["gone_since"]]
    assert gone == [NOON]
    assert store.count(known_people) == len(DIRECTORY.people)


# --- why nothing reaches them -----------------------------------------------------------------------------------------


def test_somebody_is_lost_who_was_never_met_or_took_the_app_away_and_not_before_something_waits(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        assert lost(tx) == []
        add(tx, file, task=OF_IAN)
        assert lost(tx) == [(IAN.name, Why.NEVER_MET, 1)]
        meet(tx, IAN)
        assert lost(tx) == []
        meet(tx, IAN, unreachable=True)
        assert lost(tx) == [(IAN.name, Why.UNREACHABLE, 1)]
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        assert lost(tx) == []


def test_somebody_who_has_left_is_lost_with_everything_in_their_name(store: Store):
    with store.begin() as tx:
        lost_people.note_everybody(tx, DIRECTORY, NOON)
        everything_of_ian(tx)
        lost_people.note_everybody(tx, without(IAN), LATER)
        [line] = [line for line in lines(tx, without(IAN)) if line.is_in_trouble]

    assert (line.owner.name, line.why, line.waiting, line.is_known) == (IAN.name, Why.LEFT, 3, False)


def test_to_be_invited_or_on_a_list_is_nothing_that_waits(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        meeting_with(tx, file, IAN)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, HELEN, IAN)]
        restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=NOON)

        assert lost(tx) == []


def test_who_is_away_is_shown_with_their_deputy_and_is_in_trouble_only_without_one(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        add(tx, worked(tx), task=OF_IAN)
        away(tx, IAN, HELEN)
        [covered] = lines(tx)
        away(tx, IAN, None)
        [uncovered] = lines(tx)

    assert covered.deputy is not None
    assert (covered.why, covered.deputy.name, covered.waiting) == (None, HELEN.name, 1)
    assert (uncovered.why, uncovered.deputy) == (Why.AWAY, None)


def test_a_deputy_who_is_away_too_leaves_both_uncovered(store: Store):
    with store.begin() as tx:
        for someone in (PRIYA, SUE):
            meet(tx, someone)
            add(tx, worked(tx), task=replace(GATE, agency_id="homes", owner=someone.name))
        away(tx, PRIYA, SUE)
        away(tx, SUE, PRIYA)

        assert lost(tx) == [(PRIYA.name, Why.AWAY, 1), (SUE.name, Why.AWAY, 1)]


def test_nothing_is_counted_of_a_restricted_case_that_the_manager_may_not_see(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx), task=OF_IAN)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, IAN)]
        restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=NOON)

        assert lost(tx) == []


def test_anybody_of_the_hub_is_found_by_a_part_of_their_name(store: Store):
    with store.begin() as tx:
        assert [line.owner.name for line in lines(tx, called="petr")] == [IAN.name]
        assert lines(tx, called="nora") == []  # of another hub


# --- who hears of it -------------------------------------------------------------------------------------------------


def test_the_manager_hears_once_of_each_person(store: Store):
    with store.begin() as tx:
        for _ in range(2):
            add(tx, worked(tx), task=OF_IAN)
        [nudge] = told(tx)
        add(tx, worked(tx), task=OF_IAN)
        [again] = told(tx)

    assert (nudge.kind, nudge.what, nudge.n, nudge.hub_id, nudge.reference) == (
        "lost",
        IAN.name,
        2,
        "ALL",
        "",
    )
    assert (nudge.subject, nudge.step) == (again.subject, again.step)
    assert IAN.name not in nudge.subject


@pytest.mark.parametrize(
    "viewer", [TOM, PRIYA, IAN, NORA], ids=["coordinator", "partner", "himself", "elsewhere"]
)
def test_nobody_else_hears_of_it(store: Store, viewer: Actor):
    with store.begin() as tx:
        add(tx, worked(tx), task=OF_IAN)

        assert told(tx, viewer=viewer) == []


def test_each_absence_that_nobody_covers_is_told_anew(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        add(tx, worked(tx), task=OF_IAN)
        away(tx, IAN, None)
        [first] = told(tx)
        later = NOON + timedelta(days=20)
        away(tx, IAN, None, first=later.date(), last=later.date())
        [second] = cover.nudges(tx, DIRECTORY, HELEN, later)

    assert (first.kind, second.kind) == ("uncovered", "uncovered")
    assert first.subject != second.subject


def test_that_somebody_has_left_is_news_also_of_who_had_never_met_the_bot(store: Store):
    with store.begin() as tx:
        lost_people.note_everybody(tx, DIRECTORY, NOON)
        add(tx, worked(tx), task=OF_IAN)
        [never_met] = told(tx)
        meet(tx, IAN)
        lost_people.note_everybody(tx, without(IAN), LATER)
        [left] = told(tx, without(IAN))

    assert never_met.key != left.key


def test_who_is_being_handed_over_is_no_news_and_afterwards_nothing_waits(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        add(tx, worked(tx), task=OF_IAN)
        begin(tx)
        assert told(tx) == []
    run(store)
    with store.begin() as tx:
        assert told(tx) == []
        [line] = lines(tx)

        assert cover.lines(tx, DIRECTORY, HELEN, ALL, LATER + timedelta(days=30)) == []

    assert line.handover is not None
    assert (line.waiting, line.handover.moved) == (0, 1)


def test_somebody_is_known_by_the_ids_that_teams_tells_of_a_member_who_left(store: Store):
    with store.begin() as tx:
        for someone in (IAN, SUE):
            meet(tx, someone)
        found = conversations.people_called(tx, [f"29:{IAN.object_id}", "29:nobody"])

    assert found == [key_of(IAN)]
