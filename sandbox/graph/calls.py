"""What a handler of one Graph operation gets: the request, what its path names, and the tenant's state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sandbox.faults import Faults
from sandbox.graph import errors
from sandbox.graph.columns import Column
from sandbox.graph.facets import Lookup
from sandbox.graph.items import Item, Items
from sandbox.graph.outlook.calls import Outlook
from sandbox.graph.query import Options
from sandbox.graph.shapes import Shapes
from sandbox.graph.store import List, Site, Store
from sandbox.graph.wire import Request

ETAG = re.compile(r'(?:W/)?"([^"]*)"')


@dataclass(frozen=True)
class Services:
    """The state behind all calls."""

    store: Store
    items: Items
    outlook: Outlook
    faults: Faults
    web_root: str


@dataclass(frozen=True)
class Call:
    """One operation on what `place` names: site, list, item, column or version."""

    services: Services
    request: Request
    options: Options
    site: Site
    place: Mapping[str, str]

    @property
    def store(self) -> Store:
        return self.services.store

    @property
    def items(self) -> Items:
        return self.services.items

    @cached_property
    def shapes(self) -> Shapes:
        return Shapes(self.request.root, self.services.web_root, self.items)

    @property
    def by(self) -> dict[str, Any]:
        """Who is writing, as items remember it."""
        return self.request.app

    @cached_property
    def list(self) -> List:
        found = self.store.find_list(self.site.id, self.place["list"])
        if found is None:
            raise errors.not_found("The specified list was not found")
        return found

    @cached_property
    def item(self) -> Item:
        given = self.place["item"]
        if not given.isascii() or not given.isdigit() or len(given) > 10:
            raise errors.invalid_request("The id of the item is not valid.")
        found = self.items.get(self.list.id, int(given))
        if found is None:
            raise errors.not_found("The specified item was not found")
        return found

    @cached_property
    def column(self) -> Column:
        wanted = self.place["column"].casefold()
        for column in self.list.columns:
            if wanted in (column.id, column.name.casefold()):
                return column
        raise errors.not_found("The specified column was not found")

    def context(self, tail: str) -> str:
        return f"{self.request.root}/$metadata#sites('{self.site.id}')/{tail}"

    def check_unchanged(self) -> None:
        """Hold the item against `If-Match`; without that header the last writer wins."""
        given = self.request.headers.get("If-Match")
        if given is None or given.strip() == "*":
            return
        tags = ETAG.findall(given)
        if not tags:
            raise errors.invalid_request("The eTag is not valid.", inner="malformedEntityTag")
        if self.item.etag.strip('"') not in tags:
            raise errors.resource_modified()

    def lookup_exists(self, column: Column, item_id: int) -> bool:
        facet = column.facet
        list_id = facet.list_id if isinstance(facet, Lookup) else self.store.users_list_id()
        return self.items.exists(list_id, item_id)
