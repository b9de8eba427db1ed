"""A case that is restricted leaves the ordinary lists for those that few may open, and comes back when it is released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from graph_sync.client import GraphClient
from graph_sync.lists import ORDINARY, RESTRICTED, CaseLists
from graph_sync.site import Site
from graph_sync.wire import Answer, Request
from osara_store import schema
from osara_store.cases import Case
from osara_store.outbox import Failed, Sent
from tests.contract.graph_push.case_rows import invited, meeting, related, request, risk, task
from tests.contract.graph_push.rig import SITE, World, credential_of, pusher_for
from tests.contract.graph_push.test_kill import AFTER_THE_LEASE, pushing_killed_when
from tests.contract.graph_push.test_trouble import items_path
from tests.contract.store.world import something_else

PARTS = {
    "Cases": 1,
    "OSARA entries": 3,
    "People": 3,
    "Tasks": 1,
    "Risk assessments": 1,
    "Information requests": 1,
    "Meetings": 1,
}


@pytest.fixture
async def case(world: World) -> Case:
    """A case with a task, an assessment and a request, as it stands in the ordinary lists."""
    [made] = await world.refer()
    await world.write(schema.tasks, task(made))
    await world.write(schema.risk_assessments, risk(made))
    await world.write(schema.information_requests, request(made))
    await world.write(schema.meetings, meeting(made))
    await world.write(schema.meeting_people, invited(made))
    assert await world.push() == [Sent()]
    return made


async def restrict(world: World, case: Case, *, on: bool = True) -> None:
    await world.change(case, restricted=on)


async def parts_in(world: World, lists: CaseLists) -> dict[str, int]:
    """How many items each list has, by the ordinary list's name; none of them twice."""
    found = {}
    for definition in lists:
        keys = Counter(fields.get(definition.key) for fields in await world.fields(definition.name))
        assert set(keys.values()) <= {1}, definition.name
        if keys:
            found[definition.name.removeprefix("Restricted ")] = len(keys)
    return found


async def assert_stands_in(world: World, lists: CaseLists) -> None:
    assert await parts_in(world, lists) == PARTS
    assert await parts_in(world, ORDINARY if lists is RESTRICTED else RESTRICTED) == {}


async def edit(world: World, name: str, key: str, **fields: Any) -> None:
    [item] = [each for each in await world.items(name) if key in each["fields"].values()]
    await world.edit(name, item, **fields)


async def test_a_restricted_case_moves_whole_and_comes_back_whole(world: World, case: Case) -> None:
    await restrict(world, case)
    assert await world.push() == [Sent()]
    await assert_stands_in(world, RESTRICTED)
    assert (await world.fields("Restricted Cases"))[0]["Restricted"] is True

    await restrict(world, case, on=False)
    assert await world.push() == [Sent()]
    await assert_stands_in(world, ORDINARY)
    assert (await world.fields("Cases"))[0].get("Restricted", False) is False


async def test_a_case_that_was_restricted_before_it_was_ever_pushed_never_stands_in_the_ordinary_lists(
    world: World,
) -> None:
    [made] = await world.refer()
    await restrict(world, made)
    assert set(await world.push()) == {Sent()}
    assert await parts_in(world, ORDINARY) == {}
    writes = [request["path"] for request in await world.requests() if request["method"] == "POST"]
    ordinary = [await items_path(world, definition.name) for definition in ORDINARY]
    assert not [path for path in writes if any(path.endswith(own.rstrip("$")) for own in ordinary)]


class BusyGraph(GraphClient):
    """Lets somebody do something just before the first deletion goes out."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def send_all(self, requests: Sequence[Request]) -> list[Answer]:
        if self.meanwhile and any(request.method == "DELETE" for request in requests):
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return await super().send_all(requests)


async def test_an_edit_between_our_look_and_our_deletion_is_not_lost(world: World, case: Case) -> None:
    """The deletion carries the version that was looked at, so it is refused."""
    await restrict(world, case)
    async with credential_of(world.sandbox) as credential:
        graph = BusyGraph(credential, world.sandbox.root)
        graph.meanwhile = lambda: edit(world, "Meetings", case.reference, Reason="He is back")
        world.pusher = pusher_for(graph, Site(graph, SITE), world.database, world.clock)
        [refused] = await world.push()
        assert isinstance(refused, Failed)
        assert await world.push_later(60) == [Sent()]
        await graph.close()
    await assert_stands_in(world, RESTRICTED)
    assert (await world.fields("Restricted Meetings"))[0]["Reason"] == "He is back"


async def test_the_receipt_leads_to_where_the_case_now_stands(world: World, case: Case) -> None:
    await restrict(world, case)
    await world.push()
    assert (await world.case(case)).web_url == (await world.items("Restricted Cases"))[0]["webUrl"]
    receipts = [row["key"] for row in await world.rows(schema.outbox) if ":synced" in row["key"]]
    assert len(receipts) == 2


async def test_a_related_case_does_not_name_it_any_longer(world: World, case: Case) -> None:
    [other] = await world.refer(**something_else().model_dump())
    await world.write(schema.case_links, related(other, case))
    await world.change(other)
    await world.push()
    assert case.reference in (await world.fields("Cases"))[1]["RelatedCases"]

    await restrict(world, case)
    while await world.waiting():
        assert set(await world.push()) == {Sent()}
    [left] = await world.fields("Cases")
    assert left["RelatedCases"] == "A restricted case: related to this case"
    await restrict(world, case, on=False)
    while await world.waiting():
        assert set(await world.push()) == {Sent()}
    assert case.reference in (await world.fields("Cases"))[0]["RelatedCases"]


async def test_what_a_person_changed_in_sharepoint_moves_with_the_case(world: World, case: Case) -> None:
    await edit(world, "Cases", case.reference, LeadAgency="Border Homes", Location="the corner of Mill Lane")
    await edit(world, "Tasks", case.reference, TaskOutcome="Rang them")
    await world.change(case, restricted=True, where="14 High Street")
    assert await world.push() == [Sent()]
    await assert_stands_in(world, RESTRICTED)
    [moved] = await world.fields("Restricted Cases")
    assert (moved["LeadAgency"], moved["Location"]) == ("Border Homes", "the corner of Mill Lane")
    assert (await world.fields("Restricted Tasks"))[0]["TaskOutcome"] == "Rang them"
    [conflict] = await world.rows(schema.sync_conflicts)
    assert (conflict["list"], conflict["field"], conflict["ours"], conflict["theirs"]) == (
        "Restricted Cases", "Location", "14 High Street", "the corner of Mill Lane",
    )  # fmt: skip


async def test_a_row_that_a_person_made_for_the_case_moves_with_it(world: World, case: Case) -> None:
    path = f"{await world.list_path('Tasks')}/items"
    by_hand = {"CaseReference": case.reference, "Title": "By hand", "Intervention": "Ring the school"}
    assert (await world.sandbox.ask("POST", path, {"fields": by_hand})).status == 201
    await restrict(world, case)
    assert await world.push() == [Sent()]
    assert await parts_in(world, ORDINARY) == {}
    moved = [fields.get("Intervention") for fields in await world.fields("Restricted Tasks")]
    assert sorted(moved) == ["Fit a noise limiter", "Ring the school"]


async def test_cases_move_in_batches_beside_others_that_stay(world: World) -> None:
    made = await world.refer(12)
    await world.push()
    for case in made[::2]:
        await restrict(world, case)
    for case in made[1::2]:
        await world.change(case, where="14 High Street")
    assert set(await world.push()) == {Sent()}
    assert {fields["CaseReference"] for fields in await world.fields("Restricted Cases")} == {
        case.reference for case in made[::2]
    }
    assert {fields["CaseReference"] for fields in await world.fields("Cases")} == {
        case.reference for case in made[1::2]
    }
    assert len(await world.fields("Restricted People")) == len(await world.fields("People")) == 6 * 3


async def test_a_move_that_runs_out_of_luck_again_and_again_is_whole_in_the_end(world: World) -> None:
    made = await world.refer(6)
    await world.push()
    for case in made:
        await restrict(world, case)
    for kind, settings in {
        "throttle": {"probability": 0.05, "retry_after": 1, "match": "/items"},
        "unavailable": {"probability": 0.03, "retry_after": 1, "match": "/items"},
        "down": {"probability": 0.05, "match": r"\$batch"},
    }.items():
        await world.sandbox.fault(kind, **settings)
    for _ in range(200):
        if not await world.waiting():
            break
        await world.push_later(20)
    await world.sandbox.control("DELETE", "/faults")
    assert await world.waiting() == 0
    assert await parts_in(world, ORDINARY) == {}
    assert await parts_in(world, RESTRICTED) == {"Cases": 6, "OSARA entries": 18, "People": 18}


# kill -9


@pytest.mark.crash
@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("POST", "Restricted Cases"),
        ("POST", "Restricted Tasks"),
        ("DELETE", "Risk assessments"),
        ("DELETE", "People"),
        ("DELETE", "Cases"),
    ],
)
async def test_a_move_that_is_killed_is_finished_by_the_next_push(
    world: World, case: Case, tmp_path: Path, method: str, name: str
) -> None:
    """Graph has done it, and we do not live to note that."""
    await edit(world, "Cases", case.reference, Location="the corner of Mill Lane")
    await restrict(world, case)
    before = len(await world.fields(name))
    path = (await items_path(world, name)).removesuffix("$")
    await world.sandbox.fault("hold_answer", seconds=30, times=1, match=f"{method} .*{path}")

    async def is_done() -> bool:
        return len(await world.fields(name)) != before

    await pushing_killed_when(world, tmp_path, is_done)
    assert await world.push_later(AFTER_THE_LEASE) == [Sent()]
    await assert_stands_in(world, RESTRICTED)
    assert (await world.fields("Restricted Cases"))[0]["Location"] == "the corner of Mill Lane"
    assert (await world.case(case)).web_url == (await world.items("Restricted Cases"))[0]["webUrl"]
    assert {row["list"] for row in await world.rows(schema.synced_items)} == {
        each.name for each in RESTRICTED
    }


@pytest.mark.crash
async def test_a_move_that_is_killed_and_then_called_back_leaves_nothing_behind(
    world: World, case: Case, tmp_path: Path
) -> None:
    await restrict(world, case)
    path = await items_path(world, "Restricted Cases")
    await world.sandbox.fault("hold_answer", seconds=30, times=1, match=f"POST .*{path}")

    async def is_begun() -> bool:
        return bool(await world.fields("Restricted Cases"))

    await pushing_killed_when(world, tmp_path, is_begun)
    await restrict(world, case, on=False)
    outcomes = await world.push_later(AFTER_THE_LEASE)
    assert set(outcomes) == {Sent()}
    while await world.waiting():
        await world.push_later(1)
    await assert_stands_in(world, ORDINARY)
