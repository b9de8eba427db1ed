"""Settings with which the bot would start: what each test then spoils."""

from collections.abc import Mapping

from tests.running import HUBS

TENANT = "10000000-0000-4000-8000-000000000001"
APP = "20000000-0000-4000-8000-000000000001"


def good_environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The smallest environment that is right; a change to None takes the setting away."""
    settings: dict[str, str | None] = {
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppId": APP,
        "MicrosoftAppPassword": "an invented secret",
        "MicrosoftAppTenantId": TENANT,
        "HUB_CONFIG": str(HUBS),
        "HUB_SITE": "contoso.sharepoint.com:/sites/hubs",
        **(changes or {}),
    }
    return {name: value for name, value in settings.items() if value is not None}
