"""What Graph's refusals mean."""

from typing import Any

import pytest

from graph_sync.errors import (
    DEFAULT_WAIT,
    BadRequest,
    Busy,
    Conflict,
    Duplicate,
    GraphError,
    NotAllowed,
    NotFound,
    ServerFault,
    Throttled,
    Unavailable,
)
from graph_sync.wire import LONGEST_WAIT, Answer, Request, problem, wait_of

DUPLICATE_SENTENCE = "The list item could not be added or updated because duplicate values were found in one or more fields in the list."


def error(code: str = "generalException", message: str = "no", **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}}


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_no_problem(status: int) -> None:
    assert problem(Answer(status)) is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, BadRequest),
        (400, BadRequest),
        (401, NotAllowed),
        (403, NotAllowed),
        (404, NotFound),
        (410, NotFound),
        (409, ServerFault),
        (412, Conflict),
        (413, BadRequest),
        (423, ServerFault),
        (424, ServerFault),
        (429, Throttled),
        (500, ServerFault),
        (502, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
    ],
)
def test_every_status_has_its_meaning(status: int, kind: type[GraphError]) -> None:
    assert type(problem(Answer(status, {}, error()))) is kind


@pytest.mark.parametrize("status", [400, 409, 500])
def test_duplicate_values_are_a_duplicate_whatever_the_status(status: int) -> None:
    assert isinstance(problem(Answer(status, {}, error(message=DUPLICATE_SENTENCE))), Duplicate)


def test_a_list_whose_name_is_taken_is_a_duplicate() -> None:
    assert isinstance(problem(Answer(409, {}, error("nameAlreadyExists"))), Duplicate)


@pytest.mark.parametrize("status", [400, 409])
def test_a_transaction_that_was_used_is_a_duplicate(status: int) -> None:
    assert isinstance(problem(Answer(status, {}, error("ErrorDuplicateTransactionId"))), Duplicate)


def test_an_answer_says_its_codes_at_any_depth() -> None:
    answer = Answer(404, {}, error("outer", innerError={"code": "ErrorItemNotFound"}))
    assert answer.says("erroritemnotfound")
    assert not answer.says("itemnotfound")
    assert not Answer(200, {}, {"value": []}).says("erroritemnotfound")


def test_a_preference_travels_as_a_header_beside_the_others() -> None:
    request = Request("PATCH", "a", {}, '"etag"', 'outlook.timezone="UTC"')
    assert request.headers == {
        "Content-Type": "application/json",
        "If-Match": '"etag"',
        "Prefer": 'outlook.timezone="UTC"',
    }
    assert Request("GET", "a").headers == {}


def test_a_changed_item_is_a_conflict_also_when_graph_says_409() -> None:
    assert isinstance(problem(Answer(409, {}, error("resourceModified"))), Conflict)


def test_a_message_holds_codes_and_no_prose() -> None:
    nested = {"code": "throttledRequest", "innerError": {"code": "odd \n<code>"}}
    body = error("activityLimitReached", "Jane Roe of 12 High Street", innerError=nested)
    found = problem(Answer(429, {"request-id": "abc-1\r\nSet-Cookie: x"}, body))
    assert found is not None
    assert str(found) == (
        "Graph answered 429 activitylimitreached throttledrequest oddcode (request abc-1Set-Cookiex)"
    )


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "31", "ratelimit-reset": "40"}, 40),
        ({"ratelimit-reset": "12"}, 12),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "-3"}, 1),
        ({"retry-after": "nan"}, DEFAULT_WAIT),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, DEFAULT_WAIT),
        ({"retry-after": "1e30"}, LONGEST_WAIT),
        ({}, DEFAULT_WAIT),
    ],
)
def test_the_wait_is_what_graph_asks_for(headers: dict[str, str], seconds: float) -> None:
    assert wait_of(headers) == seconds


def test_a_busy_answer_carries_its_wait() -> None:
    found = problem(Answer(503, {"retry-after": "9"}))
    assert isinstance(found, Busy)
    assert found.after == 9


@pytest.mark.parametrize("body", [None, "text", [], {"error": "text"}, {"error": {"innerError": []}}])
def test_a_refusal_in_an_odd_shape_is_still_told_apart(body: Any) -> None:
    assert isinstance(problem(Answer(404, {}, body)), NotFound)


def test_a_conditional_change_carries_its_version() -> None:
    request = Request("PATCH", "https://graph.example/v1.0/x", {"Title": "a"}, '"guid,3"')
    assert request.headers == {"Content-Type": "application/json", "If-Match": '"guid,3"'}
    assert Request("GET", "https://graph.example/v1.0/x").headers == {}
