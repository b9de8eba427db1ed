from datetime import date

import pytest
import sqlalchemy as sa

from osara_store import audit, cases, links, tasks, viewing
from osara_store.case_file import CaseFile, case_file
from osara_store.case_reviews import explained, prompt
from osara_store.case_settings import CaseReviewRules
from osara_store.errors import Impossible, Incomplete, NotAllowed, Stale, StoreError
from osara_store.policy import Reason
from osara_store.schema import AgeGroup, CaseState, LinkKind, PersonRole, TaskState, case_access, match_keys
from osara_store.states import OPEN

from .casework import about, audited, messages, worked
from .conftest import Store
from .linking import (
    LATER,
    at_once,
    file_of,
    found,
    marked,
    merged,
    noted,
    planned,
    related,
    restricted,
    slowly,
)
from .walking import Walk
from .world import (
    ALL,
    CAR,
    HELEN,
    IAN,
    NOON,
    PRIYA,
    SUE,
    TOM,
    draft_of,
    referral,
    something_else,
    submitted,
)

# --- what becomes of the two ----------------------------------------------------------------------------------------


def test_a_merged_case_ends_and_the_other_goes_on_as_it_stood(store: Store):
    with store.begin() as tx:
        into, old = worked(tx, CaseState.ANALYSIS), worked(tx)
        survivor = merged(tx, old, into)
        ended = case_file(tx, old.case.id)

    assert (ended.case.state, ended.case.moves) == (CaseState.MERGED, 1)
    assert (ended.moves[-1].move, ended.moves[-1].reason) == ("merge", "It is one matter.")
    assert (survivor.case.reference, survivor.case.state) == (into.case.reference, CaseState.ANALYSIS)
    assert [(link.kind, link.forward) for link in survivor.links] == [(LinkKind.MERGED_INTO, False)]
    assert ended.case.retention_on == date(2032, 4, 1)


def test_both_references_lead_to_the_case_that_goes_on_and_the_old_file_stays_whole(store: Store):
    with store.begin() as tx:
        into, old = worked(tx), noted(tx, worked(tx), IAN)
        merged(tx, old, into)
        ended = case_file(tx, old.case.id)
        found = [viewing.find(tx, file.case.reference) for file in (old, into)]

    assert [case.id for case in found if case] == [into.case.id] * 2
    assert (ended.entries, ended.people) == (old.entries, old.people)


@pytest.mark.parametrize("state", sorted(set(CaseState) - OPEN))
def test_a_case_that_has_ended_is_not_merged(store: Store, state):
    with store.begin() as tx:
        into, old = worked(tx), worked(tx, state)
        with pytest.raises((Impossible, NotAllowed)):
            merged(tx, old, into)


NOT_WORKED_ON = set(CaseState) - OPEN - {CaseState.MERGED} | {CaseState.RETURNED}


@pytest.mark.parametrize("state", sorted(NOT_WORKED_ON))
def test_nothing_is_merged_into_a_case_that_nobody_works_on(store: Store, state):
    with store.begin() as tx:
        into, old = worked(tx, state), worked(tx)
        with pytest.raises(Incomplete) as refused:
            merged(tx, old, into)

    assert refused.value.missing == ("into",)


@pytest.mark.parametrize("into", ["ALL-2026-0001", "ALL-2026-0099", "CAR-2026-0001", "nothing", ""])
def test_a_case_is_merged_into_another_case_of_its_hub_only(store: Store, into):
    with store.begin() as tx:
        old = worked(tx)
        submitted(tx, someone=TOM, of=CAR)
        with pytest.raises(Incomplete) as refused:
            merged(tx, old, reference=into)

    assert refused.value.missing == ("into",)


def test_merging_needs_a_reason_the_manager_and_a_fresh_look(store: Store):
    with store.begin() as tx:
        into, old = worked(tx), worked(tx)
        with pytest.raises(Incomplete) as blank:
            merged(tx, old, into, reason="\n")
        with pytest.raises(NotAllowed) as not_theirs:
            merged(tx, old, into, TOM)
        with pytest.raises(Stale):
            merged(tx, old, into, seen=7)

    assert blank.value.missing == ("reason",)
    assert not_theirs.value.reason == Reason.NOT_YOUR_PART


def test_a_second_press_of_merge_is_refused_and_does_nothing_twice(store: Store):
    with store.begin() as tx:
        into, old = worked(tx), noted(tx, worked(tx), IAN)
        survivor = merged(tx, old, into)
        with pytest.raises(Stale):
            merged(tx, old, into, seen=0)

        assert case_file(tx, into.case.id).entries == survivor.entries


def test_everybody_is_told_and_the_chain_holds(store: Store):
    with store.begin() as tx:
        into, old = worked(tx, someone=SUE), noted(tx, worked(tx), IAN)
        merged(tx, old, into)
        broken = audit.verify(tx)

    told = [(kind, payload.get("person"), payload["case_id"]) for kind, payload in messages(store)[8:]]
    assert {
        ("card.receipt", PRIYA.object_id, old.case.id),
        ("card.receipt", IAN.object_id, old.case.id),
        ("card.receipt", SUE.object_id, into.case.id),
        ("card.receipt", PRIYA.object_id, into.case.id),
        ("card.receipt", IAN.object_id, into.case.id),
        ("card.channel", None, old.case.id),
        ("card.channel", None, into.case.id),
    } <= set(told)
    assert broken is None
    assert [action for action, _ in audited(store)[-2:]] == ["case.moved", "case.taken_in"]
    assert "one matter" not in str(audited(store))


# --- what is carried over ------------------------------------------------------------------------------------


def test_what_was_written_is_carried_over_with_its_author_and_time(store: Store):
    with store.begin() as tx:
        into, old = worked(tx, someone=SUE), noted(tx, worked(tx), IAN)
        survivor = merged(tx, old, into)

    carried = survivor.entries[len(into.entries) :]
    assert [(entry.kind, entry.text, entry.author_name, entry.at, entry.grade) for entry in carried] == [
        ("wanted", "Quiet nights for the neighbours.", "Priya Raman", NOON, ""),
        ("statement", "Loud music until three in the morning, most nights.", "Priya Raman", NOON, ""),
        ("tried", "Two letters and a visit.", "Priya Raman", NOON, ""),
        ("note", "Seen by the bins again.", "Ian Petrie", LATER, "fact"),
    ]
    assert [entry.n for entry in survivor.entries] == list(range(1, len(survivor.entries) + 1))


def test_what_the_other_referral_answered_otherwise_is_carried_over_as_entries(store: Store):
    with store.begin() as tx:
        into = worked(tx)
        old = file_of(tx, answers=referral(where="The flat above", own_reference="CP-5", frequency="weekly"))
        survivor = merged(tx, old, into)

    told = {entry.kind: entry.text for entry in survivor.entries[len(into.entries) :]}
    assert (told["where"], told["own_reference"], told["frequency"]) == ("The flat above", "CP-5", "weekly")
    assert survivor.case.where == into.case.where


def test_the_survivor_is_found_by_what_came_with_the_other(store: Store):
    with store.begin() as tx:
        into, old = worked(tx), file_of(tx, answers=something_else())
        merged(tx, old, into)

        assert into.case.id in {case.id for case in found(tx, "olive webb maryport")}


def test_people_are_carried_over_once_with_what_the_hub_made_of_them(store: Store):
    with store.begin() as tx:
        into = marked(tx, worked(tx), 1, PersonRole.WITNESS)
        old = file_of(tx, answers=referral(affected="Jane Roe, next door\nHarold Roe", involved="Finn Gray"))
        for n, role in enumerate((PersonRole.VICTIM, PersonRole.VICTIM, PersonRole.SUSPECT), 1):
            old = marked(tx, old, n, role)
        survivor = merged(tx, old, into)

    assert [(one.n, one.description, one.role, one.age_group) for one in survivor.people] == [
        (1, "Jane Roe, next door", PersonRole.WITNESS, AgeGroup.CHILD),
        (2, "Harold Roe", PersonRole.VICTIM, AgeGroup.CHILD),
        (3, "Joe Bloggs (tenant)", PersonRole.INVOLVED, AgeGroup.NOT_KNOWN),
        (4, "Finn Gray", PersonRole.SUSPECT, AgeGroup.CHILD),
    ]


def test_the_same_words_twice_in_one_file_do_not_break_the_merge(store: Store):
    with store.begin() as tx:
        into, old = (
            worked(tx),
            file_of(tx, answers=referral(affected="Jane Roe, next door\nJane Roe, next door")),
        )
        for n in (1, 2):
            old = marked(tx, old, n, PersonRole.VICTIM)
        survivor = merged(tx, old, into)

    assert [one.description for one in survivor.people].count("Jane Roe, next door") == 1
    assert survivor.people[0].role == PersonRole.VICTIM


def test_open_tasks_go_along_with_owner_and_date_and_others_stay(store: Store):
    with store.begin() as tx:
        into = planned(tx, worked(tx), intervention="Speak to the landlord")
        old = planned(tx, worked(tx), agency_id="police", owner="Tom Airey", due_on=date(2026, 5, 4))
        old = planned(tx, old, intervention="A light in the yard")
        done = {"n": 2, "version": 1, "state": TaskState.DONE, "outcome": "Up since Friday."}
        tasks.record(tx, **about(old, TOM), **done, now=LATER)
        survivor = merged(tx, old, into)
        ended = case_file(tx, old.case.id)

    _own, moved = survivor.tasks
    assert (moved.n, moved.state, moved.agency_id, moved.owner, moved.due_on, moved.origin) == (
        2,
        TaskState.OPEN,
        "police",
        "Tom Airey",
        date(2026, 5, 4),
        "ALL-2026-0002 task 1",
    )
    assert moved.by == old.tasks[0].by
    assert [one.state for one in ended.tasks] == [TaskState.MOVED, TaskState.DONE]


def test_the_referrer_and_contributors_of_the_old_case_become_contributors_of_the_other(store: Store):
    with store.begin() as tx:
        into = noted(tx, worked(tx, someone=SUE), IAN)
        old = noted(tx, noted(tx, worked(tx), IAN, "Again."), SUE)
        survivor = merged(tx, old, into)

        assert {one.name for one in survivor.contributors} == {"Priya Raman", "Ian Petrie"}
        assert [case.id for case in cases.cases_of(tx, PRIYA, None, 9, 0)] == [old.case.id, into.case.id]


def test_what_looks_like_the_old_case_joins_the_other(store: Store):
    with store.begin() as tx:
        into, old = worked(tx), file_of(tx, answers=something_else())
        merged(tx, old, into)
        alike = cases.look_alikes(tx, ALL, something_else(), SUE)
        mention = something_else(
            what=f"The same as {old.case.reference}.", where="Nowhere else", affected="", own_reference=""
        )

        assert (alike.open, alike.earlier, alike.newest_open_case_id) == (1, 0, into.case.id)
        assert cases.look_alikes(tx, ALL, mention, SUE).newest_open_case_id == into.case.id
        assert not store_keys(tx, old.case.id)


def store_keys(tx: sa.Connection, case_id: int):
    return tx.execute(sa.select(match_keys).where(match_keys.c.case_id == case_id)).all()


def test_what_the_old_referrer_sends_again_goes_into_the_case_that_goes_on(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "now": NOON}
        old = case_file(tx, cases.submit(tx, referral=referral(), **sending).case.id)
        into = worked(tx, someone=SUE)
        merged(tx, old, into)
        again = cases.submit(tx, referral=referral(), **sending)
        more = cases.submit(tx, referral=referral(tried="A third letter."), **sending)

    assert (again.outcome, again.case.id) == ("repeat", into.case.id)
    assert (more.outcome, more.case.id) == ("added", into.case.id)


def test_reports_of_a_victim_are_counted_for_the_case_that_goes_on(store: Store):
    with store.begin() as tx:
        into, old = worked(tx), file_of(tx, answers=something_else())
        file_of(tx, answers=something_else())
        explained(tx, **about(old, TOM), now=LATER)
        survivor = merged(tx, old, into)
        found_there = prompt(tx, survivor, CaseReviewRules())

    assert (found_there.reports, found_there.explained_on) == (2, date(2026, 3, 2))


def test_what_the_old_case_is_related_to_the_other_is_related_to(store: Store):
    with store.begin() as tx:
        into, old, third, fourth = (file_of(tx) for _ in range(4))
        related(tx, old, third.case.reference)
        related(tx, fourth, old.case.reference)
        related(tx, into, fourth.case.reference)
        related(tx, old, into.case.reference)
        survivor = merged(tx, old, into)

    assert sorted(
        (link.kind, link.other_id) for link in survivor.links if link.kind is not LinkKind.MERGED_INTO
    ) == [(LinkKind.RELATED, other.case.id) for other in (old, third, fourth)]


# --- as safe as either was -----------------------------------------------------------------------------------


def test_the_higher_band_counts_and_starts_its_clocks(store: Store):
    with store.begin() as tx:
        into, old = Walk(tx), Walk(tx)
        into.assess(band="standard")
        old.assess(band="high")
        survivor = merged(tx, old.file, into.file)

    assert survivor.case.band == "high"
    assert survivor.risks[-1].instrument == "override"
    assert old_reference(survivor) in survivor.risks[-1].reason
    assert {clock.band for clock in survivor.clocks if clock.is_running} == {"high"}


def old_reference(survivor: CaseFile) -> str:
    return next(link.other_reference for link in survivor.links if link.kind is LinkKind.MERGED_INTO)


def test_a_lower_band_changes_nothing(store: Store):
    with store.begin() as tx:
        into, old = Walk(tx), Walk(tx)
        into.assess(band="medium")
        old.assess(band="standard")
        before = into.file
        survivor = merged(tx, old.file, before)

    assert (survivor.case.band, survivor.risks, survivor.clocks) == ("medium", before.risks, before.clocks)


def test_no_clock_runs_on_in_the_case_that_ended(store: Store):
    with store.begin() as tx:
        into, old = Walk(tx), Walk(tx)
        old.assess()
        merged(tx, old.file, into.file)

        assert not any(clock.is_running for clock in old.file.clocks)


@pytest.mark.parametrize("restricted_one", ["old", "into"])
def test_what_was_restricted_stays_so_for_those_who_could_open_it(store: Store, restricted_one):
    with store.begin() as tx:
        files = {"old": worked(tx), "into": worked(tx)}
        restricted(tx, files[restricted_one], HELEN, SUE)
        survivor = merged(tx, files["old"], files["into"])

    assert survivor.case.restricted
    assert {one.name for one in survivor.access} == {"Helen Ashby", "Sue Bell"}


def test_of_two_restricted_cases_only_those_on_both_lists_may_open_the_one(store: Store):
    with store.begin() as tx:
        old, into = restricted(tx, worked(tx), HELEN, SUE), restricted(tx, worked(tx), HELEN, IAN)
        survivor = merged(tx, old, into)

    assert {one.name for one in survivor.access} == {"Helen Ashby"}


def test_whoever_took_another_name_between_the_two_lists_may_still_open_the_one(store: Store):
    with store.begin() as tx:
        old, into = restricted(tx, worked(tx), HELEN, SUE), restricted(tx, worked(tx), HELEN, IAN)
        renamed = (
            sa.update(case_access).where(case_access.c.case_id == old.case.id).values(name="Helen Marsh")
        )
        tx.execute(renamed)
        survivor = merged(tx, old, into)

    assert [(one.person, one.name) for one in survivor.access] == [(HELEN.object_id, "Helen Ashby")]


def test_nobody_merges_into_or_from_a_restricted_case_they_may_not_open(store: Store):
    with store.begin() as tx:
        one, secret = worked(tx), restricted(tx, worked(tx), TOM)
        for old, into in ((one, secret), (secret, one)):
            with pytest.raises(NotAllowed) as refused:
                merged(tx, old, into)
            assert refused.value.reason == Reason.RESTRICTED


def test_a_legal_hold_on_the_old_case_holds_the_other(store: Store):
    with store.begin() as tx:
        old, into = worked(tx, legal_hold=True), worked(tx)

        assert merged(tx, old, into).case.legal_hold


def test_two_managers_who_merge_two_cases_into_each_other_at_once_make_one(store: Store, monkeypatch):
    with store.begin() as tx:
        one, other = worked(tx), worked(tx)
    monkeypatch.setattr(links.changing, "hold", slowly(links.changing.hold))

    def press(old: CaseFile, into: CaseFile) -> str:
        try:
            with store.begin() as tx:
                merged(tx, old, into, seen=0)
        except StoreError as refused:
            return type(refused).__name__
        return "merged"

    assert sorted(at_once(lambda: press(one, other), lambda: press(other, one))) in (
        ["Incomplete", "merged"],
        ["Stale", "merged"],
    )
