"""What we know of a case's items in SharePoint, and what of it has still to be noted in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph_sync.lists import RESTRICTED, CaseLists, lists_of

if TYPE_CHECKING:
    from graph_sync.items import DesiredItem
    from graph_sync.merge import Clash


@dataclass(frozen=True, slots=True)
class Known:
    """An item as we last saw it: `base` are the fingerprints of what both sides agreed on.

    Without an etag it has to be read before it is updated. Without an id it is about to be made, or was made by somebody who did not live to note it.
    """

    item_id: str
    etag: str
    base: Mapping[str, str]


Notes = Mapping[tuple[str, str], Known]
"""Items by list name and key."""
ABOUT_TO_BE_MADE = Known("", "", {})


@dataclass(frozen=True, slots=True)
class Work:
    """One case as it ought to be, beside what we know of it in SharePoint.

    `desired` are its items, the case's own row first. `left` are notes of the other lists, in which it stood before it was
    restricted or released; with `looks_back` it may stand there without a note of it.
    """

    case_id: int
    desired: list[DesiredItem]
    known: Notes
    left: Notes = field(default_factory=dict)
    looks_back: bool = False
    is_first: bool = False
    is_erased: bool = False

    @property
    def head(self) -> DesiredItem:
        return self.desired[0]

    @property
    def reference(self) -> str:
        return self.head.key

    @property
    def lists(self) -> CaseLists:
        return lists_of(restricted=self._is_restricted)

    @property
    def other_lists(self) -> CaseLists:
        return lists_of(restricted=not self._is_restricted)

    @property
    def _is_restricted(self) -> bool:
        return self.head.list is RESTRICTED.cases


@dataclass(slots=True)
class News:
    """What has to be noted in the store, in the order in which it happened; `gone` are list names and keys."""

    items: list[tuple[DesiredItem, Known]] = field(default_factory=list)
    clashes: list[tuple[DesiredItem, Clash]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.items or self.clashes or self.gone)


class Notebook:
    """The notes of one case's conversation; `where` says in which item it is."""

    def __init__(self, known: Notes) -> None:
        self._known = dict(known)
        self.news = News()
        self.where = ""

    def get(self, item: DesiredItem) -> Known | None:
        """What we know of an item that has been made."""
        known = self._known.get((item.list.name, item.key))
        return known if known and known.item_id else None

    def note(self, item: DesiredItem, known: Known) -> None:
        self._known[item.list.name, item.key] = known
        self.news.items.append((item, known))

    def clash(self, item: DesiredItem, clash: Clash) -> None:
        self.news.clashes.append((item, clash))

    def forget(self, list_name: str, key: str) -> None:
        self._known.pop((list_name, key), None)
        self.news.gone.append((list_name, key))

    def take_news(self) -> News:
        news, self.news = self.news, News()
        return news
