"""Who is let in: only the channel, with a fresh token of its own, for us, about this conversation's service."""

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest

from bot import channel_tokens
from bot.channel_tokens import ChannelTokens
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
from tests.contract.bot.proving import is_refused, verify
from tests.unit.bot.environment import APP


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
