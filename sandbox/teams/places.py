"""Who is where: conversations, rosters, and where the app is installed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from uuid import uuid4

from sandbox.teams.ids import chat_id, user_id
from sandbox.tenant import Channel, ChannelKind, Person, Team, Tenant


@dataclass(frozen=True)
class Chat:
    """The chat of one person with the bot."""

    id: str
    person: Person

    kind = "personal"


@dataclass(frozen=True)
class ChannelPlace:
    """A channel in its team."""

    channel: Channel
    team: Team

    kind = "channel"

    @property
    def id(self) -> str:
        return self.channel.id


Place = Chat | ChannelPlace


class Places:
    """The tenant as it is now: the seeded one with whatever was changed since."""

    def __init__(self, tenant: Tenant, connection: sqlite3.Connection) -> None:
        self.tenant = tenant
        self._connection = connection

    # Conversations

    def find(self, conversation: str) -> Place | None:
        """Return the chat or channel of this id, given without a thread."""
        if conversation in self._chats:
            return self._chats[conversation]
        channel = self._channel(conversation)
        return ChannelPlace(channel, self.tenant.teams[channel.team]) if channel else None

    def chat_of(self, person: Person) -> Chat:
        return self._chats[chat_id(self.tenant.app_id, person.id)]

    @cached_property
    def _chats(self) -> dict[str, Chat]:
        chats = (Chat(chat_id(self.tenant.app_id, id_), who) for id_, who in self.tenant.people.items())
        return {chat.id: chat for chat in chats}

    @cached_property
    def _seeded_channels(self) -> dict[str, Channel]:
        return {channel.id: channel for team in self.tenant.teams.values() for channel in team.channels}

    def _channel(self, id_: str) -> Channel | None:
        if id_ in self._seeded_channels:
            return self._seeded_channels[id_]
        row = self._connection.execute("select * from channel where id = ?", (id_,)).fetchone()
        return _channel(row) if row else None

    def channels(self, team: Team) -> list[Channel]:
        rows = self._connection.execute("select * from channel where team = ? order by rowid", (team.id,))
        return [*team.channels, *(_channel(row) for row in rows)]

    def add_channel(self, team: Team, name: str, kind: ChannelKind) -> Channel:
        channel = Channel(f"19:{uuid4().hex}@thread.tacv2", name, team.id, kind=kind)
        self._connection.execute(
            "insert into channel (id, name, team, kind) values (?, ?, ?, ?)",
            (channel.id, name, team.id, kind),
        )
        return channel

    # People

    def user_id(self, person: Person) -> str:
        return user_id(self.tenant.app_id, person.id)

    def person(self, any_id: str) -> Person | None:
        """Find somebody by object id, UPN or the bot's own 29: id for them."""
        return self._people_by_any_id.get(any_id.lower() if "29:" not in any_id else any_id)

    @cached_property
    def _people_by_any_id(self) -> dict[str, Person]:
        people = self.tenant.people.values()
        return {
            **{person.id: person for person in people},
            **{person.upn.lower(): person for person in people},
            **{self.user_id(person): person for person in people},
        }

    def members(self, place: Place) -> list[Person]:
        return [place.person] if isinstance(place, Chat) else self.team_members(place.team)

    def team_members(self, team: Team) -> list[Person]:
        changes = self._connection.execute(
            "select person, present from roster_change where team = ?", (team.id,)
        )
        present = dict.fromkeys(team.members, True) | {row["person"]: bool(row["present"]) for row in changes}
        people = self.tenant.people
        return [people[id_] for id_, is_in in present.items() if is_in and id_ in people]

    def is_member(self, person: Person, place: Place) -> bool:
        return person in self.members(place)

    def set_member(self, team: Team, person: Person, *, present: bool) -> None:
        self._connection.execute(
            "insert or replace into roster_change (team, person, present) values (?, ?, ?)",
            (team.id, person.id, present),
        )

    # The app

    def has_app(self, place: Team | Person) -> bool:
        found = self._connection.execute("select 1 from installed where place = ?", (place.id,))
        return found.fetchone() is not None

    def bot_is_in(self, place: Place) -> bool:
        return self.has_app(place.person if isinstance(place, Chat) else place.team)

    def install(self, place: Team | Person, by: Person) -> None:
        self._connection.execute(
            "insert or replace into installed (place, by_person, at) values (?, ?, ?)",
            (place.id, by.id, datetime.now(UTC).isoformat()),
        )

    def uninstall(self, place: Team | Person) -> None:
        self._connection.execute("delete from installed where place = ?", (place.id,))


def _channel(row: sqlite3.Row) -> Channel:
    return Channel(row["id"], row["name"], row["team"], kind=row["kind"])
