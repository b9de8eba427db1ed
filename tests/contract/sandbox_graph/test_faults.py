"""Faults on request, and the record of what was asked."""

import time
from typing import Any

import pytest
from aiohttp import ClientTimeout, ServerDisconnectedError

from tests.contract.sandbox_graph.rig import ListOf, Sandbox


@pytest.fixture
async def cases(sandbox: Sandbox) -> ListOf:
    return await sandbox.make_list("Cases")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("throttle", 429, "activityLimitReached"), ("unavailable", 503, "serviceNotAvailable")],
)
async def test_a_request_can_be_refused_with_a_time_to_wait(
    sandbox: Sandbox, cases: ListOf, kind: str, status: int, code: str
) -> None:
    await sandbox.fault(kind, retry_after=300)

    answer = await cases.add(Title="x")

    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (status, code, "300")
    await sandbox.control("DELETE", "/faults")
    assert (await cases.items()).value == []


async def test_a_refusal_can_come_without_a_time(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("throttle", retry_after=None)

    assert "Retry-After" not in (await cases.items()).headers


async def test_a_fault_strikes_only_what_it_matches_and_so_many_times(
    sandbox: Sandbox, cases: ListOf
) -> None:
    await sandbox.fault("throttle", match=r"^POST .*/items$", times=2)

    statuses = [(await cases.add(Title="x")).status for _ in range(3)]

    assert statuses == [429, 429, 201]
    assert (await cases.items()).status == 200


async def test_a_fault_can_be_a_matter_of_chance(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("unavailable", probability=0.5)

    statuses = {(await cases.items()).status for _ in range(40)}

    assert statuses == {200, 503}


async def test_a_slow_service_waits_before_it_acts(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("slow", seconds=0.2, times=1)
    started = time.monotonic()

    answer = await cases.add(Title="x")

    assert answer.status == 201
    assert time.monotonic() - started >= 0.2


async def test_a_held_answer_comes_late_for_what_was_done_at_once(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("hold_answer", seconds=30, match="POST")

    with pytest.raises(TimeoutError):
        await sandbox.session.post(
            f"{sandbox.root}{cases.path}/items".replace("%2C", ","),
            json={"fields": {"Title": "x"}},
            headers={"Authorization": f"Bearer {sandbox.identity.app_token('https://graph.microsoft.com')}"},
            timeout=ClientTimeout(total=0.3),
        )

    assert await cases.titles("") == ["x"]


async def test_a_service_that_is_down_closes_the_connection(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("down")

    with pytest.raises(ServerDisconnectedError):
        await cases.add(Title="x")

    await sandbox.control("DELETE", "/faults")
    assert (await cases.items()).value == []


async def test_faults_are_listed_and_taken_away_by_target(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("throttle")
    await sandbox.control("POST", "/faults", {"target": "teams", "kind": "down"})

    listed = await sandbox.control("GET", "/faults")
    left = await sandbox.control("DELETE", "/faults?target=graph")

    assert [rule["kind"] for rule in listed["faults"]] == ["throttle", "down"]
    assert [rule["kind"] for rule in left["faults"]] == ["down"]
    assert (await cases.items()).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"target": "graph", "kind": "gremlins"},
        {"target": "moon", "kind": "down"},
        {"target": "graph", "kind": "down", "match": "("},
        {"target": "graph", "kind": "down", "probability": 2},
        {"target": "graph", "kind": "down", "colour": "red"},
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, body: dict[str, Any]) -> None:
    answer = await sandbox.control("POST", "/faults", body)

    assert answer["error"]
    assert (await sandbox.control("GET", "/faults"))["faults"] == []


async def test_what_was_asked_is_remembered(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.control("DELETE", "/requests")
    await sandbox.get(cases.path, headers={"client-request-id": "mine", "User-Agent": "NONISV|Hub|Bot/1.0"})
    await sandbox.get(cases.path, token="none")
    await sandbox.fault("throttle", times=1)
    await sandbox.get(cases.path)

    record = await sandbox.control("GET", "/requests?target=graph")

    first, second, third = record["requests"]
    assert (first["method"], first["status"], first["authorised"]) == ("GET", 200, True)
    assert (first["client_request_id"], first["user_agent"]) == ("mine", "NONISV|Hub|Bot/1.0")
    assert first["path"].endswith(f"/lists/{cases.id}")
    assert (second["status"], second["authorised"]) == (401, False)
    assert third["status"] == 429
    assert record["totals"] == {"all": 3, "status": {"200": 1, "401": 1, "429": 1}, "method": {"GET": 3}}


async def test_the_record_is_kept_by_target(sandbox: Sandbox) -> None:
    assert (await sandbox.control("GET", "/requests?target=moon"))["error"]
    assert (await sandbox.control("GET", "/requests?target=teams"))["requests"] == []
