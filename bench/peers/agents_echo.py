"""An echo bot on the Microsoft 365 Agents SDK 1.9, put together as its own samples are: `python agents_echo.py PORT`.

It checks no token, which is how those samples run on a developer's machine, and stores nothing.
"""

# Runs in an environment of its own, whose packages the type checker does not see.
# mypy: disable-error-code="misc, import-not-found"

import sys

from aiohttp import web
from microsoft_agents.activity import InvokeResponse
from microsoft_agents.authentication.msal import MsalConnectionManager
from microsoft_agents.hosting.aiohttp import CloudAdapter, jwt_authorization_middleware
from microsoft_agents.hosting.core import ActivityHandler, AgentAuthConfiguration, MessageFactory, TurnContext


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:  # noqa: ARG002 - its signature
        return InvokeResponse(status=200)


def application() -> web.Application:
    no_tokens = AgentAuthConfiguration(anonymous_allowed=True)
    connections = MsalConnectionManager(connections_configurations={"SERVICE_CONNECTION": no_tokens})
    adapter, bot = CloudAdapter(connection_manager=connections), Echo()

    async def messages(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await adapter.process(request, bot)
        return answer

    app = web.Application(middlewares=[jwt_authorization_middleware])
    app["agent_configuration"] = no_tokens  # the SDK's own key
    app.router.add_post("/api/messages", messages)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
