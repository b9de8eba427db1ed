"""The conversation that brings one case file into SharePoint, without any I/O.

`CaseTalk.talk()` yields requests and is sent their answers. So twenty cases can talk in step through one $batch, each
in its own order, and what befalls one does not touch the others.

No item is created before SharePoint was asked for its key: what Graph did, but we did not live to note, is found. And
as the keys are unique columns, a second item is refused even if the question came too early. Before an update goes out
there is news that it may have happened; whoever carries the requests notes all news first.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from graph_sync.errors import Conflict, Duplicate, NotFound, ServerFault
from graph_sync.lists import CASE_REFERENCE, CASES
from graph_sync.merge import Clash, changed, fingerprints, in_doubt, merge
from graph_sync.wire import Answer, Json, Request, next_page

if TYPE_CHECKING:
    from graph_sync.mapping import DesiredItem

Talk = Generator[Request, Answer, None]
UNTOUCHED_VERSION = "1"


class Address(Protocol):
    """Where one list is: see `addresses.ListAddress`."""

    def find(self, column: str, value: str) -> Request: ...
    def read(self, item_id: str) -> Request: ...
    def create(self, fields: Mapping[str, Any]) -> Request: ...
    def update(self, item_id: str, etag: str, fields: Mapping[str, Any]) -> Request: ...


@dataclass(frozen=True, slots=True)
class Known:
    """An item as we last saw it: `base` are the fingerprints of what both sides agreed on."""

    item_id: str
    etag: str
    base: Mapping[str, str]


@dataclass(slots=True)
class News:
    """What has to be noted in the store, in the order in which it happened."""

    items: list[tuple[DesiredItem, Known]] = field(default_factory=list)
    clashes: list[tuple[DesiredItem, Clash]] = field(default_factory=list)


class CaseTalk:
    def __init__(
        self,
        desired: Iterable[DesiredItem],
        known: Mapping[tuple[str, str], Known],
        lists: Mapping[str, Address],
        *,
        wants_address: bool = False,
    ) -> None:
        """Prepare to bring SharePoint up to date.

        Args:
            desired: the items of one case, the case's own row first.
            known: what we know of them, by list name and key.
            lists: where the lists are, by name.
            wants_address: nobody has noted yet where the case can be read.
        """
        self._desired = list(desired)
        self._known = dict(known)
        self._lists = lists
        self._wants_address = wants_address
        self._reference: str = self._desired[0].key
        self._found: dict[str, dict[str, Json]] = {}
        self.news = News()
        self.web_url = ""
        self.where = ""

    def take_news(self) -> News:
        news, self.news = self.news, News()
        return news

    def talk(self) -> Talk:
        for item in self._desired:
            self.where = f"{item.list.name} {item.key}"
            known = self._known.get((item.list.name, item.key))
            if known:
                yield from self._refresh(item, known)
            else:
                yield from self._place(item)
        if self._wants_address and not self.web_url:
            yield from self._ask_address()

    def _place(self, item: DesiredItem) -> Talk:
        """Make an item of which we know nothing, or take over the one that stands there."""
        if item.list.name not in self._found:
            yield from self._look_up(item)
        there = self._found[item.list.name].get(item.key)
        if there:
            yield from self._take_over(item, there)
        else:
            yield from self._create(item)

    def _look_up(self, item: DesiredItem) -> Talk:
        """Find every item that the list has for this case."""
        found: dict[str, Json] = {}
        request: Request | None = self._lists[item.list.name].find(CASE_REFERENCE, self._reference)
        while request:
            page = (yield request).expect()
            for row in page.get("value", []):
                found[str(row.get("fields", {}).get(item.list.key))] = row
            request = next_page(page)
        self._found[item.list.name] = found

    def _create(self, item: DesiredItem) -> Talk:
        answer = yield self._lists[item.list.name].create(_without_blanks(item.fields))
        try:
            row = answer.expect()
        except Duplicate:
            yield from self._find_the_other(item)
            return
        self._note(item, Known(_id_of(row), etag_of(answer), fingerprints(item.list, item.fields)))
        self._see(item, row)
        if item.list is CASES:
            # Entries and people follow their case's row: where that was not, they are not.
            self._found = {name: {} for name in self._lists} | self._found

    def _find_the_other(self, item: DesiredItem) -> Talk:
        """Somebody was there between our question and our create, most likely ourselves."""
        yield from self._look_up(item)
        there = self._found[item.list.name].get(item.key)
        if there is None:
            raise ServerFault("Graph refused an item as a duplicate, and cannot find the other one")
        yield from self._take_over(item, there)

    def _take_over(self, item: DesiredItem, row: Json) -> Talk:
        """Adopt an item that we have no note of, and bring it up to date."""
        self._see(item, row)
        fields = row.get("fields", {})
        etag = str(row.get("eTag") or row.get("@odata.etag") or "")
        # Never changed since its creation, it is ours word for word; otherwise somebody may have worked on it.
        base = fingerprints(item.list, _of(item, fields)) if _untouched(etag) else {}
        yield from self._settle(item, Known(_id_of(row), etag, base), fields)

    def _refresh(self, item: DesiredItem, known: Known) -> Talk:
        write = changed(item.list, item.fields, known.base)
        if not write:
            return
        try:
            yield from self._update(item, known, write, {**known.base, **fingerprints(item.list, write)})
        except Conflict:
            yield from self._read_again(item, known)
        except NotFound:
            # Deleted by hand in SharePoint. The case file is the original, so its copy returns.
            yield from self._place(item)

    def _update(
        self, item: DesiredItem, known: Known, write: Mapping[str, Any], base: Mapping[str, str]
    ) -> Talk:
        if not known.etag:
            raise Conflict("the version of an item is not known")
        doubt = in_doubt(item.list, known.base, base, write)
        self._note(item, Known(known.item_id, known.etag, doubt))
        answer = yield self._lists[item.list.name].update(known.item_id, known.etag, write)
        answer.expect()
        self._note(item, Known(known.item_id, etag_of(answer), base))

    def _read_again(self, item: DesiredItem, known: Known) -> Talk:
        """Somebody changed the item: merge field by field with what it holds now."""
        answer = yield self._lists[item.list.name].read(known.item_id)
        row = answer.expect()
        fields = row.get("fields", {})
        if fields.get(item.list.key) != item.key:
            # The list was made anew, and its numbers began again: this is another item.
            yield from self._place(item)
            return
        self._see(item, row)
        yield from self._settle(item, Known(known.item_id, etag_of(answer), known.base), fields)

    def _settle(self, item: DesiredItem, known: Known, theirs: Json) -> Talk:
        merged = merge(item.list, item.fields, known.base, theirs)
        self.news.clashes += [(item, clash) for clash in merged.clashes]
        if merged.write:
            yield from self._update(item, known, merged.write, merged.base)
        else:
            self._note(item, Known(known.item_id, known.etag, merged.base))

    def _ask_address(self) -> Talk:
        case = self._desired[0]
        known = self._known[case.list.name, case.key]
        row = (yield self._lists[case.list.name].read(known.item_id)).expect()
        self._see(case, row)

    def _note(self, item: DesiredItem, known: Known) -> None:
        self._known[item.list.name, item.key] = known
        self.news.items.append((item, known))

    def _see(self, item: DesiredItem, row: Json) -> None:
        if item.list is CASES:
            self.web_url = str(row.get("webUrl", ""))


def etag_of(answer: Answer) -> str:
    """Return the version that an item has after this answer; empty means it has to be read again."""
    body = answer.body if isinstance(answer.body, dict) else {}
    return str(body.get("@odata.etag") or body.get("eTag") or "")


def _untouched(etag: str) -> bool:
    """Tell whether an etag such as "<guid>,1" is that of an item's first version."""
    return etag.strip('"').rpartition(",")[2] == UNTOUCHED_VERSION


def _id_of(row: Json) -> str:
    if not row.get("id"):
        raise ServerFault("Graph answered without an item's id")
    return str(row["id"])


def _of(item: DesiredItem, fields: Json) -> Json:
    return {name: fields.get(name) for name in item.fields}


def _without_blanks(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}
