"""Reading what callers send."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.teams.errors import BadArgument, MessageSizeTooBig, Refusal

M = TypeVar("M", bound=BaseModel)


class Act(BaseModel):
    """What somebody does at their client. `as` in the JSON is their object id."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    person: str = Field(alias="as")


async def json_body(request: web.Request) -> dict[str, Any]:
    """Return the JSON object that the bot sent."""
    try:
        body = json.loads(await request.read())
    except web.HTTPRequestEntityTooLarge as error:
        raise MessageSizeTooBig("The request is too large.") from error
    except (ValueError, RecursionError) as error:
        raise BadArgument("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadArgument("The body must be a JSON object.")
    return body


async def read(request: web.Request, model: type[M]) -> M:
    """Return what a client or a test sent, checked."""
    try:
        return model.model_validate_json(await request.read() or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refusal(f"{where}: {first['msg']}", status=HTTPStatus.BAD_REQUEST) from error


def dig(value: Any, *keys: str) -> Any:
    """Follow keys into nested objects; None where one is missing or is no object."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
