import asyncio
from datetime import timedelta

import pytest

from osara_store import cases, drafts
from osara_store.database import Database
from osara_store.errors import DraftNotFound
from osara_store.schema import drafts as drafts_table

from .conftest import Store
from .world import ALL, NOON, PRIYA, SUE, TOM, draft_of, referral


def test_a_form_left_is_resumed_where_it_was(store: Store):
    with store.begin() as tx:
        draft = drafts.open_draft(tx, PRIYA, "ALL", NOON)
        drafts.keep(tx, draft.id, PRIYA, {"what": "Loud music", "where": ""}, NOON)
    with store.begin() as tx:
        resumed = drafts.open_draft(tx, PRIYA, "ALL", NOON + timedelta(days=3))

    assert resumed.id == draft.id
    assert resumed.values == {"what": "Loud music", "where": ""}


def test_the_second_page_is_kept_beside_the_first(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        drafts.keep(tx, draft_id, PRIYA, {"what": "Loud music", "where": "High St"}, NOON)
        kept = drafts.keep(tx, draft_id, PRIYA, {"where": "12 High St", "affected": "Jane Roe"}, NOON)

        assert kept == drafts.load(tx, draft_id, PRIYA)
    assert kept.values == {"what": "Loud music", "where": "12 High St", "affected": "Jane Roe"}
    assert kept.version == 3


def test_there_is_one_open_draft_for_each_person_and_hub(store: Store):
    with store.begin() as tx:
        ids = [
            drafts.open_draft(tx, someone, hub, NOON).id
            for someone, hub in ((TOM, "ALL"), (TOM, "CAR"), (PRIYA, "ALL"), (TOM, "ALL"))
        ]

    assert ids[0] == ids[3]
    assert len(set(ids)) == 3


async def test_two_devices_opening_the_form_at_once_share_one_draft(database: Database):
    opened = await asyncio.gather(
        *(database.write(lambda tx: drafts.open_draft(tx, PRIYA, "ALL", NOON).id) for _ in range(8))
    )

    assert len(set(opened)) == 1


def test_a_sent_or_forgotten_draft_makes_room_for_a_new_one(store: Store):
    with store.begin() as tx:
        first = draft_of(tx)
        cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=first, referral=referral(), now=NOON)
        second = draft_of(tx)
        drafts.keep(tx, second, PRIYA, {"what": "Loud music"}, NOON)
        drafts.forget(tx, second, PRIYA, NOON)
        third = drafts.open_draft(tx, PRIYA, "ALL", NOON)

    assert len({first, second, third.id}) == 3
    assert third.values == {}


def test_forgetting_keeps_nothing_that_was_typed(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        drafts.keep(tx, draft_id, PRIYA, {"what": "Loud music"}, NOON)
        drafts.forget(tx, draft_id, PRIYA, NOON)

    assert [row["values"] for row in store.rows(drafts_table)] == [{}]


def test_forgetting_a_draft_that_was_sent_does_not_unsend_it(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        case = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON).case
        drafts.forget(tx, draft_id, PRIYA, NOON)
        again = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON)

    assert (again.outcome, again.case.id) == ("repeat", case.id)


def test_answers_kept_after_sending_elsewhere_are_not_lost(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        case = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=draft_id, referral=referral(), now=NOON).case
        kept = drafts.keep(tx, draft_id, PRIYA, {"what": "One thing more"}, NOON)

    assert (kept.values, kept.case_id) == ({"what": "One thing more"}, case.id)


def test_nobody_reads_keeps_or_forgets_somebody_elses_draft(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        drafts.keep(tx, draft_id, PRIYA, {"what": "Loud music"}, NOON)
        with pytest.raises(DraftNotFound):
            drafts.load(tx, draft_id, SUE)
        with pytest.raises(DraftNotFound):
            drafts.keep(tx, draft_id, SUE, {"what": "x"}, NOON)
        drafts.forget(tx, draft_id, SUE, NOON)

        assert drafts.load(tx, draft_id, PRIYA).values == {"what": "Loud music"}


def test_a_draft_that_never_was_is_not_found(store: Store):
    with store.begin() as tx, pytest.raises(DraftNotFound, match="no such draft"):
        drafts.load(tx, "0" * 32, TOM)


def test_purging_drops_what_nobody_has_touched_since(store: Store):
    with store.begin() as tx:
        draft_of(tx, SUE)
        sent = draft_of(tx)
        case = cases.submit(tx, actor=PRIYA, hub=ALL, draft_id=sent, referral=referral(), now=NOON).case
        touched = draft_of(tx, TOM)
        drafts.keep(tx, touched, TOM, {"what": "Loud music"}, NOON + timedelta(days=1))

        drafts.purge(tx, NOON + timedelta(hours=1))

        assert cases.case_of(tx, case.id) == case
    assert [row["id"] for row in store.rows(drafts_table)] == [touched]


def test_the_answers_of_a_draft_sent_a_while_ago_are_dropped_and_sending_it_again_still_makes_no_second_case(
    store: Store,
):
    with store.begin() as tx:
        sent = draft_of(tx)
        drafts.keep(tx, sent, PRIYA, {"what": "Loud music"}, NOON)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": sent, "referral": referral(), "now": NOON}
        case = cases.submit(tx, **sending).case
        still_open = draft_of(tx)
        drafts.keep(tx, still_open, PRIYA, {"what": "Something else"}, NOON)

        drafts.empty_sent(tx, NOON)
        assert drafts.load(tx, sent, PRIYA).values == {"what": "Loud music"}
        drafts.empty_sent(tx, NOON + timedelta(seconds=1))

        assert drafts.load(tx, sent, PRIYA).values == {}
        assert drafts.load(tx, still_open, PRIYA).values == {"what": "Something else"}
        assert cases.submit(tx, **sending).case == case
