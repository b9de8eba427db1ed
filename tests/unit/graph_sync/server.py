"""A small list server that lives in memory, and cases that talk to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_sync.lists import BY_NAME, CASE_LISTS
from graph_sync.loading import work_of
from graph_sync.mapping import case_items
from graph_sync.notebook import Known
from graph_sync.session import Session
from graph_sync.wire import Answer, Json, Request
from osara_store.case_file import CaseFile
from tests.contract.store.world import DIRECTORY

DUPLICATE = {"error": {"code": "generalException", "message": "... because duplicate values were found ..."}}
Notes = dict[tuple[str, str], Known]


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
            case ["GET find", *_]:
                return self._find(name, request.url)
            case ["GET item", item_id]:
                return self._read(name, item_id)
            case ["POST items"]:
                return self._create(name, request)
            case ["PATCH item", item_id]:
                return self._update(name, item_id, request)
            case ["DELETE item", item_id]:
                return self._delete(name, item_id, request)
        raise AssertionError(verb)

    def _find(self, name: str, url: str) -> Answer:
        path, _, start = url.partition("?")
        first, wanted = int(start or 0), path.rpartition("/")[2]
        ids = [row_id for row_id, row in self.rows[name].items() if row.fields.get("CaseReference") == wanted]
        page: Json = {"value": [self._shape(name, row_id) for row_id in ids[first : first + self.page]]}
        if len(ids) > first + self.page:
            page["@odata.nextLink"] = f"{path}?{first + self.page}"
        return Answer(200, {}, page)

    def _read(self, name: str, row_id: str) -> Answer:
        return Answer(200, {}, self._shape(name, row_id)) if row_id in self.rows[name] else Answer(404)

    def _create(self, name: str, request: Request) -> Answer:
        fields = dict((request.body or {})["fields"])
        key = BY_NAME[name].key
        if fields.get(key) and any(row.fields.get(key) == fields[key] for row in self.rows[name].values()):
            return Answer(400, {}, DUPLICATE)
        if not all(BY_NAME[name].by_name[column].admits(value) for column, value in fields.items()):
            return Answer(400)
        return Answer(201, {}, self._shape(name, self.add(name, fields)))

    def add(self, name: str, fields: Mapping[str, Any]) -> str:
        row_id = str(len(self.made) + 1)
        self.rows[name][row_id] = Row(dict(fields))
        self.made.append(fields.get(BY_NAME[name].key, ""))
        return row_id

    def _update(self, name: str, row_id: str, request: Request) -> Answer:
        return self._unless_changed(name, row_id, request) or self._updated(name, row_id, request.body or {})

    def _updated(self, name: str, row_id: str, fields: Json) -> Answer:
        self.change(name, row_id, fields)
        row = self.rows[name][row_id]
        return Answer(200, {}, {"@odata.etag": self._etag(row_id, row), **row.fields})

    def _delete(self, name: str, row_id: str, request: Request) -> Answer:
        refusal = self._unless_changed(name, row_id, request)
        if refusal is None:
            del self.rows[name][row_id]
        return refusal or Answer(204)

    def _unless_changed(self, name: str, row_id: str, request: Request) -> Answer | None:
        row = self.rows[name].get(row_id)
        if row is None:
            return Answer(404)
        return None if request.if_match == self._etag(row_id, row) else Answer(412)

    def change(self, name: str, row_id: str, fields: Mapping[str, Any]) -> None:
        row = self.rows[name][row_id]
        row.fields = {key: value for key, value in {**row.fields, **fields}.items() if value is not None}
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

    def row(self, name: str, key: str) -> tuple[str, Row]:
        """Find an item by its key."""
        [found] = [each for each in self.rows[name].items() if each[1].fields.get(BY_NAME[name].key) == key]
        return found


@dataclass(frozen=True)
class Address:
    name: str

    def find(self, column: str, value: str) -> Request:
        assert column == "CaseReference"
        return Request("GET", f"{self.name}/find/{value}")

    def read(self, item_id: str) -> Request:
        return Request("GET", f"{self.name}/item/{item_id}")

    def create(self, fields: Mapping[str, Any]) -> Request:
        return Request("POST", f"{self.name}/items", {"fields": dict(fields)})

    def update(self, item_id: str, etag: str, fields: Mapping[str, Any]) -> Request:
        return Request("PATCH", f"{self.name}/item/{item_id}", dict(fields), etag)

    def delete(self, item_id: str, etag: str) -> Request:
        return Request("DELETE", f"{self.name}/item/{item_id}", if_match=etag)


LISTS = {each.name: Address(each.name) for each in CASE_LISTS}


def session(notes: Notes, file: CaseFile) -> Session:
    return Session(work_of(file.case, case_items(file, DIRECTORY), notes), LISTS)


@dataclass
class Told:
    """All that was noted of clashes: the item's key, the field, ours and theirs."""

    clashes: list[tuple[str, str, Any, Any]] = field(default_factory=list)


def note(notes: Notes, one: Session, told: Told | None = None) -> None:
    """Note the news of a conversation as the store does."""
    news = one.take_story().news
    notes.update({(item.list.name, item.key): known for item, known in news.items})
    for place in news.gone:
        notes.pop(place, None)
    if told:
        told.clashes += [(item.key, clash.field, clash.ours, clash.theirs) for item, clash in news.clashes]


def converse(server: Server, notes: Notes, file: CaseFile, told: Told | None = None) -> Session:
    """Let a conversation go on to its end, with every answer noted."""
    one = session(notes, file)
    while one.outcome is None:
        note(notes, one, told)
        assert one.request
        one.hear(server.answer(one.request))
    note(notes, one, told)
    return one


def attempt(
    server: Server, notes: Notes, file: CaseFile, luck: Iterator[str], told: Told | None = None
) -> None:
    """One push, with luck deciding over every request; the process may die before it can note anything."""
    one = session(notes, file)
    while one.outcome is None:
        note(notes, one, told)
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
                return
            case _:
                one.hear(server.answer(one.request))
    note(notes, one, told)


def desired_keys(file: CaseFile) -> list[str]:
    return [item.key for item in case_items(file, DIRECTORY)]
