"""The conversation that brings one case file into SharePoint, without any I/O.

`CaseTalk.talk()` yields requests and is sent their answers. So twenty cases can talk in step through one $batch, each
in its own order, and what befalls one does not touch the others.

No item is created before SharePoint was asked for its key: what Graph did, but we did not live to note, is found. And
as the keys are unique columns, a second item is refused even if the question came too early. Before an update goes out
there is news that it may have happened; whoever carries the requests notes all news first.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from graph_sync.clearing import Clearing
from graph_sync.errors import Conflict, Duplicate, NotFound, ServerFault
from graph_sync.items import DesiredItem
from graph_sync.lists import CASE_REFERENCE
from graph_sync.merge import changed, fingerprints, in_doubt, merge, overwritten
from graph_sync.notebook import ABOUT_TO_BE_MADE, Known, Notebook, Work
from graph_sync.rows import Address, Talk, base_of_unknown, etag_of, fields_of, id_of, rows_of

if TYPE_CHECKING:
    from graph_sync.lists import ListDefinition
    from graph_sync.wire import Answer, Json, Request


class CaseTalk:
    def __init__(self, work: Work, lists: Mapping[str, Address]) -> None:
        """Prepare to bring SharePoint up to date; `lists` says where the lists are, by name."""
        self._work = work
        self._lists = lists
        # Of an erased case nothing is taken for granted: whatever text stands there has to go.
        self.notes = Notebook({} if work.is_erased else work.known)
        self._found: dict[str, dict[str, Json]] = {}
        self.web_url = ""

    def talk(self) -> Talk:
        is_moving = bool(self._work.left) or (self._work.looks_back and (yield from self._look_back()))
        if is_moving:
            self._announce_move()
        for item in self._work.desired:
            self.notes.where = f"{item.list.name} {item.key}"
            known = self.notes.get(item)
            if known:
                yield from self._refresh(item, known)
            else:
                yield from self._place(item)
        if self._work.is_erased:
            yield from self._blank_what_others_made()
        if is_moving:
            yield from Clearing(self._work, self._lists, self.notes).clear()
        if (self._work.is_first or is_moving) and not self.web_url:
            yield from self._ask_address()

    def _look_back(self) -> Generator[Request, Answer, bool]:
        """Note a row that stands in the other list of cases without our knowing: nothing is made before that is kept."""
        head, other = self._work.head, self._work.other_lists.cases
        self.notes.where = f"{other.name} {head.key}"
        rows = yield from rows_of(self._lists[other.name], self._work.reference)
        for row in rows:
            known = Known(id_of(row), etag_of(row), base_of_unknown(head, row))
            self.notes.note(DesiredItem(other, head.key, {}), known)
        return bool(rows)

    def _announce_move(self) -> None:
        """Note where the case is going before it goes: should it be called back, what was made there is looked for."""
        if self.notes.get(self._work.head) is None:
            self.notes.note(self._work.head, ABOUT_TO_BE_MADE)

    def _place(self, item: DesiredItem) -> Talk:
        """Make an item of which we know nothing, or take over the one that stands there."""
        if item.list.name not in self._found:
            yield from self._look_up(item.list)
        there = self._found[item.list.name].get(item.key)
        if there:
            yield from self._take_over(item, there)
        else:
            yield from self._create(item)

    def _look_up(self, definition: ListDefinition) -> Talk:
        """Find every item that a list has for this case."""
        rows = yield from rows_of(self._lists[definition.name], self._work.reference)
        # What somebody made by hand and gave no key goes by its id.
        self._found[definition.name] = {definition.key_of(row) or f"#{row.get('id')}": row for row in rows}

    def _create(self, item: DesiredItem) -> Talk:
        answer = yield self._lists[item.list.name].create(_without_blanks(item.fields))
        try:
            row = answer.expect()
        except Duplicate:
            yield from self._find_the_other(item)
            return
        self.notes.note(item, Known(id_of(row), etag_of(answer), fingerprints(item.list, item.fields)))
        self._see(item, row)
        if item is self._work.head:
            # Everything else follows the case's row: where that was not, it is not.
            self._found = {definition.name: {} for definition in self._work.lists} | self._found

    def _find_the_other(self, item: DesiredItem) -> Talk:
        """Somebody was there between our question and our create, most likely ourselves."""
        yield from self._look_up(item.list)
        there = self._found[item.list.name].get(item.key)
        if there is None:
            raise ServerFault("Graph refused an item as a duplicate, and cannot find the other one")
        yield from self._take_over(item, there)

    def _take_over(self, item: DesiredItem, row: Json) -> Talk:
        """Adopt an item that we have no note of, and bring it up to date."""
        self._see(item, row)
        known = Known(id_of(row), etag_of(row), base_of_unknown(item, row))
        yield from self._settle(item, known, fields_of(row))

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
        self,
        item: DesiredItem,
        known: Known,
        write: Mapping[str, Any],
        base: Mapping[str, str],
        *,
        is_settled: bool = True,
    ) -> Talk:
        """Change some fields; an item that `is_settled` may be changed again without reading it first."""
        if not known.etag:
            raise Conflict("the version of an item is not known")
        doubt = in_doubt(item.list, known.base, base, write)
        self.notes.note(item, Known(known.item_id, known.etag if is_settled else "", doubt))
        answer = yield self._lists[item.list.name].update(known.item_id, known.etag, write)
        answer.expect()
        self.notes.note(item, Known(known.item_id, etag_of(answer) if is_settled else "", base))

    def _read_again(self, item: DesiredItem, known: Known) -> Talk:
        """Somebody changed the item: merge field by field with what it holds now."""
        answer = yield self._lists[item.list.name].read(known.item_id)
        row = answer.expect()
        if item.list.key_of(row) != item.key:
            # The list was made anew, and its numbers began again: this is another item.
            yield from self._place(item)
            return
        self._see(item, row)
        yield from self._settle(item, Known(known.item_id, etag_of(answer), known.base), fields_of(row))

    def _settle(self, item: DesiredItem, known: Known, theirs: Json) -> Talk:
        if self._work.is_erased:
            merged = overwritten(item.list, item.fields, theirs)
        else:
            merged = merge(item.list, item.fields, known.base, theirs)
        for clash in merged.clashes:
            self.notes.clash(item, clash)
        # Should we change something, too, that only they have changed so far, both values have to be kept.
        is_settled = not merged.theirs
        if merged.write:
            yield from self._update(item, known, merged.write, merged.base, is_settled=is_settled)
        else:
            self.notes.note(item, Known(known.item_id, known.etag if is_settled else "", merged.base))

    def _blank_what_others_made(self) -> Talk:
        """Blank the rows that people made by hand for a case whose texts are erased."""
        ours = {(item.list.name, item.key) for item in self._work.desired}
        for definition in self._work.lists:
            self.notes.where = definition.name
            yield from self._look_up(definition)
            for key, row in self._found[definition.name].items():
                if (definition.name, key) not in ours:
                    yield from self._blank(definition, row)

    def _blank(self, definition: ListDefinition, row: Json) -> Talk:
        empty: Json = {"Title": self._work.reference}
        kept = {definition.key, CASE_REFERENCE, *empty}
        empty |= {name: None for name in definition.by_name if name in fields_of(row) and name not in kept}
        if any(fields_of(row).get(name) != value for name, value in empty.items()):
            answer = yield self._lists[definition.name].update(id_of(row), etag_of(row), empty)
            answer.expect()

    def _ask_address(self) -> Talk:
        known = self.notes.get(self._work.head)
        if known is None:
            raise ServerFault("the case's own row is not known")
        row = (yield self._lists[self._work.head.list.name].read(known.item_id)).expect()
        self._see(self._work.head, row)

    def _see(self, item: DesiredItem, row: Json) -> None:
        if item is self._work.head:
            self.web_url = str(row.get("webUrl", ""))


def _without_blanks(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}
