"""`$batch`: many requests in one, each on its own."""

import time
from typing import Any

import pytest
from aiohttp import ServerDisconnectedError

from tests.contract.sandbox_graph.rig import Answer, ListOf, Sandbox, text

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def cases(sandbox: Sandbox) -> ListOf:
    return await sandbox.make_list("Cases", text("Reference", indexed=True, enforceUniqueValues=True))


def create(cases: ListOf, part_id: str, **fields: Any) -> dict[str, Any]:
    url = f"{cases.path}/items"
    return {"id": part_id, "method": "POST", "url": url, "headers": JSON, "body": {"fields": fields}}


async def send(sandbox: Sandbox, *parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = await post(sandbox, {"requests": list(parts)})
    assert answer.status == 200, answer.body
    return {part["id"]: part for part in answer.body["responses"]}


async def post(sandbox: Sandbox, body: Any) -> Answer:
    return await sandbox.ask("POST", "/$batch", body)


async def test_each_part_has_its_own_answer(sandbox: Sandbox, cases: ListOf) -> None:
    first = await cases.added(Title="a", Reference="one")

    answers = await send(
        sandbox,
        create(cases, "new", Reference="two"),
        create(cases, "double", Reference="one"),
        {"id": "read", "method": "GET", "url": f"{cases.path}/items/1?$expand=fields($select=Title)"},
        {"id": "missing", "method": "GET", "url": f"{cases.path}/items/77".lstrip("/")},
        {
            "id": "change",
            "method": "PATCH",
            "url": f"{cases.path}/items/1/fields",
            "headers": {**JSON, "If-Match": first["eTag"]},
            "body": {"Title": "b"},
        },
        {
            "id": "stale",
            "method": "DELETE",
            "url": f"{cases.path}/items/1",
            "headers": {"If-Match": first["eTag"]},
        },
    )

    assert {name: part["status"] for name, part in answers.items()} == {
        "new": 201,
        "double": 400,
        "read": 200,
        "missing": 404,
        "change": 200,
        "stale": 412,
    }
    assert answers["read"]["body"]["fields"]["Title"] == "a"
    assert answers["new"]["headers"]["ETag"].endswith(",1")
    assert answers["missing"]["body"]["error"]["innerError"]["request-id"]


async def test_a_part_without_content_has_no_body(sandbox: Sandbox, cases: ListOf) -> None:
    await cases.added(Title="a")

    answers = await send(sandbox, {"id": "1", "method": "DELETE", "url": f"{cases.path}/items/1"})

    assert answers["1"]["status"] == 204
    assert "body" not in answers["1"]


async def test_parts_that_depend_on_a_failed_one_are_not_tried(sandbox: Sandbox, cases: ListOf) -> None:
    answers = await send(
        sandbox,
        {"id": "A", "method": "GET", "url": f"{cases.path}/items/9"},
        {**create(cases, "b", Title="x"), "dependsOn": ["a"]},
        {**create(cases, "c", Title="y"), "dependsOn": ["b"]},
        create(cases, "d", Title="z"),
    )

    assert [answers[name]["status"] for name in "Abcd"] == [404, 424, 424, 201]
    assert await cases.titles("") == ["z"]


async def test_parts_run_in_order_where_they_depend_on_each_other(sandbox: Sandbox, cases: ListOf) -> None:
    answers = await send(
        sandbox,
        create(cases, "1", Title="x"),
        {"id": "2", "method": "GET", "url": f"{cases.path}/items/1", "dependsOn": ["1"]},
    )

    assert answers["2"]["status"] == 200


def many(cases: ListOf, count: int) -> dict[str, Any]:
    return {"requests": [create(cases, str(n), Title=str(n)) for n in range(count)]}


async def test_twenty_parts_are_taken_and_twenty_one_are_not(sandbox: Sandbox, cases: ListOf) -> None:
    taken = await post(sandbox, many(cases, 20))
    refused = await post(sandbox, many(cases, 21))

    assert taken.status == 200
    assert (refused.status, refused.code) == (400, "BadRequest")
    assert len((await cases.items()).value) == 20


@pytest.mark.parametrize(
    "change",
    [
        {"id": "A"},
        {"id": ""},
        {"id": 3},
        {"method": "FETCH"},
        {"url": "https://graph.microsoft.com/v1.0/sites"},
        {"url": "/$batch"},
        {"headers": {}},
        {"headers": {"Content-Type": 1}},
        {"dependsOn": ["later"]},
        {"dependsOn": "a"},
    ],
)
async def test_a_malformed_batch_is_refused_whole(
    sandbox: Sandbox, cases: ListOf, change: dict[str, Any]
) -> None:
    parts = [create(cases, "a", Title="x"), {**create(cases, "b", Title="y"), **change}]

    answer = await post(sandbox, {"requests": parts})

    assert (answer.status, answer.code) == (400, "BadRequest")
    assert (await cases.items()).value == []


@pytest.mark.parametrize("body", [{}, {"requests": []}, {"requests": {}}, {"requests": ["x"]}, []])
async def test_a_body_that_is_no_batch_is_refused(sandbox: Sandbox, body: Any) -> None:
    assert (await post(sandbox, body)).status == 400


async def test_a_batch_is_only_posted(sandbox: Sandbox) -> None:
    assert (await sandbox.get("/$batch")).status == 405


async def test_one_part_is_throttled_and_its_neighbour_is_not(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("throttle", times=1, retry_after=7)

    answers = await send(sandbox, create(cases, "1", Title="x"), create(cases, "2", Title="y"))

    assert [answers["1"]["status"], answers["2"]["status"]] == [429, 201]
    assert answers["1"]["headers"]["Retry-After"] == "7"
    assert answers["1"]["body"]["error"]["code"] == "activityLimitReached"


async def test_a_part_can_be_named_by_a_fault(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("unavailable", match=r"^POST .*/items$")

    answers = await send(
        sandbox, {"id": "r", "method": "GET", "url": f"{cases.path}/items"}, create(cases, "w", Title="x")
    )

    assert [answers["r"]["status"], answers["w"]["status"]] == [200, 503]


async def test_the_whole_batch_can_be_throttled_by_name(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("throttle", match=r"POST .*\$batch", retry_after=3)

    answer = await post(sandbox, many(cases, 2))

    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")


async def test_a_part_whose_answer_is_held_is_done_all_the_same(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("hold_answer", match=r"POST .*/items$", seconds=0.2)
    started = time.monotonic()

    answers = await send(sandbox, create(cases, "1", Title="x"))

    assert time.monotonic() - started >= 0.2
    assert answers["1"]["status"] == 201


async def test_the_connection_can_go_down_in_the_middle_of_a_batch(sandbox: Sandbox, cases: ListOf) -> None:
    await sandbox.fault("down", match=r"GET .*/items/1$")
    parts = [
        create(cases, "1", Title="done"),
        {"id": "2", "method": "GET", "url": f"{cases.path}/items/1"},
        create(cases, "3", Title="never"),
    ]

    with pytest.raises(ServerDisconnectedError):
        await post(sandbox, {"requests": parts})

    await sandbox.control("DELETE", "/faults")
    assert await cases.titles("") == ["done"]


async def test_parts_are_in_the_record_of_requests(sandbox: Sandbox, cases: ListOf) -> None:
    await send(sandbox, create(cases, "1", Title="x"))

    record = await sandbox.control("GET", "/requests?target=graph")

    part = next(one for one in record["requests"] if one.get("batch"))
    assert (part["method"], part["status"]) == ("POST", 201)
    assert part["path"].endswith("/items")
