"""The site's hidden User Information List: what person columns refer to, and whom SharePoint books writes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sandbox.graph import columns
from sandbox.graph.columns import Column
from sandbox.graph.items import Items
from sandbox.graph.store import USERS_LIST, USERS_TEMPLATE, List, Site, Store

SYSTEM = {"id": "", "displayName": "System Account", "lookupId": "1"}


class Person(Protocol):
    """Somebody with an account in the tenant."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def upn(self) -> str: ...


def ensure(store: Store, items: Items, site: Site, app: tuple[str, str], people: Iterable[Person]) -> str:
    """Enter everybody who is not yet in the list; return the app's id there."""
    with store.transaction():
        target = store.find_list(site.id, USERS_LIST) or _make(store, site)
        known = _known(store, target)
        app_id, app_name = app
        entries = [(f"app|{app_id}", app_name, ""), *((one.upn, one.name, one.upn) for one in people)]
        for name, title, email in entries:
            if name.casefold() not in known:
                fields = {"Title": title, "Name": name, "EMail": email or None}
                known[name.casefold()] = items.add(target, fields, SYSTEM).id
    return str(known[f"app|{app_id}".casefold()])


def _make(store: Store, site: Site) -> List:
    own = [_text_column("Name", indexed=True), _text_column("EMail", indexed=False)]
    return store.add_list(site.id, USERS_LIST, own, by=SYSTEM, template=USERS_TEMPLATE, hidden=True)


def _text_column(name: str, *, indexed: bool) -> Column:
    return columns.from_body({"name": name, "text": {}, "indexed": indexed, "enforceUniqueValues": indexed})


def _known(store: Store, target: List) -> dict[str, int]:
    rows = store.connection.execute(
        "SELECT value, item_id FROM indexed_value WHERE list_id = ? AND column_name = 'Name'", (target.id,)
    )
    return {row["value"]: row["item_id"] for row in rows}
