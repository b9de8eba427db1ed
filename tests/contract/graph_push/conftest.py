from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.graph_push.office import Office, office_in
from tests.contract.graph_push.rig import World, world_in


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A provisioned site, an empty store."""
    async with world_in(tmp_path) as started:
        yield started


@pytest.fixture
async def bare_world(tmp_path: Path) -> AsyncIterator[World]:
    """A site without any of our lists."""
    async with world_in(tmp_path, ready=False) as started:
        yield started


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The hub's mailbox and those of two colleagues."""
    async with office_in(tmp_path) as started:
        yield started
