"""The container file, as far as it can be tried without building: what it copies is enough, and nobody is root."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
CONTAINERFILE = (PROJECT / "deploy/Containerfile").read_text()
FINAL_STAGE = CONTAINERFILE.rpartition("\nFROM ")[2]


def copied() -> list[str]:
    """What the final stage takes from the project."""
    return re.findall(r"^COPY (?!--from)(\S+) ", FINAL_STAGE, flags=re.MULTILINE)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    for name in copied():
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_what_the_image_holds_is_enough_to_start_the_bot(image):
    """It gets as far as asking for its settings, without anything else of the project at hand."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    started = subprocess.run(
        [sys.executable, "-m", "bot"], cwd=image, env=environment, capture_output=True, text=True, check=False
    )
    said = started.stdout + started.stderr
    assert started.returncode != 0
    assert "MicrosoftApp" in said
    assert "Traceback" not in said


def test_the_build_sees_all_that_is_copied_and_nothing_of_a_working_copys_data():
    seen = (PROJECT / "deploy/Containerfile.dockerignore").read_text().splitlines()
    assert "*" in seen
    assert {line[1:] for line in seen if line.startswith("!")} == {*copied(), "requirements.txt"}


def test_the_bot_runs_as_a_user_without_rights_and_is_asked_for_its_health():
    assert re.search(r"^USER 10001:10001$", FINAL_STAGE, flags=re.MULTILINE)
    assert FINAL_STAGE.index("USER 10001") < FINAL_STAGE.index("CMD")
    assert "/healthz" in FINAL_STAGE


def test_packages_are_not_byte_compiled():
    assert "pip install --no-compile" in CONTAINERFILE
