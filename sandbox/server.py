"""The sandbox's listeners, on this machine only, and what a bot must know to use them."""

from __future__ import annotations

import errno
import fcntl
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext

from aiohttp import web

from sandbox import certificates, tenant
from sandbox.app import Sandbox, compose
from sandbox.graph import MOUNT

LOOPBACK = "127.0.0.1"
SITE = "localhost:/sites/hubs"
CLOSING_SECONDS = 2.0
WITHOUT_PROXY = "localhost,127.0.0.1"


class StartError(Exception):
    """The sandbox cannot start; the message says what to change."""


@dataclass(frozen=True)
class Options:
    """What the sandbox was started with. Port 0 is any free one."""

    data: Path
    hubs: Path
    port: int
    login_port: int
    bot_url: str
    ready_file: Path | None = None
    with_bot: bool = False
    other_bots: tuple[str, ...] = ()
    """Where further replicas of the bot answer."""


@dataclass(frozen=True)
class Running:
    """A sandbox that answers."""

    base: str
    login: str
    ca: Path
    bot_environment: dict[str, str]
    sandbox: Sandbox

    def announce(self, path: Path) -> None:
        """Write the addresses and the bot's environment to a file, whole or not at all."""
        ready = {
            "base": self.base,
            "login": self.login,
            "ca": str(self.ca),
            "bot_environment": self.bot_environment,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        certificates.write_private(path, json.dumps(ready, indent=2).encode())


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Running]:
    """Serve the tenant for as long as the context lasts.

    Raises:
        StartError: a port or the data folder is in use.
        TenantError: hubs.yaml cannot be read.
    """
    data, people = options.data.resolve(), tenant.load(options.hubs)
    async with AsyncExitStack() as stack:
        stack.enter_context(_only_user_of(data))
        listener = stack.enter_context(_listen(options.port, "--port"))
        login_listener = stack.enter_context(_listen(options.login_port, "--login-port"))
        base = f"http://{LOOPBACK}:{_port(listener)}"
        login = f"https://localhost:{_port(login_listener)}"
        certificate = certificates.ensure(data)
        sandbox = await compose(data, people, base, (options.bot_url, *options.other_bots))
        await stack.enter_async_context(_served(sandbox.http, listener))
        context = certificate.server_context()
        await stack.enter_async_context(_served(sandbox.https, login_listener, context))
        environment = _bot_environment(
            options, people, base, login, certificate.certificate, sandbox.app_secret
        )
        yield Running(base, login, certificate.certificate, environment, sandbox)


def _bot_environment(
    options: Options, people: tenant.Tenant, base: str, login: str, ca: Path, secret: str
) -> dict[str, str]:
    return {
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppId": people.app_id,
        "MicrosoftAppPassword": secret,
        "MicrosoftAppTenantId": people.id,
        "HUB_GRAPH_URL": base + MOUNT,
        "HUB_SITE": SITE,
        "HUB_CHANNEL_OPENID_URL": f"{base}/botframework/v1/.well-known/openidconfiguration",
        "HUB_CHANNEL_LOGIN_URL": login,
        "HUB_DANGEROUSLY_TRUST_LOCAL": "on",
        "HUB_CONFIG": str(options.hubs.resolve()),
        "SSL_CERT_FILE": str(ca),
        "NO_PROXY": WITHOUT_PROXY,
        "no_proxy": WITHOUT_PROXY,
    }


@contextmanager
def _only_user_of(data: Path) -> Iterator[None]:
    """Hold the data folder: two sandboxes in one would give the same ids twice."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "in-use").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartError(
                f"Another sandbox is using {data}. Give this one its own folder with --data."
            ) from error
        yield


def _listen(port: int, option: str) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise StartError(f"Port {port} is in use or not allowed. Choose another with {option}.") from error


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


@asynccontextmanager
async def _served(
    app: web.Application, listener: socket.socket, context: SSLContext | None = None
) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_SECONDS)
    try:
        await runner.setup()
        await web.SockSite(runner, listener, ssl_context=context).start()
        yield
    finally:
        await runner.cleanup()
