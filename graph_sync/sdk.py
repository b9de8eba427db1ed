"""The only door to msgraph-sdk. Import it late: it costs 150 ms and 30 MB.

From the SDK come addresses (its request builders), sign-in and the middleware. Its typed models stay unused: they take
7 to 8 ms of processor time for every list item that is read.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx
from azure.core.exceptions import AzureError
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.request_option import RequestOption
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from kiota_http.middleware.options import RedirectHandlerOption, ResponseHandlerOption, RetryHandlerOption
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]  # published without types

from graph_sync.errors import SignInFailed, Unavailable

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

PUBLIC_SCOPE = "https://graph.microsoft.com/.default"
OUTAGE_WAIT = 10.0
"""Seconds until somebody who did not answer is asked again."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# SharePoint serves decorated traffic first; the form is Microsoft's.
USER_AGENT = "NONISV|LocalFocusHubs|HubBot/1.0"

NATIVE: list[RequestOption] = [ResponseHandlerOption(NativeResponseHandler())]
ONCE: list[RequestOption] = [
    # A create that is repeated after a 503 may stand there twice; the outbox decides when to try again.
    RetryHandlerOption(max_retries=0, should_retry=False),
    # A redirect would carry the case file to whatever host it names.
    RedirectHandlerOption(max_redirect=0, should_redirect=False),
]


class Connection:
    """The SDK's client, made so that the token goes to Graph's own host only and nothing is repeated blindly."""

    def __init__(self, credential: AsyncTokenCredential, base_url: str, timeout: float) -> None:
        host = urlsplit(base_url).hostname or ""
        self._timeout = timeout
        self._http = _http_client(timeout)
        self._adapter = GraphRequestAdapter(
            AzureIdentityAuthenticationProvider(credential, scopes=[_scope(host)], allowed_hosts=[host]),
            self._http,
        )
        self._adapter.base_url = base_url
        self.builders = GraphServiceClient(request_adapter=self._adapter)
        # The templates ask for "baseurl", which the SDK itself fills in only while sending: we read addresses before.
        self.builders.path_parameters["baseurl"] = base_url

    async def send(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> httpx.Response:
        """Send one request and hand back the bare response, whatever its status.

        Raises:
            Unavailable: nobody answered in time; whether it was done is not known.
            SignInFailed: no token could be had, so nothing was sent.
        """
        info = RequestInformation(Method(method))
        info.url = url
        for name, value in headers.items():
            info.headers.try_add(name, value)
        info.content = content
        info.add_request_options(NATIVE)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._send(info)
        except (httpx.RequestError, TimeoutError) as error:
            raise Unavailable(f"Graph did not answer: {type(error).__name__}", after=OUTAGE_WAIT) from error
        except AzureError as error:
            raise SignInFailed(f"signing in for Graph failed: {_reason(error)}", after=OUTAGE_WAIT) from error

    async def _send(self, info: RequestInformation) -> httpx.Response:
        # With the native handler the adapter returns the response itself, whatever it declares.
        response: Any = await self._adapter.send_primitive_async(info, "bytes", {})
        return cast("httpx.Response", response)

    async def close(self) -> None:
        """Close the connections; the credential is its owner's to close."""
        await self._http.aclose()


def _reason(error: AzureError) -> str:
    """Name a failed sign-in by Entra's own error number, where it gave one."""
    number = re.search(r"AADSTS\d+", str(error))
    return f"{type(error).__name__} {number.group()}" if number else type(error).__name__


def _scope(host: str) -> str:
    """National clouds want a token for their own host; a Graph on this machine takes the public one."""
    return PUBLIC_SCOPE if host in LOOPBACK else f"https://{host}/.default"


def _http_client(timeout: float) -> httpx.AsyncClient:
    client = httpx.AsyncClient(timeout=timeout, http2=True, headers={"User-Agent": USER_AGENT})
    middleware = {**options, **{option.get_key(): option for option in ONCE}}
    GraphClientFactory.create_with_default_middleware(client=client, options=middleware)
    return client
