"""A PostgreSQL server of our own: a private directory, a socket in it, gone when the tests end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ABSENT = "PostgreSQL is absent: the store was tried on SQLite ONLY. Install it."


def _programs() -> Path:
    on_path = shutil.which("pg_ctl")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if on_path is None and not installed:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ABSENT)
    return Path(on_path).resolve().parent if on_path else installed[-1].parent


@contextmanager
def private_server() -> Iterator[str]:
    """Start a server and give the address of its maintenance database."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="hub-postgresql-"))
    # The server refuses to be run by root.
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(home, owner, owner)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments],
            user=owner,
            cwd=home,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )

    data = str(home / "data")
    try:
        run("initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        settings = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
        run("pg_ctl", "start", "-w", "-D", data, "-l", str(home / "log"), "-o", settings)
        try:
            yield f"postgresql://hub@/postgres?host={home}"
        finally:
            run("pg_ctl", "stop", "-D", data, "-m", "immediate")
    finally:
        shutil.rmtree(home)
