"""A case's conversation with SharePoint, held with a small list server that lives in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph_sync.errors import GraphError
from graph_sync.wire import Answer, Request
from osara_store.case_file import CaseFile
from osara_store.outbox import Failed, Refused, Sent, TryLater
from tests.contract.store.world import NOON
from tests.unit.graph_sync.files import FILE
from tests.unit.graph_sync.server import Notes, Server, Told, attempt, converse, desired_keys, session

KEYS = desired_keys(FILE)


def case(**changes: Any) -> CaseFile:
    """The case as referred, which stands in SharePoint already unless it is said otherwise."""
    return replace(FILE, case=replace(FILE.case, **{"synced_at": NOON, **changes}))


def test_a_new_case_takes_one_question_and_then_its_items() -> None:
    """Where the case's row was not, its entries and people are not either: no need to ask for those."""
    server = Server()
    assert converse(server, {}, case()).outcome == Sent()
    assert server.made == KEYS
    assert server.asked == ["GET find Cases", "POST items Cases", *["POST items OSARA entries"] * 2, *["POST items People"] * 2]  # fmt: skip


def test_nothing_is_asked_when_nothing_changed() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, case())
    server.asked.clear()
    assert session(notes, case()).outcome == Sent()
    assert not server.asked


def test_only_the_changed_fields_are_written() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, case())
    one = session(notes, case(where="13 High Street"))
    assert one.request == Request("PATCH", "Cases/item/1", {"Location": "13 High Street"}, '"1,1"')


def test_columns_of_a_new_version_are_filled_where_they_have_something_to_say() -> None:
    """Of an item from before, whose notes know nothing of them; the others of its kind are left alone."""
    server, notes = Server(), Notes()
    converse(server, notes, case())
    newer = {"Cycle", "WatchUntil", "LegalHold", "Grade", "AgeGroup"}
    for place, known in notes.items():
        notes[place] = replace(
            known, base={name: each for name, each in known.base.items() if name not in newer}
        )
    one = session(notes, case())
    assert one.request == Request("PATCH", "Cases/item/1", {"Cycle": 1}, '"1,1"')
    assert converse(server, notes, case()).outcome == Sent()
    assert session(notes, case()).outcome == Sent()


def test_what_was_made_and_not_noted_is_found() -> None:
    server = Server()
    converse(server, {}, case())
    assert converse(server, {}, case()).outcome == Sent()
    assert sorted(server.keys()) == sorted(KEYS)


def test_items_on_a_later_page_are_found_too() -> None:
    server = Server(page=1)
    converse(server, {}, case())
    made = list(server.made)
    converse(server, {}, case())
    assert server.made == made


def test_an_item_that_was_found_is_brought_up_to_date() -> None:
    server = Server()
    converse(server, {}, case())
    converse(server, {}, case(where="13 High Street"))
    assert server.rows["Cases"]["1"].fields["Location"] == "13 High Street"


def test_what_somebody_changed_meanwhile_is_not_overwritten() -> None:
    server, notes, told = Server(), Notes(), Told()
    converse(server, notes, case())
    server.change("Cases", "1", {"Location": "their street", "Status": "Closed"})
    one = converse(server, notes, case(where="our street", own_reference="NEW-1"), told)
    assert one.outcome == Sent()
    fields = server.rows["Cases"]["1"].fields
    assert (fields["Location"], fields["Status"], fields["OwnReference"]) == (
        "their street",
        "Closed",
        "NEW-1",
    )
    assert told.clashes == [("ALL-2026-0001", "Location", "our street", "their street")]


def test_what_only_they_changed_is_kept_on_both_sides_once_we_change_it_too() -> None:
    """However many of our pushes lie between their change and ours."""
    server, notes, told = Server(), Notes(), Told()
    converse(server, notes, case())
    server.change("Cases", "1", {"Location": "their street"})
    for own_reference in ("NEW-1", "NEW-2"):
        converse(server, notes, case(own_reference=own_reference), told)
    assert told.clashes == []
    converse(server, notes, case(own_reference="NEW-2", where="our street"), told)
    assert server.rows["Cases"]["1"].fields["Location"] == "their street"
    assert told.clashes == [("ALL-2026-0001", "Location", "our street", "their street")]


def test_an_edited_item_that_we_had_no_note_of_keeps_its_edits() -> None:
    server, told = Server(), Told()
    converse(server, {}, case())
    server.change("Cases", "1", {"Location": "their street"})
    converse(server, {}, case(), told)
    assert server.rows["Cases"]["1"].fields["Location"] == "their street"
    assert [field for _, field, _, _ in told.clashes] == ["Location"]


def test_a_row_that_was_deleted_by_hand_returns() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, case())
    del server.rows["Cases"]["1"]
    assert converse(server, notes, case(where="13 High Street")).outcome == Sent()
    assert server.keys() == sorted(KEYS)


def test_where_the_case_can_be_read_is_asked_for_when_the_note_of_it_was_lost() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, case())
    one = session(notes, case(synced_at=None))
    assert one.request
    one.hear(server.answer(one.request))
    assert (one.outcome, one.talk.web_url) == (Sent(), "https://site.example/Cases/1")


def test_an_answer_without_an_id_is_tried_again_later() -> None:
    one = session({}, case())
    one.hear(Answer(200, {}, {"value": []}))
    one.hear(Answer(201, {}, {}))
    assert one.outcome == Failed("Cases ALL-2026-0001: Graph answered without an item's id")


def test_an_answer_that_makes_no_sense_fails_its_own_case_only_and_repeats_no_data() -> None:
    one = session({}, case())
    one.hear(Answer(200, {}, {"value": ["Jane Roe"]}))
    assert isinstance(one.outcome, Failed)
    assert one.outcome.why.startswith("Cases ALL-2026-0001: AttributeError at ")
    assert "Jane" not in one.outcome.why


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Refused), (404, Failed), (403, Failed), (429, TryLater), (500, Failed), (503, TryLater)],
)
def test_the_answer_decides_whether_another_try_makes_sense(status: int, kind: type) -> None:
    one = session({}, case())
    one.hear(Answer(status))
    assert isinstance(one.outcome, kind)


BAD_LUCK = st.sampled_from(["fine", "fine", "lost", "failed", "throttled", "dies"])


@settings(deadline=None)
@example(fortunes=["fine"] * 6 + ["lost"], wheres=["a street", "b street", "a street"])
@example(fortunes=["fine"] * 6 + ["dies"], wheres=["a street", "b street", "a street"])
@given(
    fortunes=st.lists(BAD_LUCK, max_size=40),
    wheres=st.lists(st.sampled_from(["a street", "b street"]), min_size=1),
)
def test_whatever_fails_every_item_stands_there_once_in_order_and_up_to_date(
    fortunes: list[str], wheres: list[str]
) -> None:
    server, notes = Server(), Notes()
    luck = chain(fortunes, repeat("fine"))
    for where in [*wheres, *repeat(wheres[-1], len(fortunes) + 1)]:
        attempt(server, notes, case(where=where), luck)
    assert server.made == KEYS
    assert server.rows["Cases"]["1"].fields["Location"] == wheres[-1]
    assert session(notes, case(where=wheres[-1])).outcome == Sent()


def test_every_error_has_an_outcome() -> None:
    def kinds(of: type[GraphError]) -> Iterator[type[GraphError]]:
        yield of
        for below in of.__subclasses__():
            yield from kinds(below)

    for kind in kinds(GraphError):
        one = session({}, case())
        one.fail(kind("it went wrong"))
        assert isinstance(one.outcome, TryLater | Refused | Failed)
