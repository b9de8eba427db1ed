"""Fetching the channel's keys: once for all who wait, at once when they change, and never a reason to stand still."""

import asyncio
import logging
import time
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot import channel_tokens
from bot.channel_tokens import ChannelKeys, ChannelTokens, KeysUnreachable
from tests.contract.bot.key_server import (
    ISSUER,
    KeyServer,
    jwk,
    token,
)
from tests.contract.bot.proving import is_refused, verify
from tests.running import until
from tests.unit.bot.environment import APP

# --- fetching keys ---------------------------------------------------------------------------------------------------


async def test_keys_are_fetched_once_for_many_tokens(key_server: KeyServer, tokens: ChannelTokens) -> None:
    for _ in range(3):
        await verify(tokens, f"Bearer {token()}")
    assert key_server.asked == 1


async def test_all_who_come_at_once_share_one_fetch(key_server: KeyServer, tokens: ChannelTokens) -> None:
    key_server.delay = 0.1
    await asyncio.gather(*(verify(tokens, f"Bearer {token()}") for _ in range(30)))
    assert key_server.asked == 1


async def test_a_rolled_over_key_works_at_once(key_server: KeyServer, tokens: ChannelTokens) -> None:
    await verify(tokens, f"Bearer {token()}")
    key_server.keys = [jwk("second")]
    assert await verify(tokens, f"Bearer {token('second')}")
    assert "unknown" in await is_refused(tokens, f"Bearer {token('first')}")


async def test_a_second_rollover_works_at_once_too(key_server: KeyServer, tokens: ChannelTokens) -> None:
    for name in ("first", "second", "stranger"):
        key_server.keys = [jwk(name)]
        assert await verify(tokens, f"Bearer {token(name)}")


async def test_all_who_bring_the_new_key_share_one_fetch(
    key_server: KeyServer, tokens: ChannelTokens
) -> None:
    await verify(tokens, f"Bearer {token()}")
    key_server.keys, key_server.delay = [jwk("second")], 0.1
    await asyncio.gather(*(verify(tokens, f"Bearer {token('second')}") for _ in range(30)))
    assert key_server.asked == 2


async def test_a_flood_of_made_up_keys_is_no_flood_of_fetches(
    key_server: KeyServer, tokens: ChannelTokens
) -> None:
    await verify(tokens, f"Bearer {token()}")
    await asyncio.gather(
        *(is_refused(tokens, f"Bearer {token('stranger', key_id=f'made up {n}')}") for n in range(60))
    )
    assert key_server.asked <= 6
    assert await verify(tokens, f"Bearer {token()}")


async def test_keys_are_fetched_anew_when_they_are_a_day_old(
    key_server: KeyServer, tokens: ChannelTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verify(tokens, f"Bearer {token()}")
    monkeypatch.setattr(channel_tokens, "KEYS_LIVE_SECONDS", 0)
    key_server.keys = [jwk("second")]
    assert "unknown" in await is_refused(tokens, f"Bearer {token('first')}")


# --- a key server in trouble -----------------------------------------------------------------------------------------


async def test_a_slow_key_server_holds_up_nobody_whose_key_is_known(
    key_server: KeyServer, tokens: ChannelTokens
) -> None:
    await verify(tokens, f"Bearer {token()}")
    key_server.delay = 0.5
    stranger = asyncio.create_task(is_refused(tokens, f"Bearer {token('stranger')}"))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(0.2):
        await verify(tokens, f"Bearer {token()}")
    assert not stranger.done()
    await stranger


async def test_a_slow_key_server_blocks_no_other_work(key_server: KeyServer, tokens: ChannelTokens) -> None:
    key_server.delay = 0.4
    asked = asyncio.create_task(verify(tokens, f"Bearer {token()}"))
    longest, last = 0.0, time.perf_counter()
    while not asked.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    assert longest < 0.2


async def test_a_dead_key_server_lets_nobody_in(session: aiohttp.ClientSession) -> None:
    keys = ChannelKeys(f"http://127.0.0.1:{unused_port()}/openid", session)
    with pytest.raises(KeysUnreachable):
        await verify(ChannelTokens(keys, app_id=APP, issuer=ISSUER), f"Bearer {token()}")
    assert not await keys.ready()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "trouble"),
        (404, ""),
        (200, "<html>sign in to the guest network</html>"),
        (200, "[]"),
        (200, "null"),
        (200, "{}"),
        (200, '{"jwks_uri": 5}'),
        (200, '{"jwks_uri": "not an address"}'),
    ],
)
async def test_an_answer_that_is_no_key_document_lets_nobody_in(
    key_server: KeyServer, tokens: ChannelTokens, status: int, body: str
) -> None:
    key_server.status, key_server.body = status, body
    with pytest.raises(KeysUnreachable):
        await verify(tokens, f"Bearer {token()}")


@pytest.mark.parametrize(
    "odd",
    [
        {"kty": "EC", "kid": "odd", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "odd"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kid": "odd"},
        "a word",
        {**jwk("stranger"), "endorsements": None},
    ],
)
async def test_one_odd_key_in_the_document_does_not_spoil_the_others(
    key_server: KeyServer, tokens: ChannelTokens, odd: Any
) -> None:
    key_server.keys = [odd, jwk("first")]
    assert await verify(tokens, f"Bearer {token()}")


async def test_as_soon_as_the_key_server_is_back_people_are_let_in(
    key_server: KeyServer, tokens: ChannelTokens
) -> None:
    key_server.status = 503
    with pytest.raises(KeysUnreachable):
        await verify(tokens, f"Bearer {token()}")
    key_server.status = 200
    async with asyncio.timeout(5):
        await until(lambda: lets_in(tokens), 5, "letting somebody in")


async def lets_in(tokens: ChannelTokens) -> bool:
    try:
        return bool(await verify(tokens, f"Bearer {token()}"))
    except KeysUnreachable:
        return False


async def test_known_keys_go_on_working_when_a_refresh_fails(
    key_server: KeyServer, tokens: ChannelTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verify(tokens, f"Bearer {token()}")
    key_server.status = 503
    monkeypatch.setattr(channel_tokens, "KEYS_LIVE_SECONDS", 0)
    assert await verify(tokens, f"Bearer {token()}")


async def test_a_key_server_that_hangs_keeps_a_queue_waiting_once_not_one_after_another(
    key_server: KeyServer, tokens: ChannelTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_tokens, "FETCH_SECONDS", 0.2)
    key_server.delay = 30
    async with asyncio.timeout(1.5):
        asked = await asyncio.gather(
            *(verify(tokens, f"Bearer {token()}") for _ in range(20)), return_exceptions=True
        )
    assert {KeysUnreachable} == {type(answer) for answer in asked}


async def test_old_keys_let_people_in_promptly_while_the_key_server_hangs(
    key_server: KeyServer, tokens: ChannelTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verify(tokens, f"Bearer {token()}")
    monkeypatch.setattr(channel_tokens, "KEYS_LIVE_SECONDS", 0)
    monkeypatch.setattr(channel_tokens, "FETCH_SECONDS", 0.2)
    key_server.delay = 30
    async with asyncio.timeout(1.5):
        await asyncio.gather(*(verify(tokens, f"Bearer {token()}") for _ in range(20)))


async def test_being_ready_means_having_keys(key_server: KeyServer, keys: ChannelKeys) -> None:
    assert await keys.ready()
    assert key_server.asked == 1


async def test_a_failed_fetch_is_logged_without_its_message(
    key_server: KeyServer, keys: ChannelKeys, caplog: pytest.LogCaptureFixture
) -> None:
    key_server.status = 503
    with caplog.at_level(logging.WARNING):
        assert not await keys.ready()
    assert "signing keys not fetched" in caplog.text
