"""The channel's identity service in small: an OpenID document and its keys over HTTP, and tokens signed with them."""

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.unit.bot.environment import APP

ISSUER = "https://api.botframework.com"
SERVICE_URL = "https://smba.trafficmanager.net/uk/"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key of its own for each name; making one takes a moment, so it is made once."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(name: str) -> bytes:
    return (
        private_key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def jwk(name: str, endorsements: list[str] | None = None) -> dict[str, Any]:
    """The public half, as the key document shows it."""
    shown: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(private_key(name).public_key()))
    channels = ["msteams"] if endorsements is None else endorsements
    return shown | {"kid": name, "use": "sig", "endorsements": channels}


def claims(**changes: Any) -> dict[str, Any]:
    """What the channel claims; a change to None takes the claim away."""
    now = int(time.time())
    usual = {
        "iss": ISSUER,
        "aud": APP,
        "serviceurl": SERVICE_URL,
        "nbf": now - 60,
        "exp": now + 3600,
        **changes,
    }
    return {name: value for name, value in usual.items() if value is not None}


def token(key: str = "first", key_id: str | None = None, **changes: Any) -> str:
    """A token signed with this key, claiming the usual but for the changes."""
    return jwt.encode(claims(**changes), private_key(key), algorithm="RS256", headers={"kid": key_id or key})


def hand_made(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    """A token that no honest library would write."""
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@dataclass
class KeyServer:
    """What the service answers just now, and how often it was asked."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk("first")])
    status: int = 200
    body: str | None = None
    delay: float = 0
    asked: int = 0
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        return app

    async def _openid(self, request: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.delay)
        if self.status != 200 or self.body is not None:
            return web.Response(status=self.status, text=self.body or "")
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(request.url.with_path("/keys"))})

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": self.keys})


@contextlib.asynccontextmanager
async def running_key_server() -> AsyncIterator[KeyServer]:
    state = KeyServer()
    async with TestServer(state.app()) as server:
        state.url = str(server.make_url("/openid"))
        yield state
