"""The activities that Teams sends to a bot, as Teams writes them."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sandbox.teams.ids import in_thread
from sandbox.teams.messages import Message
from sandbox.teams.places import ChannelPlace, Chat, Place, Places
from sandbox.tenant import Person, Team, Tenant

Activity = dict[str, Any]

LOCALE = "en-GB"
TIMEZONE = "Europe/London"


@dataclass(frozen=True)
class Invoke:
    """A request that waits for the bot's answer: a press, a dialog, a message extension."""

    name: str
    value: Any
    place: Place
    root: int | None = None
    reply_to: int | None = None


class Activities:
    """Writes activities of the tenant's people."""

    def __init__(self, tenant: Tenant, places: Places, service_url: str) -> None:
        self._tenant = tenant
        self._places = places
        self._service_url = service_url

    def message(self, person: Person, place: Place, message: Message) -> Activity:
        """Tell the bot of a message: Teams escapes what was typed and puts the mention of the bot before it.

        A card that the person sent from a search stands before the text, among the attachments.
        """
        root = message.root if isinstance(place, ChannelPlace) else None
        mentions = [self.bot_mention] if message.content.get("mentions_bot") else []
        words = html.escape(message.text, quote=False)
        text = " ".join([*(mention["text"] for mention in mentions), words])
        return {
            **self._common("message", person, place, root),
            "id": str(message.id),
            "text": text,
            "textFormat": "plain",
            "attachments": [
                *message.content.get("attachments", []),
                {"contentType": "text/html", "content": f"<p>{text}</p>"},
            ],
            "entities": [*mentions, *_client_info()],
        }

    def submitted(self, person: Person, place: Place, pressed: Message, value: Any) -> Activity:
        """Tell the bot of an Action.Submit on a card: a message without text that carries the data."""
        root = pressed.root if isinstance(place, ChannelPlace) else None
        return {
            **self._common("message", person, place, root),
            "replyToId": str(pressed.id),
            "value": value,
        }

    def invoke(self, person: Person, invoke: Invoke) -> Activity:
        reply_to = {"replyToId": str(invoke.reply_to)} if invoke.reply_to else {}
        root = invoke.root if isinstance(invoke.place, ChannelPlace) else None
        return {
            **self._common("invoke", person, invoke.place, root),
            **reply_to,
            "id": f"f:{uuid4()}",
            "name": invoke.name,
            "value": invoke.value,
        }

    def roster_change(self, person: Person, place: Place, who: list[str], *, joined: bool) -> Activity:
        """Tell that people, or the bot itself, joined or left."""
        activity = self._common("conversationUpdate", person, self._whole(place), None)
        event = "teamMemberAdded" if joined else "teamMemberRemoved"
        if isinstance(place, ChannelPlace):
            activity["channelData"]["eventType"] = event
            activity["channelData"].pop("channel")
        activity["membersAdded" if joined else "membersRemoved"] = [{"id": id_} for id_ in who]
        return activity

    def installation(self, person: Person, place: Place, *, added: bool) -> Activity:
        """Tell that the app was installed or taken away; in a team, with the channel that was chosen for it."""
        activity = self._common("installationUpdate", person, place, None)
        activity["action"] = "add" if added else "remove"
        if isinstance(place, ChannelPlace) and added:
            activity["channelData"]["settings"] = {"selectedChannel": {"id": place.id}}
        return activity

    def payload(self, message: Message) -> Activity:
        """Describe a message to the message extension that was used on it."""
        words = html.escape(message.text, quote=False).replace("\n", "<br>")
        cards = message.content.get("attachments", [])
        return {
            "id": str(message.id),
            "replyToId": None if message.id == message.root else str(message.root),
            "createdDateTime": _stamp(message.at),
            "lastModifiedDateTime": _stamp(message.edited_at) if message.edited_at else None,
            "deleted": False,
            "importance": "normal",
            "locale": LOCALE,
            "subject": None,
            "summary": message.content.get("summary"),
            "body": {"contentType": "html", "content": f"<div>{words}</div>"},
            "from": self._identity(message),
            "mentions": [],
            "reactions": [],
            "attachments": [card | {"content": json.dumps(card["content"])} for card in cards],
        }

    @property
    def bot_mention(self) -> Activity:
        """The entity that goes with the mention of the bot in a text."""
        return {
            "type": "mention",
            "text": f"<at>{html.escape(self._tenant.bot_name, quote=False)}</at>",
            "mentioned": {"id": self._tenant.bot_id, "name": self._tenant.bot_name},
        }

    def _identity(self, message: Message) -> Activity:
        if message.by_bot:
            bot = {"id": self._tenant.app_id, "displayName": self._tenant.bot_name}
            return {"application": bot | {"applicationIdentityType": "bot"}, "user": None}
        person = self._tenant.people.get(message.sender)
        name = person.name if person else None
        user = {"id": message.sender, "displayName": name, "userIdentityType": "aadUser"}
        return {"application": None, "user": user}

    def _whole(self, place: Place) -> Place:
        """Return the General channel for a channel: rosters are the team's."""
        if isinstance(place, Chat):
            return place
        return ChannelPlace(place.team.channels[0], place.team)

    def _common(self, type_: str, person: Person, place: Place, root: int | None) -> Activity:
        now = datetime.now(UTC)
        return {
            "type": type_,
            "id": f"f:{uuid4()}",
            "timestamp": _stamp(now),
            "localTimestamp": now.astimezone(ZoneInfo(TIMEZONE)).isoformat(timespec="milliseconds"),
            "localTimezone": TIMEZONE,
            "locale": LOCALE,
            "channelId": "msteams",
            "serviceUrl": self._service_url,
            "from": self._account(person),
            "recipient": {"id": self._tenant.bot_id, "name": self._tenant.bot_name},
            "conversation": self._conversation(place, root),
            "channelData": self._channel_data(place),
            "entities": _client_info(),
        }

    def _account(self, person: Person) -> Activity:
        account = {"id": self._places.user_id(person), "name": person.name, "aadObjectId": person.id}
        return account if self._tenant.is_own(person) else account | {"tenantId": person.tenant}

    def _conversation(self, place: Place, root: int | None) -> Activity:
        common = {"tenantId": self._tenant.id, "conversationType": place.kind}
        if isinstance(place, Chat):
            return common | {"id": place.id}
        return common | {"id": in_thread(place.id, root) if root else place.id, "isGroup": True}

    def _channel_data(self, place: Place) -> Activity:
        tenant = {"tenant": {"id": self._tenant.id}}
        if isinstance(place, Chat):
            return tenant
        return {
            "teamsChannelId": place.id,
            "teamsTeamId": place.team.id,
            "channel": {"id": place.id},
            "team": _team(place.team),
            **tenant,
        }


def _team(team: Team) -> Activity:
    return {"id": team.id, "name": team.name, "aadGroupId": team.group_id}


def _client_info() -> list[Activity]:
    return [
        {"type": "clientInfo", "locale": LOCALE, "country": "GB", "platform": "Web", "timezone": TIMEZONE}
    ]


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
