"""Who is not let in, and how they are told: a status with one sentence, and the hub hears nothing."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.http import LARGEST_REQUEST
from tests.contract.bot.endpoint import Hub, is_refused, post
from tests.contract.bot.key_server import SERVICE_URL, KeyServer, jwk, token
from tests.unit.bot.activities import (
    TENANT,
    opened,
    typed,
)

STRANGE_TENANT = "99999999-0000-4000-8000-000000000001"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"5",
        b"null",
        b'"a word"',
        b"{}",
        b"[" * 100_000,
        json.dumps(typed("x") | {"type": 5}).encode(),
        json.dumps(typed("x") | {"from": "Priya"}).encode(),
        json.dumps(typed("x") | {"timestamp": "yesterday"}).encode(),
        json.dumps(typed("x") | {"timestamp": 5}).encode(),
        json.dumps(typed("x") | {"entities": "none"}).encode(),
        json.dumps(typed("x") | {"attachments": [5]}).encode(),
        json.dumps(typed("x") | {"channelId": ["msteams"]}).encode(),
        json.dumps(typed("x") | {"serviceUrl": ""}).encode(),
        json.dumps(typed("x") | {"serviceUrl": "http://[oops/"}).encode(),
        json.dumps(typed("x") | {"conversation": None}).encode(),
        json.dumps(typed("x") | {"membersAdded": {"id": 5}}).encode(),
    ],
)
async def test_what_is_no_activity_is_never_our_fault(
    endpoint: TestClient[Any, Any], hub: Hub, content: bytes
) -> None:
    answer = await post(endpoint, content)
    assert answer.status in {200, 400, 401, 403}
    if answer.status != 200:
        assert hub.turns == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"not json", b"\xff\xfe", b"[]", b"null", b"{}", b"[" * 100_000]
)
async def test_what_is_not_even_an_object_with_a_type_is_400(
    endpoint: TestClient[Any, Any], content: bytes
) -> None:
    assert "not a Teams activity" in await is_refused(await post(endpoint, content), 400)


async def test_a_body_of_endless_depth_is_400(endpoint: TestClient[Any, Any]) -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"a": deep}
    answer = await post(endpoint, typed("x") | {"value": deep})
    assert answer.status in {200, 400}


async def test_a_malformed_activity_is_400_and_says_what_is_wrong(endpoint: TestClient[Any, Any]) -> None:
    sentence = await is_refused(await post(endpoint, typed("x") | {"from": "Priya Raman"}), 400)
    assert "from is not an object" in sentence
    assert "Priya" not in sentence


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"]
)
async def test_another_content_type_is_415(endpoint: TestClient[Any, Any], content_type: str) -> None:
    answer = await post(endpoint, typed("help"), **{"Content-Type": content_type})
    await is_refused(answer, 415)


async def test_no_content_type_is_415(endpoint: TestClient[Any, Any]) -> None:
    answer = await endpoint.post(
        "/api/messages", data=b"{}", skip_auto_headers=["Content-Type"], headers={"Authorization": "Bearer x"}
    )
    await is_refused(answer, 415)


async def test_a_charset_that_nobody_knows_is_refused(endpoint: TestClient[Any, Any]) -> None:
    answer = await post(endpoint, typed("help"), **{"Content-Type": "application/json; charset=klingon"})
    assert answer.status in {400, 415}


BAD_TOKENS: dict[str, Callable[[], str | None]] = {
    "none": lambda: None,
    "empty": lambda: " ",
    "garbage": lambda: "Bearer garbage",
    "another scheme": lambda: "Basic dXNlcjpwYXNz",
    "expired": lambda: f"Bearer {token(exp=int(time.time()) - 600)}",
    "wrong audience": lambda: f"Bearer {token(aud=TENANT)}",
    "wrong issuer": lambda: f"Bearer {token(iss='https://sts.windows.net/')}",
    "wrong service": lambda: f"Bearer {token(serviceurl='https://smba.trafficmanager.net/emea/')}",
    "unknown key": lambda: f"Bearer {token('stranger')}",
    "stolen key id": lambda: f"Bearer {token('stranger', key_id='first')}",
}


@pytest.mark.parametrize("authorization", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
async def test_a_bad_token_is_401_and_the_hub_hears_nothing(
    endpoint: TestClient[Any, Any], hub: Hub, authorization: Callable[[], str | None]
) -> None:
    await is_refused(await post(endpoint, typed("help"), authorization()), 401)
    assert hub.turns == []


async def test_a_token_of_bytes_that_are_no_text_is_401(endpoint: TestClient[Any, Any]) -> None:
    """Written by hand: no client library sends such a header."""
    content = json.dumps(typed("help")).encode()
    assert await status_of(
        endpoint,
        b"POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer \xff\xfe.\xff.\xff\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(content), content),
    ) in {400, 401}


async def status_of(endpoint: TestClient[Any, Any], request: bytes) -> int:
    reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
    writer.write(request)
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1])


async def test_a_token_for_one_service_lets_no_activity_of_another_in(
    endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    """Otherwise our own token would be sent to whatever address a stranger writes there."""
    activity = typed("help") | {"serviceUrl": "https://evil.example/"}
    await is_refused(await post(endpoint, activity), 401)
    assert hub.turns == []


@pytest.mark.parametrize(
    "other", [{"serviceurl": "https://evil.example/"}, {"ServiceUrl": "https://evil.example/"}]
)
async def test_a_second_service_url_in_other_letters_deceives_nobody(
    endpoint: TestClient[Any, Any], hub: Hub, other: dict[str, str]
) -> None:
    await post(endpoint, typed("help") | other)
    assert {SERVICE_URL} >= {turn.service_url for turn in hub.turns}


@pytest.mark.parametrize("where", ["channelData", "conversation"])
async def test_a_tenant_that_is_not_on_the_list_is_403(
    endpoint: TestClient[Any, Any], hub: Hub, where: str
) -> None:
    activity = typed("help")
    if where == "channelData":
        activity["channelData"]["tenant"]["id"] = STRANGE_TENANT
    else:
        del activity["channelData"]
        activity["conversation"]["tenantId"] = STRANGE_TENANT
    await is_refused(await post(endpoint, activity), 403)
    assert hub.turns == []


async def test_a_person_of_a_strange_tenant_in_one_of_our_channels_is_403(
    endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    activity = opened({"verb": "refer.open"})
    activity["from"]["tenantId"] = STRANGE_TENANT
    await is_refused(await post(endpoint, activity), 403)
    assert hub.turns == []


async def test_a_person_of_ours_in_a_strange_tenants_channel_is_403(
    endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    activity = opened({"verb": "refer.open"})
    activity["from"]["tenantId"] = TENANT
    activity["channelData"]["tenant"]["id"] = STRANGE_TENANT
    await is_refused(await post(endpoint, activity), 403)
    assert hub.turns == []


async def test_an_activity_without_a_tenant_is_403(endpoint: TestClient[Any, Any], hub: Hub) -> None:
    activity = typed("help")
    del activity["channelData"], activity["conversation"]["tenantId"]
    await is_refused(await post(endpoint, activity), 403)
    assert hub.turns == []


async def test_another_channel_than_teams_is_refused(endpoint: TestClient[Any, Any], hub: Hub) -> None:
    answer = await post(endpoint, typed("help") | {"channelId": "webchat"})
    assert answer.status in {401, 403}
    assert hub.turns == []


async def test_a_channel_that_the_key_vouches_for_but_we_do_not_serve_is_403(
    key_server: KeyServer, endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    key_server.keys[0]["endorsements"] = ["msteams", "webchat"]
    await is_refused(await post(endpoint, typed("help") | {"channelId": "webchat"}), 403)
    assert hub.turns == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_another_method_is_405_and_says_which_is_right(
    endpoint: TestClient[Any, Any], method: str
) -> None:
    answer = await endpoint.request(method, "/api/messages")
    await is_refused(answer, 405)
    assert answer.headers["Allow"] == "POST"


async def test_a_body_that_is_too_large_is_413(endpoint: TestClient[Any, Any], hub: Hub) -> None:
    await is_refused(await post(endpoint, typed("x" * (LARGEST_REQUEST + 1))), 413)
    assert hub.turns == []


async def test_no_such_page_is_404(endpoint: TestClient[Any, Any]) -> None:
    await is_refused(await endpoint.get("/api/message"), 404)


async def test_while_keys_cannot_be_fetched_it_is_503(
    key_server: KeyServer, endpoint: TestClient[Any, Any], hub: Hub
) -> None:
    """Not 401: the channel may well be right, and tries again."""
    key_server.status = 500
    await is_refused(await post(endpoint, typed("help")), 503)
    assert hub.turns == []


async def test_a_key_server_that_hangs_keeps_nobody_else_waiting(
    key_server: KeyServer, endpoint: TestClient[Any, Any]
) -> None:
    key_server.delay = 0.5
    waiting = asyncio.create_task(post(endpoint, typed("help")))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(0.3):
        assert (await endpoint.get("/healthz")).status == 200
    assert not waiting.done()
    assert (await waiting).status == 200


async def test_a_rolled_over_key_works_at_once(key_server: KeyServer, endpoint: TestClient[Any, Any]) -> None:
    assert (await post(endpoint, typed("help"))).status == 200
    key_server.keys = [jwk("second")]
    assert (await post(endpoint, typed("help"), f"Bearer {token('second')}")).status == 200
