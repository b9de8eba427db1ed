"""Reference numbers have no gaps and no repeats, whatever else goes on."""

import asyncio
import re
from collections import defaultdict
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from osara_store import cases
from osara_store.database import Database
from osara_store.numbers import next_reference
from osara_store.schema import case_numbers
from osara_store.schema import cases as cases_table

from .conftest import Store
from .world import PRIYA, TooLateError, at_home_in, draft_of, fail_after, referral, unused_hub

STORE = settings.get_profile("store")
MOMENTS = [
    datetime(2026, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2027, 6, 1, tzinfo=UTC),
]


@settings(STORE, max_examples=25)
@given(
    jobs=st.lists(
        st.tuples(
            st.sampled_from([0, 1]), st.sampled_from(MOMENTS), st.sampled_from(["keep", "keep", "fail"])
        ),
        min_size=1,
        max_size=40,
    )
)
def test_there_are_no_gaps_and_no_repeats_between_writes_that_fail(url: str, jobs):
    hubs = [unused_hub(), unused_hub()]

    async def write_all() -> list[str | BaseException]:
        database = Database.open(url)

        async def one(hub, now, fate) -> str:
            def work(tx: sa.Connection) -> str:
                reference = next_reference(tx, hub, now)
                if fate == "fail":
                    raise TooLateError
                return reference

            return await database.write(work)

        try:
            return await asyncio.gather(
                *(one(hubs[which], now, fate) for which, now, fate in jobs), return_exceptions=True
            )
        finally:
            await database.close()

    results = asyncio.run(write_all())

    numbers = defaultdict(list)
    for (which, now, fate), result in zip(jobs, results, strict=True):
        if fate == "fail":
            assert isinstance(result, TooLateError)
        else:
            hub_id, year, number = re.fullmatch(r"([A-Z]+)-(\d{4})-(\d{4})", result).groups()
            assert (hub_id, int(year)) == (hubs[which].id, now.year)
            numbers[hub_id, year].append(int(number))
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))


async def test_twenty_people_sending_at_once_each_twice_get_twenty_numbers(database: Database, store: Store):
    hub = unused_hub()
    people = [
        type(PRIYA)(PRIYA.tenant, f"person-{n}", f"Person {n}", PRIYA.agency, {hub.id: PRIYA.roles["ALL"]})
        for n in range(20)
    ]
    now = MOMENTS[0]

    async def press(someone, draft_id) -> str:
        return await database.write(
            lambda tx: (
                cases.submit(
                    tx, actor=someone, hub=hub, draft_id=draft_id, referral=referral(), now=now
                ).case.reference
            )
        )

    draft_ids = [await database.write(lambda tx, p=person: draft_of(tx, p, hub, now)) for person in people]
    presses = [press(*one) for one in zip(people, draft_ids, strict=True) for _ in range(2)]
    references = await asyncio.gather(*presses)

    assert sorted(set(references)) == [f"{hub.id}-2026-{n:04d}" for n in range(1, 21)]
    assert references[::2] == references[1::2]
    assert len(store.rows(cases_table)) == 20


def test_the_number_starts_again_with_the_year_of_the_hubs_own_zone(store: Store):
    auckland = unused_hub("Pacific/Auckland")
    with store.begin() as tx:
        references = [
            next_reference(tx, auckland, moment)
            for moment in (
                datetime(2026, 12, 31, 10, 59, tzinfo=UTC),
                datetime(2026, 12, 31, 11, 0, tzinfo=UTC),
                datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
            )
        ]

    assert [reference.removeprefix(auckland.id) for reference in references] == [
        "-2026-0001",
        "-2027-0001",
        "-2027-0002",
    ]


@pytest.mark.parametrize(("last", "expected"), [(9998, "9999"), (9999, "10000"), (123_456, "123457")])
def test_a_number_above_9999_simply_grows(store: Store, last, expected):
    hub = unused_hub()
    with store.begin() as tx:
        tx.execute(sa.insert(case_numbers).values(hub_id=hub.id, year=2026, last=last))

        assert next_reference(tx, hub, MOMENTS[0]) == f"{hub.id}-2026-{expected}"


def test_a_case_that_cannot_be_stored_gives_its_number_back(store: Store):
    hub = unused_hub()
    someone = at_home_in(hub)
    with store.begin() as tx:
        draft_id = draft_of(tx, someone, hub)
    sending = {"actor": someone, "hub": hub, "draft_id": draft_id, "referral": referral(), "now": MOMENTS[0]}
    with pytest.raises(TooLateError), store.begin() as tx:
        fail_after(cases.submit, tx, **sending)
    with store.begin() as tx:
        assert cases.submit(tx, **sending).case.reference == f"{hub.id}-2026-0001"
