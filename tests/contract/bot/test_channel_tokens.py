"""Who is let in: only the channel, with a fresh token of its own, for us, about this conversation's service."""

import asyncio
import base64
import hashlib
import hmac
import logging
import time
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot import channel_tokens
from bot.channel_tokens import ChannelKeys, ChannelTokens, KeysUnreachable, NotFromTheChannel
from tests.contract.bot.key_server import (
    ISSUER,
    SERVICE_URL,
    KeyServer,
    claims,
    hand_made,
    jwk,
    public_pem,
    token,
)
from tests.running import until
from tests.unit.bot.environment import APP


async def verify(tokens: ChannelTokens, authorization: str, **changes: str) -> dict[str, Any]:
    asked = {"channel_id": "msteams", "service_url": SERVICE_URL, **changes}
    return await tokens.verify(authorization, **asked)


async def is_refused(tokens: ChannelTokens, authorization: str, **changes: str) -> str:
    with pytest.raises(NotFromTheChannel) as refusal:
        await verify(tokens, authorization, **changes)
    return str(refusal.value)


async def test_a_token_of_the_channel_is_good(tokens: ChannelTokens) -> None:
    found = await verify(tokens, f"Bearer {token()}")
    assert (found["iss"], found["aud"], found["serviceurl"]) == (ISSUER, APP, SERVICE_URL)


async def test_the_scheme_is_read_in_any_case(tokens: ChannelTokens) -> None:
    assert await verify(tokens, f"bearer {token()}")


async def test_a_clock_that_is_a_few_minutes_off_is_forgiven(tokens: ChannelTokens) -> None:
    now = int(time.time())
    assert await verify(tokens, f"Bearer {token(exp=now - 240)}")
    assert await verify(tokens, f"Bearer {token(nbf=now + 240)}")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer garbage",
        "Bearer a.b.c",
        "Bearer ....",
        "Bearer \udcff\udcfe.e30.x",  # bytes that are no UTF-8, as the web server hands them on
        "Bearer é.e30.x",
        f"Bearer {hand_made({'alg': 'RS256'}, {})}",
        f"Bearer {hand_made({'alg': 'RS256', 'kid': 5}, {})}",
        f"Bearer {hand_made({'alg': 'RS256', 'kid': {'kid': 'first'}}, {})}",
        f"Bearer {hand_made({'alg': 5, 'kid': 'first'}, {})}",
    ],
)
async def test_what_is_no_token_is_refused(tokens: ChannelTokens, authorization: str) -> None:
    await is_refused(tokens, authorization)


async def test_a_header_of_endless_brackets_is_refused(tokens: ChannelTokens) -> None:
    brackets = base64.urlsafe_b64encode(b"[" * 2500 + b"]" * 2500).decode().rstrip("=")
    await is_refused(tokens, f"Bearer {brackets}.e30.x")


NOW = int(time.time())
BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "expired": {"exp": NOW - 600},
    "not yet valid": {"nbf": NOW + 3600},
    "for another bot": {"aud": "30000000-0000-4000-8000-000000000001"},
    "from another issuer": {"iss": "https://sts.windows.net/10000000-0000-4000-8000-000000000001/"},
    "from the government's issuer": {"iss": "https://api.botframework.us"},
    "for another service": {"serviceurl": "https://smba.trafficmanager.net/emea/"},
    "for a service with the same beginning": {"serviceurl": SERVICE_URL.rstrip("/")},
    "for several services": {"serviceurl": [SERVICE_URL]},
    "without a service": {"serviceurl": None},
    "without an issuer": {"iss": None},
    "without an audience": {"aud": None},
    "without an end": {"exp": None},
    "with an end that is no time": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("changes", BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
async def test_a_token_with_a_wrong_claim_is_refused(tokens: ChannelTokens, changes: dict[str, Any]) -> None:
    await is_refused(tokens, f"Bearer {token(**changes)}")


async def test_a_token_for_another_service_than_the_activity_names_is_refused(tokens: ChannelTokens) -> None:
    await is_refused(tokens, f"Bearer {token()}", service_url="https://evil.example/")
    await is_refused(tokens, f"Bearer {token(serviceurl=None)}", service_url="")


async def test_a_token_signed_with_a_key_that_the_channel_does_not_have_is_refused(
    tokens: ChannelTokens,
) -> None:
    assert "unknown signing key" in await is_refused(tokens, f"Bearer {token('stranger')}")
    await is_refused(tokens, f"Bearer {token('stranger', key_id='first')}")


@pytest.mark.parametrize("endorsements", [[], ["emulator"], ["msteamsx"]])
async def test_a_key_that_is_not_endorsed_for_teams_is_refused(
    key_server: KeyServer, tokens: ChannelTokens, endorsements: list[str]
) -> None:
    key_server.keys = [jwk("first", endorsements)]
    assert "endorsed" in await is_refused(tokens, f"Bearer {token()}")


async def test_a_key_without_endorsements_is_refused(key_server: KeyServer, tokens: ChannelTokens) -> None:
    key_server.keys = [{name: part for name, part in jwk("first").items() if name != "endorsements"}]
    await is_refused(tokens, f"Bearer {token()}")


async def test_an_unsigned_token_is_refused(tokens: ChannelTokens) -> None:
    for algorithm in ("none", "None", "NONE"):
        unsigned = hand_made({"alg": algorithm, "kid": "first", "typ": "JWT"}, claims())
        await is_refused(tokens, f"Bearer {unsigned}")


async def test_a_token_signed_with_the_public_key_as_a_password_is_refused(tokens: ChannelTokens) -> None:
    header = {"alg": "HS256", "kid": "first", "typ": "JWT"}
    unsigned = hand_made(header, claims()).rpartition(".")[0]
    signature = hmac.new(public_pem("first"), unsigned.encode(), hashlib.sha256).digest()
    await is_refused(tokens, f"Bearer {hand_made(header, claims(), signature)}")


async def test_a_token_with_one_changed_letter_is_refused(tokens: ChannelTokens) -> None:
    head, payload, signature = token().split(".")
    other = "A" if signature[5] != "A" else "B"
    await is_refused(tokens, f"Bearer {head}.{payload}.{signature[:5]}{other}{signature[6:]}")


async def test_a_refusal_holds_no_part_of_the_token(
    tokens: ChannelTokens, caplog: pytest.LogCaptureFixture
) -> None:
    for bad in (token("stranger"), token(exp=NOW - 600), token(aud="someone else"), "garbage.and.more"):
        sentence = await is_refused(tokens, f"Bearer {bad}")
        assert not any(part in sentence + caplog.text for part in bad.split("."))


async def test_a_token_that_was_good_is_refused_when_it_has_run_out(
    tokens: ChannelTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = f"Bearer {token(exp=int(time.time()) - 60)}"
    assert await verify(tokens, bearer)
    monkeypatch.setattr(channel_tokens, "LEEWAY_SECONDS", 0)
    await is_refused(tokens, bearer)


async def test_a_token_that_was_good_is_refused_when_its_key_id_has_another_key(
    key_server: KeyServer, tokens: ChannelTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = f"Bearer {token()}"
    assert await verify(tokens, bearer)
    key_server.keys = [jwk("second") | {"kid": "first"}]
    monkeypatch.setattr(channel_tokens, "KEYS_LIVE_SECONDS", 0)
    await is_refused(tokens, bearer)


async def test_a_token_that_was_good_for_one_service_or_channel_is_good_for_no_other(
    tokens: ChannelTokens,
) -> None:
    bearer = f"Bearer {token()}"
    assert await verify(tokens, bearer)
    await is_refused(tokens, bearer, service_url="https://evil.example/")
    await is_refused(tokens, bearer, channel_id="webchat")


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
