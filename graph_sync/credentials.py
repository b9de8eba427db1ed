"""The identity this program shows to Microsoft: one credential serves Graph and the bot's channel alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from azure.identity.aio import ClientSecretCredential, ManagedIdentityCredential

MANAGED: Final = "UserAssignedMSI"

# The library's own limits are five minutes a try and ten retries: a caller would wait for an hour.
PATIENCE: Final[dict[str, Any]] = {"connection_timeout": 5, "read_timeout": 10, "retry_total": 1}


def credential_for(
    app_type: str,
    app_id: str,
    password: str,
    tenant: str,
    login_url: str | None = None,
    *,
    ca_file: str | None = None,
) -> ClientSecretCredential | ManagedIdentityCredential:
    """Make the asynchronous credential for the bot's identity; the caller closes it.

    Args:
        app_type: the Bot Framework's `MicrosoftAppType`.
        app_id: the application's (or the managed identity's) client id.
        password: the client secret; a managed identity has none.
        tenant: the tenant to sign in at.
        login_url: another sign-in host than Microsoft's public one; its metadata is then not asked for.
        ca_file: certificates to trust for that host instead of the machine's.
    """
    if app_type == MANAGED:
        return _managed(app_id)
    from azure.identity.aio import ClientSecretCredential  # noqa: PLC0415 - 190 ms that a start need not wait for

    elsewhere = {"authority": login_url, "disable_instance_discovery": True} if login_url else {}
    trust = {"connection_verify": ca_file} if ca_file else {}
    return ClientSecretCredential(tenant, app_id, password, **elsewhere, **trust, **PATIENCE)


def _managed(app_id: str) -> ManagedIdentityCredential:
    from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - as above

    return ManagedIdentityCredential(client_id=app_id, **PATIENCE)
