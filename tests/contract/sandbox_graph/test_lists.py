"""Sites, lists and columns: addresses, creation, and what is refused."""

from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import SITE_BY_PATH, Sandbox, text


async def test_a_site_is_found_by_its_path_and_by_its_composite_id(sandbox: Sandbox) -> None:
    by_path = await sandbox.get(SITE_BY_PATH)
    by_id = await sandbox.get(f"/sites/{by_path.body['id']}")
    encoded = await sandbox.get(sandbox.site)

    assert by_path.body["id"].startswith("localhost,")
    assert by_path.body["webUrl"].endswith("/sites/hubs")
    assert by_path.body["id"] == by_id.body["id"] == encoded.body["id"]


@pytest.mark.parametrize("colon", [":", "%3A"])
async def test_a_list_is_reached_through_the_sites_path(sandbox: Sandbox, colon: str) -> None:
    made = await sandbox.make_list("Cases")

    answer = await sandbox.get(f"/sites/localhost{colon}/sites/hubs{colon}/lists/Cases")

    assert answer.body["id"] == made.id


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/sites/localhost:/sites/other", 404, "itemNotFound"),
        ("/sites/elsewhere.example:/sites/hubs", 404, "itemNotFound"),
        ("/sites/nonsense", 400, "invalidRequest"),
        ("/sites/root", 404, "itemNotFound"),
    ],
)
async def test_another_site_is_not_there(sandbox: Sandbox, path: str, status: int, code: str) -> None:
    answer = await sandbox.get(path)

    assert (answer.status, answer.code) == (status, code)


async def test_a_list_is_made_with_its_columns_and_a_title(sandbox: Sandbox) -> None:
    answer = await sandbox.ask(
        "POST",
        f"{SITE_BY_PATH}:/lists",
        {"displayName": "OSARA entries", "columns": [text("Stage")], "list": {"template": "genericList"}},
    )
    columns = await sandbox.get(f"{SITE_BY_PATH}:/lists/OSARA%20entries/columns")

    assert answer.status == 201
    assert answer.body["list"] == {"contentTypesEnabled": False, "hidden": False, "template": "genericList"}
    assert answer.body["eTag"] == f"{answer.body['id']},1"
    assert answer.body["webUrl"].endswith("/sites/hubs/Lists/OSARA%20entries")
    assert [column["name"] for column in columns.value][:2] == ["Title", "Stage"]


async def test_a_list_is_found_by_id_title_and_name_in_any_case(sandbox: Sandbox) -> None:
    made = await sandbox.make_list("Cases")
    await sandbox.ask("PATCH", made.path, {"displayName": "All cases"})

    for name in (made.id, "Cases", "all%20cases"):
        answer = await sandbox.get(f"{sandbox.site}/lists/{name}")
        assert (answer.status, answer.body["displayName"]) == (200, "All cases")


async def test_a_second_list_of_the_same_title_is_a_conflict(sandbox: Sandbox) -> None:
    await sandbox.make_list("Cases")

    answer = await sandbox.ask("POST", f"{sandbox.site}/lists", {"displayName": "cases"})

    assert (answer.status, answer.code) == (409, "nameAlreadyExists")


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"displayName": "A", "name": "a"}, 400, "Cannot define a 'name' for a list"),
        ({}, 400, "displayName"),
        ({"displayName": "A", "colour": "red"}, 400, "colour"),
        ({"displayName": "A", "list": {"template": "documentLibrary"}}, 501, "template"),
        ({"displayName": "A", "columns": [{"name": "B"}]}, 400, "exactly one type facet"),
        ({"displayName": "A", "columns": [text("B"), text("b")]}, 409, "already exists"),
        ({"displayName": "A", "columns": [text("Modified")]}, 409, "already exists"),
        ({"displayName": "A", "columns": [text("has space")]}, 400, "name"),
        ({"displayName": "A", "columns": [{"name": "B", "term": {}}]}, 501, "term"),
        ({"displayName": "A", "columns": [{"name": "B", "text": {"colour": 1}}]}, 400, "text/colour"),
        ({"displayName": "A", "columns": [{"name": "B", "text": {"max_length": 9}}]}, 400, "text/max_length"),
        ({"displayName": "A", "columns": [text("B", isSealed=True)]}, 400, "isSealed"),
        ({"displayName": "A", "columns": [text("B", indexed="yes")]}, 400, "indexed"),
        ({"displayName": "A", "columns": [{"name": "B", "lookup": {"listId": "none"}}]}, 400, "looks up"),
    ],
)
async def test_a_list_that_is_wrong_is_refused_and_not_made(
    sandbox: Sandbox, body: dict[str, Any], status: int, says: str
) -> None:
    answer = await sandbox.ask("POST", f"{sandbox.site}/lists", body)
    lists = await sandbox.get(f"{sandbox.site}/lists")

    assert (answer.status, lists.value) == (status, [])
    assert says in answer.message


async def test_lists_are_filtered_by_display_name_only(sandbox: Sandbox) -> None:
    await sandbox.make_list("Cases")
    await sandbox.make_list("People's notes")

    found = await sandbox.get(
        f"{sandbox.site}/lists?$filter=displayName eq 'People''s notes'&$select=displayName"
    )
    refused = await sandbox.get(f"{sandbox.site}/lists?$filter=name eq 'Cases'")

    assert [one["displayName"] for one in found.value] == ["People's notes"]
    assert (refused.code, refused.message) == (
        "invalidRequest",
        "The provided filter statement is not supported",
    )


async def test_the_systems_lists_are_hidden_unless_asked_for(sandbox: Sandbox) -> None:
    plain = await sandbox.get(f"{sandbox.site}/lists")
    asked = await sandbox.get(f"{sandbox.site}/lists?$select=displayName,system")

    assert plain.value == []
    assert [one["displayName"] for one in asked.value] == ["User Information List"]


async def test_the_systems_lists_are_read_only(sandbox: Sandbox) -> None:
    path = f"{sandbox.site}/lists/User%20Information%20List"

    read = await sandbox.get(f"{path}/items?$expand=fields($select=Title)")
    written = await sandbox.ask("POST", f"{path}/items", {"fields": {"Title": "Somebody"}})
    deleted = await sandbox.ask("DELETE", path)

    assert [item["fields"]["Title"] for item in read.value] == ["Local Focus Hub", "Priya Raman", "Tom Airey"]
    assert written.code == deleted.code == "accessDenied"


async def test_a_list_shows_its_columns_and_items_when_expanded(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", text("Reference"))
    await cases.added(Reference="ALL-2026-0001")

    answer = await sandbox.get(
        f"{cases.path}?$select=displayName&$expand=columns($select=name),items($expand=fields($select=Reference))"
    )

    assert {"name": "Reference"} in answer.body["columns"]
    assert answer.body["items"][0]["fields"]["Reference"] == "ALL-2026-0001"
    assert "createdDateTime" not in answer.body


async def test_a_deleted_list_is_gone_with_its_items(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases")
    await cases.added(Title="Noise")

    removed = await sandbox.ask("DELETE", cases.path)

    assert removed.status == 204
    assert (await sandbox.get(f"{cases.path}/items/1")).code == "itemNotFound"
    again = await sandbox.make_list("Cases")
    assert (await again.items()).value == []


async def test_a_column_is_added_shown_and_changed(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases")
    body = {"name": "Danger", "choice": {"choices": ["yes", "no"]}, "description": "Immediate danger"}

    made = await sandbox.ask("POST", f"{cases.path}/columns", body)
    path = f"{cases.path}/columns/{made.body['id']}"
    changed = await sandbox.ask("PATCH", path, {"displayName": "In danger", "choice": {"choices": ["yes"]}})
    read = await sandbox.get(path)

    assert made.status == 201
    assert made.body["choice"] == {
        "allowTextEntry": False,
        "choices": ["yes", "no"],
        "displayAs": "dropDownMenu",
    }
    assert changed.status == 200
    assert (read.body["displayName"], read.body["choice"]["choices"]) == ("In danger", ["yes"])


async def test_a_column_cannot_become_another_type(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", text("Reference"))

    answer = await sandbox.ask("PATCH", f"{cases.path}/columns/Reference", {"number": {}})

    assert (answer.status, answer.code) == (400, "invalidRequest")


async def test_a_column_named_like_another_is_a_conflict(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", text("Reference"))

    for name in ("reference", "Author", "title"):
        answer = await sandbox.ask("POST", f"{cases.path}/columns", text(name))
        assert (answer.status, answer.code) == (409, "nameAlreadyExists")


async def test_a_deleted_column_is_not_recognised_any_more(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", text("Reference", indexed=True))
    await cases.added(Reference="ALL-2026-0001")

    removed = await sandbox.ask("DELETE", f"{cases.path}/columns/Reference")

    assert removed.status == 204
    assert "Reference" not in (await cases.item("1"))["fields"]
    assert (await cases.add(Reference="x")).message == "Field 'Reference' is not recognized"


@pytest.mark.parametrize("name", ["Title", "Created"])
async def test_a_built_in_column_stays(sandbox: Sandbox, name: str) -> None:
    cases = await sandbox.make_list("Cases")

    answer = await sandbox.ask("DELETE", f"{cases.path}/columns/{name}")

    assert answer.status == 400


async def test_hidden_columns_and_values_are_shown_only_when_named(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", text("Secret", hidden=True))
    await cases.added(Secret="kept")

    plain = await sandbox.get(f"{cases.path}/columns")
    asked = await sandbox.get(f"{cases.path}/columns?$select=name,hidden")
    named = await sandbox.get(f"{cases.path}/items/1?$expand=fields($select=Secret)")

    assert "Secret" not in {column["name"] for column in plain.value}
    assert {"name": "Secret", "hidden": True} in asked.value
    assert "Secret" not in (await cases.item("1"))["fields"]
    assert named.body["fields"]["Secret"] == "kept"


async def test_a_hyperlink_column_comes_back_without_a_facet(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", {"name": "Link", "hyperlinkOrPicture": {}})

    answer = await sandbox.get(f"{cases.path}/columns/Link")

    assert "hyperlinkOrPicture" not in answer.body
    assert answer.body["name"] == "Link"


async def test_the_twenty_first_index_is_refused(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases", *(text(f"C{n}", indexed=True) for n in range(20)))

    added = await sandbox.ask("POST", f"{cases.path}/columns", text("C20", indexed=True))
    changed = await sandbox.ask("PATCH", f"{cases.path}/columns/Title", {"indexed": True})

    assert added.status == changed.status == 400
    assert "20 indexed columns" in added.message


async def test_unique_values_need_an_index(sandbox: Sandbox) -> None:
    cases = await sandbox.make_list("Cases")

    answer = await sandbox.ask("POST", f"{cases.path}/columns", text("Reference", enforceUniqueValues=True))

    assert (answer.status, answer.message) == (400, "This field must be indexed to enforce unique values.")


@pytest.mark.parametrize(
    "facet",
    [
        {"text": {"allowMultipleLines": True}},
        {"choice": {"choices": ["a"], "displayAs": "checkBoxes"}},
        {"hyperlinkOrPicture": {}},
        {"personOrGroup": {"allowMultipleSelection": True}},
    ],
)
async def test_some_types_cannot_be_indexed(sandbox: Sandbox, facet: dict[str, Any]) -> None:
    cases = await sandbox.make_list("Cases")

    answer = await sandbox.ask("POST", f"{cases.path}/columns", {"name": "A", "indexed": True, **facet})

    assert answer.status == 400
    assert "cannot be indexed" in answer.message
