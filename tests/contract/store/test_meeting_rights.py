"""Whose agreement runs out, or who leaves, drops out of the meetings that lie ahead, although nobody touches the case."""

from datetime import timedelta

import pytest

from osara_store import meeting_rights, meetings
from osara_store.directory import Directory
from osara_store.outbox import Kind
from osara_store.schema import outbox

from .conftest import Store
from .test_meetings import HUB, LATER, START, booked, common
from .world import DIRECTORY, PRIYA, TOM, hubs_file

BEFORE = START - timedelta(days=2)


def without_the_homes() -> Directory:
    """Their agreement has run out."""
    file = hubs_file()
    file["agencies"][0]["agreement"]["expires"] = "2026-03-05"
    file["hubs"][0]["mailbox"] = HUB.mailbox
    return Directory.model_validate(file)


def without_priya() -> Directory:
    file = hubs_file()
    file["people"] = file["people"][1:]
    file["hubs"][0]["mailbox"] = HUB.mailbox
    return Directory.model_validate(file)


def put_by(store: Store, directory: Directory, *, times: int = 1, now=BEFORE) -> list[tuple[str, str]]:
    """What was put into the outbox by looking: its kind, and whom it is for."""
    newest = max((row["id"] for row in store.rows(outbox)), default=0)
    for _ in range(times):
        with store.begin() as tx:
            meeting_rights.follow(tx, directory, now)
    rows = store.rows(outbox, outbox.c.id > newest)
    return [(row["kind"], row["payload"].get("person", "")) for row in rows]


@pytest.mark.parametrize("directory", [without_the_homes(), without_priya()], ids=["agreement", "left"])
def test_the_card_of_who_may_hear_of_it_no_more_and_the_calendar_follow_once(
    store: Store, directory: Directory
):
    with store.begin() as tx:
        booked(tx)
    drawn = [(Kind.MEETING_CARD, PRIYA.object_id), (Kind.MEETING_BOOK, "")]
    assert put_by(store, directory, times=3) == drawn


def test_where_everybody_may_come_nothing_is_done(store: Store):
    with store.begin() as tx:
        booked(tx)
    assert put_by(store, DIRECTORY) == []


def test_what_is_over_or_called_off_is_left_as_it_is(store: Store):
    with store.begin() as tx:
        booked(tx)
        off = booked(tx)
        meetings.cancel(tx, **common(off, TOM), n=1, reason="Solved.", now=LATER)
    assert put_by(store, without_the_homes(), now=START + timedelta(hours=2)) == []


def test_without_a_mailbox_only_the_card_follows(store: Store):
    file = hubs_file()
    file["agencies"][0]["agreement"]["expires"] = "2026-03-05"
    with store.begin() as tx:
        booked(tx)
    found = put_by(store, Directory.model_validate(file))
    assert found == [(Kind.MEETING_CARD, PRIYA.object_id)]
