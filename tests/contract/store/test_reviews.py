"""Monthly reviews: asked for when their day comes, done by one, and then done for everybody."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import (
    absences,
    assessing,
    changing,
    conversations,
    erasing,
    leading,
    moves,
    preferences,
    restricting,
    review_asking,
    review_messages,
    reviews,
    schedule,
)
from osara_store.case_file import Access, CaseFile, Review, case_file
from osara_store.directory import Actor, Directory
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.outbox import Kind
from osara_store.policy import Action, Reason
from osara_store.preferences import HubPreferences
from osara_store.reviews import AlreadyReviewed
from osara_store.schedule import Due, Occasion
from osara_store.schema import (
    CaseState,
    MessageState,
    ReviewDecision,
    ReviewState,
    RiskNow,
    audit,
    cases,
    outbox,
    review_prompts,
    review_rhythms,
)
from osara_store.schema import reviews as table
from osara_store.states import Move

from .casework import about, set_case, worked
from .conftest import Store
from .world import ALL, AMY, DIRECTORY, HELEN, IAN, NOON, PRIYA, RUTH, SUE, TENANT, TOM, hubs_file, submitted

# A Monday; its months are Thursday 2 April, Saturday 2 May (so Tuesday 5 May: the Monday is a bank holiday), 2 June.
ACCEPTED = NOON
MAY = datetime(2026, 5, 5, 8, tzinfo=UTC)  # 09:00 in summer
JUNE = datetime(2026, 6, 2, 8, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, 8, tzinfo=UTC)
HANDLERS = {Occasion.REVIEW: lambda tx, due, now: review_asking.ask(tx, DIRECTORY, due, now)}


def accepted(tx: sa.Connection, now: datetime = ACCEPTED, someone: Actor = PRIYA) -> CaseFile:
    """A case that Tom has accepted, and its risk assessed."""
    case = submitted(tx, someone=someone, now=now).case
    set_case(tx, case.id, band="medium")
    common = {"actor": TOM, "hub": ALL, "case_id": case.id, "now": now}
    held = changing.hold(tx, **common, action=Action.TRIAGE)
    moves.record(held, DIRECTORY, Move.TRIAGE, CaseState.TRIAGED, "")
    return held.finish("case.moved", {"move": "triage"}, receipts=False, channel=False)


def runs(tx: sa.Connection, now: datetime, of: Directory = DIRECTORY) -> int:
    """Run all that is due; how many runs it took."""
    handlers = {Occasion.REVIEW: lambda tx, due, now: review_asking.ask(tx, of, due, now)}
    count = 0
    while schedule.run_one(tx, handlers, now):
        count += 1
    return count


def complete(
    tx: sa.Connection, file: CaseFile, who: Actor = PRIYA, n: int = 1, now: datetime = APRIL, **said: Any
):
    values = {"decision": ReviewDecision.CONTINUE, "risk": RiskNow.SAME, "comment": "", **said}
    return reviews.complete(tx, directory=DIRECTORY, **about(file, who), n=n, now=now, **values)


def states(tx: sa.Connection, file: CaseFile) -> list[tuple[int, str, str]]:
    found = case_file(tx, file.case.id).reviews
    return [(review.n, review.due_on.isoformat(), str(review.state)) for review in found]


def told(tx: sa.Connection, file: CaseFile, n: int = 1) -> set[str]:
    return {person for _, person in review_messages.told(tx, file.case.id, n)}


def cards(store: Store) -> list[str]:
    """Whose messages are to be drawn, in order."""
    return [row["payload"]["person"] for row in store.rows(outbox, outbox.c.kind == Kind.REVIEW)]


def sent(store: Store) -> int:
    """All that waited has been sent; how many messages about reviews that makes so far."""
    with store.begin() as tx:
        tx.execute(sa.update(outbox).values(state=MessageState.SENT))
    return len(cards(store))


def ids(*people: Actor) -> set[str]:
    return {each.object_id for each in people}


def meet(tx: sa.Connection, someone: Actor) -> None:
    conversations.remember_person(
        tx,
        tenant=TENANT,
        object_id=someone.object_id,
        service_url="https://teams.example/",
        user_id=f"29:{someone.object_id}",
        conversation_id="a:chat",
        bot_id="28:bot",
        now=NOON,
    )


# --- when ------------------------------------------------------------------------------------------------------------


def test_a_case_that_is_accepted_has_its_first_review_planned_a_month_later_at_nine(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        (row,) = schedule.due_rows(tx)

    assert (row.occasion, row.subject, row.due_at) == ("review", str(file.case.id), APRIL)
    assert (file.rhythm.accepted_on, file.rhythm.later) == (date(2026, 3, 2), 0)


def test_month_after_month_lead_and_manager_are_asked_on_working_days_at_the_hubs_time(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        assert runs(tx, APRIL - timedelta(seconds=1)) == 0
        assert runs(tx, APRIL) == 1
        assert told(tx, file) == ids(PRIYA, HELEN)
        complete(tx, file)
        assert runs(tx, MAY - timedelta(seconds=1)) == 0
        assert runs(tx, MAY) == 1
        complete(tx, file, n=2, now=MAY)
        assert runs(tx, JUNE) == 1

        assert states(tx, file) == [
            (1, "2026-04-02", "done"),
            (2, "2026-05-05", "done"),
            (3, "2026-06-02", "due"),
        ]


def test_of_the_cases_accepted_at_a_months_end_each_comes_a_working_day_after_the_one_before(store: Store):
    last = datetime(2026, 3, 31, 12, tzinfo=UTC)
    with store.begin() as tx:
        days = [accepted(tx, last).rhythm.later for _ in range(7)]
        assert accepted(tx, last - timedelta(days=5)).rhythm.later == 0

        assert days == [0, 1, 2, 3, 4, 0, 1]
        due = sorted({row.due_at.date().isoformat() for row in schedule.due_rows(tx)})
    assert due == ["2026-04-27", "2026-04-30", "2026-05-01", "2026-05-05", "2026-05-06", "2026-05-07"]


def test_a_case_that_was_accepted_before_there_were_reviews_is_asked_for_from_its_next_month_on(store: Store):
    with store.begin() as tx:
        file = worked(tx, CaseState.RESPONSE)
        ended = worked(tx, CaseState.CLOSED)
        for _ in range(2):
            review_asking.plan(tx, DIRECTORY, MAY + timedelta(days=3))
        (row,) = schedule.due_rows(tx)

        assert (row.subject, row.due_at) == (str(file.case.id), JUNE)
        assert case_file(tx, ended.case.id).rhythm is None


def test_of_a_case_that_has_ended_nothing_more_is_planned(store: Store):
    with store.begin() as tx:
        file, other = accepted(tx), accepted(tx)
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        review_asking.plan(tx, DIRECTORY, ACCEPTED)
        assert [row.subject for row in schedule.due_rows(tx)] == [str(other.case.id)]
        set_case(tx, other.case.id, state=CaseState.VOIDED)
        assert runs(tx, APRIL) == 1
        assert schedule.due_rows(tx) == []
        assert states(tx, other) == []


def test_while_a_case_is_with_its_referrer_its_months_pass_in_silence(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        set_case(tx, file.case.id, state=CaseState.RETURNED)
        runs(tx, APRIL)
        set_case(tx, file.case.id, state=CaseState.TRIAGED)
        runs(tx, MAY)

        assert states(tx, file) == [(2, "2026-05-05", "due")]


# --- after a standstill ----------------------------------------------------------------------------------------------


def test_after_six_weeks_there_is_one_prompt_for_the_newest_and_what_was_missed_has_lapsed(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        assert runs(tx, MAY + timedelta(days=10)) == 1

        assert states(tx, file) == [(1, "2026-04-02", "lapsed"), (2, "2026-05-05", "due")]
        assert told(tx, file, 1) == set()
        assert told(tx, file, 2) == ids(PRIYA, HELEN)
        assert runs(tx, MAY + timedelta(days=10)) == 0
        (row,) = schedule.due_rows(tx)
    assert row.due_at == JUNE
    assert sorted(cards(store)) == sorted(ids(PRIYA, HELEN))


def test_all_that_somebody_is_told_on_one_day_stands_in_one_message(store: Store):
    with store.begin() as tx:
        files = [accepted(tx) for _ in range(3)]
        runs(tx, MAY + timedelta(days=10))
        day = ALL.today(MAY + timedelta(days=10))
        where = {"tenant": HELEN.tenant, "person": HELEN.object_id, "hub_id": "ALL", "day": day}
        assert [(case.id, review.n) for case, review in review_messages.in_message(tx, **where)] == [
            (file.case.id, 2) for file in files
        ]

    assert sorted(cards(store)) == sorted(ids(PRIYA, HELEN))  # it is drawn once, with all three


def test_a_review_that_nobody_did_lapses_when_the_next_comes_and_its_messages_are_drawn_anew(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
    before = sent(store)
    with store.begin() as tx:
        runs(tx, MAY)
        assert states(tx, file) == [(1, "2026-04-02", "lapsed"), (2, "2026-05-05", "due")]
        newest = case_file(tx, file.case.id).reviews[-1]
        assert newest.waiting_since == date(2026, 4, 2)
        with pytest.raises(Stale):
            complete(tx, file, n=1, now=MAY)
    assert len(cards(store)) == before + 4  # two lapsed, two new


# --- who is asked ----------------------------------------------------------------------------------------------------


def in_hub(tx: sa.Connection, **settings: Any) -> None:
    preferences.keep_hub(tx, HELEN, ALL, HubPreferences(**settings), NOON)


@pytest.mark.parametrize(
    ("setting", "expected"), [("lead", [PRIYA]), ("manager", [HELEN]), ("both", [PRIYA, HELEN])]
)
def test_the_hub_says_who_is_asked_and_when(store: Store, setting: str, expected: list[Actor]):
    with store.begin() as tx:
        in_hub(tx, reviews_to=setting, reviews_at=time(14, 30))
        file = accepted(tx)
        assert runs(tx, APRIL + timedelta(hours=5)) == 0
        runs(tx, APRIL + timedelta(hours=5, minutes=30))

        assert told(tx, file) == ids(*expected)


def test_the_contact_of_the_lead_agency_is_asked_and_the_deputy_where_the_contact_cannot_be_reached(
    store: Store,
):
    file_of_hubs = hubs_file()
    file_of_hubs["agencies"][0] |= {"contact": SUE.object_id, "deputy": PRIYA.object_id}
    named = Directory.model_validate(file_of_hubs)
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL, named)
        meet(tx, PRIYA)
        complete(tx, file)
        runs(tx, MAY, named)

        assert told(tx, file, 1) == ids(SUE, HELEN)
        assert told(tx, file, 2) == ids(PRIYA, HELEN)


def test_of_an_agency_whose_agreement_ran_out_nobody_is_asked_and_the_manager_always_is(store: Store):
    file_of_hubs = hubs_file()
    file_of_hubs["agencies"][0]["agreement"]["expires"] = "2026-03-31"
    expired = Directory.model_validate(file_of_hubs)
    with store.begin() as tx:
        in_hub(tx, reviews_to="lead")
        file = accepted(tx)
        runs(tx, APRIL, expired)

        assert told(tx, file) == ids(HELEN)


def test_of_a_restricted_case_only_those_on_its_list_are_asked(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, SUE)]
        restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=NOON)
        runs(tx, APRIL)

        assert told(tx, file) == ids(SUE)


def test_a_new_lead_agency_is_asked_instead_of_the_old_one(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
    before = sent(store)
    with store.begin() as tx:
        leading.change_lead(
            tx, **about(file, TOM), directory=DIRECTORY, agency_id="police", now=APRIL + timedelta(days=1)
        )
        assert told(tx, file) == ids(PRIYA, HELEN, TOM)
    assert sorted(cards(store)[before:]) == sorted(ids(PRIYA, HELEN, TOM))
    with store.begin() as tx:
        with pytest.raises(NotAllowed, match="may not do this"):
            complete(tx, file, PRIYA, now=APRIL + timedelta(days=1))
        complete(tx, file, TOM, now=APRIL + timedelta(days=1))


def test_where_an_agency_has_named_nobody_the_referrer_is_asked(store: Store):
    with store.begin() as tx:
        file = accepted(tx, someone=SUE)
        runs(tx, APRIL)

        assert told(tx, file) == ids(SUE, HELEN)


def test_what_somebody_wrote_and_their_name_go_when_a_case_is_erased(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        complete(tx, file, comment="They are back.")
        common = {"actor": HELEN, "hub": ALL, "case_id": file.case.id, "now": MAY}
        erasing.erase(changing.hold(tx, **common, action=Action.READ_CASE))
        (review,) = case_file(tx, file.case.id).reviews

    assert (review.comment, review.done_name) == ("", "")
    assert (review.decision, review.done_agency_id, review.done_at) == ("continue", "homes", APRIL)


# --- doing it --------------------------------------------------------------------------------------------------------


def test_what_was_decided_is_kept_as_a_review_an_entry_and_an_audit_row(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        file = complete(
            tx, file, decision=ReviewDecision.CHANGE, risk=RiskNow.WORSE, comment=" They are back. "
        )

    (review,) = file.reviews
    assert (review.state, review.decision, review.risk, review.comment) == (
        ReviewState.DONE,
        "change",
        "worse",
        "They are back.",
    )
    assert (review.done_id, review.done_name, review.done_agency_id, review.done_at) == (
        PRIYA.object_id,
        PRIYA.name,
        "homes",
        APRIL,
    )
    assert (file.entries[-1].kind, file.entries[-1].text) == (
        "monthly_review",
        "Change the plan\nRisk: worse\nThey are back.",
    )
    row = store.rows(audit)[-1]
    assert row["action"] == "case.reviewed"
    assert "back" not in row["detail"]
    assert [row["kind"] for row in store.rows(outbox)].count(Kind.CASE_PUSH) == 3


def test_whoever_comes_second_hears_who_was_first_and_both_messages_are_drawn_anew(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
    before = sent(store)
    with store.begin() as tx:
        complete(tx, file, comment="All is well.")
        with pytest.raises(AlreadyReviewed) as second:
            complete(tx, file, HELEN, decision=ReviewDecision.PROPOSE)

        found: Review = second.value.review
        assert (found.done_name, found.decision, found.comment) == ("Priya Raman", "continue", "All is well.")
        assert states(tx, file) == [(1, "2026-04-02", "done")]
    assert sorted(cards(store)[before:]) == sorted(ids(PRIYA, HELEN))


def test_the_same_press_again_is_only_a_repeat(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        once = complete(tx, file, comment="Quiet.")
        again = complete(tx, file, comment="Quiet.")

        assert len(again.entries) == len(once.entries)
        with pytest.raises(AlreadyReviewed):
            complete(tx, file, comment="Not quiet.")


def test_nobody_reviews_without_saying_how_the_risk_is(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        with pytest.raises(Incomplete) as refused:
            complete(tx, file, risk=None)

    assert refused.value.missing == ("risk",)


@pytest.mark.parametrize("who", [TOM, IAN, RUTH, AMY])
def test_only_the_lead_agency_and_the_manager_review(store: Store, who: Actor):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        with pytest.raises(NotAllowed):
            complete(tx, file, who)


def test_anybody_of_the_lead_agency_may_even_if_somebody_else_was_asked(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        assert complete(tx, file, SUE).reviews[0].done_name == "Sue Bell"


def test_a_review_done_early_counts_for_its_month_and_nobody_is_asked(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        with pytest.raises(Stale):
            complete(tx, file, now=APRIL - timedelta(days=16))
        complete(tx, file, now=APRIL - timedelta(days=14))
        assert runs(tx, APRIL) == 1
        assert states(tx, file) == [(1, "2026-04-02", "done")]
        assert told(tx, file) == set()
        coming = reviews.current(case_file(tx, file.case.id), DIRECTORY, ALL, APRIL)
        assert (coming.n, coming.due_on, coming.waits, coming.may_be_done) == (
            2,
            date(2026, 5, 5),
            False,
            False,
        )
        with pytest.raises(Stale):
            complete(tx, file, n=2)


def test_on_the_morning_of_its_day_before_anybody_is_asked_it_is_that_days_review(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        complete(tx, file, now=APRIL - timedelta(hours=1))
        runs(tx, APRIL)

        assert states(tx, file) == [(1, "2026-04-02", "done")]


def test_after_a_review_that_was_missed_the_next_early_one_is_the_next_months(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, MAY + timedelta(days=10))
        complete(tx, file, n=2, now=MAY + timedelta(days=10))
        complete(tx, file, n=3, now=JUNE - timedelta(days=3))

        assert states(tx, file) == [
            (1, "2026-04-02", "lapsed"),
            (2, "2026-05-05", "done"),
            (3, "2026-06-02", "done"),
        ]


def test_an_ended_case_is_not_reviewed_and_its_messages_are_drawn_anew(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
    before = sent(store)
    with store.begin() as tx:
        case = case_file(tx, file.case.id).case
        moves.move(
            tx,
            **about(file, HELEN),
            directory=DIRECTORY,
            move=Move.VOID,
            seen=case.moves,
            reason="Entered twice.",
            now=APRIL,
        )
        with pytest.raises(NotAllowed) as refused:
            complete(tx, file)
    assert refused.value.reason == Reason.NOT_NOW
    assert sorted(cards(store)[before:]) == sorted(ids(PRIYA, HELEN))


def test_a_run_writes_who_is_told_once_however_often_its_date_is_handed_to_it(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        due = Due(Occasion.REVIEW, str(file.case.id), APRIL)
        assert review_asking.ask(tx, DIRECTORY, due, APRIL) == MAY
        assert review_asking.ask(tx, DIRECTORY, due, APRIL + timedelta(hours=1)) == MAY

    assert store.count(review_prompts) == 2
    assert store.count(table) == 1
    assert len(cards(store)) == 2


@pytest.mark.parametrize(("band", "waits"), [("medium", True), ("high", False)])
def test_what_comes_due_late_at_night_waits_for_the_morning_unless_the_risk_is_high(
    store: Store, band: str, waits: bool
):
    night = MAY + timedelta(hours=15)
    with store.begin() as tx:
        file = accepted(tx)
        set_case(tx, file.case.id, band=band)
        runs(tx, night)
    due = {row["due_at"] for row in store.rows(outbox, outbox.c.kind == Kind.REVIEW)}
    assert due == {datetime(2026, 5, 6, 7, tzinfo=UTC) if waits else night}


def test_what_waits_for_the_morning_is_sent_once_the_case_is_of_high_risk(store: Store):
    night = MAY + timedelta(hours=15)
    later = night + timedelta(hours=1)
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, night)
        reason = "A knife was shown to her at the door."
        assessing.override(tx, directory=DIRECTORY, **about(file, TOM), band="high", reason=reason, now=later)
    assert [row["due_at"] for row in store.rows(outbox, outbox.c.kind == Kind.REVIEW)] == [later, later]


def test_where_the_managers_alone_are_to_be_asked_and_none_may_read_the_case_its_lead_agency_is(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        preferences.keep_hub(tx, HELEN, ALL, HubPreferences(reviews_to="manager"), NOON)
        names = [Access(TENANT, each.object_id, each.name) for each in (TOM, PRIYA)]
        restricting.restrict(tx, **about(file, TOM), people=names, reason="A threat.", now=NOON)
        runs(tx, APRIL)

        assert told(tx, file) == ids(PRIYA)


def test_who_is_away_is_asked_by_way_of_who_stands_in(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        absences.away(
            tx,
            directory=DIRECTORY,
            actor=PRIYA,
            person=PRIYA,
            first_day=APRIL.date() - timedelta(days=1),
            last_day=APRIL.date() + timedelta(days=5),
            deputy=SUE,
            hub=ALL,
            now=NOON,
        )
        runs(tx, APRIL)

        assert told(tx, file) == ids(SUE, HELEN)


def test_the_day_of_acceptance_counts_where_reviews_came_later_and_not_that_of_the_referral(store: Store):
    with store.begin() as tx:
        file = accepted(tx, ACCEPTED + timedelta(days=8))
        tx.execute(sa.update(cases).values(submitted_at=ACCEPTED))
        tx.execute(sa.delete(review_rhythms))
        tx.execute(sa.delete(schedule.schedule))
        review_asking.plan(tx, DIRECTORY, APRIL)

        assert case_file(tx, file.case.id).rhythm.accepted_on == date(2026, 3, 10)
        assert [row.due_at for row in schedule.due_rows(tx)] == [datetime(2026, 4, 10, 8, tzinfo=UTC)]


def test_what_changes_before_a_message_is_sent_needs_no_second_one_and_what_is_under_way_does(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        runs(tx, APRIL)
        leading.change_lead(tx, **about(file, TOM), directory=DIRECTORY, agency_id="police", now=APRIL)
    assert len(cards(store)) == 3  # Priya, Helen, and now Tom
    with store.begin() as tx:
        tx.execute(sa.update(outbox).values(attempts=1, lease="somebody's"))
        complete(tx, file, TOM)
    assert len(cards(store)) == 6


def test_high_risk_takes_what_waits_for_the_morning_along(store: Store):
    night = MAY + timedelta(hours=15)
    with store.begin() as tx:
        accepted(tx)
        urgent = accepted(tx)
        set_case(tx, urgent.case.id, band="high")
        runs(tx, night)
    assert {row["due_at"] for row in store.rows(outbox, outbox.c.kind == Kind.REVIEW)} == {night}
    assert len(cards(store)) == 2
