"""Who gets in, and what they may touch: nothing that a card or a token claims is believed unseen."""

import time
from typing import Any

import pytest

from tests.driver import DEV, LEAH, PRIYA, Person, a_referral, page_two, reference_in, texts_in, typed_values
from tests.running import Hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWEN = "00000000-0000-4000-8000-000000000039"
TENANT = "10000000-0000-4000-8000-000000000001"
OTHER_TENANT = "90000000-0000-4000-8000-000000000009"


def help_press(hub: Hub, /, person: str = PRIYA, tenant: str = TENANT, **data: Any) -> dict[str, Any]:
    """An invoke as Teams sends it: somebody presses Help, or what `data` says."""
    return {
        "type": "invoke",
        "name": "task/fetch",
        "id": f"f:{time.monotonic_ns()}",
        "channelId": "msteams",
        "serviceUrl": f"{hub.base}/teams/",
        "from": {"id": f"29:{person}", "name": "Somebody", "aadObjectId": person},
        "recipient": {"id": "28:20000000-0000-4000-8000-000000000001"},
        "conversation": {"id": "a:chat", "conversationType": "personal", "tenantId": tenant},
        "channelData": {"tenant": {"id": tenant}},
        "value": {"data": {"verb": "help.open"} | data, "context": {"theme": "default"}},
    }


async def token(hub: Hub, **odd: Any) -> str:
    claims = {"serviceurl": f"{hub.base}/teams/"} | odd.pop("claims", {})
    answer = await hub.post("/control/identity/channel-token", {"claims": claims, **odd})
    return str(answer["token"])


async def ask(hub: Hub, activity: dict[str, Any], bearer: str | None) -> tuple[int, Any]:
    headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
    async with hub.session.post(f"{hub.bot_url}/api/messages", json=activity, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None) if answer.content_length else None


async def test_a_good_token_is_answered_with_the_body_of_the_invoke(hub: Hub):
    status, body = await ask(hub, help_press(hub), await token(hub))
    assert status == 200
    assert "How it works" in texts_in(body)


@pytest.mark.parametrize(
    "odd",
    [
        {"claims": {"aud": "99999999-0000-4000-8000-000000000001"}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"serviceurl": "https://elsewhere.example/"}},
        {"expired": True},
        {"key": "unknown"},
        {"key": "unendorsed"},
    ],
    ids=["audience", "issuer", "service-url", "expired", "unknown-key", "unendorsed-key"],
)
async def test_a_bad_token_is_401(hub: Hub, odd: dict[str, Any]):
    status, _ = await ask(hub, help_press(hub), await token(hub, **odd))
    assert status == 401


@pytest.mark.parametrize("bearer", [None, "garbage", "a.b.c"])
async def test_no_token_or_garbage_is_401(hub: Hub, bearer: str | None):
    assert (await ask(hub, help_press(hub), bearer))[0] == 401


async def test_a_rolled_over_signing_key_works_at_once(hub: Hub):
    await hub.post("/control/identity/rotate")
    assert (await ask(hub, help_press(hub), await token(hub)))[0] == 200


async def test_an_unknown_tenant_is_403(hub: Hub):
    assert (await ask(hub, help_press(hub, tenant=OTHER_TENANT), await token(hub)))[0] == 403


async def test_bad_json_a_wrong_content_type_and_a_malformed_activity_are_400_and_415(hub: Hub):
    headers = {"Authorization": f"Bearer {await token(hub)}"}
    url = f"{hub.bot_url}/api/messages"
    for body, kind, expected in (
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"type": 5}', "application/json", 400),
        (b"{}", "text/plain", 415),
    ):
        async with hub.session.post(url, data=body, headers=headers | {"Content-Type": kind}) as answer:
            assert answer.status == expected, body


async def test_a_stranger_of_our_tenant_is_told_kindly_who_can_help(hub: Hub):
    stranger = "77777777-0000-4000-8000-000000000077"
    status, body = await ask(hub, help_press(hub, person=stranger), await token(hub))
    assert status == 200
    assert "coordinator" in str(body)


async def test_nobody_can_open_read_or_send_somebody_elses_draft(hub: Hub):
    priya, values = Person(hub, PRIYA), a_referral(501)
    second = await priya.fill_first_page(values)
    draft = next(action["data"]["draft"] for action in second.card["actions"] if "draft" in action["data"])
    for verb in ("refer.next", "refer.back", "refer.send", "refer.send_anyway", "refer.join", "refer.save"):
        press = help_press(hub, person=DEV, verb=verb, draft=draft, page="two", hub="ALL", **page_two(values))
        press["name"] = "task/submit"
        status, body = await ask(hub, press, await token(hub))
        assert status == 200
        assert "Quayside" not in str(body)
        assert values["what"] not in str(body)
    assert not [row for row in await hub.items("Cases") if values["where"] in str(row)]
    assert reference_in(await priya.press(second, "Send", page_two(values)))


async def test_someone_of_hub_a_can_do_nothing_in_hub_b_whatever_the_button_says(hub: Hub):
    press = help_press(hub, person=LEAH, verb="refer.open", hub="ALL")
    status, body = await ask(hub, press, await token(hub))
    assert status == 200
    assert not typed_values(body)
    assert "not a partner of this hub" in str(body)


async def test_a_press_with_values_of_odd_types_is_answered_with_a_form_and_never_an_error(hub: Hub):
    priya = Person(hub, PRIYA)
    opened = await priya.open_form()
    draft = next(action["data"]["draft"] for action in opened.card["actions"] if "draft" in action["data"])
    odd = {"what": ["x"], "where": {"a": 1}, "danger": 7, "category": None, "since": True, "wanted": 1.5}
    press = help_press(hub, verb="refer.next", draft=draft, page="one", hub="ALL", **odd)
    press["name"] = "task/submit"
    status, body = await ask(hub, press, await token(hub))
    assert status == 200
    assert "Please look at" in texts_in(body)


async def test_an_old_button_is_answered_with_a_sentence(hub: Hub):
    status, body = await ask(hub, help_press(hub, verb="no.such.verb"), await token(hub))
    assert status == 200
    assert "older card" in str(body)


async def test_someone_without_the_app_gets_the_receipt_once_they_add_it(hub: Hub):
    dev = Person(hub, DEV)
    await hub.post("/client/uninstall", {"as": DEV, "where": "personal"})
    reference = reference_in(await dev.refer(a_referral(502)))

    async def held_back() -> bool:
        status, out, _ = await hub.bot_says("outbox", "list", "--state", "held")
        return status == 0 and "card.receipt" in out

    await until(held_back, 20, "the receipt that could not be delivered")
    await hub.post("/client/install", {"as": DEV, "where": "personal"})
    await dev.card_with(await dev.chat(), reference)


async def test_no_word_of_a_referral_stands_in_the_log_or_the_outbox(hub: Hub):
    values = a_referral(
        503, affected="Zebedee Quartermaine, 3 Nowhere Lane", what="Umbrellas thrown at trams."
    )
    reference_in(await Person(hub, PRIYA).refer(values))
    log = hub.bot.said()
    _, rows, _ = await hub.bot_says("outbox", "list", "--state", "sent", "--limit", "1000")
    for private in ("Zebedee", "Quartermaine", "Nowhere", "Umbrellas", "Priya", values["where"]):
        assert private not in log
        assert private not in rows


async def test_an_agency_without_an_agreement_may_refer_and_is_shown_nothing_more(hub: Hub):
    priya, owen, values = Person(hub, PRIYA), Person(hub, OWEN), a_referral(504)
    theirs = reference_in(await priya.refer(values))
    sent = await owen.refer(values)
    mine = reference_in(sent)
    assert mine != theirs
    assert mine in texts_in((await owen.card_with(await owen.chat(), mine))["card"])

    channel, card = await owen.hub_card()
    answer = await owen.press_on(channel, card, "My cases")
    assert "has not signed" in answer["text"]
    assert mine not in str(answer)
