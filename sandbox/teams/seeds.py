"""What people wrote in their channels before the demo began: invented, harmless, and something to refer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.teams.world import World
from sandbox.tenant import Channel, Team

GENERAL = (
    "Morning all. The big meeting room is ours on Thursday from ten; agenda to follow.",
    "Thanks to everyone who came to the estate walk. The photographs are in the Files tab.",
)
REFERRALS = (
    "Quad bikes again on the old railway path behind the shops, three evenings this week. Anyone else hearing of it?",
    "The bus shelter by the library was smashed twice this month. New glass on Friday, but that alone will not last.",
    "Does anybody have a contact at the allotment association? They keep finding the gate forced open.",
)


def seed(world: World, now: datetime | None = None) -> None:
    """Fill the channels of a new tenant; one that was used before stays as it is."""
    if not world.messages.is_empty():
        return
    at = (now or datetime.now(UTC)) - timedelta(days=2)
    for team in world.tenant.teams.values():
        for channel in team.channels:
            at = _fill(world, team, channel, at) + timedelta(seconds=1)


def _fill(world: World, team: Team, channel: Channel, at: datetime) -> datetime:
    members = [person.id for person in world.places.team_members(team)]
    for index, text in enumerate(REFERRALS if channel.hub else GENERAL):
        if members:
            world.messages.add_past(channel.id, members[index % len(members)], {"text": text}, at)
            at += timedelta(seconds=1)
    return at
