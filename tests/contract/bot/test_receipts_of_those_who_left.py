"""A receipt is drawn anew for as long as its case lives: longer than agreements last, and than people stay."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from cards import texts_progress
from osara_store import notes
from osara_store.case_file import Case
from osara_store.schema import CaseState, Stage
from osara_store.states import Move
from tests.contract.bot.presses.house import House, shown_on
from tests.contract.bot.presses.people import AMY, DIRECTORY, IAN, PRIYA, Someone
from tests.contract.store import walking
from tests.contract.store.world import TOM
from tests.unit.bot.activities import TENANT

QUESTION = "What is the neighbour's telephone number?"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = House.open(database_url)
    yield opened
    opened.close()


def returned_with_a_question(tx: sa.Connection) -> Case:
    """Referred by Priya, with a note by Amy and one by Ian."""
    walk = walking.Walk(tx)
    for someone in (AMY, IAN):
        actor = DIRECTORY.actor(TENANT, someone.id)
        assert actor is not None
        notes.write(**walk.by, actor=actor, stage=Stage.SCANNING, text="Heard it, too.", grade="fact")
    return walk.move(Move.RETURN, TOM, reason=QUESTION).case


@pytest.fixture
def case_id(house: House) -> int:
    case: Case = house.runner.run(house.database.write(returned_with_a_question))
    assert case.state is CaseState.RETURNED
    return case.id


def told(house: House, someone: Someone, case_id: int) -> str:
    card: dict[str, Any] = house.receipt(someone, case_id).json
    return " ".join(shown_on(card))


def test_whoever_may_read_the_case_reads_what_was_asked(house: House, case_id: int) -> None:
    assert all(QUESTION in told(house, someone, case_id) for someone in (PRIYA, AMY, IAN))


def test_a_contributor_whose_agreement_ran_out_is_told_how_far_it_is_and_no_more(
    house: House, case_id: int
) -> None:
    house.clock.moment = house.clock.moment.replace(month=8)
    shown = told(house, AMY, case_id)

    assert QUESTION not in shown
    assert texts_progress.happening(CaseState.RETURNED, 1) in shown
    assert QUESTION in told(house, IAN, case_id)


def test_a_referrer_who_left_is_told_how_far_it_is_and_no_more(house: House, case_id: int) -> None:
    without = tuple(person for person in DIRECTORY.people if person.id != PRIYA.id)
    directory = DIRECTORY.model_validate(
        {**DIRECTORY.model_dump(), "people": [each.model_dump() for each in without]}
    )
    house.services = replace(house.services, directory=directory)

    assert QUESTION not in told(house, PRIYA, case_id)
    assert QUESTION in told(house, IAN, case_id)
