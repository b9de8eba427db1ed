"""Taking a case out of the lists in which it stood before it was restricted, or before it was released again.

By now everything stands in the lists where it belongs. Row by row, what people changed in the old one is carried over, and
only then is it deleted. Whatever of this was done before a crash is found done: what was carried over already stands there,
and what was deleted is not found.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graph_sync.errors import Duplicate, NotFound, ServerFault
from graph_sync.items import DesiredItem
from graph_sync.lists import CASE_REFERENCE, RESTRICTED
from graph_sync.merge import Clash, edits, is_ours_changed
from graph_sync.notebook import Notebook, Work
from graph_sync.rows import Address, Talk, base_of_unknown, etag_of, fields_of, id_of, rows_of

if TYPE_CHECKING:
    from graph_sync.lists import ListDefinition
    from graph_sync.wire import Answer, Json, Request


class Clearing:
    def __init__(self, work: Work, lists: Mapping[str, Address], notes: Notebook) -> None:
        self._work = work
        self._lists = lists
        self._notes = notes
        self._desired = {(item.list.name, item.key): item for item in work.desired}

    def clear(self) -> Talk:
        """Empty the other lists, the case's own row last: while that stands there, the rest may, too."""
        for old, new in reversed(list(zip(self._work.other_lists, self._work.lists, strict=True))):
            yield from self._clear_list(old, new)

    def _clear_list(self, old: ListDefinition, new: ListDefinition) -> Talk:
        self._notes.where = old.name
        rows = yield from rows_of(self._lists[old.name], self._work.reference)
        for row in rows:
            yield from self._clear_row(old, new, row)
        found = {old.key_of(row) for row in rows}
        for name, key in self._work.left:
            if name == old.name and key not in found:
                yield from self._clear_noted(old, new, key)

    def _clear_noted(self, old: ListDefinition, new: ListDefinition, key: str) -> Talk:
        """Clear an item that is not shown under its case: it is gone, or somebody changed its reference."""
        item_id = self._work.left[old.name, key].item_id
        answer = (yield self._lists[old.name].read(item_id)) if item_id else None
        row = _if_there(answer)
        if old.key_of(row) == key:
            yield from self._clear_row(old, new, row)
        else:
            self._notes.forget(old.name, key)

    def _clear_row(self, old: ListDefinition, new: ListDefinition, row: Json) -> Talk:
        key = old.key_of(row)
        item = self._desired.get((new.name, key))
        # The key of a row that people made may hold anything, so it is not told.
        self._notes.where = f"{old.name} {key if item else id_of(row)}"
        if not self._work.is_erased:
            yield from (self._carry_edits(item, old, row) if item else self._copy(new, row))
        _if_there((yield self._lists[old.name].delete(id_of(row), etag_of(row))))
        self._notes.forget(old.name, key)

    # What people changed

    def _carry_edits(self, item: DesiredItem, old: ListDefinition, row: Json) -> Talk:
        """Bring what people made of an old row into the new one, if it is not there already."""
        noted = self._work.left.get((old.name, item.key))
        base = noted.base if noted and noted.item_id else base_of_unknown(item, row)
        found = edits(item.list, item.fields, base, fields_of(row))
        if not found:
            return
        now = yield from self._now(item)
        missing = [edit for edit in found if not _is_in(edit, item, fields_of(now))]
        fitting = {edit.field: edit.theirs for edit in missing if _fits(edit, item, fields_of(now))}
        for edit in missing:
            if edit.field not in fitting or is_ours_changed(item.list, base, edit):
                self._notes.clash(item, replace(edit, ours=fields_of(now).get(edit.field)))
        if fitting:
            # Neither base nor etag are noted: it is their change, and our next one has to look at it first.
            answer = yield self._lists[item.list.name].update(id_of(now), etag_of(now), fitting)
            answer.expect()

    def _now(self, item: DesiredItem) -> Generator[Request, Answer, Json]:
        """Read the new row as it is now."""
        known = self._notes.get(item)
        row = _if_there((yield self._lists[item.list.name].read(known.item_id))) if known else {}
        if item.list.key_of(row) != item.key:
            self._notes.forget(item.list.name, item.key)  # so that the next try makes it anew
            raise ServerFault("the new row of an item is gone again")
        return row

    # What people made

    def _copy(self, new: ListDefinition, row: Json) -> Talk:
        """Copy a row that is none of ours: somebody made it by hand for this case."""
        key = self._key_for(new, row)
        there = yield from rows_of(self._lists[new.name], self._work.reference)
        if key in {new.key_of(each) for each in there}:
            return
        told = {name: fields_of(row)[name] for name in new.by_name if name in fields_of(row)}
        unfit = [name for name, value in told.items() if not new.by_name[name].admits(value)]
        copy = DesiredItem(
            new, key, _without(told, unfit) | {new.key: key, CASE_REFERENCE: self._work.reference}
        )
        for name in unfit:
            self._notes.clash(copy, Clash(name, None, told[name]))
        answer = yield self._lists[new.name].create(copy.fields)
        _unless_duplicate(answer)

    def _key_for(self, new: ListDefinition, row: Json) -> str:
        """Its own key, or one that is the same at every try and no other row's."""
        origin = "H" if new in RESTRICTED else "HR"
        return new.key_of(row) or f"{self._work.reference}-{origin}{id_of(row)}"


def _is_in(edit: Clash, item: DesiredItem, now: Json) -> bool:
    return item.list.by_name[edit.field].same(now.get(edit.field), edit.theirs)


def _fits(edit: Clash, item: DesiredItem, now: Json) -> bool:
    """Tell whether an edit can take the place of what stands in the new row: only of our own value, not of another edit."""
    column = item.list.by_name[edit.field]
    return column.same(now.get(edit.field), edit.ours) and column.admits(edit.theirs)


def _if_there(answer: Answer | None) -> Json:
    """The body of an answer, or nothing where the item is gone."""
    if answer is None:
        return {}
    try:
        return answer.expect()
    except NotFound:
        return {}


def _unless_duplicate(answer: Answer) -> None:
    """Somebody else copied it meanwhile: just as well."""
    try:
        answer.expect()
    except Duplicate:
        return


def _without(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in set(names)}
