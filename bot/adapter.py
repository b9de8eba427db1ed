"""Everything that is specific to the Bot Framework SDK, so that a successor SDK is a change of this one file.

botbuilder 4.17.1 answers 500 to invokes with a body, to bad tokens and to malformed input, and makes two REST clients
and a token request in every turn. Here a subclass answers what the protocol asks for, tokens are checked by
`ChannelTokens`, and messages leave through our own `Connector`.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ResourceResponse
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.channel_tokens import ChannelTokens, KeysUnreachable, NotFromTheChannel
from bot.connector import Connector, Connectors
from bot.settings import LOOPBACK
from bot.turn import MalformedActivity, Turn, read_turn

log = logging.getLogger(__name__)

CHANNEL = "msteams"
Handle = Callable[[Turn], Awaitable[dict[str, Any] | None]]


class SharedConnectors(ConnectorFactory):  # type: ignore[misc]  # the SDK is untyped
    """Gives a turn the one connector of its service URL, where the stock factory makes a new client each time."""

    def __init__(self, connectors: Connectors) -> None:
        self._connectors = connectors

    async def create(self, service_url: str, audience: str) -> Connector:  # noqa: ARG002 the SDK's signature
        return self._connectors.at(service_url)


class HubAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK is untyped
    """Checks inbound tokens; without a checker, only requests that name a service URL on this machine pass."""

    def __init__(self, tokens: ChannelTokens | None, connectors: Connectors) -> None:
        self._tokens = tokens
        self._factory = SharedConnectors(connectors)

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        claims = await self._claims(auth_header, activity)
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(claims, is_authenticated=True)
        result.connector_factory = self._factory
        return result

    async def _claims(self, auth_header: str, activity: Activity) -> dict[str, Any]:
        if self._tokens is not None:
            return await self._tokens.verify(
                auth_header, channel_id=activity.channel_id or "", service_url=activity.service_url or ""
            )
        if _host(activity.service_url or "") not in LOOPBACK:
            raise NotFromTheChannel("without token checks, only this machine may call")
        return {}

    async def authenticate_streaming_request(
        self,
        auth_header: str,  # noqa: ARG002 the SDK's signature
        channel_id_header: str,  # noqa: ARG002
    ) -> AuthenticateRequestResult:
        raise PermissionError("this bot takes no streaming connections")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return self._factory

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """None: people are known by the token of the channel; nobody signs in to the bot."""


class HubAdapter(CloudAdapter):  # type: ignore[misc]  # the SDK is untyped
    """Turns an HTTP request into a `Turn`, and what the hub answers into an HTTP response."""

    def __init__(
        self, authentication: HubAuthentication, *, handle: Handle, allowed_tenants: frozenset[str]
    ) -> None:
        super().__init__(authentication)
        self._handle, self._allowed_tenants = handle, allowed_tenants

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one POST of the channel. Every refusal is a status with one sentence, never a traceback."""
        if request.content_type != "application/json":
            return _refusal(415, "Send an activity as application/json.")
        try:
            body = await _json_object(request)
            turn = read_turn(body)
        except MalformedActivity as fault:
            return _refusal(400, f"This is not a Teams activity: {fault}.")
        return await self._answer_turn(request, turn, _activity(turn))

    async def _answer_turn(self, request: web.Request, turn: Turn, activity: Activity) -> web.Response:
        header = request.headers.get("Authorization", "")
        try:
            proof = await self.bot_framework_authentication.authenticate_request(activity, header)
        except NotFromTheChannel as why:
            log.warning("refused a request: %s", why)
            return _refusal(401, "This request does not prove that Teams sent it.")
        except KeysUnreachable:
            return _refusal(503, "The signing keys of Teams cannot be fetched just now.")
        if not self._is_welcome(turn, activity):
            return _refusal(403, "This bot does not serve that tenant or channel.")
        return _response(await self.process_activity(proof, activity, self._logic(turn)))

    def _is_welcome(self, turn: Turn, activity: Activity) -> bool:
        tenants = {turn.tenant, turn.host_tenant}
        return activity.channel_id == CHANNEL and tenants <= self._allowed_tenants

    def _logic(self, turn: Turn) -> Callable[[TurnContext], Awaitable[None]]:
        async def logic(context: TurnContext) -> None:
            body = await self._handle(turn)
            if context.activity.type == "invoke":
                response = InvokeResponse(status=200, body=body)
                await context.send_activity(Activity(type="invokeResponse", value=response))

        return logic

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        """Invoke responses stay in the turn; anything else would bypass the outbox and is refused."""
        if any(activity.type != "invokeResponse" for activity in activities):
            raise RuntimeError("messages leave through the outbox, not through the turn")
        responses: list[ResourceResponse] = await super().send_activities(context, activities)
        return responses


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, LookupError, RecursionError):  # LookupError: a charset that nobody knows
        raise MalformedActivity("the body is not JSON") from None
    if not isinstance(body, dict):
        raise MalformedActivity("the body is not an object")
    return body


def _activity(turn: Turn) -> Activity:
    """As much of the activity as the SDK's pipeline looks at. Its own reader drops fields, and takes four times as long."""
    return Activity(
        type=turn.raw["type"],
        name=turn.name,
        id=turn.activity_id,
        channel_id=turn.raw.get("channelId"),
        service_url=turn.service_url,
        conversation=ConversationAccount(id=turn.conversation_id),
        from_property=ChannelAccount(id=turn.user_id, aad_object_id=turn.person_id),
        recipient=ChannelAccount(id=turn.bot_id),
    )


def _response(invoke: InvokeResponse | None) -> web.Response:
    if invoke is None or invoke.body is None:
        return web.Response(status=200)
    return web.json_response(invoke.body, status=invoke.status)


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
