"""Somebody else was quicker: what was typed for nothing comes back, and is not told to be done."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from cards import texts_asking, texts_case, texts_tasking
from osara_store import engines
from osara_store.schema import tasks
from tests.contract.bot.presses.house import Answered, Card, House, Press, shown_on
from tests.contract.bot.presses.judging import Judge
from tests.contract.bot.presses.keeping import input_values
from tests.contract.bot.presses.people import HELEN, PRIYA, TOM, Someone
from tests.contract.bot.presses.walk import Walk, the_mildest
from tests.contract.bot.presses.writing import Pen

OURS = "As we put it, counted by the week."


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    house, pen = House.open(database_url), Pen(the_mildest)
    yield Walk(Judge(house, pen.authors), pen)
    house.close()


def walked(walk: Walk, to: str) -> Walk:
    next(reached for reached in walk if reached == to)
    return walk


def press(walk: Walk, someone: Someone, card: Card, button: str, **typed: str) -> Answered:
    return walk.judge.presses(Press(someone, card, card.button(button), typed))


def card_of(answered: Answered) -> Card:
    assert answered.card is not None, answered.said
    return answered.card


def opened(walk: Walk, someone: Someone, *steps: str) -> Card:
    card = walk.goes(someone, *steps)
    assert card is not None
    return card


# --- two wrote at once -----------------------------------------------------------------------------------------------


@pytest.fixture
def clash(walk: Walk) -> Card:
    """What Tom sees when Priya saved the page that both had open."""
    walked(walk, "analysis")
    pages = {each: opened(walk, each, "stage.open objective") for each in (PRIYA, TOM)}
    press(walk, PRIYA, pages[PRIYA], "stage.save", measure="Calls to us")
    return card_of(press(walk, TOM, pages[TOM], "stage.save", measure="Calls to the police"))


def test_own_words_about_a_choice_that_was_made_meanwhile_are_given_back(walk: Walk, clash: Card):
    press(walk, TOM, clash, "stage.choose", measure_choice="text:Calls to us")
    late = card_of(press(walk, TOM, clash, "stage.choose", measure=OURS))

    assert texts_case.GIVEN_BACK_TITLE in shown_on(late.json)
    assert OURS in input_values(late.json)


def test_own_words_that_nobody_chose_wait_beside_a_choice_that_is_still_open(walk: Walk, clash: Card):
    again = card_of(press(walk, TOM, clash, "stage.choose", measure=OURS))

    assert again.has("stage.choose")
    assert OURS in input_values(again.json)


# --- two asked the same partner --------------------------------------------------------------------------------------


@pytest.fixture
def forms(walk: Walk) -> dict[Someone, Card]:
    walked(walk, "triaged")
    return {each: opened(walk, each, "request.open") for each in (HELEN, TOM)}


def test_a_reason_to_ask_a_partner_whom_somebody_has_asked_meanwhile_is_given_back(
    walk: Walk, forms: dict[Someone, Card]
):
    press(walk, HELEN, forms[HELEN], "request.ask", agencies="college", reason="They know the family.")
    late = card_of(press(walk, TOM, forms[TOM], "request.ask", agencies="college", reason=OURS))

    assert texts_asking.ASKED not in shown_on(late.json)
    assert OURS in input_values(late.json)


def test_the_same_press_again_is_told_that_the_partners_are_asked(walk: Walk, forms: dict[Someone, Card]):
    for _delivery in range(2):
        said = press(walk, HELEN, forms[HELEN], "request.ask", agencies="college", reason=OURS)
        assert texts_asking.ASKED in shown_on(card_of(said).json)


# --- a call that somebody else has made ------------------------------------------------------------------------------


def test_a_note_about_a_call_that_was_seen_to_already_is_given_back(walk: Walk):
    walked(walk, "triaged")
    walk.goes(TOM, "request.open", "request.ask", agencies="council")
    walk.answers(HELEN, "request.answer call")
    (card,) = [each for each in walk.house.messages(TOM) if each.has("request.called")]
    said = card_of(press(walk, TOM, card, "request.called", note="They know the tenant."))
    assert texts_asking.CALL_IS_WRITTEN_DOWN in shown_on(said.json)

    again = card_of(press(walk, TOM, card, "request.called", note="They know the tenant."))
    assert texts_asking.CALL_IS_WRITTEN_DOWN in shown_on(again.json)  # only a repeat
    late = card_of(press(walk, TOM, card, "request.called", note=OURS))
    assert texts_asking.CALL_IS_WRITTEN_DOWN not in shown_on(late.json)
    assert OURS in input_values(late.json)


# --- a task for others waits for the equality questions --------------------------------------------------------------


def test_why_a_task_is_given_to_others_is_kept_while_the_equality_questions_are_answered(walk: Walk):
    walked(walk, "response")
    walk.goes(PRIYA, "tasks.open", "task.open add", "task.save", agency_id="homes")
    walk.goes(PRIYA, "tasks.open", "task.decline_open 1", "task.decline")
    as_in_an_earlier_cycle_when_the_questions_were_answered(walk.house)
    form = opened(walk, PRIYA, "tasks.open", "task.reassign_open 1")
    questions = card_of(
        press(walk, PRIYA, form, "task.reassign", agency_id="council", owner="Ann Able", reason=OURS)
    )
    assert texts_tasking.EQUALITY_FIRST in shown_on(questions.json)
    answers = dict.fromkeys(("equality_characteristic", "equality_link", "less_drastic_tried"), "Looked at.")
    answers |= dict.fromkeys(("equality_proportionate", "equality_decided_by"), "Helen, today.")
    form = card_of(press(walk, PRIYA, questions, "save", **answers))

    assert OURS in input_values(form.json)
    assert "Ann Able" in input_values(form.json)
    given = card_of(
        press(walk, PRIYA, form, "task.reassign", agency_id="council", owner="Ann Able", reason=OURS)
    )
    assert "Allerdale Council" in " ".join(shown_on(given.json))


def as_in_an_earlier_cycle_when_the_questions_were_answered(house: House) -> None:
    engine = engines.engine_for(engines.parse(house.url))
    with engine.begin() as tx:
        tx.execute(sa.update(tasks).values(power="civil-injunction"))
    engine.dispose()
    house.content = house.look()  # nobody pressed anything for it
