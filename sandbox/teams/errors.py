"""What the Teams side refuses.

ConnectorError          the bot asked the Bot Connector for something it may not have
├── BadArgument         400
├── BotNotRegistered    401
├── Forbidden           403, with Teams' own code
├── NotFound            404, with Teams' own code
├── PreconditionFailed  412
├── MessageSizeTooBig   413
├── Throttled           429, with the seconds to wait
└── NotSupported        501; Teams may do this, the sandbox does not, and says so
Refusal                 a person's client cannot do this; the sentence says why
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any


class ConnectorError(Exception):
    """An answer of the Bot Connector other than success."""

    status: HTTPStatus
    code: str

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code

    @property
    def body(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message}}

    @property
    def headers(self) -> dict[str, str]:
        return {}


class BadArgument(ConnectorError):
    """The request is malformed or breaks a rule about content."""

    status = HTTPStatus.BAD_REQUEST
    code = "BadArgument"


class BotNotRegistered(ConnectorError):
    """The request carries no token of the registered bot."""

    status = HTTPStatus.UNAUTHORIZED
    code = "BotNotRegistered"


class Forbidden(ConnectorError):
    """The bot may not do this there."""

    status = HTTPStatus.FORBIDDEN
    code = "NotEnoughPermissions"


class NotFound(ConnectorError):
    """There is no such conversation, message or member."""

    status = HTTPStatus.NOT_FOUND
    code = "ConversationNotFound"


class PreconditionFailed(ConnectorError):
    """Another write to the same conversation is under way."""

    status = HTTPStatus.PRECONDITION_FAILED
    code = "PreconditionFailed"


class MessageSizeTooBig(ConnectorError):
    """The message is over the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "MessageSizeTooBig"


class Throttled(ConnectorError):
    """A rate window is full."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "Throttled"

    def __init__(self, wait: float) -> None:
        super().__init__("Too many requests. Wait for as long as Retry-After says.")
        self.wait = wait

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(max(1, math.ceil(self.wait)))}


class NotSupported(ConnectorError):
    """Something the sandbox does not do."""

    status = HTTPStatus.NOT_IMPLEMENTED
    code = "NotSupportedBySandbox"


class Refusal(Exception):
    """Something that a person's Teams client would not let them do."""

    def __init__(
        self, sentence: str, *, status: HTTPStatus = HTTPStatus.CONFLICT, fields: list[str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.fields = fields or []

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.sentence, "fields": self.fields}
