"""The SharePoint site of the hubs: its id and those of its lists, asked for once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from graph_sync.errors import BadRequest, NotAllowed, NotFound, NotProvisioned
from graph_sync.lists import CASE_LISTS, ListDefinition
from graph_sync.wire import Json

if TYPE_CHECKING:
    from graph_sync.addresses import ListAddress, SiteAddress
    from graph_sync.client import GraphClient

PROVISION_WAIT = 60.0
"""Seconds between looks for what an administrator still has to do."""


class Site:
    def __init__(self, graph: GraphClient, name: str, *, wrapped_updates: bool = False) -> None:
        """Name the site; nothing is asked yet.

        Args:
            graph: the Graph that has it.
            name: `host:/sites/name`, as in the setting HUB_SITE.
            wrapped_updates: see `addresses.ListAddress`.
        """
        self.name = name
        self._graph = graph
        self._wrapped_updates = wrapped_updates
        self._address: SiteAddress | None = None
        self._lists: dict[str, ListAddress] | None = None
        self._asking = asyncio.Lock()

    async def address(self) -> SiteAddress:
        """Find the site by its name.

        Raises:
            NotProvisioned: no such site, or not for us.
        """
        if self._address is None:
            self._address = await self._find()
        return self._address

    async def case_lists(self) -> dict[str, ListAddress]:
        """Give the addresses of the lists that hold case files, by name.

        Raises:
            NotProvisioned: the site or a list is not there for us.
        """
        async with self._asking:
            if self._lists is None:
                self._lists = await self._find_lists(CASE_LISTS)
            return self._lists

    async def check(self) -> None:
        """Ask Graph for the site: proves the way there, the token and the permission in one.

        Raises:
            GraphError: one of them fails.
        """
        await self._ask()

    def forget(self) -> None:
        """Ask again next time: a list may have been made anew, or a permission taken away."""
        self._address = None
        self._lists = None

    async def existing_lists(self) -> dict[str, Json]:
        """Read the site's lists, by the name that people see.

        Raises:
            NotProvisioned: the site is not there for us.
        """
        address = await self.address()
        with self._as_not_provisioned():
            rows = await self._graph.collect(address.lists())
        return {str(row.get("displayName")): row for row in rows}

    async def list_address(self, definition: ListDefinition, list_id: str) -> ListAddress:
        address = await self.address()
        return address.list(list_id, [column.name for column in definition.columns])

    async def _find(self) -> SiteAddress:
        from graph_sync.addresses import SiteAddress  # noqa: PLC0415 - brings the SDK, which is loaded late

        site = await self._ask()
        builders = await self._graph.builders()
        return SiteAddress(builders, str(site["id"]), wrapped_updates=self._wrapped_updates)

    async def _ask(self) -> Json:
        with self._as_not_provisioned():
            return await self._graph.get(f"/sites/{quote(self.name, safe=':/')}")

    @contextmanager
    def _as_not_provisioned(self) -> Iterator[None]:
        try:
            yield
        except (NotFound, NotAllowed, BadRequest) as error:
            raise NotProvisioned(
                f"the SharePoint site {self.name} is not there for us: {error.why}",
                status=error.status,
                after=PROVISION_WAIT,
            ) from error

    async def _find_lists(self, wanted: Iterable[ListDefinition]) -> dict[str, ListAddress]:
        existing = await self.existing_lists()
        missing = [definition.name for definition in wanted if definition.name not in existing]
        if missing:
            raise NotProvisioned(
                f"the site lacks the lists {', '.join(missing)}: run python -m bot provision",
                after=PROVISION_WAIT,
            )
        return {
            definition.name: await self.list_address(definition, str(existing[definition.name]["id"]))
            for definition in wanted
        }
