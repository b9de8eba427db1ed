"""Making a site ready, through the real SDK."""

from typing import Any

import pytest

from graph_sync.errors import NotAllowed, NotProvisioned
from graph_sync.lists import ALL_LISTS, BY_NAME, CASES
from graph_sync.provision import provision
from graph_sync.site import Site
from osara_store.directory import Directory
from osara_store.outbox import Sent, TryLater
from tests.contract.graph_push.rig import DIRECTORY, World
from tests.contract.store.world import hubs_file


async def columns(world: World, name: str) -> dict[str, dict[str, Any]]:
    answer = await world.sandbox.get(f"{await world.list_path(name)}/columns")
    return {column["name"]: column for column in answer.value}


async def writes(world: World) -> list[str]:
    return [request["method"] for request in await world.requests() if request["method"] != "GET"]


async def test_the_lists_stand_there_with_columns_indexes_and_unique_keys(bare_world: World) -> None:
    report = await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert report.is_ready
    for definition in ALL_LISTS:
        made = await columns(bare_world, definition.name)
        for column in definition.own_columns:
            assert column.fault_of(made[column.name]) is None
            assert made[column.name]["indexed"] == (column.indexed or column.unique)
        assert made[definition.key]["enforceUniqueValues"]


async def test_long_texts_are_plain(world: World) -> None:
    text = (await columns(world, "OSARA entries"))["EntryText"]["text"]
    assert (text["allowMultipleLines"], text["textType"]) == (True, "plain")


async def test_provisioning_again_changes_nothing_and_says_so(world: World) -> None:
    await world.forget_requests()
    report = await provision(world.graph, world.site, DIRECTORY)
    assert await writes(world) == []
    assert list(report.lines()) == [
        "The site localhost:/sites/hubs was ready already; nothing had to change."
    ]


async def test_a_missing_column_is_added_to_a_list_that_is_there(bare_world: World) -> None:
    await bare_world.sandbox.make_list("Cases", {"name": "Hub", "text": {}, "indexed": True})
    report = await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert report.is_ready
    assert set(await columns(bare_world, "Cases")) >= {column.name for column in CASES.columns}
    assert "The column CaseReference was added to Cases." in list(report.lines())


# What the lists had before there were stages, tasks and restricted cases.
BEFORE = {
    "Cases": (
        "CaseReference", "Hub", "Category", "Status", "Location", "Since", "Frequency", "ImmediateDanger", "LeadAgency",
        "ReferredByAgency", "ReferredBy", "ReferredById", "OwnReference", "SharingBasis", "EqualityConsidered",
        "EqualityNote", "ReferredOn", "Marking",
    ),
    "OSARA entries": (
        "EntryKey", "CaseReference", "EntryNumber", "Stage", "EntryKind", "EntryText", "Agency", "WrittenBy",
        "WrittenOn", "Marking",
    ),
    "People": ("PersonKey", "CaseReference", "PersonNumber", "CaseRole", "PersonDescription", "Marking"),
    "Partners": (
        "PartnerKey", "Sector", "Hubs", "OutsideOrganisation", "AgreementVersion", "AgreementSigned",
        "AgreementExpires",
    ),
}  # fmt: skip


async def make_as_before(world: World) -> None:
    for name, columns in BEFORE.items():
        definitions = [BY_NAME[name].by_name[column].definition() for column in columns]
        for definition in definitions:
            if definition["name"] == "CaseRole":
                definition["choice"]["choices"] = ["Affected", "Involved"]
        await world.sandbox.make_list(name, *definitions)


async def test_a_site_of_the_version_before_gets_what_is_new_and_keeps_what_it_has(bare_world: World) -> None:
    await make_as_before(bare_world)
    old = {"CaseReference": "ALL-2026-0007", "PersonKey": "ALL-2026-0007-P001", "CaseRole": "Involved"}
    await bare_world.sandbox.ask("POST", f"{await bare_world.list_path('People')}/items", {"fields": old})
    report = await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert report.is_ready
    for definition in ALL_LISTS:
        made = await columns(bare_world, definition.name)
        assert made.keys() >= definition.by_name.keys()
    assert (await columns(bare_world, "People"))["CaseRole"]["choice"]["choices"] == [
        "Affected", "Involved", "Victim", "Suspect", "Witness", "Other",
    ]  # fmt: skip
    assert [row["PersonKey"] for row in await bare_world.fields("People")] == ["ALL-2026-0007-P001"]
    assert "The column Band was added to Cases." in report.done

    await bare_world.forget_requests()
    assert not (await provision(bare_world.graph, bare_world.site, DIRECTORY)).done
    assert await writes(bare_world) == []


async def test_case_files_wait_for_a_site_of_the_version_before(bare_world: World) -> None:
    """Rather than being refused for columns that are not there yet."""
    await make_as_before(bare_world)
    await bare_world.refer(2)
    assert {type(outcome) for outcome in await bare_world.push()} == {TryLater}
    await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert await bare_world.push_later(61) == [Sent(), Sent()]


async def test_whoever_makes_the_restricted_lists_is_told_that_they_are_open_still(bare_world: World) -> None:
    report = await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert list(report.lines())[-1].startswith("Important: everybody who may open the site can read")
    again = await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert "Important" not in " ".join(again.lines())


async def test_a_column_of_the_wrong_type_is_told_and_left_alone(bare_world: World) -> None:
    await bare_world.sandbox.make_list("Cases", {"name": "Location", "number": {}})
    report = await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert not report.is_ready
    [problem] = report.problems
    assert problem == (
        "The column Location of the list Cases is of the type number and should be text. "
        "Rename the list or remove the column, then provision again."
    )
    assert "number" in (await columns(bare_world, "Cases"))["Location"]


async def test_a_missing_index_and_a_missing_choice_are_put_right(bare_world: World) -> None:
    await bare_world.sandbox.make_list(
        "Cases",
        {"name": "CaseReference", "text": {}},
        {"name": "Frequency", "choice": {"choices": ["Once", "Now and then"]}},
    )
    assert (await provision(bare_world.graph, bare_world.site, DIRECTORY)).is_ready
    made = await columns(bare_world, "Cases")
    assert made["CaseReference"]["indexed"]
    assert made["CaseReference"]["enforceUniqueValues"]
    assert made["Frequency"]["choice"]["choices"] == [
        "Once", "Now and then", "Monthly", "Weekly", "Daily", "All the time",
    ]  # fmt: skip


async def test_the_partners_follow_the_directory(world: World) -> None:
    before = {row["PartnerKey"]: row for row in await world.fields("Partners")}
    assert set(before) == {agency.id for agency in DIRECTORY.agencies}
    assert before["police"]["Hubs"] == "Allerdale\nCarlisle"
    assert "AgreementVersion" not in before["unsigned"]

    file = hubs_file()
    file["agencies"][3]["agreement"] = {"version": "2027.1", "signed": "2026-05-01", "expires": "2028-04-30"}
    file["agencies"][0].pop("agreement")
    report = await provision(world.graph, world.site, Directory.model_validate(file))
    after = {row["PartnerKey"]: row for row in await world.fields("Partners")}
    assert after["unsigned"]["AgreementExpires"].startswith("2028-04-30")
    assert "AgreementExpires" not in after["homes"]
    assert len(after) == len(before)
    assert sorted(report.done) == ["The partner homes was entered.", "The partner unsigned was entered."]


async def test_without_the_right_to_make_lists_it_says_which_one_is_missing(bare_world: World) -> None:
    bare_world.sandbox.identity.roles = ["Sites.ReadWrite.All"]
    with pytest.raises(NotAllowed, match=r"takes the permission Sites\.Manage\.All.*Graph answered 403"):
        await provision(bare_world.graph, bare_world.site, DIRECTORY)


async def test_a_site_that_is_not_there_is_named(bare_world: World) -> None:
    site = Site(bare_world.graph, "localhost:/sites/elsewhere")
    with pytest.raises(NotProvisioned, match="the SharePoint site localhost:/sites/elsewhere is not there"):
        await provision(bare_world.graph, site, DIRECTORY)


async def test_the_check_of_the_site_proves_way_token_and_permission(world: World) -> None:
    await world.site.check()
    await world.sandbox.fault("unavailable")
    with pytest.raises(Exception, match="Graph answered 503"):
        await world.site.check()
