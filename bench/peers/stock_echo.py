"""An echo bot on stock botbuilder 4.17.1, put together as its own echo sample is: `python stock_echo.py PORT`.

It checks no token, which is how that sample runs on a developer's machine, and stores nothing. An invoke is answered with
status 200 and no body: with a body 4.17.1 answers 500.
"""

# Runs in an environment of its own, whose packages the type checker does not see.
# mypy: disable-error-code="misc, import-not-found"

import sys

from aiohttp import web
from botbuilder.core import ActivityHandler, InvokeResponse, MessageFactory, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication


class NoTokens:
    """Settings of a bot without an app registration."""

    APP_ID = ""
    APP_PASSWORD = ""
    APP_TYPE = "MultiTenant"
    APP_TENANTID = ""


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:  # noqa: ARG002 - its signature
        return InvokeResponse(status=200)


def application() -> web.Application:
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(NoTokens)), Echo()

    async def messages(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await adapter.process(request, bot)
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
