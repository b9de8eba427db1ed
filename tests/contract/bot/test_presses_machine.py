"""No sequence of presses by anyone reaches a forbidden state, loses a text, or leaves a card that lies.

`presses/` holds the people who press what real cards offer them, and a second opinion, written from what the hub was promised,
on what may come of it. Which verbs they know stands in `presses/doings.py`. HUB_PRESSES=500 runs so many examples, other ones
every time, and makes what it finds as short as it can.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.router import COMMANDS
from tests.contract.bot.presses import rules
from tests.contract.bot.presses.beginnings import OnSqlite
from tests.contract.bot.presses.doings import KNOWN
from tests.contract.bot.presses.errands import Errands
from tests.contract.bot.presses.judging import Judge
from tests.contract.bot.presses.machine import PressesMachine
from tests.contract.bot.presses.walk import BEGINNINGS, REFERENCE, the_mildest
from tests.contract.bot.presses.writing import Pen

MANY: Final = int(os.environ.get("HUB_PRESSES", "0"))
PROFILE: Final = settings(
    max_examples=MANY or 16,
    stateful_step_count=20,
    deadline=None,
    derandomize=not MANY,
    database=None,
    report_multiple_bugs=False,
    # What led to a fault is short enough as it was found; to make it shorter takes minutes.
    phases=(Phase.generate, Phase.shrink) if MANY else (Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# Only a list of more cases than anybody here has is turned over.
TOO_FEW_CASES: Final = {"cases.page"}


@pytest.fixture(scope="module")
def on_sqlite(_empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> OnSqlite:
    return OnSqlite.walked(_empty_database, tmp_path_factory.mktemp("presses"))


def test_a_case_is_walked_through_two_rounds_to_its_closing_and_every_known_button_is_pressed(
    on_sqlite: OnSqlite,
):
    assert tuple(on_sqlite.kept) == BEGINNINGS
    house, authors = on_sqlite.open("due for review")
    judge = Judge(house, authors)
    try:
        case = house.content.by_reference[REFERENCE]
        assert (str(case["state"]), case["cycle"]) == ("closed", 2)
        Errands(judge, Pen(the_mildest, authors)).run()
        assert house.broken_chain() is None
    finally:
        house.close()
    done = on_sqlite.done | judge.done
    assert KNOWN - done.keys() == TOO_FEW_CASES
    assert {f"made: {move}" for move in rules.LEADS_TO} <= done.keys()


def test_the_machine_knows_no_button_that_the_bot_does_not_answer():
    assert KNOWN - COMMANDS.keys() == set()


@pytest.mark.timeout(0 if MANY else 180)
def test_no_press_loses_a_text_tells_a_secret_or_leaves_a_card_that_lies(on_sqlite: OnSqlite):
    machine = type("Machine", (PressesMachine,), {"beginnings": on_sqlite, "done": Counter()})
    run_state_machine_as_test(machine, settings=PROFILE)
