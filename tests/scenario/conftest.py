"""One sandbox and one bot serve all scenarios of a module; each scenario brings people and matters of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.running import Hub, running_hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _without_faults(hub: Hub) -> AsyncIterator[None]:
    yield
    await hub.no_faults()
