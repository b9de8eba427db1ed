"""What Graph keeps from an app without a signed-in person, with the status and code that Graph gives."""

import pytest

from tests.contract.sandbox_graph.rig import HUB, Sandbox

EVERYTHING = [
    "Calendars.ReadWrite",
    "Mail.Send",
    "Group.ReadWrite.All",
    "ChannelMessage.Send",
    "Sites.FullControl.All",
]
MESSAGE = {"body": {"content": "Hello"}}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", f"/users/{HUB}/findMeetingTimes", 403, "ErrorAccessDenied"),
        ("GET", "/me", 400, "BadRequest"),
        ("GET", "/me/events", 400, "BadRequest"),
        ("POST", "/me/sendMail", 400, "BadRequest"),
        ("POST", "/me/findMeetingTimes", 400, "BadRequest"),
        ("GET", "/groups/1/events", 403, "ErrorAccessDenied"),
        ("POST", "/groups/1/events", 403, "ErrorAccessDenied"),
        ("POST", "/groups/1/calendar/events", 403, "ErrorAccessDenied"),
        ("POST", "/teams/1/channels/19:a@thread.tacv2/messages", 403, "Forbidden"),
        ("POST", "/teams/1/channels/19:a@thread.tacv2/messages/2/replies", 403, "Forbidden"),
        ("POST", "/chats/19:a@thread.v2/messages", 403, "Forbidden"),
    ],
)
async def test_it_is_refused_whatever_roles_the_app_has(
    sandbox: Sandbox, method: str, path: str, status: int, code: str
) -> None:
    sandbox.identity.roles = EVERYTHING

    answer = await sandbox.ask(method, path, MESSAGE if method == "POST" else None)

    assert (answer.status, answer.code) == (status, code)


async def test_the_refusal_of_me_says_what_it_wants(sandbox: Sandbox) -> None:
    answer = await sandbox.get("/me/events")
    assert answer.message == "/me request is only valid with delegated authentication flow."


async def test_the_refusal_of_a_channel_message_names_the_role_and_those_that_were_there(
    sandbox: Sandbox,
) -> None:
    sandbox.identity.roles = ["ChannelMessage.Send", "Mail.Send"]

    answer = await sandbox.ask("POST", "/teams/1/channels/2/messages", MESSAGE)

    assert answer.message == (
        "Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'. "
        "Roles on the request 'ChannelMessage.Send, Mail.Send'."
    )


async def test_the_role_for_migrations_does_not_help_in_a_team_that_is_in_use(sandbox: Sandbox) -> None:
    sandbox.identity.roles = ["Teamwork.Migrate.All"]
    answer = await sandbox.ask("POST", "/teams/1/channels/2/messages", MESSAGE)
    assert (answer.status, answer.code) == (401, "Unauthorized")


async def test_it_is_refused_in_a_batch_as_well(sandbox: Sandbox) -> None:
    part = {
        "id": "1",
        "method": "POST",
        "url": f"/users/{HUB}/findMeetingTimes",
        "body": {},
        "headers": {"Content-Type": "application/json"},
    }
    answer = await sandbox.ask("POST", "/$batch", {"requests": [part]})
    assert [one["status"] for one in answer.body["responses"]] == [403]
