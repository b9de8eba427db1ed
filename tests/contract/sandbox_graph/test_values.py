"""What each type of column accepts, and how it reads back."""

from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import ListOf, Sandbox, text


@pytest.fixture
async def cases(sandbox: Sandbox) -> ListOf:
    return await sandbox.make_list(
        "Cases",
        text("Reference", indexed=True, enforceUniqueValues=True),
        {"name": "Notes", "text": {"allowMultipleLines": True}},
        {"name": "Short", "text": {"maxLength": 5}},
        {"name": "Rich", "text": {"allowMultipleLines": True, "textType": "richText"}},
        {"name": "Danger", "choice": {"choices": ["yes", "no"]}},
        {"name": "Open", "choice": {"choices": ["yes"], "allowTextEntry": True}},
        {"name": "Powers", "choice": {"choices": ["warning", "order"], "displayAs": "checkBoxes"}},
        {"name": "Homes", "number": {"minimum": 0, "maximum": 10}},
        {"name": "Cost", "currency": {}},
        {"name": "Urgent", "boolean": {}},
        {"name": "Seen", "dateTime": {"format": "dateTime"}},
        {"name": "Day", "dateTime": {"format": "dateOnly"}},
        {"name": "Link", "hyperlinkOrPicture": {}},
        {"name": "Lead", "personOrGroup": {}},
        {"name": "Team", "personOrGroup": {"allowMultipleSelection": True}},
    )


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("Title", "Señora Ångström 😀", "Señora Ångström 😀"),
        ("Notes", "one\ntwo", "one\ntwo"),
        ("Danger", "yes", "yes"),
        ("Open", "perhaps", "perhaps"),
        ("Homes", 7, 7),
        ("Cost", 12.5, 12.5),
        ("Urgent", False, False),
        ("Seen", "2026-09-30T10:11:12.859Z", "2026-09-30T10:11:12Z"),
        ("Seen", "2026-09-30T11:11:12+01:00", "2026-09-30T10:11:12Z"),
        ("Day", "2026-09-30", "2026-09-30T00:00:00Z"),
        ("Day", "2026-09-30T10:11:12Z", "2026-09-30T00:00:00Z"),
        ("Rich", "a < b", '<div class="ExternalClass">a &lt; b</div>'),
        (
            "Link",
            {"Url": "https://hubs.example/a", "Description": "A"},
            {"Url": "https://hubs.example/a", "Description": "A"},
        ),
    ],
)
async def test_a_value_reads_back_as_sharepoint_keeps_it(
    cases: ListOf, name: str, written: Any, read: Any
) -> None:
    item = await cases.added(**{name: written})

    assert item["fields"][name] == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Title", "x" * 256),
        ("Title", "😀" * 128),
        ("Title", 7),
        ("Notes", "x" * 64_000),
        ("Short", "123456"),
        ("Danger", "Yes"),
        ("Danger", "perhaps"),
        ("Homes", 11),
        ("Homes", "7"),
        ("Homes", True),
        ("Urgent", "yes"),
        ("Seen", "2026-09-30T10:11:12"),
        ("Seen", "yesterday"),
        ("Seen", 5),
        ("Day", "1492-10-12"),
        ("Link", "https://hubs.example"),
        ("Created", "2026-09-30T10:11:12Z"),
        ("id", "9"),
        ("Unheard", "x"),
        ("reference", "wrong case"),
        ("Lead", "Priya Raman"),
        ("LeadLookupId", "9999"),
        ("LeadLookupId", "Priya"),
    ],
)
async def test_a_value_that_does_not_fit_is_a_bad_request(cases: ListOf, name: str, value: Any) -> None:
    answer = await cases.add(**{name: value})

    assert (answer.status, answer.code) == (400, "invalidRequest")
    assert (await cases.items()).value == []


async def test_an_unknown_column_is_named_in_the_error(cases: ListOf) -> None:
    answer = await cases.add(Unheard="x")

    assert answer.message == "Field 'Unheard' is not recognized"


@pytest.mark.parametrize("length", [255, 63_999])
async def test_text_up_to_its_limit_is_kept(cases: ListOf, length: int) -> None:
    name = "Title" if length == 255 else "Notes"

    item = await cases.added(**{name: "x" * length})

    assert len(item["fields"][name]) == length


@pytest.mark.parametrize("nothing", [None, ""])
async def test_a_column_set_to_nothing_disappears(cases: ListOf, nothing: str | None) -> None:
    await cases.added(Title="Noise", Notes="text")

    await cases.change("1", Notes=nothing, Title=nothing)
    fields = (await cases.item("1"))["fields"]

    assert "Notes" not in fields
    assert "LinkTitle" not in fields


async def test_a_failed_change_of_several_columns_changes_none(cases: ListOf) -> None:
    await cases.added(Title="Noise")

    answer = await cases.change("1", Title="Parking", Danger="perhaps")

    assert answer.status == 400
    assert (await cases.item("1"))["fields"]["Title"] == "Noise"


async def test_a_unique_value_is_taken_once_in_any_case(cases: ListOf) -> None:
    await cases.added(Reference="ALL-2026-0001")
    await cases.added(Reference="ALL-2026-0002")

    created = await cases.add(Reference="all-2026-0001")
    changed = await cases.change("2", Reference="ALL-2026-0001")

    assert created.status == changed.status == 400
    assert "duplicate values were found in one or more fields in the list" in created.message
    assert len((await cases.items()).value) == 2


async def test_a_unique_value_is_free_again_when_its_item_is_gone_or_changed(cases: ListOf) -> None:
    await cases.added(Reference="one")
    await cases.added(Reference="two")
    await cases.remove("1")
    await cases.change("2", Reference="three")

    assert (await cases.add(Reference="one")).status == 201
    assert (await cases.add(Reference="two")).status == 201


async def test_items_without_the_unique_value_do_not_clash(cases: ListOf) -> None:
    await cases.added(Title="one")

    assert (await cases.add(Title="two")).status == 201


async def test_making_a_column_unique_over_duplicates_is_refused(sandbox: Sandbox) -> None:
    notes = await sandbox.make_list("Notes", text("Key"))
    await notes.added(Key="same")
    await notes.added(Key="same")

    answer = await sandbox.ask(
        "PATCH", f"{notes.path}/columns/Key", {"indexed": True, "enforceUniqueValues": True}
    )

    assert answer.status == 400
    assert (await sandbox.get(f"{notes.path}/columns/Key")).body["indexed"] is False


async def test_several_choices_need_their_type_said(cases: ListOf) -> None:
    typed = {"Powers@odata.type": "Collection(Edm.String)", "Powers": ["warning", "order"]}

    plain = await cases.add(Powers=["warning"])
    item = await cases.added(**typed)

    assert (plain.status, plain.code) == (400, "generalException")
    assert item["fields"]["Powers"] == ["warning", "order"]


async def test_a_person_is_written_and_read_by_lookup_id(sandbox: Sandbox, cases: ListOf) -> None:
    item = await cases.added(LeadLookupId=2)
    as_text = await cases.added(LeadLookupId="2")
    by_value = await sandbox.get(f"{cases.path}/items/1?$expand=fields($select=Lead)")

    assert item["fields"]["LeadLookupId"] == as_text["fields"]["LeadLookupId"] == "2"
    assert "Lead" not in item["fields"]
    assert by_value.body["fields"]["Lead"] == "Priya Raman"


async def test_several_people_are_read_with_name_and_address(cases: ListOf) -> None:
    typed = {"TeamLookupId@odata.type": "Collection(Edm.Int32)", "TeamLookupId": [2, 3]}

    plain = await cases.add(TeamLookupId=[2, 3])
    item = await cases.added(**typed)

    assert plain.code == "generalException"
    assert item["fields"]["Team"] == [
        {"LookupId": 2, "LookupValue": "Priya Raman", "Email": "priya.raman@hubs.example"},
        {"LookupId": 3, "LookupValue": "Tom Airey", "Email": "tom.airey@hubs.example"},
    ]


async def test_a_lookup_refers_to_an_item_that_exists(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="Noise")
    entries = await sandbox.make_list("Entries", {"name": "Case", "lookup": {"listId": cases.id}})

    item = await entries.added(CaseLookupId="1")
    missing = await entries.add(CaseLookupId="2")
    by_value = await sandbox.get(f"{entries.path}/items/1?$expand=fields($select=Case)")

    assert item["fields"]["CaseLookupId"] == "1"
    assert missing.status == 400
    assert by_value.body["fields"]["Case"] == "Noise"


async def test_more_than_twelve_lookups_in_a_query_are_refused(sandbox: Sandbox) -> None:
    columns = ({"name": f"P{n}", "personOrGroup": {}} for n in range(11))
    people = await sandbox.make_list("People", *columns)

    refused = await people.items()
    selected = await people.items("$expand=fields($select=P1LookupId,Title)")

    assert (refused.status, selected.status) == (400, 200)
    assert "lookup column threshold" in refused.message


async def test_a_default_value_is_used_where_nothing_is_given(sandbox: Sandbox) -> None:
    notes = await sandbox.make_list("Notes", text("Marking", defaultValue={"value": "OFFICIAL-SENSITIVE"}))

    item = await notes.added(Title="one")
    other = await notes.added(Marking="OFFICIAL")

    assert item["fields"]["Marking"] == "OFFICIAL-SENSITIVE"
    assert other["fields"]["Marking"] == "OFFICIAL"
