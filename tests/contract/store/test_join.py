import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import cases, outbox, people
from osara_store.cases import LookAlikes, Submitted
from osara_store.errors import CaseNotFound, NotAllowed
from osara_store.schema import AgeGroup, PersonRole, audit
from osara_store.schema import cases as cases_table

from .conftest import Store
from .world import ALL, CAR, MARK, NOON, PRIYA, SUE, TOM, draft_of, referral, something_else, submitted

LATER = NOON + timedelta(hours=1)


def joined(tx: sa.Connection, answers=None, someone=TOM, case_id=None, draft_id=None) -> Submitted:
    return cases.join(
        tx,
        actor=someone,
        hub=ALL,
        draft_id=draft_id or draft_of(tx, someone),
        referral=answers or referral(),
        case_id=case_id,
        now=LATER,
    )


def close_case(tx: sa.Connection, case_id: int, state: str = "closed") -> None:
    tx.execute(sa.update(cases_table).where(cases_table.c.id == case_id).values(state=state))


@pytest.mark.parametrize(
    "same",
    [
        {"where": "12 HIGH ST, Workington, CA141AB"},
        {"affected": "Ms Jane Roe (rang twice)"},
        {"involved": "JOE BLOGGS, the tenant"},
        {"what": "The same as ALL-2026-0001, and worse."},
        {"tried": "Told by the landlord: their file NSH-2026-0042."},
        {"own_reference": "nsh 2026 0042"},
    ],
    ids=[
        "place",
        "person affected",
        "person involved",
        "our reference",
        "their reference in text",
        "own reference",
    ],
)
def test_the_same_matter_is_recognised_by(store: Store, same):
    with store.begin() as tx:
        case = submitted(tx).case

        assert cases.look_alikes(tx, ALL, something_else(**same), SUE) == LookAlikes(1, 0, case.id)


def test_another_matter_is_not_recognised(store: Store):
    with store.begin() as tx:
        submitted(tx)

        assert cases.look_alikes(tx, ALL, something_else(), SUE) == LookAlikes(0, 0, None)


def test_a_short_own_reference_means_something_within_its_agency_only(store: Store):
    with store.begin() as tx:
        case = submitted(tx, referral(own_reference="77")).case

        assert (
            cases.look_alikes(tx, ALL, something_else(own_reference="77"), SUE).newest_open_case_id == case.id
        )
        assert cases.look_alikes(tx, ALL, something_else(own_reference="77"), TOM).open == 0


def test_several_things_in_common_with_one_case_count_once(store: Store):
    with store.begin() as tx:
        submitted(tx)
        newest = submitted(tx).case

        assert cases.look_alikes(tx, ALL, referral(), TOM) == LookAlikes(2, 0, newest.id)


def test_closed_cases_count_as_earlier_ones(store: Store):
    with store.begin() as tx:
        oldest, _, newest = (submitted(tx).case for _ in range(3))
        close_case(tx, newest.id)
        close_case(tx, oldest.id)

        found = cases.look_alikes(tx, ALL, referral(), TOM)

    assert (found.open, found.earlier) == (1, 2)
    assert found.newest_open_case_id == newest.id - 1


def test_another_hubs_cases_are_never_counted(store: Store):
    with store.begin() as tx:
        submitted(tx, referral(), TOM, CAR)

        assert cases.look_alikes(tx, ALL, referral(), TOM) == LookAlikes(0, 0, None)


def test_joining_adds_everything_typed_to_the_newest_open_case(store: Store):
    with store.begin() as tx:
        submitted(tx)
        newest = submitted(tx).case
        result = joined(
            tx,
            referral(
                what="Three calls to police since Friday.",
                since="months",
                affected="Jane Roe, next door\nFinn Gray",
                own_reference="CP-556677",
            ),
        )
        file = cases.case_file(tx, newest.id)

    assert (result.outcome, result.case.id) == ("added", newest.id)
    assert [(entry.kind, entry.text, entry.agency_id, entry.author_name) for entry in file.entries[3:]] == [
        ("wanted", "Quiet nights for the neighbours.", "police", "Tom Airey"),
        ("statement", "Three calls to police since Friday.", "police", "Tom Airey"),
        ("tried", "Two letters and a visit.", "police", "Tom Airey"),
        ("since", "months", "police", "Tom Airey"),
        ("own_reference", "CP-556677", "police", "Tom Airey"),
    ]
    assert [person.description for person in file.people[3:]] == ["Finn Gray"]


def test_whoever_joins_is_a_contributor_and_gets_a_receipt(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        joined(tx)
        file = cases.case_file(tx, case.id)
        messages = outbox.list_rows(tx)[3:]
        mine = cases.cases_of(tx, TOM, None, 10, 0)

    assert [(one.name, one.agency_id, one.since) for one in file.contributors] == [
        ("Tom Airey", "police", LATER)
    ]
    assert [(row.kind, row.payload.get("person")) for row in messages] == [
        ("case.push", None),
        ("card.receipt", TOM.object_id),
    ]
    assert [one.id for one in mine] == [case.id]
    assert [row["action"] for row in store.rows(audit)] == ["case.submitted", "case.joined"]


def test_joining_twice_from_one_draft_is_joining_once(store: Store):
    with store.begin() as tx:
        submitted(tx)
        draft_id = draft_of(tx, TOM)
        outcomes = [joined(tx, draft_id=draft_id).outcome for _ in range(2)]

    assert outcomes == ["added", "repeat"]
    assert len(store.rows(audit)) == 2


def test_join_on_one_device_and_send_on_the_other_end_in_one_case(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        draft_id = draft_of(tx, TOM)
        joined(tx, draft_id=draft_id)
        sent = cases.submit(tx, actor=TOM, hub=ALL, draft_id=draft_id, referral=referral(), now=LATER)

    assert (sent.outcome, sent.case.id) == ("repeat", case.id)
    assert store.count(cases_table) == 1


def test_what_came_with_a_join_is_found_again_too(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        joined(tx, referral(affected="Finn Gray"))

        found = cases.look_alikes(tx, ALL, something_else(affected="Finn Gray"), SUE)

    assert found.newest_open_case_id == case.id


def test_the_case_named_is_joined_if_it_looks_alike(store: Store):
    with store.begin() as tx:
        older, _newer = (submitted(tx).case for _ in range(2))

        assert joined(tx, case_id=older.id).case.id == older.id


def test_a_made_up_case_id_opens_no_door(store: Store):
    with store.begin() as tx:
        other = submitted(tx, something_else()).case
        elsewhere = submitted(tx, referral(), TOM, CAR).case
        submitted(tx)
    for case_id in (other.id, elsewhere.id, 9999):
        with store.begin() as tx, pytest.raises(CaseNotFound):
            joined(tx, case_id=case_id)


def test_when_the_look_alike_was_closed_meanwhile_the_referral_becomes_a_case(store: Store):
    with store.begin() as tx:
        close_case(tx, submitted(tx).case.id)
        result = joined(tx)

    assert (result.outcome, result.case.reference) == ("new", "ALL-2026-0002")


@pytest.mark.parametrize("change", [{"state": "closed"}, {"restricted": True}], ids=["closed", "restricted"])
def test_a_case_is_not_joined_that_was_changed_while_somebody_waited_for_it(store: Store, change):
    """On PostgreSQL the look-alike is found open; the wait is for the case itself."""
    with store.begin() as tx:
        case = submitted(tx).case
        draft_id = draft_of(tx, TOM)
    results: list[Submitted] = []

    def press() -> None:
        with store.begin() as tx:
            results.append(joined(tx, draft_id=draft_id))

    pressing = threading.Thread(target=press)
    with store.begin() as tx:
        tx.execute(sa.update(cases_table).where(cases_table.c.id == case.id).values(**change))
        pressing.start()
        pressing.join(0.5)  # long enough for it to get as far as it can
        assert pressing.is_alive()
    pressing.join(30)

    (result,) = results
    assert (result.outcome, result.case.reference) == ("new", "ALL-2026-0002")


def test_a_case_named_that_has_been_closed_leads_to_a_case_of_its_own(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        close_case(tx, case.id)

        assert joined(tx, case_id=case.id).outcome == "new"


def test_where_the_newest_look_alike_was_closed_meanwhile_the_next_is_joined(store: Store):
    with store.begin() as tx:
        older, newer = (submitted(tx).case for _ in range(2))
        close_case(tx, newer.id)

        assert joined(tx).case.id == older.id


@pytest.mark.parametrize("state", ["voided", "merged"])
def test_a_mistake_is_no_earlier_matter_and_a_merged_one_is_counted_where_it_went(store: Store, state):
    with store.begin() as tx:
        close_case(tx, submitted(tx).case.id, state)

        assert cases.look_alikes(tx, ALL, referral(), TOM) == LookAlikes(0, 0, None)


def test_somebody_the_hub_has_marked_since_is_not_named_a_second_time(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        mark = {"person_n": 1, "role": PersonRole.VICTIM, "age_group": AgeGroup.ADULT, "now": LATER}
        people.mark(tx, actor=TOM, hub=ALL, case_id=case.id, **mark)
        joined(tx, referral(what="Again last night, until four."))
        file = cases.case_file(tx, case.id)

    assert [person.description for person in file.people].count("Jane Roe, next door") == 1


def test_joining_needs_an_agreement(store: Store):
    with store.begin() as tx:
        submitted(tx)
        draft_id = draft_of(tx, MARK)
        with pytest.raises(NotAllowed, match="may not"):
            joined(tx, someone=MARK, draft_id=draft_id)


def test_the_referrer_who_joins_their_own_case_is_no_contributor(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        joined(tx, referral(what="Again last night, until four."), someone=PRIYA)

        assert cases.case_file(tx, case.id).contributors == ()
