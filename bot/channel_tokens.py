"""Checks that a request really comes from the Bot Framework channel.

The rules are Microsoft's (Bot Connector authentication): issuer, audience, life time with five minutes' leeway, a
signing key from the channel's OpenID document that is endorsed for the channel, and a service URL that equals the one
in the activity. Keys are fetched asynchronously, once for all who wait, and again when a token names a new key.
"""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
from jwt.algorithms import RSAAlgorithm

log = logging.getLogger(__name__)

PUBLIC_ISSUER = "https://api.botframework.com"
GOVERNMENT_ISSUER = "https://api.botframework.us"
LEEWAY_SECONDS = 300
KEYS_LIVE_SECONDS = 24 * 3600
FETCH_SECONDS = 4  # less than the time in which Teams wants an answer
AFTER_FAILURE_SECONDS = 30
TOKENS_REMEMBERED = 200


class NotFromTheChannel(Exception):
    """The request carries no token, or one we do not accept. The message holds no part of the token."""


class KeysUnreachable(Exception):
    """The channel's signing keys cannot be fetched just now, so nobody can be recognised."""


@dataclass(frozen=True)
class SigningKey:
    """A public key of the channel and the channels it may speak for."""

    public: Any
    endorsements: frozenset[str]


class RefreshAllowance:
    """How often unknown keys may make us fetch: a burst at once, then one at a time.

    A rolled-over key must work at once, and a flood of made-up key ids must not become a flood of fetches.
    """

    def __init__(
        self, burst: int = 5, seconds_each: float = 30, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._seconds_each, self._now = burst, seconds_each, now
        self._left, self._since = float(burst), now()

    def take(self) -> bool:
        at = self._now()
        self._left = min(self._burst, self._left + (at - self._since) / self._seconds_each)
        self._since = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


class ChannelKeys:
    """The channel's signing keys: fetched for the first token, again for a key id we do not know, and once a day."""

    def __init__(self, openid_url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = openid_url, session
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at = self._failed_at = -float("inf")
        self._fetching: asyncio.Task[bool] | None = None
        self._allowance = RefreshAllowance()

    async def key(self, key_id: str) -> SigningKey:
        """The key with this id.

        Raises:
            NotFromTheChannel: the channel has no such key.
            KeysUnreachable: whether it has cannot be told just now.
        """
        if self._keys and not self._is_fresh() and not self._failed_lately():
            await asyncio.shield(self._fetch_once())  # where that fails, the keys of yesterday still serve
        if key_id not in self._keys and self._may_fetch():
            fetched = await asyncio.shield(self._fetch_once())
            if not fetched and key_id not in self._keys:
                raise KeysUnreachable
        if key_id not in self._keys:
            raise NotFromTheChannel("unknown signing key")
        return self._keys[key_id]

    async def ready(self) -> bool:
        """Whether keys are at hand, fetching them if need be."""
        return self._is_fresh() or await asyncio.shield(self._fetch_once())

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._fetched_at < KEYS_LIVE_SECONDS

    def _failed_lately(self) -> bool:
        return time.monotonic() - self._failed_at < AFTER_FAILURE_SECONDS

    def _may_fetch(self) -> bool:
        under_way = self._fetching is not None and not self._fetching.done()
        return not self._keys or under_way or self._allowance.take()

    def _fetch_once(self) -> "asyncio.Task[bool]":
        """The fetch that is under way, or a new one: whoever needs keys waits for the same answer."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> bool:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                document = await self._json(self._url)
                keys = _signing_keys((await self._json(document["jwks_uri"]))["keys"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as fault:
            return self._failed(type(fault).__name__)
        if not keys:
            return self._failed("the document holds none")
        self._keys, self._fetched_at = keys, time.monotonic()
        return True

    def _failed(self, why: str) -> bool:
        log.warning("signing keys not fetched: %s", why)
        self._failed_at = time.monotonic()
        return False

    async def _json(self, url: str) -> Any:
        async with self._session.get(url, raise_for_status=True) as answer:
            return await answer.json(content_type=None)


def _signing_keys(jwks: list[Any]) -> dict[str, SigningKey]:
    """The keys we can use; one odd key must not spoil the others."""
    found = {}
    for jwk in jwks:
        try:
            endorsements = frozenset(str(channel) for channel in jwk.get("endorsements", []))
            found[str(jwk["kid"])] = SigningKey(RSAAlgorithm.from_jwk(json.dumps(jwk)), endorsements)
        except (jwt.PyJWTError, ValueError, TypeError, LookupError, AttributeError) as fault:
            log.warning("a signing key of the channel was passed over: %s", type(fault).__name__)
    return found


@dataclass(frozen=True)
class _Proven:
    """The claims of a token, and the key that proved them: a key fetched anew proves nothing old."""

    key: SigningKey
    claims: dict[str, Any]


class ChannelTokens:
    """Decides whether an Authorization header proves that the channel sent an activity."""

    def __init__(self, keys: ChannelKeys, *, app_id: str, issuer: str) -> None:
        self._keys, self._app_id, self._issuer = keys, app_id, issuer
        self._proven: OrderedDict[str, _Proven] = OrderedDict()

    async def verify(self, authorization: str, *, channel_id: str, service_url: str) -> dict[str, Any]:
        """The claims of a good token.

        Raises:
            NotFromTheChannel: anything about the token is wrong.
            KeysUnreachable: it could not be judged.
        """
        token = _bearer(authorization)
        key = await self._keys.key(_key_id(token))
        if channel_id not in key.endorsements:
            raise NotFromTheChannel("the signing key is not endorsed for this channel")
        claims = self._claims(token, key)
        if claims.get("serviceurl", claims.get("serviceUrl")) != service_url:
            raise NotFromTheChannel("the token is for another service URL")
        return claims

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        """The channel shows the same token until it runs out: its signature is checked once, its life time always."""
        proven = self._proven.get(token)
        if proven is None or proven.key is not key or proven.claims["exp"] + LEEWAY_SECONDS <= time.time():
            self._proven[token] = proven = _Proven(key, self._decode(token, key))
            if len(self._proven) > TOKENS_REMEMBERED:
                self._proven.popitem(last=False)
        return proven.claims

    def _decode(self, token: str, key: SigningKey) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as fault:
            raise NotFromTheChannel(type(fault).__name__) from None
        return claims


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotFromTheChannel("no bearer token")
    return token.strip()


def _key_id(token: str) -> str:
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
    except (jwt.PyJWTError, ValueError):
        raise NotFromTheChannel("not a token") from None
    if not isinstance(key_id, str):
        raise NotFromTheChannel("the token names no signing key")
    return key_id
