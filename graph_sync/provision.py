"""Making a SharePoint site ready: lists, columns and indexes first, then the partners. Safe to repeat.

Needs the right to create lists (Sites.Manage.All, or full control of the site while it runs). The bot itself does not:
it only writes items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from graph_sync.errors import Conflict, Duplicate, NotAllowed
from graph_sync.items import DesiredItem
from graph_sync.lists import ALL_LISTS, PARTNERS, RESTRICTED, ListDefinition
from graph_sync.mapping import partner_items
from graph_sync.wire import Json, Request

if TYPE_CHECKING:
    from graph_sync.addresses import ListAddress
    from graph_sync.client import GraphClient
    from graph_sync.columns import Column
    from graph_sync.site import Site
    from osara_store.directory import Directory

NEEDS_MORE: Final = (
    "making lists takes the permission Sites.Manage.All, or full control of the site for a while"
)

OPEN_TO_ALL: Final = (
    "Important: everybody who may open the site can read the new Restricted lists, until you give each of them "
    "permissions of its own (docs/tenant.md, step 2)."
)


@dataclass
class Report:
    """What was done, and what an administrator has to see to."""

    site: str
    done: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    advice: set[str] = field(default_factory=set)

    @property
    def is_ready(self) -> bool:
        return not self.problems

    def lines(self) -> Iterator[str]:
        """Tell it in sentences."""
        yield from self.done
        yield from (f"Problem: {problem}" for problem in self.problems)
        if not self.done and not self.problems:
            yield f"The site {self.site} was ready already; nothing had to change."
        elif self.is_ready:
            yield f"The site {self.site} is ready."
        yield from sorted(self.advice)


async def provision(graph: GraphClient, site: Site, directory: Directory) -> Report:
    """Bring the site's lists to what this program writes.

    Raises:
        NotProvisioned: the site is not there for us.
        GraphError: Graph did not do what was asked; running it again goes on where it stopped.
    """
    report = Report(site.name)
    site.forget()
    work = _Provisioning(graph, site, report)
    lists = {definition.name: await work.list(definition) for definition in ALL_LISTS}
    if report.is_ready:
        await work.partners(lists[PARTNERS.name], directory)
    return report


class _Provisioning:
    def __init__(self, graph: GraphClient, site: Site, report: Report) -> None:
        self._graph = graph
        self._site = site
        self._report = report

    async def list(self, definition: ListDefinition) -> ListAddress:
        """See that a list is there, with every column."""
        existing = (await self._site.existing_lists()).get(definition.name)
        made = existing or await self._create_list(definition)
        address = await self._site.list_address(definition, str(made["id"]))
        # A new list is looked at too: not every tenant makes indexes along with the list.
        await self._columns(definition, address)
        return address

    async def _create_list(self, definition: ListDefinition) -> Json:
        site = await self._site.address()
        try:
            made = await self._graph.call(site.create_list(definition.definition()))
        except Duplicate:
            # Somebody else provisions at the same time.
            return (await self._site.existing_lists())[definition.name]
        except NotAllowed as error:
            raise NotAllowed(f"{NEEDS_MORE}: {error.why}", status=error.status) from error
        self._report.done.append(f"The list {definition.name} was created.")
        if definition in RESTRICTED:
            self._report.advice.add(OPEN_TO_ALL)
        return made

    async def _columns(self, definition: ListDefinition, address: ListAddress) -> None:
        existing = {str(row.get("name")): row for row in await self._graph.collect(address.columns())}
        for column in definition.columns:
            row = existing.get(column.name)
            if row is None:
                await self._add_column(definition, address, column)
            elif fault := column.fault_of(row):
                self._report.problems.append(
                    f"The column {column.name} of the list {definition.name} {fault}. "
                    "Rename the list or remove the column, then provision again."
                )
            elif repair := column.repair_of(row):
                await self._graph.call(address.update_column(str(row["id"]), repair))
                self._report.done.append(f"The column {column.name} of {definition.name} was put right.")

    async def _add_column(self, definition: ListDefinition, address: ListAddress, column: Column) -> None:
        await self._graph.call(address.create_column(column.definition()))
        self._report.done.append(f"The column {column.name} was added to {definition.name}.")

    async def partners(self, address: ListAddress, directory: Directory) -> None:
        """Enter the directory's agencies. Agencies that left the directory keep their rows: cases name them."""
        rows = await self._graph.collect(address.all())
        existing = {str(row.get("fields", {}).get(PARTNERS.key)): row for row in rows}
        changes = [
            (item, request)
            for item in partner_items(directory)
            if (request := _change(address, item, existing.get(item.key)))
        ]
        answers = await self._graph.send_all([request for _, request in changes])
        for (item, _), answer in zip(changes, answers, strict=True):
            try:
                answer.expect()
            except (Conflict, Duplicate):
                self._report.problems.append(
                    f"The partner {item.key} was changed by somebody else meanwhile. Provision again."
                )
            else:
                self._report.done.append(f"The partner {item.key} was entered.")


def _change(address: ListAddress, item: DesiredItem, row: Json | None) -> Request | None:
    """Return the request that brings a row up to date, if one is needed."""
    if row is None:
        return address.create({name: value for name, value in item.fields.items() if value is not None})
    theirs = row.get("fields", {})
    columns = item.list.by_name
    differing = {
        name: value for name, value in item.fields.items() if not columns[name].same(value, theirs.get(name))
    }
    if not differing:
        return None
    return address.update(str(row["id"]), str(row.get("eTag") or row.get("@odata.etag")), differing)
