from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
