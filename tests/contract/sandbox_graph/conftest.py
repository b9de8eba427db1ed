import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.keys import KeyStore
from tests.contract.sandbox_graph.rig import Sandbox, running


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signing keys for all tests: making them takes longer than most tests do."""
    return KeyStore.open(tmp_path_factory.mktemp("keys") / "identity-keys.json").path


@pytest.fixture
def data(tmp_path: Path, keys: Path) -> Path:
    shutil.copy(keys, tmp_path)
    return tmp_path


@pytest.fixture
async def sandbox(data: Path) -> AsyncIterator[Sandbox]:
    async with running(data) as started:
        yield started
