"""Programs that are started together and end together."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE_SECONDS = 60
ENDING_SECONDS = 10
PAUSE_SECONDS = 0.1
LINES_SHOWN = 15


class ChildError(Exception):
    """A program ended, or was not ready in time; the message holds what it said last."""


class Child:
    """A running program and the file that holds what it says."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name, self._process, self._log = name, process, log

    def wait_for(self, file: Path) -> None:
        for _ in range(round(PATIENCE_SECONDS / PAUSE_SECONDS)):
            if file.exists():
                return
            self.still_runs()
            time.sleep(PAUSE_SECONDS)
        raise ChildError(f"The {self.name} was not ready in time.\n{self.last_words()}")

    def still_runs(self) -> None:
        if self._process.poll() is not None:
            raise ChildError(f"The {self.name} ended by itself.\n{self.last_words()}")

    def last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-LINES_SHOWN:])


@contextmanager
def child(
    name: str, command: Sequence[str], environment: Mapping[str, str], *, folder: Path, logs: Path
) -> Iterator[Child]:
    """Runs it in a session of its own: Ctrl-C reaches it through us only, and it ends with all that it started."""
    log = logs / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands, and no shell
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Child(name, process, log)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Asked first, then made to."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
