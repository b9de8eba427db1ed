"""An agency that wants to be called, or has a part to play: who hears of it, and what is written down once somebody has."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import absences, call_backs, moves, restricting
from osara_store.case_file import Access, CaseFile, case_file
from osara_store.directory import Actor, Directory
from osara_store.errors import NotAllowed, NotFound
from osara_store.outbox import Kind
from osara_store.schema import CaseState, Reply, audit, outbox
from osara_store.states import Move

from .casework import about, set_case
from .conftest import Store
from .test_requests import accepted, answer, ask, key_of, meet
from .world import ALL, DIRECTORY, HELEN, IAN, NOON, PRIYA, RUTH, TENANT, TOM, hubs_file

LATER = NOON + timedelta(hours=3)


def replied(tx: sa.Connection, reply: Reply = Reply.CALL, asker: Actor = TOM) -> CaseFile:
    """Tom has asked the council, and Ian of it has answered."""
    return answer(tx, ask(tx, accepted(tx), "council", who=asker, of=DIRECTORY), IAN, reply)


def heard(tx: sa.Connection, file: CaseFile, who: Actor = TOM, note: str = "", n: int = 1) -> CaseFile:
    return call_backs.heard(tx, **about(file, who), n=n, note=note, now=LATER)


def tell_another(tx: sa.Connection, file: CaseFile, of: Directory = DIRECTORY) -> CaseFile:
    call_backs.tell_another_if_needed(tx, of, file.case.id, 1, LATER)
    return case_file(tx, file.case.id)


def cards(store: Store) -> list[str]:
    """Whose card was to be drawn, each time."""
    return [row["payload"]["person"] for row in store.rows(outbox, outbox.c.kind == Kind.CALL_BACK)]


def said(file: CaseFile) -> list[str]:
    return [entry.text for entry in file.entries if entry.kind == call_backs.ENTRY]


# --- who hears of it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [Reply.CALL, Reply.PART])
def test_whoever_asked_is_told_at_once(store: Store, reply: Reply):
    with store.begin() as tx:
        file = replied(tx, reply)

    assert file.requests[0].callers == (key_of(TOM),)
    (row,) = store.rows(outbox, outbox.c.kind == Kind.CALL_BACK)
    assert row["payload"] == {
        "case_id": file.case.id,
        "n": 1,
        "tenant": TENANT,
        "person": TOM.object_id,
    }


@pytest.mark.parametrize("reply", [Reply.NOTHING, Reply.SOMETHING])
def test_other_answers_disturb_nobody(store: Store, reply: Reply):
    with store.begin() as tx:
        replied(tx, reply)

    assert cards(store) == []


def test_who_was_told_hears_of_another_answer_and_an_unchanged_one_is_a_repeat(store: Store):
    with store.begin() as tx:
        file = replied(tx, Reply.CALL)
        answer(tx, file, IAN, Reply.CALL)
        answer(tx, file, IAN, Reply.NOTHING)

    assert cards(store) == [TOM.object_id] * 2


def test_who_wants_a_call_again_is_waited_for_again(store: Store):
    with store.begin() as tx:
        file = heard(tx, replied(tx))
        answer(tx, file, IAN, Reply.NOTHING)
        again = answer(tx, file, IAN, Reply.CALL)

    (request,) = again.requests
    assert (request.heard_at, request.heard_by) == (None, "")
    assert call_backs.is_waiting(again, request)


# --- seeing to it ----------------------------------------------------------------------------------------------------


def test_a_call_is_an_entry_with_its_note_and_the_card_is_drawn_anew(store: Store):
    with store.begin() as tx:
        file = heard(tx, replied(tx), note=" They know the family well. ")

    (request,) = file.requests
    assert (request.heard_at, request.heard_by) == (LATER, "Tom Airey")
    assert said(file) == ["Ian Petrie was called back.\nThey know the family well."]
    assert cards(store) == [TOM.object_id] * 2
    assert [row["action"] for row in store.rows(audit)][-1] == "case.answer_heard"


def test_a_part_to_play_is_seen_and_nothing_is_entered(store: Store):
    with store.begin() as tx:
        file = heard(tx, replied(tx, Reply.PART))

    assert file.requests[0].heard_by == "Tom Airey"
    assert said(file) == []


def test_a_second_press_writes_nothing_twice(store: Store):
    with store.begin() as tx:
        file = heard(tx, heard(tx, replied(tx), note="Once."), HELEN, "Twice.")

    assert said(file) == ["Ian Petrie was called back.\nOnce."]
    assert file.requests[0].heard_by == "Tom Airey"


@pytest.mark.parametrize(("who", "may"), [(HELEN, True), (PRIYA, True), (RUTH, False), (IAN, False)])
def test_whoever_asked_or_works_the_case_says_so_and_nobody_else(store: Store, who: Actor, may: bool):
    with store.begin() as tx:
        file = replied(tx)
        if may:
            assert heard(tx, file, who).requests[0].heard_by == who.name
        else:
            with pytest.raises(NotAllowed):
                heard(tx, file, who)


def test_a_request_that_was_never_made_is_not_seen_to(store: Store):
    with store.begin() as tx, pytest.raises(NotFound):
        heard(tx, replied(tx), n=7)


def test_in_a_case_that_has_ended_nobody_is_waited_for(store: Store):
    with store.begin() as tx:
        file = replied(tx)
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        assert heard(tx, file).requests[0].heard_at is None
        assert said(case_file(tx, file.case.id)) == []


# --- where whoever asked cannot be told ------------------------------------------------------------------------------


def test_who_can_be_reached_is_the_only_one_who_is_told(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        meet(tx, TOM)
        file = replied(tx, asker=HELEN)

        assert tell_another(tx, file).requests[0].callers == (key_of(HELEN),)


@pytest.mark.parametrize("unreachable", [True, False], ids=["app removed", "never met"])
def test_where_who_asked_cannot_be_reached_a_coordinator_is_told_once(store: Store, unreachable: bool):
    with store.begin() as tx:
        if unreachable:
            meet(tx, HELEN, unreachable=True)
        meet(tx, TOM)
        file = replied(tx, asker=HELEN)
        for _ in range(2):
            told = tell_another(tx, file)

    assert told.requests[0].callers == (key_of(HELEN), key_of(TOM))
    assert cards(store) == [HELEN.object_id, TOM.object_id]


def test_where_the_coordinator_asked_and_has_gone_the_manager_is_told(store: Store):
    people = [person for person in hubs_file()["people"] if person["id"] != TOM.object_id]
    without_tom = Directory.model_validate({**hubs_file(), "people": people})
    with store.begin() as tx:
        meet(tx, TOM)
        meet(tx, HELEN)
        file = replied(tx)

        assert tell_another(tx, file, without_tom).requests[0].callers == (key_of(TOM), key_of(HELEN))


def is_away(tx: sa.Connection, who: Actor, deputy: Actor | None = None) -> None:
    days = {"first_day": NOON.date(), "last_day": NOON.date() + timedelta(days=9)}
    absences.away(tx, directory=DIRECTORY, actor=who, person=who, deputy=deputy, hub=ALL, now=NOON, **days)


def test_while_who_asked_is_away_their_deputy_is_told_and_may_call(store: Store):
    with store.begin() as tx:
        for each in (TOM, HELEN, RUTH):
            meet(tx, each)
        is_away(tx, TOM, RUTH)
        file = tell_another(tx, replied(tx))
        assert file.requests[0].callers == (key_of(TOM), key_of(RUTH))

        assert heard(tx, file, RUTH).requests[0].heard_by == "Ruth Lowther"


def test_while_who_asked_is_away_without_a_deputy_somebody_who_runs_the_hub_is_told(store: Store):
    with store.begin() as tx:
        for each in (TOM, HELEN):
            meet(tx, each)
        is_away(tx, TOM)

        assert tell_another(tx, replied(tx)).requests[0].callers == (key_of(TOM), key_of(HELEN))


def test_nobody_is_told_who_may_not_open_the_case(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN, unreachable=True)
        meet(tx, TOM)
        file = replied(tx, asker=HELEN)
        listed = [Access(TENANT, each.object_id, each.name) for each in (HELEN, IAN)]
        restricting.restrict(tx, **about(file, HELEN), people=listed, reason="A threat.", now=LATER)

        assert tell_another(tx, file).requests[0].callers == (key_of(HELEN),)


def test_once_somebody_has_called_nobody_else_is_told(store: Store):
    with store.begin() as tx:
        meet(tx, TOM)
        file = heard(tx, replied(tx, asker=HELEN), HELEN)

        assert tell_another(tx, file).requests[0].callers == (key_of(HELEN),)


def test_everybody_who_was_told_sees_that_somebody_has_called_and_that_the_case_has_ended(store: Store):
    with store.begin() as tx:
        meet(tx, TOM)
        file = tell_another(tx, replied(tx, asker=HELEN))
        before = len(cards_in(tx))
        heard(tx, file)
        assert cards_in(tx)[before:] == [HELEN.object_id, TOM.object_id]
        void: dict[str, Any] = {"move": Move.VOID, "reason": "A mistake.", "seen": 1}
        moves.move(tx, **about(file, HELEN), directory=DIRECTORY, now=LATER, **void)
        assert cards_in(tx)[before + 2 :] == [HELEN.object_id, TOM.object_id]


def cards_in(tx: sa.Connection) -> list[str]:
    rows = sa.select(outbox.c.payload).where(outbox.c.kind == Kind.CALL_BACK).order_by(outbox.c.id)
    return [payload["person"] for payload in tx.scalars(rows)]
