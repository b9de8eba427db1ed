"""What partners were asked goes along with a case: into another with a merge, and answered, to another hub."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import call_backs, conversations, outgoing, requests
from osara_store.case_file import CaseFile, InformationRequest, case_file
from osara_store.outbox import Kind
from osara_store.schema import CaseState, Reply, information_requests, outbox
from tests.unit.osara_store.files import SOMEBODY, a_file

from .casework import about, set_case
from .conftest import Store
from .linking import MUCH_LATER, merged, transferred
from .test_requests import LATER, answer, ask, key_of, meet
from .world import CAR, DIRECTORY, HELEN, IAN, NOON, NORA, TOM, something_else, submitted

AFTER = MUCH_LATER + timedelta(hours=1)


def worked(tx: sa.Connection, **named: object) -> CaseFile:
    case_id = submitted(tx, **named).case.id
    set_case(tx, case_id, state=CaseState.TRIAGED, band="medium")
    return case_file(tx, case_id)


def two(tx: sa.Connection) -> tuple[CaseFile, CaseFile]:
    """The one that will be merged, and the one that goes on."""
    return worked(tx), worked(tx, answers=something_else())


def stands(tx: sa.Connection, key: str, activity: str = "17") -> None:
    place = {"conversation_id": "a:chat", "service_url": "https://teams.example/"}
    conversations.note_posted(tx, key, activity_id=activity, now=NOON, **place)


def since(tx: sa.Connection, kind: Kind, case_id: int) -> list[str]:
    rows = sa.select(outbox.c.payload).where(outbox.c.kind == kind).order_by(outbox.c.id)
    return [each["person"] for each in tx.scalars(rows) if each["case_id"] == case_id]


def asked(file: CaseFile) -> list[tuple[int, str, str]]:
    return [(each.n, each.agency_id, each.reply) for each in file.requests]


# --- a merge ---------------------------------------------------------------------------------------------------------


def test_an_open_request_goes_on_in_the_other_case_and_is_answered_there(store: Store):
    with store.begin() as tx:
        old, into = two(tx)
        before = ask(tx, old, "council").requests[0]
        survivor = merged(tx, old, into)
        (request,) = survivor.requests
        assert replace(request, n=before.n) == before

        after = answer(tx, survivor, IAN, Reply.SOMETHING, "Two visits.", now=AFTER)
    assert asked(after) == [(1, "council", "something")]


def test_the_card_that_stands_about_it_goes_along_and_is_drawn_anew(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        old, into = two(tx)
        ask(tx, old, "council")
        stands(tx, outgoing.request_key(old.case.id, 1, *key_of(HELEN)))
        merged(tx, old, into)

        assert conversations.posted(tx, outgoing.request_key(old.case.id, 1, *key_of(HELEN))) is None
        found = conversations.posted(tx, outgoing.request_key(into.case.id, 1, *key_of(HELEN)))
        assert found is not None
        assert found.activity_id == "17"
        assert since(tx, Kind.REQUEST_CARD, into.case.id) == [HELEN.object_id]


@pytest.mark.parametrize("stood", [True, False], ids=["a card that stands", "a first card"])
def test_at_night_only_a_first_card_waits_for_the_morning(store: Store, stood: bool):
    night = datetime(2026, 4, 1, 22, tzinfo=UTC)
    with store.begin() as tx:
        meet(tx, HELEN)
        old, into = two(tx)
        ask(tx, old, "council", now=night - timedelta(minutes=5))
        if stood:
            stands(tx, outgoing.request_key(old.case.id, 1, *key_of(HELEN)))
        merged(tx, old, into, now=night)
        rows = sa.select(outbox.c.payload, outbox.c.due_at).where(outbox.c.kind == Kind.REQUEST_CARD)
        due = [at for payload, at in tx.execute(rows).all() if payload["case_id"] == into.case.id]

    assert due == [night if stood else datetime(2026, 4, 2, 7, tzinfo=UTC)]


def test_answers_go_along_with_the_call_that_somebody_waits_for(store: Store):
    with store.begin() as tx:
        old, into = two(tx)
        answer(tx, ask(tx, old, "council"), IAN, Reply.CALL, "After six, please.")
        stands(tx, outgoing.call_back_key(old.case.id, 1, *key_of(TOM)))
        survivor = merged(tx, old, into)
        (request,) = survivor.requests
        assert (request.reply, request.note, request.replied_name) == (
            "call",
            "After six, please.",
            "Ian Petrie",
        )
        assert conversations.posted(tx, outgoing.call_back_key(into.case.id, 1, *key_of(TOM))) is not None
        assert since(tx, Kind.CALL_BACK, into.case.id) == [TOM.object_id]

        call_backs.heard(tx, **about(survivor, TOM), n=1, note="", now=AFTER)
        assert case_file(tx, into.case.id).requests[0].heard_by == "Tom Airey"


def test_they_are_numbered_after_those_that_are_there(store: Store):
    with store.begin() as tx:
        old, into = two(tx)
        answer(tx, ask(tx, into, "council"), IAN)
        answer(tx, ask(tx, old, "council", "police"), IAN, Reply.PART)
        survivor = merged(tx, old, into)
        assert asked(survivor) == [(1, "council", "nothing"), (2, "council", "part"), (3, "police", "")]

        again = ask(tx, survivor, "council", now=AFTER)
        assert [each.n for each in again.requests] == [1, 2, 3, 4]


def test_an_agency_that_owes_both_an_answer_owes_one(store: Store):
    with store.begin() as tx:
        old, into = two(tx)
        ask(tx, into, "council", reason="Who lives there?")
        ask(tx, old, "council", "police", reason="Whose van is it?")
        survivor = merged(tx, old, into)

    assert [(each.agency_id, each.reason) for each in survivor.requests] == [
        ("council", "Who lives there?"),
        ("police", "Whose van is it?"),
    ]


@pytest.mark.parametrize("in_old", [True, False], ids=["open in the old one", "open in the other"])
def test_what_is_still_open_is_what_the_agency_is_asked(store: Store, in_old: bool):
    with store.begin() as tx:
        old, into = two(tx)
        ask(tx, old, "council")
        ask(tx, into, "council")
        answer(tx, into if in_old else old, IAN)
        survivor = merged(tx, old, into)

    own = requests.own(survivor, "council")
    assert own is not None
    assert own.is_open
    assert requests.tally(survivor, AFTER).silent == 1


def test_of_several_answers_of_an_agency_the_latest_counts():
    early, late = (request(n, NOON + timedelta(days=day)) for n, day in ((2, 0), (1, 1)))
    assert requests.own(a_file(requests=(late, early)), "council") == late


def request(n: int, at: datetime) -> InformationRequest:
    by = replace(SOMEBODY, at=at)
    return InformationRequest(n, "council", "Why.", LATER, (), "nothing", "", "", "", "", at, None, by)


def test_an_agency_that_nobody_can_write_to_is_called_for_in_the_other_case(store: Store):
    with store.begin() as tx:
        old, into = two(tx)
        ask(tx, old, "council")
        stands(tx, outgoing.request_call_key(old.case.id, 1), "23")
        merged(tx, old, into)

        found = conversations.posted(tx, outgoing.request_call_key(into.case.id, 1))
        assert found is not None
        assert found.activity_id == "23"
        rows = sa.select(outbox.c.payload).where(outbox.c.kind == Kind.REQUEST_CALL)
        assert [each["case_id"] for each in tx.scalars(rows)] == [old.case.id, into.case.id]


# --- another hub -----------------------------------------------------------------------------------------------------


def test_another_hub_gets_what_was_answered_and_asks_the_rest_anew(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = worked(tx)
        asked_before = ask(tx, file, "police", "council")
        answer(tx, asked_before, IAN, Reply.CALL, "After six.", n=2)
        new = transferred(tx, file)
        (carried,) = new.requests
        assert (carried.n, carried.agency_id, carried.reply, carried.note) == (
            2,
            "council",
            "call",
            "After six.",
        )
        assert (carried.told, carried.callers) == ((), ())
        old_rows = sa.select(information_requests.c.n).where(information_requests.c.case_id == file.case.id)
        assert sorted(tx.scalars(old_rows)) == [1, 2]

        set_case(tx, new.case.id, state=CaseState.TRIAGED, band="medium")
        asked_there = requests.ask(
            tx,
            directory=DIRECTORY,
            actor=NORA,
            hub=CAR,
            case_id=new.case.id,
            agencies=["border"],
            reason="What do you know?",
            now=AFTER,
        )
        assert [each.n for each in asked_there.requests] == [2, 3]


def test_nobody_of_the_first_hub_is_written_to_about_the_case_of_the_other(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = worked(tx)
        answer(tx, ask(tx, file, "council"), IAN, Reply.PART)
        new = transferred(tx, file)

        assert since(tx, Kind.REQUEST_CARD, new.case.id) == []
        assert since(tx, Kind.CALL_BACK, new.case.id) == []
        assert since(tx, Kind.REQUEST_CARD, file.case.id)[-1] == HELEN.object_id
