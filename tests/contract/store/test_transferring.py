import pytest

from osara_store import audit, cases, links, viewing
from osara_store.case_file import CaseFile, case_file
from osara_store.case_reviews import prompt
from osara_store.case_settings import CaseReviewRules
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Impossible, Incomplete, NotAllowed, Stale
from osara_store.schema import CaseState, LinkKind, PersonRole, TaskState
from osara_store.stages import Part

from .casework import about, messages, worked
from .conftest import Store
from .linking import (
    LATER,
    MUCH_LATER,
    at_once,
    file_of,
    found,
    marked,
    noted,
    planned,
    related,
    restricted,
    slowly,
    transferred,
)
from .walking import Walk
from .world import (
    ALL,
    CAR,
    DIRECTORY,
    HELEN,
    IAN,
    NOON,
    NORA,
    PRIYA,
    SUE,
    TOM,
    draft_of,
    hubs_file,
    referral,
    something_else,
    submitted,
)


def test_a_transferred_case_begins_anew_in_the_other_hub_with_a_number_of_its_own(store: Store):
    with store.begin() as tx:
        old = Walk(tx).to(CaseState.ANALYSIS)
        new = transferred(tx, old.file)
        ended = old.file

    assert (new.case.reference, new.case.hub_id, new.case.state) == (
        "CAR-2026-0001",
        "CAR",
        CaseState.SUBMITTED,
    )
    assert (new.case.moves, new.case.submitted_at, new.moves) == (0, MUCH_LATER, ())
    assert (ended.case.state, ended.moves[-1].reason) == (CaseState.TRANSFERRED, "They moved to Carlisle.")
    assert [(link.kind, link.forward, link.other_reference) for link in ended.links] == [
        (LinkKind.TRANSFERRED_TO, True, "CAR-2026-0001")
    ]


def test_all_that_was_written_goes_along(store: Store):
    with store.begin() as tx:
        walk = Walk(tx).to(CaseState.ANALYSIS)
        walk.fill(Part.TRIANGLE)
        marked(tx, walk.file, 1, PersonRole.VICTIM)
        other = file_of(tx, answers=something_else())
        related(tx, walk.file, other.case.reference)
        old = noted(tx, walk.file, IAN)
        new = transferred(tx, old)

    assert new.entries == old.entries
    assert new.people == old.people
    assert new.answers == old.answers
    assert new.risks == old.risks
    assert new.contributors == old.contributors
    assert [link.other_id for link in new.links if link.kind is LinkKind.RELATED] == [other.case.id]
    assert (new.case.band, new.case.where, new.case.cycle) == (old.case.band, old.case.where, old.case.cycle)


def test_the_other_hub_reads_it_and_the_first_no_longer_works_on_it(store: Store):
    with store.begin() as tx:
        old = worked(tx)
        new = transferred(tx, old)
        opening = {"hub_of": DIRECTORY.hub, "reference": new.case.reference, "what": "overview", "now": NOON}
        viewed = viewing.open_case(tx, actor=NORA, **opening)
        with pytest.raises(NotAllowed):
            viewing.open_case(tx, actor=PRIYA, **opening)
        with pytest.raises(NotAllowed):
            noted(tx, old, IAN)

    assert viewed.hub == CAR


def test_open_tasks_go_with_the_case(store: Store):
    with store.begin() as tx:
        old = planned(tx, worked(tx))
        new = transferred(tx, old)
        ended = case_file(tx, old.case.id)

    assert [(one.state, one.owner, one.origin) for one in new.tasks] == [
        (TaskState.OPEN, "Sue Bell", "ALL-2026-0001 task 1")
    ]
    assert [one.state for one in ended.tasks] == [TaskState.MOVED]


def test_its_clocks_begin_anew(store: Store):
    with store.begin() as tx:
        assessed, fresh = Walk(tx), Walk(tx)
        assessed.assess(band="high")
        of_assessed, of_fresh = transferred(tx, assessed.file), transferred(tx, fresh.file)

        assert not any(clock.is_running for clock in assessed.file.clocks)
    by_band = {"initial_action", "information", "meeting"}
    assert {clock.kind for clock in of_assessed.clocks} == {"risk_check", *by_band}
    assert {clock.started_at for clock in of_assessed.clocks} == {MUCH_LATER}
    assert [clock.kind for clock in of_fresh.clocks] == ["risk_check"]


@pytest.mark.parametrize(
    ("referrer", "lead", "expected"),
    [(TOM, "homes", "police"), (PRIYA, "police", "police"), (PRIYA, "homes", "police")],
    ids=[
        "the referrer's, where the lead does not serve it",
        "the same, where it does",
        "else police or council",
    ],
)
def test_who_leads_it_there(store: Store, referrer, lead, expected):
    with store.begin() as tx:
        old = worked(tx, someone=referrer, lead_agency_id=lead)

        assert transferred(tx, old).case.lead_agency_id == expected


def test_a_hub_without_police_or_council_has_its_first_agency_lead(store: Store):
    hubs = hubs_file()
    hubs["hubs"][1]["agencies"] = ["border"]
    directory = Directory.model_validate(hubs)
    with store.begin() as tx:
        old = worked(tx)
        handing = {"seen": 0, "to_hub": "CAR", "reason": "Moved.", "now": LATER}
        new = links.transfer(tx, **about(old, HELEN), directory=directory, **handing)

    assert new.case.lead_agency_id == "border"


def test_a_restricted_case_stays_so_and_somebody_there_can_open_it(store: Store):
    with store.begin() as tx:
        old = restricted(tx, worked(tx), HELEN, TOM, SUE)
        new = transferred(tx, old)

    assert new.case.restricted
    assert {one.name for one in new.access} == {"Nora Graham", "Tom Airey"}


def test_matters_are_recognised_in_the_new_hub_too(store: Store):
    with store.begin() as tx:
        new = transferred(tx, worked(tx))
        mention = something_else(what=f"The same as {new.case.reference}.")

        assert cases.look_alikes(tx, CAR, referral(), TOM).newest_open_case_id == new.case.id
        assert cases.look_alikes(tx, CAR, mention, TOM).newest_open_case_id == new.case.id
        assert prompt(tx, new, CaseReviewRules()).reports == 1
        assert [case.id for case in found(tx, "roe", NORA)] == [new.case.id]


def test_both_hubs_and_the_referrer_are_told_and_both_chains_hold(store: Store):
    with store.begin() as tx:
        old = worked(tx)
        new = transferred(tx, old)
        broken = audit.verify(tx)

    told = [(kind, payload["case_id"]) for kind, payload in messages(store)[3:]]
    for kind in ("case.push", "card.receipt", "card.channel"):
        assert {(kind, old.case.id), (kind, new.case.id)} <= set(told)
    assert broken is None


@pytest.mark.parametrize("to_hub", ["ALL", "XYZ", ""])
def test_a_case_goes_to_another_hub_that_there_is(store: Store, to_hub):
    with store.begin() as tx:
        old = worked(tx)
        with pytest.raises(Incomplete) as refused:
            transferred(tx, old, to_hub=to_hub)

    assert refused.value.missing == ("to_hub",)


def test_a_transfer_needs_a_reason_the_manager_a_fresh_look_and_an_open_case(store: Store):
    with store.begin() as tx:
        old, closed = worked(tx), worked(tx, CaseState.CLOSED)
        with pytest.raises(Incomplete):
            transferred(tx, old, reason=" ")
        with pytest.raises(NotAllowed):
            transferred(tx, old, TOM)
        with pytest.raises(Stale):
            transferred(tx, old, seen=3)
        with pytest.raises(Impossible):
            transferred(tx, closed)


def test_what_the_referrer_sends_again_after_a_transfer_is_a_case_of_its_own(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "now": LATER}
        old = cases.submit(tx, referral=referral(), **sending).case
        transferred(tx, case_file(tx, old.id))
        again = cases.submit(tx, referral=referral(tried="A third letter."), **sending)

    assert (again.outcome, again.case.reference) == ("new", "ALL-2026-0002")


def test_a_report_counts_once_in_a_case_that_comes_back(store: Store):
    with store.begin() as tx:
        there = transferred(tx, worked(tx))
        handing = {"seen": 0, "to_hub": "ALL", "reason": "They moved back.", "now": MUCH_LATER}
        arguments = {"actor": NORA, "hub": CAR, "case_id": there.case.id, "directory": DIRECTORY}
        back = links.transfer(tx, **arguments, **handing)

        assert prompt(tx, back, CaseReviewRules()).reports == 1


def test_two_hubs_that_hand_each_other_a_case_at_once_do_not_wait_for_each_other(store: Store, monkeypatch):
    with store.begin() as tx:
        here, there = worked(tx), case_file(tx, submitted(tx, someone=TOM, of=CAR).case.id)
    monkeypatch.setattr(links, "_tell", slowly(links._tell))

    def press(old: CaseFile, who: Actor, hub: Hub, to_hub: str) -> str:
        with store.begin() as tx:
            handing = {"seen": 0, "to_hub": to_hub, "reason": "Moved.", "now": LATER}
            arguments = {"actor": who, "hub": hub, "case_id": old.case.id, "directory": DIRECTORY}
            return links.transfer(tx, **arguments, **handing).case.reference

    done = at_once(lambda: press(here, HELEN, ALL, "CAR"), lambda: press(there, NORA, CAR, "ALL"))

    assert sorted(done) == ["ALL-2026-0002", "CAR-2026-0002"]
