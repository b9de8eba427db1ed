"""The envelope of an item, its system fields, and what writes do to them."""

import re
from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import ListOf, Sandbox, text

GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@pytest.fixture
async def cases(sandbox: Sandbox) -> ListOf:
    return await sandbox.make_list("Cases", text("Reference"), text("Category"))


async def test_a_new_item_comes_back_with_its_envelope_and_fields(sandbox: Sandbox, cases: ListOf) -> None:
    item = await cases.added(Title="Noise in Mill Lane", Reference="ALL-2026-0001")

    assert item["id"] == "1"
    assert re.fullmatch(rf'"{GUID},1"', item["eTag"])
    assert item["@odata.etag"] == item["eTag"]
    assert item["parentReference"] == {"id": cases.id, "siteId": sandbox.graph.site.id}
    assert item["contentType"]["name"] == "Item"
    assert item["contentType"]["id"].startswith("0x0100")
    assert item["webUrl"].endswith("/sites/hubs/Lists/Cases/1_.000")
    assert item["createdBy"]["application"]["displayName"] == "Local Focus Hub"
    assert item["fields"]["Reference"] == "ALL-2026-0001"
    assert item["fields@odata.context"].endswith("/fields/$entity")


async def test_fields_carry_what_sharepoint_keeps_itself(cases: ListOf) -> None:
    fields = (await cases.added(Title="Noise"))["fields"]

    assert fields["id"] == "1"
    assert fields["ContentType"] == "Item"
    assert fields["_UIVersionString"] == "1.0"
    assert fields["Attachments"] is False
    assert fields["LinkTitle"] == fields["LinkTitleNoMenu"] == "Noise"
    assert fields["ItemChildCount"] == fields["FolderChildCount"] == "0"
    assert fields["AuthorLookupId"] == fields["EditorLookupId"] == "1073741822"
    assert fields["AppAuthorLookupId"] == fields["AppEditorLookupId"] == "1"
    assert fields["Created"].endswith("Z")
    empty = (
        "Edit",
        "_ComplianceFlags",
        "_ComplianceTag",
        "_ComplianceTagWrittenTime",
        "_ComplianceTagUserId",
    )
    assert {fields[name] for name in empty} == {""}


async def test_fields_are_absent_unless_expanded(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="Noise")

    answer = await sandbox.get(f"{cases.path}/items/1")

    assert "fields" not in answer.body


async def test_selecting_fields_leaves_only_those(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="Noise", Reference="ALL-2026-0001", Category="noise")

    answer = await sandbox.get(f"{cases.path}/items/1?$select=id&$expand=fields($select=Reference,id)")

    assert set(answer.body["fields"]) == {"@odata.etag", "Reference", "id"}
    assert {name for name in answer.body if "@" not in name} == {"id", "fields"}


async def test_every_write_bumps_etag_and_version(cases: ListOf) -> None:
    before = await cases.added(Title="Noise")

    answer = await cases.change("1", Category="noise")
    after = await cases.item("1")

    assert answer.status == 200
    assert answer.body["_UIVersionString"] == "2.0"
    assert answer.body["Title"] == "Noise"
    assert after["eTag"] == before["eTag"].replace(',1"', ',2"') == answer.body["@odata.etag"]


async def test_the_etag_header_comes_without_quotes(sandbox: Sandbox, cases: ListOf) -> None:
    item = await cases.added(Title="Noise")

    answer = await sandbox.get(f"{cases.path}/items/1")

    assert answer.headers["ETag"] == item["eTag"].strip('"')


async def test_an_item_can_also_be_changed_through_its_wrapper(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="Noise")

    answer = await sandbox.ask("PATCH", f"{cases.path}/items/1", {"fields": {"Title": "Parking"}})

    assert answer.status == 200
    assert answer.body["fields"]["Title"] == "Parking"


async def test_a_change_on_the_wrong_etag_is_refused_and_changes_nothing(
    sandbox: Sandbox, cases: ListOf
) -> None:
    first = await cases.added(Title="Noise")
    await cases.change("1", Category="noise")

    answer = await sandbox.ask(
        "PATCH", f"{cases.path}/items/1/fields", {"Title": "Lost"}, headers={"If-Match": first["eTag"]}
    )

    assert (answer.status, answer.code, answer.inner) == (412, "resourceModified", "entityTagDoesNotMatch")
    assert (await cases.item("1"))["fields"]["Title"] == "Noise"


@pytest.mark.parametrize("tag", ["{etag}", "*"])
async def test_a_change_on_the_right_etag_is_done(sandbox: Sandbox, cases: ListOf, tag: str) -> None:
    item = await cases.added(Title="Noise")

    answer = await sandbox.ask(
        "PATCH",
        f"{cases.path}/items/1/fields",
        {"Title": "Parking"},
        headers={"If-Match": tag.format(etag=item["eTag"])},
    )

    assert answer.status == 200


async def test_a_malformed_etag_is_a_bad_request(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="Noise")

    answer = await sandbox.ask("DELETE", f"{cases.path}/items/1", headers={"If-Match": "no-quotes,1"})

    assert (answer.status, answer.inner) == (400, "malformedEntityTag")


async def test_a_deleted_item_is_gone_and_its_id_is_not_used_again(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="Noise")

    removed = await cases.remove("1")
    gone = await sandbox.get(f"{cases.path}/items/1")
    following = await cases.added(Title="Parking")

    assert (removed.status, removed.body) == (204, None)
    assert (gone.status, gone.code) == (404, "itemNotFound")
    assert following["id"] == "2"


async def test_versions_are_kept_newest_first(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="First")
    await cases.change("1", Title="Second")
    await cases.change("1", Title="Third")

    answer = await sandbox.get(f"{cases.path}/items/1/versions?$expand=fields")

    assert [(v["id"], v["fields"]["Title"]) for v in answer.value] == [
        ("3.0", "Third"),
        ("2.0", "Second"),
        ("1.0", "First"),
    ]


async def test_one_version_can_be_read_and_restored(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="First", Category="noise")
    await cases.change("1", Title="Second", Category=None)

    read = await sandbox.get(f"{cases.path}/items/1/versions/1.0?$expand=fields($select=Title)")
    fields = await sandbox.get(f"{cases.path}/items/1/versions/1.0/fields")
    restored = await sandbox.ask("POST", f"{cases.path}/items/1/versions/1.0/restoreVersion")
    after = (await cases.item("1"))["fields"]

    assert read.body["fields"]["Title"] == fields.body["Title"] == "First"
    assert restored.status == 204
    assert (after["Title"], after["Category"], after["_UIVersionString"]) == ("First", "noise", "3.0")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/items/99", 404),
        ("GET", "/items/nonsense", 400),
        ("GET", "/items/1/versions/9.0", 404),
        ("GET", "/items/1/versions/x", 400),
        ("PUT", "/items/1", 405),
    ],
)
async def test_what_is_not_there_answers_with_an_error(
    sandbox: Sandbox, cases: ListOf, method: str, path: str, status: int
) -> None:
    await cases.added(Title="Noise")

    answer = await sandbox.ask(method, f"{cases.path}{path}")

    assert answer.status == status
    assert answer.code


@pytest.mark.parametrize(
    "body", [{"fields": []}, {"fields": {"Title": "x"}, "webUrl": "y"}, {"Title": "not wrapped"}, []]
)
async def test_a_body_that_is_not_an_item_is_refused(sandbox: Sandbox, cases: ListOf, body: Any) -> None:
    answer = await sandbox.ask("POST", f"{cases.path}/items", body)

    assert answer.status == 400
