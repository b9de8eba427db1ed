"""A PostgreSQL server of one's own: a private directory, a socket in it, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTING_SECONDS = 60


class PostgreSQLMissing(Exception):
    """PostgreSQL is not installed. On Debian: apt-get install postgresql."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@contextmanager
def private_server() -> Iterator[str]:
    """Start a server and give the address of its maintenance database.

    Nothing on it survives: it is told not to wait for the disk, and what it wrote is taken away at the end.

    Raises:
        PostgreSQLMissing: there are no programs to start one with.
    """
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="hub-postgresql-"))
    # The server refuses to be run by root.
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(home, owner, owner)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - the machine's own programs
            [str(programs / program), *arguments],
            user=owner,
            cwd=home,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=STARTING_SECONDS,
            start_new_session=True,  # Ctrl-C is for whoever asked for the server
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


def _programs() -> Path:
    on_path = shutil.which("pg_ctl")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if on_path is None and not installed:
        raise PostgreSQLMissing
    return Path(on_path).resolve().parent if on_path else installed[-1].parent
