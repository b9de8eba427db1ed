import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.keys import KeyStore
from tests.contract.sandbox_teams.recording_bot import RecordingBot
from tests.contract.sandbox_teams.rig import Rig, serving, started


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signing keys, made once: each test's tenant would otherwise take a while to make its own."""
    path = tmp_path_factory.mktemp("keys") / "identity-keys.json"
    KeyStore.open(path)
    return path


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    """Everything works in a path with spaces."""
    path = tmp_path / "a folder with spaces"
    (path / "data").mkdir(parents=True)
    shutil.copy(keys, path / "data")
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
