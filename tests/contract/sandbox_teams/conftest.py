from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox_teams.recording_bot import RecordingBot
from tests.contract.sandbox_teams.rig import Rig, serving, started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Everything works in a path with spaces."""
    path = tmp_path / "a folder with spaces"
    path.mkdir()
    return path


@pytest.fixture
async def bot() -> AsyncIterator[RecordingBot]:
    async with serving(RecordingBot()) as listening:
        yield listening


@pytest.fixture
async def fresh(folder: Path, bot: RecordingBot) -> AsyncIterator[Rig]:
    """A tenant where the app is not installed yet."""
    async with started(folder, bot) as rig:
        yield rig


@pytest.fixture
async def rig(fresh: Rig) -> Rig:
    """A tenant with the app installed everywhere, and a bot that has forgotten how that went."""
    await fresh.install_everywhere()
    return fresh
