"""The Bot Connector as a web application: tokens, the tenant's rate, errors in the service's shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.faults import AUTHORISED, Faults
from sandbox.identity import InvalidTokenError
from sandbox.teams.connector import Connector
from sandbox.teams.errors import BotNotRegistered, ConnectorError, NotSupported
from sandbox.teams.rates import Rates
from sandbox.teams.rosters import Rosters
from sandbox.teams.world import World

AUDIENCE = "https://api.botframework.com"


class TokenCheck(Protocol):
    """The part of the identity service that the connector needs."""

    def verify_app_token(self, token: str, audience: str) -> dict[str, Any]: ...


def connector_app(world: World, identity: TokenCheck, faults: Faults) -> web.Application:
    """Build what is mounted at /teams."""
    app = web.Application(
        middlewares=[
            faults.middleware("teams", _refuse),
            _errors,
            _authorised(identity),
            _within_rate(world.rates),
        ]
    )
    connector = Connector(world)
    app.add_routes(connector.routes())
    app.add_routes(Rosters(world, connector).routes())
    app.router.add_route("*", "/{path:.*}", _unsupported)
    return app


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ConnectorError as error:
        return web.json_response(error.body, status=error.status, headers=error.headers)


def _authorised(identity: TokenCheck) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise BotNotRegistered("The request carries no bearer token.")
        try:
            identity.verify_app_token(token, AUDIENCE)
        except InvalidTokenError as error:
            raise BotNotRegistered(str(error)) from error
        request[AUTHORISED] = True
        return await handler(request)

    return check


def _within_rate(rates: Rates) -> Middleware:
    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        rates.request()
        return await handler(request)

    return count


async def _unsupported(request: web.Request) -> web.Response:
    raise NotSupported(f"The sandbox does not answer {request.method} {request.path}.")


def _refuse(status: HTTPStatus, message: str) -> web.Response:
    code = "Throttled" if status is HTTPStatus.TOO_MANY_REQUESTS else "ServiceUnavailable"
    return web.json_response({"error": {"code": code, "message": message}}, status=status)
