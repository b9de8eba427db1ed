from datetime import timedelta

import pytest

from osara_store import cases, drafts, outbox
from osara_store.errors import DraftNotFound, NotAllowed
from osara_store.schema import audit, case_people, entries, match_keys
from osara_store.schema import cases as cases_table
from osara_store.schema import outbox as outbox_table

from .conftest import Store
from .world import ALL, CAR, NOON, PRIYA, SUE, TOM, draft_of, referral, something_else, submitted


def test_a_referral_becomes_a_case_with_everything_that_was_typed(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        file = cases.case_file(tx, case.id)

    assert file.case == case
    assert (case.reference, case.hub_id, case.state) == ("ALL-2026-0001", "ALL", "submitted")
    assert (case.where, case.category, case.since, case.frequency) == (
        "12 High Street, Workington CA14 1AB",
        "noise",
        "weeks",
        "daily",
    )
    assert (case.referrer_name, case.agency_id, case.own_reference) == (
        "Priya Raman",
        "homes",
        "NSH-2026-0042",
    )
    assert case.submitted_at == NOON
    assert [(entry.stage, entry.kind, entry.text) for entry in file.entries] == [
        ("objective", "wanted", "Quiet nights for the neighbours."),
        ("scanning", "statement", "Loud music until three in the morning, most nights."),
        ("analysis", "tried", "Two letters and a visit."),
    ]
    assert [(person.role, person.description) for person in file.people] == [
        ("affected", "Jane Roe, next door"),
        ("affected", "Harold Roe"),
        ("involved", "Joe Bloggs (tenant)"),
    ]


def test_blank_lines_name_nobody_and_nothing_tried_is_no_entry(store: Store):
    with store.begin() as tx:
        case = submitted(tx, referral(tried="", affected="\n \nJane Roe\n", involved="")).case
        file = cases.case_file(tx, case.id)

    assert [person.description for person in file.people] == ["Jane Roe"]
    assert [entry.kind for entry in file.entries] == ["wanted", "statement"]


def test_a_new_case_sets_off_a_push_a_receipt_and_a_channel_card(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        messages = outbox.list_rows(tx)

    assert [(row.kind, row.destination) for row in messages] == [
        ("case.push", "graph"),
        ("card.receipt", f"teams/person:{PRIYA.tenant}:{PRIYA.object_id}"),
        ("card.channel", "teams/hub:ALL"),
    ]
    assert [row.payload for row in messages] == [
        {"case_id": case.id},
        {"case_id": case.id, "tenant": PRIYA.tenant, "person": PRIYA.object_id},
        {"case_id": case.id},
    ]


def test_neither_graph_nor_a_busy_channel_holds_a_receipt_back(store: Store):
    with store.begin() as tx:
        submitted(tx)

        assert len({row.lane for row in outbox.list_rows(tx)}) == 3


def test_nothing_a_person_typed_stands_in_outbox_audit_or_match_keys(store: Store):
    with store.begin() as tx:
        submitted(tx)

    kept = str([store.rows(table) for table in (outbox_table, audit, match_keys)]).casefold()
    for word in (
        "roe",
        "bloggs",
        "high street",
        "workington",
        "ca14",
        "music",
        "letters",
        "quiet",
        "nsh",
        "priya",
    ):
        assert word not in kept


def test_sending_is_audited_with_ids_only(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        case = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON).case

    (row,) = store.rows(audit)
    assert (row["action"], row["case_id"], row["person"]) == ("case.submitted", case.id, PRIYA.object_id)
    assert row["detail"] == f'{{"draft":"{draft_id}","reference":"ALL-2026-0001","version":1}}'


def test_a_second_press_of_send_makes_no_second_case(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "referral": referral()}
        first = cases.submit(tx, **sending, now=NOON)
    with store.begin() as tx:
        second = cases.submit(tx, **sending, now=NOON + timedelta(seconds=2))

    assert (first.outcome, second.outcome) == ("new", "repeat")
    assert first.case == second.case
    assert store.count(cases_table) == 1
    assert store.count(outbox_table) == 3
    assert store.count(audit) == 1


def test_different_answers_from_a_second_device_are_added_to_the_same_case(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON)
    changed = referral(
        what="It is shouting now, not music.",
        where="The flat above the shop",
        danger="yes",
        affected="Jane Roe, next door\nA lodger called Finn Gray",
    )
    with store.begin() as tx:
        again = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=changed, now=NOON)
        file = cases.case_file(tx, again.case.id)

    assert (again.outcome, again.case.reference, again.case.version) == ("added", "ALL-2026-0001", 2)
    assert [(entry.kind, entry.text) for entry in file.entries][3:] == [
        ("statement", "It is shouting now, not music."),
        ("where", "The flat above the shop"),
        ("danger", "yes"),
    ]
    assert [person.description for person in file.people][3:] == ["A lodger called Finn Gray"]
    assert [person.n for person in file.people] == [1, 2, 3, 4]
    assert file.case.where == "12 High Street, Workington CA14 1AB"
    assert file.contributors == ()


def test_what_was_added_is_pushed_and_the_receipt_renewed_but_the_channel_is_left_alone(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON)
        cases.submit(
            tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(tried="A third letter."), now=NOON
        )
        kinds = [row.kind for row in outbox.list_rows(tx)]

    assert kinds == ["case.push", "card.receipt", "card.channel", "case.push", "card.receipt"]


def test_a_late_retry_of_the_first_answers_after_the_second_adds_nothing(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        outcomes = [
            cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=answers, now=NOON).outcome
            for answers in (
                referral(),
                referral(tried="A third letter."),
                referral(),
                referral(tried="A third letter."),
            )
        ]

    assert outcomes == ["new", "added", "repeat", "repeat"]
    assert store.count(entries) == 4
    assert store.count(case_people) == 3


def test_a_new_draft_makes_a_new_case(store: Store):
    with store.begin() as tx:
        references = [submitted(tx).case.reference for _ in range(3)]

    assert references == ["ALL-2026-0001", "ALL-2026-0002", "ALL-2026-0003"]


def test_a_sent_draft_knows_its_case(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        case = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON).case

        assert drafts.load(tx, draft_id, PRIYA).case_id == case.id


def test_a_draft_forgotten_on_one_device_can_still_be_sent_from_the_other(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        drafts.forget(tx, draft_id, PRIYA, NOON)
        sent = [
            cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON)
            for _ in range(2)
        ]

    assert [one.outcome for one in sent] == ["new", "repeat"]


def test_nobody_sends_somebody_elses_draft(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx, SUE)
        with pytest.raises(DraftNotFound):
            cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON)


def test_a_draft_of_one_hub_is_not_sent_to_another(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx, TOM, CAR)
        with pytest.raises(DraftNotFound):
            cases.submit(tx, actor=TOM, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON)


def test_whoever_may_not_refer_leaves_no_trace_of_a_case(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx, PRIYA, CAR)
    with store.begin() as tx, pytest.raises(NotAllowed) as refused:
        cases.submit(tx, actor=PRIYA, hub=CAR, draft_id=draft_id, referral=referral(), now=NOON)

    assert refused.value.reason == "not_this_hub"
    assert store.count(cases_table) == 0
    assert store.count(outbox_table) == 0


def test_my_cases_are_mine_newest_first_and_of_the_hubs_i_serve(store: Store):
    with store.begin() as tx:
        of_tom = [
            submitted(tx, something_else(), TOM, hub, NOON + timedelta(minutes=minute)).case.reference
            for minute, hub in enumerate((ALL, CAR, ALL))
        ]
        submitted(tx)
        everywhere = cases.cases_of(tx, TOM, None, 10, 0)
        in_carlisle = cases.cases_of(tx, TOM, CAR, 10, 0)
        second_page = cases.cases_of(tx, TOM, None, 2, 2)

    assert [case.reference for case in everywhere] == of_tom[::-1]
    assert [case.reference for case in in_carlisle] == ["CAR-2026-0001"]
    assert [case.reference for case in second_page] == ["ALL-2026-0001"]


def test_a_case_of_a_hub_i_no_longer_serve_is_not_listed(store: Store):
    moved = type(TOM)(TOM.tenant, TOM.object_id, TOM.name, TOM.agency, {"CAR": TOM.roles["CAR"]})
    with store.begin() as tx:
        submitted(tx, someone=TOM)

        assert cases.cases_of(tx, moved, None, 10, 0) == []


def test_a_case_is_found_by_its_reference(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case

        assert cases.by_reference(tx, "ALL-2026-0001") == case
        assert cases.by_reference(tx, "ALL-2026-0002") is None


def test_another_matter_typed_into_a_form_that_was_sent_becomes_a_case_of_its_own(store: Store):
    """A form may stand open for weeks: other people have no place in the first case's file."""
    with store.begin() as tx:
        draft_id = draft_of(tx)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "now": NOON}
        first = cases.submit(tx, referral=referral(), **sending).case
        other = cases.submit(tx, referral=something_else(), **sending)
        again = cases.submit(tx, referral=something_else(), **sending)
        people = [person.description for person in cases.case_file(tx, first.id).people]

    assert (other.outcome, other.case.reference) == ("new", "ALL-2026-0002")
    assert (again.outcome, again.case.reference) == ("repeat", "ALL-2026-0002")
    assert "Olive Webb" not in people


def test_another_matter_in_a_form_that_joined_a_case_joins_only_what_it_looks_like(store: Store):
    with store.begin() as tx:
        submitted(tx, referral(), SUE)
        draft_id = draft_of(tx)
        joining = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "case_id": None, "now": NOON}
        joined = cases.join(tx, referral=referral(tried="A word with him."), **joining)
        other = cases.join(tx, referral=something_else(), **joining)

    assert joined.case.reference == "ALL-2026-0001"
    assert (other.outcome, other.case.reference) == ("new", "ALL-2026-0002")
