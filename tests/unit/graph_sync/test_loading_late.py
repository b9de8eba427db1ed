"""The SDK costs 150 ms and 30 MB: whoever does not use it must not pay."""

import subprocess
import sys

import pytest

from graph_sync.client import GraphClient
from graph_sync.credentials import credential_for


def modules_after(code: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stdout.split())


@pytest.mark.parametrize(
    "module", ["push", "provision", "client", "credentials", "site", "mapping", "calendar", "mail"]
)
def test_importing_our_modules_loads_nothing_of_the_sdk(module: str) -> None:
    loaded = modules_after(f"import graph_sync.{module}")
    assert not {
        name for name in loaded if name.split(".")[0].startswith(("msgraph", "kiota", "httpx", "azure"))
    }


def test_a_client_loads_the_sdk_at_its_first_use() -> None:
    code = """
import asyncio, sys
from graph_sync.client import GraphClient
from graph_sync.credentials import credential_for

async def use():
    client = GraphClient(credential_for("SingleTenant", "app", "secret", "tenant"), "http://127.0.0.1:9/v1.0")
    assert "msgraph" not in sys.modules
    await client.builders()
    await client.close()

asyncio.run(use())
"""
    assert "msgraph.graph_service_client" in modules_after(code)


async def test_a_client_that_was_never_used_closes_quietly() -> None:
    async with credential_for("SingleTenant", "app", "secret", "tenant") as credential:
        await GraphClient(credential).close()


async def test_the_kind_of_app_decides_over_the_credential() -> None:
    from azure.identity.aio import ClientSecretCredential, ManagedIdentityCredential  # noqa: PLC0415

    for app_type, kind in {
        "SingleTenant": ClientSecretCredential,
        "MultiTenant": ClientSecretCredential,
        "UserAssignedMSI": ManagedIdentityCredential,
    }.items():
        async with credential_for(app_type, "app", "secret", "tenant") as credential:
            assert isinstance(credential, kind)
