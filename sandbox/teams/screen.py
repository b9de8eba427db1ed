"""What a person's client shows, as JSON for the page and the tests."""

from __future__ import annotations

import html
import re
from typing import Any

from sandbox.teams import content
from sandbox.teams.messages import Message
from sandbox.teams.places import Chat, Place
from sandbox.teams.world import World
from sandbox.tenant import Person, Team

MENTION = re.compile(html.escape("<at>") + "(.*?)" + html.escape("</at>"))


class Screen:
    """Reads the world through one person's eyes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def people(self) -> list[dict[str, Any]]:
        return [
            {
                "id": person.id,
                "name": person.name,
                "upn": person.upn,
                "agency": person.agency,
                "roles": person.roles,
                "tenant": person.tenant,
            }
            for person in self._world.tenant.people.values()
        ]

    def places(self, person: Person) -> dict[str, Any]:
        teams = self._world.tenant.teams.values()
        own_teams = [team for team in teams if person in self._world.places.team_members(team)]
        chats = [self._world.places.chat_of(person)] if self._world.tenant.is_own(person) else []
        return {"teams": [self._team(team) for team in own_teams], "chats": [self._chat(it) for it in chats]}

    def _team(self, team: Team) -> dict[str, Any]:
        channels = self._world.places.channels(team)
        return {
            "id": team.id,
            "name": team.name,
            "installed": self._world.places.has_app(team),
            "channels": [
                {"id": channel.id, "name": channel.name, "hub": channel.hub, "kind": channel.kind}
                for channel in channels
            ],
        }

    def _chat(self, chat: Chat) -> dict[str, Any]:
        installed = self._world.places.bot_is_in(chat)
        return {"id": chat.id, "name": self._world.tenant.bot_name, "kind": "bot", "installed": installed}

    def message(self, person: Person, place: Place, message: Message) -> dict[str, Any]:
        text = self._text(message)
        return {
            "id": str(message.id),
            "root": str(message.root),
            "from": self._sender(message),
            "via": self._via(message),
            "text": text,
            "html": _as_html(text),
            "summary": message.content.get("summary"),
            "card": self._world.shown.card(message, person),
            "at": message.at.isoformat(),
            "edited": message.edited_at.isoformat() if message.edited_at else None,
            "notification": self._notification(person, place, message),
        }

    def _sender(self, message: Message) -> dict[str, Any]:
        if message.by_bot:
            return {"id": self._world.tenant.bot_id, "name": self._world.tenant.bot_name, "bot": True}
        person = self._world.tenant.people.get(message.sender)
        return {"id": message.sender, "name": person.name if person else "Somebody who left", "bot": False}

    def _via(self, message: Message) -> str | None:
        """Name the app whose card a person sent, as Teams does beside the person's name."""
        return self._world.tenant.bot_name if message.card and not message.by_bot else None

    def _text(self, message: Message) -> str:
        mentions = message.content.get("mentions_bot")
        return f"<at>{self._world.tenant.bot_name}</at> {message.text}".rstrip() if mentions else message.text

    def _notification(self, person: Person, place: Place, message: Message) -> str | None:
        """Return what the person's notification says; in a channel only who is mentioned gets one."""
        if not message.by_bot or not (isinstance(place, Chat) or self._is_mentioned(person, message)):
            return None
        return str(message.content.get("summary") or message.text or "Sent a card")

    def _is_mentioned(self, person: Person, message: Message) -> bool:
        ids = content.mentioned_ids(message.content)
        return any(self._world.places.person(id_) == person for id_ in ids)


def _as_html(text: str) -> str:
    """Escape a text and mark its mentions; the sandbox draws no other formatting."""
    escaped = html.escape(text).replace("\n", "<br>")
    return MENTION.sub(r'<span class="mention">\1</span>', escaped)
