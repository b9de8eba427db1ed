"""Graph's error answers: one exception, and one maker for each code, so that status and code never part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any


class Problem(Exception):
    """An error that is answered in Graph's shape."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        message: str,
        *,
        inner: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.headers = dict(headers or {})

    def body(self, request_id: str, client_request_id: str) -> dict[str, Any]:
        inner = {"code": self.inner} if self.inner else {}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    **inner,
                    "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
                    "request-id": request_id,
                    "client-request-id": client_request_id,
                },
            }
        }


def invalid_request(message: str, *, inner: str | None = None) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "invalidRequest", message, inner=inner)


def bad_request(message: str) -> Problem:
    """Answer as the gateway does for what never reaches SharePoint: bad JSON, bad paths, bad batches."""
    return Problem(HTTPStatus.BAD_REQUEST, "BadRequest", message)


def bad_argument(message: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "badArgument", message)


def unknown_segment(segment: str) -> Problem:
    return bad_request(f"Resource not found for the segment '{segment}'.")


def unauthenticated(message: str) -> Problem:
    headers = {"WWW-Authenticate": 'Bearer realm="", authorization_uri="https://login.microsoftonline.com"'}
    return Problem(HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken", message, headers=headers)


def access_denied(message: str = "Access denied") -> Problem:
    return Problem(HTTPStatus.FORBIDDEN, "accessDenied", message)


def not_found(message: str = "The resource could not be found.") -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "itemNotFound", message)


def not_allowed(method: str) -> Problem:
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "notAllowed", f"{method} is not allowed on this resource.")


def not_supported(what: str) -> Problem:
    """Answer for what Graph has and this sandbox has not."""
    return Problem(HTTPStatus.NOT_IMPLEMENTED, "notSupported", f"{what} is not supported by the sandbox.")


def name_exists(message: str) -> Problem:
    return Problem(HTTPStatus.CONFLICT, "nameAlreadyExists", message)


def duplicate_value() -> Problem:
    return invalid_request(
        "The list item could not be added or updated because duplicate values were found "
        "in one or more fields in the list."
    )


def resource_modified() -> Problem:
    return Problem(
        HTTPStatus.PRECONDITION_FAILED,
        "resourceModified",
        "The resource has changed since the caller last read it; usually an eTag mismatch",
        inner="entityTagDoesNotMatch",
    )


def too_many_resources() -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "notSupported",
        "The request is unprocessable because it uses too many resources",
        inner="tooManyResources",
    )


def not_indexed(column: str) -> Problem:
    return invalid_request(
        f"Field '{column}' cannot be referenced in filter or orderby as it is not indexed. Provide the "
        "'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned that such "
        "queries may fail on large lists."
    )


def unknown_field(name: str) -> Problem:
    return invalid_request(f"Field '{name}' is not recognized")
