"""Starting the programs that are measured, each in a process of its own, and ending them."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 60.0
PAUSE = 0.05


class NotStartedError(Exception):
    """A program ended, or kept silent, before it could be measured; the message holds its last words."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Program:
    """A child process that writes its log to a file, and is gone when the block ends."""

    def __init__(
        self, command: Sequence[str | Path], log: Path, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._command = command
        self._log = log
        self._environment = environment

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(self._environment)
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    async def listening(self, port: int) -> None:
        for _ in range(round(PATIENCE / PAUSE)):
            self.still_runs()
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(PAUSE)
                continue
            writer.close()
            return
        raise NotStartedError(f"{self._command} does not answer on port {port}:\n{self.last_words()}")

    async def has_written(self, file: Path) -> None:
        for _ in range(round(PATIENCE / PAUSE)):
            self.still_runs()
            if await asyncio.to_thread(file.exists):
                return
            await asyncio.sleep(PAUSE)
        raise NotStartedError(f"{self._command} did not write {file}:\n{self.last_words()}")

    def still_runs(self) -> None:
        if self._child.poll() is not None:
            raise NotStartedError(f"{self._command} ended:\n{self.last_words()}")

    def last_words(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]
