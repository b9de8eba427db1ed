"""The tenant's token endpoint: client credentials in, app-only tokens out, and Entra's errors for all else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol
from uuid import uuid4

from aiohttp import web

from sandbox.faults import Faults

GRAPH = "https://graph.microsoft.com"
CONNECTOR = "https://api.botframework.com"
RESOURCES = (GRAPH, CONNECTOR)


class Issuer(Protocol):
    """What the token endpoint needs to know of the identity service."""

    tenant_id: str
    app_id: str
    app_secret: str

    @property
    def login_issuer(self) -> str: ...
    def app_token(self, audience: str) -> str: ...
    def published_login_keys(self) -> list[dict[str, Any]]: ...


@dataclass(eq=False)
class Refused(Exception):
    """A token request that is answered with one of Entra's errors."""

    error: str
    number: int
    message: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST


def login_app(issuer: Issuer, faults: Faults | None) -> web.Application:
    app = web.Application(middlewares=[faults.middleware("login", _throttled)] if faults else [])
    endpoints = _Endpoints(issuer)
    app.add_routes(
        [
            web.post("/{tenant}/oauth2/v2.0/token", endpoints.token),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", endpoints.document),
            web.get("/{tenant}/discovery/v2.0/keys", endpoints.keys),
        ]
    )
    return app


class _Endpoints:
    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            audience = _check(self._issuer, request.match_info["tenant"], form)
        except Refused as refused:
            return _refusal(
                refused, form.get("client-request-id") or request.headers.get("client-request-id")
            )
        answer = {
            "token_type": "Bearer",
            "expires_in": 3600,
            "ext_expires_in": 3600,
            "access_token": self._issuer.app_token(audience),
        }
        return web.json_response(answer, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    async def document(self, request: web.Request) -> web.Response:
        authority = f"{request.scheme}://{request.host}/{self._issuer.tenant_id}"
        return web.json_response(
            {
                "issuer": self._issuer.login_issuer,
                "token_endpoint": f"{authority}/oauth2/v2.0/token",
                "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
                "jwks_uri": f"{authority}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": self._issuer.published_login_keys()})


def _check(issuer: Issuer, tenant: str, form: dict[str, str]) -> str:
    """Return the service that the token is wanted for, or raise what Entra would answer."""
    if tenant != issuer.tenant_id:
        raise Refused("invalid_request", 90002, f"Tenant '{tenant}' not found.")
    if form.get("grant_type") != "client_credentials":
        raise Refused("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    if form.get("client_id") != issuer.app_id:
        raise Refused(
            "unauthorized_client", 700016, "Application with this identifier was not found in the directory."
        )
    if not secrets.compare_digest(form.get("client_secret", "").encode(), issuer.app_secret.encode()):
        raise Refused(
            "invalid_client", 7000215, "Invalid client secret provided.", status=HTTPStatus.UNAUTHORIZED
        )
    return _resource(form.get("scope", ""))


def _resource(scope: str) -> str:
    resource, _, permission = scope.rpartition("/")
    if permission != ".default":
        raise Refused("invalid_scope", 1002012, "The scope is not valid; it must end in /.default.")
    if resource not in RESOURCES:
        raise Refused("invalid_resource", 500011, "The resource principal was not found in the tenant.")
    return resource


def _refusal(refused: Refused, correlation_id: str | None) -> web.Response:
    trace, correlation = str(uuid4()), correlation_id or str(uuid4())
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    text = f"AADSTS{refused.number}: {refused.message}"
    return web.json_response(
        {
            "error": refused.error,
            "error_description": f"{text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}",
            "error_codes": [refused.number],
            "timestamp": now,
            "trace_id": trace,
            "correlation_id": correlation,
        },
        status=refused.status,
    )


def _throttled(status: HTTPStatus, message: str) -> web.Response:
    return _refusal(Refused("temporarily_unavailable", 90033, message, status=status), None)
