"""Small servers with a state, and a real database, for the parts of the bot that speak to them."""

import contextlib
import itertools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from bot.channel_tokens import ChannelKeys, ChannelTokens
from osara_store.database import Database, upgrade
from tests.contract.bot.endpoint import Hub, Serve, endpoint_of
from tests.contract.bot.key_server import ISSUER, KeyServer, running_key_server
from tests.contract.bot.outbox_rig import Outbox
from tests.contract.bot.teams_server import TeamsServer, running_teams_server
from tests.unit.bot.environment import APP

_numbers = itertools.count(1)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def key_server() -> AsyncIterator[KeyServer]:
    async with running_key_server() as server:
        yield server


@pytest.fixture
async def keys(key_server: KeyServer, session: aiohttp.ClientSession) -> ChannelKeys:
    return ChannelKeys(key_server.url, session)


@pytest.fixture
async def tokens(keys: ChannelKeys) -> ChannelTokens:
    return ChannelTokens(keys, app_id=APP, issuer=ISSUER)


@pytest.fixture(scope="session")
def _empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bot") / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def database_url(_empty_database: Path) -> str:
    """The address of a new SQLite database with all its tables."""
    copy = _empty_database.with_name(f"hub {next(_numbers)}.db")
    shutil.copy(_empty_database, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def teams() -> AsyncIterator[TeamsServer]:
    async with running_teams_server() as server:
        yield server


@pytest.fixture
def post(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
async def serve(hub: Hub, session: aiohttp.ClientSession) -> AsyncIterator[Serve]:
    """Starts the endpoint in front of the hub, with these token checks or none."""
    async with contextlib.AsyncExitStack() as open_ones:

        async def start(tokens: ChannelTokens | None) -> TestClient[Any, Any]:
            client: TestClient[Any, Any] = endpoint_of(hub, tokens, session)
            return await open_ones.enter_async_context(client)

        yield start


@pytest.fixture
async def endpoint(serve: Serve, tokens: ChannelTokens) -> TestClient[Any, Any]:
    return await serve(tokens)
