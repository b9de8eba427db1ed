"""A PostgreSQL server of the tests' own. Where there is none, skipping is loud, and CI fails."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from sandbox.postgresql import PostgreSQLMissing
from sandbox.postgresql import private_server as started

ABSENT = "PostgreSQL is absent: the store was tried on SQLite ONLY. Install it."


@contextmanager
def private_server() -> Iterator[str]:
    """Start a server and give the address of its maintenance database."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(started())
        except PostgreSQLMissing:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(ABSENT)
        yield address
