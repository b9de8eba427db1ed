from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import cases, drafts, outbox
from osara_store.case_file import Case
from osara_store.case_settings import ClockRules
from osara_store.errors import DraftNotFound, NotAllowed
from osara_store.schema import CaseState, LinkKind, audit, case_people, entries, match_keys
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


def closed(tx: sa.Connection, watch_until: date | None, **named: Any) -> Case:
    case = submitted(tx, **named).case
    ended = {"state": CaseState.CLOSED, "watch_until": watch_until}
    tx.execute(sa.update(cases_table).where(cases_table.c.id == case.id).values(**ended))
    return case


TODAY = ALL.today(NOON)


def test_a_matter_that_comes_back_within_the_watch_is_linked_to_the_newest_case_it_was(store: Store):
    with store.begin() as tx:
        older, newer = submitted(tx).case, submitted(tx).case
        tx.execute(sa.update(cases_table).values(state=CaseState.CLOSED, watch_until=TODAY))
        sent = submitted(tx)
        file = cases.case_file(tx, sent.case.id)
        there = cases.case_file(tx, newer.id)

    (link,), (back,) = file.links, there.links
    assert (link.kind, link.forward, link.other_id) == (LinkKind.RE_REFERRAL_OF, True, newer.id)
    assert (back.forward, back.other_reference) == (False, sent.case.reference)
    assert older.id not in {link.other_id, back.other_id}


def test_whoever_refers_learns_nothing_of_the_case_that_it_was(store: Store):
    with store.begin() as tx:
        closed(tx, TODAY)
        sent = submitted(tx)

    assert (sent.outcome, sent.case.state, sent.case.version) == ("new", "submitted", 1)


def test_the_case_that_came_back_is_pushed_too_and_the_audit_row_names_both(store: Store):
    with store.begin() as tx:
        earlier = closed(tx, TODAY)
        sent = submitted(tx)
        pushed = [(row.kind, row.payload["case_id"]) for row in outbox.list_rows(tx)[3:]]

    assert pushed == [
        ("case.push", sent.case.id),
        ("card.receipt", sent.case.id),
        ("card.channel", sent.case.id),
        ("case.push", earlier.id),
    ]
    assert '"re_referral_of":"ALL-2026-0001"' in store.rows(audit)[-1]["detail"]


@pytest.mark.parametrize(
    "until", [None, TODAY - timedelta(days=1)], ids=["never watched", "watched no longer"]
)
def test_a_matter_of_a_case_that_is_not_watched_is_a_new_one(store: Store, until):
    with store.begin() as tx:
        closed(tx, until)

        assert cases.case_file(tx, submitted(tx).case.id).links == ()


def test_another_matter_and_another_hubs_case_have_not_come_back(store: Store):
    with store.begin() as tx:
        closed(tx, TODAY)
        closed(tx, TODAY, someone=TOM, of=CAR)

        assert cases.case_file(tx, submitted(tx, something_else()).case.id).links == ()


def test_what_look_alikes_found_in_the_same_transaction_need_not_be_looked_for_again(store: Store):
    with store.begin() as tx:
        earlier = closed(tx, TODAY)
        draft_id = draft_of(tx)
        alike = cases.look_alikes(tx, ALL, referral(), PRIYA)
        sent = cases.submit(
            tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON, alike=alike
        )

        assert [link.other_id for link in cases.case_file(tx, sent.case.id).links] == [earlier.id]


def test_what_is_added_to_a_case_that_was_closed_meanwhile_becomes_a_case_linked_to_it(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "now": NOON}
        first = cases.submit(tx, referral=referral(), **sending).case
        ended = {"state": CaseState.CLOSED, "watch_until": TODAY}
        tx.execute(sa.update(cases_table).where(cases_table.c.id == first.id).values(**ended))
        repeated = cases.submit(tx, referral=referral(), **sending)
        more = cases.submit(tx, referral=referral(tried="It began again."), **sending)
        entries_of_first = cases.case_file(tx, first.id).entries
        links = cases.case_file(tx, more.case.id).links

    assert (repeated.outcome, repeated.case.id) == ("repeat", first.id)
    assert (more.outcome, more.case.reference) == ("new", "ALL-2026-0002")
    assert len(entries_of_first) == 3
    assert [link.other_id for link in links] == [first.id]


def test_with_a_new_case_starts_the_time_by_which_its_risk_must_be_checked(store: Store):
    with store.begin() as tx:
        (clock,) = cases.case_file(tx, submitted(tx).case.id).clocks

    assert (clock.kind, clock.band, clock.started_at, clock.is_running) == ("risk_check", "", NOON, True)
    assert clock.due_at == datetime(2026, 3, 3, 17, tzinfo=UTC)


def test_a_hub_says_itself_how_soon_the_risk_must_be_checked(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        rules = ClockRules(risk_check=2)
        case = cases.submit(
            tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON, rules=rules
        ).case
        (clock,) = cases.case_file(tx, case.id).clocks

    assert clock.due_at == datetime(2026, 3, 4, 17, tzinfo=UTC)


def test_what_a_joiner_adds_starts_no_second_clock(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        joining = {"hub": ALL, "draft_id": draft_of(tx, SUE), "referral": referral(), "case_id": case.id}
        cases.join(tx, actor=SUE, **joining, now=NOON)

        assert len(cases.case_file(tx, case.id).clocks) == 1


def test_a_submission_takes_few_statements(store: Store):
    """Every one of them is a part of what a person waits for."""
    with store.begin() as tx:
        draft_id = draft_of(tx)
        alike = cases.look_alikes(tx, ALL, referral(), PRIYA)
        asked: list[str] = []
        sa.event.listen(tx, "before_cursor_execute", lambda *event: asked.append(event[2]))
        cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON, alike=alike)

    assert len(asked) == 14
