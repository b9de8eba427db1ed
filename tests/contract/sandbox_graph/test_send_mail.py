"""sendMail: taken with 202, kept, and seen by whoever looks into the mailboxes."""

from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import HUB, PRIYA, TOM, Answer, Sandbox


def to(*addresses: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}} for address in addresses]


def letter(**message: Any) -> dict[str, Any]:
    body = {"contentType": "Text", "content": "Please look at the hub."}
    return {"subject": "Your hub", "body": body, "toRecipients": to(PRIYA), **message}


async def send(sandbox: Sandbox, message: Any, **parameters: Any) -> Answer:
    return await sandbox.ask("POST", f"/users/{HUB}/sendMail", {"message": message, **parameters})


async def messages(sandbox: Sandbox, address: str) -> list[dict[str, Any]]:
    return list((await sandbox.mailbox(address))["messages"])


async def test_a_message_is_taken_and_delivered(sandbox: Sandbox) -> None:
    answer = await send(sandbox, letter(ccRecipients=to(TOM), bccRecipients=to("someone@elsewhere.example")))

    assert (answer.status, answer.body) == (202, None)
    [received] = await messages(sandbox, PRIYA)
    assert (received["subject"], received["content"]) == ("Your hub", "Please look at the hub.")
    assert (received["sender"], received["folder"], received["kind"]) == (HUB, "inbox", "message")
    assert len(await messages(sandbox, TOM)) == 1
    [sent] = await messages(sandbox, HUB)
    assert (sent["folder"], sent["to"]) == ("sentitems", [PRIYA, TOM, "someone@elsewhere.example"])


@pytest.mark.parametrize("given", [False, "false"])
async def test_a_message_is_kept_in_sent_items_only_if_wanted(sandbox: Sandbox, given: Any) -> None:
    answer = await sandbox.ask(
        "POST", f"/users/{HUB}/sendMail", {"Message": letter(), "SaveToSentItems": given}
    )

    assert answer.status == 202
    assert await messages(sandbox, HUB) == []
    assert len(await messages(sandbox, PRIYA)) == 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (letter(toRecipients=[]), "ErrorInvalidRecipients"),
        (letter(toRecipients=to("a@b.example; c@d.example")), "ErrorInvalidRecipients"),
        (letter(toRecipients=to("nobody")), "ErrorInvalidRecipients"),
        (letter(text="a"), "RequestBodyRead"),
        (letter(toRecipients="a@b.example"), "UnableToDeserializePostBody"),
        (letter(body={"contentType": "markdown", "content": ""}), "UnableToDeserializePostBody"),
        (None, "UnableToDeserializePostBody"),
    ],
)
async def test_what_exchange_refuses_is_refused_with_its_code(
    sandbox: Sandbox, message: Any, code: str
) -> None:
    answer = await send(sandbox, message)

    assert (answer.status, answer.code) == (400, code)
    assert await messages(sandbox, PRIYA) == []


async def test_attachments_are_not_supported(sandbox: Sandbox) -> None:
    assert (await send(sandbox, letter(attachments=[]))).status == 501


async def test_a_mailbox_outside_the_policy_cannot_send(sandbox: Sandbox) -> None:
    await sandbox.control("PATCH", f"/mailboxes/{HUB}", {"open_to_apps": False})
    answer = await send(sandbox, letter())
    assert (answer.status, answer.code) == (403, "ErrorAccessDenied")
