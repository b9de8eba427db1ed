"""Microsoft's own Adaptive Cards renderer, kept running for a test run: a card goes in, what a person sees comes out."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Self

RIG: Final = Path(__file__).parents[2] / "cards_rig"


class Renderer:
    """One Node.js process; every card is a line in and a line out."""

    def __init__(self) -> None:
        if not (RIG / "node_modules").is_dir():
            raise AssertionError(f"The renderer's packages are missing: run make test, or npm ci in {RIG}.")
        # The project's own Node.js stands beside its Python where the machine has none.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        node = shutil.which("node", path=path)
        if node is None:
            raise AssertionError("Node.js is missing: run make test, which brings it.")
        self._process = subprocess.Popen(
            [node, "draw.mjs"], cwd=RIG, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def draw(self, card: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(card) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the renderer has stopped: see its message above"
        drawn: dict[str, Any] = json.loads(answer)
        return drawn
