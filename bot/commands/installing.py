"""The bot is added to a team, a channel or somebody's chats, or taken away again."""

from datetime import datetime

from sqlalchemy import Connection

from bot.addresses import hub_lane
from bot.commands.talking import answer_with
from bot.people import remember
from bot.replies import Reply
from bot.services import Services
from bot.turn import Kind, Turn
from osara_store import conversations, outbox
from osara_store.directory import Hub
from osara_store.outbox import Envelope
from osara_store.outgoing import to_hub, to_person


async def installation_changed(services: Services, turn: Turn) -> None:
    if _came(turn):
        await _added(services, turn)
    elif _went(turn):
        await _removed(services, turn)
    elif left := _members(turn, "membersRemoved"):
        await _left(services, turn, left)


def _came(turn: Turn) -> bool:
    if turn.kind is Kind.INSTALLATION:
        return str(turn.raw.get("action", "")).startswith("add")
    return _is_about_the_bot(turn, "membersAdded")


def _went(turn: Turn) -> bool:
    if turn.kind is Kind.INSTALLATION:
        return str(turn.raw.get("action", "")).startswith("remove")
    return _is_about_the_bot(turn, "membersRemoved")


def _is_about_the_bot(turn: Turn, which: str) -> bool:
    return turn.bot_id in _members(turn, which)


def _members(turn: Turn, which: str) -> list[str]:
    """The Teams user ids of those who came or went."""
    members = turn.raw.get(which)
    ids = (
        (member.get("id") for member in members if isinstance(member, dict))
        if isinstance(members, list)
        else ()
    )
    return [each for each in ids if isinstance(each, str)]


async def _added(services: Services, turn: Turn) -> None:
    if turn.is_personal:
        await _welcome(services, turn)
        return
    hubs = _hubs(services, turn)
    if not hubs:
        await answer_with(services, turn, Reply.NOT_A_HUB)
        return
    now = services.clock.now()
    await services.database.write(lambda tx: _settle_in_all(tx, hubs, turn, now))
    services.wake()


def _hubs(services: Services, turn: Turn) -> list[Hub]:
    """A team's installation serves every hub of that team; in a shared channel it is the channel's own hub."""
    own = services.directory.hub_of_channel(turn.channel_id)
    return [own] if own else services.directory.hubs_of_team(turn.team_id)


def _settle_in_all(tx: Connection, hubs: list[Hub], turn: Turn, now: datetime) -> None:
    for hub in hubs:
        _settle_in(tx, hub, turn, now)


def _settle_in(tx: Connection, hub: Hub, turn: Turn, now: datetime) -> None:
    """Teams tells of an installation twice, as a new member and as an installation: one hub card is enough.

    What is held is taken up both times: a message may have been refused while the first was being told.
    """
    known = conversations.channel(tx, hub.id)
    conversations.remember_channel(
        tx,
        hub_id=hub.id,
        tenant=turn.tenant,
        service_url=turn.service_url,
        conversation_id=hub.channel,
        bot_id=turn.bot_id,
        team_id=turn.team_id,
        now=now,
    )
    outbox.requeue_to(tx, to_hub(hub.id), now)
    if known is not None and known.unreachable_since is None:
        return
    card = Envelope(
        key=f"hub:{hub.id}:{turn.activity_id}",
        lane=hub_lane(hub.id),
        destination=to_hub(hub.id),
        kind=outbox.Kind.HUB_CARD,
        payload={"hub_id": hub.id},
    )
    outbox.put(tx, [card], now)


async def _welcome(services: Services, turn: Turn) -> None:
    """Somebody installed the bot for themselves: say hello, and send what could not reach them before."""
    now = services.clock.now()
    await services.database.write(lambda tx: _take_up_again(tx, turn, now))
    if turn.kind is Kind.INSTALLATION:  # Teams tells of the new member as well; one hello is enough
        await answer_with(services, turn, Reply.WELCOME)


def _take_up_again(tx: Connection, turn: Turn, now: datetime) -> None:
    remember(tx, turn, now)
    outbox.requeue_to(tx, to_person(turn.tenant, turn.person_id), now)


async def _removed(services: Services, turn: Turn) -> None:
    now = services.clock.now()
    if turn.is_personal:
        person = conversations.person_key(turn.tenant, turn.person_id)
        await services.database.write(
            lambda tx: conversations.mark_unreachable(tx, person, "the app was removed", now)
        )
    else:
        hubs = _hubs(services, turn)
        await services.database.write(lambda tx: _move_out(tx, hubs, now))


def _move_out(tx: Connection, hubs: list[Hub], now: datetime) -> None:
    """Should the app come back, it posts a hub card anew, where people see it."""
    for hub in hubs:
        conversations.mark_unreachable(tx, conversations.channel_key(hub.id), "the app was removed", now)
        conversations.forget_posted(tx, f"hub:{hub.id}")


async def _left(services: Services, turn: Turn, user_ids: list[str]) -> None:
    """People who are of a hub's team no more are lost to it, until they are heard of again."""
    hubs, now = _hubs(services, turn), services.clock.now()
    if hubs and not turn.is_personal:
        await services.database.write(lambda tx: _see_off(tx, services, hubs, user_ids, now))


def _see_off(tx: Connection, services: Services, hubs: list[Hub], user_ids: list[str], now: datetime) -> None:
    """Whoever serves a hub in another team as well is there to be reached."""
    teams = {hub.team for hub in hubs}
    for tenant, person in conversations.people_called(tx, user_ids):
        actor = services.directory.actor(tenant, person)
        if actor is None or all(hub.team in teams for hub in services.directory.hubs_of(actor)):
            key = conversations.person_key(tenant, person)
            conversations.mark_unreachable(tx, key, "left the team", now)
