"""What people do, in the shape in which Teams sends it to the bot."""

from itertools import count
from typing import Any, Final

from tests.contract.bot.presses.people import CHANNELS, TEAMS, Someone
from tests.unit.bot import activities

Json = dict[str, Any]
CHAT: Final = "chat"

_ids = count(1)


def sent_by(someone: Someone, place: str, **more: Any) -> Json:
    """Something that this person did in a hub's channel (its id) or in their own chat."""
    sender = {"id": f"29:{someone.n}", "name": someone.name, "aadObjectId": someone.id}
    about = {"type": "invoke", **more, "id": f"f:{next(_ids)}", "from": sender}
    if place == CHAT:
        sent = activities.in_chat() | about
        sent["conversation"] = {**sent["conversation"], "id": f"a:{someone.n}"}
        return sent
    sent = activities.in_channel() | about
    channel, team = CHANNELS[place], TEAMS[place]
    sent["conversation"] = {**sent["conversation"], "id": f"{channel};messageid=1772450000000"}
    named = {"teamsChannelId": channel, "teamsTeamId": team, "channel": {"id": channel}, "team": {"id": team}}
    sent["channelData"] = {**sent["channelData"], **named}
    return sent
