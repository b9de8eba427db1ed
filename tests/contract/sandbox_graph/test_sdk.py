"""The real msgraph-sdk against the sandbox: the spellings it sends, the JSON it gets back."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider as BearerTokens
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph.generated.models.column_definition import ColumnDefinition
from msgraph.generated.models.field_value_set import FieldValueSet
from msgraph.generated.models.list_ import List_
from msgraph.generated.models.list_item import ListItem
from msgraph.generated.models.text_column import TextColumn
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from sandbox.identity import Identity
from sandbox.login import GRAPH
from tests.contract.sandbox_graph.rig import Sandbox

# The SDK warns about its own classes whenever one of its request builders is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")


class Tokens(AccessTokenProvider):
    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self._identity.app_token(GRAPH)

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator(["127.0.0.1"])


@pytest.fixture
def client(sandbox: Sandbox) -> GraphServiceClient:
    adapter = GraphRequestAdapter(BearerTokens(Tokens(sandbox.identity)))
    adapter.base_url = sandbox.root
    return GraphServiceClient(request_adapter=adapter)


def as_json(**query: Any) -> RequestConfiguration[Any]:
    """Ask for the plain answer, as the bot does."""
    return RequestConfiguration(options=[ResponseHandlerOption(NativeResponseHandler())], **query)


def body_of(answer: Any) -> dict[str, Any]:
    assert isinstance(answer, httpx.Response)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def test_the_sdk_makes_a_list_and_works_with_its_items(
    sandbox: Sandbox, client: GraphServiceClient
) -> None:
    """One case file from provisioning to delta, every step through the request builders."""
    # With a native response handler the builders return httpx's response, whatever their annotations say.
    site: Any = client.sites.by_site_id(sandbox.graph.site.id)
    columns = [
        ColumnDefinition(name="Reference", text=TextColumn(), indexed=True, enforce_unique_values=True),
        ColumnDefinition(name="Notes", text=TextColumn(allow_multiple_lines=True, text_type="plain")),
    ]
    made = body_of(await site.lists.post(List_(display_name="My cases", columns=columns), as_json()))
    cases = site.lists.by_list_id("My cases")

    item = body_of(
        await cases.items.post(
            ListItem(fields=FieldValueSet(additional_data={"Title": "Noise", "Reference": "ALL-2026-0001"})),
            as_json(),
        )
    )
    by_id = cases.items.by_list_item_id(item["id"])

    items = cases.items
    builder = type(items)
    query = builder.ItemsRequestBuilderGetQueryParameters(
        filter="fields/Reference eq 'ALL-2026-0001'", expand=["fields($select=Title,Reference)"], top=5
    )
    found = body_of(await items.get(as_json(query_parameters=query)))

    change = as_json()
    change.headers.add("If-Match", item["eTag"])
    patched = body_of(
        await by_id.fields.patch(
            FieldValueSet(additional_data={"Notes": "two\nlines", "Title": None}), change
        )
    )
    stale = await by_id.fields.patch(FieldValueSet(additional_data={"Notes": "late"}), change)
    versions = body_of(await by_id.versions.get(as_json()))
    first = body_of(await cases.items.delta.get(as_json()))
    removed = await by_id.delete(as_json())
    since = body_of(await cases.items.delta.with_url(first["@odata.deltaLink"]).get(as_json()))
    latest = body_of(await cases.items.delta_with_token("latest").get(as_json()))

    assert made["displayName"] == "My cases"
    assert [one["fields"]["Title"] for one in found["value"]] == ["Noise"]
    assert (patched["Notes"], patched["_UIVersionString"]) == ("two\nlines", "2.0")
    assert "Title" not in patched
    assert stale.status_code == 412
    assert [version["id"] for version in versions["value"]] == ["2.0", "1.0"]
    assert [one["id"] for one in first["value"]] == ["1"]
    assert removed.status_code == 204
    assert since["value"][0]["deleted"] == {"state": "deleted"}
    assert latest["value"] == []


async def test_the_sdk_reads_the_typed_answer_too(sandbox: Sandbox, client: GraphServiceClient) -> None:
    """What we answer fits the SDK's own models: times, eTags and identities in the right places."""
    cases = await sandbox.make_list("Cases")
    await cases.added(Title="Noise")

    item = (
        await client.sites.by_site_id(sandbox.graph.site.id)
        .lists.by_list_id(cases.id)
        .items.by_list_item_id("1")
        .get()
    )

    assert item is not None
    assert item.id == "1"
    assert item.created_date_time is not None
    assert abs((datetime.now(UTC) - item.created_date_time).total_seconds()) < 60
    assert item.created_by is not None
    assert item.created_by.application is not None
    assert item.created_by.application.display_name == "Local Focus Hub"
    assert item.content_type is not None
    assert item.content_type.name == "Item"
