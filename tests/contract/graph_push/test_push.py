"""Case files on their way into SharePoint lists, when all goes well."""

from collections import Counter

from graph_sync.site import Site
from osara_store import outbox
from osara_store.outbox import Sent
from tests.contract.graph_push.rig import SITE, World, pusher_for, referral
from tests.contract.store.world import something_else


async def test_a_referral_becomes_a_case_its_entries_and_its_people(world: World) -> None:
    await world.refer()
    assert await world.push() == [Sent()]
    [case] = await world.fields("Cases")
    assert case["CaseReference"] == "ALL-2026-0001"
    assert case["Location"] == "12 High Street, Workington CA14 1AB"
    assert case["ReferredOn"] == "2026-03-02T12:00:00Z"
    entries = await world.fields("OSARA entries")
    assert [(entry["Stage"], entry["EntryText"]) for entry in entries] == [
        ("Objective", "Quiet nights for the neighbours."),
        ("Scanning", "Loud music until three in the morning, most nights."),
        ("Analysis", "Two letters and a visit."),
    ]
    people = await world.fields("People")
    assert [(person["CaseRole"], person["PersonDescription"]) for person in people] == [
        ("Affected", "Jane Roe, next door"),
        ("Affected", "Harold Roe"),
        ("Involved", "Joe Bloggs (tenant)"),
    ]


async def test_what_people_write_arrives_letter_for_letter(world: World) -> None:
    what = "Zoë said: <b>\"O'Brien & sons\"</b>\n\t100 % true; see fields/Title eq 'x' 🙂"
    await world.refer(what=what)
    await world.push()
    texts = [entry["EntryText"] for entry in await world.fields("OSARA entries")]
    assert what in texts


async def test_one_case_goes_in_plain_calls_and_a_backlog_in_batches_of_twenty(world: World) -> None:
    await world.refer()
    await world.forget_requests()
    await world.push()
    assert not any(request["path"].endswith("$batch") for request in await world.requests())

    await world.forget_requests()
    await world.refer(45)
    assert set(await world.push()) == {Sent()}
    wholes = [request for request in await world.requests() if not request.get("batch")]
    parts = [request for request in await world.requests() if request.get("batch")]
    batches = [request for request in wholes if request["path"].endswith("$batch")]
    assert len(batches) == len(wholes)
    assert len(parts) <= 20 * len(batches)
    # Each case takes one question and seven creates; three pages of cases go in step.
    assert len(batches) == 3 * 8
    assert len(await world.items("Cases")) == 46


async def test_a_cases_items_appear_in_their_order(world: World) -> None:
    await world.refer(30)
    await world.push()
    for name, key in (("OSARA entries", "EntryKey"), ("People", "PersonKey")):
        keys = [row[key] for row in await world.fields(name)]
        for reference in {key[:13] for key in keys}:
            own = [key for key in keys if key.startswith(reference)]
            assert own == sorted(own)
    created = {row["CaseReference"]: row["Created"] for row in await world.fields("Cases")}
    assert all(row["Created"] >= created[row["CaseReference"]] for row in await world.fields("OSARA entries"))


async def test_pushing_again_asks_graph_nothing(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    await world.change(case, where=case.where)
    await world.forget_requests()
    assert await world.push() == [Sent()]
    assert await world.requests() == []


async def test_a_joined_referral_adds_its_own_and_touches_nothing_else(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    await world.join(case, referral(what="They have started on the fence too.", affected="Olive Webb"))
    assert await world.push() == [Sent()]
    entries = await world.fields("OSARA entries")
    assert [entry["EntryText"] for entry in entries].count("They have started on the fence too.") == 1
    assert entries[-1]["Agency"] == "Cumbria Police"
    assert (await world.fields("People"))[-1]["PersonDescription"] == "Olive Webb"
    assert len(await world.items("Cases")) == 1
    assert {row["_UIVersionString"] for row in entries} == {"1.0"}


async def test_an_update_carries_the_version_it_was_made_from(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    await world.change(case, where="14 High Street")
    assert await world.push() == [Sent()]
    [row] = await world.items("Cases")
    assert row["fields"]["Location"] == "14 High Street"
    assert row["fields"]["_UIVersionString"] == "2.0"
    methods = Counter(request["method"] for request in await world.requests())
    assert methods["PATCH"] == 1

    # The new version was noted: the next update goes through at once, too.
    await world.change(case, where="16 High Street")
    assert await world.push() == [Sent()]
    assert (await world.fields("Cases"))[0]["Location"] == "16 High Street"


async def test_a_tenant_that_takes_only_wrapped_updates_can_be_served(world: World) -> None:
    site = Site(world.graph, SITE, wrapped_updates=True)
    world.pusher = pusher_for(world.graph, site, world.database, world.clock)
    [case] = await world.refer()
    await world.push()
    for where in ("14 High Street", "16 High Street"):
        await world.change(case, where=where)
        assert await world.push() == [Sent()]
    assert (await world.fields("Cases"))[0]["Location"] == "16 High Street"
    patched = [request["path"] for request in await world.requests() if request["method"] == "PATCH"]
    assert len(patched) == 2
    assert not any(path.endswith("/fields") for path in patched)


async def test_receipts_are_sent_again_once_the_case_stands_in_sharepoint(world: World) -> None:
    [case] = await world.refer()
    await world.push()
    known = await world.case(case)
    assert known.synced_at is not None
    assert known.web_url == (await world.items("Cases"))[0]["webUrl"]
    rows = await world.database.read(outbox.list_rows)
    assert [row.key for row in rows if row.key.endswith(":synced")] == [
        f"receipt:{case.id}:{case.referrer_tenant}:{case.referrer_id}:synced"
    ]


async def test_a_case_that_two_messages_ask_for_is_pushed_once(world: World) -> None:
    await world.refer()
    [message] = await world.claim()
    assert await world.pusher.push([message, message]) == [Sent(), Sent()]
    assert len(await world.items("Cases")) == 1


async def test_no_messages_make_no_calls(world: World) -> None:
    await world.forget_requests()
    assert await world.pusher.push([]) == []
    assert await world.requests() == []


async def test_every_call_says_who_it_is_from_and_can_be_found_again(world: World) -> None:
    await world.refer(2)
    await world.push()
    for request in await world.requests():
        assert request["user_agent"].startswith("NONISV|LocalFocusHubs|HubBot/")
        assert request["client_request_id"]
        assert request["authorised"]


async def test_another_place_is_another_case(world: World) -> None:
    await world.refer()
    await world.refer(**something_else().model_dump())
    assert await world.push() == [Sent(), Sent()]
    assert [row["Location"] for row in await world.fields("Cases")] == [
        "12 High Street, Workington CA14 1AB",
        "Harbour Car Park, Maryport CA15 8AB",
    ]
