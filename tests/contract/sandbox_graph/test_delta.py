"""Delta: enumerations, changes since a token, deletions, and the ways it breaks."""

from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import Answer, ListOf, Sandbox


@pytest.fixture
async def cases(sandbox: Sandbox) -> ListOf:
    made = await sandbox.make_list("Cases")
    for title in "abc":
        await made.added(Title=title)
    return made


async def drain(sandbox: Sandbox, link: str) -> tuple[list[dict[str, Any]], str]:
    """Follow next links to the end; return all entries and the delta link."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await sandbox.get(link)
        found.extend(answer.value)
        if "@odata.deltaLink" in answer.body:
            return found, answer.body["@odata.deltaLink"]
        link = answer.body["@odata.nextLink"]


@pytest.mark.parametrize(
    "spelling",
    ["delta", "delta()", "delta(token='')", "delta?token=", "delta%28%29", "microsoft.graph.delta()"],
)
async def test_without_a_token_all_items_are_enumerated(
    sandbox: Sandbox, cases: ListOf, spelling: str
) -> None:
    found, link = await drain(sandbox, f"{cases.path}/items/{spelling}")

    assert [item["id"] for item in found] == ["1", "2", "3"]
    assert link.startswith(sandbox.root)


async def test_a_delta_link_gives_only_what_changed_since(sandbox: Sandbox, cases: ListOf) -> None:
    _, link = await drain(sandbox, f"{cases.path}/items/delta?$expand=fields($select=Title)&$top=2")
    await cases.change("2", Title="changed")
    await cases.change("2", Title="changed again")
    await cases.added(Title="d")

    found, following = await drain(sandbox, link)
    nothing, _ = await drain(sandbox, following)

    assert [(item["id"], item["fields"]["Title"]) for item in found] == [("2", "changed again"), ("4", "d")]
    assert nothing == []


async def test_query_options_live_on_in_the_links(sandbox: Sandbox, cases: ListOf) -> None:
    answer = await sandbox.get(f"{cases.path}/items/delta()?$expand=fields($select=Title)&$top=2")
    second = await sandbox.get(answer.body["@odata.nextLink"])

    assert "/items/delta?" in answer.body["@odata.nextLink"]
    assert second.value[0]["fields"]["Title"] == "c"


@pytest.mark.parametrize("spelling", ["delta?token=latest", "delta(token='latest')"])
async def test_latest_skips_the_enumeration(sandbox: Sandbox, cases: ListOf, spelling: str) -> None:
    found, link = await drain(sandbox, f"{cases.path}/items/{spelling}")
    await cases.change("3", Title="changed")

    assert found == []
    assert [item["id"] for item in (await drain(sandbox, link))[0]] == ["3"]


async def test_a_deleted_item_is_told_with_its_state_only(sandbox: Sandbox, cases: ListOf) -> None:
    _, link = await drain(sandbox, f"{cases.path}/items/delta?$expand=fields")
    await cases.remove("2")

    found, _ = await drain(sandbox, link)

    assert set(found[0]) == {"id", "parentReference", "contentType", "deleted"}
    assert (found[0]["id"], found[0]["deleted"]) == ("2", {"state": "deleted"})


async def test_an_enumeration_does_not_tell_of_older_deletions(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.remove("3")

    found, link = await drain(sandbox, f"{cases.path}/items/delta")
    since, _ = await drain(sandbox, link)

    assert [item["id"] for item in found] == ["1", "2"]
    assert since == []


async def test_what_changes_between_pages_comes_again(sandbox: Sandbox, cases: ListOf) -> None:
    first = await sandbox.get(f"{cases.path}/items/delta?$top=2&$expand=fields")
    await cases.change("1", Title="changed")
    await cases.remove("2")

    found, _ = await drain(sandbox, first.body["@odata.nextLink"])

    assert [(item["id"], "deleted" in item) for item in found] == [("3", False), ("1", False), ("2", True)]


@pytest.mark.parametrize("token", ["nonsense", "bm9uc2Vuc2U", "3;x;1;0"])
async def test_a_made_up_token_is_refused(sandbox: Sandbox, cases: ListOf, token: str) -> None:
    answer = await sandbox.get(f"{cases.path}/items/delta?token={token}")

    assert (answer.status, answer.code) == (400, "invalidRequest")


async def test_a_token_of_another_list_is_refused(sandbox: Sandbox, cases: ListOf) -> None:
    _, link = await drain(sandbox, f"{cases.path}/items/delta")
    other = await sandbox.make_list("Other")

    answer = await sandbox.get(link.replace(cases.id, other.id))

    assert answer.status == 400


async def test_a_filter_is_not_offered(sandbox: Sandbox, cases: ListOf) -> None:
    answer = await sandbox.get(f"{cases.path}/items/delta?$filter=fields/id eq 1")

    assert answer.status == 400


async def resynced(sandbox: Sandbox, cases: ListOf, kind: str) -> Answer:
    _, link = await drain(sandbox, f"{cases.path}/items/delta?$expand=fields($select=Title)")
    await sandbox.fault(kind, times=1)
    return await sandbox.get(link)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("resync_apply", "resyncChangesApplyDifferences"),
        ("resync_upload", "resyncChangesUploadDifferences"),
    ],
)
async def test_an_old_token_can_be_gone_and_a_fresh_start_is_offered(
    sandbox: Sandbox, cases: ListOf, kind: str, code: str
) -> None:
    answer = await resynced(sandbox, cases, kind)
    found, _ = await drain(sandbox, answer.headers["Location"])

    assert (answer.status, answer.code) == (410, code)
    assert [item["fields"]["Title"] for item in found] == ["a", "b", "c"]


async def test_a_page_can_be_broken_in_the_way_the_service_once_was(sandbox: Sandbox, cases: ListOf) -> None:
    answer = await resynced(sandbox, cases, "delta_error_element")

    assert answer.value[0]["error"]["code"] == "InternalServerError"
    assert "@odata.deltaLink" not in answer.body
