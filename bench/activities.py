"""The activities that are pressed, as Teams words them."""

from typing import Any
from uuid import uuid4

TENANT = "10000000-0000-4000-8000-000000000001"
CHANNEL = "19:allerdale-referrals@thread.tacv2"
TEAM = "19:allerdale-team@thread.tacv2"
BOT = "28:20000000-0000-4000-8000-000000000001"


def activity(kind: str, service_url: str, person: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "id": uuid4().hex,
        "timestamp": "2026-11-02T09:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": f"29:{person}", "name": "A Person", "aadObjectId": person},
        "recipient": {"id": BOT, "name": "Local Focus Hub"},
        "conversation": {
            "id": f"{CHANNEL};messageid=1700000000000",
            "isGroup": True,
            "conversationType": "channel",
            "tenantId": TENANT,
        },
        "channelData": {"tenant": {"id": TENANT}, "channel": {"id": CHANNEL}, "team": {"id": TEAM}},
        "locale": "en-GB",
        **more,
    }


def press(name: str, service_url: str, person: str, data: dict[str, Any]) -> dict[str, Any]:
    """A button that opens a dialog (`task/fetch`) or stands in one (`task/submit`)."""
    value = {"data": data, "context": {"theme": "default"}}
    return activity("invoke", service_url, person, name=name, value=value)


def message(service_url: str, person: str, text: str) -> dict[str, Any]:
    return activity("message", service_url, person, text=text, textFormat="plain")
