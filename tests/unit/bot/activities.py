"""Activities in the shapes that Teams sends, with invented people."""

from typing import Any

TENANT = "10000000-0000-4000-8000-000000000001"
PRIYA = "00000000-0000-4000-8000-000000000001"
SERVICE_URL = "https://smba.trafficmanager.net/uk/"
BOT = "28:20000000-0000-4000-8000-000000000001"
TEAM = "19:allerdale-team@thread.tacv2"
CHANNEL = "19:allerdale-referrals@thread.tacv2"
THREAD = f"{CHANNEL};messageid=1772450000000"
CHAT = "a:1priyas-own-chat"
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}

Activity = dict[str, Any]


def _common(**more: Any) -> Activity:
    return {
        "id": "f:1234567890",
        "timestamp": "2026-03-02T12:00:00.123Z",
        "localTimezone": "Europe/London",
        "serviceUrl": SERVICE_URL,
        "channelId": "msteams",
        "from": {"id": "29:1priya", "name": "Priya Raman", "aadObjectId": PRIYA},
        "recipient": {"id": BOT, "name": "Hub"},
        "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web"}],
        **more,
    }


def in_chat(**more: Any) -> Activity:
    """Something in the bot's own chat with Priya."""
    conversation = {"conversationType": "personal", "tenantId": TENANT, "id": CHAT}
    return _common(conversation=conversation, channelData={"tenant": {"id": TENANT}}, **more)


def in_channel(**more: Any) -> Activity:
    """Something in a thread of the hub's channel."""
    conversation = {"isGroup": True, "conversationType": "channel", "tenantId": TENANT, "id": THREAD}
    channel_data = {
        "teamsChannelId": CHANNEL,
        "teamsTeamId": TEAM,
        "channel": {"id": CHANNEL},
        "team": {"id": TEAM},
        "tenant": {"id": TENANT},
    }
    return _common(conversation=conversation, channelData=channel_data, **more)


def typed(text: str) -> Activity:
    return in_chat(type="message", text=text, textFormat="plain")


def mentioned(text: str) -> Activity:
    """Typed in a channel, where the bot hears only what mentions it."""
    mention = {"type": "mention", "text": "<at>Hub</at>", "mentioned": {"id": BOT, "name": "Hub"}}
    return in_channel(type="message", text=text, textFormat="plain") | {"entities": [mention]}


def executed(verb: str, data: dict[str, Any] | None = None, trigger: str = "manual") -> Activity:
    """Action.Execute on a card in the chat."""
    action = {"type": "Action.Execute", "id": "a1", "verb": verb, "data": data or {}}
    value = {"action": action, "trigger": trigger}
    return in_chat(type="invoke", name="adaptiveCard/action", replyToId="1772450000001", value=value)


def opened(data: dict[str, Any]) -> Activity:
    """A card's button that opens a dialog, pressed in the channel."""
    value = {"data": data, "context": {"theme": "default"}}
    return in_channel(type="invoke", name="task/fetch", replyToId="1772450000000", value=value)


def submitted(data: dict[str, Any]) -> Activity:
    """A button inside a dialog."""
    value = {"data": data, "context": {"theme": "default"}}
    return in_channel(type="invoke", name="task/submit", value=value)


def extension_opened(command: str, content: str | None = None, content_type: str = "html") -> Activity:
    """A message extension's command; with content, used on a message that holds it."""
    value: dict[str, Any] = {
        "commandId": command,
        "commandContext": "compose",
        "context": {"theme": "default"},
    }
    if content is not None:
        body = {"contentType": content_type, "content": content}
        value |= {"commandContext": "message", "messagePayload": {"id": "1772450000002", "body": body}}
    return in_channel(type="invoke", name="composeExtension/fetchTask", value=value)


def extension_submitted(data: dict[str, Any]) -> Activity:
    value = {"commandId": "refer", "commandContext": "compose", "data": data}
    return in_channel(type="invoke", name="composeExtension/submitAction", value=value)


def installed(action: str = "add") -> Activity:
    return in_chat(type="installationUpdate", action=action)


def bot_added() -> Activity:
    return in_channel(type="conversationUpdate", membersAdded=[{"id": BOT}])


def typing() -> Activity:
    return in_chat(type="typing")


def every_kind() -> dict[str, Activity]:
    return {
        "message": typed("refer"),
        "mention": mentioned("<at>Hub</at> help"),
        "execute": executed("refer.open"),
        "fetch": opened({"verb": "refer.open", "hub": "ALL"}),
        "submit": submitted({"verb": "refer.next"}),
        "extension": extension_opened("refer"),
        "extension on a message": extension_opened("referMessage", "<p>Loud music</p>"),
        "extension submit": extension_submitted({"verb": "refer.next"}),
        "installation": installed(),
        "member": bot_added(),
        "typing": typing(),
    }
