"""The bot's endpoint over HTTP: who is let in, and what every kind of activity gets back."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.turn import Turn
from tests.contract.bot.endpoint import BODY, Hub, Serve, post
from tests.contract.bot.key_server import token
from tests.unit.bot.activities import (
    Activity,
    every_kind,
    executed,
    installed,
    opened,
    typed,
    typing,
)

# --- what is let in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activity", every_kind().values(), ids=every_kind().keys())
async def test_every_kind_of_activity_reaches_the_hub_and_answers_200(
    endpoint: TestClient[Any, Any], hub: Hub, activity: Activity
) -> None:
    answer = await post(endpoint, activity)
    assert answer.status == 200
    assert [turn.activity_id for turn in hub.turns] == [activity["id"]]


async def test_an_invoke_answers_200_with_the_hubs_body(endpoint: TestClient[Any, Any]) -> None:
    answer = await post(endpoint, executed("refer.open"))
    assert answer.status == 200
    assert answer.content_type == "application/json"
    assert await answer.json() == BODY


async def test_a_card_of_any_depth_comes_back_as_it_was_given(
    endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    card = {
        "type": "AdaptiveCard",
        "body": [{"columns": [{"items": [{"text": "é 日 😀", "n": 1.5, "on": None}]}]}],
    }
    body = {"task": {"type": "continue", "value": {"card": {"content": card}}}}
    hub.answer = lambda _turn: body
    answer = await post(endpoint, opened({"verb": "refer.open"}))
    assert await answer.json() == body


async def test_an_invoke_without_a_body_is_an_empty_200_which_closes_a_dialog(
    endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    hub.answer = lambda _turn: None
    answer = await post(endpoint, opened({"verb": "refer.open"}))
    assert (answer.status, await answer.read()) == (200, b"")


@pytest.mark.parametrize(
    "activity", [typed("help"), installed(), typing()], ids=["message", "install", "typing"]
)
async def test_what_is_no_invoke_is_an_empty_200_whatever_the_hub_says(
    endpoint: TestClient[Any, Any], activity: Activity
) -> None:
    answer = await post(endpoint, activity)
    assert (answer.status, await answer.read()) == (200, b"")


async def test_many_at_once_each_get_their_own_answer(endpoint: TestClient[Any, Any], hub: Hub) -> None:
    hub.answer, hub.delay = lambda turn: {"verb": turn.verb}, 0.02

    async def ask(n: int) -> Any:
        return await (await post(endpoint, executed(f"verb {n}"))).json()

    answers = await asyncio.gather(*(ask(n) for n in range(20)))
    assert answers == [{"verb": f"verb {n}"} for n in range(20)]


# --- a fault of ours -------------------------------------------------------------------------------------------------


def lose_a_name(_turn: Turn) -> None:
    raise ValueError("Jane Roe of 12 High Street")


@pytest.mark.parametrize("activity", [typed("help"), executed("refer.send")], ids=["message", "invoke"])
async def test_a_fault_of_ours_is_500_and_its_message_stays_out_of_answer_and_log(
    endpoint: TestClient[Any, Any], hub: Hub, caplog: pytest.LogCaptureFixture, activity: Activity
) -> None:
    """A fault's message may hold what a person typed."""
    hub.answer = lose_a_name
    with caplog.at_level(logging.DEBUG):
        answer = await post(endpoint, activity)
    assert answer.status == 500
    written = "".join(
        f"{record.getMessage()} {record.exc_info} {record.exc_text}" for record in caplog.records
    )
    assert "Jane Roe" not in await answer.text()
    assert "Jane Roe" not in written
    assert "ValueError" in written


async def test_refusals_are_logged_without_what_was_sent(
    endpoint: TestClient[Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    bad = token("stranger")
    with caplog.at_level(logging.DEBUG):
        await post(endpoint, typed("Jane Roe of 12 High Street"), f"Bearer {bad}")
    assert "Jane Roe" not in caplog.text
    assert not any(part in caplog.text for part in bad.split("."))
    assert "refused" in caplog.text


# --- without token checks, on one machine ----------------------------------------------------------------------------


async def test_without_token_checks_this_machine_is_let_in(serve: Serve, hub: Hub) -> None:
    endpoint = await serve(None)
    activity = executed("refer.open") | {"serviceUrl": "http://localhost:56150/_connector"}
    answer = await post(endpoint, activity, None)
    assert await answer.json() == BODY


@pytest.mark.parametrize(
    "service_url", ["https://smba.trafficmanager.net/uk/", "http://192.168.0.10/", "http://[oops/"]
)
async def test_without_token_checks_no_other_machine_is_let_in(
    serve: Serve, hub: Hub, service_url: str
) -> None:
    endpoint = await serve(None)
    answer = await post(endpoint, typed("help") | {"serviceUrl": service_url}, None)
    assert answer.status in {400, 401}
    assert hub.turns == []


# --- what an operator asks -------------------------------------------------------------------------------------------


async def test_an_operator_can_ask_whether_it_is_alive_and_ready(endpoint: TestClient[Any, Any]) -> None:
    alive, ready = await endpoint.get("/healthz"), await endpoint.get("/readyz")
    assert (alive.status, await alive.json()) == (200, {"status": "alive"})
    assert (ready.status, await ready.json()) == (200, {"database": "reachable"})


async def test_a_clock_cannot_be_set_unless_that_was_switched_on(endpoint: TestClient[Any, Any]) -> None:
    answer = await endpoint.post("/dev/clock", json={"now": "2026-03-02T12:00:00+00:00"})
    assert answer.status == 404
