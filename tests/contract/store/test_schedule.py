"""The schedule, rule by rule: every date is run once, whatever fails, stands still, or happens at the same time."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from osara_store import engines, outbox, schedule
from osara_store.local_time import monthly
from osara_store.outbox import Envelope
from osara_store.schedule import Due, Handler, Occasion, RunFailed
from osara_store.schema import outbox as messages
from osara_store.schema import schedule as table
from osara_store.schema import schedule_runs

from .conftest import Store
from .world import NOON

STORE = settings.get_profile("store")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


class UnluckyError(Exception):
    pass


class Daily:
    """Writes one message a run, and comes again a day later, on the day after the present at the earliest."""

    def __init__(self) -> None:
        self.ran: list[Due] = []

    def __call__(self, tx: sa.Connection, due: Due, now: datetime) -> datetime:
        self.ran.append(due)
        write(tx, due, now)
        missed = (now - due.due_at) // DAY
        return due.due_at + (missed + 1) * DAY


def write(tx: sa.Connection, due: Due, now: datetime) -> None:
    place = f"teams/person:{due.subject}"
    key = f"{due.occasion}:{due.subject}:{due.due_at.isoformat()}"
    outbox.put(tx, [Envelope(key, place, place, "card.hub", {"subject": due.subject})], now)


def last_time(tx: sa.Connection, due: Due, now: datetime) -> None:
    write(tx, due, now)


def unlucky(tx: sa.Connection, due: Due, now: datetime) -> datetime:
    write(tx, due, now)
    raise UnluckyError("Jane Roe of 12 High Street")


def run(store: Store, handler: Handler, now: datetime = NOON) -> Due | None:
    with store.begin() as tx:
        return schedule.run_one(tx, {Occasion.DIGEST: handler}, now)


def run_all(store: Store, handler: Handler, now: datetime = NOON) -> int:
    """How many runs there were until nothing was due any more."""
    runs = 0
    while run(store, handler, now):
        runs += 1
    return runs


def plan(store: Store, *subjects: str, at: datetime = NOON, occasion: str = Occasion.DIGEST) -> None:
    with store.begin() as tx:
        for subject in subjects:
            schedule.plan(tx, occasion, subject, at)


def planned(store: Store) -> dict[str, datetime]:
    return {row["subject"]: row["due_at"] for row in store.rows(table)}


def runs(store: Store) -> list[tuple[str, datetime]]:
    return sorted((row["subject"], row["due_at"]) for row in store.rows(schedule_runs))


# --- planning --------------------------------------------------------------------------------------------------------


def test_planning_again_replaces_the_date_and_forgets_the_failures(store: Store):
    plan(store, "a")
    fail(store)
    plan(store, "a", at=NOON + DAY)

    (row,) = store.rows(table)
    assert (row["due_at"], row["next_try_at"]) == (NOON + DAY, NOON + DAY)
    assert (row["attempts"], row["error"]) == (0, None)


def test_what_is_planned_stays_when_only_what_is_new_is_asked_for(store: Store):
    plan(store, "a", at=NOON + DAY)
    with store.begin() as tx:
        schedule.plan_if_new(tx, Occasion.DIGEST, "a", NOON)
        schedule.plan_if_new(tx, Occasion.DIGEST, "b", NOON)
        schedule.plan_all_if_new(tx, [Due(Occasion.DIGEST, each, NOON) for each in ("b", "c")])
        schedule.plan_all_if_new(tx, [])

    assert planned(store) == {"a": NOON + DAY, "b": NOON, "c": NOON}


def test_what_is_cancelled_does_not_happen(store: Store):
    plan(store, "a", "b")
    with store.begin() as tx:
        schedule.cancel(tx, Occasion.DIGEST, "a")
        schedule.cancel(tx, Occasion.DIGEST, "never planned")

    daily = Daily()
    assert run_all(store, daily) == 1
    assert [due.subject for due in daily.ran] == ["b"]


def test_the_same_subject_can_be_planned_for_several_occasions(store: Store):
    plan(store, "a", "b")
    plan(store, "a", occasion=Occasion.REVIEW, at=NOON + DAY)

    with store.begin() as tx:
        assert schedule.subjects(tx, Occasion.DIGEST) == {"a", "b"}
        assert schedule.subjects(tx, Occasion.REVIEW) == {"a"}
        schedule.cancel(tx, Occasion.DIGEST, "a")
        assert schedule.subjects(tx, Occasion.REVIEW) == {"a"}


# --- running ---------------------------------------------------------------------------------------------------------


def test_nothing_is_run_before_its_time(store: Store):
    plan(store, "a")

    assert run(store, Daily(), NOON - SECOND) is None
    assert run(store, Daily(), NOON) == Due(Occasion.DIGEST, "a", NOON)


def test_a_run_leaves_its_message_its_row_and_the_next_date(store: Store):
    plan(store, "a")
    run(store, Daily(), NOON + MINUTE)

    assert [row["key"] for row in store.rows(messages)] == [f"digest:a:{NOON.isoformat()}"]
    (ran,) = store.rows(schedule_runs)
    assert (ran["due_at"], ran["ran_at"], ran["messages"]) == (NOON, NOON + MINUTE, 1)
    assert planned(store) == {"a": NOON + DAY}


def test_a_run_that_has_nothing_to_say_is_noted_with_no_message(store: Store):
    with store.begin() as tx:
        write(tx, Due("digest", "somebody else's message of just before", NOON), NOON)
    plan(store, "a")
    run(store, lambda _tx, _due, now: now + DAY, NOON)

    (ran,) = store.rows(schedule_runs)
    assert ran["messages"] == 0


def test_what_happens_for_the_last_time_is_planned_no_more(store: Store):
    plan(store, "a")

    assert run(store, last_time) == Due(Occasion.DIGEST, "a", NOON)
    assert planned(store) == {}
    assert runs(store) == [("a", NOON)]


def test_the_row_that_has_been_due_for_longest_is_run_first(store: Store):
    plan(store, "later", at=NOON - HOUR)
    plan(store, "first", at=NOON - DAY)
    plan(store, "last")
    daily = Daily()
    run_all(store, daily)

    assert [due.subject for due in daily.ran] == ["first", "later", "last"]


def test_an_occasion_that_this_version_does_not_know_waits_for_one_that_does(store: Store):
    plan(store, "a", occasion="of a newer version", at=NOON - DAY)
    plan(store, "b")

    assert run_all(store, Daily()) == 1
    assert planned(store)["a"] == NOON - DAY
    with store.begin() as tx:
        assert schedule.next_due(tx) == NOON + DAY
        assert schedule.next_due(tx, ["of a newer version"]) == NOON - DAY


def test_the_next_date_to_look_is_that_of_the_next_row(store: Store):
    with store.begin() as tx:
        assert schedule.next_due(tx) is None
    plan(store, "a", at=NOON + DAY)
    plan(store, "b", at=NOON + HOUR)

    with store.begin() as tx:
        assert schedule.next_due(tx) == NOON + HOUR


def test_a_handler_may_cancel_what_it_runs(store: Store):
    def cancels_itself(tx: sa.Connection, due: Due, now: datetime) -> datetime:
        schedule.cancel(tx, due.occasion, due.subject)
        return now + DAY

    plan(store, "a")
    run(store, cancels_itself)

    assert planned(store) == {}


# --- what was missed -------------------------------------------------------------------------------------------------


def test_six_weeks_of_standing_still_are_made_up_by_one_run(store: Store):
    plan(store, "a")
    daily = Daily()

    assert run_all(store, daily, NOON + 6 * WEEK + HOUR) == 1
    assert daily.ran == [Due(Occasion.DIGEST, "a", NOON)]  # the oldest that was missed
    assert store.count(messages) == 1
    assert planned(store) == {"a": NOON + 6 * WEEK + DAY}


def test_a_handler_whose_next_date_has_passed_already_is_refused(store: Store):
    """Otherwise six weeks of standing still would be forty-two messages."""
    plan(store, "a")

    with pytest.raises(RunFailed) as failure:
        run(store, lambda _tx, due, _now: due.due_at + DAY, NOON + WEEK)
    assert isinstance(failure.value.__cause__, ValueError)
    assert runs(store) == []


def test_a_date_that_has_been_run_is_not_run_again_however_it_is_planned(store: Store):
    plan(store, "a")
    run(store, Daily())
    plan(store, "a")  # for the very date that has been run
    daily = Daily()

    assert run_all(store, daily) == 1  # found, and taken out
    assert daily.ran == []
    assert planned(store) == {}
    assert store.count(messages) == 1


@settings(STORE, max_examples=25)
@given(
    st.lists(st.sampled_from([MINUTE, HOUR, DAY, 3 * DAY, 6 * WEEK]), min_size=1, max_size=12),
    st.integers(1, 31),
)
def test_whenever_it_is_looked_no_month_comes_twice_and_none_that_was_looked_at_is_missed(
    url: str, waits: list[timedelta], day: int
):
    store = Store(engines.engine_for(engines.parse(url)))
    first = NOON.replace(month=1, day=day)

    def handler(tx: sa.Connection, due: Due, now: datetime) -> datetime:
        write(tx, due, now)
        dates = (first + (monthly(first.date(), n) - first.date()) for n in range(1, 60))
        return next(date for date in dates if date > now)

    subject = f"{day}:{waits}"
    with store.begin() as tx:
        tx.execute(sa.delete(schedule_runs))
        tx.execute(sa.delete(table))
        schedule.plan(tx, Occasion.DIGEST, subject, first)
    now, looked = first - DAY, []
    for wait in waits:
        now += wait
        looked.append(now)
        run_all(store, handler, now)

    dates = [first + (monthly(first.date(), n) - first.date()) for n in range(60)]
    passed = [sum(date <= moment for date in dates) for moment in looked]
    expected = [dates[before] for before, after in zip([0, *passed], passed, strict=False) if after > before]
    assert [at for _, at in runs(store)] == expected


# --- what fails ------------------------------------------------------------------------------------------------------


def fail(store: Store, now: datetime = NOON) -> Due:
    """One run that fails, noted as the timekeeper notes it."""
    with pytest.raises(RunFailed) as failure:
        run(store, unlucky, now)
    with store.begin() as tx:
        schedule.put_off(tx, failure.value.due, type(failure.value.__cause__).__name__, now)
    return failure.value.due


def test_of_a_run_that_fails_nothing_is_kept_but_that_it_failed(store: Store):
    plan(store, "a")
    fail(store)

    assert store.count(messages) == store.count(schedule_runs) == 0
    (row,) = store.rows(table)
    assert (row["due_at"], row["attempts"], row["error"]) == (NOON, 1, "UnluckyError")
    assert row["next_try_at"] > NOON


def test_a_run_that_fails_holds_no_other_back(store: Store):
    plan(store, "bad", at=NOON - DAY)
    plan(store, "good")
    fail(store)
    daily = Daily()

    assert run_all(store, daily) == 1
    assert daily.ran == [Due(Occasion.DIGEST, "good", NOON)]


def test_a_run_that_failed_is_made_up_later_for_its_own_date(store: Store):
    plan(store, "a")
    fail(store)
    daily = Daily()
    run_all(store, daily, NOON + HOUR)

    assert daily.ran == [Due(Occasion.DIGEST, "a", NOON)]
    (row,) = store.rows(table)
    assert (row["due_at"], row["attempts"], row["error"]) == (NOON + DAY, 0, None)


def test_the_tries_come_ever_more_seldom_but_never_end(store: Store):
    plan(store, "a")
    now, waits = NOON, []
    for _ in range(40):
        fail(store, now)
        (row,) = store.rows(table)
        waits.append(row["next_try_at"] - now)
        now = row["next_try_at"]

    assert waits == sorted(waits)
    assert waits[0] <= 5 * SECOND
    assert set(waits[10:]) == {schedule.LONGEST_WAIT}


def test_what_somebody_else_has_run_meanwhile_is_not_put_off(store: Store):
    plan(store, "a")
    with pytest.raises(RunFailed) as failure:
        run(store, unlucky)
    run(store, Daily())
    with store.begin() as tx:
        schedule.put_off(tx, failure.value.due, "UnluckyError", NOON)

    (row,) = store.rows(table)
    assert (row["next_try_at"], row["attempts"], row["error"]) == (NOON + DAY, 0, None)


# --- several at once -------------------------------------------------------------------------------------------------


def at_once(url: str, count: int, work: Callable[[Store], None]) -> None:
    """So many replicas, each with a connection and a thread of its own."""
    faults: list[BaseException] = []
    begin = threading.Barrier(count)

    def replica() -> None:
        engine = engines.engine_for(engines.parse(url))
        try:
            begin.wait(10)
            work(Store(engine))
        except BaseException as fault:  # noqa: BLE001 shown by the test's own thread
            faults.append(fault)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=replica) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []


def test_three_replicas_run_every_date_once_between_them(url: str, store: Store):
    plan(store, *(f"person {n}" for n in range(40)))
    daily = Daily()

    def replica(own: Store) -> None:
        now = NOON
        for _ in range(4):  # four days
            idle = 0
            while idle < 3:
                idle = 0 if run(own, daily, now) else idle + 1
            now += DAY

    at_once(url, 3, replica)
    run_all(store, daily, NOON + 3 * DAY)
    ran = Counter((due.subject, due.due_at) for due in daily.ran)
    assert set(ran.values()) == {1}
    assert len(runs(store)) == store.count(messages) == len(ran)
    assert {subject for subject, _ in ran} == {f"person {n}" for n in range(40)}


def test_a_replica_passes_over_what_another_is_running(store: Store, url: str):
    if url.startswith("sqlite"):
        return  # there, one writer at a time waits for the other
    plan(store, "a", at=NOON - DAY)
    plan(store, "b")
    with store.begin() as slow:
        assert schedule.run_one(slow, {Occasion.DIGEST: last_time}, NOON) == Due("digest", "a", NOON - DAY)
        assert run(store, last_time) == Due("digest", "b", NOON)
        assert run(store, last_time) is None
    assert [subject for subject, _ in runs(store)] == ["a", "b"]


def test_planners_of_several_replicas_do_not_trip_over_each_other(url: str, store: Store):
    def replica(own: Store) -> None:
        names = [f"person {n}" for n in range(100)]
        for _ in range(5):
            names.reverse()
            with own.begin() as tx:
                schedule.only_one_plans(tx)
                for name in names:
                    schedule.plan_if_new(tx, Occasion.DIGEST, name, NOON)

    at_once(url, 3, replica)
    assert len(planned(store)) == 100


# --- looking after it ------------------------------------------------------------------------------------------------


def test_what_is_due_is_listed_the_next_first_with_its_failures(store: Store):
    plan(store, "a", at=NOON + DAY)
    plan(store, "b")
    fail(store)

    with store.begin() as tx:
        b, a = schedule.due_rows(tx)
        assert len(schedule.due_rows(tx, limit=1)) == 1
    assert (a.subject, a.due_at, a.next_try_at, a.attempts, a.error) == (
        "a",
        NOON + DAY,
        NOON + DAY,
        0,
        None,
    )
    assert (b.subject, b.due_at, b.attempts, b.error) == ("b", NOON, 1, "UnluckyError")


def test_what_ran_is_listed_the_newest_first(store: Store):
    plan(store, "a")
    for day in range(3):
        run(store, Daily(), NOON + day * DAY)

    with store.begin() as tx:
        assert [ran.due_at for ran in schedule.ran_rows(tx, limit=2)] == [NOON + 2 * DAY, NOON + DAY]


def test_runs_of_before_a_time_are_forgotten_and_no_others(store: Store):
    plan(store, "a")
    run(store, Daily())
    run(store, Daily(), NOON + DAY)
    with store.begin() as tx:
        schedule.purge(tx, NOON)
        assert len(schedule.ran_rows(tx)) == 2
        schedule.purge(tx, NOON + DAY)
        assert [ran.due_at for ran in schedule.ran_rows(tx)] == [NOON + DAY]
