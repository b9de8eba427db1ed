"""Calls under a case's card in the channel, with and without mentions; and the card of whoever an agency wants to be called by."""

from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.hubs_file import read_hubs_file
from osara_store import cases, conversations, drafts, outbox, requests, tasks
from osara_store.case_file import Case
from osara_store.database import Database
from osara_store.directory import Actor
from osara_store.outbox import Kind, Message, Refused, Sent, Unfinished, Unreachable
from osara_store.referral import Referral
from osara_store.schema import CaseState, MessageState, Reply
from osara_store.schema import cases as table
from tests.contract.bot.teams_server import CHAT, TeamsServer, Trouble
from tests.contract.bot.test_deliveries import ALLERDALE, Desk
from tests.contract.store.test_tasks import GATE
from tests.driver import a_referral
from tests.running import HUBS
from tests.unit.bot.activities import PRIYA
from tests.unit.bot.environment import TENANT

DIRECTORY = read_hubs_file(HUBS)
TOM, HELEN = "00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000003"
SHOPWATCH, RITA = "shopwatch", "00000000-0000-4000-8000-000000000040"


@pytest.fixture
async def desk(database: Database, session: aiohttp.ClientSession, teams: TeamsServer) -> Desk:
    made = Desk(database, session)
    await made.is_installed(teams.url)
    return made


def somebody(object_id: str) -> Actor:
    actor = DIRECTORY.actor(TENANT, object_id)
    assert actor is not None
    return actor


async def accepted_case(desk: Desk) -> Case:
    """A case of Priya's that is accepted, with its card in the channel."""

    def submit(tx: sa.Connection) -> Case:
        now, referrer = desk.clock.now(), somebody(PRIYA)
        draft = drafts.open_draft(tx, referrer, "ALL", now)
        referral = Referral.model_validate(a_referral(1))
        sent = cases.submit(tx, actor=referrer, hub=ALLERDALE, draft_id=draft.id, referral=referral, now=now)
        tx.execute(sa.update(table).values(state=CaseState.TRIAGED, band="medium"))
        return sent.case

    case = await desk.database.write(submit)
    card = Message(2, "channel", "l", "teams/hub:ALL", Kind.CHANNEL_CARD, {"case_id": case.id}, 1, "lease")
    assert await desk.deliver(card) == Sent()
    return case


async def put_since(desk: Desk, kind: Kind) -> list[Message]:
    """The messages of a kind that wait, as they would be claimed."""
    found = await desk.database.read(lambda tx: outbox.list_rows(tx, MessageState.WAITING, 1000))
    return [
        Message(row.id, row.key, row.lane, row.destination, row.kind, row.payload, 1, "lease")
        for row in found
        if row.kind == kind
    ]


async def a_call(desk: Desk) -> tuple[Case, Message]:
    """Shopwatch is asked, and nobody of it was ever met."""
    case = await accepted_case(desk)
    await desk.database.write(
        lambda tx: requests.ask(
            tx,
            directory=DIRECTORY,
            actor=somebody(TOM),
            hub=ALLERDALE,
            case_id=case.id,
            agencies=[SHOPWATCH],
            reason="Who else knows the yard?",
            now=desk.clock.now(),
        )
    )
    (message,) = await put_since(desk, Kind.REQUEST_CALL)
    return case, message


async def a_task_call(desk: Desk) -> Message:
    case = await accepted_case(desk)
    given = {**vars(GATE), "agency_id": SHOPWATCH, "owner": "", "intervention": "Zebrafinch the yard"}

    def add(tx: sa.Connection) -> None:
        tx.execute(sa.update(table).values(state=CaseState.RESPONSE))
        tasks.add(
            tx,
            directory=DIRECTORY,
            actor=somebody(TOM),
            hub=ALLERDALE,
            case_id=case.id,
            task=tasks.NewTask(**given),
            now=desk.clock.now(),
        )

    await desk.database.write(add)
    (message,) = await put_since(desk, Kind.TASK_CALL)
    return message


def thread_of(teams: TeamsServer) -> str:
    (thread,) = [name for name in teams.messages if name.startswith(f"{ALLERDALE.channel};")]
    return thread


def texts(messages: dict[str, Any]) -> list[str]:
    return [each["attachments"][0]["content"]["body"][0]["text"] for each in messages.values()]


def mentioned(message: dict[str, Any]) -> list[str]:
    entities = message["attachments"][0]["content"].get("msteams", {}).get("entities", [])
    return [entity["mentioned"]["id"] for entity in entities]


async def test_the_call_stands_under_the_cases_card_and_mentions_the_contact(
    desk: Desk, teams: TeamsServer
) -> None:
    _, message = await a_call(desk)

    assert await desk.deliver(message) == Sent()
    _, call = teams.messages[thread_of(teams)].values()
    assert mentioned(call) == [RITA]
    assert texts({"": call})[0].startswith("<at>Rita Caine</at> of **Shopwatch")


async def test_the_call_for_a_task_mentions_the_contact_and_not_what_the_task_is(
    desk: Desk, teams: TeamsServer
) -> None:
    assert await desk.deliver(await a_task_call(desk)) == Sent()
    _, call = teams.messages[thread_of(teams)].values()
    assert mentioned(call) == [RITA]
    assert "Zebrafinch" not in str(call)


@pytest.mark.parametrize("kind", [Kind.REQUEST_CALL, Kind.TASK_CALL])
async def test_where_teams_takes_no_mention_the_agency_is_called_without_names(
    desk: Desk, teams: TeamsServer, kind: Kind
) -> None:
    """As of somebody who is not in the channel."""
    message = (await a_call(desk))[1] if kind is Kind.REQUEST_CALL else await a_task_call(desk)
    teams.troubles.append(Trouble(400))

    assert await desk.deliver(message) == Sent()
    (plain,) = [each for each in await put_since(desk, kind) if each.key != message.key]
    assert await desk.deliver(plain) == Sent()
    _, call = teams.messages[thread_of(teams)].values()
    assert mentioned(call) == []
    assert texts({"": call})[0].startswith("Somebody of **Shopwatch")

    teams.troubles.append(Trouble(400))
    assert isinstance(await desk.deliver(plain), Refused)


async def test_where_the_card_was_deleted_what_belongs_under_it_goes_to_the_channel_itself(
    desk: Desk, teams: TeamsServer
) -> None:
    _, message = await a_call(desk)
    del teams.messages[thread_of(teams)]

    assert await desk.deliver_in_steps(message, teams) == [Unfinished("the way there came first"), Sent()]
    assert texts(teams.messages[thread_of(teams)])[0].startswith("<at>Rita Caine</at>")


async def test_where_the_card_was_deleted_after_it_what_stood_under_it_is_posted_in_the_channel(
    desk: Desk, teams: TeamsServer
) -> None:
    _, message = await a_call(desk)
    await desk.deliver(message)
    del teams.messages[thread_of(teams)]

    assert await desk.deliver_in_steps(message, teams) == [
        Unfinished("what stood there is gone"),
        Unfinished("the way there came first"),
        Sent(),
    ]
    assert len(teams.messages[thread_of(teams)]) == 1


async def test_once_answered_there_is_nothing_to_call_for(desk: Desk, teams: TeamsServer) -> None:
    case, message = await a_call(desk)
    await rita_answers(desk, case, Reply.NOTHING)
    assert await desk.deliver(message) == Sent()
    assert len(teams.messages[thread_of(teams)]) == 1


# --- an answer that wants somebody -----------------------------------------------------------------------------------


async def met(desk: Desk, teams: TeamsServer, object_id: str) -> None:
    await desk.database.write(
        lambda tx: conversations.remember_person(
            tx,
            tenant=TENANT,
            object_id=object_id,
            service_url=teams.url,
            user_id=f"29:{object_id}",
            conversation_id=CHAT,
            bot_id="28:bot",
            now=desk.clock.now(),
        )
    )


async def rita_wants_a_call(desk: Desk) -> Message:
    """Shopwatch is asked by Tom and wants to be called; the message that tells him."""
    case, _ = await a_call(desk)
    await rita_answers(desk, case, Reply.CALL)
    (message,) = await put_since(desk, Kind.CALL_BACK)
    return message


async def rita_answers(desk: Desk, case: Case, reply: Reply) -> None:
    await desk.database.write(
        lambda tx: requests.answer(
            tx,
            actor=somebody(RITA),
            hub=ALLERDALE,
            case_id=case.id,
            n=1,
            reply=reply,
            note="Zebrafinch",
            now=desk.clock.now(),
        )
    )


async def test_whoever_asked_gets_one_card_that_tells_nothing_of_the_case(
    desk: Desk, teams: TeamsServer
) -> None:
    await met(desk, teams, TOM)
    message = await rita_wants_a_call(desk)

    assert await desk.deliver(message) == Sent()
    assert await desk.deliver(message) == Sent()
    (card,) = teams.messages[CHAT].values()
    assert "Please call back" in str(card)
    assert "Zebrafinch" not in str(card)
    assert "Quayside" not in str(card)
    assert len(await put_since(desk, Kind.CALL_BACK)) == 1


async def test_where_whoever_asked_cannot_be_reached_somebody_who_runs_the_hub_is_told(
    desk: Desk, teams: TeamsServer
) -> None:
    await met(desk, teams, HELEN)
    message = await rita_wants_a_call(desk)

    assert isinstance(await desk.deliver(message), Unreachable)
    (instead,) = [each for each in await put_since(desk, Kind.CALL_BACK) if each.key != message.key]
    assert instead.payload["person"] == HELEN
    assert await desk.deliver(instead) == Sent()
    assert "Please call back" in str(teams.messages[CHAT])


async def test_an_answer_that_wants_nobody_any_more_is_told_to_nobody(desk: Desk, teams: TeamsServer) -> None:
    await met(desk, teams, TOM)
    case, _ = await a_call(desk)
    await rita_answers(desk, case, Reply.CALL)
    await rita_answers(desk, case, Reply.NOTHING)

    for message in await put_since(desk, Kind.CALL_BACK):
        assert await desk.deliver(message) == Sent()
    assert teams.messages[CHAT] == {}
