"""Showing a token to the channel's checks."""

from typing import Any

import pytest

from bot.channel_tokens import ChannelTokens, NotFromTheChannel
from tests.contract.bot.key_server import SERVICE_URL


async def verify(tokens: ChannelTokens, authorization: str, **changes: str) -> dict[str, Any]:
    asked = {"channel_id": "msteams", "service_url": SERVICE_URL, **changes}
    return await tokens.verify(authorization, **asked)


async def is_refused(tokens: ChannelTokens, authorization: str, **changes: str) -> str:
    with pytest.raises(NotFromTheChannel) as refusal:
        await verify(tokens, authorization, **changes)
    return str(refusal.value)
