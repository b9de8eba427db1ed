"""Whatever is asked, the answer is Graph's: a result or one of its errors, never a failure of the sandbox."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.faults import Faults
from sandbox.graph.app import Graph
from sandbox.graph.errors import Problem
from sandbox.graph.outlook.drafts import READERS
from sandbox.graph.routes import answer
from sandbox.graph.store import Store
from sandbox.graph.wire import Request, decode, encode
from sandbox.identity import Identity
from tests.contract.sandbox_graph.rig import APP_ID, HUB, SECRET, TENANT_ID, TOM, Tenant, asked, at, text

COLUMNS = (
    text("Reference", indexed=True),
    {"name": "Homes", "number": {}, "indexed": True},
    {"name": "Cost", "currency": {}},
    {"name": "Seen", "dateTime": {}},
    {"name": "Urgent", "boolean": {}},
    {"name": "Danger", "choice": {"choices": ["yes"], "allowTextEntry": True}},
    {"name": "Link", "hyperlinkOrPicture": {}},
    {"name": "Lead", "personOrGroup": {}},
)
NAMES = st.sampled_from(
    ["Title", "Reference", "Homes", "Cost", "Seen", "Urgent", "Danger", "Link", "LeadLookupId"]
)
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.just(10**400)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3)
)
LITERALS = ["null", "true", "nan", "1", "-1", "9" * 30, "1e999", "'x'", "''", "2026-01-01"]
FIELDS = ["fields/Homes", "fields/Reference", "fields/id", "fields/Seen", "fields/Urgent"]
WORDS = st.sampled_from([*"(),'", "eq", "ne", "lt", "ge", "and", "or", "startswith", *LITERALS, *FIELDS])
SEGMENTS = st.sampled_from(
    [
        "lists",
        "Cases",
        "items",
        "1",
        "9" * 30,
        "²",
        "fields",
        "versions",
        "1.0",
        "columns",
        "Title",
        "delta()",
        "%00",
    ]
)
RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CLAIMS = {"roles": ["Sites.FullControl.All", "Calendars.ReadWrite", "Mail.Send"]}
SITE = "/sites/localhost:/sites/hubs:"


@pytest.fixture
def graph(data: Path) -> Iterator[Graph]:
    identity = Identity(data, TENANT_ID, APP_ID, SECRET, "http://127.0.0.1")
    made = Graph(Store(data / "graph.sqlite"), identity, Faults(), Tenant())
    ask(made, "POST", "/lists", body={"displayName": "Cases", "columns": list(COLUMNS)})
    ask(made, "POST", "/lists/Cases/items", body={"fields": {"Title": "a"}})
    yield made
    made.store.close()


def ask(
    graph: Graph, method: str, path: str, query: tuple[tuple[str, str], ...] = (), body: Any = None
) -> None:
    """Ask in process; anything but an answer that can be written as JSON, or one of Graph's errors, fails the test."""
    by = {"id": APP_ID, "displayName": "Hub", "lookupId": "1"}
    address = path if path.startswith("/users/") else f"{SITE}{path}"
    plain = Request.from_url(method, "http://127.0.0.1/graph/v1.0", address, headers={}, app=by)
    try:
        sent = decode(json.dumps(body).encode())
        asked = Request(method, plain.root, plain.path, plain.segments, query, plain.headers, by, sent)
        encode(answer(graph.services, asked, CLAIMS).body or {})
    except Problem as problem:
        encode(problem.body("a", "b"))


@RELAXED
@given(name=NAMES, value=JSON)
@example(name="Homes", value=float("inf"))
@example(name="Homes", value=10**400)
@example(name="Title", value="\ud800")
@example(name="Reference", value="\x00")
def test_any_value_in_any_column_is_kept_or_refused(graph: Graph, name: str, value: Any) -> None:
    ask(graph, "PATCH", "/lists/Cases/items/1/fields", body={name: value})
    ask(graph, "GET", "/lists/Cases/items/1", (("$expand", "fields"),))


@RELAXED
@given(
    body=JSON,
    method=st.sampled_from(["POST", "PATCH"]),
    path=st.sampled_from(["items", "items/1", "columns/Homes"]),
)
def test_any_body_is_taken_or_refused(graph: Graph, body: Any, method: str, path: str) -> None:
    ask(graph, method, f"/lists/Cases/{path}", body=body)


@RELAXED
@given(
    definition=st.dictionaries(
        st.sampled_from(
            ["name", "displayName", "text", "choice", "number", "lookup", "indexed", "defaultValue"]
        ),
        JSON,
    )
)
def test_any_column_definition_is_taken_or_refused(graph: Graph, definition: dict[str, Any]) -> None:
    ask(graph, "POST", "/lists/Cases/columns", body=definition)
    ask(graph, "PATCH", "/lists/Cases/columns/Title", body=definition)


@RELAXED
@given(words=st.lists(WORDS, max_size=8))
@example(words=["fields/id", "eq", "9" * 30])
@example(words=["fields/Homes", "eq", "nan"])
def test_any_filter_is_run_or_refused(graph: Graph, words: list[str]) -> None:
    ask(graph, "GET", "/lists/Cases/items", (("$filter", " ".join(words)),))


@RELAXED
@given(
    option=st.sampled_from(["$select", "$expand", "$top", "$orderby", "$skiptoken", "token", "$filter"]),
    value=ANY_TEXT
    | st.sampled_from(
        [
            "²",
            "9" * 30,
            "fields(",
            "fields($select=)",
            "UGFnZWQ9VFJVRSZwX0lEPTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
        ]
    ),
    delta=st.booleans(),
)
def test_any_option_is_understood_or_refused(graph: Graph, option: str, value: str, delta: bool) -> None:
    ask(graph, "GET", f"/lists/Cases/items{'/delta' if delta else ''}", ((option, value),))


@RELAXED
@given(method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]), segments=st.lists(SEGMENTS, max_size=7))
def test_any_path_is_found_or_refused(graph: Graph, method: str, segments: list[str]) -> None:
    ask(graph, method, "/" + "/".join(segments), body={"fields": {}} if method != "GET" else None)


# Mailboxes

EVENT = {"start": at("10:00"), "end": at("11:00"), "attendees": asked(TOM)}
PROPERTIES = st.sampled_from([*READERS, "start", "end", "transactionId", "recurrence", "id"])
MOMENTS = st.fixed_dictionaries(
    {
        "dateTime": st.sampled_from(["0001-01-01T00:00:00", "9999-12-31T23:59:59", "2026-03-29T01:30"])
        | ANY_TEXT,
        "timeZone": st.sampled_from(["UTC", "Pacific Standard Time", "Pacific/Auckland"]) | ANY_TEXT,
    }
)


@RELAXED
@given(name=PROPERTIES, value=JSON | MOMENTS)
@example(name="start", value={"dateTime": "0001-01-01T00:00:00", "timeZone": "Pacific/Auckland"})
@example(name="reminderMinutesBeforeStart", value=10**400)
def test_any_property_of_an_event_is_kept_or_refused(graph: Graph, name: str, value: Any) -> None:
    ask(graph, "POST", f"/users/{HUB}/events", body={**EVENT, name: value})
    ask(graph, "GET", f"/users/{HUB}/events", (("$top", "1000"),))


@RELAXED
@given(
    body=JSON, path=st.sampled_from(["events", "calendar/getSchedule", "sendMail", "events/AAMkADa=/cancel"])
)
def test_any_body_to_a_mailbox_is_taken_or_refused(graph: Graph, body: Any, path: str) -> None:
    ask(graph, "POST", f"/users/{HUB}/{path}", body=body)


@RELAXED
@given(start=MOMENTS, end=MOMENTS, interval=JSON, people=st.lists(ANY_TEXT, max_size=3))
def test_any_schedule_is_shown_or_refused(
    graph: Graph, start: Any, end: Any, interval: Any, people: list[str]
) -> None:
    window = {"startTime": start, "endTime": end, "availabilityViewInterval": interval}
    ask(graph, "POST", f"/users/{HUB}/calendar/getSchedule", body={**window, "schedules": [TOM, *people]})


@RELAXED
@given(message=st.dictionaries(st.sampled_from(["subject", "body", "toRecipients", "text"]), JSON), keep=JSON)
def test_any_message_is_taken_or_refused(graph: Graph, message: Any, keep: Any) -> None:
    body = {"message": {"toRecipients": asked(TOM), **message}, "saveToSentItems": keep}
    ask(graph, "POST", f"/users/{HUB}/sendMail", body=body)


@RELAXED
@given(
    option=st.sampled_from(["$select", "$filter", "$top", "$skip", "$expand"]),
    value=ANY_TEXT | st.just("9" * 30),
)
def test_any_option_on_events_is_understood_or_refused(graph: Graph, option: str, value: str) -> None:
    ask(graph, "GET", f"/users/{HUB}/events", ((option, value),))
