from collections.abc import Iterator

import pytest

from tests.unit.cards.rig import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    with Renderer() as running:
        yield running
