"""Who is let in, and the shape of every answer: headers, errors, what is not supported."""

from typing import Any

import jwt
import pytest

from sandbox.keys import SigningKey
from sandbox.login import CONNECTOR, GRAPH
from tests.contract.sandbox_graph.rig import Sandbox, text

CONTENT_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)


async def test_every_answer_carries_graphs_headers(sandbox: Sandbox) -> None:
    answer = await sandbox.get(sandbox.site, headers={"client-request-id": "mine"})

    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.headers["client-request-id"] == "mine"
    assert answer.headers["request-id"]
    assert "ServerInfo" in answer.headers["x-ms-ags-diagnostic"]


async def test_an_error_names_the_request_it_answers(sandbox: Sandbox) -> None:
    answer = await sandbox.get(f"{sandbox.site}/lists/none", headers={"client-request-id": "mine"})

    error = answer.body["error"]
    assert (answer.status, error["code"]) == (404, "itemNotFound")
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert error["innerError"]["client-request-id"] == "mine"
    assert error["innerError"]["date"]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/nonsense", 400, "Resource not found for the segment 'nonsense'."),
        ("{site}/nonsense", 400, "Resource not found for the segment 'nonsense'."),
        ("{list}/items/1/nonsense", 400, "Resource not found for the segment 'nonsense'."),
        ("/subscriptions", 501, "'/subscriptions' is not supported by the sandbox."),
        ("/users", 501, "'/users' is not supported by the sandbox."),
        ("/users/someone/messages", 501, "'messages' of a user is not supported by the sandbox."),
        ("/teams/1/channels", 501, "'/teams' is not supported by the sandbox."),
        ("/sites?search=hubs", 501, "Listing or searching sites is not supported by the sandbox."),
        ("{site}/drive", 501, "'drive' is not supported by the sandbox."),
        ("{site}/columns", 501, "'columns' of a site is not supported by the sandbox."),
        ("{list}/subscriptions", 501, "'subscriptions' is not supported by the sandbox."),
        ("{list}/items/1/driveItem", 501, "'driveItem' is not supported by the sandbox."),
        ("{list}/items/$count", 501, "'$count' is not supported by the sandbox."),
        ("/", 400, "Resource not found for the segment ''."),
    ],
)
async def test_what_is_not_there_or_not_supported_says_so(
    sandbox: Sandbox, path: str, status: int, says: str
) -> None:
    cases = await sandbox.make_list("Cases")

    answer = await sandbox.get(path.format(site=sandbox.site, list=cases.path))

    assert (answer.status, answer.message) == (status, says)


@pytest.mark.parametrize(
    ("content_type", "raw", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b'{"fields": {"Title": NaN}}', 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"[" * 100_000, 400),
        ("text/plain", b"{}", 415),
    ],
)
async def test_a_body_that_is_not_json_is_refused(
    sandbox: Sandbox, content_type: str, raw: bytes, status: int
) -> None:
    cases = await sandbox.make_list("Cases")
    headers = {"Authorization": f"Bearer {sandbox.identity.app_token(GRAPH)}", "Content-Type": content_type}

    url = f"{sandbox.root}/sites/localhost:/sites/hubs:/lists/{cases.id}/items"
    async with sandbox.session.post(url, data=raw, headers=headers) as response:
        assert response.status == status
        assert (await response.json())["error"]["code"]


def signed(sandbox: Sandbox, **claims: Any) -> str:
    return sandbox.identity.app_token(GRAPH, **claims)


async def test_without_a_good_token_nobody_is_let_in(sandbox: Sandbox) -> None:
    good = jwt.decode(signed(sandbox), options={"verify_signature": False})
    bad = {
        "none": "",
        "garbage": "x.y.z",
        "expired": signed(sandbox, exp=good["iat"] - 10),
        "another audience": sandbox.identity.app_token(CONNECTOR),
        "another issuer": signed(sandbox, iss="https://sts.windows.net/other/"),
        "another key": SigningKey.make().sign(good),
        "the channel's": sandbox.identity.channel_token("http://127.0.0.1/teams/", aud=GRAPH),
        "unsigned": jwt.encode(
            good, "", algorithm="none", headers={"kid": sandbox.identity.keys.login.current.kid}
        ),
    }

    answers = {name: await sandbox.get(sandbox.site, token=token) for name, token in bad.items()}

    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(bad, 401)
    assert {answer.code for answer in answers.values()} == {"InvalidAuthenticationToken"}


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ([], ""),
        (["Sites.Selected"], ""),
        (["Sites.Read.All"], "read"),
        (["Sites.ReadWrite.All"], "read write"),
        (["Sites.Manage.All"], "read write manage"),
        (["Sites.FullControl.All"], "read write manage"),
    ],
)
async def test_the_roles_in_the_token_decide(sandbox: Sandbox, roles: list[str], allowed: str) -> None:
    cases = await sandbox.make_list("Cases")
    token = signed(sandbox, roles=roles)
    tried = {
        "read": await sandbox.get(f"{cases.path}/items", token=token),
        "write": await sandbox.ask("POST", f"{cases.path}/items", {"fields": {}}, token=token),
        "manage": await sandbox.ask("POST", f"{cases.path}/columns", text("A"), token=token),
    }

    assert [name for name, answer in tried.items() if answer.status < 300] == allowed.split()
    assert {answer.code for answer in tried.values() if answer.status >= 300} <= {"accessDenied"}


async def test_the_apps_roles_can_be_changed(sandbox: Sandbox) -> None:
    before = await sandbox.control("GET", "/identity/roles")
    await sandbox.control("POST", "/identity/roles", {"roles": ["Sites.Read.All"]})

    answer = await sandbox.ask("POST", f"{sandbox.site}/lists", {"displayName": "Cases"})

    assert before["roles"] == ["Sites.ReadWrite.All", "Sites.Manage.All", "Calendars.ReadWrite", "Mail.Send"]
    assert (answer.status, answer.code) == (403, "accessDenied")
