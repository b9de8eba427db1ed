"""A case's conversation with SharePoint, held with a small list server that lives in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as altered
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph_sync.errors import GraphError
from graph_sync.lists import BY_NAME, CASE_LISTS
from graph_sync.mapping import DesiredItem, case_items
from graph_sync.session import Session
from graph_sync.talk import CaseTalk, Known
from graph_sync.wire import Answer, Json, Request
from osara_store.outbox import Failed, Refused, Sent, TryLater
from tests.contract.store.world import DIRECTORY
from tests.unit.graph_sync.test_mapping import FILE

DUPLICATE = {"error": {"code": "generalException", "message": "... because duplicate values were found ..."}}


@dataclass
class Row:
    fields: dict[str, Any]
    version: int = 1


@dataclass
class Server:
    """Lists with unique keys, versions and pages; the place in `made` tells what was made when."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {each.name: {} for each in CASE_LISTS})
    made: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page: int = 200

    def answer(self, request: Request) -> Answer:
        name, _, rest = request.url.partition("/")
        verb = f"{request.method} {rest.split('?')[0]}"
        self.asked.append(f"{verb.split('/', maxsplit=1)[0]} {name}")
        match verb.split("/"):
            case ["GET find"]:
                return self._find(name, request.url)
            case ["GET item", item_id]:
                return self._read(name, item_id)
            case ["POST items"]:
                return self._create(name, request)
            case ["PATCH item", item_id]:
                return self._update(name, item_id, request)
        raise AssertionError(verb)

    def _find(self, name: str, url: str) -> Answer:
        start = int(url.partition("?")[2] or 0)
        shown = [self._shape(name, row_id) for row_id in self.rows[name]]
        page: Json = {"value": shown[start : start + self.page]}
        if len(shown) > start + self.page:
            page["@odata.nextLink"] = f"{name}/find?{start + self.page}"
        return Answer(200, {}, page)

    def _read(self, name: str, row_id: str) -> Answer:
        return Answer(200, {}, self._shape(name, row_id)) if row_id in self.rows[name] else Answer(404)

    def _create(self, name: str, request: Request) -> Answer:
        fields = dict((request.body or {})["fields"])
        key = BY_NAME[name].key
        if any(row.fields[key] == fields[key] for row in self.rows[name].values()):
            return Answer(400, {}, DUPLICATE)
        row_id = str(len(self.made) + 1)
        self.rows[name][row_id] = Row(fields)
        self.made.append(fields[key])
        return Answer(201, {}, self._shape(name, row_id))

    def _update(self, name: str, row_id: str, request: Request) -> Answer:
        row = self.rows[name].get(row_id)
        if row is None:
            return Answer(404)
        if request.if_match != self._etag(row_id, row):
            return Answer(412)
        self.change(name, row_id, request.body or {})
        return Answer(200, {}, {"@odata.etag": self._etag(row_id, row), **row.fields})

    def change(self, name: str, row_id: str, fields: Mapping[str, Any]) -> None:
        row = self.rows[name][row_id]
        row.fields |= fields
        row.version += 1

    def _shape(self, name: str, row_id: str) -> Json:
        row = self.rows[name][row_id]
        web = f"https://site.example/{name}/{row_id}"
        return {"id": row_id, "eTag": self._etag(row_id, row), "webUrl": web, "fields": dict(row.fields)}

    def _etag(self, row_id: str, row: Row) -> str:
        return f'"{row_id},{row.version}"'

    def keys(self) -> list[str]:
        return sorted(
            row.fields[BY_NAME[name].key] for name, rows in self.rows.items() for row in rows.values()
        )


@dataclass(frozen=True)
class Address:
    name: str

    def find(self, column: str, value: str) -> Request:
        assert (column, value) == ("CaseReference", "ALL-2026-0001")
        return Request("GET", f"{self.name}/find")

    def read(self, item_id: str) -> Request:
        return Request("GET", f"{self.name}/item/{item_id}")

    def create(self, fields: Mapping[str, Any]) -> Request:
        return Request("POST", f"{self.name}/items", {"fields": dict(fields)})

    def update(self, item_id: str, etag: str, fields: Mapping[str, Any]) -> Request:
        return Request("PATCH", f"{self.name}/item/{item_id}", dict(fields), etag)


LISTS = {each.name: Address(each.name) for each in CASE_LISTS}
Notes = dict[tuple[str, str], Known]


def items(**changes: Any) -> list[DesiredItem]:
    return case_items(altered(FILE, case=altered(FILE.case, **changes)), DIRECTORY)


KEYS = [item.key for item in items()]


def session(notes: Notes, desired: list[DesiredItem] | None = None, *, first: bool = False) -> Session:
    return Session(7, CaseTalk(desired or items(), notes, LISTS, wants_address=first))


def note(notes: Notes, talk: CaseTalk) -> None:
    notes.update({(item.list.name, item.key): known for item, known in talk.take_news().items})


def converse(server: Server, notes: Notes, desired: list[DesiredItem] | None = None) -> Session:
    """Let a conversation go on to its end, with every answer noted."""
    one = session(notes, desired)
    while one.outcome is None:
        assert one.request
        one.hear(server.answer(one.request))
    clashes = list(one.talk.news.clashes)
    note(notes, one.talk)
    one.talk.news.clashes = clashes
    return one


def test_a_new_case_takes_one_question_and_then_its_items() -> None:
    """Where the case's row was not, its entries and people are not either: no need to ask for those."""
    server = Server()
    assert converse(server, {}).outcome == Sent()
    assert server.made == KEYS
    assert server.asked == ["GET find Cases", "POST items Cases", *["POST items OSARA entries"] * 2, *["POST items People"] * 2]  # fmt: skip


def test_nothing_is_asked_when_nothing_changed() -> None:
    server, notes = Server(), Notes()
    converse(server, notes)
    server.asked.clear()
    assert session(notes).outcome == Sent()
    assert not server.asked


def test_only_the_changed_fields_are_written() -> None:
    server, notes = Server(), Notes()
    converse(server, notes)
    one = session(notes, items(where="13 High Street"))
    assert one.request == Request("PATCH", "Cases/item/1", {"Location": "13 High Street"}, '"1,1"')


def test_what_was_made_and_not_noted_is_found() -> None:
    server = Server()
    converse(server, {})
    assert converse(server, {}).outcome == Sent()
    assert sorted(server.keys()) == sorted(KEYS)


def test_items_on_a_later_page_are_found_too() -> None:
    server = Server(page=1)
    converse(server, {})
    made = list(server.made)
    converse(server, {})
    assert server.made == made


def test_an_item_that_was_found_is_brought_up_to_date() -> None:
    server = Server()
    converse(server, {})
    converse(server, {}, items(where="13 High Street"))
    assert server.rows["Cases"]["1"].fields["Location"] == "13 High Street"


def test_what_somebody_changed_meanwhile_is_not_overwritten() -> None:
    server, notes = Server(), Notes()
    converse(server, notes)
    server.change("Cases", "1", {"Location": "their street", "Status": "Closed"})
    one = converse(server, notes, items(where="our street", own_reference="NEW-1"))
    assert one.outcome == Sent()
    fields = server.rows["Cases"]["1"].fields
    assert (fields["Location"], fields["Status"], fields["OwnReference"]) == (
        "their street",
        "Closed",
        "NEW-1",
    )
    assert [(clash.ours, clash.theirs) for _, clash in one.talk.news.clashes] == [
        ("our street", "their street")
    ]


def test_an_edited_item_that_we_had_no_note_of_keeps_its_edits() -> None:
    server = Server()
    converse(server, {})
    server.change("Cases", "1", {"Location": "their street"})
    one = converse(server, {})
    assert server.rows["Cases"]["1"].fields["Location"] == "their street"
    assert [clash.field for _, clash in one.talk.news.clashes] == ["Location"]


def test_a_row_that_was_deleted_by_hand_returns() -> None:
    server, notes = Server(), Notes()
    converse(server, notes)
    del server.rows["Cases"]["1"]
    assert converse(server, notes, items(where="13 High Street")).outcome == Sent()
    assert server.keys() == sorted(KEYS)


def test_where_the_case_can_be_read_is_asked_for_when_the_note_of_it_was_lost() -> None:
    server, notes = Server(), Notes()
    converse(server, notes)
    one = session(notes, first=True)
    assert one.request
    one.hear(server.answer(one.request))
    assert (one.outcome, one.talk.web_url) == (Sent(), "https://site.example/Cases/1")


def test_an_answer_without_an_id_is_tried_again_later() -> None:
    one = session({})
    one.hear(Answer(200, {}, {"value": []}))
    one.hear(Answer(201, {}, {}))
    assert one.outcome == Failed("Cases ALL-2026-0001: Graph answered without an item's id")


def test_an_answer_that_makes_no_sense_fails_its_own_case_only_and_repeats_no_data() -> None:
    one = session({})
    one.hear(Answer(200, {}, {"value": ["Jane Roe"]}))
    assert isinstance(one.outcome, Failed)
    assert one.outcome.why.startswith("Cases ALL-2026-0001: AttributeError at ")
    assert "Jane" not in one.outcome.why


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Refused), (404, Failed), (403, Failed), (429, TryLater), (500, Failed), (503, TryLater)],
)
def test_the_answer_decides_whether_another_try_makes_sense(status: int, kind: type) -> None:
    one = session({})
    one.hear(Answer(status))
    assert isinstance(one.outcome, kind)


BAD_LUCK = st.sampled_from(["fine", "fine", "lost", "failed", "throttled", "dies"])


def attempt(server: Server, notes: Notes, desired: list[DesiredItem], luck: Iterator[str]) -> Session | None:
    """One push, with luck deciding over every request; None if the process dies before it can note anything."""
    one = session(notes, desired)
    while one.outcome is None:
        note(notes, one.talk)
        assert one.request
        match next(luck):
            case "failed":
                one.hear(Answer(500))
            case "throttled":
                one.hear(Answer(429))
            case "lost":
                server.answer(one.request)
                one.hear(Answer(504))
            case "dies":
                server.answer(one.request)
                return None
            case _:
                one.hear(server.answer(one.request))
    note(notes, one.talk)
    return one


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
        attempt(server, notes, items(where=where), luck)
    assert server.made == KEYS
    assert server.rows["Cases"]["1"].fields["Location"] == wheres[-1]
    assert session(notes, items(where=wheres[-1])).outcome == Sent()


def test_every_error_has_an_outcome() -> None:
    def kinds(of: type[GraphError]) -> Iterator[type[GraphError]]:
        yield of
        for below in of.__subclasses__():
            yield from kinds(below)

    for kind in kinds(GraphError):
        one = session({})
        one.fail(kind("it went wrong"))
        assert isinstance(one.outcome, TryLater | Refused | Failed)
