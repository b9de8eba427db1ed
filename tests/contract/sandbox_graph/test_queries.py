"""Filters, order and pages: what SharePoint offers, and how it refuses the rest."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.graph import Limits
from tests.contract.sandbox_graph.rig import ListOf, Sandbox, running, text

PREFER = {"Prefer": "HonorNonIndexedQueriesWarningMayFailRandomly"}


@pytest.fixture
async def cases(sandbox: Sandbox) -> ListOf:
    made = await sandbox.make_list(
        "Cases",
        text("Reference", indexed=True),
        text("Place"),
        {"name": "Homes", "number": {}, "indexed": True},
        {"name": "Urgent", "boolean": {}, "indexed": True},
        {"name": "Seen", "dateTime": {"format": "dateTime"}, "indexed": True},
        {"name": "Lead", "personOrGroup": {}, "indexed": True},
    )
    await made.added(Title="a", Reference="ALL-1", Place="Mill Lane", Homes=2, Urgent=True, LeadLookupId=2)
    await made.added(Title="b", Reference="ALL-2", Place="O'Hare Court", Homes=5, Seen="2026-01-02T00:00:00Z")
    await made.added(Title="c", Reference="CAR-1", Homes=10, Urgent=False, Seen="2026-03-04T05:06:07Z")
    await made.added(Title="d")
    return made


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("fields/Reference eq 'ALL-1'", "a"),
        ("fields/Reference eq 'all-1'", "a"),
        ("fields/Reference eq 'none'", ""),
        ("fields/Reference ne 'ALL-1'", "bcd"),
        ("startswith(fields/Reference,'ALL')", "ab"),
        ("startswith(fields/Reference, 'all-')", "ab"),
        ("fields/Reference eq null", "d"),
        ("fields/Reference ne null", "abc"),
        ("fields/Homes lt 5", "a"),
        ("fields/Homes le 5", "ab"),
        ("fields/Homes gt 2 and fields/Homes lt 10", "b"),
        ("fields/Homes ge 5", "bc"),
        ("fields/Urgent eq true", "a"),
        ("fields/Urgent eq 0", "c"),
        ("fields/Seen ge '2026-01-02T00:00:00Z'", "bc"),
        ("fields/Seen gt 2026-01-02T00:00:00Z", "c"),
        ("fields/LeadLookupId eq 2", "a"),
        ("fields/LeadLookupId eq '2'", "a"),
        ("fields/id eq 3", "c"),
    ],
)
async def test_documented_comparisons_work_on_indexed_columns(
    cases: ListOf, statement: str, found: str
) -> None:
    assert "".join(await cases.titles(f"$filter={statement}")) == found


async def test_a_column_without_index_is_refused_with_the_way_out(cases: ListOf) -> None:
    answer = await cases.items("$filter=fields/Place eq 'Mill Lane'")

    assert (answer.status, answer.code) == (400, "invalidRequest")
    assert answer.message == (
        "Field 'Place' cannot be referenced in filter or orderby as it is not indexed. Provide the "
        "'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned that such "
        "queries may fail on large lists."
    )


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("fields/Place eq 'mill lane'", "a"),
        ("fields/Place eq 'O''Hare Court'", "b"),
        ("fields/Place ne null", "ab"),
        ("fields/Place eq null", "cd"),
        ("fields/Place ne 'Mill Lane'", "bcd"),
        ("startswith(fields/Place,'mill')", "a"),
        ("fields/Title gt 'b'", "cd"),
        ("fields/Created gt '2001-01-01'", "abcd"),
        ("fields/Modified lt '2001-01-01T00:00:00Z'", ""),
        ("fields/Reference eq 'ALL-2' and fields/Title eq 'b'", "b"),
    ],
)
async def test_the_header_allows_columns_without_index(cases: ListOf, statement: str, found: str) -> None:
    assert "".join(await cases.titles(f"$filter={statement}", **PREFER)) == found


@pytest.mark.parametrize(
    "statement",
    [
        "contains(fields/Reference,'ALL')",
        "endswith(fields/Reference,'1')",
        "fields/Reference in ('ALL-1')",
        "fields/Reference eq 'a' or fields/Reference eq 'b'",
        "not fields/Urgent eq true",
        "(fields/Reference eq 'a')",
        "createdDateTime gt 2026-01-01T00:00:00Z",
        "id eq '1'",
        "fields/AuthorLookupId eq 1",
        "fields/Nothing eq 'a'",
        "fields/Homes eq 'many'",
        "fields/Homes eq",
        "fields/Reference eq ALL",
        "fields/Reference eq 'open",
        "fields/Reference eq 'a' fields/Homes eq 1",
        "fields/Urgent eq 'perhaps'",
        "fields/Seen eq 'today'",
        "startswith(fields/Homes,'1')",
        "startswith(fields/Reference)",
        "fields/Reference eq 'ALL-1' and fields/Homes eq 2",
        "",
    ],
)
async def test_other_filters_are_refused(cases: ListOf, statement: str) -> None:
    answer = await cases.items(f"$filter={statement}", **PREFER)

    assert (answer.status, answer.code) == (400, "invalidRequest")


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("fields/Reference", "dabc"),
        ("fields/Reference desc", "cbad"),
        ("fields/Homes", "dabc"),
        ("fields/Homes desc", "cbad"),
        ("fields/Seen", "adbc"),
        ("fields/id desc", "dcba"),
    ],
)
async def test_items_come_in_the_order_asked_for_also_over_pages(
    cases: ListOf, order: str, found: str
) -> None:
    page = await cases.items(f"$orderby={order}&$top=3&$expand=fields($select=Title)")
    rest = await cases.sandbox.get(page.body["@odata.nextLink"])

    titles = [item["fields"]["Title"] for item in (*page.value, *rest.value)]
    assert "".join(titles) == found
    assert "@odata.nextLink" not in rest.body


@pytest.mark.parametrize(
    "order", ["fields/Place", "fields/Reference,fields/Homes", "createdDateTime", "fields/Homes up"]
)
async def test_other_orders_are_refused(cases: ListOf, order: str) -> None:
    assert (await cases.items(f"$orderby={order}")).code == "invalidRequest"


async def test_pages_follow_an_opaque_link_on_the_servers_own_host(sandbox: Sandbox, cases: ListOf) -> None:
    first = await cases.items("$expand=fields($select=Title)&$top=3")
    link = first.body["@odata.nextLink"]
    second = await sandbox.get(link)

    assert link.startswith(f"{sandbox.root}{cases.path}/items?")
    assert "$skiptoken=UGFnZWQ9VFJVRSZwX0lEPTM" in link
    assert [item["id"] for item in (*first.value, *second.value)] == ["1", "2", "3", "4"]
    assert second.value[0]["fields"]["Title"] == "d"


async def test_a_page_is_not_disturbed_by_what_comes_and_goes(sandbox: Sandbox, cases: ListOf) -> None:
    first = await cases.items("$top=2")
    await cases.remove("1")
    await cases.added(Title="e")

    second = await sandbox.get(first.body["@odata.nextLink"])

    assert [item["id"] for item in second.value] == ["3", "4"]


@pytest.mark.parametrize(
    "token",
    [
        "Paged=TRUE%26p_ID=2",
        "Paged=TRUE&p_ID=2",
        "2",
        "!!!",
        base64.b64encode(b"Paged=FALSE&p_ID=2").decode(),
        base64.b64encode(b"Paged=TRUE&p_ID=x").decode(),
        base64.b64encode(b"Paged=TRUE&p_ID=2&p_Value={").decode(),
    ],
)
async def test_a_skiptoken_that_was_decoded_or_made_up_is_refused(cases: ListOf, token: str) -> None:
    answer = await cases.items(f"$skiptoken={token}")

    assert (answer.status, answer.code) == (400, "invalidRequest")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("expand=fields", "badArgument"),
        ("filter=fields/Homes eq 1", "badArgument"),
        ("$skip=2", "invalidRequest"),
        ("$count=true", "invalidRequest"),
        ("$search=noise", "invalidRequest"),
        ("$top=none", "invalidRequest"),
        ("$top=0", "invalidRequest"),
        ("$expand=driveItem", "BadRequest"),
        ("$expand=fields($filter=x)", "invalidRequest"),
        ("$expand=fields(select=Title)", "badArgument"),
        ("$expand=fields($select=Title", "BadRequest"),
        ("$select=", "BadRequest"),
        ("$top=1&$top=2", "BadRequest"),
    ],
)
async def test_options_that_graph_would_not_take_are_refused(cases: ListOf, query: str, code: str) -> None:
    answer = await cases.items(query)

    assert (answer.status, answer.code) == (400, code)


@pytest.fixture
async def small(data: Path) -> AsyncIterator[Sandbox]:
    """A SharePoint whose limits are reached with a handful of items."""
    async with running(data, limits=Limits(view_threshold=3, page=2, largest_page=4)) as started:
        yield started


async def test_queries_over_the_view_threshold_use_too_many_resources(small: Sandbox) -> None:
    cases = await small.make_list("Cases", text("Reference", indexed=True), text("Hub", indexed=True))
    for n in range(5):
        await cases.added(Reference=f"ALL-{n}", Hub="ALL")

    loose = await cases.items("$filter=fields/Title eq 'x'", **PREFER)
    wide = await cases.items("$filter=fields/Hub eq 'ALL'")
    narrow = await cases.items("$filter=fields/Reference eq 'ALL-3'")

    for answer in (loose, wide):
        assert (answer.status, answer.code, answer.inner) == (422, "notSupported", "tooManyResources")
        assert answer.message == "The request is unprocessable because it uses too many resources"
    assert [item["id"] for item in narrow.value] == ["4"]


async def test_an_index_comes_too_late_over_the_threshold(small: Sandbox) -> None:
    cases = await small.make_list("Cases", text("Hub"))
    for _ in range(4):
        await cases.added(Hub="ALL")

    answer = await small.ask("PATCH", f"{cases.path}/columns/Hub", {"indexed": True})

    assert (answer.status, answer.inner) == (422, "tooManyResources")


async def test_an_index_on_existing_items_finds_them(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.ask("PATCH", f"{cases.path}/columns/Place", {"indexed": True})

    assert await cases.titles("$filter=fields/Place eq 'Mill Lane'") == ["a"]


async def test_page_sizes_have_a_default_and_a_silent_cap(small: Sandbox) -> None:
    cases = await small.make_list("Cases")
    for _ in range(5):
        await cases.added(Title="x")

    plain, large = await cases.items(""), await cases.items("$top=5000")

    assert [len(plain.value), len(large.value)] == [2, 4]
    assert "@odata.nextLink" in large.body
