"""The settings the bot is started with, read once from the environment.

Every fault is one sentence that names the setting, so that whoever starts the service knows what to change.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

AppType = Literal["SingleTenant", "UserAssignedMSI"]

PUBLIC_GRAPH = "https://graph.microsoft.com/v1.0"
PUBLIC_OPENID = "https://login.botframework.com/v1/.well-known/openidconfiguration"
PUBLIC_LOGIN = "https://login.microsoftonline.com"
MICROSOFT_HOSTS = frozenset(
    {
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "login.botframework.com",
        "login.botframework.azure.us",
        "login.microsoftonline.com",
        "login.microsoftonline.us",
    }
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ON = frozenset({"1", "on", "true", "yes"})
OFF = frozenset({"", "0", "off", "false", "no"})


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what it should be."""


@dataclass(frozen=True)
class Settings:
    """What the environment says. `app_password` is empty for a managed identity."""

    app_type: AppType
    app_id: str
    app_password: str
    app_tenant: str
    config: Path
    database_url: str
    graph_url: str
    site: str
    channel_openid_url: str
    channel_login_url: str
    allowed_tenants: frozenset[str]
    host: str
    port: int
    trust_local: bool
    allow_unauthenticated: bool
    settable_clock: bool

    @property
    def dangerous_switches(self) -> list[str]:
        """The names of the loud switches that are on."""
        switches = {
            "HUB_DANGEROUSLY_TRUST_LOCAL": self.trust_local,
            "HUB_DANGEROUSLY_ALLOW_UNAUTHENTICATED": self.allow_unauthenticated,
            "HUB_DANGEROUSLY_SETTABLE_CLOCK": self.settable_clock,
        }
        return [name for name, on in switches.items() if on]

    @property
    def government_cloud(self) -> bool:
        """True when the bot is registered in the US government cloud, which has its own token issuer."""
        return (urlsplit(self.channel_openid_url).hostname or "").endswith(".us")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    Raises:
        SettingsError: for the first setting that is missing or wrong.
    """
    settings = _read(_Reader(environment))
    _check_switches(settings)
    return settings


def _read(read: "_Reader") -> Settings:
    unauthenticated = read.switch("HUB_DANGEROUSLY_ALLOW_UNAUTHENTICATED")
    trust_local = read.switch("HUB_DANGEROUSLY_TRUST_LOCAL")
    app_type = read.app_type()
    tenant = read.guid("MicrosoftAppTenantId")
    return Settings(
        app_type=app_type,
        app_id=read.guid("MicrosoftAppId"),
        app_password=read.required("MicrosoftAppPassword") if app_type == "SingleTenant" else "",
        app_tenant=tenant,
        config=read.config(),
        database_url=read.database(),
        graph_url=read.address("HUB_GRAPH_URL", PUBLIC_GRAPH, trust_local=trust_local),
        site=read.site(),
        channel_openid_url=read.address("HUB_CHANNEL_OPENID_URL", PUBLIC_OPENID, trust_local=trust_local),
        channel_login_url=read.address("HUB_CHANNEL_LOGIN_URL", PUBLIC_LOGIN, trust_local=trust_local),
        allowed_tenants=read.guids("HUB_ALLOWED_TENANTS") or frozenset({tenant}),
        host=read.text("HOST", "127.0.0.1"),
        port=read.port(),
        trust_local=trust_local,
        allow_unauthenticated=unauthenticated,
        settable_clock=read.switch("HUB_DANGEROUSLY_SETTABLE_CLOCK"),
    )


def _check_switches(settings: Settings) -> None:
    if settings.dangerous_switches and settings.host not in LOOPBACK:
        raise SettingsError(
            f"{settings.dangerous_switches[0]} is on, but HOST is {settings.host}: this switch is for one machine "
            "only. Set HOST to 127.0.0.1, or take the switch away."
        )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default

    def required(self, name: str) -> str:
        value = self.text(name, "")
        if not value:
            raise SettingsError(f"{name} is missing. Set it in the environment.")
        return value

    def guid(self, name: str) -> str:
        value = self.required(name)
        if not _is_guid(value):
            raise SettingsError(f"{name} must be an id such as 00000000-0000-0000-0000-000000000000.")
        return str(UUID(value))

    def guids(self, name: str) -> frozenset[str]:
        values = [part.strip() for part in self.text(name, "").split(",") if part.strip()]
        if not all(_is_guid(value) for value in values):
            raise SettingsError(f"{name} must be tenant ids with commas between them.")
        return frozenset(str(UUID(value)) for value in values)

    def switch(self, name: str) -> bool:
        value = self.text(name, "").lower()
        if value not in ON | OFF:
            raise SettingsError(f"{name} must be on or off, not {value!r}.")
        return value in ON

    def app_type(self) -> AppType:
        match self.text("MicrosoftAppType", ""):
            case "SingleTenant":
                return "SingleTenant"
            case "UserAssignedMSI":
                return "UserAssignedMSI"
            case "":
                raise SettingsError("MicrosoftAppType is missing. Set it to SingleTenant or UserAssignedMSI.")
            case other:
                raise SettingsError(
                    f"MicrosoftAppType must be SingleTenant or UserAssignedMSI, not {other!r}."
                )

    def config(self) -> Path:
        path = Path(self.text("HUB_CONFIG", "hubs.yaml"))
        if not _is_file(path):
            raise SettingsError(f"HUB_CONFIG names {path}, and there is no such file.")
        return path

    def database(self) -> str:
        url = self.text("HUB_DATABASE_URL", "sqlite:///data/hub.db")
        if not url.startswith(("sqlite:///", "postgresql")):
            raise SettingsError("HUB_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
        return url

    def site(self) -> str:
        value = self.required("HUB_SITE")
        if not re.fullmatch(r"[A-Za-z0-9.-]+:/(sites|teams)/[^/]+(/[^/]+)*", value):
            raise SettingsError("HUB_SITE must look like contoso.sharepoint.com:/sites/hubs.")
        return value

    def port(self) -> int:
        value = self.text("PORT", "3978")
        if not re.fullmatch("[0-9]{1,5}", value) or not 0 < int(value) < 65536:  # noqa: PLR2004 the range of TCP ports
            raise SettingsError(f"PORT must be a number from 1 to 65535, not {value!r}.")
        return int(value)

    def address(self, name: str, default: str, *, trust_local: bool) -> str:
        """One of Microsoft's own addresses; loopback only behind the loud switch, because it decides whom we trust."""
        value = self.text(name, default).rstrip("/")
        url = _split(value)
        if url.scheme == "https" and url.hostname in MICROSOFT_HOSTS:
            return value
        if url.hostname not in LOOPBACK or url.scheme not in {"http", "https"}:
            raise SettingsError(f"{name} must be an https address of Microsoft's, such as {default}.")
        if not trust_local:
            raise SettingsError(
                f"{name} points at this machine, which only HUB_DANGEROUSLY_TRUST_LOCAL=on allows."
            )
        return value


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _split(address: str) -> SplitResult:
    """The parts of an address; what is no address has none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _is_guid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
