"""Setting up, tried with the real script, venv, pip and npm in a small project of its own: nothing to download."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import prepare

SCRIPT = Path(prepare.__file__)


class Project:
    """A project folder of its own: no Python package, and one for the page, which lies beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("deploy/prepare.py", SCRIPT.read_text())
        self.write("requirements.txt", "# nothing\n")
        page = {"name": "page", "version": "1.0.0", "dependencies": {"button": "file:button"}}
        button = {"name": "button", "version": "1.0.0"}
        packages = {"": page, "button": button, "node_modules/button": {"resolved": "button", "link": True}}
        self.write("sandbox/page/package.json", json.dumps(page))
        self.write("sandbox/page/button/package.json", json.dumps(button))
        lock = {"name": "page", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
        self.write("sandbox/page/package-lock.json", json.dumps(lock))

    def write(self, path: str, text: str) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def prepare(self, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "deploy/prepare.py", "demo"]
        offline = {**os.environ, "PIP_NO_INDEX": "1", "NPM_CONFIG_OFFLINE": "true", **environment}
        return subprocess.run(
            command, cwd=self.folder, env=offline, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Set up once for the whole module: making an environment takes seconds."""
    project = Project(tmp_path_factory.mktemp("set up") / "a folder with spaces")
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs Node.js on this machine; the wheel cannot be had offline")
    done = project.prepare()
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def test_everything_stands_in_a_folder_with_spaces(ready):
    python = ready.folder / ".venv/bin/python"
    assert subprocess.run([python, "-c", "pass"], check=False).returncode == 0
    assert (ready.folder / "sandbox/page/node_modules/button/package.json").exists()


def test_a_second_run_does_nothing_and_says_nothing(ready):
    again = ready.prepare()
    assert (again.returncode, again.stdout) == (0, "")


def test_a_changed_requirement_repeats_its_own_step_only(ready):
    ready.write("requirements.txt", "# still nothing\n")
    assert ready.prepare().stdout.splitlines() == ["Installing the Python packages (about half a minute)"]
    assert ready.prepare().stdout == ""


def test_a_step_that_fails_ends_in_one_sentence_and_is_tried_again(ready):
    ready.write("requirements.txt", "no-such-package==1.0\n")
    failed = ready.prepare()
    assert failed.returncode == 1
    assert "The Python packages could not be installed. Is this machine online?" in failed.stdout
    assert "Traceback" not in failed.stdout + failed.stderr
    ready.write("requirements.txt", "# nothing\n")
    assert ready.prepare().returncode == 0


def test_an_environment_whose_python_is_gone_is_made_anew(ready):
    python = ready.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert ready.prepare().returncode == 0
    assert subprocess.run([python, "-c", "pass"], check=False).returncode == 0


def test_a_python_that_is_too_old_is_told_in_a_sentence(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert prepare.main(["demo"]) == 1
    assert capsys.readouterr().out.startswith(
        "Python 3.11 or newer is needed, and this machine's python3 is 3.9.2."
    )


def test_a_node_js_that_is_too_old_is_replaced_by_the_wheel(monkeypatch, tmp_path):
    for program, answer in (("node", "v12.22.9"), ("npm", "6.14.0")):
        (tmp_path / program).write_text(f"#!/bin/sh\necho {answer}\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert [step.name for step in prepare.steps_for("demo")] == ["python", "node", "npm-sandbox-page"]


def test_an_unknown_purpose_gets_the_usage(capsys):
    assert prepare.main(["everything"]) == 2
    assert "demo|test|lint|bench|package|playground" in capsys.readouterr().out
