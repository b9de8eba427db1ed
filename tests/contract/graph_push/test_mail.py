"""Letters from the hub's mailbox."""

from datetime import timedelta
from typing import Any

import pytest

from graph_sync.errors import BadRequest, GraphError, NotAllowed, Throttled, Unavailable
from graph_sync.session import outcome_of
from osara_store.outbox import Failed, Refused, TryLater
from tests.contract.graph_push.office import REFERENCE, Office
from tests.contract.sandbox_graph.rig import HUB, PRIYA


async def send(office: Office, to: str = PRIYA) -> None:
    await office.mail.send(HUB, to, REFERENCE, "Please look at the hub.\nThank you.")


async def test_a_letter_arrives_as_plain_text_and_a_copy_stays(office: Office) -> None:
    await send(office)

    [letter] = await office.messages(PRIYA)
    assert (letter["subject"], letter["content"]) == (REFERENCE, "Please look at the hub.\nThank you.")
    assert (letter["content_type"], letter["sender"], letter["to"]) == ("text", HUB, [PRIYA])
    [kept] = await office.messages(HUB)
    assert kept["folder"] == "sentitems"


@pytest.mark.parametrize(
    ("kind", "settings", "error", "outcome"),
    [
        ("throttle", {"retry_after": 17}, Throttled, TryLater(timedelta(seconds=17))),
        ("unavailable", {"retry_after": 4}, Unavailable, TryLater(timedelta(seconds=4))),
        ("down", {}, Unavailable, TryLater(timedelta(seconds=10))),
    ],
)
async def test_a_graph_that_is_busy_is_asked_once(
    office: Office, kind: str, settings: dict[str, Any], error: type[GraphError], outcome: TryLater
) -> None:
    await office.sandbox.fault(kind, **settings)
    await office.forget_requests()

    with pytest.raises(error) as caught:
        await send(office)

    assert outcome_of(caught.value) == outcome
    assert len(await office.requests()) == 1
    assert await office.messages(PRIYA) == []


async def test_an_address_that_is_none_is_refused_and_told_to_nobody(office: Office) -> None:
    with pytest.raises(BadRequest) as refused:
        await send(office, "Jane Roe")
    assert outcome_of(refused.value) == Refused(refused.value.why)
    assert "Jane" not in refused.value.why


async def test_without_the_permission_nothing_is_sent(office: Office) -> None:
    office.sandbox.identity.roles = ["Calendars.ReadWrite"]
    with pytest.raises(NotAllowed) as refused:
        await send(office)
    assert isinstance(outcome_of(refused.value), Failed)
    assert await office.messages(PRIYA) == []
