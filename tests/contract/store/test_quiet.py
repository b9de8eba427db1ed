"""What waits for the end of quiet, and what does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from osara_store import assessing, outbox, refusals
from osara_store.outbox import Envelope, Kind
from osara_store.policy import Reason
from osara_store.schema import outbox as rows
from osara_store.schema import posted_messages

from .casework import about, worked
from .conftest import Store
from .test_requests import WHY, accepted, ask, meet
from .test_tasks import add, change
from .world import ALL, AMY, DIRECTORY, HELEN, TENANT, TOM

EVENING = datetime(2026, 3, 3, 19, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)


def due(store: Store, kind: Kind) -> list[datetime]:
    return [row["due_at"] for row in store.rows(rows, rows.c.kind == kind)]


def give(tx: sa.Connection, band: str = "standard"):
    return add(tx, worked(tx, band=band), now=EVENING)


def test_a_task_given_at_night_is_told_in_the_morning(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        give(tx)

    assert due(store, Kind.TASK) == [MORNING]


def test_one_of_high_risk_is_told_at_once(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        give(tx, "high")

    assert due(store, Kind.TASK) == [EVENING]


def test_a_question_asked_at_night_and_news_of_a_refusal_wait_too(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        ask(tx, accepted(tx), "council", reason=WHY, now=EVENING)
        refusals.note(
            tx, directory=DIRECTORY, actor=AMY, hub=ALL, reason=Reason.AGREEMENT_OUT_OF_DATE, now=EVENING
        )

    assert due(store, Kind.REQUEST_CARD) == [MORNING]
    assert due(store, Kind.REFUSAL) == [MORNING]


def test_a_card_that_stands_is_changed_at_any_hour(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = add(tx, worked(tx, band="standard"), now=EVENING - timedelta(hours=5))
        stands = {
            "key": f"task:{file.case.id}:1:{TENANT}:{HELEN.object_id}",
            "conversation_id": "a:chat",
            "service_url": "https://teams.example/",
            "activity_id": "1",
            "at": EVENING,
        }
        tx.execute(sa.insert(posted_messages), stands)
        tx.execute(sa.delete(rows))
        change(tx, file, intervention="Mend the gate and the fence")

    assert len(due(store, Kind.TASK)) == 1
    assert due(store, Kind.TASK)[0] < MORNING


def test_what_waits_breaks_through_once_the_case_is_of_high_risk(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = give(tx)
        give(tx)
        later = EVENING + timedelta(hours=1)
        assessing.override(
            tx,
            directory=DIRECTORY,
            **about(file, TOM),
            band="high",
            reason="A knife was shown to her at the door.",
            now=later,
        )

    assert sorted(due(store, Kind.TASK)) == [later, MORNING]


def test_what_waits_is_not_claimed_and_keeps_its_place_before_what_comes_after_it(store: Store):
    first = Envelope("1", "lane", "teams/person:a", Kind.TASK, {}, not_before=MORNING)
    with store.begin() as tx:
        outbox.put(tx, [first, replace(first, key="2", not_before=None)], EVENING)
        assert outbox.claim(tx, "teams", 5, EVENING, timedelta(minutes=1)) == []
        (claimed,) = outbox.claim(tx, "teams", 5, MORNING, timedelta(minutes=1))

    assert claimed.key == "1"


def test_a_message_that_waits_for_the_morning_is_not_counted_as_late(store: Store):
    sleeping = Envelope("1", "lane", "teams/person:a", Kind.TASK, {}, not_before=MORNING)
    with store.begin() as tx:
        outbox.put(tx, [sleeping], EVENING)
        assert outbox.oldest_age(tx, EVENING + timedelta(hours=3)) == {}
        assert outbox.oldest_age(tx, MORNING + timedelta(minutes=2)) == {"teams": timedelta(minutes=2)}
