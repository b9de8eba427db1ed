"""Case files on their way into SharePoint lists, when something goes wrong: nothing lost, nothing twice."""

import asyncio
import logging
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from graph_sync.client import GraphClient
from graph_sync.errors import SignInFailed, Throttled, Unavailable
from graph_sync.lists import CASE_LISTS
from graph_sync.provision import provision
from graph_sync.site import Site
from osara_store.outbox import Failed, Refused, Sent, TryLater
from osara_store.schema import cases, sync_conflicts, synced_items
from tests.contract.graph_push.hostile import Hostile, Trap, serving
from tests.contract.graph_push.rig import DIRECTORY, SITE, World, credential_of, pusher_for

LISTS = [definition.name for definition in CASE_LISTS]


async def assert_each_once(world: World, count: int) -> None:
    """Every case file is there whole, and no part of it twice."""
    for name, key, parts in (("Cases", "CaseReference", 1), ("OSARA entries", "EntryKey", 3), ("People", "PersonKey", 3)):  # fmt: skip
        keys = Counter(row[key] for row in await world.fields(name))
        assert set(keys.values()) == {1}, keys.most_common(3)
        assert len(keys) == count * parts


async def items_path(world: World, name: str) -> str:
    return f"{(await world.list_path(name)).rpartition('/')[2]}/items$"


# Throttled, down, slow


async def test_a_throttled_graph_is_left_alone_for_as_long_as_it_asks(world: World) -> None:
    await world.refer(3)
    await world.site.case_lists()
    await world.sandbox.fault("throttle", retry_after=17, times=1, match=r"\$batch")
    await world.forget_requests()
    assert await world.push() == [TryLater(timedelta(seconds=17))] * 3
    assert len(await world.requests()) == 1
    assert await world.claim() == []
    assert await world.push_later(18) == [Sent()] * 3
    await assert_each_once(world, 3)


async def test_a_part_that_is_throttled_stops_the_page_and_loses_nothing_of_it(world: World) -> None:
    """Two of twenty creates are throttled: those that were done are noted, and no more is asked."""
    await world.refer(20)
    path = await items_path(world, "OSARA entries")
    await world.sandbox.fault("throttle", retry_after=5, times=2, match=f"POST .*{path}")
    outcomes = await world.push()
    assert set(outcomes) == {TryLater(timedelta(seconds=5))}
    assert len(await world.items("OSARA entries")) == 18
    assert len([row for row in await world.rows(synced_items) if row["list"] == "OSARA entries"]) == 18
    assert set(await world.push_later(6)) == {Sent()}
    await assert_each_once(world, 20)


async def test_one_page_that_is_throttled_holds_back_the_pages_after_it(world: World) -> None:
    await world.refer(100)
    await world.site.case_lists()
    await world.sandbox.fault("throttle", retry_after=5, match=r"\$batch")
    await world.forget_requests()
    assert set(await world.push()) == {TryLater(timedelta(seconds=5))}
    assert len(await world.requests()) == 1


@pytest.mark.parametrize("count", [1, 2])
async def test_an_overloaded_graph_is_not_asked_again_blindly(world: World, count: int) -> None:
    await world.refer(count)
    await world.push()  # so that the site is known
    await world.refer(count)
    await world.sandbox.fault("unavailable", retry_after=4)
    await world.forget_requests()
    assert await world.push() == [TryLater(timedelta(seconds=4))] * count
    writes = [request for request in await world.requests() if not request.get("batch")]
    assert len(writes) == 1


async def test_a_graph_that_hangs_up_is_tried_later_and_nothing_stands_there_twice(world: World) -> None:
    await world.refer(2)
    await world.sandbox.fault("down", times=3)
    for _ in range(3):
        assert set(type(outcome) for outcome in await world.push_later(60)) == {TryLater}  # noqa: C401
    assert await world.push_later(60) == [Sent(), Sent()]
    await assert_each_once(world, 2)


@pytest.mark.parametrize("count", [1, 5])
async def test_what_graph_did_but_answered_too_late_is_found_at_the_next_try(
    world: World, count: int
) -> None:
    await world.refer(count)
    async with credential_of(world.sandbox) as credential:
        hasty = GraphClient(credential, world.sandbox.root, timeout=0.7)
        site = Site(hasty, SITE)
        await site.case_lists()
        world.pusher = pusher_for(hasty, site, world.database, world.clock)
        await world.sandbox.fault("hold_answer", seconds=1.2, match="POST .*/items$", times=1)
        assert {type(outcome) for outcome in await world.push()} == {TryLater}
        assert await world.push_later(60) == [Sent()] * count
        await hasty.close()
    await assert_each_once(world, count)


async def test_a_push_that_takes_too_long_stops_between_two_calls(world: World) -> None:
    await world.refer(2)
    await world.sandbox.fault("slow", seconds=0.2, match=r"\$batch")
    world.pusher = pusher_for(world.graph, world.site, world.database, world.clock, patience=0.5)
    assert await world.push() == [TryLater(timedelta(0))] * 2
    done = len(await world.items("Cases"))
    assert done == 2
    for _ in range(5):
        outcomes = await world.push()
        if outcomes == [Sent(), Sent()]:
            break
    await assert_each_once(world, 2)


async def test_faults_at_random_leave_every_case_file_whole_and_once(world: World) -> None:
    await world.refer(40)
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
    assert await world.waiting() == 0
    await assert_each_once(world, 40)


# One case among others


async def test_a_case_that_graph_refuses_fails_alone_and_its_text_is_told_to_nobody(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    made = await world.refer(20)
    await world.change(made[7], own_reference="Jane Roe " * 40)
    with caplog.at_level(logging.DEBUG, "graph_sync"):
        outcomes = await world.push()
    assert [type(outcome) for outcome in outcomes].count(Sent) == 19
    refused = outcomes[7]
    assert isinstance(refused, Refused)
    assert refused.why.startswith(f"Cases {made[7].reference}: Graph answered 400 invalidrequest")
    assert "Jane" not in refused.why + caplog.text
    assert len(await world.items("Cases")) == 19


async def test_an_entry_that_is_refused_leaves_the_case_that_was_made(world: World) -> None:
    [case] = await world.refer()
    path = await items_path(world, "OSARA entries")
    await world.sandbox.fault("unavailable", retry_after=3, times=1, match=f"POST .*{path}")
    assert await world.push() == [TryLater(timedelta(seconds=3))]
    assert len(await world.items("Cases")) == 1
    assert (await world.case(case)).synced_at is None
    assert await world.push_later(4) == [Sent()]
    assert (await world.case(case)).synced_at is not None
    await assert_each_once(world, 1)


async def test_a_message_for_a_case_that_is_not_there_is_refused_and_the_others_go_on(world: World) -> None:
    await world.refer(2)
    messages = await world.claim()
    messages[0].payload["case_id"] = 4711
    assert await world.pusher.push(messages) == [Refused("there is no such case"), Sent()]


# Twice at once


async def test_two_who_push_the_same_cases_at_once_make_each_item_once(world: World) -> None:
    await world.refer(25)
    messages = await world.claim()
    other = pusher_for(world.graph, Site(world.graph, SITE), world.database, world.clock)
    both = await asyncio.gather(world.pusher.push(messages), other.push(messages))
    assert {type(outcome) for outcomes in both for outcome in outcomes} <= {Sent, Failed}
    assert set(await world.pusher.push(messages)) == {Sent()}
    await assert_each_once(world, 25)


async def test_lost_notes_make_nothing_twice(world: World) -> None:
    await world.refer(3)
    messages = await world.claim()
    await world.pusher.push(messages)
    await world.database.write(lambda tx: tx.execute(sa.delete(synced_items)))
    await world.database.write(lambda tx: tx.execute(sa.update(cases).values(synced_at=None, web_url=None)))
    assert await world.pusher.push(messages) == [Sent()] * 3
    await assert_each_once(world, 3)
    assert len(await world.rows(synced_items)) == 3 * 7
    assert all(row["web_url"] for row in await world.rows(cases))


# People who work in SharePoint


async def test_what_a_person_changed_in_sharepoint_stays_beside_what_we_change(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    [row] = await world.items("Cases")
    await world.edit("Cases", row, LeadAgency="Cumbria Police")
    await world.change(case, where="14 High Street")
    assert await world.push() == [Sent()]
    fields = (await world.fields("Cases"))[0]
    assert (fields["LeadAgency"], fields["Location"]) == ("Cumbria Police", "14 High Street")
    assert await world.rows(sync_conflicts) == []

    await world.change(case, where="16 High Street")
    assert await world.push() == [Sent()]
    fields = (await world.fields("Cases"))[0]
    assert (fields["LeadAgency"], fields["Location"]) == ("Cumbria Police", "16 High Street")


async def test_when_both_sides_changed_a_field_both_values_are_kept(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    [row] = await world.items("Cases")
    await world.edit("Cases", row, Location="the corner of Mill Lane")
    await world.change(case, where="14 High Street")
    assert await world.push() == [Sent()]
    assert (await world.fields("Cases"))[0]["Location"] == "the corner of Mill Lane"
    [conflict] = await world.rows(sync_conflicts)
    assert (conflict["list"], conflict["key"], conflict["field"]) == ("Cases", case.reference, "Location")
    assert (conflict["ours"], conflict["theirs"]) == ("14 High Street", "the corner of Mill Lane")

    await world.change(case, where="14 High Street")  # the same again, for another reason
    assert await world.push() == [Sent()]
    assert (await world.fields("Cases"))[0]["Location"] == "the corner of Mill Lane"
    assert len(await world.rows(sync_conflicts)) == 1


async def test_a_row_that_was_deleted_in_sharepoint_returns_with_the_next_change(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    [row] = await world.items("Cases")
    await world.sandbox.ask("DELETE", f"{await world.list_path('Cases')}/items/{row['id']}")
    await world.change(case, where="14 High Street")
    assert await world.push() == [Sent()]
    assert (await world.fields("Cases"))[0]["Location"] == "14 High Street"
    await assert_each_once(world, 1)


# Nobody at home


async def test_a_site_without_lists_waits_until_it_is_provisioned(
    bare_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await bare_world.refer(2)
    assert {type(outcome) for outcome in await bare_world.push()} == {TryLater}
    assert "run python -m bot provision" in caplog.text
    await provision(bare_world.graph, bare_world.site, DIRECTORY)
    assert await bare_world.push_later(61) == [Sent(), Sent()]


async def test_lists_that_were_made_anew_are_found(world: World) -> None:
    await world.refer()
    await world.push()
    for name in LISTS:
        await world.sandbox.ask("DELETE", await world.list_path(name))
    await world.refer()
    assert {type(outcome) for outcome in await world.push()} == {Failed}
    await provision(world.graph, Site(world.graph, SITE), DIRECTORY)
    assert await world.push_later(60) == [Sent()]
    assert [row["CaseReference"] for row in await world.fields("Cases")] == ["ALL-2026-0002"]


async def test_in_lists_that_were_made_anew_no_case_is_taken_for_another(world: World) -> None:
    """The first case had the number that the second now has."""
    first, second = await world.refer(2)
    messages = await world.claim()
    await world.pusher.push(messages[:1])
    for name in LISTS:
        await world.sandbox.ask("DELETE", await world.list_path(name))
    await provision(world.graph, world.site, DIRECTORY)
    assert await world.pusher.push(messages[1:]) == [Sent()]
    await world.change(first, where="14 High Street")
    await world.change(first, own_reference="NEW-1")
    assert await world.pusher.push(messages[:1]) == [Sent()]
    rows = {row["CaseReference"]: row["Location"] for row in await world.fields("Cases")}
    assert rows == {first.reference: "14 High Street", second.reference: second.where}


async def test_a_permission_that_was_taken_away_is_told_and_closes_the_way(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.refer()
    world.sandbox.identity.roles = []
    async with credential_of(world.sandbox) as credential:
        graph = GraphClient(credential, world.sandbox.root)
        world.pusher = pusher_for(graph, Site(graph, SITE), world.database, world.clock)
        assert {type(outcome) for outcome in await world.push()} == {TryLater}
        await graph.close()
    assert "is not there for us: Graph answered 403 accessdenied" in caplog.text


async def test_a_wrong_secret_is_told_by_entras_number(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.refer()
    async with credential_of(world.sandbox, "another-invented-secret") as credential:
        graph = GraphClient(credential, world.sandbox.root)
        world.pusher = pusher_for(graph, Site(graph, SITE), world.database, world.clock)
        assert {type(outcome) for outcome in await world.push()} == {TryLater}
        with pytest.raises(SignInFailed, match="ClientAuthenticationError AADSTS7000215"):
            await Site(graph, SITE).check()
        await graph.close()
    assert "AADSTS7000215" in caplog.text
    assert "another-invented-secret" not in caplog.text


async def test_nobody_at_the_address_is_unavailable(world: World) -> None:
    async with credential_of(world.sandbox) as credential:
        graph = GraphClient(credential, "http://127.0.0.1:9/v1.0")
        with pytest.raises(Unavailable, match="Graph did not answer: ConnectError"):
            await Site(graph, SITE).check()
        await graph.close()


async def test_a_long_wait_is_passed_on_unshortened(world: World) -> None:
    await world.sandbox.fault("throttle", retry_after=900)
    with pytest.raises(Throttled) as caught:
        await world.site.check()
    assert caught.value.after == 900


# Led astray


@pytest.mark.parametrize("way", ["redirect", "next link"])
@pytest.mark.parametrize("count", [1, 2])
async def test_neither_token_nor_case_file_leave_graphs_own_host(world: World, way: str, count: int) -> None:
    trap = Trap()
    await world.refer(count)
    async with (
        serving(trap.visit) as elsewhere,
        serving(Hostile(elsewhere, way).answer) as base,
        credential_of(world.sandbox) as credential,
    ):
        graph = GraphClient(credential, f"{base}/v1.0")
        world.pusher = pusher_for(graph, Site(graph, SITE), world.database, world.clock)
        outcomes = await world.push()
        await graph.close()
    assert {type(outcome) for outcome in outcomes} == {Refused}
    assert trap.visits == []
