"""The client over the real SDK, against small servers that behave as Graph does on odd days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from graph_sync.addresses import SiteAddress
from graph_sync.client import GraphClient
from graph_sync.errors import ForeignAddress
from graph_sync.lists import PEOPLE
from graph_sync.wire import Request
from tests.contract.graph_push.hostile import serving
from tests.contract.graph_push.rig import World, credential_of


@dataclass
class OddGraph:
    """Answers a whole batch with `whole`; single requests are echoed."""

    whole: Any
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path_qs}")
        if not request.path.endswith("/$batch"):
            return web.json_response({"echo": request.path})
        if isinstance(self.whole, int):
            return web.json_response({"error": {"code": "BadRequest"}}, status=self.whole)
        return web.json_response(self.whole)


@asynccontextmanager
async def client_of(world: World, graph: OddGraph) -> AsyncIterator[tuple[GraphClient, str]]:
    async with serving(graph.answer) as base, credential_of(world.sandbox) as credential:
        client = GraphClient(credential, f"{base}/v1.0/")
        yield client, f"{base}/v1.0"
        await client.close()


def three(base: str) -> list[Request]:
    return [Request("GET", f"{base}/{name}") for name in ("a", "b", "c")]


@pytest.mark.parametrize("status", [400, 413])
async def test_a_batch_that_is_refused_as_a_whole_is_asked_part_by_part(
    bare_world: World, status: int
) -> None:
    graph = OddGraph(status)
    async with client_of(bare_world, graph) as (client, base):
        answers = await client.send_all(three(base))
    assert [answer.body["echo"] for answer in answers] == ["/v1.0/a", "/v1.0/b", "/v1.0/c"]
    assert len(graph.asked) == 4


async def test_answers_find_their_questions_and_what_has_none_counts_as_unknown(bare_world: World) -> None:
    parts = [
        {"id": "2", "status": 200, "body": {"is": "c"}},
        {"id": "0", "status": 404, "headers": {"X-Y": 1}},
    ]
    async with client_of(bare_world, OddGraph({"responses": parts})) as (client, base):
        answers = await client.send_all(three(base))
    assert [answer.status for answer in answers] == [404, 408, 200]
    assert answers[0].headers == {"x-y": "1"}
    assert answers[2].body == {"is": "c"}


async def test_no_request_is_made_for_a_foreign_address(bare_world: World) -> None:
    graph = OddGraph({})
    async with client_of(bare_world, graph) as (client, base):
        host = base.removeprefix("http://")
        for url in (
            "https://graph.microsoft.example/v1.0/sites",
            f"http://{host}.example/sites",
            f"http://someone@{host}/sites",
            base.replace("127.0.0.1", "localhost") + "/sites",
            base.replace("v1.0", "beta") + "/sites",
        ):
            assert not client.owns(url)
            with pytest.raises(ForeignAddress):
                await client.send(Request("GET", url))
    assert graph.asked == []


async def test_addresses_are_spelt_as_graph_documents_them(bare_world: World) -> None:
    graph = OddGraph({})
    async with client_of(bare_world, graph) as (client, base):
        columns = [column.name for column in PEOPLE.columns]
        people = SiteAddress(await client.builders(), "host,1,2").list("33", columns)
        found = people.find("CaseReference", "ALL-2026-0001' or 1 eq '1")
        assert found.url == (
            f"{base}/sites/host%2C1%2C2/lists/33/items?$expand=fields%28%24select%3DTitle%2CPersonKey%2C"
            "CaseReference%2CPersonNumber%2CCaseRole%2CPersonDescription%2CAgeGroup%2CMarking%29"
            "&$filter=fields%2FCaseReference%20eq%20%27ALL-2026-0001%27%27%20or%201%20eq%20%27%271%27"
        )
        assert people.update("7", '"etag,1"', {"Title": "a"}) == Request(
            "PATCH", f"{base}/sites/host%2C1%2C2/lists/33/items/7/fields", {"Title": "a"}, '"etag,1"'
        )
        assert people.create({"Title": "a"}) == Request(
            "POST", f"{base}/sites/host%2C1%2C2/lists/33/items", {"fields": {"Title": "a"}}
        )
        assert people.delete("7", '"etag,1"') == Request(
            "DELETE", f"{base}/sites/host%2C1%2C2/lists/33/items/7", None, '"etag,1"'
        )
