"""The identity service of the sandbox.

Two issuers share it, as at Microsoft: the Bot Framework channel, whose tokens the bot must check, and the
tenant's login service, from which the bot gets its own tokens for Graph and for the Bot Connector.
"""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import NAMESPACE_URL, uuid5

import jwt
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox import login
from sandbox.faults import Faults
from sandbox.keys import KeyStore, SigningKey

CHANNEL_ISSUER = "https://api.botframework.com"
ENDORSEMENTS = ["msteams"]
TOKEN_SECONDS = 3600
LEEWAY_SECONDS = 300
DEFAULT_ROLES = ("Sites.ReadWrite.All", "Sites.Manage.All", "Calendars.ReadWrite", "Mail.Send")
"""What the service needs, and managing lists, which lets the demo provision them with the same app."""


_Wanted = TypeVar("_Wanted", bound=BaseModel)


class InvalidTokenError(Exception):
    """The token is not one of ours, is not for this service, or is no longer valid."""


class ChannelTokenRequest(BaseModel):
    """What a test asks of `POST /control/identity/channel-token`."""

    model_config = ConfigDict(extra="forbid")

    claims: dict[str, Any] = Field(default_factory=dict)
    endorsed: bool = True
    key: Literal["current", "unknown", "unendorsed"] = "current"
    expired: bool = False
    service_url: str | None = None


class RotateRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issuer: Literal["channel", "login"] = "channel"
    forget_old: bool = False


class RolesRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    roles: list[str]


class Identity:
    """Keys, tokens and their verification for one tenant and one registered app."""

    def __init__(
        self,
        data_dir: Path,
        tenant_id: str,
        app_id: str,
        app_secret: str,
        base_url: str,
        *,
        roles: tuple[str, ...] = DEFAULT_ROLES,
    ) -> None:
        self.tenant_id = tenant_id
        self.app_id = app_id
        self.app_secret = app_secret
        self.base_url = base_url.rstrip("/")
        self.roles = list(roles)
        self.keys = KeyStore.open(data_dir / "identity-keys.json")

    # The channel

    def channel_token(self, service_url: str, *, key: SigningKey | None = None, **overrides: Any) -> str:
        """Sign the token that Teams sends with an activity; an override of None leaves the claim out."""
        now = int(time.time())
        claims = {
            "iss": CHANNEL_ISSUER,
            "aud": self.app_id,
            "serviceurl": service_url,
            "nbf": now - LEEWAY_SECONDS,
            "exp": now + TOKEN_SECONDS,
            **overrides,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return (key or self.keys.channel.current).sign(given)

    def rotate(self, *, forget_old: bool = False) -> None:
        """Sign with a new channel key from now on."""
        self.keys.channel.rotate(forget_old=forget_old)
        self.keys.save()

    # The tenant's login service

    @property
    def login_issuer(self) -> str:
        return f"https://sts.windows.net/{self.tenant_id}/"

    def app_token(self, audience: str, **overrides: Any) -> str:
        """Sign the app-only token of the registered app for one service."""
        now = int(time.time())
        principal = str(uuid5(NAMESPACE_URL, f"{self.tenant_id}/{self.app_id}"))
        claims = {
            "aud": audience,
            "iss": self.login_issuer,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "appid": self.app_id,
            "app_displayname": "Local Focus Hub",
            "appidacr": "1",
            "idtyp": "app",
            "oid": principal,
            "sub": principal,
            "tid": self.tenant_id,
            "uti": secrets.token_urlsafe(16),
            "ver": "1.0",
            **({"roles": self.roles} if audience == login.GRAPH else {}),
            **overrides,
        }
        return self.keys.login.current.sign(claims)

    def verify_app_token(self, token: str, audience: str) -> dict[str, Any]:
        """Return the claims of a token this service issued for `audience`; raise InvalidTokenError otherwise."""
        try:
            key = self.keys.login.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise InvalidTokenError("The token is signed with an unknown key.")
            return jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=audience,
                issuer=self.login_issuer,
                options={"require": ["exp", "nbf", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise InvalidTokenError(str(error)) from error

    # What is served

    def openid_routes(self) -> web.Application:
        """Serve the channel's OpenID document and keys; mounted at /botframework."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/v1/.well-known/openidconfiguration", self._openid_document),
                web.get("/v1/.well-known/keys", self._channel_keys),
            ]
        )
        return app

    def login_routes(self, faults: Faults | None = None) -> web.Application:
        """Serve the tenant's token endpoint; the https listener's whole application."""
        return login.login_app(self, faults)

    def control_routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/identity/rotate", self._control_rotate),
            web.post("/control/identity/channel-token", self._control_channel_token),
            web.post("/control/identity/roles", self._control_roles),
            web.get("/control/identity/roles", self._control_roles_now),
        ]

    def published_login_keys(self) -> list[dict[str, Any]]:
        return [key.published() for key in self.keys.login.keys]

    def published_channel_keys(self) -> list[dict[str, Any]]:
        endorsed = [key.published(endorsements=ENDORSEMENTS) for key in self.keys.channel.keys]
        return [*endorsed, self.keys.unendorsed.published(endorsements=["directline"])]

    async def _openid_document(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": CHANNEL_ISSUER,
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"{self.base_url}/botframework/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _channel_keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": self.published_channel_keys()})

    async def _control_rotate(self, request: web.Request) -> web.Response:
        wanted = await _read(request, RotateRequest)
        if wanted.issuer == "channel":
            self.rotate(forget_old=wanted.forget_old)
            return web.json_response({"kid": self.keys.channel.current.kid})
        self.keys.login.rotate(forget_old=wanted.forget_old)
        self.keys.save()
        return web.json_response({"kid": self.keys.login.current.kid})

    async def _control_channel_token(self, request: web.Request) -> web.Response:
        wanted = await _read(request, ChannelTokenRequest)
        key = "current" if wanted.endorsed else "unendorsed"
        token = self.channel_token(
            wanted.service_url or f"{self.base_url}/teams/",
            key=self._named_key(wanted.key if wanted.key != "current" else key),
            **(_lifetime(wanted.expired) | wanted.claims),
        )
        return web.json_response({"token": token})

    def _named_key(self, name: str) -> SigningKey:
        if name == "unknown":
            return SigningKey.make()
        return self.keys.unendorsed if name == "unendorsed" else self.keys.channel.current

    async def _control_roles(self, request: web.Request) -> web.Response:
        self.roles = (await _read(request, RolesRequest)).roles
        return await self._control_roles_now(request)

    async def _control_roles_now(self, _: web.Request) -> web.Response:
        return web.json_response({"roles": self.roles})


def _lifetime(expired: bool) -> dict[str, Any]:
    """Return the times of a token that ended beyond any leeway, or nothing to keep the usual ones."""
    if not expired:
        return {}
    now = int(time.time())
    return {"nbf": now - 3 * TOKEN_SECONDS, "exp": now - 2 * TOKEN_SECONDS}


async def _read(request: web.Request, model: type[_Wanted]) -> _Wanted:
    try:
        return model.model_validate_json(await request.read() or b"{}")
    except ValidationError as error:
        complaint = {"error": error.errors()[0]["msg"]}
        raise web.HTTPBadRequest(text=json.dumps(complaint), content_type="application/json") from error
