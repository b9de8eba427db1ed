"""Sending to Teams, against a small server that keeps what it is sent."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from hypothesis import given
from hypothesis import strategies as st

from bot import connector
from bot.connector import (
    MESSAGE_LIMIT_BYTES,
    Away,
    Connector,
    ConnectorError,
    Connectors,
    Forbidden,
    Gone,
    Passing,
    Rejected,
    Throttled,
    check_size,
    retry_after,
)
from tests.contract.bot.teams_server import CHANNEL, CHAT, TOKEN, TeamsServer, Trouble, running_teams_server

HELLO = {"type": "message", "text": "Jane Roe of 12 High Street"}


async def our_token() -> str:
    return TOKEN


@pytest.fixture
async def to_teams(teams: TeamsServer, session: aiohttp.ClientSession) -> Connector:
    return Connector(teams.url, session, our_token)


async def fails(sending: Awaitable[object]) -> ConnectorError:
    with pytest.raises(ConnectorError) as failure:
        await sending
    return failure.value


async def test_a_message_is_posted_and_its_id_comes_back(teams: TeamsServer, to_teams: Connector) -> None:
    sent = await to_teams.send(CHAT, HELLO)
    assert sent.conversation_id == CHAT
    assert teams.messages[CHAT] == {sent.activity_id: HELLO}


async def test_a_message_is_replaced_in_its_place(teams: TeamsServer, to_teams: Connector) -> None:
    sent = await to_teams.send(CHAT, HELLO)
    again = await to_teams.update(CHAT, sent.activity_id, {"type": "message", "text": "later"})
    assert again == sent
    assert {number: message["text"] for number, message in teams.messages[CHAT].items()} == {
        sent.activity_id: "later"
    }


async def test_a_new_thread_tells_where_to_answer_in_it(teams: TeamsServer, to_teams: Connector) -> None:
    sent = await to_teams.new_thread(CHANNEL, HELLO)
    assert sent.conversation_id == f"{CHANNEL};messageid={sent.activity_id}"
    reply = await to_teams.send(sent.conversation_id, HELLO)
    assert list(teams.messages[sent.conversation_id]) == [sent.activity_id, reply.activity_id]


async def test_the_chat_with_a_person_is_asked_for_by_id_and_tenant(
    teams: TeamsServer, to_teams: Connector
) -> None:
    chat = await to_teams.direct_conversation(user_id="29:1priya", tenant="a-tenant", bot_id="28:bot")
    assert chat == teams.chats["29:1priya"]
    body = teams.bodies[-1]
    assert (body["members"], body["bot"], body["isGroup"]) == ([{"id": "29:1priya"}], {"id": "28:bot"}, False)
    assert (body["tenantId"], body["channelData"]["tenant"]["id"]) == ("a-tenant", "a-tenant")


async def test_every_request_carries_the_token(teams: TeamsServer, to_teams: Connector) -> None:
    await to_teams.send(CHAT, HELLO)
    await to_teams.new_thread(CHANNEL, HELLO)
    assert teams.authorizations == [f"Bearer {TOKEN}"] * 2


async def test_where_nobody_checks_tokens_none_is_sent(
    teams: TeamsServer, session: aiohttp.ClientSession
) -> None:
    await fails(Connector(teams.url, session, None).send(CHAT, HELLO))
    assert teams.authorizations == [""]


async def test_the_same_service_url_gets_the_same_connector(session: aiohttp.ClientSession) -> None:
    connectors = Connectors(session, our_token)
    first = connectors.at("https://smba.trafficmanager.net/uk/")
    assert connectors.at("https://smba.trafficmanager.net/uk/") is first
    assert connectors.at("https://smba.trafficmanager.net/emea/") is not first


async def test_a_service_url_works_with_and_without_its_last_slash(
    teams: TeamsServer, session: aiohttp.ClientSession
) -> None:
    await Connector(teams.url.rstrip("/"), session, our_token).send(CHAT, HELLO)
    await Connector(teams.url, session, our_token).send(CHAT, HELLO)
    assert len(teams.messages[CHAT]) == 2


# --- errors ----------------------------------------------------------------------------------------------------------

Kinds = type[ConnectorError] | tuple[type[ConnectorError], ...]
ERRORS: list[tuple[int, str, Kinds]] = [
    (400, "BadArgument", Rejected),
    (401, "BotNotRegistered", Away),
    (403, "BotNotInConversationRoster", Forbidden),
    (404, "ConversationNotFound", Gone),
    (412, "PreconditionFailed", Passing),
    (413, "MessageSizeTooBig", Rejected),
    (429, "Throttled", Throttled),
    (500, "ServiceError", Rejected),
    (502, "BadGateway", Away),
    (503, "ServiceUnavailable", Away),
    (504, "GatewayTimeout", Away),
]


@pytest.mark.parametrize(("status", "code", "kind"), ERRORS)
async def test_each_status_says_whether_to_try_again_and_nothing_that_was_sent(
    teams: TeamsServer, to_teams: Connector, status: int, code: str, kind: Kinds
) -> None:
    """Teams repeats parts of a message in its explanations; these stay out of our errors, rows and logs."""
    explanation = {"error": {"code": code, "message": f"cannot send {HELLO['text']}"}}
    teams.troubles.append(Trouble(status, body=json.dumps(explanation)))
    failure = await fails(to_teams.send(CHAT, HELLO))
    assert isinstance(failure, kind)
    assert "Jane Roe" not in f"{failure!r} {failure}"
    assert len(teams.bodies) == 1  # nothing is tried again here


async def test_a_refusal_says_microsofts_word_for_why(teams: TeamsServer, to_teams: Connector) -> None:
    teams.troubles.append(Trouble(403, body='{"error": {"code": "ForbiddenOperationException"}}'))
    failure = await fails(to_teams.send(CHAT, HELLO))
    assert isinstance(failure, Forbidden)
    assert failure.code == "ForbiddenOperationException"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"errorCode": 209, "message": "MessageWritesBlocked"}', "209"),
        ('{"error": "a word"}', ""),
        ('{"error": {"code": null}}', ""),
        ('{"error": {"code": {"a": 1}}}', "a1"),
        ("[]", ""),
        ("<html>not found</html>", ""),
        ("", ""),
        ('{"error": {"code": "' + "x" * 500 + '"}}', "x" * 60),
        ('{"error": {"code": "Odd\\nERROR line"}}', "OddERRORline"),
    ],
)
async def test_an_odd_explanation_gives_a_short_plain_word(
    teams: TeamsServer, to_teams: Connector, body: str, code: str
) -> None:
    teams.troubles.append(Trouble(403, body=body))
    failure = await fails(to_teams.send(CHAT, HELLO))
    assert isinstance(failure, Forbidden)
    assert failure.code == code


async def test_a_missing_conversation_or_message_is_gone(to_teams: Connector) -> None:
    assert isinstance(await fails(to_teams.send("a:nobody", HELLO)), Gone)
    assert isinstance(await fails(to_teams.update(CHAT, "17", HELLO)), Gone)


async def test_a_throttled_sender_is_told_how_long_to_wait(teams: TeamsServer, to_teams: Connector) -> None:
    teams.troubles.append(Trouble(429, {"Retry-After": "17"}))
    failure = await fails(to_teams.send(CHAT, HELLO))
    assert isinstance(failure, Throttled)
    assert failure.after == timedelta(seconds=17)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("17", 17), (" 2 ", 2), ("0", 1), ("", 5), ("-3", 5), ("soon", 5), ("²", 5), ("NaN", 5)],
)
def test_how_long_to_wait_is_read_with_care(header: str, seconds: float) -> None:
    assert retry_after(header) == timedelta(seconds=seconds)


@given(st.one_of(st.text(), st.integers().map(str), st.from_regex(r"[0-9]{1,400}", fullmatch=True)))
def test_any_retry_after_gives_a_wait_that_has_an_end(header: str) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert now + retry_after(header) >= now + timedelta(seconds=1)


async def test_a_line_that_goes_dead_is_a_passing_trouble(teams: TeamsServer, to_teams: Connector) -> None:
    teams.troubles.append(Trouble())
    failure = await fails(to_teams.send(CHAT, HELLO))
    assert isinstance(failure, Passing)


async def test_no_answer_in_time_is_a_passing_trouble(
    teams: TeamsServer, to_teams: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "SEND_SECONDS", 0.1)
    teams.troubles.append(Trouble(hang=True))
    failure = await fails(to_teams.send(CHAT, HELLO))
    assert isinstance(failure, Passing)


async def test_where_nobody_listens_nothing_was_sent(session: aiohttp.ClientSession) -> None:
    nobody = Connector(f"http://127.0.0.1:{unused_port()}/teams/", session, our_token)
    failure = await fails(nobody.send(CHAT, HELLO))
    assert isinstance(failure, Passing)
    assert isinstance(failure, Away)


async def test_an_address_that_is_none_is_a_connector_error(session: aiohttp.ClientSession) -> None:
    await fails(Connector("not an address", session, our_token).send(CHAT, HELLO))


async def test_a_slow_conversation_holds_no_other_back(teams: TeamsServer, to_teams: Connector) -> None:
    teams.troubles.append(Trouble(hang=True))
    slow = asyncio.create_task(to_teams.send(CHANNEL, HELLO))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    await to_teams.send(CHAT, HELLO)
    assert time.perf_counter() - began < 1
    slow.cancel()


async def test_a_redirect_is_not_followed(
    teams: TeamsServer, to_teams: Connector, session: aiohttp.ClientSession
) -> None:
    """What we send names people: it goes where Teams' signed address says, and nowhere else."""
    async with running_teams_server() as elsewhere:
        teams.troubles.append(Trouble(307, {"Location": f"{elsewhere.url}v3/conversations"}))
        assert isinstance(await fails(to_teams.send(CHAT, HELLO)), Rejected)
        assert elsewhere.bodies == []


async def test_nothing_of_a_failed_send_is_logged(
    teams: TeamsServer, to_teams: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for trouble in (Trouble(400), Trouble(403), Trouble(503), Trouble()):
            teams.troubles.append(trouble)
            await fails(to_teams.send(CHAT, HELLO))
    assert "Jane Roe" not in caplog.text
    assert TOKEN not in caplog.text


# --- size and ids ----------------------------------------------------------------------------------------------------


def message_of(size: int, char: str = "x") -> dict[str, str]:
    """A message of so many UTF-16 bytes."""
    empty = len(json.dumps({"text": ""}).encode("utf-16-le"))
    return {"text": char * ((size - empty) // len(char.encode("utf-16-le")))}


@pytest.mark.parametrize("char", ["x", "é", "日", "😀"])
def test_a_message_is_measured_in_utf_16(char: str) -> None:
    check_size(message_of(MESSAGE_LIMIT_BYTES, char))
    with pytest.raises(Rejected):
        check_size(message_of(MESSAGE_LIMIT_BYTES + 4, char))


async def test_what_is_too_big_is_not_even_sent(teams: TeamsServer, to_teams: Connector) -> None:
    failure = await fails(to_teams.send(CHAT, message_of(MESSAGE_LIMIT_BYTES + 2)))
    assert isinstance(failure, Rejected)
    assert teams.bodies == []


async def test_a_text_with_an_attachment_is_not_sent_as_teams_would_make_two_messages_of_it(
    teams: TeamsServer, to_teams: Connector
) -> None:
    both = HELLO | {
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {}}]
    }
    for sending in (
        to_teams.send(CHAT, both),
        to_teams.update(CHAT, "17", both),
        to_teams.new_thread(CHANNEL, both),
    ):
        assert isinstance(await fails(sending), Rejected)
    assert teams.bodies == []


@pytest.mark.parametrize("conversation", [CHAT, CHANNEL, f"{CHANNEL};messageid=17", "a:odd/?#%2F id"])
async def test_any_conversation_id_finds_its_conversation(
    teams: TeamsServer, to_teams: Connector, conversation: str
) -> None:
    teams.messages.setdefault(conversation, {})
    sent = await to_teams.send(conversation, HELLO)
    assert list(teams.messages[conversation]) == [sent.activity_id]
